"""Pictures of any size in bounded memory: cut into overlapping tiles, the results laid side by side without a seam."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .checks import check_whole
from .errors import InputError
from .memory import working_memory
from .progress import Progress, StepProgress
from .progress import stage as stage_of

OVERLAP = 96  # px that neighbouring tiles share; a quarter at either rim is thrown away, the middle half is blended
LONGEST = 1024  # px, side of the tiles where memory allows: larger ones are not faster, and cannot be cancelled soon
SHORTEST = 256  # px
NO_TILES = 1 << 20


def cuts(length: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Where the fewest tiles of at most `tile` begin and end that cover `length` with at least `overlap` in common;
    all of one length."""
    if length <= tile:
        return [(0, length)]
    count = -(-(length - overlap) // (tile - overlap))
    side = min(tile, -(-(length + (count - 1) * overlap) // count))
    begins = (round(i * (length - side) / (count - 1)) for i in range(count))
    return [(begin, begin + side) for begin in begins]


def tiled(
    function: Callable[..., Tensor],
    inputs: list[tuple[Tensor, int]],
    tile: int,
    overlap: int,
    scale: int = 1,
    progress: StepProgress | None = None,
    out: Tensor | None = None,
    rows: int | None = None,
) -> Tensor:
    """function(*inputs) computed tile by tile, and `rows` of the batch at a time.

    Each input [B, ..., H, W] comes with the number of its pixels per cell of the grid on which `tile` and `overlap` are
    measured, 0 for one without a grid; the first has one, and its last cells may be cut off by the picture's edge.
    `scale` is the same for the output (8 for a decoder on latents). Results are blended into `out` [B, ..., h, w],
    which is made where it is absent, and cut to its size.
    """
    first, per = inputs[0]
    height, width = (-(-side // per) for side in first.shape[-2:])
    across, down = cuts(width, tile, overlap), cuts(height, tile, overlap)
    groups = range(0, len(first), rows or len(first))
    done, total = 0, len(across) * len(down) * len(groups)
    if out is None and total == 1:
        result = function(*(tensor for tensor, _ in inputs))
        if progress:
            progress(1, 1)
        return result
    if out is not None:
        out.zero_()
    for start in groups:
        group = slice(start, start + (rows or len(first)))
        for row, (top, bottom) in enumerate(down):
            for column, (left, right) in enumerate(across):
                result = function(*(_part(t[group], k, top, bottom, left, right) for t, k in inputs))
                if out is None:
                    out = result.new_zeros(len(first), *result.shape[1:-2], height * scale, width * scale)
                place = out[group, ..., top * scale : bottom * scale, left * scale : right * scale]
                result = result[..., : place.shape[-2], : place.shape[-1]].to(out)
                if len(down) > 1:
                    result = result * _ramps(down, row, scale, result, result.shape[-2])[:, None]
                if len(across) > 1:
                    result = result * _ramps(across, column, scale, result, result.shape[-1])
                place += result
                done += 1
                if progress:
                    progress(done, total)
    assert out is not None
    return out


def _part(tensor: Tensor, per: int, top: int, bottom: int, left: int, right: int) -> Tensor:
    return tensor[..., top * per : bottom * per, left * per : right * per] if per else tensor


def _ramps(tiles: list[tuple[int, int]], index: int, scale: int, like: Tensor, size: int) -> Tensor:
    """The weights [size] of a tile along one side: 1, and where a neighbour lies a ramp over the middle half of what
    both share, 0 beyond. Those of the two add up to 1."""
    begin, end = tiles[index]
    position = torch.arange(size, device=like.device, dtype=torch.float32) + 0.5
    weight = torch.ones_like(position)
    if index > 0:
        weight = weight * _rise(position, (tiles[index - 1][1] - begin) * scale)
    if index + 1 < len(tiles):
        shared = (end - tiles[index + 1][0]) * scale
        weight = weight * (1 - _rise(position - ((end - begin) * scale - shared), shared))
    return weight.to(like.dtype)


def _rise(position: Tensor, shared: int) -> Tensor:
    """0 up to a quarter of the shared pixels, 1 from three quarters."""
    return ((position - shared / 4) / (shared / 2)).clamp(0, 1)


@dataclass(frozen=True)
class Tiles:
    """How whole pictures go through the networks, and who is told how far each stage has come.

    memory: bytes that a network may take at once. longest: side of a tile in px, 0 for whole pictures; None for as
    long as pays and fits.
    """

    memory: int
    longest: int | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be cut."""
        if self.longest is not None:
            check_whole(self.longest, "tile", 0, 1 << 20)
        if self.longest and self.longest < SHORTEST:
            raise InputError(f"The tile {self.longest} is too small; use 0 (none) or at least {SHORTEST} pixels.")

    @classmethod
    def planned(
        cls,
        device: torch.device,
        longest: int | None = None,
        memory: int | None = None,
        progress: Progress | None = None,
    ) -> "Tiles":
        """For networks on `device`, within `memory` bytes; by default within what is free there."""
        if memory is not None:
            check_whole(memory, "memory", 1, 1 << 50)
        return cls(memory or working_memory(device), longest, progress)

    def told(self, name: str) -> StepProgress | None:
        """What to call with the work done and all the work of a stage, where anybody listens."""
        return stage_of(self.progress, name)

    def part(self, index: int, parts: int) -> "Tiles":
        """For one of several equal parts of a stage, which count as one bar together."""
        if self.progress is None or parts == 1:
            return self
        told = self.progress
        return replace(self, progress=lambda name, done, total: told(name, index * total + done, parts * total))

    def side(self, cost: int) -> int:
        """The longest side of a tile in px, for a network that takes `cost` bytes per pixel."""
        if self.longest is not None:
            return self.longest or NO_TILES
        fits = int((self.memory / cost) ** 0.5)
        return max(SHORTEST, min(LONGEST, fits // 64 * 64))

    def rows(self, height: int, width: int, cost: int, tile: int = NO_TILES) -> int:
        """How many pictures of `height` x `width` px go through together, in tiles of `tile` px."""
        return max(1, self.memory // (cost * min(height, tile) * min(width, tile)))

    def run(
        self,
        function: Callable[..., Tensor],
        inputs: list[tuple[Tensor, int]],
        cell: int,
        cost: int,
        scale: int = 1,
        stage: str = "",
        out: Tensor | None = None,
    ) -> Tensor:
        """function(*inputs) in tiles and groups of rows, see `tiled`; a cell of the grid is `cell` px wide, and the
        function takes `cost` bytes per pixel of each row. Nobody is told without a stage."""
        first, per = inputs[0]
        height, width = (side * cell // per for side in first.shape[-2:])
        side = self.side(cost)
        told = self.told(stage) if stage else None
        rows = self.rows(height, width, cost, side)
        return tiled(function, inputs, side // cell, OVERLAP // cell, scale, told, out, rows)
