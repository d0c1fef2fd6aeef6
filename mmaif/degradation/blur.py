"""Loss of sharpness by the lens: Gaussian, defocus and other kernels, zoom. All linear."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws
from .variety import Family

MAX_SIGMA = 4.0


def gaussian_smooth(image: Tensor, sigma: float) -> Tensor:
    """Gaussian filter of `[C, H, W]`, sigma in pixels, edges replicated; wide ones by FFT, which is faster."""
    radius = max(1, math.ceil(3 * sigma))
    x = torch.arange(-radius, radius + 1, dtype=torch.float32, device=image.device)
    kernel = torch.exp(-0.5 * (x / sigma) ** 2)
    kernel = kernel / kernel.sum()
    if radius > 3 and len(image) > 1:
        return filter_2d(image, kernel[:, None] * kernel)
    padded = F.pad(image[:, None], (radius, radius, radius, radius), mode="replicate")
    across = F.conv2d(padded, kernel.view(1, 1, 1, -1))
    return F.conv2d(across, kernel.view(1, 1, -1, 1))[:, 0]


def filter_2d(image: Tensor, kernel: Tensor) -> Tensor:
    """Convolve `[C, H, W]` with an odd `[k, k]` kernel by FFT, edges replicated."""
    _, height, width = image.shape
    radius = kernel.shape[-1] // 2
    padded = F.pad(image[None], (radius, radius, radius, radius), mode="replicate")[0]
    # a multiple of 16 keeps the transform fast; what wraps around is cropped away
    size = [-(-n // 16) * 16 for n in padded.shape[-2:]]
    spectrum = torch.fft.rfft2(padded, s=size) * torch.fft.rfft2(kernel.to(image), s=size)
    full = torch.fft.irfft2(spectrum, s=size)
    return full[:, 2 * radius : 2 * radius + height, 2 * radius : 2 * radius + width]


def elliptic(along: float, across: float, angle: float, profile: Callable[[Tensor], Tensor]) -> Tensor:
    """Kernel `[k, k]`, sum 1: `profile(squared distance)` in units of the half axes `along` and `across` (px)."""
    reach = math.ceil(3 * max(along, across)) + 1
    x = torch.arange(-reach, reach + 1, dtype=torch.float32)
    u = x[:, None] * math.sin(angle) + x * math.cos(angle)
    v = x[:, None] * math.cos(angle) - x * math.sin(angle)
    kernel = profile((u / along) ** 2 + (v / across) ** 2)
    return kernel / kernel.sum()


def gaussian(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Isotropic Gaussian, sigma 0..4 px."""
    return gaussian_smooth(image, max(MAX_SIGMA * severity, 0.05))


def anisotropic(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Gaussian of two widths, the larger sigma 0..4.5 px, at any angle."""
    along, ratio, angle = draws.uniform(2.5, 4.5) * severity, draws.uniform(0.25, 1), draws.uniform(0, math.pi)
    kernel = elliptic(max(along, 0.1), max(along * ratio, 0.1), angle, lambda r: torch.exp(-0.5 * r))
    return filter_2d(image, kernel)


def defocus(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Disc of a lens out of focus, radius 0..8 px, its rim softened; a bright rim now and then."""
    radius, rim = 0.3 + draws.uniform(4, 7.7) * severity, draws.uniform(0, 0.8) if draws.chance(0.3) else 0.0
    axis = torch.arange(-math.ceil(radius) - 1, math.ceil(radius) + 2, dtype=torch.float32)
    distance = torch.hypot(axis[:, None], axis)
    kernel = (radius + 0.5 - distance).clamp(0, 1) * (1 + rim * (distance / radius) ** 2)
    return filter_2d(image, kernel / kernel.sum())


def generalised(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Generalised Gaussian exp(-r^2b / 2) or plateau 1 / (1 + r^2b), of two widths (Real-ESRGAN), sigma 0..4 px."""
    along, ratio, angle = draws.uniform(2, 4) * severity, draws.uniform(0.4, 1), draws.uniform(0, math.pi)
    power, plateau = draws.uniform(0.5, 3), draws.chance(0.5)

    def profile(r: Tensor) -> Tensor:
        return 1 / (1 + r ** max(power, 1.2)) if plateau else torch.exp(-0.5 * r**power)

    return filter_2d(image, elliptic(max(along, 0.1), max(along * ratio, 0.1), angle, profile))


def moved(image: Tensor, zoom: float, turn: float, shift: tuple[float, float], centre: tuple[float, float]) -> Tensor:
    """`[C, H, W]` zoomed by `zoom` and turned by `turn` (radians) about `centre`, then shifted; centre and shift (x, y)
    in -1..1 of the picture. Edges replicated."""
    height, width = image.shape[-2:]
    cos, sin, aspect = math.cos(turn) / zoom, math.sin(turn) / zoom, height / width
    (cx, cy), (sx, sy) = centre, shift
    rows = [[cos, -sin * aspect, 0.0], [sin / aspect, cos, 0.0]]
    rows[0][2] = cx - rows[0][0] * cx - rows[0][1] * cy + sx
    rows[1][2] = cy - rows[1][0] * cx - rows[1][1] * cy + sy
    grid = F.affine_grid(torch.tensor([rows], device=image.device), [1, *image.shape], align_corners=False)
    return F.grid_sample(image[None], grid, padding_mode="border", align_corners=False)[0]


def swept(image: Tensor, zoom: float, turn: float, shift: tuple[float, float], centre: tuple[float, float]) -> Tensor:
    """The mean of 16 pictures on the way from here to `moved`: each step doubles the way covered."""
    for part in (1 / 16, 1 / 8, 1 / 4, 1 / 2):
        step = moved(image, zoom**part, turn * part, (shift[0] * part, shift[1] * part), centre)
        image = (image + step) / 2
    return image


def zoom_blur(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The lens zoomed while the shutter was open: by 0..14 % about a point near the middle, and a little soft."""
    amount, centre = draws.uniform(0.06, 0.14), (draws.uniform(-0.5, 0.5), draws.uniform(-0.5, 0.5))
    soft = gaussian_smooth(image, max(draws.uniform(0.5, 1.5) * severity, 0.05))
    return swept(soft, 1 + amount * severity, 0.0, (0.0, 0.0), centre)


BLUR: Family = ((gaussian, 2.0), (anisotropic, 1.5), (defocus, 2.0), (generalised, 1.5), (zoom_blur, 0.6))
