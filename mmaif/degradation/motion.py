"""Blur by motion: straight, curved and shaken camera paths, zoom and rotation, uneven motion, in light or in values."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from ..images import linear_to_srgb, srgb_to_linear
from .blur import filter_2d, swept
from .random_stream import Draws
from .variety import Family, pick

MAX_LENGTH = 25.0
POINTS = 64


def motion_path(draws: Draws) -> Tensor:
    """A camera path of length 1 about its centroid, `[n, 2]` as (y, x): straight, an arc or an S."""
    angle = draws.uniform(0, 2 * math.pi)
    curved = draws.chance(0.5)
    arc = draws.uniform(-1.6, 1.6)
    wave = draws.uniform(-1.2, 1.2)
    t = torch.linspace(0, 1, POINTS, device=draws.device)
    heading = torch.full_like(t, angle)
    if curved:
        heading = heading + arc * (t - 0.5) + wave * torch.sin(2 * math.pi * t)
    path = torch.cumsum(torch.stack([heading.sin(), heading.cos()], dim=1), dim=0) / len(t)
    return path - path.mean(dim=0)


def shaken_path(draws: Draws) -> Tensor:
    """A hand-held path of length 1, `[n, 2]`: inertia, jitter, a pull back and sudden shakes (as in DeblurGAN, Kupyn et
    al. 2018)."""
    inertia, jitter, pull = draws.uniform(0.7, 0.98), draws.uniform(0.02, 0.4), draws.uniform(0, 0.1)
    shake, heading = draws.uniform(0, 0.06), draws.uniform(0, 2 * math.pi)
    pushes, lots = draws.normals(POINTS, 2).cpu(), draws.uniforms(POINTS).cpu()
    velocity = torch.tensor([math.sin(heading), math.cos(heading)])
    place, path = torch.zeros(2), []
    for push, lot in zip(pushes, lots.tolist(), strict=True):
        path.append(place)
        velocity = inertia * velocity + jitter * push - pull * place
        if lot < shake:
            velocity = -velocity + 0.5 * push
        velocity = velocity / velocity.norm().clamp_min(1e-6)
        place = place + velocity / POINTS
    whole = torch.stack(path).to(draws.device)
    return whole - whole.mean(dim=0)


def path_kernel(path: Tensor, length: float) -> Tensor:
    """Point spread function `[k, k]`, sum 1, of a unit path `[n, 2]` run over `length` px."""
    points = path * length
    radius = math.ceil(float(points.abs().max())) + 1
    size = 2 * radius + 1
    points = points + radius
    corner = points.floor()
    part = points - corner
    kernel = torch.zeros(size * size, device=path.device)
    for dy in (0, 1):
        for dx in (0, 1):
            weight = (part[:, 0] - (1 - dy)).abs() * (part[:, 1] - (1 - dx)).abs()
            index = (corner[:, 0] + dy) * size + corner[:, 1] + dx
            kernel.index_add_(0, index.long(), weight)
    return (kernel / kernel.sum()).view(size, size)


def smooth_path(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Along a straight line, an arc or an S of 0..32 px."""
    length = draws.uniform(0.3, 1.3) * MAX_LENGTH
    return filter_2d(image, path_kernel(motion_path(draws), length * severity))


def shaken(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Along a random walk of 0..45 px, which covers a third to all of that."""
    length = draws.uniform(0.5, 1.8) * MAX_LENGTH
    return filter_2d(image, path_kernel(shaken_path(draws), length * severity))


def turning(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The camera turned, came nearer and drifted while the shutter was open: more blur far from the centre."""
    sign = 1 if draws.chance(0.5) else -1
    turn, zoom = sign * math.radians(draws.uniform(0.5, 4)), 1 + draws.uniform(-0.05, 0.08)
    angle, drift = draws.uniform(0, 2 * math.pi), draws.uniform(4, 20)
    height, width = image.shape[-2:]
    shift = (2 * drift * math.cos(angle) / width, 2 * drift * math.sin(angle) / height)
    centre = (draws.uniform(-1, 1), draws.uniform(-1, 1))
    return swept(image, zoom**severity, turn * severity, (shift[0] * severity, shift[1] * severity), centre)


def uneven(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Two motions in one picture, as of a thing and its surroundings, with a soft border between them."""
    length = draws.uniform(0.35, 1.3) * MAX_LENGTH * severity
    slower, cells = draws.uniform(0.2, 0.9), 2 + draws.choice(3)
    lumps = draws.uniforms(1, 1, cells, cells)
    fast, slow = path_kernel(motion_path(draws), length), path_kernel(motion_path(draws), slower * length)
    field = F.interpolate(lumps, image.shape[-2:], mode="bicubic", align_corners=False)[0]
    share = ((field - 0.5) * 12).sigmoid()
    return filter_2d(image, fast) * share + filter_2d(image, slow) * (1 - share)


def exposed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """One of the others in linear light, as a shutter adds it up: lamps leave bright trails (as in REDS, Nah et al.
    2019)."""
    light = srgb_to_linear(image.clamp(0, 1))
    return linear_to_srgb(pick(PATHS, draws)(light, severity, draws).clamp(0, 1))


PATHS: Family = ((smooth_path, 2.5), (shaken, 2.0), (turning, 1.0), (uneven, 1.0))
MOTION: Family = (*PATHS, (exposed, 3.0))
