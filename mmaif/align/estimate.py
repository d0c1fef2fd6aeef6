"""The motion between two pictures of one scene: a search on a small copy, then refinement on larger and larger ones.

The search correlates edges by Fourier transform over a few turns and sizes. The refinement is the enhanced correlation
of Evangelidis and Psarakis (2008) on edges in place of brightness, by forward composition: Gauss-Newton steps over
the generators of the motion, each halved until the correlation grows.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from .edges import edges, likeness
from .warp import cover, half_side, places, similarity, warped

MOTIONS = {"translation": 2, "similarity": 4, "homography": 8}  # name -> generators
SMALLEST, LARGEST = 160, 1280  # longer side of the copies, px
REACH = 0.1  # shift that is searched, share of the longer side
TURNS = (0.0, -1.2, 1.2, -2.4, 2.4)  # degrees
SIZES = (1.0, 0.975, 1.025, 0.95, 1.05)
STEPS = 12  # of Gauss-Newton on each copy


@dataclass(frozen=True)
class Copies:
    """A picture [1, C, H, W] and its reductions, each made once."""

    picture: Tensor
    largest: int = LARGEST

    @cached_property
    def levels(self) -> list[Tensor]:
        """Copies from small to large: a longer side of 160, 320, 640 ... px, at most that of the picture."""
        longer = max(self.picture.shape[-2:])
        sides = [SMALLEST << i for i in range(8) if SMALLEST << i <= min(self.largest, longer) * 0.75]
        return [reduced(self.picture, side) for side in (*sides, min(self.largest, longer))]


def reduced(picture: Tensor, longest: int) -> Tensor:
    """[1, C, H, W] with a longer side of at most `longest` px."""
    height, width = picture.shape[-2:]
    if max(height, width) <= longest:
        return picture
    share = longest / max(height, width)
    size = max(1, round(height * share)), max(1, round(width * share))
    return F.interpolate(picture, size, mode="bilinear", antialias=True, align_corners=False)


def estimate(reference: Copies, frame: Copies, motion: str, blind: bool, start: Tensor | None = None) -> Tensor:
    """The matrix [3, 3] (`mmaif.align.warp`) that takes the reference to the frame, of the kind `motion`.

    blind: see `mmaif.align.edges`. start: a matrix to refine; without one it is searched for.
    """
    pairs = list(zip(reference.levels, frame.levels, strict=True))
    matrix = search(*pairs[0], motion, blind) if start is None else start
    for index, (still, moving) in enumerate(pairs):
        # Turns and perspective are too fine to be seen on the smallest copy of a blind pair.
        kind = "similarity" if motion == "homography" and index < len(pairs) - 2 else motion
        matrix = refine(still, moving, matrix, kind, blind)
    return matrix


def search(reference: Tensor, frame: Tensor, motion: str, blind: bool) -> Tensor:
    """The best of all shifts up to REACH under all turns and sizes, on copies [1, C, h, w]."""
    size = tuple(reference.shape[-2:])
    reach = max(2, round(REACH * max(size)))
    still = edges(reference, blind)
    poses = [(0.0, 1.0)] if motion == "translation" else [(turn, scale) for turn in TURNS for scale in SIZES]
    best, found = -1.0, similarity()
    for turn, scale in poses:
        pose = similarity(degrees=turn, scale=scale)
        peak, dx, dy = best_shift(still, edges(warped(frame, pose, "bilinear"), blind), reach)
        if peak > best:
            unit = half_side(size)
            best, found = peak, pose @ similarity(dx / unit, dy / unit)
    return found


def best_shift(still: Tensor, moving: Tensor, reach: int) -> tuple[float, int, int]:
    """(correlation, dx, dy) of the best whole shift: moving(x + dx, y + dy) is like still(x, y); [1, 2, h, w] each."""
    maps = correlations(still, moving, reach)[0]
    index = int(maps.argmax())
    side = 2 * reach + 1
    return float(maps.flatten()[index]), index % side - reach, index // side - reach


def correlations(still: Tensor, moving: Tensor, reach: int) -> Tensor:
    """[B, C, h, w] twice -> correlation for all shifts up to `reach` px, [B, 2 reach + 1, 2 reach + 1] by (dy, dx)."""
    height, width = still.shape[-2:]
    size = height + reach, width + reach
    product = torch.fft.rfft2(still, size).conj() * torch.fft.rfft2(moving, size)
    full = torch.fft.irfft2(product.sum(1), size)
    window = torch.arange(-reach, reach + 1)
    norm = (still.square().sum((1, 2, 3)) * moving.square().sum((1, 2, 3))).sqrt().clamp_min(1e-12)
    maps = full[:, window % size[0]][:, :, window % size[1]] / norm[:, None, None]
    shown = (height - window.abs()).clamp_min(1)[:, None] * (width - window.abs()).clamp_min(1) / (height * width)
    return maps / shown.clamp_min(0.5)


def refine(reference: Tensor, frame: Tensor, matrix: Tensor, motion: str, blind: bool) -> Tensor:
    """The matrix made better on copies [1, C, h, w] by at most STEPS steps."""
    size = tuple(reference.shape[-2:])
    still = edges(reference, blind)
    ways = generators(size, MOTIONS[motion])  # [n, 2, h, w]

    def look(pose: Tensor) -> tuple[float, Tensor, Tensor]:
        where = cover(pose, size, 3).float()
        moving = edges(warped(frame, pose, "bilinear"), blind)
        return likeness(still, moving, where), moving, where

    score, moving, where = look(matrix)
    for _ in range(STEPS):
        step = _step(still, moving, where, ways)
        for _ in range(4):
            pose = matrix @ increment(step)
            better, moved, seen = look(pose)
            if better > score:
                break
            step = step / 3
        else:
            break
        gain, score, matrix, moving, where = better - score, better, pose, moved, seen
        if gain < 1e-5:
            break
    return matrix / matrix[2, 2]


def _step(still: Tensor, moving: Tensor, where: Tensor, ways: Tensor) -> Tensor:
    """The Gauss-Newton step [n] along the generators that makes `moving` like `still`."""
    unit = half_side(tuple(still.shape[-2:]))
    padded = F.pad(moving, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    slopes = (across[0][:, None] * ways[:, 0] + down[0][:, None] * ways[:, 1]) * unit * where  # [2, n, h, w]
    slopes = slopes.transpose(0, 1).flatten(1)  # [n, 2 h w]
    still, moving = (still[0] * where).flatten(), (moving[0] * where).flatten()
    gain = moving.dot(moving) / still.dot(moving).clamp_min(0.05 * moving.dot(moving)).clamp_min(1e-9)
    normal = (slopes @ slopes.T).double()
    normal = normal + torch.diag(normal.diagonal() * 1e-3 + 1e-6)
    return torch.linalg.solve(normal, (slopes @ (gain * still - moving)).double())


def generators(size: tuple[int, int], count: int) -> Tensor:
    """How each of the first `count` ways of moving shifts every pixel, [n, 2, H, W]."""
    x, y = places(size)
    one, none = torch.ones_like(x), torch.zeros_like(x)
    ways = ((one, none), (none, one), (x, y), (-y, x), (x, -y), (y, x), (-x * x, -x * y), (-x * y, -y * y))
    return torch.stack([torch.stack(way) for way in ways[:count]])


def increment(step: Tensor) -> Tensor:
    """The matrix [3, 3] of a small motion, float64: `generators` weighted by step [n]."""
    dx, dy, size, turn, stretch, shear, lean, tilt = [*step.tolist(), *[0.0] * (8 - len(step))]
    rows = [[1 + size + stretch, shear - turn, dx], [turn + shear, 1 + size - stretch, dy], [lean, tilt, 1.0]]
    return torch.tensor(rows, dtype=torch.float64)
