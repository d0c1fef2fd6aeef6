"""Additive noise of one strength everywhere: white, gray, luminance and chroma, soft grain, of other shapes."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws
from .variety import Family

MAX_SIGMA = 50 / 255


def _added(image: Tensor, severity: float, grain: Tensor) -> Tensor:
    """Noise of unit variance at sigma 0..50/255."""
    return image + MAX_SIGMA * severity * grain


def coarse(grain: Tensor, sigma: float) -> Tensor:
    """`[C, H, W]` of unit white noise blurred over `sigma` px, still of unit variance."""
    reach = max(1, math.ceil(2.5 * sigma))
    x = torch.arange(-reach, reach + 1, dtype=torch.float32, device=grain.device)
    tap = torch.exp(-0.5 * (x / max(sigma, 1e-3)) ** 2)
    tap = tap / (tap**2).sum().sqrt()
    padded = F.pad(grain[:, None], (reach,) * 4, mode="circular" if min(grain.shape[-2:]) > reach else "replicate")
    return F.conv2d(F.conv2d(padded, tap.view(1, 1, 1, -1)), tap.view(1, 1, -1, 1))[:, 0]


def colour(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """White Gaussian noise, each channel its own."""
    return _added(image, severity, draws.planes(*image.shape))


def gray(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """White Gaussian noise, the same in all channels."""
    return _added(image, severity, draws.planes(1, *image.shape[-2:]))


def lightness(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A gray part and a part of each channel's own, in any proportion."""
    share = draws.uniform(0.1, 0.9)
    common = draws.planes(1, *image.shape[-2:])
    return _added(image, severity, share**0.5 * common + (1 - share) ** 0.5 * draws.planes(*image.shape))


def film(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Grain of 1 to 2 px: noise that was blurred or enlarged, gray or in colour."""
    sigma, own = draws.uniform(0.35, 0.9), draws.chance(0.5)
    return _added(image, severity, coarse(draws.planes(len(image) if own else 1, *image.shape[-2:]), sigma))


def blunt(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise of equal chance within its bounds, each channel its own."""
    planes = torch.stack([draws.uniforms(*image.shape[-2:]) for _ in range(len(image))])
    return _added(image, severity, (planes - 0.5) * 12**0.5)


NOISE: Family = ((colour, 4.0), (gray, 1.5), (lightness, 1.5), (film, 1.0), (blunt, 0.5))
