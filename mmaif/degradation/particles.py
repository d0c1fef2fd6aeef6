"""Many small bright things drawn at once: the renderer under rain and snow."""

from __future__ import annotations

import torch
from torch import Tensor

REFERENCE = 640.0  # streak and flake sizes are given for a picture with this longest side


def picture_scale(longest: int) -> float:
    """Size of a reference pixel in a picture with this longest side (px); never below one half, or streaks in small
    pictures would vanish."""
    return max(0.5, longest / REFERENCE)


def splat(y: Tensor, x: Tensor, weight: Tensor, height: int, width: int) -> Tensor:
    """Add up weights `[n]` at real positions `y`, `x` (px) into `[H, W]`, bilinearly; outside is dropped."""
    y0, x0 = y.floor(), x.floor()
    fy, fx = y - y0, x - x0
    # one cell of margin on each side collects what falls outside
    row = (y0.long() + 1).clamp(0, height) * (width + 2)
    column = (x0.long() + 1).clamp(0, width)
    inside = (y0 >= -1) & (y0 < height) & (x0 >= -1) & (x0 < width)
    weight = weight * inside
    index = row + column
    canvas = torch.zeros((height + 2) * (width + 2), device=y.device)
    canvas.index_add_(0, index, weight * (1 - fy) * (1 - fx))
    canvas.index_add_(0, index + 1, weight * (1 - fy) * fx)
    canvas.index_add_(0, index + width + 2, weight * fy * (1 - fx))
    canvas.index_add_(0, index + width + 3, weight * fy * fx)
    return canvas.view(height + 2, width + 2)[1:-1, 1:-1]
