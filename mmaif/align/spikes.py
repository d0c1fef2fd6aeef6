"""Hot and dead pixels: single pixels that stand out of all around them in one frame and in no other."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

STANDS_OUT = {2: 0.25, 3: 0.2}  # above the brightest (or second brightest) neighbour; frames -> 0..1
MOST = 0.01  # share of pixels above which it is noise or grain, and left to the prompt
SHARED = 0.25  # share of the other frames that may show the same before it is taken as part of the scene
CLIPPED = 0.02  # this near to black or white a frame cannot say whether it shows the same


def spikes(picture: Tensor, frames: int) -> Tensor:
    """[1, C, H, W] in 0..1, one of so many frames -> where single pixels stand out in any channel: indices [n].

    In a pair they have to stand out of all eight neighbours and by more: there is one witness only.
    """
    threshold, second = STANDS_OUT[min(frames, 3)], frames > 2
    found = torch.zeros(picture.shape[-2:], dtype=torch.bool)
    for channel in picture[0]:
        for sign in (channel, -channel):
            found |= sign > _high(sign, second) + threshold
    return found.flatten().nonzero()[:, 0]


def _high(channel: Tensor, second: bool) -> Tensor:
    """The highest, or second highest, of the eight neighbours of each pixel [H, W]."""
    height, width = channel.shape
    padded = F.pad(channel[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
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


def own_spikes(found: Sequence[Tensor], index: int, size: tuple[int, int]) -> Tensor:
    """Of the spikes `found` in each frame of (H, W), those that frame `index` shows alone: indices [n]."""
    mine = found[index]
    if not 0 < len(mine) <= MOST * size[0] * size[1]:
        return mine[:0]
    others = [other for i, other in enumerate(found) if i != index]
    shared = sum((torch.isin(mine, _around(other, size[1])).float() for other in others), torch.zeros(len(mine)))
    return mine[shared <= SHARED * len(others)] if others else mine[:0]


def _around(at: Tensor, width: int) -> Tensor:
    """The pixels and their neighbours: hands shake."""
    return torch.cat([at + dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)])


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
