"""Look at the sources and name what is wrong with them: a small classifier of the traces that faults leave.

Latents do not hold the traces of JPEG, low resolution and faint noise, and convolutions on pixels need far more
pictures to find them: after as many, they told JPEG from none by chance (area under the curve .48, of traces .94).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..repairs import SIGNAL
from .traces import COUNT, traces

FARTHEST = 4.0  # a trace counts as at most as many standard deviations from the mean
TILE, MOST = 208, 3  # px of a part that is looked at, and how many of them along a side


@dataclass(frozen=True)
class DiagnosisConfig:
    """`repairs` are the class names; each is named from the probability `threshold` on; `widths` of the hidden layers,
    of which training drops the share `dropout`."""

    repairs: tuple[str, ...]
    threshold: float = 0.5
    widths: tuple[int, ...] = (384, 128)
    dropout: float = 0.3


class Diagnosis(nn.Module):
    """Traces [B, COUNT] of pictures -> a logit per repair that each needs, [B, R]."""

    def __init__(self, config: DiagnosisConfig, operations: Any = nn):
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(COUNT))
        self.register_buffer("deviation", torch.ones(COUNT))
        self.hidden = nn.ModuleList(
            operations.Linear(before, width) for before, width in pairwise((COUNT, *config.widths))
        )
        self.out = operations.Linear(config.widths[-1], len(config.repairs))

    def standardize(self, pictures: Tensor) -> None:
        """Measure mean and deviation of the traces [N, COUNT]; rounded to what a file in bf16 holds."""
        self.mean.copy_(pictures.mean(0).bfloat16())
        self.deviation.copy_(pictures.std(0).clamp_min(1e-3).bfloat16())

    def forward(self, pictures: Tensor) -> Tensor:
        x = ((pictures - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST)
        for layer in self.hidden:
            x = F.dropout(F.gelu(layer(x)), self.config.dropout, self.training)
        return self.out(x)

    def chances(self, parts: Tensor) -> Tensor:
        """Traces [P, COUNT] of the parts of a picture -> the probability per repair that it needs it, [R]: logits are
        averaged, as a fault that is everywhere shows in most parts."""
        return self(parts).mean(0).sigmoid()

    @torch.inference_mode()
    def see(self, sources: Tensor, task: str) -> dict[str, float]:
        """The repairs that any of the sources [N, 3, H, W] in 0..1 of one scene needs, each with its probability;
        `task` is the one they serve."""
        chances = torch.stack([self.chances(look(picture).to(self.mean)) for picture in sources]).amax(0).tolist()
        signal = SIGNAL.get(task, frozenset())
        rows = zip(self.config.repairs, chances, strict=True)
        return {name: chance for name, chance in rows if chance >= self.config.threshold and name not in signal}


def look(picture: Tensor) -> Tensor:
    """[3, H, W] in 0..1 -> the traces [P, COUNT] of parts that are spread evenly over it, rounded to 8 bits: what is
    finer would be a trace of its own."""
    height, width = picture.shape[-2:]
    corners = [(top, left) for top in _spread(height) for left in _spread(width)]
    parts = (picture[..., top : top + TILE, left : left + TILE] for top, left in corners)
    return torch.stack([traces((part.clamp(0, 1) * 255).round() / 255) for part in parts])


def _spread(side: int) -> list[int]:
    """Where the parts along a side begin: as many as cover it, at most `MOST`."""
    count, last = min(-(-side // TILE), MOST), max(0, side - TILE)
    return [round(last * i / max(1, count - 1)) for i in range(count)]
