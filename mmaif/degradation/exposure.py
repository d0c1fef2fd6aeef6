"""Exposure: too little light and too much, as cameras, programs and other people's data sets make it."""

from __future__ import annotations

import torch
from torch import Tensor

from ..images import linear_to_srgb, srgb_to_linear
from .random_stream import Draws
from .tone import cast, in_bytes, light_field, power, s_curve
from .variety import Family

DARK_EV = (3.0, 7.0)  # stops at severity 1
BRIGHT_EV = (1.5, 3.5)


def _noisy(image: Tensor, severity: float, draws: Draws, sigma: float) -> Tensor:
    """Noise of the dark, stronger where there is some light, in 8 bits."""
    read = draws.uniform(0.2, 1)
    level = severity * sigma * (read + (1 - read) * 2 * image.detach().clamp(0, 1).sqrt())
    return in_bytes((image + level * draws.planes(*image.shape)).clamp(0, 1))


def stops(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Less light by 0..-7 EV, in linear light."""
    return in_bytes(linear_to_srgb(srgb_to_linear(image) * 2 ** (-draws.uniform(*DARK_EV) * severity)))


def gain(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """File values times 1..0.04: blacks stay, whites are gray."""
    return in_bytes(image * (1 - draws.uniform(0.75, 0.96) * severity))


def gamma(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """File values to the power of 1..5, and a little dimmed (as of LOL-like synthetic sets)."""
    dim = 1 - draws.uniform(0, 0.5) * severity
    return in_bytes(dim * power(image, 1 + draws.uniform(1.5, 4.0) * severity))


def crushed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """An offset below, with clipping: shadows are lost, lights are only dimmed."""
    level, dim = draws.uniform(0.1, 0.35) * severity, 1 - draws.uniform(0.4, 0.85) * severity
    return in_bytes((dim * (image - level)).clamp_min(0))


def toe(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A curve with a long toe: shadows fall away, lamps and sky stay bright (as in SICE's short exposures)."""
    pivot, steep = draws.uniform(0.55, 0.8), draws.uniform(3, 7)
    strength, dim = 0.3 + 0.7 * severity, 1 - draws.uniform(0.1, 0.6) * severity
    curved = s_curve(power(image, 1 + draws.uniform(0.3, 1.2) * severity), pivot, steep * strength)
    return in_bytes(dim * torch.minimum(image, image + severity * (curved - image)))


def dusk(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A real night: fewer stops, a colour cast, paler colours, noise."""
    tint = cast(image, draws, 0.9 * severity)
    dark = linear_to_srgb(srgb_to_linear(image) * 2 ** (-draws.uniform(2.0, 6.0) * severity) * tint)
    pale = draws.uniform(0, 0.6) * severity
    dark = dark + pale * (dark.mean(0, keepdim=True) - dark) if len(image) == 3 and draws.chance(0.4) else dark
    return _noisy(dark, severity, draws, draws.uniform(1, 7) / 255)


def shaded(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Uneven light: a lit part, the rest dark by up to 7 EV."""
    field, least = light_field(image, draws), draws.uniform(0.3, 1.2)
    stop = -severity * (least + (draws.uniform(*DARK_EV) - least) * (1 - field))
    return in_bytes(linear_to_srgb(srgb_to_linear(image) * stop.exp2()))


LOW_EXPOSURE: Family = (
    (stops, 2.0), (gain, 1.5), (gamma, 2.0), (crushed, 1.0), (toe, 1.5), (dusk, 2.0), (shaded, 1.0),
)  # fmt: skip


def _brighter(image: Tensor, bright: Tensor) -> Tensor:
    """Never darker than it was, in 8 bits: highlights clip."""
    return in_bytes(torch.maximum(image, bright.clamp(max=1)))


def clipped_stops(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """More light by 0..3.5 EV in linear light; highlights clip hard."""
    return _brighter(image, linear_to_srgb(srgb_to_linear(image) * 2 ** (draws.uniform(*BRIGHT_EV) * severity)))


def shoulder(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same over a soft shoulder, as of film and phones."""
    knee = draws.uniform(0.4, 0.9)
    light = srgb_to_linear(image) * 2 ** (draws.uniform(*BRIGHT_EV) * severity)
    rolled = 1 - (1 - knee) * torch.exp(-(light - knee).clamp_min(0) / (1 - knee))
    return _brighter(image, linear_to_srgb(torch.where(light > knee, rolled, light).clamp(0, 1)))


def bright_gain(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """File values times 1..3, clipped."""
    return _brighter(image, image * (1 + draws.uniform(0.7, 2.0) * severity))


def bright_gamma(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """File values to the power of 1..0.25: shadows are lifted most, nothing clips."""
    return _brighter(image, power(image, 1 / (1 + draws.uniform(1.0, 3.0) * severity)))


def lifted(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """An offset above: shadows turn gray, lights clip."""
    return _brighter(image, image * (1 + draws.uniform(0, 0.5) * severity) + draws.uniform(0.2, 0.45) * severity)


def bright_curve(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A steep curve about a dark pivot: middle tones go up, whites run together."""
    curved = s_curve(image, draws.uniform(0.05, 0.3), draws.uniform(5, 10))
    return _brighter(image, image + severity * (torch.maximum(curved, image) - image))


def glare(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Uneven light: one part burnt out."""
    stop = severity * (0.6 + draws.uniform(*BRIGHT_EV) * light_field(image, draws))
    return _brighter(image, linear_to_srgb(srgb_to_linear(image) * stop.exp2()))


HIGH_EXPOSURE: Family = (
    (clipped_stops, 1.5), (shoulder, 2.5), (bright_gain, 1.0), (bright_gamma, 1.5), (lifted, 1.0), (bright_curve, 0.7),
    (glare, 1.0),
)  # fmt: skip
