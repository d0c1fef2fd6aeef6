"""Drops of water on the lens: small upturned, blurred pictures of the scene."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .blur import gaussian_smooth
from .particles import picture_scale
from .random_stream import Draws

MOST = 26  # drops on a lens


def lens_drops(image: Tensor, severity: float, draws: Draws, longest: int | None = None) -> Tensor:
    """Drops on the lens before `[C, H, W]`: up to `MOST`, radii of 8..45 px for a longest side of 640 px, out of focus.

    A drop is a lens: it shows the scene around it turned over and smaller, brighter at one rim and darker at the other.
    Milder weather has a part of the same drops.
    """
    height, width = image.shape[-2:]
    zoom = picture_scale(longest or max(height, width))
    rows = draws.uniforms(MOST, 4)
    most, turn = 8 + draws.choice(MOST - 8), draws.uniform(1.0, 4.0)
    shine, haze, biggest = draws.uniform(0.1, 0.4), draws.uniform(0.02, 0.12), draws.uniform(16, 45)
    y = torch.arange(height, device=image.device)[:, None].float()
    x = torch.arange(width, device=image.device)[None].float()
    inside = torch.zeros(height, width, device=image.device)
    dy, dx = torch.zeros_like(inside), torch.zeros_like(inside)
    for cy, cx, size, flat in rows[: max(1, round(most * severity**0.5))].tolist():
        radius = zoom * (8 + (biggest - 8) * size**2)
        oy, ox = y - cy * height, (x - cx * width) * (1 + 0.3 * flat)
        cover = ((1 - (oy**2 + ox**2).sqrt() / radius) * 4).clamp(0, 1)
        inside = torch.maximum(inside, cover)
        dy, dx = torch.where(cover > 0, oy, dy), torch.where(cover > 0, ox, dx)
    # sample on the other side of the drop's middle
    there = torch.stack([(x - (1 + turn) * dx) / max(width - 1, 1), (y - (1 + turn) * dy) / max(height - 1, 1)], -1)
    small = F.avg_pool2d(image[None], 2, ceil_mode=True, count_include_pad=False)[0]
    soft = gaussian_smooth(small, max(0.5, 0.6 * zoom))
    turned = F.grid_sample(soft[None], 2 * there[None] - 1, padding_mode="reflection", align_corners=True)[0]
    lit = turned + shine * (dy / (zoom * biggest)).clamp(-1, 1) + haze
    strength = inside * severity**0.3
    veil = haze * severity
    return (image + strength * (lit - image)) * (1 - veil) + 0.75 * veil
