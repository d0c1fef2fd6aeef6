"""A tree of groups: any number of frames, in any order, a few at a time."""

import pytest
import torch

from mmaif.groups import MOST, even_groups, fuse_in_groups, groups_of


def brightest(frames: torch.Tensor) -> torch.Tensor:
    assert frames.shape[1] <= MOST
    return frames.amax(1)


@pytest.mark.parametrize("count", [1, 2, 8, 9, 30, 65])
def test_every_frame_takes_part_once(count):
    frames, fused = torch.rand(2, count, 3, 4, 5), []

    def counted(group: torch.Tensor) -> torch.Tensor:
        fused.append(group.shape[1])
        return brightest(group)

    assert torch.equal(fuse_in_groups(counted, frames), frames.amax(1))
    assert len(fused) == groups_of(count)
    groups = even_groups(frames)
    sizes = [group.shape[1] for group in groups]
    assert sum(sizes) == count and max(sizes) - min(sizes) <= 1 and len(groups) == -(-count // MOST)


def test_order_does_not_matter():
    frames = torch.rand(2, 21, 3, 4, 5)
    shuffled = frames[:, torch.randperm(21)]

    def odd(group: torch.Tensor) -> torch.Tensor:  # a fusion for which the groups matter
        return group.mean(1) + group.amax(1).square() / group.shape[1]

    assert torch.equal(fuse_in_groups(odd, frames), fuse_in_groups(odd, shuffled))


def test_what_groups_give_is_fused_by_another_function():
    def first(group: torch.Tensor) -> torch.Tensor:
        return group.amax(1) + 1

    frames = torch.rand(1, 20, 3, 4, 5)
    assert torch.equal(fuse_in_groups(first, frames, again=brightest), frames.amax(1) + 1)
    assert torch.equal(fuse_in_groups(first, frames[:, :3], again=brightest), first(frames[:, :3]))
