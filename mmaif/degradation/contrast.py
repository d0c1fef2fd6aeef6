"""Contrast: too little, about a gray, by faded levels, by curves; and too much."""

from __future__ import annotations

from torch import Tensor

from .random_stream import Draws
from .tone import power, s_curve
from .variety import Family


def _pivot(image: Tensor, draws: Draws) -> Tensor:
    """The gray that contrast turns about: between the picture's own mean and a fixed gray."""
    gray, own = draws.uniform(0.25, 0.75), draws.uniform()
    return own * image.mean() + (1 - own) * gray


def _flat(image: Tensor, draws: Draws, factor: float) -> Tensor:
    pivot = _pivot(image, draws)
    return pivot + (image - pivot) * factor


def flat(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Contrast 1..0.2 about a gray."""
    return _flat(image, draws, 1 - 0.8 * severity)


def faded(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Levels: black is lifted by up to 0.55, white lowered by up to 0.4, as of old prints and badly scaled infrared."""
    black, white = draws.uniform(0.15, 0.55) * severity, 1 - draws.uniform(0.05, 0.4) * severity
    return black + image * (white - black)


def washed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Levels and gamma: lifted blacks, bent middle tones, and less colour than contrast."""
    bend = 2 ** (draws.uniform(-1, 1) * severity)
    pale = draws.uniform(0.3, 0.9) * severity
    soft = _flat(power(image, bend), draws, 1 - draws.uniform(0.5, 0.8) * severity)
    return soft + pale * (soft.mean(0, keepdim=True) - soft)


def squeezed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Highlights and shadows drawn together by a curve that is flat in the middle, then contrast 1..0.4."""
    x = 2 * image - 1
    bent = 0.5 + 0.5 * x * x.abs() ** (draws.uniform(0.3, 1.2) * severity)
    return _flat(bent, draws, 1 - draws.uniform(0.45, 0.65) * severity)


def dim(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Contrast falls and the whole sinks or rises: a range of 1..0.2 anywhere in the scale."""
    span = 1 - draws.uniform(0.55, 0.8) * severity
    start = draws.uniform() * (1 - span)
    return start + span * image


LOW_CONTRAST: Family = ((flat, 2.0), (faded, 2.0), (washed, 1.0), (squeezed, 1.0), (dim, 1.0))


def steep(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Contrast 1..3 about a gray; shadows and highlights clip."""
    return _flat(image, draws, 1 + 2 * severity)


def sigmoid(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """An S-curve about a gray: shadows and highlights run together without clipping."""
    pivot, strength = float(_pivot(image.detach(), draws)), draws.uniform(6, 12)
    return image + (s_curve(image, pivot, strength) - image) * severity


def levels(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Black and white points moved in: what is darker than 0..0.3 or brighter than 1..0.6 is lost."""
    black, white = draws.uniform(0.05, 0.3) * severity, 1 - draws.uniform(0.1, 0.4) * severity
    return (image - black) / (white - black)


def harsh(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Contrast and colour together, as a phone's filter: gain 1..2.2, saturation 1..2."""
    vivid = 1 + draws.uniform(0.3, 1.0) * severity
    hard = _flat(image, draws, 1 + draws.uniform(0.8, 1.2) * severity)
    gray = hard.mean(0, keepdim=True)
    return gray + vivid * (hard - gray)


HIGH_CONTRAST: Family = ((steep, 2.0), (sigmoid, 2.0), (levels, 1.5), (harsh, 1.0))
