"""Value-residual self-attention over image tokens with 2D rotary positions and the prompt as context."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from .windows import Told, in_windows, is_large

# q, k, v [B, heads, L, d] and a mask or None -> [B, heads, L, d]; ComfyUI passes its own optimised one.
Attention = Callable[[Tensor, Tensor, Tensor, Tensor | None], Tensor]


def rotary_2d(height: int, width: int, dim: int, device: torch.device, base: float = 100.0) -> Tensor:
    """Angles [height * width, dim / 2] of the 2D rotary embedding (Su et al. 2021, axial form).

    The first half of the pairs turns with the row, the second with the column, at frequencies
    base^(-4i/dim). `dim` (of one head) is a multiple of 4. Positions are counted in tokens, so only the
    distance between tokens matters, not the picture's size.
    """
    if dim % 4:
        raise ValueError(f"The head dimension {dim} must be a multiple of 4 for 2D rotary positions.")
    frequencies = base ** (-torch.arange(0, dim // 2, 2, device=device, dtype=torch.float32) / (dim // 2))
    rows = torch.arange(height, device=device, dtype=torch.float32)[:, None] * frequencies
    columns = torch.arange(width, device=device, dtype=torch.float32)[:, None] * frequencies
    angles = torch.cat([rows[:, None].expand(-1, width, -1), columns[None].expand(height, -1, -1)], -1)
    return angles.flatten(0, 1)


def rotate(x: Tensor, angles: Tensor) -> Tensor:
    """Turn the channel pairs of x [..., L, d] by angles [L, d / 2]."""
    a, b = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = angles.cos(), angles.sin()
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2).to(x.dtype)


class ValueResidualAttention(nn.Module):
    """Multi-head self-attention whose values keep a share of the previous block's values.

    V_l = (1 - eta) W_V X + eta V_(l-1), eta learned per block from its initial value. Text tokens join
    keys and values (unrotated) but are not updated. Queries and keys are RMS-normalised per head, which
    keeps low-precision attention finite.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        eta: float = 0.5,
        operations: Any = nn,
        attention: Attention = F.scaled_dot_product_attention,
    ):
        super().__init__()
        if width % heads:
            raise ValueError(f"The width {width} must be a multiple of the {heads} heads.")
        self.heads, self.attention = heads, attention
        self.qkv = operations.Linear(width, 3 * width)
        self.context_kv = operations.Linear(width, 2 * width)
        self.out = operations.Linear(width, width)
        self.eta = nn.Parameter(torch.tensor(float(eta)))

    def forward(
        self,
        x: Tensor,
        angles: Tensor,
        context: Tensor | None = None,
        mask: Tensor | None = None,
        previous: Tensor | None = None,
        grid: tuple[int, int] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """x [B, L, D], angles [L, D / heads / 2], context [B, T, D] with mask [B, T] (true = a real token; None: all),
        previous values [B, heads, L, d] or None in the first block, grid (H, W) of the L tokens, which are attended to
        in windows where it is large -> (output [B, L, D], values)."""
        query, key, value = rearrange(self.qkv(x), "b l (three h d) -> three b h l d", three=3, h=self.heads)
        query, key = (rotate(_rms(part), angles) for part in (query, key))
        if previous is not None:
            eta = self.eta.to(value)
            value = (1 - eta) * value + eta * previous
        told = None
        if context is not None:
            told_key, told_value = rearrange(
                self.context_kv(context), "b t (two h d) -> two b h t d", two=2, h=self.heads
            )
            told = _rms(told_key), told_value, mask
        mixed = self._mixed(query, key, value, told, grid)
        return self.out(rearrange(mixed, "b h l d -> b l (h d)")), value

    def _mixed(
        self, query: Tensor, key: Tensor, value: Tensor, told: Told | None, grid: tuple[int, int] | None
    ) -> Tensor:
        """The values that each query draws, of the tokens [B, heads, L, d] and of what is told."""
        if grid is not None and is_large(grid):
            return in_windows(self.attention, query, key, value, told, grid)
        if told is None:
            return self.attention(query, key, value, None)
        told_key, told_value, mask = told
        bias = None if mask is None else F.pad(mask, (key.shape[2], 0), value=True)[:, None, None]
        return self.attention(query, torch.cat([key, told_key], 2), torch.cat([value, told_value], 2), bias)


def _rms(x: Tensor) -> Tensor:
    return F.rms_norm(x, x.shape[-1:])
