"""Laplacian pyramids (Burt and Adelson 1983) of pictures [B, C, H, W], by either of two filters."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Pyramid:
    """A way up and down: reduce halves a picture, rounded up; expand brings one to the size of another."""

    reduce: Callable[[Tensor], Tensor]
    expand: Callable[[Tensor, Tensor], Tensor]

    def split(self, image: Tensor, bands: int) -> list[Tensor]:
        """Bands [B, C, h, w] from fine to coarse: `bands` differences, then the rest; `join` undoes it."""
        pyramid = []
        for _ in range(bands):
            coarse = self.reduce(image)
            pyramid.append(image - self.expand(coarse, image))
            image = coarse
        return [*pyramid, image]

    def join(self, pyramid: list[Tensor]) -> Tensor:
        """The picture [B, C, H, W] of its bands."""
        image = pyramid[-1]
        for band in reversed(pyramid[:-1]):
            image = band + self.expand(image, band)
        return image


def depth(image: Tensor, smallest: int) -> int:
    """How many halvings of [..., H, W] leave at least `smallest` px on the shorter side."""
    side, count = min(image.shape[-2:]), 0
    while side > 1 and (side := (side + 1) // 2) >= smallest:
        count += 1
    return count


def _reduce_smooth(image: Tensor) -> Tensor:
    """Half size with the binomial filter (1, 3, 3, 1), whose middle is between two pixels."""
    height, width = image.shape[-2:]
    tap = torch.tensor([1.0, 3.0, 3.0, 1.0]).to(image) / 8
    kernel = (tap[:, None] * tap).expand(image.shape[1], 1, 4, 4)
    padded = F.pad(image, (1, 1 + width % 2, 1, 1 + height % 2), mode="replicate")
    return F.conv2d(padded, kernel, stride=2, groups=image.shape[1])


def _expand_smooth(image: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(image, like.shape[-2:], mode="bilinear", align_corners=False)


def _reduce_classic(image: Tensor) -> Tensor:
    """Half size with the binomial filter of five taps."""
    return _five_taps(F.pad(image, (2, 2, 2, 2), mode="replicate"), 1)[..., ::2, ::2]


def _expand_classic(image: Tensor, like: Tensor) -> Tensor:
    """Zeros between the pixels, then the filter; cut to the size of `like`."""
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    wide = padded.new_zeros(*padded.shape[:-2], 2 * padded.shape[-2], 2 * padded.shape[-1])
    wide[..., ::2, ::2] = padded
    return _five_taps(wide, 2)[..., : like.shape[-2], : like.shape[-1]]


def _five_taps(image: Tensor, gain: float) -> Tensor:
    """Along both axes, inside the picture: two pixels fewer at every side."""
    channels = image.shape[1]
    kernel = gain * torch.tensor((1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16), dtype=image.dtype, device=image.device)
    image = F.conv2d(image, kernel.view(1, 1, 5, 1).expand(channels, 1, 5, 1), groups=channels)
    return F.conv2d(image, kernel.view(1, 1, 1, 5).expand(channels, 1, 1, 5), groups=channels)


SMOOTH = Pyramid(_reduce_smooth, _expand_smooth)  # no ringing: for targets to learn from
CLASSIC = Pyramid(_reduce_classic, _expand_classic)  # Burt and Adelson's own: for comparisons
