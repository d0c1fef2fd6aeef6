"""A picture's bands, which a repair weighs place by place: what a blur took is amplified, what noise added is damped.

To sharpen or to smooth is a product of what a picture is and of how it was spoiled. A convolution network learns such
products slowly, so they are offered to it: isotropic bands of an undecimated pyramid (B-spline a trous, Starck et
al. 2007) and second differences along eight directions, as motion blurs along one.
"""

import math
from collections.abc import Iterator
from itertools import product

import torch
import torch.nn.functional as F
from torch import Tensor

SCALES = 4  # isotropic bands, an octave each
REACHES = (2, 5, 11)  # px between the points of a second difference
DIRECTIONS = 8  # over half a turn
BANDS = SCALES + len(REACHES) * DIRECTIONS
SPLINE = (1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16)


def weighed_bands(picture: Tensor, weights: Tensor) -> Tensor:
    """picture [B, 3, H, W], weights [B, BANDS, H, W] -> the weighed sum of the picture's bands [B, 3, H, W]."""
    return sum(band * weights[:, i : i + 1] for i, band in enumerate(bands(picture)))


def bands(picture: Tensor) -> Iterator[Tensor]:
    """The BANDS bands [B, 3, H, W] of a picture [B, 3, H, W], one after the other."""
    smooth = picture
    for scale in range(SCALES):
        smoother = _spline(smooth, 1 << scale)
        yield smooth - smoother
        smooth = smoother
    height, width = picture.shape[-2:]
    reach = max(REACHES)
    padded = F.pad(picture, (reach,) * 4, mode="replicate")
    for far, turn in product(REACHES, range(DIRECTIONS)):
        angle = math.pi * turn / DIRECTIONS
        down, right = round(far * math.sin(angle)), round(far * math.cos(angle))
        ends = [
            padded[..., top : top + height, left : left + width]
            for top, left in ((reach + down, reach + right), (reach - down, reach - right))
        ]
        yield picture - (ends[0] + ends[1]) / 2


def _spline(picture: Tensor, step: int) -> Tensor:
    """[B, 3, H, W] smoothed by the B3 spline with `step` px between its taps."""
    channels = picture.shape[1]
    taps = torch.tensor(SPLINE, dtype=picture.dtype, device=picture.device).expand(channels, 1, 1, 5)
    padded = F.pad(picture, (2 * step,) * 4, mode="replicate")
    rows = F.conv2d(padded, taps, dilation=(1, step), groups=channels)
    return F.conv2d(rows, taps.transpose(2, 3), dilation=(step, 1), groups=channels)
