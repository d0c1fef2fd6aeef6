"""Colours of any profile to sRGB, at the depth they come in."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from .raw import Raw

# XYZ (D50, as profiles have it) -> linear sRGB: the inverse of the Bradford-adapted primaries of IEC 61966-2-1.
_FROM_D50 = np.array(
    [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
)
_WHITE_D50 = np.array([0.9642, 1.0, 0.8249])
_GRID = 33  # points a side of the table that stands for a profile which is no matrix


def to_srgb(raw: Raw) -> Raw:
    """The same picture with gray or sRGB values; its white, range and depth are kept, light (EXR) becomes sRGB."""
    if raw.space == "lab":
        values = encode_srgb(_lab_to_xyz(raw.array) @ _FROM_D50.T.astype(np.float32))
        return raw.noted("CIE Lab converted to sRGB", array=values, space="rgb", white=1.0)
    if raw.space == "cmyk":
        return _cmyk(raw)
    if raw.linear:
        return _display(raw)
    if not raw.icc or raw.white is None or raw.array.ndim != 3:
        return replace(raw, icc=None)
    try:
        return _converted(raw)
    except (OSError, ValueError, TypeError, struct.error, _cms_error()):
        return raw.noted("its colour profile is damaged and was left out", icc=None)


def encode_srgb(light: np.ndarray) -> np.ndarray:
    """Linear light to sRGB values, clipped to 0..1 (IEC 61966-2-1), float32."""
    light = np.clip(light, 0, 1).astype(np.float32)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)


def decode_srgb(values: np.ndarray) -> np.ndarray:
    """sRGB values 0..1 to linear light (IEC 61966-2-1), float32."""
    values = values.astype(np.float32)
    return np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0.04045) + 0.055) / 1.055) ** 2.4)


def srgb_to_lab(values: np.ndarray) -> np.ndarray:
    """sRGB [..., 3] in 0..1 to CIE L*, a*, b* (D50)."""
    share = decode_srgb(values) @ np.linalg.inv(_FROM_D50).T / _WHITE_D50
    f = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def srgb_profile() -> bytes:
    """The ICC profile of sRGB, as written into files."""
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _display(raw: Raw) -> Raw:
    """Light of a scene to sRGB; where it goes beyond 1, its 99.9th percentile becomes white."""
    light = np.maximum(raw.array, 0)
    most = float(np.quantile(light, 0.999))
    about = {"white": 1.0, "linear": False, "icc": None}
    if most <= 1.001:
        return replace(raw, array=encode_srgb(light), **about)
    return raw.noted(
        f"light up to {light.max():.3g}, of which {most:.3g} became white", array=encode_srgb(light / most), **about
    )


def _converted(raw: Raw) -> Raw:
    """Gray or RGB integers, or floats with a white, of raw's profile to sRGB."""
    profile = parse_matrix(raw.icc)
    name = profile.name if profile else _name(raw.icc)
    if "srgb" in name.lower() and raw.space == "rgb":
        return replace(raw, icc=None)
    note = f"colours converted from {name or 'their profile'} to sRGB"
    if profile is not None and profile.gray == (raw.space == "gray"):
        values = profile.to_srgb(raw.array.astype(np.float32) / raw.white)
    elif raw.array.dtype == np.uint8:
        mode = "L" if raw.space == "gray" else "RGB"
        array = raw.array[..., 0] if mode == "L" else raw.array
        values = np.asarray(_by_cms(Image.fromarray(array, mode), raw.icc))
        values = (values[..., :1] if mode == "L" else values).astype(np.float32) / 255
    elif raw.space == "rgb":
        values = _by_table(raw.array.astype(np.float32) / raw.white, raw.icc)
    else:
        return replace(raw, icc=None)
    # whole numbers of the same depth again, so that the rules of range see the picture as it was
    return raw.noted(note, array=values.astype(np.float32), white=1.0, icc=None)


def _cmyk(raw: Raw) -> Raw:
    """CMYK inks to sRGB: by the profile, or as Pillow mixes inks."""
    array = raw.array if raw.array.dtype == np.uint8 else (raw.array / (raw.white / 255)).round().astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(array), "CMYK")
    try:
        image = _by_cms(image, raw.icc) if raw.icc else image.convert("RGB")
    except (OSError, ValueError, TypeError, _cms_error()):
        image = image.convert("RGB")
    return raw.noted("CMYK converted to sRGB", array=np.asarray(image), space="rgb", white=255.0, icc=None)


def _by_cms(image: Image.Image, icc: bytes) -> Image.Image:
    """A picture of 8 bits to sRGB through LittleCMS."""
    from PIL import ImageCms

    given = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    srgb = ImageCms.createProfile("sRGB")
    return ImageCms.profileToProfile(image, given, srgb, ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB")


def _by_table(values: np.ndarray, icc: bytes) -> np.ndarray:
    """Deep RGB [H, W, 3] in 0..1 to sRGB by a table of 33^3 colours, read between its points."""
    axis = np.linspace(0, 255, _GRID).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(_GRID * _GRID, _GRID, 3)
    table = np.asarray(_by_cms(Image.fromarray(grid, "RGB"), icc), np.float32).reshape(_GRID, _GRID, _GRID, 3) / 255
    place = np.clip(values, 0, 1) * (_GRID - 1)
    low = np.minimum(place.astype(int), _GRID - 2)
    part = place - low
    out = np.zeros_like(values)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod([part[..., k] if c else 1 - part[..., k] for k, c in enumerate(corner)], axis=0)
        out += weight[..., None] * table[tuple(low[..., k] + c for k, c in enumerate(corner))]
    return out


def _cms_error() -> type[Exception]:
    from PIL import ImageCms

    return ImageCms.PyCMSError


def _name(icc: bytes) -> str:
    """What a profile calls itself."""
    from PIL import ImageCms

    return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()


# --- profiles that are a matrix and three curves, as those of displays and working spaces are -------------------------


@dataclass(frozen=True)
class MatrixProfile:
    """An ICC profile of primaries [3, 3] (rows X, Y, Z; D50) and a curve each, tables over 0..1; gray: one curve."""

    name: str
    matrix: np.ndarray
    curves: tuple[np.ndarray, ...]
    gray: bool

    def to_srgb(self, values: np.ndarray) -> np.ndarray:
        """Values [H, W, C] in 0..1 of this profile to sRGB in 0..1."""
        places = np.linspace(0, 1, len(self.curves[0]))
        light = np.stack([np.interp(values[..., i], places, curve) for i, curve in enumerate(self.curves)], -1)
        return encode_srgb(light if self.gray else light @ (_FROM_D50 @ self.matrix).T)


def parse_matrix(icc: bytes) -> MatrixProfile | None:
    """The profile, if it is a matrix and curves and nothing more (ICC.1:2022, 8.3 and 8.4)."""
    count = struct.unpack(">I", icc[128:132])[0]
    entries = (struct.unpack(">4sII", icc[132 + 12 * i : 144 + 12 * i]) for i in range(min(count, 100)))
    tags = {tag: icc[start : start + size] for tag, start, size in entries}
    if any(tag in tags for tag in (b"A2B0", b"A2B1")) or icc[20:24] != b"XYZ ":
        return None
    gray = icc[16:20] == b"GRAY"
    keys = (b"kTRC",) if gray else (b"rTRC", b"gTRC", b"bTRC")
    colorants = () if gray else (b"rXYZ", b"gXYZ", b"bXYZ")
    if not all(key in tags for key in (*keys, *colorants)):
        return None
    matrix = np.eye(3)
    if colorants:
        matrix = np.array([struct.unpack(">3i", tags[key][8:20]) for key in colorants]).T / 65536
    return MatrixProfile(_name(icc), matrix, tuple(_curve(tags[key]) for key in keys), gray)


def _curve(tag: bytes) -> np.ndarray:
    """A tone curve of a profile as a table over 0..1."""
    x = np.linspace(0, 1, 4096)
    if tag[:4] == b"curv":
        count = struct.unpack(">I", tag[8:12])[0]
        if count < 2:
            return x ** (struct.unpack(">H", tag[12:14])[0] / 256 if count else 1)
        return np.interp(x, np.linspace(0, 1, count), np.frombuffer(tag, ">u2", count, 12) / 65535)
    kind = struct.unpack(">H", tag[8:10])[0]
    size = (1, 3, 4, 5, 7)[kind]
    g, a, b, c, d, e, f = (*(v / 65536 for v in struct.unpack(f">{size}i", tag[12 : 12 + 4 * size])), *[0.0] * 6)[:7]
    if kind == 0:
        return x**g
    power = np.maximum(a * x + b, 0) ** g
    if kind in (1, 2):
        return np.where(x >= -b / a, power + (c if kind == 2 else 0), c if kind == 2 else 0)
    return np.where(x >= d, power + e, c * x + f)


def _lab_to_xyz(lab: np.ndarray) -> np.ndarray:
    """CIE L*, a*, b* [..., 3] to XYZ (D50, Y of white 1)."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    return (np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _WHITE_D50).astype(np.float32)
