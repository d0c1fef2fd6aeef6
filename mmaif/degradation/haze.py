"""Haze, I = J t + A (1 - t) with t = exp(-beta d) (Koschmieder): over depths, as smoke, as a plain veil, at night."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .blur import gaussian_smooth
from .depth import procedural_depth, smooth_noise
from .random_stream import Draws
from .variety import Family
from .veil import tinted

MAX_BETA = 3.5


def _air(draws: Draws) -> Tensor:
    """Light of the air `[3, 1, 1]`: bright and gray as a rule, dim or coloured now and then."""
    dim = draws.chance(0.25)
    low, high, tint = (0.4, 0.75, 0.12) if dim else (0.65, 1.0, 0.06)
    return tinted(draws, low, high, tint)[:, None, None]


def _lay(image: Tensor, depth: Tensor, beta: float, air: Tensor) -> Tensor:
    """`[C, H, W]` seen through air of colour `[3, 1 or H, 1 or W]` over a depth `[H, W]`."""
    if image.shape[0] == 1:
        air = air.mean(0, keepdim=True)
    return image + (1 - torch.exp(-beta * depth)) * (air - image)


def _beta(severity: float, draws: Draws) -> float:
    """Optical depth of the farthest: 0..3.5, thin haze the more often."""
    return MAX_BETA * severity * draws.uniform(0.65, 1.0)


def _depth(image: Tensor, draws: Draws, depth: Tensor | None) -> Tensor:
    """The given one, or a procedural scene that may begin far away, `[H, W]`."""
    size = image.shape[-2:]
    if depth is not None:
        return depth.reshape(size)
    near = draws.uniform(0, 0.5)
    return near + (1 - near) * procedural_depth(*size, draws)


def deep(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """Even air over a depth."""
    air, beta = _air(draws), _beta(severity, draws)
    return _lay(image, _depth(image, draws, depth), beta, air)


def uneven(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """Air lit from one side or in patches: its brightness and colour vary over the picture."""
    one, two, beta = _air(draws), _air(draws), _beta(severity, draws)
    share = smooth_noise(*image.shape[-2:], draws, cells=2)
    return _lay(image, _depth(image, draws, depth), beta, one + share * (two - one))


def plain(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """A veil of even thickness, or nearly so: a steamed or dirty window, a scene all at one distance."""
    air, beta = _air(draws), _beta(severity, draws) * 0.75
    varies = draws.uniform(0, 0.4)
    if depth is None:
        depth = 1 - varies * smooth_noise(*image.shape[-2:], draws, cells=2)
    return _lay(image, depth.reshape(image.shape[-2:]), beta, air)


def smoke(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """Clouds of smoke or fog: dense here and thin there, on top of the depth."""
    air, beta = _air(draws), _beta(severity, draws) * 1.3
    swirl = smooth_noise(*image.shape[-2:], draws, cells=2 + draws.choice(4))
    steep = draws.uniform(1, 3)
    return _lay(image, _depth(image, draws, depth).sqrt() * (0.15 + swirl**steep), beta, air)


def night(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """Dark air with glowing lamps: what is bright is spread over its surroundings, the farther the more."""
    air = tinted(draws, 0.08, 0.4, 0.1)[:, None, None]
    beta, glow = _beta(severity, draws), draws.uniform(0.2, 0.9)
    depth = _depth(image, draws, depth)
    scattered = 1 - torch.exp(-beta * depth)
    small = F.interpolate(image[None] ** 3, scale_factor=0.25, mode="area")[0] if min(depth.shape) >= 8 else image**3
    wide = gaussian_smooth(small, draws.uniform(2, 6) * max(1.0, min(small.shape[-2:]) / 64))
    halo = F.interpolate(wide[None], depth.shape, mode="bilinear", align_corners=False)[0]
    return _lay(image, depth, beta, air) + glow * scattered * halo


HAZE: Family = ((deep, 3.0), (uneven, 1.5), (plain, 1.5), (smoke, 1.0), (night, 0.7))
