"""A picture's bands, which a repair weighs place by place: what a blur took is amplified, what noise added is damped.

To sharpen or to smooth is a product of what a picture is and of how it was spoiled. A convolution network learns such
products slowly, so they are offered to it: isotropic bands of an undecimated pyramid (B-spline a trous, Starck et
al. 2007) in colour, and second differences of the luminance along eight directions, as motion blurs along one.
"""

import math
from itertools import product

import torch
import torch.nn.functional as F
from torch import Tensor

from ..images import luminance

SCALES = 4  # isotropic bands, an octave each
REACHES = (2, 5, 11)  # px between the points of a second difference
DIRECTIONS = 8  # over half a turn
BANDS = SCALES + len(REACHES) * DIRECTIONS
SPLINE = (1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16)


def weighed_bands(picture: Tensor, weights: Tensor) -> Tensor:
    """picture [B, 3, H, W], weights [B, BANDS, H, W] -> the weighed sum of the picture's bands [B, 3, H, W]."""
    isotropic, directed = weights.split([SCALES, BANDS - SCALES], 1)
    summed = (differences(luminance(picture)) * directed).sum(1, keepdim=True)
    return summed + (octaves(picture) * isotropic[:, :, None]).sum(1)


def octaves(picture: Tensor) -> Tensor:
    """[B, C, H, W] -> its isotropic bands [B, SCALES, C, H, W], the finest first."""
    copies = [picture]
    for scale in range(SCALES):
        copies.append(_spline(copies[-1], 1 << scale))
    return torch.stack([a - b for a, b in zip(copies, copies[1:], strict=False)], 1)


def differences(picture: Tensor) -> Tensor:
    """[B, 1, H, W] -> its second differences [B, BANDS - SCALES, H, W]: by reach, in each by direction from the rows'
    own on."""
    height, width = picture.shape[-2:]
    reach = max(REACHES)
    padded = F.pad(picture, (reach,) * 4, mode="replicate")[:, 0]
    out = picture.repeat(1, BANDS - SCALES, 1, 1)
    for index, (far, turn) in enumerate(product(REACHES, range(DIRECTIONS))):
        angle = math.pi * turn / DIRECTIONS
        down, right = round(far * math.sin(angle)), round(far * math.cos(angle))
        for top, left in ((reach + down, reach + right), (reach - down, reach - right)):
            out[:, index].sub_(padded[:, top : top + height, left : left + width], alpha=0.5)
    return out


def _spline(picture: Tensor, step: int) -> Tensor:
    """[B, C, H, W] smoothed by the B3 spline with `step` px between its taps."""
    height, width = picture.shape[-2:]
    padded = F.pad(picture, (2 * step,) * 4, mode="replicate")
    rows = sum(tap * padded[..., i * step : i * step + width] for i, tap in enumerate(SPLINE))
    return sum(tap * rows[..., i * step : i * step + height, :] for i, tap in enumerate(SPLINE))
