"""Many frames by a tree of groups: networks see at most as many sources as they were trained with."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

MOST = 8  # sources that a network fuses at once


def fuse_in_groups(
    fuse: Callable[[Tensor], Tensor], sources: Tensor, most: int = MOST, again: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """fuse(sources) for any number of sources: groups of at most `most` first, then what they give, and so on.

    fuse takes [B, n, C, H, W], n <= most, to [B, C, H, W]; sources [B, N, C, H, W]. `again` takes its place for what
    groups have given, where that is another thing: what is repaired once needs no repair any more. Groups are as even
    as can be and hold frames of like brightness, so it does not matter in which order the frames come. The memory that
    `fuse` needs is that of one group.
    """
    few = fewer_sources(fuse, sources, most, again)
    return (again or fuse)(few) if few is not sources else fuse(sources)


def fuse_frames(
    fuse: Callable[[Tensor], Tensor],
    frames: Sequence[Tensor],
    brightness: Tensor,
    again: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """`fuse_in_groups` of frames [B, C, H, W] of which those of one scene are looked up a group at a time: they may lie
    on a disk.

    brightness [B, N]: the mean value of each, in place of looking at all of them together.
    """
    if len(frames) <= MOST or len(brightness) > 1:
        return fuse_in_groups(fuse, torch.stack(list(frames), 1), again=again)
    groups = even_groups(brightness.argsort(1))
    given = [fuse(torch.stack([frames[int(index)] for index in group[0]], 1)) for group in groups]
    return fuse_in_groups(again or fuse, torch.stack(given, 1))


def groups_of(count: int, most: int = MOST) -> int:
    """How often `fuse_in_groups` or `fuse_frames` fuses that many sources."""
    total = 1
    while count > most:
        count = -(-count // most)
        total += count
    return total


def fewer_sources(
    fuse: Callable[[Tensor], Tensor], sources: Tensor, most: int = MOST, again: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """What groups of sources [B, N, C, H, W] give, [B, n, C, H, W] with n <= most: `fuse_in_groups` but for its last
    step. Sources that are few enough are handed through."""
    while sources.shape[1] > most:
        sources = torch.stack([fuse(group) for group in even_groups(sorted_frames(sources), most)], 1)
        fuse = again or fuse
    return sources


def even_groups(sources: Tensor, most: int = MOST) -> tuple[Tensor, ...]:
    """Frames [B, N, ...] in their order as the fewest groups [B, n, ...] of at most `most`, even to one frame."""
    return sources.tensor_split(-(-sources.shape[1] // most), 1)


def sorted_frames(sources: Tensor) -> Tensor:
    """Frames [B, N, C, H, W] by their mean value, each row of the batch by its own."""
    order = sources.flatten(2).mean(2, dtype=torch.float64).argsort(1)
    return torch.stack([row[index] for row, index in zip(sources, order, strict=True)])
