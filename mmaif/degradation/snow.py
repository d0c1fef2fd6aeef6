"""Snow: flakes in layers, filtered noise, lumpy flakes, specks and discs, blizzards."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .particles import REFERENCE, grain_kernel, gusts, shower, some, splat
from .random_stream import Draws
from .variety import Family
from .veil import Veil, additive, alpha, blend, renderer, tinted

# count in a 640 px square, least and largest radius (px), edge exponent, uneven rim, opacity:
# far specks, flakes, and a few out-of-focus discs near the lens
SNOW_LAYERS = (
    (3200, 0.8, 1.7, 2.0, 0.15, 0.8),
    (700, 1.6, 3.8, 2.6, 0.15, 1.2),
    (34, 5.0, 13.0, 4.0, 0.06, 0.45),
)


def _mist(size: tuple[int, int], severity: float, draws: Draws, most: float = 0.25) -> Veil:
    """The white of the snow too far to tell apart, even or in gusts."""
    uneven = draws.uniform(0, 1) if draws.chance(0.4) else 0.0
    strength = draws.uniform(0.01, most) * severity
    return alpha(strength * gusts(size, draws, uneven), tinted(draws, 0.75, 1.0, 0.02))


@renderer
def flakes(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Far specks, flakes with uneven outlines, a few blurred ones near the lens: radii of 0.8..13 px for a longest side
    of 640 px, drawn out along the wind."""
    height, width = size
    zoom = zoom * draws.uniform(0.75, 1.4)
    wind = math.radians(draws.uniform(-60, 60))
    streak = 1 + 2 * draws.uniform() ** 2
    crowd = 2.0 ** draws.uniform(-1.0, 1.2)
    light, mist = tinted(draws, 0.9, 1.0, 0.015), _mist(size, severity, draws)
    density = torch.zeros(height, width, device=draws.device)
    for count, least, largest, edge, uneven, opacity in SNOW_LAYERS:
        share = draws.uniform(0.4, 1.2)
        rows = some(draws, count * crowd * share * height * width / (REFERENCE * zoom) ** 2, severity)
        radius = zoom * (least + (largest - least) * rows[:, 2] ** 2)
        reach = math.ceil(zoom * largest * streak * (1 + uneven)) + 1
        weight, oy, ox = _stamps(rows, radius, reach, wind, streak, edge, uneven)
        y = rows[:, 0, None, None] * (height + 2 * reach) - reach + oy
        x = rows[:, 1, None, None] * (width + 2 * reach) - reach + ox
        y, x = torch.broadcast_tensors(y, x)
        density += opacity * splat(y.flatten(), x.flatten(), weight.flatten(), height, width)
    return mist.behind(alpha(1 - torch.exp(-density * (0.6 + 1.2 * severity)), light))


def _stamps(
    rows: Tensor, radius: Tensor, reach: int, wind: float, streak: float, edge: float, uneven: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Stamps `[n, k, k]` in 0..1 of n flakes, k = 2 reach + 1, and the offsets of their pixels, y and x."""
    turn, lobes, faint, drawn = rows[:, 3:].T
    offset = torch.arange(-reach, reach + 1, device=rows.device, dtype=torch.float32)
    oy, ox = offset[:, None], offset[None, :]
    along = (oy * math.cos(wind) + ox * math.sin(wind)) / (1 + (streak - 1) * drawn)[:, None, None]
    across = ox * math.cos(wind) - oy * math.sin(wind)
    count = (2 + (lobes * 4).floor())[:, None, None]
    rim = 1 + uneven * torch.cos(count * torch.atan2(across, along) + 2 * math.pi * turn[:, None, None])
    distance = (along**2 + across**2).sqrt() / (radius[:, None, None] * rim)
    return torch.exp(-(distance**edge)) * (0.4 + 0.6 * faint)[:, None, None], oy, ox


def _strewn(
    size: tuple[int, int], severity: float, draws: Draws, zoom: float, radii: tuple[float, float], cover: float
) -> Tensor:
    """Density `[H, W]` of like flakes with radii in px of the reference: round or drawn out, sharp or blurred."""
    radius, edge = zoom * draws.uniform(*radii), (2.0, 2.0, 4.0)[draws.choice(3)]
    length = radius * (draws.uniform(0.5, 4) if draws.chance(0.5) else 0.3)
    wind = math.radians(draws.uniform(-60, 60))
    return shower(size, severity, draws, grain_kernel(length, radius / 1.41, wind, edge), cover, 0.8)


@renderer
def specks(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Noise thresholded and blurred at three sizes: dense specks, flakes, and discs out of focus (as in Snow100K)."""
    crowd = 2.0 ** draws.uniform(-2.5, 0.8)
    light, whole = tinted(draws, 0.85, 1.0, 0.02), _mist(size, severity, draws)
    for radii, cover, opacity in (((0.7, 1.2), 0.10, 0.7), ((1.4, 3.0), 0.08, 0.95), ((4.0, 9.0), 0.05, 0.5)):
        density = _strewn(size, severity, draws, zoom, radii, crowd * cover * draws.uniform(0.2, 1.5))
        opaque = opacity * draws.uniform(0.6, 1.0) * (0.6 + 0.4 * severity) * (1 - torch.exp(-2.5 * density))
        whole = whole.behind(blend(opaque, light, draws))
    return whole


@renderer
def lumps(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Smooth noise cut off high up, at two or three sizes: flakes of no regular outline (as in CSD)."""
    light, whole = tinted(draws, 0.85, 1.0, 0.02), _mist(size, severity, draws)
    for cell in (1.6, 3.2, 7.0)[: 2 + draws.choice(2)]:
        step = max(1.0, zoom * cell * draws.uniform(0.7, 1.3))
        coarse = [max(2, math.ceil(n / step)) for n in size]
        stretched = F.interpolate(draws.normals(1, 1, *coarse), size, mode="bicubic", align_corners=False)[0, 0]
        above, steep = draws.uniform(1.3, 2.3), draws.uniform(1.0, 4.0)
        opaque = (steep * (stretched - above + 0.7 * (severity - 1))).clamp(0, 1) * draws.uniform(0.5, 1.0)
        whole = whole.behind(blend(opaque * (0.6 + 0.4 * severity), light, draws))
    return whole


@renderer
def driving(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """A blizzard: a dense grain of streaks in the wind, a glow of scattered light, and single flakes."""
    wind, light = math.radians(draws.uniform(-75, 75)), tinted(draws, 0.85, 1.0, 0.02)
    stamp = grain_kernel(zoom * draws.uniform(2, 9), zoom * draws.uniform(0.4, 0.9), wind, taper=1.0)
    grain = shower(size, severity, draws, stamp, draws.uniform(0.4, 1.6), spread=1.0)
    single = grain_kernel(zoom * draws.uniform(2, 12), zoom * draws.uniform(0.9, 2.2), wind)
    near = shower(size, severity, draws, single, draws.uniform(0.02, 0.08))
    whole = _mist(size, severity, draws, 0.45)
    whole = whole.behind(additive(0.35 * severity * (1 - torch.exp(-grain)), light))
    return whole.behind(alpha((0.6 + 0.4 * severity) * (1 - torch.exp(-2 * near)), light))


@renderer
def bokeh(size: tuple[int, int], severity: float, draws: Draws, zoom: float) -> Veil:
    """Snow in a flash or against the light: few large soft discs that brighten, and specks."""
    light, whole = tinted(draws, 0.8, 1.0, 0.04), _mist(size, severity, draws)
    for radii, cover in (((6.0, 18.0), 0.25), ((2.5, 6.0), 0.12), ((0.8, 1.6), 0.05)):
        density = _strewn(size, severity, draws, zoom, radii, cover * draws.uniform(0.3, 1.5))
        opaque = draws.uniform(0.3, 0.9) * (0.6 + 0.4 * severity) * (1 - torch.exp(-1.5 * density))
        whole = whole.behind(additive(opaque, light))
    return whole


SNOW: Family = ((flakes, 2.0), (specks, 2.0), (lumps, 1.5), (driving, 1.0), (bokeh, 0.7))
