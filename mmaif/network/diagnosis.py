"""Look at the sources and name what is wrong with them: a small classifier on their pixels.

Latents do not hold the traces of JPEG, low resolution and faint noise: a classifier on those named 6 and 17 % of
the first two.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..repairs import SIGNAL
from .layers import ResidualBlock, pad_to_multiple

STRIDE = 16  # sides are padded to multiples of it
FLOOR = 1e-4  # of a variance, so that its root has a slope everywhere


@dataclass(frozen=True)
class DiagnosisConfig:
    """`repairs` are the class names; `thresholds` the probability from which each is named (default: 1/2); `widths` and
    `blocks` from half the resolution to a sixteenth."""

    repairs: tuple[str, ...]
    thresholds: tuple[float, ...] = ()
    widths: tuple[int, ...] = (24, 48, 64, 96)
    blocks: tuple[int, ...] = (0, 1, 2, 1)
    hidden: int = 96


class Diagnosis(nn.Module):
    """Pictures [B, 3, H, W] in 0..1 -> a logit per repair that each needs, [B, R].

    Convolutions look for traces of each fault on four scales; mean, spread and fourth moment over the picture, which do
    not grow with it, collect them.
    """

    def __init__(self, config: DiagnosisConfig, operations: Any = nn):
        super().__init__()
        self.config = config
        widths = config.widths
        self.down = nn.ModuleList(
            operations.Conv2d(4 * before, width, 1) for before, width in zip((3, *widths), widths, strict=False)
        )
        self.look = nn.ModuleList(
            nn.Sequential(
                operations.Conv2d(width, width, 3, padding=1), *(ResidualBlock(width, operations) for _ in range(count))
            )
            for width, count in zip(widths, config.blocks, strict=True)
        )
        self.hidden = operations.Linear(3 * sum(widths), config.hidden)
        self.out = operations.Linear(config.hidden, len(config.repairs))

    def forward(self, pictures: Tensor) -> Tensor:
        x = pad_to_multiple(pictures, STRIDE) * 2 - 1
        collected = []
        for down, look in zip(self.down, self.look, strict=True):
            x = look(down(F.pixel_unshuffle(x, 2)))
            values = F.relu(x).flatten(2).float()
            mean = values.mean(2, keepdim=True)
            spread = (values - mean).square()
            collected += [mean[..., 0], (spread.mean(2) + FLOOR).sqrt(), (spread.square().mean(2) + FLOOR**2) ** 0.25]
        return self.out(F.relu(self.hidden(torch.cat(collected, 1).to(x.dtype))))

    @torch.inference_mode()
    def see(self, sources: Tensor, task: str) -> dict[str, float]:
        """The repairs that any of the sources [N, 3, H, W] in 0..1 of one scene needs, each with its probability;
        `task` is the one they serve."""
        weight = self.out.weight
        pictures = center(sources).split(1)
        found = torch.stack([self(picture.to(weight)).float().sigmoid()[0] for picture in pictures]).amax(0).tolist()
        limits = self.config.thresholds or (0.5,) * len(found)
        signal = SIGNAL.get(task, frozenset())
        rows = zip(self.config.repairs, found, limits, strict=True)
        return {name: chance for name, chance, limit in rows if chance >= limit and name not in signal}


def center(image: Tensor, longest: int = 768) -> Tensor:
    """The middle of [..., H, W], at most `longest` a side: enough to see what is wrong with a large picture."""
    height, width = image.shape[-2:]
    rows, columns = min(height, longest), min(width, longest)
    top, left = (height - rows) // 2, (width - columns) // 2
    return image[..., top : top + rows, left : left + columns]
