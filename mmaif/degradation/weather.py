"""Weather: rain, snow and haze between the scene and the lens."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .blur import gaussian_smooth
from .depth import procedural_depth
from .particles import REFERENCE, picture_scale, splat
from .random_stream import Draws

MAX_BETA = 2.5


def _over(image: Tensor, colour: Tensor, alpha: Tensor) -> Tensor:
    """Lay a colour `[3]` over `[C, H, W]` with opacity `alpha` (number or `[H, W]`)."""
    if image.shape[0] == 1:
        colour = colour.mean(0, keepdim=True)
    return image + alpha * (colour[:, None, None] - image)


def _light(draws: Draws, low: float, high: float, tint: float) -> Tensor:
    """A nearly gray colour `[3]` of the given brightness, a little blue or warm."""
    level, lean = draws.uniform(low, high), draws.uniform(-tint, tint)
    return torch.tensor([level + lean, level, level - lean], device=draws.device).clamp(0, 1)


# count in a 640 px square, shortest and longest (px), softness sigma (px), opacity: far, middle, near drops
RAIN_LAYERS = ((4200, 8, 20, 0.30, 0.26), (1500, 16, 38, 0.45, 0.42), (130, 30, 62, 0.9, 0.6))


def rain(image: Tensor, severity: float, draws: Draws, longest: int | None = None) -> Tensor:
    """Rain on `[C, H, W]`: three layers of streaks and a thin veil of drops too far to tell apart.

    Lengths of some 8..62 px and widths of 1..3 px for a `longest` side of 640 px, a main direction within 35
    degrees of vertical, each streak its own; from a few drops to a cloudburst. Severity sets how many of the
    streaks are there and how opaque they are.
    """
    _, height, width = image.shape
    zoom = picture_scale(longest or max(height, width)) * draws.uniform(0.75, 1.6)
    stretch = draws.uniform(0.7, 1.6)
    angle = math.radians(draws.uniform(-35, 35))
    spread = math.radians(draws.uniform(0.3, 4.0))
    crowd = 2.0 ** draws.uniform(-1.5, 1.0)
    light = _light(draws, 0.75, 1.0, 0.03)
    veil_light = _light(draws, 0.55, 0.8, 0.03)
    veil = draws.uniform(0.05, 0.25)
    density = torch.zeros(height, width, device=draws.device)
    for count, shortest, longest, soft, opacity in RAIN_LAYERS:
        share, boldness = draws.uniform(0.4, 1.2), draws.uniform(0.7, 1.3)
        drops = _some(draws, count * crowd * share * height * width / (REFERENCE * zoom) ** 2, severity)
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
    alpha = 1 - torch.exp(-density * (0.5 + 0.9 * severity))
    return _over(_over(image, veil_light, veil * severity), light, alpha)


def _some(draws: Draws, count: float, severity: float) -> Tensor:
    """Rows of seven numbers in 0..1, one row a particle; milder weather keeps the first of the same rows."""
    rows = draws.uniforms(max(1, round(count)), 7)
    return rows[: math.ceil(len(rows) * severity**0.7)]


# count in a 640 px square, least and largest radius (px), edge exponent, uneven rim, opacity:
# far specks, flakes, and a few out-of-focus discs near the lens
SNOW_LAYERS = (
    (3200, 0.8, 1.7, 2.0, 0.15, 0.8),
    (700, 1.6, 3.8, 2.6, 0.15, 1.2),
    (34, 5.0, 13.0, 4.0, 0.06, 0.45),
)


def snow(image: Tensor, severity: float, draws: Draws, longest: int | None = None) -> Tensor:
    """Snow on `[C, H, W]`: far specks, flakes, a few blurred ones near the lens, and a white veil.

    Radii 0.8..13 px for a `longest` side of 640 px, uneven outlines, drawn out along the wind. Severity sets
    how many of the flakes are there and how opaque they are.
    """
    _, height, width = image.shape
    zoom = picture_scale(longest or max(height, width)) * draws.uniform(0.75, 1.4)
    wind = math.radians(draws.uniform(-60, 60))
    streak = 1 + 2 * draws.uniform() ** 2
    crowd = 2.0 ** draws.uniform(-1.3, 0.8)
    light = _light(draws, 0.9, 1.0, 0.015)
    veil = draws.uniform(0.05, 0.25)
    density = torch.zeros(height, width, device=draws.device)
    for count, least, largest, edge, uneven, opacity in SNOW_LAYERS:
        share = draws.uniform(0.4, 1.2)
        rows = _some(draws, count * crowd * share * height * width / (REFERENCE * zoom) ** 2, severity)
        radius = zoom * (least + (largest - least) * rows[:, 2] ** 2)
        reach = math.ceil(zoom * largest * streak * (1 + uneven)) + 1
        weight, oy, ox = _flakes(rows, radius, reach, wind, streak, edge, uneven)
        y = rows[:, 0, None, None] * (height + 2 * reach) - reach + oy
        x = rows[:, 1, None, None] * (width + 2 * reach) - reach + ox
        y, x = torch.broadcast_tensors(y, x)
        density += opacity * splat(y.flatten(), x.flatten(), weight.flatten(), height, width)
    alpha = 1 - torch.exp(-density * (0.6 + 1.2 * severity))
    return _over(_over(image, light, veil * severity), light, alpha)


def _flakes(
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


def haze(image: Tensor, severity: float, draws: Draws, depth: Tensor | None = None) -> Tensor:
    """Haze on `[C, H, W]`: I = J t + A (1 - t), t = exp(-beta d) (Koschmieder), beta 0..2.5, A 0.6..0.95.

    `depth` is `[1, H, W]`, 0 near .. 1 far; without it a procedural scene is drawn.
    """
    air = _light(draws, 0.6, 0.95, 0.03)
    thickness = draws.uniform(0.7, 1.0)
    if depth is None:
        depth = procedural_depth(*image.shape[-2:], draws)
    else:
        depth = depth.reshape(image.shape[-2:])
    return _over(image, air, 1 - torch.exp(-MAX_BETA * thickness * severity * depth))
