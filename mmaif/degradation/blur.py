"""Linear losses of sharpness: Gaussian blur, motion blur, downsampling."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws

MAX_SIGMA = 4.0
MAX_LENGTH = 25.0
MAX_FACTOR = 4.0


def gaussian_smooth(image: Tensor, sigma: float) -> Tensor:
    """Separable Gaussian filter of `[C, H, W]`, sigma in pixels, edges replicated."""
    radius = max(1, math.ceil(3 * sigma))
    x = torch.arange(-radius, radius + 1, dtype=torch.float32, device=image.device)
    kernel = torch.exp(-0.5 * (x / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = F.pad(image[:, None], (radius, radius, radius, radius), mode="replicate")
    across = F.conv2d(padded, kernel.view(1, 1, 1, -1))
    return F.conv2d(across, kernel.view(1, 1, -1, 1))[:, 0]


def gaussian_blur(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Gaussian blur of `[C, H, W]`, sigma 0..4 px. Linear."""
    return gaussian_smooth(image, max(MAX_SIGMA * severity, 0.05))


def motion_path(draws: Draws) -> Tensor:
    """A camera path of length 1 about its centroid, `[n, 2]` as (y, x): straight, an arc or an S."""
    angle = draws.uniform(0, 2 * math.pi)
    curved = draws.chance(0.5)
    arc = draws.uniform(-1.6, 1.6)
    wave = draws.uniform(-1.2, 1.2)
    t = torch.linspace(0, 1, 64, device=draws.device)
    heading = torch.full_like(t, angle)
    if curved:
        heading = heading + arc * (t - 0.5) + wave * torch.sin(2 * math.pi * t)
    path = torch.cumsum(torch.stack([heading.sin(), heading.cos()], dim=1), dim=0) / len(t)
    return path - path.mean(dim=0)


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


def filter_2d(image: Tensor, kernel: Tensor) -> Tensor:
    """Convolve `[C, H, W]` with an odd `[k, k]` kernel by FFT, edges replicated."""
    _, height, width = image.shape
    radius = kernel.shape[-1] // 2
    padded = F.pad(image[None], (radius, radius, radius, radius), mode="replicate")[0]
    # a multiple of 16 keeps the transform fast; what wraps around is cropped away
    size = [-(-n // 16) * 16 for n in padded.shape[-2:]]
    spectrum = torch.fft.rfft2(padded, s=size) * torch.fft.rfft2(kernel, s=size)
    full = torch.fft.irfft2(spectrum, s=size)
    return full[:, 2 * radius : 2 * radius + height, 2 * radius : 2 * radius + width]


def motion_blur(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Blur of `[C, H, W]` along a path of 0..25 px at any angle, half of them curved. Linear."""
    return filter_2d(image, path_kernel(motion_path(draws), MAX_LENGTH * severity))


def downsample(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Shrink `[C, H, W]` by a factor 1..4 and enlarge it again; box, bilinear, bicubic or nearest. Linear."""
    down = ("area", "bilinear", "bicubic", "nearest-exact")[draws.choice(4)]
    up = ("bicubic", "bilinear", "bicubic", "nearest-exact")[draws.choice(4)]
    factor = 1 + (MAX_FACTOR - 1) * severity
    full = image.shape[-2:]
    small = [max(1, round(n / factor)) for n in full]

    def resize(x: Tensor, size: list[int] | torch.Size, mode: str, antialias: bool) -> Tensor:
        smooth = mode in ("bilinear", "bicubic")
        return F.interpolate(x, tuple(size), mode=mode, antialias=antialias and smooth)

    return resize(resize(image[None], small, down, True), full, up, False)[0]
