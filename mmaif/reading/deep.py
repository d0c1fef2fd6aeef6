"""Readers of what Pillow cuts to 8 bits or cannot read: tifffile, PyAV (ComfyUI has it) and rawpy, all optional."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from .kinds import MOST_PIXELS, first_bytes, not_read
from .raw import Raw, lab_of, of_array, straight

EXTRA = 'pip install "mmaif-image-fusion[photo]"'
_REDUCED, _MASK = 1, 4  # bits of TIFF's NewSubfileType


def needed(module: str, path: object, what: str, package: str = "") -> Any:
    """An optional library, or one sentence that says what to install for `what`."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = package or module
        raise InputError(f"{path}: {what} needs {package}; install it: {EXTRA}, or pip install {package}.") from error


def read_tiff(path: Path, exif: bytes, icc: bytes | None) -> list[Raw]:
    """All pages of a TIFF file at full depth: any order of bytes and planes, integers, half, float and double."""
    tifffile = needed("tifffile", path, "a TIFF file of this kind")
    try:
        with tifffile.TiffFile(path) as file:
            pages = [page for page in file.pages if not page.tags.valueof(254, default=0) & (_REDUCED | _MASK)]
            pages = [page for page in pages if page.shape[:2] == pages[0].shape[:2] or len(page.shape) != 2]
            return [_tiff_page(page, exif, icc) for page in pages]
    except (InputError, MemoryError):
        raise
    except Exception as error:  # tifffile raises whatever its codecs raise
        if "imagecodecs" in str(error):
            try:
                return [read_av(path, "tiff", exif, icc)]
            except InputError:
                needed("imagecodecs", path, "this compression of TIFF")
        raise not_read(path, first_bytes(path)) from error


def _tiff_page(page: Any, exif: bytes, icc: bytes | None) -> Raw:
    """One page of tifffile, in the order of rows, columns and channels that the picture is seen in."""
    if page.imagewidth * page.imagelength > MOST_PIXELS:
        raise MemoryError(f"{page.imagewidth}x{page.imagelength} pixels")
    array = page.asarray()
    if "S" in page.axes and page.axes.index("S") == 0:
        array = np.moveaxis(array, 0, -1)
    array = array[..., None] if array.ndim == 2 else array
    photometric = int(page.photometric)
    if photometric == 0 and array.dtype.kind == "u":  # white is zero
        array = np.iinfo(array.dtype).max - array
    if array.dtype.kind in "ui" and array.dtype.itemsize == 2 and page.bitspersample in (10, 12, 14):
        array = (array.astype(np.float32) * (65535 / ((1 << page.bitspersample) - 1))).round().astype(np.uint16)
    if photometric == 3 and page.colormap is not None:
        return of_array(np.moveaxis(page.colormap, 0, -1)[array[..., 0]], exif=exif, icc=icc)
    space = {5: "cmyk", 8: "lab", 9: "lab"}.get(photometric)
    if space == "cmyk":
        return Raw(array[..., :4], "cmyk", float(np.iinfo(array.dtype).max), 16, icc=icc, exif=exif)
    if space == "lab":
        return Raw(lab_of(array, 655.35, np.int16, 256, offset=photometric == 9), "lab", None, 16, exif=exif)
    colours = 3 if photometric == 2 else 1
    extra = int((page.extrasamples or (0,))[0]) if array.shape[-1] > colours else 0
    alpha = array[..., colours : colours + 1] if extra in (1, 2) else array[..., :0]
    array = straight(array[..., :colours], alpha) if extra == 1 else array[..., :colours]
    return of_array(np.concatenate([array, alpha], -1), exif=exif, icc=page.iccprofile or icc)


def read_av(path: Path, codec: str, exif: bytes = b"", icc: bytes | None = None) -> Raw:
    """A picture through FFmpeg at full depth: 16-bit PNG and PNM, EXR, HDR and PFM (these three hold light)."""
    av = needed("av", path, f"a {codec.upper()} picture of this depth")
    try:
        context = av.codec.CodecContext.create(codec, "r")
        context.options = {"max_pixels": str(MOST_PIXELS)}
        frame = (context.decode(av.Packet(path.read_bytes())) + context.decode(None))[0]
        array = frame.reformat(format=_layout(frame.format)).to_ndarray()
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise not_read(path, first_bytes(path)) from error
    array = array[..., None] if array.ndim == 2 else array
    if codec == "exr" and array.shape[-1] == 4:
        array = np.concatenate([straight(array[..., :3], array[..., 3:]), array[..., 3:]], -1)
    return of_array(array, exif=exif, icc=icc, linear=array.dtype.kind == "f")


def _layout(given: Any) -> str:
    """The packed or planar layout, of those that PyAV hands out as arrays, that loses nothing of the given one."""
    channels = len(given.components)
    gray, cover = channels < 3, channels in (2, 4)
    if "f32" in given.name or "f16" in given.name:
        return "gbrapf32le" if cover else "grayf32le" if gray else "gbrpf32le"
    return "rgba64le" if cover else "gray16le" if gray else "rgb48le"


def read_camera(path: Path) -> Raw:
    """A camera's RAW file, developed to 16-bit sRGB with the white balance of the camera and no brightening."""
    rawpy = needed("rawpy", path, "camera RAW")
    try:
        with rawpy.imread(str(path)) as file:
            array = file.postprocess(output_bps=16, use_camera_wb=True, no_auto_bright=True)
    except Exception as error:  # LibRaw's errors are a family of their own
        raise not_read(path, first_bytes(path)) from error
    return of_array(array)


def read_npy(path: Path) -> Raw:
    """An array file of numpy, [H, W], [H, W, C]."""
    array = np.array(np.load(path, mmap_mode="r", allow_pickle=False))  # mapped: no more than there is of the file
    array = array[..., None] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[-1] not in (1, 2, 3, 4):
        raise InputError(f"{path} has shape {list(array.shape)}; give [H, W] or [H, W, C] with 1 to 4 channels.")
    return of_array(array)
