"""JPEG compression, through Pillow."""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .random_stream import Draws

BEST, WORST = 90, 8


def jpeg(image: Tensor, severity: float, draws: Draws) -> Tensor:
    """JPEG round trip of `[C, H, W]`, quality 90..8, with or without halved chroma. Not differentiable."""
    subsampling = (2, 0)[draws.choice(2)]
    quality = round(BEST + (WORST - BEST) * severity)
    pixels = (image.detach() * 255).round().byte().permute(1, 2, 0).cpu().numpy()
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=subsampling)
    decoded = np.asarray(Image.open(file)).reshape(pixels.shape)
    return torch.from_numpy(decoded.copy()).permute(2, 0, 1).to(image) / 255
