"""Pictures to files: the suffix says the format, the depth how many bits; profile and camera's notes go with them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .checks import check_choice
from .errors import InputError
from .files import check_target, written_whole
from .reading.colour import decode_srgb, srgb_profile
from .reading.deep import needed
from .reading.files import ORIENTATION

DEPTHS = ("auto", "8", "16", "float")
QUALITY = 95  # of JPEG, without subsampling of colours
SOFTWARE = "MMAIF image fusion"
_SOFTWARE, _EXIF_IFD = 0x0131, 0x8769
_HELD = 0x876A  # tifffile writes no tag of the EXIF directory itself, so the next number holds its place

# What Pillow writes of a picture in colours and reads again, by suffix, and whether the format holds alpha.
_PILLOW = {
    **dict.fromkeys((".png", ".apng", ".tif", ".tiff", ".webp", ".avif", ".tga"), True),
    **dict.fromkeys((".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc", ".qoi"), True),
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".pcx"), False),
    **dict.fromkeys((".ppm", ".pnm", ".sgi", ".rgb"), False),
}
_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif")
_DEEP = {".png": "16", ".tif": "16 float", ".tiff": "16 float", ".exr": "float"}


@dataclass(frozen=True)
class Written:
    """What to write beside the colours. depth: one of DEPTHS; exif: of the first source, b"" for none; gray: one
    channel is enough; quality: of JPEG, WebP and AVIF, 1..100."""

    depth: str = "auto"
    exif: bytes = b""
    gray: bool = False
    quality: int = QUALITY


def check_output(path: str | Path, depth: str = "auto") -> Path:
    """The path, if a picture of this depth can be written there: to be asked before any work is done."""
    path = Path(path)
    suffix = path.suffix.lower()
    check_choice(depth, "depth", DEPTHS)
    if suffix not in _DEEP and not (suffix in _PILLOW and _has_writer(suffix)):
        raise InputError(
            f"The output {path} has no picture suffix that can be written; end it in .png, .jpg, .tif or .exr."
        )
    if depth in ("16", "float") and depth not in _DEEP.get(suffix, ""):
        fit = ".png or .tif" if depth == "16" else ".tif or .exr"
        raise InputError(f"The output {path} cannot hold depth {depth}; end it in {fit}.")
    if depth == "8" and suffix == ".exr":
        raise InputError(f"The output {path} cannot hold depth 8; end it in .png or .jpg, or leave --depth out.")
    chosen = depth_of(path, depth, 8)
    if suffix in (".tif", ".tiff") and chosen != "8":
        needed("tifffile", path, f"writing TIFF of depth {chosen}")
    if suffix == ".exr" or (suffix == ".png" and chosen == "16"):
        needed("av", path, "writing EXR" if suffix == ".exr" else "writing PNG of 16 bits")
    return check_target(path, "the output ")


def depth_of(path: str | Path, depth: str, bits: int) -> str:
    """The depth to write: what is asked; else float for EXR, and 16 where the sources have more than 8 bits and the
    format holds them."""
    suffix = Path(path).suffix.lower()
    if depth != "auto":
        return depth
    if suffix == ".exr":
        return "float"
    return "16" if bits > 8 and "16" in _DEEP.get(suffix, "") else "8"


def write(values: np.ndarray, path: str | Path, alpha: np.ndarray | None = None, about: Written | None = None) -> None:
    """Write sRGB values [H, W, 3] in 0..1 and alpha [H, W] in 0..1, None for opaque."""
    about = about or Written()
    path = check_output(path, about.depth)
    suffix, depth = path.suffix.lower(), depth_of(path, about.depth, 8)
    values = np.clip(values[..., :1] if about.gray else values, 0, 1)
    exif = kept_exif(about.exif)
    if depth == "8":
        cover = alpha if _PILLOW[suffix] else None
        write_pillow(_pillow(values, cover, suffix), path, about.quality, exif)
        return
    layers = values if alpha is None else np.concatenate([values, alpha[..., None]], -1)
    if suffix == ".exr":
        _write_exr(layers, path)
    elif suffix == ".png":
        _write_png(_sixteen(layers), path, exif)
    else:
        _write_tiff(_sixteen(layers) if depth == "16" else layers.astype(np.float32), alpha is not None, path, exif)


def write_pillow(picture: Image.Image, path: Path, quality: int = QUALITY, exif: Image.Exif | None = None) -> None:
    """Write a picture of Pillow by the suffix; with EXIF tags it is one of sRGB, and its profile goes with it."""
    suffix, options = path.suffix.lower(), {}
    if suffix in (*_JPEG, ".webp", ".avif"):
        options["quality"] = quality
    if suffix in _JPEG:
        options["subsampling"] = 0 if quality >= QUALITY else -1
    if exif is not None and suffix in (*_JPEG, ".png", ".apng", ".tif", ".tiff", ".webp", ".avif"):
        options["exif"] = exif
        if picture.mode in ("RGB", "RGBA"):
            options["icc_profile"] = srgb_profile()
    with written_whole(path, ValueError) as partial:
        picture.save(partial, **options)


def kept_exif(exif: bytes) -> Image.Exif:
    """The camera's notes for the fused picture: upright, its own software, no size and no thumbnail of the source's."""
    tags = Image.Exif()
    if exif:
        tags.load(exif)
    kept = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0132, 0x013B, 0x8298):  # description, make, model, date, artist, copyright
        if tag in tags:
            kept[tag] = tags[tag]
    for ifd in (_EXIF_IFD, 0x8825):  # the exposure, the place
        inner = {tag: value for tag, value in tags.get_ifd(ifd).items() if tag not in (0xA002, 0xA003, 0xA005, 0x927C)}
        if inner:
            kept.get_ifd(ifd).update(inner)
            kept[ifd] = inner
    kept[ORIENTATION], kept[_SOFTWARE] = 1, SOFTWARE
    try:
        kept.tobytes()
    except Exception:  # a camera's odd tag that cannot be written again: all but the software is left out
        kept = Image.Exif()
        kept[ORIENTATION], kept[_SOFTWARE] = 1, SOFTWARE
    return kept


def _has_writer(suffix: str) -> bool:
    """Whether this build of Pillow writes the format (AVIF and JPEG 2000 are not in every one)."""
    Image.init()
    return Image.EXTENSION.get(suffix) in Image.SAVE


def _pillow(values: np.ndarray, alpha: np.ndarray | None, suffix: str) -> Image.Image:
    """Values [H, W, 1 or 3] in 0..1 as a picture of 8 bits in a mode that the format holds."""
    layers = values if alpha is None else np.concatenate([values, alpha[..., None]], -1)
    array = (layers * 255).round().astype(np.uint8)
    picture = Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)
    if suffix in (*_JPEG, ".png", ".apng", ".tif", ".tiff") or picture.mode in ("RGB", "RGBA"):
        return picture
    return picture.convert("RGB" if alpha is None else "RGBA")


def _sixteen(layers: np.ndarray) -> np.ndarray:
    return (layers.astype(np.float64) * 65535).round().astype(np.uint16)


def _encoded(array: np.ndarray, codec: str, layout: str, **options: str) -> bytes:
    """One picture [H, W, C] (or [H, W]) through FFmpeg."""
    from fractions import Fraction

    av = needed("av", codec.upper(), "writing it")
    context = av.codec.CodecContext.create(codec, "w")
    context.height, context.width = array.shape[:2]
    context.pix_fmt, context.time_base, context.options = layout, Fraction(1, 1), options
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), format=layout)
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def _write_exr(layers: np.ndarray, path: Path) -> None:
    """Light, times its alpha, as EXR holds it, of sRGB layers [H, W, C]: gray, RGB, and each with alpha."""
    colours = 3 if layers.shape[-1] > 2 else 1
    light, alpha = decode_srgb(layers[..., :colours]), layers[..., colours:].astype(np.float32)
    light = light.repeat(3 // colours, -1)
    light = np.concatenate([light * alpha, alpha], -1) if alpha.size else light
    layout = "gbrapf32le" if alpha.size else "gbrpf32le"
    with written_whole(path) as partial:
        partial.write_bytes(_encoded(light, "exr", layout, compression="zip16"))


def _write_png(array: np.ndarray, path: Path, exif: Image.Exif) -> None:
    """16 bits, uint16 [H, W, 1..4], with profile and EXIF in chunks of their own."""
    if array.shape[-1] == 2:
        array = array[..., [0, 0, 0, 1]]
    layout = {1: "gray16be", 3: "rgb48be", 4: "rgba64be"}[array.shape[-1]]
    data = _encoded(array[..., 0] if array.shape[-1] == 1 else array, "png", layout)
    chunks = _chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    if array.shape[-1] > 1:
        chunks = _chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(srgb_profile())) + chunks
    head = 8 + 25  # the signature and IHDR
    with written_whole(path) as partial:
        partial.write_bytes(data[:head] + chunks + data[head:])


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _write_tiff(array: np.ndarray, cover: bool, path: Path, exif: Image.Exif) -> None:
    """16 bits or float, [H, W, 1..4], deflated, with profile and EXIF."""
    tifffile = needed("tifffile", path, "writing TIFF of more than 8 bits")
    colours = array.shape[-1] - cover
    options: dict[str, Any] = {"photometric": "rgb" if colours == 3 else "minisblack", "metadata": None}
    if cover:
        options["extrasamples"] = ["unassalpha"]
    if colours == 3:
        options["iccprofile"] = srgb_profile()
    inner = exif.get_ifd(_EXIF_IFD)
    tags = [
        (tag, "s", 0, str(value), True) for tag, value in exif.items() if isinstance(value, str) and tag != _SOFTWARE
    ]
    tags += [(_HELD, "I", 1, 0, True)] if inner else []
    with written_whole(path, ValueError) as partial:
        tifffile.imwrite(
            partial,
            array if array.shape[-1] > 1 else array[..., 0],
            software=SOFTWARE,
            compression="zlib",
            predictor=array.dtype == np.uint16,
            extratags=tags,
            **options,
        )
        if inner:
            _append_ifd(partial, inner, tifffile)


def _append_ifd(path: Path, inner: Mapping[int, Any], tifffile: Any) -> None:
    """The tags of the exposure behind a TIFF file, and where they are into the tag that points to them."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0" if path.read_bytes()[:2] == b"II" else b"MM\0*\0\0\0\0")
    for tag, value in inner.items():
        directory[tag] = value
    with open(path, "ab") as file:
        file.write(b"\0" * (file.tell() % 2))
        place = file.tell()
        file.write(directory.tobytes(place))
    with tifffile.TiffFile(path, mode="r+b") as file:
        tag, order = file.pages[0].tags[_HELD], file.byteorder
        tag.overwrite(place)
        file.filehandle.seek(tag.offset)
        file.filehandle.write(struct.pack(f"{order}H", _EXIF_IFD))
