"""One source put right as the words ask: tone once for the whole picture, then local faults on its pixels."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from .restorer import Restorer, RestorerConfig
from .tone import ToneConfig, ToneGrid, reduce_picture


@dataclass(frozen=True)
class RepairConfig:
    """Both halves; they read the same words."""

    tone: ToneConfig = field(default_factory=ToneConfig)
    restorer: RestorerConfig = field(default_factory=RestorerConfig)


class SourceRepair(nn.Module):
    """Sources [B, 3, H, W] and what is said [B, said] -> repaired sources; a bit-exact copy where nothing is asked."""

    def __init__(self, config: RepairConfig | None = None, operations: Any = nn):
        super().__init__()
        self.config = config or RepairConfig()
        self.tone = ToneGrid(self.config.tone, operations)
        self.restorer = Restorer(self.config.restorer, operations)

    def look(self, pictures: Tensor, said: Tensor) -> Tensor:
        """Whole pictures [B, 3, H, W] -> the grid that all their tiles share."""
        return self.tone.look(reduce_picture(pictures, self.config.tone.longest), said)

    def forward(self, source: Tensor, said: Tensor, grid: Tensor | None = None, window: Tensor | None = None) -> Tensor:
        """source [B, 3, H, W] in 0..1 -> [B, 3, H, W], unclamped. A tile brings the `grid` of its whole picture and its
        `window` there (top, left, bottom, right in 0..1)."""
        grid = self.look(source, said) if grid is None else grid
        return self.restorer(self.tone.apply(source, grid, window), source, said)
