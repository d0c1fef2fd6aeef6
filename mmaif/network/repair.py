"""One source put right as the words ask: tone once for the whole picture, then local faults on its pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..images import luminance
from ..repairs import INFRARED_ONLY, MENU, REPAIRS, SIGNAL, VISIBLE_ONLY
from ..tiling import Tiles
from .film import gates
from .restorer import STRIDE, Restorer, RestorerConfig
from .tone import ToneConfig, ToneGrid, reduce_picture

BAND = 256  # rows whose tone is put right at once, which bounds the memory
LIGHT = 8  # cells a side of the grid on which frames are compared
DIFFERENT = 0.03  # of white: what two frames of a stack taken in one light differ by at least if one is spoiled
REPAIRING = 120  # values kept per pixel at the peak of the repair of local faults
CELL = 16  # px, side of the squares in which it is judged how much was changed
# Root mean squares, of white, of the changes that are as likely false as true: a fault that is there changes more.
DOUBT = {
    "blur": 2 / 255,
    "motion_blur": 1 / 255,
    "low_resolution": 2 / 255,
    "noise": 1 / 255,
    "jpeg": 1 / 255,
    "rain": 3 / 255,
    "snow": 3 / 255,
    "stripes": 2 / 255,
}
# The same of the first change, beyond which the network is trusted once more with its result: of what is bad it takes
# off too little, but of what is hardly there too much.
AGAIN = {
    "blur": 0.005,
    "motion_blur": 0.003,
    "low_resolution": 0.01,
    "noise": 0.03,
    "jpeg": 0.03,
    "rain": 0.01,
    "snow": 0.02,
    "stripes": 0.004,
}
# What the change of a tone is multiplied by where these are asked for: means of what may be meant are timid too.
AMOUNT = {"low_exposure": 1.15, "high_contrast": 1.15}


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

    def networks(self) -> dict[str, nn.Module]:
        """What takes time, by name."""
        return {"restorer": self.restorer}

    def look(self, pictures: Tensor, said: Tensor) -> Tensor:
        """Whole pictures [B, 3, H, W] -> the grid that all their tiles share; while training without `AMOUNT`."""
        tone = self.config.tone
        grid = self.tone(reduce_picture(pictures, tone.longest).to(said.device), said)
        if self.training:
            return grid
        open_ = gates(said, tone)
        amount = _weighed(open_, AMOUNT, tone.repairs) / open_.sum(1).clamp_min(1e-6)
        return grid * amount[:, None, None, None, None]

    def forward(self, source: Tensor, said: Tensor, grid: Tensor | None = None, window: Tensor | None = None) -> Tensor:
        """source [B, 3, H, W] in 0..1 -> [B, 3, H, W], unclamped. A tile brings the `grid` of its whole picture and its
        `window` there (top, left, bottom, right in 0..1)."""
        grid = self.look(source, said) if grid is None else grid
        return self.mend(self.tone.apply(source, grid, window), source, said)

    def mend(self, toned: Tensor, source: Tensor, said: Tensor) -> Tensor:
        """Pictures [B, 3, H, W] with their tone put right, and as they were -> freed of local faults, unclamped.

        The restorer is applied to its own result once more, and what that changes is weighed, square by square, by
        c^2 / (c^2 + d^2) of the root mean square c of its first change and `AGAIN`, as in Wiener's filter. So are both
        changes together by `DOUBT`: where a fault is asked for that is not there, a network changes a little, and that
        is taken back.
        """
        first = self.restorer(toned, source, said) - toned
        more = self.restorer(toned + first, source, said) - toned - first
        change = first + more * self._trust(first, AGAIN, said)
        return toned + change * self._trust(change, DOUBT, said)

    def _trust(self, change: Tensor, limits: Mapping[str, float], said: Tensor) -> Tensor:
        """How far a change [B, 3, H, W] is to be believed, [B, 1, H, W] in 0..1: a half where it is at the limit of the
        repair that is asked for."""
        restorer = self.config.restorer
        certain = {name: limit**-2 for name, limit in limits.items()}
        certain = _weighed(gates(said, restorer), certain, restorer.repairs)[:, None, None, None]
        power = F.avg_pool2d(change.square().mean(1, keepdim=True), CELL, ceil_mode=True, count_include_pad=False)
        power = F.interpolate(power * certain, scale_factor=CELL, mode="bilinear", align_corners=False)
        power = power[..., : change.shape[-2], : change.shape[-1]]
        return power / (power + 1)

    def understands(self, said: Tensor) -> bool:
        """Whether what is said [B, said] holds readings; those of a foreign text encoder do not."""
        return said.shape[-1] == self.config.tone.pooled + 4 * self.config.tone.readings

    def is_asked(self, said: Tensor) -> bool:
        """Whether what is said [B, said], on the CPU, asks for any repair."""
        return self.understands(said) and any(
            bool(gates(said, part).any()) for part in (self.config.tone, self.config.restorer)
        )

    def scene(self, sources: Tensor, said: Tensor, task: str, tiles: Tiles) -> Tensor:
        """Sources [N, 3, H, W] in 0..1 of one scene and what is said of it [said], both on the CPU -> the sources, each
        put right, float32 on the CPU."""
        rows = said_of_sources(said, task, len(sources))
        if task == "mff" and len(sources) > 1 and bool(gates(rows, self.config.tone).any()):
            tone = self.config.tone
            rows[:, [tone.pooled + repair for repair in tone.repairs]] *= ~self._in_tone(sources, rows)[:, None]
        return self.whole(sources, rows, tiles)

    @torch.inference_mode()
    def _in_tone(self, frames: Tensor, rows: Tensor) -> Tensor:
        """Which frames [N] of a focus stack are to keep their tone.

        All were taken in one light. So one of them that is too dark tells by its repair how bright the others should
        be, and a frame that is so already stays, although "too dark" is said of the stack.
        """
        weight = next(self.parameters())
        before, after = [], []
        for frame, row in zip(frames.split(1), rows.split(1), strict=True):
            small, words = reduce_picture(frame, self.config.tone.longest).to(weight.device), row.to(weight.device)
            toned = self.tone.apply(small, self.look(small, words)).clamp(0, 1)
            for levels, picture in ((before, small), (after, toned)):
                levels.append(F.adaptive_avg_pool2d(luminance(picture.float()), LIGHT).flatten(1).cpu())
        stays, mended = (torch.cdist(torch.cat(after), torch.cat(x), 1) / LIGHT**2 for x in (before, after))
        keeps = stays + DIFFERENT < mended  # row: the frame whose repair is the measure
        return keeps[torch.where(keeps, stays, mended).sum(1).argmin()]

    @torch.inference_mode()
    def whole(self, pictures: Tensor, said: Tensor, tiles: Tiles) -> Tensor:
        """Whole pictures [B, 3, H, W] in 0..1 of any size and what is said [B, said], both on the CPU -> [B, 3, H, W]
        in 0..1, float32 on the CPU.

        The tone of a picture is decided once; local faults are repaired in tiles. Pictures of which nothing is asked
        are handed through untouched.
        """
        weight = next(self.parameters())
        cost = REPAIRING * weight.element_size()
        out = torch.empty(pictures.shape, dtype=torch.float32)
        rows = tiles.rows(*pictures.shape[-2:], cost)
        groups = [slice(start, start + rows) for start in range(0, len(pictures), rows)]
        for done, group in enumerate(groups):
            asked = said[group]
            words = asked.to(weight.device)
            toned = pictures[group].float()
            if bool(gates(asked, self.config.tone).any()):
                toned = self._toned(toned, words)
            if bool(gates(asked, self.config.restorer).any()):
                inputs = [(toned, STRIDE), (pictures[group], STRIDE), (words, 0)]
                told = tiles.part(done, len(groups))
                told.run(self._restored, inputs, STRIDE, cost, STRIDE, "repair", out[group])
            else:
                out[group] = toned
        return out.clamp_(0, 1)

    def _restored(self, toned: Tensor, source: Tensor, words: Tensor) -> Tensor:
        """A tile [B, 3, H, W] of pictures on any device, with their tone put right and as they were, freed of local
        faults."""
        return self.mend(toned.to(words.device), source.to(words.device), words)

    def _toned(self, pictures: Tensor, words: Tensor) -> Tensor:
        """Whole pictures [B, 3, H, W] with their tone put right, band by band, where they are."""
        out, height = torch.empty_like(pictures), pictures.shape[-2]
        grid = self.look(pictures, words)
        for top in range(0, height, BAND):
            band = pictures[..., top : top + BAND, :].to(words.device)
            bottom = top + band.shape[-2]
            place = torch.tensor([[top / height, 0.0, bottom / height, 1.0]]).expand(len(pictures), 4)
            out[..., top:bottom, :] = self.tone.apply(band, grid, place.to(words.device))
        return out


def _weighed(open_: Tensor, table: Mapping[str, float], repairs: Sequence[int]) -> Tensor:
    """Gates [B, R] of some repairs -> [B], the sum of what a table has for each, 1 where it has nothing."""
    values = (table.get(REPAIRS[repair], 1.0) for repair in repairs)  # as numbers: a tensor of them would halt a GPU
    return torch.stack([gate * value for gate, value in zip(open_.unbind(1), values, strict=True)]).sum(0)


def said_of_sources(said: Tensor, task: str, sources: int) -> Tensor:
    """What is said of a scene [said] -> of each of its sources [N, said]. In a visible + infrared pair nobody asks to
    brighten the infrared, or to free the visible of a thermal camera's stripes, whatever the sentence leaves open; and
    no frame of a bracket is brightened by itself, as what it is for is its own exposure."""
    rows = said.repeat(sources, 1)
    asked = rows[:, -4 * len(REPAIRS) :]
    if sources > 1:
        for name in SIGNAL.get(task, frozenset()).difference(MENU.get(task, ())):
            asked[:, REPAIRS.index(name)] = 0
    if task == "vif" and sources == 2:
        for row, others in ((0, INFRARED_ONLY), (1, VISIBLE_ONLY)):
            for name in others:
                asked[row, REPAIRS.index(name)] = 0
    return rows
