"""Many small bright things drawn at once: the renderers under rain and snow."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws

REFERENCE = 640.0  # streak and flake sizes are given for a picture with this longest side


def picture_scale(longest: int) -> float:
    """Size of a reference pixel in a picture with this longest side (px); never below one half, or streaks in small
    pictures would vanish."""
    return max(0.5, longest / REFERENCE)


def some(draws: Draws, count: float, severity: float) -> Tensor:
    """Rows of seven numbers in 0..1, one row a particle; milder weather keeps the first of the same rows."""
    rows = draws.uniforms(max(1, round(count)), 7)
    return rows[: math.ceil(len(rows) * severity**0.7)]


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


def grain_kernel(length: float, sigma: float, angle: float, edge: float = 2.0, taper: float = 0.0) -> Tensor:
    """The stamp `[k, k]` of one particle, peak 1: a line of `length` px that leans by `angle` (radians from vertical),
    with a rim exp(-(distance / sigma)^edge); `taper` 0..1 thins it towards its ends."""
    sigma = max(sigma, 0.35)
    reach = math.ceil(length / 2 + 2.6 * sigma ** (1 if edge < 3 else 0.9)) + 1
    offset = torch.arange(-reach, reach + 1, dtype=torch.float32)
    oy, ox = offset[:, None], offset[None, :]
    along = oy * math.cos(angle) + ox * math.sin(angle)
    across = ox * math.cos(angle) - oy * math.sin(angle)
    beyond = (along.abs() - length / 2).clamp_min(0)
    stamp = torch.exp(-(((across**2 + beyond**2).sqrt() / (1.41 * sigma)) ** edge))
    if taper:
        stamp = stamp * (1 - taper * (2 * along / max(length, 1.0)).clamp(-1, 1) ** 2)
    return stamp / stamp.amax()


def shower(
    size: tuple[int, int], severity: float, draws: Draws, kernel: Tensor, cover: float, spread: float = 0.7
) -> Tensor:
    """Stamps `kernel` `[k, k]` strewn over `[H, W]`, summed.

    The white noise of an image editor, thresholded and filtered. `cover` is the share of the picture that they hide at
    severity 1 (overlaps counted twice); milder weather has a part of the same stamps. `spread` 0..1 is how much fainter
    the faintest is.
    """
    height, width = size
    side = kernel.shape[-1]
    full = [-(-max(n, side) // 16) * 16 for n in (height, width)]
    lot, strength = draws.uniforms(*full), draws.uniforms(*full)
    chance = min(0.5, cover / float(kernel.sum()))
    hits = (lot > 1 - chance * severity**0.7) * (1 - spread * strength)
    spectrum = torch.fft.rfft2(hits) * torch.fft.rfft2(kernel.to(hits), s=full)
    return torch.fft.irfft2(spectrum, s=full)[:height, :width].clamp_min(0)


def gusts(size: tuple[int, int], draws: Draws, depth: float) -> Tensor:
    """Uneven density `[H, W]`, 1 - depth .. 1, in a few soft lumps."""
    cells = 2 + draws.choice(4)
    lumps = F.interpolate(draws.uniforms(1, 1, cells, cells), size, mode="bilinear", align_corners=False)[0, 0]
    return 1 - depth * lumps
