"""Building blocks that several networks share."""

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

DOWNSCALE = 8  # pixels per latent pixel, both ways


class ResidualBlock(nn.Module):
    """x + conv(relu(conv(relu(x)))), the second convolution starting near zero."""

    def __init__(self, width: int, operations: Any = nn):
        super().__init__()
        self.conv1 = operations.Conv2d(width, width, 3, padding=1)
        self.conv2 = operations.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, width, H, W] -> same."""
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


def residual_blocks(count: int, width: int, operations: Any) -> list[nn.Module]:
    """`count` residual blocks of one width."""
    return [ResidualBlock(width, operations) for _ in range(count)]


def zeroed(layer: nn.Module) -> nn.Module:
    """The layer, with weight and bias set to zero: what it is added to begins as it would without it."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def pad_to(image: Tensor, size: tuple[int, int]) -> Tensor:
    """Replicate the right and bottom edge of [B, C, H, W] until it has `size` (height, width)."""
    return F.pad(image, (0, size[1] - image.shape[-1], 0, size[0] - image.shape[-2]), mode="replicate")


def pad_to_multiple(image: Tensor, multiple: int = DOWNSCALE) -> Tensor:
    """Pad [B, C, H, W] at the right and bottom so that both sides are multiples of `multiple`."""
    height, width = (-(-side // multiple) * multiple for side in image.shape[-2:])
    return pad_to(image, (height, width))
