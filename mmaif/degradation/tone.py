"""Tone: exposure in linear light, contrast about a pivot."""

from __future__ import annotations

import torch
from torch import Tensor

from ..images import linear_to_srgb, srgb_to_linear
from .random_stream import Draws

MIN_EV = -4.0
MAX_EV = 2.5


def low_exposure(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Darken `[C, H, W]` by 0..-4 EV in linear light, then round to 8 bits as a camera file would."""
    dark = linear_to_srgb(srgb_to_linear(image) * 2 ** (MIN_EV * severity))
    return dark + ((dark * 255).round() / 255 - dark).detach()


def high_exposure(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Brighten `[C, H, W]` by 0..2.5 EV in linear light; highlights clip, hard or over a soft shoulder."""
    soft = draws.chance(0.5)
    knee = draws.uniform(0.5, 0.9)
    light = srgb_to_linear(image) * 2 ** (MAX_EV * severity)
    if soft:
        rolled = 1 - (1 - knee) * torch.exp(-(light - knee).clamp_min(0) / (1 - knee))
        light = torch.where(light > knee, rolled, light)
    # the shoulder must not darken what was already bright
    return torch.maximum(image, linear_to_srgb(light.clamp(max=1)))


def _pivot(image: Tensor, draws: Draws) -> Tensor:
    """The gray that contrast turns about: between the picture's own mean and a fixed gray."""
    gray, own = draws.uniform(0.35, 0.65), draws.uniform()
    return own * image.mean() + (1 - own) * gray


def low_contrast(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Lower the contrast of `[C, H, W]` about a pivot, gain 1..0.2."""
    pivot = _pivot(image, draws)
    return pivot + (image - pivot) * (1 - 0.8 * severity)


def high_contrast(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Raise the contrast of `[C, H, W]` about a pivot, gain 1..3; shadows and highlights clip."""
    pivot = _pivot(image, draws)
    return pivot + (image - pivot) * (1 + 2 * severity)
