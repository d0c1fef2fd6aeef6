"""The sources of one scene as a row of frames, each read when it is asked for; folders and wildcards as sources."""

import glob
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from .errors import InputError
from .groups import MOST
from .images import to_batch

WILD = re.compile(r"[*?\[]")


class Frames:
    """Sources [B, 3, H, W] in 0..1 by number, with their names. Files stay on the disk between two readings where there
    are more than one group of them."""

    def __init__(self, readers: Sequence[Callable[[], Tensor]], names: Sequence[str]):
        self._readers, self.names = list(readers), list(names)

    @classmethod
    def of(cls, sources: Sequence[Any]) -> "Frames":
        """Pictures as `mmaif.images.to_batch` takes them; paths may be folders and wildcards."""
        sources = expanded(sources)
        if not sources:
            raise InputError("No sources given; pass at least one picture.")
        names = [str(s) if isinstance(s, (str, Path)) else f"Source {i + 1}" for i, s in enumerate(sources)]
        later = len(sources) > MOST
        return cls([_reader(source, name, later) for source, name in zip(sources, names, strict=True)], names)

    @classmethod
    def held(cls, stacked: Tensor, names: Sequence[str]) -> "Frames":
        """Sources [B, N, 3, H, W] that are in memory."""
        return cls([lambda i=i: stacked[:, i] for i in range(stacked.shape[1])], names)

    def __len__(self) -> int:
        return len(self._readers)

    def __getitem__(self, index: int) -> Tensor:
        return self._readers[index]()

    def __iter__(self) -> Iterator[Tensor]:
        return (read() for read in self._readers)

    def some(self) -> Tensor:
        """As many frames as are looked at together, evenly chosen: [B, n, 3, H, W]."""
        step = -(-len(self) // MOST)
        return torch.stack([self[index] for index in range(0, len(self), step)], 1)


def _reader(source: Any, name: str, later: bool) -> Callable[[], Tensor]:
    """A function that gives the picture: read now, or each time anew where it is a file and `later`."""
    if later and isinstance(source, (str, Path)):
        return lambda: to_batch(source, name)
    picture = to_batch(source, name)
    return lambda: picture


def expanded(sources: Sequence[Any]) -> list[Any]:
    """The sources, folders and wildcards replaced by the pictures in them, in the order of their names' numbers."""
    return [each for source in sources for each in (_found(source) if isinstance(source, (str, Path)) else [source])]


def _found(source: str | Path) -> list[Any]:
    """The files that a path stands for."""
    path = Path(source)
    if path.is_dir():
        known = Image.registered_extensions()
        files = [file for file in path.iterdir() if file.suffix.lower() in known and not file.name.startswith(".")]
        what = f"The folder {source} holds no pictures; name one that does."
    elif WILD.search(str(source)) and not path.exists():
        files = [Path(name) for name in glob.glob(str(source)) if Path(name).is_file()]
        what = f"No file matches {source}; check the path and the wildcard."
    else:
        return [source]
    if not files:
        raise InputError(what)
    return [str(file) for file in sorted(files, key=_by_numbers)]


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    """frame_9 before frame_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
