"""The noise of a sensor: shot and read noise in linear light, what demosaicking and denoising leave of it, faults."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..images import linear_to_srgb, srgb_to_linear
from .noise import coarse
from .random_stream import Draws
from .variety import Family


def _sensor(draws: Draws) -> tuple[float, float]:
    """Gain 0.0006..0.03 and read noise up to 0.02 of full scale, weak ones the more often. Drawn before the grain,
    whose amount depends on the channels: a gray picture gets what the first channel gets."""
    strength = draws.uniform(0.15, 1)
    return 0.03 * strength**2, draws.uniform(0.15, 0.7) * 0.03 * strength


def _shot(image: Tensor, severity: float, sensor: tuple[float, float], grain: Tensor, most: float = 1.0) -> Tensor:
    """Unit noise `[C, H, W]` on the linear light of a picture: variance `gain * light + read^2` (Foi et al. 2008) at
    severity 1."""
    gain, read = sensor
    light = srgb_to_linear(image)
    sigma = most * severity * (gain * light + read**2).sqrt()
    return linear_to_srgb((light + sigma * grain).clamp(0, 1))


def poisson(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Shot and read noise, each pixel and channel its own."""
    return _shot(image, severity, _sensor(draws), draws.planes(*image.shape))


def demosaicked(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same after demosaicking: correlated over 3x3 pixels, green less than red and blue."""
    blend, sensor = draws.uniform(0.3, 1.0), _sensor(draws)
    white = draws.planes(*image.shape)
    smooth = coarse(white, 0.8)
    share = blend * torch.tensor([1.0, 0.6, 1.0], device=image.device)[: len(image), None, None]
    # 0.42: how alike a pixel of white noise and of the same noise smoothed are
    norm = ((1 - share) ** 2 + share**2 + 2 * 0.42 * share * (1 - share)).sqrt()
    return _shot(image, severity, sensor, ((1 - share) * white + share * smooth) / norm)


def developed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """As a camera's own file shows it: grain of 1 to 2 px, mostly of lightness, a little longer along the rows."""
    sensor, common, soft = _sensor(draws), draws.uniform(0.2, 0.8), draws.uniform(0.4, 0.7)
    height, width = image.shape[-2:]
    shared = draws.normals(1, height, width)
    grain = common**0.5 * shared + (1 - common) ** 0.5 * draws.planes(*image.shape)
    along = (grain + 0.3 * grain.roll(1, -1)) / 1.09**0.5
    return _shot(image, severity, sensor, coarse(along, soft), 0.8)


def blotchy(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same after a denoiser: the fine grain is faint, blotches of colour of 3 to 8 px are left."""
    size, sensor = draws.uniform(1.2, 3.0), _sensor(draws)
    fine = draws.uniform(0.2, 0.7)
    small = [max(2, round(n / 2)) for n in image.shape[-2:]]
    both = [(draws.normals(*small), draws.normals(*image.shape[-2:])) for _ in range(len(image))]
    blotches, white = (torch.stack(part) for part in zip(*both, strict=True))
    spread = F.interpolate(coarse(blotches, size / 2)[None], image.shape[-2:], mode="bilinear", align_corners=False)[0]
    grain = coarse(white, 0.5)
    return _shot(image, severity, sensor, fine * grain + 1.1 * (1 - fine**2) ** 0.5 * spread, 0.9)


def banded(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same with faint lines of the read-out, rows or columns, strongest in the dark."""
    sensor, lines, rows = _sensor(draws), draws.uniform(0.3, 0.8), draws.chance(0.6)
    height, width = image.shape[-2:]
    line = draws.normals(height, 1) if rows else draws.normals(1, width)
    return _shot(image, severity, sensor, draws.planes(*image.shape) + lines * line)


def impulses(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Salt and pepper on 0..12 % of the pixels, or values out of the blue, in each channel or in all."""
    share, own, random = draws.uniform(0.03, 0.12) * severity, draws.chance(0.5), draws.chance(0.3)
    planes = len(image) if own else 1
    pairs = [(draws.uniforms(*image.shape[-2:]), draws.uniforms(*image.shape[-2:])) for _ in range(planes)]
    lot, value = (torch.stack(part) for part in zip(*pairs, strict=True))
    return torch.where(lot < share, value if random else value.round(), image)


def hot_pixels(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Shot noise and pixels that are far too bright, sparse, each in one channel, spread a little by demosaicking."""
    share, sensor = draws.uniform(0.001, 0.01), _sensor(draws)
    size = image.shape[-2:]
    both = [(draws.uniforms(*size), draws.normals(*size)) for _ in range(len(image))]
    lot, white = (torch.stack(part) for part in zip(*both, strict=True))
    noisy = _shot(image, severity, sensor, white, 0.8)
    spots = (lot < share).float()
    if min(image.shape[-2:]) > 2:
        spots = 0.7 * spots + 0.3 * F.max_pool2d(spots[None], 3, 1, 1)[0]
    return noisy + severity * spots * (1 - noisy)


def speckle(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise in proportion to the light: file values times 1 plus noise, white or a little soft."""
    strength, soft = draws.uniform(0.2, 0.4), draws.uniform(0.3, 0.7) if draws.chance(0.5) else 0.0
    grain = draws.planes(*image.shape)
    return image * (1 + strength * severity * (coarse(grain, soft) if soft else grain)) + 0.01 * severity * grain


SENSOR: Family = (
    (poisson, 2.0), (demosaicked, 2.0), (developed, 2.0), (blotchy, 1.5), (banded, 1.0), (impulses, 0.8),
    (hot_pixels, 0.7), (speckle, 0.7),
)  # fmt: skip
