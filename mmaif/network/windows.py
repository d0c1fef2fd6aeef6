"""Attention on large grids at a cost that grows with their area: what is near exactly, what is far by its means.

The grid of queries is cut into windows. Each sees the tokens around it one by one, and all others as means over cells,
weighed by how many tokens a cell stands for: the picture's light and haze are the same for every window. Every shape
follows from the size of the grid alone.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW = 16  # tokens a side, of 16 px
HALO = 8  # tokens around it that are near
CELL = 8  # tokens a side of the means, doubled while there are more of them than
CELLS = 400  # of 12 MP 165 in place of 713: the same picture to 59 dB, a tenth sooner
LARGE = 2048  # tokens from which windows pay
EXTRA = 8  # channels of keys for a bias: attention takes its quick path for multiples of 8, and without a mask
NEVER = -100.0  # bias of a token that is not to be seen

# What all queries see: keys and values [B, heads, T, d] and a mask [B, T] (true = a real token; None: all are).
Told = tuple[Tensor, Tensor, Tensor | None]


def is_large(grid: tuple[int, int]) -> bool:
    """Whether a grid of (rows, columns) is attended to in windows."""
    return grid[0] * grid[1] > LARGE


def in_windows(
    attention: Callable[..., Tensor],
    query: Tensor,
    key: Tensor,
    value: Tensor,
    context: Told | None,
    grid: tuple[int, int],
) -> Tensor:
    """Attention of query, key and value [B, heads, H * W, d] on a grid (H, W) and of a context -> [B, heads,
    H * W, d]."""
    (height, width), d = grid, query.shape[-1]
    query = query * ((d + EXTRA) / d) ** 0.5  # what the further channels take from the scale
    query, key, value = (part.unflatten(2, grid) for part in (query, key, value))
    cell = CELL
    while (height // cell) * (width // cell) > CELLS:
        cell *= 2
    tall, wide = Side(height, cell, query.device), Side(width, cell, query.device)
    means = [_means(part, cell) for part in (key, value)]
    hidden = None if context is None or context[2] is None else torch.where(context[2], 0.0, NEVER)[:, None, None]
    query = F.pad(query, (0, 0, 0, wide.padding, 0, tall.padding))
    # one graph for all rows of windows, or the memory of one
    every = [slice(None)] if torch.compiler.is_compiling() else [slice(row, row + 1) for row in range(tall.windows)]

    parts = []
    for rows in every:
        near = [_near(part, tall.near[rows], wide.near) for part in (key, value)]
        windows = near[0].shape[1]
        spare = tall.counts[:, None] * wide.counts - tall.covered[rows, None, :, None] * wide.covered[:, None, :]
        weight = spare.clamp_min(0).log().clamp_min(NEVER).flatten(2).flatten(0, 1)  # [windows, cells]
        keys = [_biased(near[0]), _biased(_shared(means[0], windows), weight[None, :, None])]
        values = [near[1], _shared(means[1], windows)]
        if context is not None:
            keys.append(_biased(_shared(context[0], windows), hidden))
            values.append(_shared(context[1], windows))
        asked = _windows(query.unflatten(2, (-1, WINDOW))[:, :, rows].flatten(2, 3))
        asked = F.pad(F.pad(asked, (0, 2), value=1.0), (0, EXTRA - 2))  # both numbers of a bias are read
        values = F.pad(torch.cat(values, 3), (0, EXTRA))
        seen = attention(*(part.flatten(0, 1) for part in (asked, torch.cat(keys, 3), values)), None)[..., :d]
        parts.append(_grid(seen.unflatten(0, (-1, windows // wide.windows, wide.windows))))
    return torch.cat(parts, 2)[:, :, :height, :width].flatten(2, 3)


class Side:
    """How one side of a grid, `length` tokens, is cut: into `windows`, the last of them `padding` tokens too long.

    near [windows, k]: the tokens that are near each window. counts [cells]: the tokens of each cell, covered [windows,
    cells]: those of them that are near.
    """

    def __init__(self, length: int, cell: int, device: torch.device):
        self.windows = -(-length // WINDOW)
        self.padding = self.windows * WINDOW - length
        many = min(WINDOW + 2 * HALO, length)
        begins = (torch.arange(self.windows, device=device) * WINDOW - HALO).clamp(0, length - many)
        self.near = begins[:, None] + torch.arange(many, device=device)
        cells = torch.arange(-(-length // cell), device=device) * cell
        self.counts = (length - cells).clamp(max=cell).float()
        overlap = torch.minimum(cells + cell, begins[:, None] + many) - torch.maximum(cells, begins[:, None])
        self.covered = torch.minimum(overlap.clamp_min(0).float(), self.counts)


def _windows(part: Tensor) -> Tensor:
    """[B, heads, H, W, d] of whole windows -> [B, windows, heads, tokens, d]."""
    part = part.unflatten(3, (-1, WINDOW)).unflatten(2, (-1, WINDOW))
    return part.permute(0, 2, 4, 1, 3, 5, 6).flatten(4, 5).flatten(1, 2)


def _grid(part: Tensor) -> Tensor:
    """Windows [B, rows, columns, heads, tokens, d] -> [B, heads, H, W, d]."""
    part = part.unflatten(4, (WINDOW, WINDOW)).permute(0, 3, 1, 4, 2, 5, 6)
    return part.flatten(4, 5).flatten(2, 3)


def _near(part: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """[B, heads, H, W, d] -> of all windows of rows [r, k] and columns [c, k']: [B, r * c, heads, k * k', d]."""
    part = part.index_select(2, rows.flatten()).index_select(3, columns.flatten())
    part = part.unflatten(3, columns.shape).unflatten(2, rows.shape)
    return part.permute(0, 2, 4, 1, 3, 5, 6).flatten(4, 5).flatten(1, 2)


def _means(part: Tensor, cell: int) -> Tensor:
    """[B, heads, H, W, d] -> means over cells [B, heads, cells, d]."""
    flat = part.flatten(0, 1).movedim(-1, 1)
    flat = F.avg_pool2d(flat, cell, ceil_mode=True, count_include_pad=False)
    return flat.flatten(2).transpose(1, 2).unflatten(0, part.shape[:2])


def _shared(part: Tensor, windows: int) -> Tensor:
    """[B, heads, T, d] -> the same for each window, [B, windows, heads, T, d]."""
    return part[:, None].expand(-1, windows, -1, -1, -1)


def _biased(keys: Tensor, bias: Tensor | None = None) -> Tensor:
    """Keys [..., T, d] with a bias on their logits, [..., T] or one that expands to it, in further channels. It is
    given in two numbers, for one of bfloat16 is off by a hundredth."""
    if bias is None:
        return F.pad(keys, (0, EXTRA))
    bias = bias.expand(keys.shape[:-1]) * (keys.shape[-1] + EXTRA) ** 0.5
    coarse = bias.to(keys.dtype)
    fine = (bias - coarse.float()).to(keys.dtype)
    return F.pad(torch.cat([keys, coarse[..., None], fine[..., None]], -1), (0, EXTRA - 2))
