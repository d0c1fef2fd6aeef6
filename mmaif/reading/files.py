"""Files and Pillow's pictures to numbers: all modes of Pillow, all pages of a stack, upright once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from ..errors import InputError
from .deep import read_av, read_camera, read_npy, read_tiff
from .kinds import CAMERA, deep_codec, not_read, other_kind
from .raw import Raw, lab_of, of_array

ORIENTATION = 0x0112
_TURNS = {2: (0, 1), 3: (2, 0), 4: (2, 1), 5: (3, 1), 6: (3, 0), 7: (1, 1), 8: (1, 0)}  # quarter turns left, mirrored
_BITS, _SAMPLES, _SUBFILE, _PHOTOMETRIC = 258, 339, 254, 262
_REDUCED, _MASK = 1, 4


def read_file(path: Path, head: bytes) -> list[Raw]:
    """The pages of a file that begins with `head`: one, but for a stack in one TIFF. Raises what its parser raises."""
    if path.suffix.lower() in CAMERA and not head.startswith(b"\xff\xd8"):
        return [read_camera(path)]
    if head.startswith(b"\x93NUMPY"):
        return [read_npy(path)]
    if other_kind(head):
        raise not_read(path, head)
    codec = deep_codec(head)
    if codec and codec != "png":
        return [read_av(path, codec)]
    try:
        with Image.open(path) as image:
            exif, icc = tags_of(image), image.info.get("icc_profile")
            if codec:
                return [_upright(read_av(path, codec, exif, icc))]
            if image.format == "TIFF" and _cut_by_pillow(image):
                return [_upright(raw) for raw in read_tiff(path, exif, icc)]
            return read_pillow(image)
    except (InputError, Image.DecompressionBombError):
        raise
    except Exception:  # Pillow's parser raises errors of every kind
        if head[:4] not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
            raise
    return [_upright(raw) for raw in read_tiff(path, b"", None)]


def read_pillow(image: Image.Image) -> list[Raw]:
    """The pages of a picture of Pillow, full size and in order; only the one in view where it is not the first."""
    if getattr(image, "format", None) != "TIFF" or getattr(image, "n_frames", 1) == 1 or image.tell():
        return [_page(image)]
    pages, size = [], image.size
    for page in ImageSequence.Iterator(image):
        if page.size == size and not page.tag_v2.get(_SUBFILE, 0) & (_REDUCED | _MASK):
            pages.append(_page(page))
    image.seek(0)
    return pages


def tags_of(image: Image.Image) -> bytes:
    """What the camera noted, as EXIF bytes; b"" for nothing."""
    try:
        exif = image.getexif()
        return exif.tobytes() if len(exif) else b""
    except Exception:  # notes are not worth a picture: Pillow raises whatever its parser raises
        return b""


def _cut_by_pillow(image: Image.Image) -> bool:
    """Whether a TIFF file holds more than Pillow gives of it: deep colours, signed and long integers, other floats."""
    bits, samples = image.tag_v2.get(_BITS, (1,)), image.tag_v2.get(_SAMPLES, (1,))
    return max(bits) > 8 and image.mode != "F" and (len(bits) > 1 or max(bits) > 16 or samples[0] != 1)


def _upright(raw: Raw) -> Raw:
    """The picture turned as its EXIF orientation says."""
    exif = Image.Exif()
    exif.load(raw.exif)
    turns, mirrored = _TURNS.get(exif.get(ORIENTATION, 1), (0, 0))

    def turned(array: np.ndarray) -> np.ndarray:
        array = np.rot90(array, turns)
        return np.ascontiguousarray(array[:, ::-1] if mirrored else array)

    alpha = None if raw.alpha is None else turned(raw.alpha)
    return Raw(**{**vars(raw), "array": turned(raw.array), "alpha": alpha})


def _page(image: Image.Image) -> Raw:
    """One picture of Pillow in any mode, upright, with its profile."""
    exif, icc = tags_of(image), image.info.get("icc_profile")
    inverted = image.mode.startswith("I;16") and getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0
    image = ImageOps.exif_transpose(image)
    mode = image.mode
    if mode in ("P", "PA", "RGBa", "La") or "transparency" in image.info:
        gray = mode in ("L", "La", "1")
        clear = mode in ("PA", "RGBa", "La") or "transparency" in image.info
        image = image.convert("LA" if gray else "RGBA" if clear else "RGB")
    elif mode in ("YCbCr", "HSV", "RGBX"):
        image = image.convert("RGB")
    elif mode == "1":
        image = image.convert("L")
    array = np.asarray(image)
    array = array[..., None] if array.ndim == 2 else array
    if image.mode == "CMYK":
        return Raw(array, "cmyk", 255, 8, icc=icc, exif=exif)
    if image.mode == "LAB":
        return Raw(lab_of(array, 2.55, np.int8, 1), "lab", None, 8, exif=exif)
    if image.mode == "I" and 0 <= array.min() and array.max() <= 65535:
        array = array.astype(np.uint16 if array.max() > 255 else np.uint8)
    array = 65535 - array if inverted else array
    return of_array(array.astype(array.dtype.newbyteorder("="), copy=False), exif=exif, icc=icc)
