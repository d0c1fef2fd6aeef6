"""Compression: JPEG of all kinds and WebP, through Pillow. Not differentiable."""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from .random_stream import Draws
from .variety import Family

SUBSAMPLING = (0, 2, 2, 1)  # 4:4:4, 4:2:0 twice as often, 4:2:2


def _through_file(image: Tensor, form: str, **options: int) -> Tensor:
    """`[C, H, W]` in 0..1 written to a file in memory and read again."""
    pixels = (image.detach().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    file = io.BytesIO()
    picture.save(file, form, **options)
    decoded = Image.open(file).convert("L" if len(image) == 1 else "RGB")
    decoded = np.asarray(decoded).reshape(pixels.shape)
    return torch.from_numpy(decoded.copy()).permute(2, 0, 1).to(image) / 255


def through_jpeg(image: Tensor, quality: int, subsampling: int) -> Tensor:
    """`[C, H, W]` through a JPEG file of quality 1..100, subsampling 0 (4:4:4), 1 (4:2:2) or 2 (4:2:0)."""
    return _through_file(image, "JPEG", quality=quality, subsampling=subsampling)


def quality(severity: float, draws: Draws) -> int:
    """From 80..95 at severity 0 down to 4..10, faster at first: 35 or so at severity 0.4, 15 at 0.7."""
    best, worst = draws.uniform(80, 95), draws.uniform(4, 10)
    return round(worst + (best - worst) * (1 - severity) ** 2)


def _chroma(draws: Draws) -> int:
    return SUBSAMPLING[draws.choice(len(SUBSAMPLING))]


def once(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """One JPEG file, quality 95..4."""
    return through_jpeg(image, quality(severity, draws), _chroma(draws))


def _shifted(image: Tensor, y: int, x: int) -> Tensor:
    """`[C, H + y, W + x]`: edge repeated above and to the left, so that another file's grid of blocks is off ours."""
    return F.pad(image[None], (x, 0, y, 0), mode="replicate")[0]


def off_grid(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A JPEG file of a larger picture that ours was cut from: blocks begin anywhere."""
    y, x = draws.choice(8), draws.choice(8)
    return through_jpeg(_shifted(image, y, x), quality(severity, draws), _chroma(draws))[:, y:, x:]


def twice(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """Two JPEG files one after the other, the second a little better and on another grid."""
    y, x, better = draws.choice(8), draws.choice(8), draws.uniform(0.3, 1.0)
    first = through_jpeg(image, quality(severity, draws), _chroma(draws))
    second = through_jpeg(_shifted(first, y, x), quality(severity * better, draws), _chroma(draws))
    return second[:, y:, x:]


def resized_after(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """A JPEG file of a smaller or larger picture, brought to size afterwards: blocks are not 8 px."""
    scale = draws.uniform(1.05, 1.7) if draws.chance(0.6) else draws.uniform(0.7, 0.95)
    other = [max(1, round(n * scale)) for n in image.shape[-2:]]
    sized = F.interpolate(image.detach()[None], other, mode="bicubic", antialias=True)[0]
    file = through_jpeg(sized, quality(severity, draws), _chroma(draws))
    return F.interpolate(file[None], image.shape[-2:], mode="bicubic", antialias=True)[0]


def webp(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """One WebP file, quality 90..0."""
    best = draws.uniform(70, 90)
    return _through_file(image, "WEBP", quality=round(best * (1 - severity) ** 1.7), method=1)


JPEG: Family = ((once, 3.0), (off_grid, 1.5), (twice, 1.0), (resized_after, 1.0), (webp, 0.8))
