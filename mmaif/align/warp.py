"""Pictures [B, C, H, W] moved by a 3x3 matrix that knows nothing of their size.

A matrix takes a place of the reference to the place of a frame that shows the same. Places are counted from the middle
of the picture, x to the right and y down, in halves of its longer side: one matrix serves all reductions of a picture.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def half_side(size: tuple[int, int]) -> float:
    """Pixels per unit of place in a picture of (H, W)."""
    return max(size) / 2


def places(size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The places (x, y) of all pixels, [H, W] each, float32."""
    height, width = size
    unit = half_side(size)
    x = (torch.arange(width) - (width - 1) / 2) / unit
    y = (torch.arange(height) - (height - 1) / 2) / unit
    return x.expand(height, width), y[:, None].expand(height, width)


def targets(matrix: Tensor, size: tuple[int, int]) -> Tensor:
    """Where the matrix [3, 3] takes every pixel, as `grid_sample` counts: [1, H, W, 2], -1..1 inside."""
    height, width = size
    x, y = places(size)
    m = matrix.float()
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    u = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
    v = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
    unit = half_side(size)
    return torch.stack([u * unit * 2 / width, v * unit * 2 / height], -1)[None]


def warped(image: Tensor, matrix: Tensor, mode: str = "bicubic") -> Tensor:
    """image [B, C, H, W] as the reference's camera sees it; the border is drawn out over what it does not show."""
    at = targets(matrix, tuple(image.shape[-2:])).to(image).expand(len(image), -1, -1, -1)
    out = F.grid_sample(image, at, mode=mode, padding_mode="border", align_corners=False)
    return out.clamp(0, 1) if mode == "bicubic" else out


def cover(matrix: Tensor, size: tuple[int, int], margin: float = 0.0) -> Tensor:
    """Where a frame moved by the matrix shows something: bool [H, W]; margin: pixels at its border to leave out."""
    height, width = size
    at = targets(matrix, size)[0].abs()
    margin -= 0.01  # rounding must not cut the border off
    return (at[..., 0] <= 1 - (1 + 2 * margin) / width) & (at[..., 1] <= 1 - (1 + 2 * margin) / height)


def moved_places(at: Tensor, matrix: Tensor, size: tuple[int, int]) -> Tensor:
    """Where the matrix takes pixels of (H, W), given and returned as indices [n], the nearest ones inside."""
    height, width = size
    unit, middle = half_side(size), torch.tensor([[(width - 1) / 2], [(height - 1) / 2]], dtype=torch.float64)
    place = (torch.stack([at % width, at // width]) - middle) / unit
    moved = matrix.double() @ torch.cat([place, torch.ones_like(place[:1])])
    column, row = (moved[:2] / moved[2] * unit + middle).round().long()
    return row.clamp(0, height - 1) * width + column.clamp(0, width - 1)


def displacement(matrix: Tensor, size: tuple[int, int]) -> float:
    """How far the matrix moves the corners and the middle of a picture of (H, W): the largest, in pixels."""
    height, width = size
    unit = half_side(size)
    points = [(0.0, 0.0)] + [(sx * width / 2 / unit, sy * height / 2 / unit) for sx in (-1, 1) for sy in (-1, 1)]
    place = torch.tensor([[x, y, 1.0] for x, y in points], dtype=torch.float64).T
    moved = matrix.double() @ place
    return float(((moved[:2] / moved[2] - place[:2]) * unit).norm(dim=0).max())


def similarity(dx: float = 0.0, dy: float = 0.0, degrees: float = 0.0, scale: float = 1.0) -> Tensor:
    """The matrix [3, 3] of a frame shifted by (dx, dy) units, turned and enlarged about the middle."""
    c, s = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    return torch.tensor([[c, -s, dx], [s, c, dy], [0.0, 0.0, 1.0]], dtype=torch.float64)


def common_area(covers: Tensor) -> tuple[int, int, int, int]:
    """The largest upright rectangle (top, bottom, left, right) that all covers [N, H, W] hold, found from the borders:
    the side with most holes gives way until none is left."""
    shown = covers.all(0)
    top, bottom, left, right = 0, shown.shape[0], 0, shown.shape[1]
    while bottom - top > 16 and right - left > 16:
        inside = ~shown[top:bottom, left:right]
        holes = [float(side.float().mean()) for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1])]
        worst = max(range(4), key=holes.__getitem__)
        if holes[worst] == 0:
            break
        top, bottom = top + (worst == 0), bottom - (worst == 1)
        left, right = left + (worst == 2), right - (worst == 3)
    return top, bottom, left, right
