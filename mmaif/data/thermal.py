"""Visible + infrared from any photo: a plausible thermal picture of what the photo shows.

Not physics. What a network has to learn from real pairs is that structure of one source may be missing, weak, inverted
or stronger in the other, region by region, and that warm things may be invisible in the photo; all of that is here, and
on as many scenes as there are photos.
"""

from __future__ import annotations

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
        cover = _part(shares, draws) if draws.chance(0.5) else _body(*heat.shape[-2:], draws)
        texture = smooth_noise(*heat.shape[-2:], draws, cells=8) - 0.5
        warmth = (draws.uniform(0.65, 1.0) + draws.uniform(0, 0.35) * texture).clamp(0, 1)
        heat = heat + cover * (warmth - heat)
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


def _part(shares: Tensor, draws: Draws) -> Tensor:
    """How much a warm part of the scene covers [1, H, W]: what of one region [K, 1, H, W] is near a place, so that its
    outline is the photo's."""
    height, width = shares.shape[-2:]
    region, reach = shares[draws.choice(len(shares))], draws.uniform(0.06, 0.3)
    y = torch.arange(height)[:, None] / height - draws.uniform()
    x = torch.arange(width) / width - draws.uniform()
    return (1.5 * region * torch.exp(-(y**2 + x**2) / (2 * reach**2))).clamp(0, 1)


def _body(height: int, width: int, draws: Draws) -> Tensor:
    """How much a warm thing that the photo does not show covers [1, H, W]: a person or an engine."""
    tall, cy, cx = 0.03 + 0.16 * draws.uniform() ** 2, draws.uniform(0.2, 0.9), draws.uniform()
    upright, stride, lean = draws.chance(0.7), draws.uniform(0.0, 0.35), draws.uniform(-0.25, 0.25)
    wide = tall * (draws.uniform(0.28, 0.42) if upright else draws.uniform(0.8, 2.0))
    dy = (torch.arange(height)[:, None] / height - cy) / tall
    dx = (torch.arange(width) / width - cx) / wide + lean * dy
    if upright:  # -1 is the crown of the head, 1 the feet
        head = 0.17 - torch.hypot(dy + 0.83, dx * wide / tall)
        trunk = torch.minimum(0.75 - 0.35 * (dy + 0.5) - dx.abs(), 0.45 - (dy + 0.22).abs())
        legs = torch.minimum(0.27 - (dx.abs() - stride * (dy + 0.1)).abs(), 0.55 - (dy - 0.5).abs())
        body = torch.maximum(torch.maximum(head, trunk), legs)
    else:
        body = 1 - (dy.abs() ** 2.5 + dx.abs() ** 2.5)
    return (body * max(2.0, min(tall, wide) * height)).clamp(0, 1)[None]
