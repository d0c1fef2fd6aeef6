"""One source put right as the words ask: tone once for the whole picture, then local faults on its pixels."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ..progress import StepProgress
from ..repairs import INFRARED_ONLY, REPAIRS, VISIBLE_ONLY
from ..tiling import tiled
from .film import gates
from .layers import pad_to_multiple
from .restorer import STRIDE, Restorer, RestorerConfig
from .tone import ToneConfig, ToneGrid, reduce_picture

BAND = 512  # rows whose tone is put right at once, which bounds the memory


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

    def understands(self, said: Tensor) -> bool:
        """Whether what is said [B, said] holds readings; those of a foreign text encoder do not."""
        return said.shape[-1] == self.config.tone.pooled + 4 * self.config.tone.readings

    @torch.inference_mode()
    def whole(
        self, pictures: Tensor, said: Tensor, tile: int, overlap: int, progress: StepProgress | None = None
    ) -> Tensor:
        """Whole pictures [B, 3, H, W] in 0..1 and what is said [B, said] -> [B, 3, H, W] float32 in 0..1.

        The tone of a picture is decided once; local faults are repaired in tiles of at most `tile` px that share
        `overlap` px. Pictures of which nothing is asked are handed through untouched.
        """
        out = pictures.float()
        if gates(said, self.config.tone).any():
            out = self._toned(out, said)
        if gates(said, self.config.restorer).any():
            height, width = out.shape[-2:]

            def restore(toned: Tensor, source: Tensor) -> Tensor:
                return self.restorer(toned, source, said)

            padded = [(pad_to_multiple(each, STRIDE), STRIDE) for each in (out, pictures)]
            sides = tile // STRIDE, overlap // STRIDE
            out = tiled(restore, padded, *sides, STRIDE, progress)[..., :height, :width]
        return out.clamp(0, 1)

    def _toned(self, pictures: Tensor, said: Tensor) -> Tensor:
        """Whole pictures with their tone put right, band by band."""
        grid, height = self.look(pictures, said), pictures.shape[-2]
        bands = []
        for top in range(0, height, BAND):
            band = pictures[..., top : top + BAND, :]
            place = pictures.new_tensor([top / height, 0.0, (top + band.shape[-2]) / height, 1.0])
            bands.append(self.tone.apply(band, grid, place.expand(len(pictures), 4)))
        return torch.cat(bands, -2)


def said_of_sources(said: Tensor, task: str, sources: int) -> Tensor:
    """What is said of a scene [said] -> of each of its sources [N, said]. In a visible + infrared pair nobody asks to
    brighten the infrared, or to free the visible of a thermal camera's stripes, whatever the sentence leaves open."""
    rows = said.repeat(sources, 1)
    if task == "vif" and sources == 2:
        asked = rows[:, -4 * len(REPAIRS) :]
        for row, others in ((0, INFRARED_ONLY), (1, VISIBLE_ONLY)):
            for name in others:
                asked[row, REPAIRS.index(name)] = 0
    return rows
