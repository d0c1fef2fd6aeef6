"""Visible + infrared from any photo: a plausible thermal picture of what the photo shows.

Not physics. What a network has to learn from real pairs is that structure of one source may be missing, weak, inverted
or stronger in the other, region by region, and that warm things may be invisible in the photo; all of that is here, and
on as many scenes as there are photos.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..degradation.blur import gaussian_smooth
from ..degradation.depth import smooth_noise, unit_range
from ..degradation.random_stream import Draws
from ..images import luminance

WORK = 2  # regions are found at half the resolution: a thermal camera is the softer of the two


def made_infrared(photo: Tensor, seed: int) -> Tensor:
    """A thermal picture [1, H, W] in 0..1 of a photo [3, H, W] in 0..1; one seed, one picture.

    Regions of like colour have one temperature each, and of the photo's structure a part, nothing or its negative. Sky
    and ground differ, a few warm things are added, the whole is softer and has a little noise.
    """
    draws = Draws(seed, "thermal")
    shares, means = _regions(photo, draws)
    luma = luminance(photo)
    heat = torch.zeros_like(luma)
    follow = draws.uniform(-0.6, 0.6)  # how far the temperature follows the photo's own light, or opposes it
    for share, mean in zip(shares, means, strict=True):
        level = 0.4 + 0.5 * draws.uniform(-0.6, 0.6) + follow * (float(mean) - 0.5)
        detail = (0.0, 0.25, 0.6, 0.6, -0.5)[draws.choice(5)] * draws.uniform(0.4, 1.2)
        heat = heat + share * (level + detail * (luma - mean))
    heat = heat + draws.uniform(-0.2, 0.3) * torch.linspace(-0.5, 0.5, heat.shape[-2])[:, None]
    for _ in range(draws.choice(5)):
        shape, warmth = _target(*heat.shape[-2:], draws)
        heat = heat + shape * (warmth - heat)
    heat = gaussian_smooth(heat, draws.uniform(0.4, 1.3))
    if draws.chance(0.6):  # the camera's own stretch of contrast
        heat = heat + draws.uniform(0.3, 1.0) * (unit_range(heat) - heat)
    noise = draws.uniform(0, 2.5) / 255
    return (heat + noise * draws.normals(*heat.shape)).clamp(0, 1)


def _regions(photo: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
    """Soft regions [K, 1, H, W] of like colour and place, summing to 1, and the mean luminance [K] of each."""
    small = F.avg_pool2d(photo[None], WORK, ceil_mode=True, count_include_pad=False)
    small = F.avg_pool2d(F.pad(small, (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
    height, width = small.shape[-2:]
    y = torch.linspace(0, 1, height)[:, None].expand(height, width)
    x = torch.linspace(0, 1, width).expand(height, width)
    near = draws.uniform(0.1, 0.6)
    features = torch.cat([small, near * torch.stack([y, x])])
    count = 4 + draws.choice(5)
    places = (draws.uniforms(count) * height * width).long()
    centres = features.flatten(1)[:, places]
    distance = (features[:, None] - centres[:, :, None, None]).square().sum(0)
    shares = torch.softmax(-distance / draws.uniform(0.004, 0.02), 0)
    means = luminance(centres[:3, :, None])[0, :, 0]
    return F.interpolate(shares[:, None], photo.shape[-2:], mode="bilinear", align_corners=False), means


def _target(height: int, width: int, draws: Draws) -> tuple[Tensor, Tensor]:
    """A warm thing, as a person or an engine: how much it covers [1, H, W], and how warm it is [1, H, W] in 0..1."""
    y = torch.arange(height)[:, None] / height
    x = torch.arange(width) / width
    tall, cy, cx = 0.05 + 0.3 * draws.uniform() ** 2, draws.uniform(0.2, 0.9), draws.uniform()
    upright = draws.chance(0.7)
    wide = tall * (draws.uniform(0.25, 0.45) if upright else draws.uniform(0.8, 2.0))
    turn = draws.uniform(-0.2, 0.2)
    dy, dx = (y - cy) / tall, (x - cx + turn * (y - cy)) / wide
    body = 1 - (dy.abs() ** 2.5 + dx.abs() ** 2.5)
    if upright:  # a head, and legs apart
        head = 0.35 - torch.hypot((dy + 1.15) * 0.9, dx * wide / tall * 1.0)
        legs = (dx.abs() < 0.15) & (dy > draws.uniform(0.0, 0.6))
        body = torch.where(legs, -0.2, torch.maximum(body, 3 * head))
    cover = (body * max(3.0, 0.25 * min(tall, wide) * height)).clamp(0, 1)
    texture = smooth_noise(height, width, draws, cells=8)
    warmth = (draws.uniform(0.65, 1.0) + draws.uniform(0, 0.35) * (texture - 0.5)) * math.sqrt(draws.uniform(0.8, 1))
    return cover[None], warmth[None].clamp(0, 1)
