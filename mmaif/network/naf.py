"""The NAF block: convolution without activation functions (Chen et al. 2022, NAFNet)."""

from typing import Any

from torch import Tensor, nn

from .layers import zeroed


class NAFBlock(nn.Module):
    """x + beta * project(gate(depthwise(expand(norm(x))))): the local, image-like bias of each block.

    The simple gate multiplies the two halves of the channels. NAFNet's channel attention pools over the
    whole image, which would make a tile see something else than the whole, so it is left out; the DiT's
    attention is there for that.
    """

    def __init__(self, width: int, operations: Any = nn):
        super().__init__()
        self.norm = operations.LayerNorm(width)
        self.expand = operations.Linear(width, 2 * width)
        self.depthwise = operations.Conv2d(2 * width, 2 * width, 3, padding=1, groups=2 * width)
        self.project = zeroed(operations.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """Tokens on their grid [B, H, W, D] -> same."""
        y = self.expand(self.norm(x)).movedim(-1, 1)  # BHWC -> BCHW, channels-last in memory
        a, b = self.depthwise(y).movedim(1, -1).chunk(2, -1)
        return x + self.project(a * b)
