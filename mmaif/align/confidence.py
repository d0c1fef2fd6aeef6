"""How far a motion can be trusted: do the parts of the picture, asked one by one, agree that nothing is left?"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .edges import edges, likeness
from .estimate import correlations, reduced
from .warp import cover, warped

SIDE = 480  # px, longer side of the copies that are judged
BLOCK = 48  # px
REACH = 12  # px that a block may still be off: one in 70 of the places is within AGREE by chance
AGREE = 1.5  # px


@dataclass(frozen=True)
class Judgement:
    """confidence: share of the blocks with edges in both pictures that lie on each other, 0..1; likeness: correlation
    of the edges, -1..1; blocks: how many could be asked."""

    confidence: float
    likeness: float
    blocks: int


def judge(reference: Tensor, frame: Tensor, matrix: Tensor, blind: bool) -> Judgement:
    """How well the frame [1, C, H, W], moved by the matrix, lies on the reference."""
    reference, frame = reduced(reference, SIDE), reduced(frame, SIDE)
    size = tuple(reference.shape[-2:])
    where = cover(matrix, size, 2).float()
    still, moving = edges(reference, blind) * where, edges(warped(frame, matrix, "bilinear"), blind) * where
    left, right = blocks(still), blocks(moving)
    power = torch.minimum(left.square().mean((1, 2, 3)), right.square().mean((1, 2, 3)))
    asked = power > 0.1
    if int(asked.sum()) < 4:
        return Judgement(0.0, likeness(still, moving, where), int(asked.sum()))
    maps = correlations(left[asked], right[asked], REACH).flatten(1)
    index = maps.argmax(1)
    side = 2 * REACH + 1
    off = torch.stack([index % side - REACH, index // side - REACH]).float().norm(dim=0)
    return Judgement(float((off <= AGREE).float().mean()), likeness(still, moving, where), len(index))


def blocks(edge: Tensor) -> Tensor:
    """[1, 2, H, W] -> [n, 2, b, b], side by side, the rest at the far borders left out."""
    side = min(BLOCK, *edge.shape[-2:])
    return F.unfold(edge, side, stride=side)[0].T.unflatten(1, (2, side, side))
