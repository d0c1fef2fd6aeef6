"""Low resolution: reduced by one kernel, enlarged by another, with what happens to a small file in between."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from .blur import gaussian_smooth
from .compression import through_jpeg
from .random_stream import Draws
from .variety import Family, pick

MAX_FACTOR = (4.0, 5.0)  # at severity 1
DOWN = ((("area", True), 1.0), (("bilinear", True), 1.0), (("bicubic", True), 2.0), (("bilinear", False), 0.7),
        (("bicubic", False), 0.7), (("nearest-exact", False), 0.6))  # fmt: skip
UP = (("bicubic", 3.0), ("bilinear", 2.0), ("nearest-exact", 0.8))


def resize(image: Tensor, size: tuple[int, int], mode: str, antialias: bool = False) -> Tensor:
    """`[C, H, W]` to `[C, *size]`."""
    return F.interpolate(image[None], size, mode=mode, antialias=antialias and mode in ("bilinear", "bicubic"))[0]


def to_bytes(image: Tensor) -> Tensor:
    """Rounded to steps of 1/255; the gradient passes as if it were not."""
    image = image.clamp(0, 1)
    return image + ((image * 255).round() / 255 - image).detach()


def _reduced(image: Tensor, factor: float, draws: Draws) -> Tensor:
    """`[C, H / factor, W / factor]`, by a kernel that is drawn."""
    mode, antialias = pick(DOWN, draws)
    return resize(image, tuple(max(1, round(n / factor)) for n in image.shape[-2:]), mode, antialias)


def _factor(severity: float, draws: Draws) -> float:
    return 1 + (draws.uniform(*MAX_FACTOR) - 1) * severity


def reduced(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """By 1..5 and back, in 8 bits."""
    small = to_bytes(_reduced(image, _factor(severity, draws), draws))
    return resize(small, image.shape[-2:], pick(UP, draws))


def softened(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same after a blur, as a lens or a careful program leaves it: sigma 0.2..0.6 px of the small picture."""
    factor, soft = _factor(severity, draws), draws.uniform(0.2, 0.6)
    sigma = max(soft * (factor**2 - 1) ** 0.5, 0.05)
    small = to_bytes(_reduced(gaussian_smooth(image, sigma), factor, draws))
    return resize(small, image.shape[-2:], pick(UP, draws))


def filed(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """The same with noise on the small picture (sigma up to 6/255) or a JPEG file between (quality 95..60)."""
    noisy, sigma, quality = draws.chance(0.5), draws.uniform(1, 6) / 255, draws.uniform(5, 40)
    small, up = _reduced(image, _factor(severity, draws), draws), pick(UP[:2], draws)
    if noisy:
        small = small + sigma * severity * draws.planes(*small.shape)
    else:
        file = through_jpeg(small.clamp(0, 1), round(100 - quality * severity), 0)
        small = small + (file - small).detach()
    return resize(to_bytes(small), image.shape[-2:], up)


def stepwise(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Reduced in two steps by different kernels, as pictures are that went through several hands."""
    factor = _factor(severity, draws)
    first = factor ** draws.uniform(0.3, 0.7)
    half = to_bytes(_reduced(image, first, draws))
    small = to_bytes(_reduced(half, factor / first, draws))
    return resize(small, image.shape[-2:], pick(UP, draws))


LOW_RESOLUTION: Family = ((reduced, 3.0), (softened, 1.5), (filed, 1.0), (stepwise, 1.0))
