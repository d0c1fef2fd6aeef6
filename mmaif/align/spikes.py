"""Hot and dead pixels: single pixels that stand out of all around them in one frame and in no other."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .warp import moved_places

STANDS_OUT = {2: 0.25, 3: 0.2}  # above the brightest (or second brightest) neighbour; frames -> 0..1
FAINT = 0.04  # by which a pixel stands out at least to bear witness to another frame's
ALIKE = 0.2  # share of a spike's height that another frame shows of it where it is part of the scene, at any exposure
KEPT = 0.02  # share of pixels, the highest, that are kept to bear witness: noise makes many
MOST = 0.01  # share of pixels above which it is noise or grain, and left to the prompt
SHARED = 0.25  # share of the other frames that may show the same before it is taken as part of the scene
CLIPPED = 0.02  # this near to black or white a frame cannot say whether it shows the same


@dataclass(frozen=True)
class Spikes:
    """Pixels of one frame that stand out of their neighbours: at, indices [n] into H * W, rising, int32; height, [n] in
    -1..1, negative where darker; clear: whether by so much that they may be bad ones, bool [n]."""

    at: Tensor
    height: Tensor
    clear: Tensor


def spikes(picture: Tensor, frames: int) -> Spikes:
    """What stands out in [1, C, H, W] in 0..1, one of so many frames.

    In a pair spikes have to stand out of all eight neighbours and by more: there is one witness only.
    """
    threshold, second = STANDS_OUT[min(frames, 3)], frames > 2
    height = torch.zeros(picture.shape[-2:])
    for channel in picture[0]:
        for sign in (1, -1):
            over = sign * channel - _high(sign * channel, second)
            height = torch.where(over > height.abs(), sign * over, height)
    height = height.flatten()
    at = (height.abs() > FAINT).nonzero()[:, 0]
    if len(at) > (most := int(KEPT * len(height))):
        at = height.abs().topk(most).indices.sort().values
    return Spikes(at.int(), height[at], height[at].abs() > threshold)


def _high(channel: Tensor, second: bool) -> Tensor:
    """The highest, or second highest, of the eight neighbours of each pixel [H, W]."""
    height, width = channel.shape
    padded = F.pad(channel[None, None], (1, 1, 1, 1), mode="reflect")[0, 0]
    first = next_one = torch.full_like(channel, -2.0)
    for dy in range(3):
        for dx in range(3):
            if (dy, dx) != (1, 1):
                each = padded[dy : dy + height, dx : dx + width]
                next_one = torch.maximum(next_one, torch.minimum(first, each))
                first = torch.maximum(first, each)
    return next_one if second else first


def clipped(picture: Tensor, at: Tensor) -> Tensor:
    """Whether [1, C, H, W] is black or white in all channels at the pixels `at` [n]: bool [n]."""
    values = picture[0].flatten(1)[:, at]
    return (values.amax(0) < CLIPPED) | (values.amin(0) > 1 - CLIPPED)


def own_spikes(
    found: Sequence[Spikes], index: int, size: tuple[int, int], nearest: int, motions: Sequence[Tensor] = ()
) -> Tensor:
    """Of the clear spikes `found` in each frame of (H, W), those that frame `index` shows alone: indices [n].

    nearest: the frame most like it, whose word is enough. motions: the matrix [3, 3] of each frame, see
    `mmaif.align.warp`, by which a place of one is found in another; none: they lie on each other.
    """
    mine = found[index]
    at, height = mine.at[mine.clear].long(), mine.height[mine.clear]
    if not 0 < len(at) <= MOST * size[0] * size[1] or len(found) < 2:
        return at[:0]
    shared = torch.zeros(len(at))
    for other, theirs in enumerate(found):
        if other != index:
            there = at
            if motions:
                there = moved_places(at, motions[other] @ torch.linalg.inv(motions[index]), size)
            seen = _shown(theirs, there, height, size)
            shared += seen * (len(found) if other == nearest else 1)
    return at[shared <= SHARED * (len(found) - 1)]


def _shown(spikes: Spikes, at: Tensor, height: Tensor, size: tuple[int, int]) -> Tensor:
    """Whether a frame's spikes have one of a like height [n] at the pixels `at` [n] or beside: hands shake."""
    heights = torch.zeros(size[0] * size[1])
    heights[spikes.at.long()] = spikes.height
    seen = torch.zeros(len(at), dtype=torch.bool)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            beside = heights[(at + dy * size[1] + dx).clamp(0, len(heights) - 1)]
            seen |= beside * height.sign() > ALIKE * height.abs()
    return seen


def without(picture: Tensor, at: Tensor) -> Tensor:
    """[1, C, H, W] with the pixels `at` [n] replaced by the median of their neighbours."""
    if not len(at):
        return picture
    height, width = picture.shape[-2:]
    row, column = at // width, at % width
    around = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
    rows = torch.stack([(row + dy).clamp(0, height - 1) for dy, _ in around])
    columns = torch.stack([(column + dx).clamp(0, width - 1) for _, dx in around])
    out = picture.clone()
    out[0, :, row, column] = picture[0][:, rows, columns].median(1).values
    return out
