"""The repair of tone: haze, exposure and contrast, decided once for the whole picture and shared by all its tiles.

A bilateral grid of colour matrices (HDRNet, Gharbi et al. 2017): a small network looks at a reduced copy of the
picture and fills a coarse grid over place and brightness with 3 x 4 matrices; every pixel of the full picture takes
the matrix of its place and its brightness. calling it is that decision, `apply` its cheap use on any tile.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..images import luminance
from ..repairs import REPAIRS, TONE
from .film import FilmBlock, Words, gates
from .layers import zeroed

CELL = 16  # pixels of the reduced copy per cell of the grid
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


@dataclass(frozen=True)
class ToneConfig:
    """`repairs` are the columns of `asked` that open the gate; `longest` is that side of the reduced copy."""

    repairs: tuple[int, ...] = tuple(map(REPAIRS.index, TONE))
    pooled: int = 256
    readings: int = 13
    words: int = 128
    longest: int = 256
    depth: int = 8
    widths: tuple[int, ...] = (16, 32, 64, 96)
    blocks: int = 2


class ToneGrid(nn.Module):
    """Whole picture, reduced, and what is said -> a grid of colour matrices -> any part of the picture with its tone
    put right; a bit-exact copy where no repair of tone is asked for."""

    def __init__(self, config: ToneConfig | None = None, operations: Any = nn):
        super().__init__()
        self.config = c = config or ToneConfig()
        self.words = Words(c.pooled, c.readings, c.words, operations)
        width = c.widths[-1]
        self.stem = nn.ModuleList(
            operations.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip((3, *c.widths), c.widths, strict=False)
        )
        self.blocks = nn.ModuleList(FilmBlock(width, self.words.outputs, operations) for _ in range(c.blocks))
        self.overall = nn.Sequential(
            operations.Linear(2 * width + 3 * len(QUANTILES) + self.words.outputs, width),
            nn.SiLU(),
            operations.Linear(width, width),
        )
        self.last = FilmBlock(width, self.words.outputs, operations)
        self.head = zeroed(operations.Conv2d(width, 12 * c.depth, 1))
        self.guide = nn.Sequential(operations.Conv2d(3, 8, 1), nn.ReLU(), zeroed(operations.Conv2d(8, 1, 1)))

    def forward(self, reduced: Tensor, said: Tensor) -> Tensor:
        """reduced [B, 3, h, w] in 0..1 (see `reduce_picture`), said [B, said] -> grid [B, 12, depth, h/16, w/16]: what
        is added to the identity matrix, 0 where no repair of tone is asked for. The expensive half."""
        c = self.config
        words = self.words(said)
        x = (reduced * 2 - 1).to(words.dtype).contiguous(memory_format=torch.channels_last)
        for layer in self.stem:
            x = F.relu(layer(x))
        for block in self.blocks:
            x = block(x, words)
        flat = x.float().flatten(2)
        chances = torch.stack([flat.new_full((), chance) for chance in QUANTILES])  # a list would halt a GPU
        levels = reduced.float()[..., ::4, ::4].flatten(2).quantile(chances, dim=2)  # a sixteenth is sorted soon
        spread = (flat.var(2, correction=0) + 1e-4).sqrt()
        seen = torch.cat([flat.mean(2), spread, levels.permute(1, 2, 0).flatten(1), words.float()], 1)
        x = self.last(x + self.overall(seen.to(words.dtype))[..., None, None], words)
        grid = self.head(F.relu(x)).float().unflatten(1, (12, c.depth))
        open_ = gates(said, c).amax(1)
        return grid * open_[:, None, None, None, None]

    def apply(self, source: Tensor, grid: Tensor, window: Tensor | None = None) -> Tensor:
        """source [B, 3, H, W] in 0..1, grid of a call, window [B, 4] -> [B, 3, H, W], unclamped.

        window is what part of the whole picture `source` is: top, left, bottom, right in 0..1; all of it if absent.
        """
        source = source.float()
        with torch.autocast(source.device.type, enabled=False):
            brightness = luminance(source) + self.guide(source.to(self.guide[0].weight.dtype)).float()
        b, _, height, width = source.shape
        if window is None:
            window = torch.cat([source.new_zeros(b, 2), source.new_ones(b, 2)], 1)
        top, left, bottom, right = window.to(source).unbind(1)
        rows = top[:, None] + (bottom - top)[:, None] * _centres(height, source)
        columns = left[:, None] + (right - left)[:, None] * _centres(width, source)
        place = torch.stack(
            [
                columns[:, None, :].expand(b, height, width),
                rows[:, :, None].expand(b, height, width),
                brightness[:, 0],
            ],
            -1,
        )
        sliced = F.grid_sample(grid.float(), place.mul(2).sub(1)[:, None], padding_mode="border", align_corners=False)[
            :, :, 0
        ]
        matrix, offset = sliced[:, :9].unflatten(1, (3, 3)), sliced[:, 9:]
        return source + (matrix * source[:, None]).sum(2) + offset


def _centres(count: int, like: Tensor) -> Tensor:
    """Centres of `count` pixels along a side, in 0..1."""
    return (torch.arange(count, device=like.device, dtype=torch.float32) + 0.5) / count


def reduce_picture(picture: Tensor, longest: int = ToneConfig.longest) -> Tensor:
    """[B, 3, H, W] -> the copy that `look` sees, its longer side at most `longest`, both sides multiples of 16."""
    height, width = picture.shape[-2:]
    scale = min(1.0, longest / max(height, width))
    size = [max(1, round(side * scale / CELL)) * CELL for side in (height, width)]
    if size == [height, width]:
        return picture.float()
    return F.interpolate(picture.float(), size, mode="bilinear", antialias=True)
