"""A picture as a file holds it, before colour and range are settled."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Raw:
    """array [..., H, W, C] of any number type; C is 1 for gray, 4 for cmyk, else 3.

    space: gray, rgb, cmyk or lab (then L* 0..100, a*, b*). white: the value that stands for white; None: to be told
    from the values. alpha: [..., H, W] in 0..1, None for opaque. bits: of a channel, 32 for floats. linear: values are
    light, not sRGB.
    """

    array: np.ndarray
    space: str
    white: float | None
    bits: int
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    exif: bytes = b""
    linear: bool = False
    notes: tuple[str, ...] = ()

    def noted(self, note: str, **changes: object) -> "Raw":
        """The same with other values, and a sentence that says so."""
        return replace(self, notes=(*self.notes, note), **changes)


def of_array(array: np.ndarray, alpha: np.ndarray | None = None, **about: object) -> Raw:
    """Numbers [..., H, W, C], C 1 to 4 (2 and 4: the last is alpha), as a gray or RGB picture of their own type."""
    if array.shape[-1] in (2, 4):
        alpha, array = scaled(array[..., -1]), array[..., :-1]
    if array.dtype == bool:
        array = array.astype(np.uint8) * 255
    kind, bits = array.dtype.kind, array.dtype.itemsize * 8
    white = float(np.iinfo(array.dtype).max) if kind in "ui" and bits <= 16 else None
    about = {"space": "gray" if array.shape[-1] == 1 else "rgb", "white": white, **about}
    bits = 32 if kind == "f" else min(bits, 16)
    if kind == "f" and not np.isfinite(array).all():
        array, alpha = without_gaps(array, alpha)
    return Raw(array=array, bits=bits, alpha=alpha, **about)


def scaled(alpha: np.ndarray) -> np.ndarray:
    """Coverage of any number type as float32 in 0..1."""
    most = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "ui" else 1
    return np.clip(np.nan_to_num(alpha.astype(np.float32)) / most, 0, 1)  # what is no number shows nothing


def straight(colours: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Colours [H, W, C] that were multiplied by their alpha [H, W, 1], of one number type, without that."""
    most = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "ui" else 1
    share = np.where(alpha > 0, alpha.astype(np.float64) / most, 1)
    return np.minimum(colours / share, most if colours.dtype.kind in "ui" else np.inf).astype(colours.dtype)


def without_gaps(array: np.ndarray, alpha: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Floats [..., H, W, C] whose NaN and infinite pixels, "no data", hold the mean and are transparent instead."""
    known = np.isfinite(array).all(-1)
    if not known.any():
        return array, alpha
    mean = array[known].mean(0, dtype=np.float64)
    cover = known.astype(np.float32) if alpha is None else alpha * known
    return np.where(known[..., None], array, mean.astype(array.dtype)), cover


def lab_of(array: np.ndarray, light: float, signed: type, unit: float, offset: bool = False) -> np.ndarray:
    """Coded CIE Lab [H, W, 3] as L*, a*, b* in float32: L* times `light`, a* and b* times `unit`, signed or, with an
    `offset`, from the middle of the range."""
    colours = array[..., 1:3]
    if offset:
        colours = colours ^ array.dtype.type(1 << (8 * array.dtype.itemsize - 1))
    return np.concatenate(
        [array[..., :1].astype(np.float32) / light, colours.view(signed).astype(np.float32) / unit], -1
    )
