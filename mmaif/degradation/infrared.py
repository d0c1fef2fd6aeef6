"""What a thermal camera adds: fixed-pattern stripes, noise with low contrast, halos, blur and blocks."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .blur import gaussian_smooth
from .depth import smooth_noise
from .noise import coarse
from .random_stream import Draws
from .variety import Family

MAX_STRIPE = 20 / 255
MAX_NOISE = 28 / 255


def _offsets(length: int, draws: Draws) -> Tensor:
    """Offset per column `[length]`, unit sigma: white or in groups, and now and then a bright or dark line."""
    kind, lines = draws.choice(3), draws.choice(4)
    offsets = draws.normals(length)
    if kind == 1:
        offsets = coarse(offsets.view(1, 1, -1).expand(1, 3, -1), draws.uniform(0.6, 2.5))[0, 1]
        offsets = offsets / offsets.std(unbiased=False).clamp_min(0.3)
    for _ in range(lines):
        place, offset = draws.uniform(), draws.uniform(2, 4) * (1 if draws.chance(0.5) else -1)
        offsets[int(place * length)] = offset
    return offsets


def fixed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Column and row offsets, sigma 0..20/255: columns half of the time, rows, or both."""
    kind, weaker, most = draws.choice(4), draws.uniform(0.15, 0.6), MAX_STRIPE * draws.uniform(0.6, 1)
    columns, rows = _offsets(image.shape[-1], draws), _offsets(image.shape[-2], draws)[:, None]
    pattern = rows if kind == 2 else columns + weaker * rows if kind == 3 else columns + 0 * rows
    return image + most * severity * pattern


def drifting(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Column offsets that change slowly along the column, with a shading of the whole picture."""
    most, shade = MAX_STRIPE * draws.uniform(0.7, 1.1), draws.uniform(0, 1.0)
    height, width = image.shape[-2:]
    knots = draws.normals(1, 1, 2 + draws.choice(4), width)
    steady = _offsets(width, draws)
    waves = F.interpolate(knots, (height, width), mode="bicubic", align_corners=True)[0, 0]
    shading = 2 * smooth_noise(height, width, draws, cells=1) - 1
    return image + most * severity * (0.6 * steady + 0.8 * waves + shade * shading)


def gains(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Columns of unequal gain: stripes show where it is warm; a faint offset everywhere."""
    strength, most = draws.uniform(0.08, 0.2), MAX_STRIPE * draws.uniform(0.3, 0.6)
    columns, other = _offsets(image.shape[-1], draws), _offsets(image.shape[-1], draws)
    return image * (1 + strength * severity * columns) + most * severity * other


def readout(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A regular pattern of the read-out: pairs, quads or eights of columns (or rows) that differ, and a slow wave."""
    period, rows, most = (2, 4, 8, 16)[draws.choice(4)], draws.chance(0.25), MAX_STRIPE * draws.uniform(0.5, 0.9)
    length = image.shape[-2] if rows else image.shape[-1]
    taps, phase, slow = draws.normals(period), draws.uniform(0, 6.28), draws.uniform(10, 60)
    place = torch.arange(length, device=draws.device)
    line = taps[place % period] + 0.7 * torch.sin(place / slow * 6.28 + phase) + 0.4 * draws.normals(length)
    return image + most * severity * (line[:, None] if rows else line)


STRIPES: Family = ((fixed, 3.0), (drifting, 1.5), (gains, 1.0), (readout, 1.0))


def _grain(image: Tensor, draws: Draws) -> Tensor:
    """White noise or a little soft, `[1, H, W]`: a thermal camera has one channel."""
    soft = draws.uniform(0.35, 0.8) if draws.chance(0.35) else 0.0
    white = draws.normals(1, *image.shape[-2:])
    return coarse(white, soft) if soft else white


def flat_noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise of sigma 0..28/255 with a smooth non-uniformity, and contrast 1..0.45 about a gray."""
    tall, gray, own = draws.uniform(0.6, 1), draws.uniform(0.3, 0.6), draws.uniform()
    fade, drift = draws.uniform(0, 0.55), draws.uniform(0.0, 1.5)
    uneven = smooth_noise(*image.shape[-2:], draws, cells=4) - 0.5
    pivot = own * image.mean() + (1 - own) * gray
    flat = pivot + (image - pivot) * (1 - fade * severity)
    return flat + MAX_NOISE * tall * severity * (_grain(image, draws) + drift * uneven)


def plain_noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise alone, of one strength or stronger where it is warm."""
    warm, most = draws.uniform(0, 1), draws.uniform(0.7, 1.2)
    level = (1 - warm) + warm * 1.6 * image.detach().mean(0, keepdim=True).clamp(0, 1).sqrt()
    return image + MAX_NOISE * most * severity * level * _grain(image, draws)


def sharpened(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise, then the camera's detail enhancement: dark halos round warm things, grain drawn out."""
    radius, halo, most = draws.uniform(1.0, 4.0), draws.uniform(0.3, 1.0), draws.uniform(0.4, 0.7)
    noisy = image + MAX_NOISE * most * severity * _grain(image, draws)
    return noisy + halo * severity * (noisy - gaussian_smooth(noisy, radius))


def soft_noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A cheap lens and a small detector: blur of sigma 0..1.6 px, or blocks of 2 or 3 px, under the noise."""
    blocks, blur, most = draws.chance(0.3), draws.uniform(0.5, 1.6), draws.uniform(0.6, 1)
    step = 2 + draws.choice(2)
    soft = gaussian_smooth(image, max(blur * severity, 0.05))
    if blocks:
        small = F.interpolate(image[None], [max(1, n // step) for n in image.shape[-2:]], mode="area")
        coarse_one = F.interpolate(small, image.shape[-2:], mode="nearest-exact")[0]
        soft = image + severity * (coarse_one - image)
    return soft + MAX_NOISE * most * severity * _grain(image, draws)


def specked(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Noise and dead pixels, black or white, up to 2 % of them."""
    share, most = draws.uniform(0.002, 0.02), draws.uniform(0.4, 0.8)
    lot, value = draws.uniforms(1, *image.shape[-2:]), draws.uniforms(1, *image.shape[-2:]).round()
    noisy = image + MAX_NOISE * most * severity * _grain(image, draws)
    return noisy + (lot < share) * severity * (value - noisy)


IR_NOISE: Family = ((flat_noise, 2.0), (plain_noise, 2.0), (sharpened, 1.0), (soft_noise, 1.0), (specked, 0.7))
