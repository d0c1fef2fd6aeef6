"""What the measures share: gray levels, sliding windows, local moments, halving. All in float64."""

from typing import NamedTuple

import torch
from torch import Tensor

from ..images import luminance


def luma(image: Tensor) -> Tensor:
    """[..., C, H, W] in 0..1, C 1 or 3 -> Rec. 601 luma [..., H, W] in 0..255, the scale of fusion papers."""
    return 255 * luminance(image.double()).squeeze(-3)


def gaussian(size: int, sigma: float) -> list[float]:
    """Weights of `size` taps that sum to 1; their outer product is a normalised 2D window."""
    offsets = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    taps = torch.exp(-offsets.square() / (2 * sigma**2))
    return (taps / taps.sum()).tolist()


def uniform(size: int) -> list[float]:
    """The weights of a plain mean."""
    return [1 / size] * size


def slide(x: Tensor, taps: list[float]) -> Tensor:
    """Weighted sums over all square windows inside the picture: [..., H, W] -> [..., H - n + 1, W - n + 1].

    Shift and add: PyTorch has no quick float64 convolution on the CPU.
    """
    for axis in (-2, -1):
        length = x.shape[axis] - len(taps) + 1
        total = x.narrow(axis, 0, length) * taps[0]
        for start, tap in enumerate(taps[1:], 1):
            total.add_(x.narrow(axis, start, length), alpha=tap)
        x = total
    return x


class Moments(NamedTuple):
    """Local statistics of two pictures, each a map over the windows."""

    mean_x: Tensor
    mean_y: Tensor
    var_x: Tensor
    var_y: Tensor
    cov: Tensor


def moments(x: Tensor, y: Tensor, taps: list[float]) -> Moments:
    """Means, variances and covariance of float64 [..., H, W] in every window."""
    mean_x, mean_y = slide(x, taps), slide(y, taps)
    return Moments(
        mean_x,
        mean_y,
        slide(x * x, taps) - mean_x.square(),
        slide(y * y, taps) - mean_y.square(),
        slide(x * y, taps) - mean_x * mean_y,
    )


def halve(x: Tensor) -> Tensor:
    """Means of 2x2 pixels: [..., H, W] -> [..., ceil(H/2), ceil(W/2)]; an odd last row or column is repeated."""
    for axis in (-2, -1):
        if x.shape[axis] % 2:
            x = torch.cat([x, x.narrow(axis, -1, 1)], axis)
    rows = x[..., ::2, :] + x[..., 1::2, :]
    return (rows[..., ::2] + rows[..., 1::2]) / 4


def per_picture(values: Tensor) -> Tensor:
    """The mean of everything but the first axis, float32 [B]."""
    return values.flatten(1).mean(1).float()
