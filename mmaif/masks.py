"""Masks: where repairs are wanted, and which parts of a source take part."""

from collections.abc import Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from .errors import InputError
from .images import luminance, to_batch

FEATHER = 12  # pixels within its border over which a mask fades


def mask_of(mask: Any, name: str = "mask") -> Tensor:
    """A mask, white inside, of any kind that a picture may be, or [B, H, W] -> [B, 1, H, W] in 0..1."""
    if getattr(mask, "ndim", 0) == 3 and mask.shape[-1] not in (1, 3, 4):
        mask = mask[..., None]
    return luminance(to_batch(mask, name))


def fitted(mask: Tensor, shape: Sequence[int], name: str = "mask") -> Tensor:
    """A mask [b, 1, H, W] for pictures of a shape [B, ..., H, W]: one for each; raises InputError where it is not."""
    count, height, width = shape[0], shape[-2], shape[-1]
    if mask.shape[-2:] != (height, width) or len(mask) not in (1, count):
        raise InputError(
            f"{name} is {len(mask)} x {mask.shape[-1]}x{mask.shape[-2]}, but the pictures are {count} x "
            f"{width}x{height}; give one mask of their size."
        )
    return mask.expand(count, 1, height, width)


def feathered(mask: Tensor, width: int = FEATHER) -> Tensor:
    """A mask [B, 1, H, W] that fades over `width` pixels towards its border: 0 where it was 0, and not fading where it
    reaches the border of the picture."""
    sides = [min(width, side - 1) for side in mask.shape[-2:]]
    soft = F.avg_pool2d(mask, [2 * side + 1 for side in sides], 1, sides, count_include_pad=False)
    return mask * (2 * soft - 1).clamp(0, 1)


def weights(counts: Sequence[float], mask: Tensor | None) -> list[Tensor | float]:
    """What pictures fused under several prompts count for inside a mask [B, 1, H, W], and last, unless the mask is
    everywhere, the one that is fused without words; they sum to 1 at every pixel."""
    if mask is None or bool((mask == 1).all()):
        return list(counts)
    inside = feathered(mask.float())
    return [*(count * inside for count in counts), 1 - inside]
