"""Noise: plain Gaussian, and the Poisson-Gaussian noise of a sensor."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from ..images import linear_to_srgb, srgb_to_linear
from .random_stream import Draws

MAX_SIGMA = 50 / 255


def grain(image: Tensor, draws: Draws, gray_chance: float) -> Tensor:
    """Standard normal noise for `[C, H, W]`: a plane per channel, or by chance one plane for all."""
    gray = draws.chance(gray_chance)
    channels, height, width = image.shape
    return draws.planes(1 if gray else channels, height, width)


def noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Additive Gaussian noise on `[C, H, W]`, sigma 0..50/255; coloured, or gray in one case of four."""
    return image + MAX_SIGMA * severity * grain(image, draws, gray_chance=0.25)


def sensor_noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Shot and read noise on `[C, H, W]` in linear light, variance `gain * light + read^2` (Foi et al. 2008).

    Gain 0..0.03, read noise 0..0.02 of full scale, both growing as `severity` does in sigma; a part of the
    grain is correlated over 3x3 pixels, as demosaicking leaves it.
    """
    gain = draws.uniform(0.01, 0.03)
    read = draws.uniform(0.005, 0.02)
    blend = draws.uniform(0.0, 0.8)
    white = grain(image, draws, gray_chance=0.0)
    smooth = F.avg_pool2d(F.pad(white[None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
    # the norm of the combined 3x3 kernel keeps the variance at one
    norm = ((1 - blend + blend / 9) ** 2 + 8 * (blend / 9) ** 2) ** 0.5
    correlated = ((1 - blend) * white + blend * smooth) / norm
    light = srgb_to_linear(image)
    sigma = severity * (gain * light + read**2).sqrt()
    return linear_to_srgb((light + sigma * correlated).clamp(0, 1))
