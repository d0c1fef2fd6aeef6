"""Pictures of any kind to numbers in sRGB: paths, Pillow's pictures, arrays and tensors, by one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..checks import kind_of
from ..errors import InputError
from .colour import to_srgb
from .files import read_file, read_pillow
from .kinds import first_bytes, not_read
from .ranges import levelled
from .raw import Raw, of_array

__all__ = ["Raw", "read", "read_all"]


def read(source: Any, name: str) -> list[Raw]:
    """The pages of one source in gray or sRGB: path, picture of Pillow, array or tensor [H, W], [(B, )H, W, C].

    Arrays and tensors hold 0..1, integers the range of their type. `name` is what an InputError calls the source.
    """
    if isinstance(source, (str, Path)):
        head = first_bytes(Path(source))
        return _pages(lambda: read_file(Path(source), head), name, not_read(name, head))
    if isinstance(source, Image.Image):
        damaged = InputError(f"The picture {name} cannot be read: it is damaged or closed; open it anew.")
        return _pages(lambda: read_pillow(source), name, damaged)
    return [to_srgb(_array(source, name))]


def read_all(sources: Sequence[Any], names: Sequence[str], **rule: Any) -> tuple[list[Raw], list[str]]:
    """All pages of all sources of one scene, in 0..1, and a name each; rule: as `ranges.levelled` takes it."""
    pages = [read(source, name) for source, name in zip(sources, names, strict=True)]
    called = [
        name if len(raws) == 1 else f"{name}, page {number}"
        for name, raws in zip(names, pages, strict=True)
        for number in range(1, len(raws) + 1)
    ]
    return levelled([raw for raws in pages for raw in raws], **rule), called


def _pages(reader: Callable[[], list[Raw]], name: str, damaged: InputError) -> list[Raw]:
    """What a reader gives, in gray or sRGB; `damaged` for whatever it raises, and for pages that are no pictures."""
    try:
        raws = [to_srgb(raw) for raw in reader()]
        if not raws or not all(_is_picture(raw.array) for raw in raws):
            raise ValueError("no pictures")
        return raws
    except InputError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise InputError(f"The picture {name} is too large ({error}); reduce it first.") from error
    except Exception as error:  # the libraries of pictures raise errors of every kind
        raise damaged from error


def _is_picture(array: np.ndarray) -> bool:
    known = array.dtype.kind != "f" or bool(np.isfinite(array).all())  # gaps are filled, where there is anything else
    return array.ndim == 3 and array.size > 0 and array.shape[-1] in (1, 3) and known


def _array(source: Any, name: str) -> Raw:
    """An array or tensor, checked."""
    array = _numbers(source)
    if array is None or array.dtype.kind not in "fuib":
        raise InputError(f"{name} is {kind_of(source)}; give a path, a PIL picture, or an array or tensor of numbers.")
    array = array[..., None] if array.ndim == 2 else array
    if array.ndim not in (3, 4) or array.shape[-1] not in (1, 3, 4):
        raise InputError(
            f"{name} has shape {list(array.shape)}; give [H, W, C] or [B, H, W, C] with 1, 3 or 4 channels."
        )
    if not array.size:
        raise InputError(f"{name} has shape {list(array.shape)}: no picture is in it; check what makes it.")
    if array.dtype.kind == "f":
        _check_floats(array, name)
    elif array.dtype == np.int64 or array.dtype == np.int32:
        array = array.astype(np.uint16) if 0 <= array.min() and 255 < array.max() <= 65535 else array
        array = array.astype(np.uint8) if 0 <= array.min() and array.max() <= 255 else array
    raw = of_array(array)
    return raw if array.dtype.kind != "f" or array.shape[-1] == 1 else Raw(**{**vars(raw), "white": 1.0})


def _numbers(source: Any) -> np.ndarray | None:
    """What is an array, or a tensor that has one."""
    if isinstance(source, np.ndarray):
        return source
    try:
        tensor = source.detach().cpu()
        return (tensor.float() if tensor.is_floating_point() else tensor).numpy()  # bfloat16 has no array
    except (AttributeError, TypeError, RuntimeError):  # no tensor, or one that is sparse or has no memory
        return None


def _check_floats(array: np.ndarray, name: str) -> None:
    """Raise InputError unless floats are finite and, but for gray ones that may be temperatures, in 0..1."""
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(f"{name} holds NaN or infinite values; mend the picture or the node before.")
    if (low < -0.01 or high > 1.01) and array.shape[-1] != 1:
        raise InputError(f"{name} has values from {low:.3g} to {high:.3g}; scale it to 0..1.")
