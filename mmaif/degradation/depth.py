"""Depth for haze, 0 (near) .. 1 (far), when nobody measured it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws, item_seeds
from .variety import pick

CLOUDS = 96  # px of the longest side at which clouds are made: they hold nothing finer


def unit_range(x: Tensor) -> Tensor:
    """Stretch to 0..1."""
    return (x - x.min()) / (x.max() - x.min()).clamp_min(1e-6)


def smooth_noise(height: int, width: int, draws: Draws, cells: int = 4) -> Tensor:
    """Cloud-like noise `[H, W]` in 0..1: three octaves, the coarsest with `cells` lumps a side."""
    size = [max(1, round(n * min(1.0, CLOUDS / max(height, width)))) for n in (height, width)]
    total = torch.zeros(1, 1, *size, device=draws.device)
    for octave in range(3):
        n = cells * 2**octave
        lumps = draws.uniforms(1, 1, n, n)
        total += F.interpolate(lumps, size, mode="bicubic") * 0.5**octave
    return F.interpolate(unit_range(total), (height, width), mode="bilinear", align_corners=False)[0, 0]


def procedural_depth(height: int, width: int, draws: Draws) -> Tensor:
    """A made-up scene `[H, W]` in 0..1: a ramp to the horizon, planes in a row, a street, clouds, nearly flat.

    It depends on the draws alone, so two sources of a scene with one seed share it.
    """
    y = torch.linspace(0, 1, height, device=draws.device)[:, None]
    x = torch.linspace(-0.5, 0.5, width, device=draws.device)
    scene = pick(SCENES, draws)(y, x, draws)
    clouds = smooth_noise(height, width, draws, cells=2 + draws.choice(3))
    return (scene + draws.uniform(0.05, 0.3) * (clouds - 0.5)).clamp(0, 1)


def _ground(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """Far at a tilted horizon and above, near at the lower edge."""
    horizon, tilt, steep = draws.uniform(0.1, 0.5), draws.uniform(-0.4, 0.4), draws.uniform(1.0, 2.5)
    below = ((y - horizon - tilt * x) / (1 - horizon)).clamp(0, 1)
    return (1 - below) ** steep


def _ridges(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """Ridges one behind another, each nearer one lower in the picture, `[H, W]`."""
    depth = torch.ones(y.shape[0], x.shape[0], device=draws.device)
    count = 3 + draws.choice(3)
    shape = draws.uniforms(5, 4)
    for i in range(count):
        top, slope, swell, phase = (float(v) for v in shape[i])
        ridge = (i + 0.3 + 0.5 * top) / count + 0.3 * (slope - 0.5) * x
        ridge = ridge + 0.1 * swell * torch.sin(2 * math.pi * (1.5 * x * (1 + i) + phase))
        softly = ((y - ridge) * 40).sigmoid()
        depth = depth + softly * ((1 - (i + 1) / count) - depth)
    return 0.6 * depth + 0.4 * _ground(y, x, draws)


def _street(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """A street or a room: walls, floor and ceiling run to a far point."""
    cy, cx = draws.uniform(0.25, 0.6), draws.uniform(-0.3, 0.3)
    aside = (x - cx).abs() / draws.uniform(0.4, 0.8)
    updown = torch.where(y > cy, (y - cy) / (1 - cy), (cy - y) / cy * draws.uniform(0, 1))
    near = torch.maximum(aside, updown).clamp(0.05, 1)
    return (0.08 / near).clamp(0, 1) ** draws.uniform(0.3, 0.8)


def _things(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """Rounded things, as trees and people, at different distances before a ground."""
    depth = _ground(y, x, draws)
    shape = draws.uniforms(6, 5)
    for left, wide, high, far, lobes in shape[: 2 + draws.choice(5)].tolist():
        dy, dx = (y - 0.3 - 0.5 * high) / (0.25 + 0.4 * high), (x - left + 0.5) / (0.06 + 0.2 * wide)
        angle = torch.atan2(dy, dx)
        rim = 1 + 0.25 * torch.cos(angle * round(2 + 3 * lobes) + 6 * wide) + 0.1 * torch.cos(7 * angle + 6 * high)
        inside = (8 * (rim - torch.hypot(dy, dx))).clamp(0, 1)
        depth = depth + inside * (torch.minimum(depth, torch.full_like(depth, 0.7 * far)) - depth)
    return depth


def _clouds(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """No scene at all: smooth lumps."""
    return smooth_noise(y.shape[0], x.shape[0], draws, cells=2 + draws.choice(3))


def _flat(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
    """Nearly one distance."""
    return draws.uniform(0.5, 0.9) + 0.2 * (_ground(y, x, draws) - 0.5)


SCENES = ((_ground, 2.0), (_ridges, 1.5), (_street, 1.0), (_things, 1.5), (_clouds, 1.0), (_flat, 1.0))


def estimate_depth(image: Tensor, seed: int | Sequence[int] = 0) -> Tensor:
    """Guess a depth `[B, 1, H, W]` in 0..1 from pictures `[B, C, H, W]`: what is gray, bright, pale or smooth is far.

    One of these cues, smoothed, mixed with a procedural scene. For a pair, estimate it once, on the visible source, and
    hand it to `degrade` for both.
    """
    seeds = item_seeds(seed, len(image))
    depths = []
    for picture, item_seed in zip(image, seeds, strict=True):
        draws = Draws(item_seed, "depth", picture.device)
        scene = procedural_depth(*picture.shape[-2:], draws)
        cue = unit_range(_smoothed(pick(CUES, draws)(picture), 2 + draws.choice(6)))
        share = draws.uniform(0.3, 0.9)
        depths.append((share * cue + (1 - share) * scene)[None])
    return torch.stack(depths)


def _smoothed(field: Tensor, radius: int) -> Tensor:
    """Box filter of `[H, W]`, edges replicated."""
    padded = F.pad(field[None, None], (radius,) * 4, mode="replicate")
    return F.avg_pool2d(padded, 2 * radius + 1, 1)[0, 0]


def _dark_channel(picture: Tensor) -> Tensor:
    """He, Sun and Tang (2009): the darkest of the channels nearby."""
    return -F.max_pool2d(-picture.amin(0)[None, None], 7, 1, 3)[0, 0]


def _brightness(picture: Tensor) -> Tensor:
    return picture.mean(0)


def _paleness(picture: Tensor) -> Tensor:
    """Bright and without colour (Zhu, Mai and Shao 2015)."""
    return picture.amax(0) - 1.3 * (picture.amax(0) - picture.amin(0))


def _smoothness(picture: Tensor) -> Tensor:
    """Little contrast nearby."""
    gray = picture.mean(0)
    return -(_smoothed((gray - _smoothed(gray, 4)).abs(), 6))


CUES: tuple[tuple[Callable[[Tensor], Tensor], float], ...] = (
    (_dark_channel, 2.0), (_brightness, 1.0), (_paleness, 1.0), (_smoothness, 1.0),
)  # fmt: skip
