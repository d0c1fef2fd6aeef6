"""Tone: sRGB and linear light, curves and fields of light that exposure and contrast share."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .random_stream import Draws


def in_bytes(image: Tensor) -> Tensor:
    """Rounded to 8 bits as a camera file is; the gradient passes as if it were not."""
    return image + ((image * 255).round() / 255 - image).detach()


def power(image: Tensor, gamma: float) -> Tensor:
    """image^gamma with a finite slope at black."""
    return (image.clamp(0, 1) + 1e-4) ** gamma - 1e-4**gamma


def s_curve(image: Tensor, pivot: float, steep: float) -> Tensor:
    """A sigmoid about `pivot` that keeps 0 and 1; `steep` > 0 is its slope, 0 the identity."""
    if steep < 1e-3:
        return image
    ends = torch.sigmoid(torch.tensor([-pivot * steep, (1 - pivot) * steep])).tolist()
    return (torch.sigmoid((image - pivot) * steep) - ends[0]) / (ends[1] - ends[0])


def cast(image: Tensor, draws: Draws, most: float) -> Tensor:
    """Gains `[C, 1, 1]` of a colour cast: the first channel stays, the others differ by up to `most` stops."""
    gains = torch.tensor([0.0, draws.uniform(-most, most) / 2, draws.uniform(-most, most)], device=image.device)
    return gains.exp2()[: len(image), None, None]


def light_field(image: Tensor, draws: Draws) -> Tensor:
    """Uneven light `[H, W]` in 0..1, 1 where it is brightest: a vignette, one side, or the pool of a lamp."""
    height, width = image.shape[-2:]
    y = torch.linspace(-1, 1, height, device=image.device)[:, None]
    x = torch.linspace(-1, 1, width, device=image.device)
    kind, angle, hard = draws.choice(3), draws.uniform(0, 2 * math.pi), draws.uniform(1, 4)
    cy, cx, wide = draws.uniform(-0.8, 0.8), draws.uniform(-0.8, 0.8), draws.uniform(0.4, 1.2)
    if kind == 0:
        return 1 - 0.5 * (y**2 + x**2)
    if kind == 1:
        return torch.sigmoid(hard * (y * math.sin(angle) + x * math.cos(angle) + 0.3 * cy))
    return torch.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * wide**2))
