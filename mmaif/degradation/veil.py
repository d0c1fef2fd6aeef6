"""What hangs between scene and lens and does not depend on the picture: what it lets through and what it adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import torch
from torch import Tensor

from .particles import picture_scale
from .random_stream import Draws
from .variety import Recent, pick


@dataclass(frozen=True)
class Veil:
    """A picture J becomes J * through + light. through [1, H, W] in 0..1, light [3, H, W] >= 0."""

    through: Tensor
    light: Tensor

    def over(self, image: Tensor) -> Tensor:
        """Lay it over `[C, H, W]`; over a gray picture the light is gray."""
        light = self.light if image.shape[0] == 3 else self.light.mean(0, keepdim=True)
        return image * self.through + light

    def behind(self, other: Veil) -> Veil:
        """This one, and `other` between it and the lens."""
        return Veil(self.through * other.through, self.light * other.through + other.light)


def alpha(opacity: Tensor, colour: Tensor) -> Veil:
    """An opaque thing of colour `[3]` that covers `[H, W]` by 0..1: what it is, is seen instead of the scene. (Over
    white this is also what Photoshop calls "screen".)"""
    return Veil(1 - opacity[None], opacity * colour[:, None, None])


def additive(opacity: Tensor, colour: Tensor) -> Veil:
    """Light of colour `[3]` on top of the scene, of strength 0..1 `[H, W]`; bright places clip."""
    return Veil(torch.ones_like(opacity)[None], opacity * colour[:, None, None])


def between(opacity: Tensor, colour: Tensor) -> Veil:
    """Half covering, half adding: a glassy drop lets through part of what it lightens."""
    return Veil(1 - 0.5 * opacity[None], opacity * colour[:, None, None])


BLENDS = ((alpha, 1.5), (additive, 1.5), (between, 1.0))


def blend(opacity: Tensor, colour: Tensor, draws: Draws) -> Veil:
    """One of the three ways, drawn."""
    return pick(BLENDS, draws)(opacity, colour)


def tinted(draws: Draws, low: float, high: float, tint: float) -> Tensor:
    """A nearly gray colour `[3]` of brightness `low`..`high`, blue or warm by up to `tint`."""
    level, lean, green = draws.uniform(low, high), draws.uniform(-tint, tint), draws.uniform(-0.3, 0.3)
    return torch.tensor([level + lean, level + green * lean, level - lean], device=draws.device).clamp(0, 1)


VeilMaker = Callable[[tuple[int, int], float, Draws, float], Veil]
RECENT = Recent(4)


def renderer(make: VeilMaker) -> Callable[..., Tensor]:
    """A renderer (image, severity, draws, longest) from `make(size, severity, draws, zoom)`.

    `zoom` is the size in px of a reference pixel, see `picture_scale`. The last veils are kept: all sources of a scene
    and its truth look through the same one.
    """

    @wraps(make)
    def render(image: Tensor, severity: float, draws: Draws, longest: int | None = None) -> Tensor:
        size = tuple(image.shape[-2:])
        zoom = picture_scale(longest or max(size))
        state = draws.generator.get_state().numpy().tobytes()
        key = (make, state, severity, size, zoom, str(draws.device))
        return RECENT.get(key, lambda: make(size, severity, draws, zoom)).over(image)

    return render
