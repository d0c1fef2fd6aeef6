"""Long stacks of files: looked through once, then read again whenever a frame is needed, so that few are in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from .frames import Frames, Sources
from .groups import MOST
from .images import cover_of, is_gray, tensor_of
from .reading import Raw, read
from .reading.ranges import level, levels

SAMPLE = 512  # px, longer side of what is kept of deep gray frames to tell all their levels


def surveyed(sources: Sequence[Any], names: Sequence[str]) -> Sources | None:
    """A stack of more files than are fused at once that stay on the disk; None for other sources, which are held: few,
    of several pages, with transparent parts."""
    if len(sources) <= MOST or not all(isinstance(source, (str, Path)) for source in sources):
        return None
    samples, gray, first = [], True, None
    for source, name in zip(sources, names, strict=True):
        pages = read(source, name)
        if len(pages) > 1 or cover_of(pages[0]) is not None:
            return None
        samples.append(_sample(pages[0]))
        gray = gray and (pages[0].space == "gray" or is_gray(tensor_of(level(pages[0], None))))
        first = first or replace(pages[0], array=samples[0].array)
    ends = levels(samples)
    readers = [partial(_read, source, name, each) for source, name, each in zip(sources, names, ends, strict=True)]
    notes = [f"{name}: {note}" for name, raw in zip(names, samples, strict=True) for note in raw.notes]
    notes += [f"{names[0]}: {note}" for note in level(samples[0], ends[0]).notes if note not in samples[0].notes]
    bits = max(raw.bits for raw in samples)
    return Sources(Frames(readers, names), bits=bits, exif=first.exif, gray=gray, notes=[*dict.fromkeys(notes)])


def _sample(raw: Raw) -> Raw:
    """What its levels are told by: every so many pixels of a deep gray frame, next to nothing of others."""
    deep = raw.space == "gray" and raw.bits > 8
    step = max(1, max(raw.array.shape[:2]) // (SAMPLE if deep else 1))
    return replace(raw, array=raw.array[::step, ::step].copy(), icc=None)


def _read(source: str | Path, name: str, ends: tuple[float, float] | None) -> Tensor:
    """A file [1, 3, H, W] at the levels of its stack."""
    return tensor_of(level(read(source, name)[0], ends))
