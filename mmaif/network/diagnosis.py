"""Look at the sources and name what is wrong with them: a small classifier on their latents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..repairs import SIGNAL
from .layers import ResidualBlock


@dataclass(frozen=True)
class DiagnosisConfig:
    """`repairs` are the class names; `thresholds` the probability from which each is named (default: 1/2)."""

    repairs: tuple[str, ...]
    thresholds: tuple[float, ...] = ()
    latent_channels: int = 16
    width: int = 64
    blocks: int = 3


class Diagnosis(nn.Module):
    """Scaled latent [B, 16, h, w] of one source -> a logit per repair that it needs, [B, R].

    Convolutions look for traces of each fault, and mean, spread and maximum over the picture collect them,
    so any size fits.
    """

    def __init__(self, config: DiagnosisConfig, operations: Any = nn):
        super().__init__()
        self.config = config
        width = config.width
        self.look = nn.Sequential(
            operations.Conv2d(config.latent_channels, width, 3, padding=1),
            *(ResidualBlock(width, operations) for _ in range(config.blocks)),
        )
        self.hidden = operations.Linear(3 * width, width)
        self.out = operations.Linear(width, len(config.repairs))

    def forward(self, latent: Tensor) -> Tensor:
        x = self.look(latent).flatten(2)
        collected = torch.cat([x.mean(2), x.std(2), x.amax(2)], 1)
        return self.out(torch.relu(self.hidden(collected)))

    @torch.inference_mode()
    def name(self, latents: Sequence[Tensor], task: str) -> tuple[str, ...]:
        """The repairs that any of the sources needs; latents [1, 16, h, w] each, `task` the one that they serve."""
        weight = self.out.weight
        found = torch.stack([self(z.to(weight)).float().sigmoid()[0] for z in latents]).amax(0).tolist()
        limits = self.config.thresholds or (0.5,) * len(found)
        signal = SIGNAL.get(task, frozenset())
        rows = zip(self.config.repairs, found, limits, strict=True)
        return tuple(name for name, chance, limit in rows if chance >= limit and name not in signal)

    def see(self, encode: Callable[[Tensor], Tensor], sources: Tensor, task: str) -> tuple[str, ...]:
        """The repairs that sources [N, 3, H, W] in 0..1 of one scene need, `task` the one that they serve; encode takes
        [1, 3, H, W] to a scaled latent [1, 16, h, w]."""
        return self.name([encode(picture[None]) for picture in center(sources)], task)


def center(image: Tensor, longest: int = 768) -> Tensor:
    """The middle of [..., H, W], at most `longest` a side: enough to see what is wrong with a large picture."""
    height, width = image.shape[-2:]
    rows, columns = min(height, longest), min(width, longest)
    top, left = (height - rows) // 2, (width - columns) // 2
    return image[..., top : top + rows, left : left + columns]
