"""Run a function over overlapping tiles of big inputs and blend the results without seams."""

from collections.abc import Callable

import torch
from torch import Tensor

from .progress import StepProgress


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where tiles of `tile` begin so that they cover `length` with at least `overlap` in common."""
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]


def tiled(
    function: Callable[..., Tensor],
    inputs: list[tuple[Tensor, int]],
    tile: int,
    overlap: int,
    scale: int = 1,
    progress: StepProgress | None = None,
) -> Tensor:
    """function(*inputs) computed tile by tile.

    Each input comes with the number of its pixels per pixel of the first grid, on which `tile` and
    `overlap` are measured; `scale` is the same for the output (8 for a decoder on latents). Tiles are
    blended with linear ramps over the overlap, edges of the whole keep full weight.
    """
    grid, per = inputs[0]
    height, width = grid.shape[-2] // per, grid.shape[-1] // per
    places = [(y, x) for y in starts(height, tile, overlap) for x in starts(width, tile, overlap)]
    if len(places) == 1:
        return function(*(tensor for tensor, _ in inputs))
    out: Tensor | None = None
    weight = torch.zeros(0)
    for index, (y, x) in enumerate(places):
        bottom, right = min(y + tile, height), min(x + tile, width)
        parts = [t[..., y * k : bottom * k, x * k : right * k] for t, k in inputs]
        result = function(*parts)
        window = _window(y, bottom, height, overlap, scale, result)[:, None]
        window = window * _window(x, right, width, overlap, scale, result)[None]
        if out is None:
            out = result.new_zeros(*result.shape[:-2], height * scale, width * scale)
            weight = result.new_zeros(height * scale, width * scale)
        region = (slice(y * scale, bottom * scale), slice(x * scale, right * scale))
        out[..., region[0], region[1]] += result * window
        weight[region] += window
        if progress:
            progress(index + 1, len(places))
    assert out is not None
    return out / weight


def _window(begin: int, end: int, length: int, overlap: int, scale: int, like: Tensor) -> Tensor:
    """Linear ramps over `overlap` at the sides that have a neighbour, never quite zero."""
    size, ramp = (end - begin) * scale, overlap * scale
    position = torch.arange(size, device=like.device, dtype=like.dtype) + 0.5
    window = like.new_ones(size)
    if begin > 0:
        window = torch.minimum(window, position / ramp)
    if end < length:
        window = torch.minimum(window, (size - position) / ramp)
    return window.clamp(max=1)
