"""Rain: streaks in layers, filtered noise, thick drops, crossing showers, sheets of water, splashes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .blur import gaussian_smooth
from .lens import lens_drops
from .particles import REFERENCE, grain_kernel, gusts, shower, some, splat
from .random_stream import Draws
from .variety import Family
from .veil import Veil, additive, alpha, blend, renderer, tinted

# count in a 640 px square, shortest and longest (px), softness sigma (px), opacity: far, middle, near drops
RAIN_LAYERS = ((4200, 8, 20, 0.30, 0.26), (1500, 16, 38, 0.45, 0.42), (130, 30, 62, 0.9, 0.6))


def _lean(draws: Draws, most: float = 50) -> float:
    """Angle from vertical in radians; mostly steep."""
    return math.radians(most * draws.uniform(-1, 1) * draws.uniform(0.1, 1))


def _mist(size: tuple[int, int], severity: float, draws: Draws, most: float = 0.3) -> Veil:
    """The drops too far to tell apart: a thin veil."""
    strength = draws.uniform(0.02, most) * severity
    return alpha(torch.full(size, strength, device=draws.device), tinted(draws, 0.45, 0.85, 0.04))


@renderer
def layers(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Three layers of streaks, far to near, each streak with its own length and lean, of 8..62 px and 1..3 px wide for
    a longest side of 640 px; from a few drops to a cloudburst."""
    height, width = size
    zoom = zoom * draws.uniform(0.75, 1.6)
    stretch, angle = draws.uniform(0.7, 1.6), _lean(draws)
    spread = math.radians(draws.uniform(0.3, 4.0))
    crowd = 2.0 ** draws.uniform(-1.5, 1.0)
    light, mist = tinted(draws, 0.75, 1.0, 0.03), _mist(size, severity, draws)
    density = torch.zeros(height, width, device=draws.device)
    for count, shortest, longest, soft, opacity in RAIN_LAYERS:
        share, boldness = draws.uniform(0.4, 1.2), draws.uniform(0.7, 1.3)
        drops = some(draws, count * crowd * share * height * width / (REFERENCE * zoom) ** 2, severity)
        reach = zoom * longest * stretch
        length = reach * (shortest / longest + (1 - shortest / longest) * drops[:, 2:3])
        lean = angle + spread * (2 * drops[:, 3:4] - 1)
        bright = opacity * boldness * (0.3 + 0.7 * drops[:, 4:5])
        t = torch.linspace(0, 1, math.ceil(reach / 0.9) + 1, device=draws.device)
        y = drops[:, 0:1] * (height + reach) + length * (t - 1) * lean.cos()
        x = drops[:, 1:2] * (width + reach) - reach / 2 + length * (t - 0.5) * lean.sin()
        weight = bright * torch.sin(math.pi * t).clamp_min(0) ** 0.5 * length / (len(t) - 1)
        layer = splat(y.flatten(), x.flatten(), weight.flatten(), height, width)
        sigma = soft * max(0.6, zoom)
        # a blurred line keeps its peak when its weight grows with its width
        density += gaussian_smooth(layer[None], sigma)[0] * (1 + 1.5 * sigma)
    opaque = 1 - torch.exp(-density * (0.5 + 0.9 * severity))
    return mist.behind(blend(opaque, light, draws))


# of streaks: length (px), sigma of the width (px), cover at severity 1, opacity, layers
STYLES = {
    "fine": ((14, 60), (0.35, 0.6), (0.2, 1.0), (0.4, 1.0), 2),
    "thick": ((14, 50), (0.7, 1.5), (0.2, 1.0), (0.6, 1.0), 2),
    "dashes": ((5, 16), (0.5, 1.2), (0.05, 0.3), (0.4, 1.0), 2),
    "long": ((60, 160), (0.4, 1.1), (0.2, 1.0), (0.4, 1.0), 2),
}


def _streaks(
    size: tuple[int, int], severity: float, draws: Draws, zoom: float, style: str, angle: float, most: float = 1.0
) -> Tensor:
    """Opacity `[H, W]` in 0..1 of filtered noise in one style: like streaks, a part long and a part short."""
    lengths, widths, covers, opacities, count = STYLES[style]
    cover, opacity = draws.uniform(*covers) * draws.uniform(0.3, 1) * most, draws.uniform(*opacities)
    length, sigma = zoom * draws.uniform(*lengths), zoom * draws.uniform(*widths)
    taper, uneven = draws.uniform(0, 1), draws.uniform(0, 0.7) if draws.chance(0.4) else 0.0
    density = torch.zeros(size, device=draws.device)
    for _ in range(count):
        part, wider, lean = draws.uniform(0.5, 1), draws.uniform(0.7, 1.2), math.radians(draws.uniform(-3, 3))
        stamp = grain_kernel(length * part, sigma * wider, angle + lean, taper=taper)
        density = density + shower(size, severity, draws, stamp, cover / count)
    density = density * gusts(size, draws, uneven)
    # an opaque streak: from half of the peak on it hides what its opacity says
    return opacity * (0.45 + 0.55 * severity) * (1 - torch.exp(-2.2 * density))


def _filtered(style: str):
    """The renderer of one style."""

    def make(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
        light, mist = tinted(draws, 0.6, 1.0, 0.05), _mist(size, severity, draws)
        opaque = _streaks(size, severity, draws, zoom, style, _lean(draws))
        return mist.behind(blend(opaque, light, draws))

    make.__name__ = f"{style}_streaks"
    make.__doc__ = f"Noise thresholded and blurred along a line, as image editors make rain: {style} streaks."
    return renderer(make)


@renderer
def crossing(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Two or three showers of different lean, length and width over one another, dense and bright (as in Rain100H)."""
    mist, light = _mist(size, severity, draws, 0.15), tinted(draws, 0.8, 1.0, 0.03)
    whole, main = mist, _lean(draws, 30)
    for _ in range(2 + draws.choice(2)):
        style = ("fine", "thick", "long")[draws.choice(3)]
        angle = main + math.radians(draws.uniform(-22, 22))
        whole = whole.behind(blend(_streaks(size, severity, draws, zoom, style, angle, 1.0), light, draws))
    return whole


@renderer
def sheets(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """A dense grain of rain without single drops: noise drawn out along the fall, added as light, uneven in the
    picture."""
    angle, level = _lean(draws, 25), draws.uniform(0.08, 0.3)
    stamp = grain_kernel(zoom * draws.uniform(20, 90), zoom * draws.uniform(0.4, 1.0), angle, taper=1.0)
    density = shower(size, 1.0, draws, stamp, draws.uniform(1.5, 5.0), spread=1.0)
    density = density / density.mean().clamp_min(1e-6) * gusts(size, draws, draws.uniform(0, 0.8))
    opaque = (level * severity * (0.15 + 0.85 * density**1.5)).clamp(max=0.9)
    return _mist(size, severity, draws).behind(blend(opaque, tinted(draws, 0.6, 1.0, 0.05), draws))


@renderer
def splashing(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Fine rain that bursts on the ground: streaks, and small flat splashes in the lower part of the picture."""
    light = tinted(draws, 0.7, 1.0, 0.03)
    streaks = _streaks(size, severity, draws, zoom, ("fine", "dashes")[draws.choice(2)], _lean(draws, 25))
    ground = torch.linspace(0, 1, size[0], device=draws.device)[:, None] - draws.uniform(0.2, 0.6)
    crown = grain_kernel(zoom * draws.uniform(2, 7), zoom * draws.uniform(0.5, 1.2), math.pi / 2)
    burst = shower(size, severity, draws, crown, draws.uniform(0.04, 0.15)) * (4 * ground).clamp(0, 1)
    whole = _mist(size, severity, draws).behind(blend(streaks, light, draws))
    return whole.behind(alpha(0.7 * (1 - torch.exp(-1.5 * burst)), light))


@renderer
def night(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Rain in the dark: the scene dimmed, sparse streaks that shine where lamps light them."""
    dim = 1 - draws.uniform(0.1, 0.45) * severity
    lamp = 1 - gusts(size, draws, 1.0)
    streaks = _streaks(size, severity, draws, zoom, ("fine", "thick", "dashes")[draws.choice(3)], _lean(draws))
    dark = Veil(torch.full((1, *size), dim, device=draws.device), torch.zeros(3, *size, device=draws.device))
    return dark.behind(additive(streaks * (0.15 + 0.85 * lamp), tinted(draws, 0.6, 1.0, 0.12)))


RAIN: Family = (
    (layers, 2.0),
    (_filtered("fine"), 2.0),
    (_filtered("thick"), 1.5),
    (_filtered("dashes"), 1.5),
    (_filtered("long"), 1.0),
    (crossing, 3.0),
    (sheets, 1.0),
    (splashing, 0.7),
    (night, 0.5),
    (lens_drops, 0.5),
)
