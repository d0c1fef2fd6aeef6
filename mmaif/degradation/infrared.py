"""What an uncooled thermal camera adds: fixed-pattern stripes, noise and low contrast."""

from __future__ import annotations

from torch import Tensor

from .depth import smooth_noise
from .random_stream import Draws

MAX_STRIPE = 16 / 255
MAX_NOISE = 25 / 255


def ir_stripes(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Column and row offsets on `[C, H, W]`, sigma 0..16/255, and now and then a bright or dark line."""
    _, height, width = image.shape
    kind = draws.choice(4)  # 0, 1: columns, 2: rows, 3: both
    weaker = draws.uniform(0.15, 0.6)
    lines = draws.choice(4)
    columns, rows = draws.normals(width), draws.normals(height)
    for _ in range(lines):
        place, offset = draws.uniform(), draws.uniform(2, 4) * (1 if draws.chance(0.5) else -1)
        if kind == 2:
            rows[int(place * height)] = offset
        else:
            columns[int(place * width)] = offset
    if kind == 2:
        pattern = rows[:, None].expand(height, width)
    elif kind == 3:
        pattern = columns + weaker * rows[:, None]
    else:
        pattern = columns.expand(height, width)
    return image + MAX_STRIPE * severity * pattern


def ir_noise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Thermal noise on `[C, H, W]`, sigma 0..25/255 with a smooth non-uniformity, contrast gain 1..0.45."""
    _, height, width = image.shape
    gray, own = draws.uniform(0.3, 0.6), draws.uniform()
    drift = draws.uniform(0.0, 1.5)
    uneven = smooth_noise(height, width, draws, cells=4) - 0.5
    white = draws.normals(height, width)
    pivot = own * image.mean() + (1 - own) * gray
    flat = pivot + (image - pivot) * (1 - 0.55 * severity)
    return flat + MAX_NOISE * severity * (white + drift * uneven)
