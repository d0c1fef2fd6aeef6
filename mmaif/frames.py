"""The sources of one scene as a row of frames, each read when it is asked for; folders and wildcards as sources."""

import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from .errors import InputError

WILD = re.compile(r"[*?\[]")
LOOKED_AT = 8  # frames that are looked at together, at most


class Frames:
    """Sources [B, 3, H, W] in 0..1 by number, with their names, and where each shows something: [B, 1, H, W] in 0..1 or
    None for everywhere. Files may stay on the disk between two readings."""

    def __init__(
        self,
        readers: Sequence[Callable[[], Tensor]],
        names: Sequence[str],
        covers: Sequence[Tensor | None] | None = None,
    ):
        self._readers, self.names = list(readers), list(names)
        self.covers = [None] * len(self.names) if covers is None else list(covers)

    @classmethod
    def held(
        cls, pictures: Sequence[Tensor], names: Sequence[str], covers: Sequence[Tensor | None] | None = None
    ) -> "Frames":
        """Pictures that are in memory."""
        return cls([lambda picture=picture: picture for picture in pictures], names, covers)

    def __len__(self) -> int:
        return len(self._readers)

    def __getitem__(self, index: int) -> Tensor:
        return self._readers[index]()

    def __iter__(self) -> Iterator[Tensor]:
        return (read() for read in self._readers)

    @property
    def stacked(self) -> Tensor:
        """All of them together, [B, N, 3, H, W]."""
        return torch.stack(list(self), 1)

    def some(self) -> Tensor:
        """As many frames as are looked at together, evenly chosen: [B, n, 3, H, W]."""
        step = -(-len(self) // LOOKED_AT)
        return torch.stack([self[index] for index in range(0, len(self), step)], 1)


@dataclass(frozen=True)
class Sources:
    """The frames of a scene, ready for a network, and what goes with them.

    prompt: less what it said of the infrared. alpha [B, 1, H, W] of what is fused, None for opaque. bits, exif: of the
    first source's file; gray: no source has a colour. notes: what was done, a sentence each.
    """

    frames: Frames
    prompt: str = ""
    alpha: Tensor | None = None
    bits: int = 8
    exif: bytes = b""
    gray: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def stacked(self) -> Tensor:
        """All frames together, [B, N, 3, H, W]."""
        return self.frames.stacked


def expanded(sources: Sequence[Any]) -> list[Any]:
    """The sources, folders and wildcards replaced by the pictures in them, in the order of their names' numbers."""
    return [each for source in sources for each in (_found(source) if isinstance(source, (str, Path)) else [source])]


def _found(source: str | Path) -> list[Any]:
    """The files that a path stands for."""
    if os.path.isdir(source):
        known = Image.registered_extensions()
        files = [path for path in Path(source).iterdir() if path.suffix.lower() in known and path.name[:1] != "."]
        what = f"The folder {source} holds no pictures; name one that does."
    elif WILD.search(str(source)) and not os.path.exists(source):
        files = [Path(name) for name in _matches(str(source)) if os.path.isfile(name)]
        what = f"No file matches {source}; check the path and the wildcard."
    else:
        return [source]
    if not files:
        raise InputError(what)
    return [str(file) for file in sorted(files, key=_by_numbers)]


def _matches(pattern: str) -> list[str]:
    """What a wildcard stands for; nothing, where it is no name at all."""
    try:
        return glob.glob(pattern)
    except (OSError, ValueError):
        return []


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    """frame_9 before frame_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
