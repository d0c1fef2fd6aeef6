"""Measures of one picture by itself, [B, C, H, W] in 0..1 -> [B]; on luma in 0..255, as fusion papers do.

EN, SD, SF and AG say how much is going on in a picture, and cannot tell detail from noise: noise raises all
four. `blur` and `noise` are the no-reference measures of quality: they tell softness from grain.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from .windows import luma, per_picture


def entropy(image: Tensor) -> Tensor:
    """EN, Shannon entropy of the 256 gray levels in bits, 0..8 (Roberts, van Aardt and Ahmed 2008)."""
    return bits(luma(image).round().long().flatten(1), 256)


def bits(levels: Tensor, count: int) -> Tensor:
    """Entropy in bits of integers [B, n] in 0..count-1, [B]."""
    batch = len(levels)
    offset = torch.arange(batch, device=levels.device)[:, None] * count
    histogram = torch.bincount((levels + offset).flatten(), minlength=batch * count).view(batch, count)
    shares = histogram.double() / levels.shape[1]
    return -torch.xlogy(shares, shares).sum(1).div(math.log(2)).float()


def deviation(image: Tensor) -> Tensor:
    """SD, standard deviation of the gray levels, 0..127.5 (Rao 1997)."""
    return luma(image).flatten(1).std(1, correction=0).float()


def spatial_frequency(image: Tensor) -> Tensor:
    """SF, root of the mean square row and column differences, 0..360 (Eskicioglu and Fisher 1995).

    Means over the differences there are, as public code has it; the paper divides by the number of pixels.
    """
    gray = luma(image)
    rows, columns = (gray.diff(dim=axis).square().flatten(1).mean(1) for axis in (-1, -2))
    return (rows + columns).sqrt().float()


def average_gradient(image: Tensor) -> Tensor:
    """AG, mean of sqrt((dx^2 + dy^2) / 2), 0..255 (Cui et al. 2015).

    Forward differences, as published; some public code takes central ones, which gives smaller values.
    """
    gray = luma(image)
    dx, dy = gray[..., :-1, 1:] - gray[..., :-1, :-1], gray[..., 1:, :-1] - gray[..., :-1, :-1]
    return per_picture(((dx.square() + dy.square()) / 2).sqrt())


def blur(image: Tensor) -> Tensor:
    """Perceptual blur, 0 (sharp) .. 1 (Crete, Dolmiere, Ladret and Nicolas 2007): what a further blur takes away.

    As scikit-image's `blur_effect`: 11 taps and Sobel differences, where the paper has 9 and plain ones; the
    worse of the two directions. A flat picture counts as 1.
    """
    gray = luma(image)[:, None] / 255
    return torch.maximum(_blur_along(gray, (1, 11)), _blur_along(gray.mT, (1, 11))).float()


def _blur_along(gray: Tensor, window: tuple[int, int]) -> Tensor:
    """The share of the horizontal variation in [B, 1, H, W] that survives a horizontal mean, [B]."""
    reach = window[1] // 2
    # mirrored with the edge pixel repeated, in two steps that stay inside small pictures
    edge = gray
    for _ in range(reach):
        edge = F.pad(edge, (1, 1, 0, 0), mode="replicate")
    left, right = gray[..., :reach].flip(-1), gray[..., -reach:].flip(-1)
    edge[..., :reach], edge[..., -reach:] = left, right
    soft = F.avg_pool2d(edge, window, stride=1)
    before, after = _sobel_x(gray), _sobel_x(soft)
    lost = (before - after).clamp(min=0)
    before, lost = before.flatten(1).sum(1), lost.flatten(1).sum(1)
    return torch.where(before > 1e-9, (before - lost) / before.clamp(min=1e-9), 1.0)


def _sobel_x(gray: Tensor) -> Tensor:
    """|Sobel| across columns, for the pixels 2..n-2 that scikit-image counts."""
    smooth = gray[..., :-2, :] + 2 * gray[..., 1:-1, :] + gray[..., 2:, :]
    return (smooth[..., 2:] - smooth[..., :-2]).abs()[..., 1:, 1:]


def noise(image: Tensor) -> Tensor:
    """Standard deviation of the noise in gray levels, >= 0 (Immerkaer 1996).

    The mean response to the difference of two Laplacians, which leaves constant, linear and quadratic gray
    aside. Exact for Gaussian noise on smooth ground; dense texture is counted in.
    """
    gray = luma(image)
    for axis in (-2, -1):
        length = gray.shape[axis] - 2
        gray = gray.narrow(axis, 0, length) - 2 * gray.narrow(axis, 1, length) + gray.narrow(axis, 2, length)
    return per_picture(gray.abs()) * (math.sqrt(math.pi / 2) / 6)
