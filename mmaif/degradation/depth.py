"""Depth for haze, 0 (near) .. 1 (far), when nobody measured it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws, item_seeds


def unit_range(x: Tensor) -> Tensor:
    """Stretch to 0..1."""
    return (x - x.min()) / (x.max() - x.min()).clamp_min(1e-6)


def smooth_noise(height: int, width: int, draws: Draws, cells: int = 4) -> Tensor:
    """Cloud-like noise `[H, W]` in 0..1: three octaves, the coarsest with `cells` lumps a side."""
    total = torch.zeros(height, width, device=draws.device)
    for octave in range(3):
        n = cells * 2**octave
        lumps = draws.uniforms(1, 1, n, n)
        total += F.interpolate(lumps, (height, width), mode="bicubic")[0, 0] * 0.5**octave
    return unit_range(total)


def procedural_depth(height: int, width: int, draws: Draws) -> Tensor:
    """A made-up scene `[H, W]` in 0..1: a ramp to the horizon, planes in a row, clouds, or a mixture.

    It depends on the draws alone, so two sources of a scene with one seed share it.
    """
    y = torch.linspace(0, 1, height, device=draws.device)[:, None]
    x = torch.linspace(-0.5, 0.5, width, device=draws.device)
    kind = draws.choice(4)
    horizon, tilt, steep = draws.uniform(0.1, 0.5), draws.uniform(-0.4, 0.4), draws.uniform(1.0, 2.5)
    # ground under a tilted horizon: far at the horizon and above, near at the lower edge
    below = ((y - horizon - tilt * x) / (1 - horizon)).clamp(0, 1)
    ground = (1 - below) ** steep
    clouds = smooth_noise(height, width, draws, cells=2 + draws.choice(3))
    planes = _planes(y, x, draws)
    flat = draws.uniform(0.5, 0.9)
    if kind == 0:
        depth = ground + 0.15 * (clouds - 0.5)
    elif kind == 1:
        depth = 0.6 * planes + 0.4 * ground
    elif kind == 2:
        depth = clouds
    else:
        depth = flat + 0.3 * (clouds - 0.5) + 0.2 * (ground - 0.5)
    return depth.clamp(0, 1)


def _planes(y: Tensor, x: Tensor, draws: Draws) -> Tensor:
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
    return depth


def estimate_depth(image: Tensor, seed: int | Sequence[int] = 0) -> Tensor:
    """Guess a depth `[B, 1, H, W]` in 0..1 from pictures `[B, C, H, W]`: bright, gray and high up is far.

    The dark channel (He et al. 2009) of a picture, smoothed, mixed with a procedural scene. For a pair,
    estimate it once, on the visible source, and hand it to `degrade` for both.
    """
    seeds = item_seeds(seed, len(image))
    depths = []
    for picture, item_seed in zip(image, seeds, strict=True):
        draws = Draws(item_seed, "depth", picture.device)
        scene = procedural_depth(*picture.shape[-2:], draws)
        dark = -F.max_pool2d(-picture.amin(0)[None, None], 7, 1, 3)
        dark = F.avg_pool2d(F.pad(dark, (7, 7, 7, 7), mode="replicate"), 15, 1)[0, 0]
        share = draws.uniform(0.3, 0.8)
        depths.append((share * unit_range(dark) + (1 - share) * scene)[None])
    return torch.stack(depths)
