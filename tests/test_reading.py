"""Pictures of every kind that people have, read as what they show: depth, colour, pages, alpha, turn."""

import io
import struct

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms

from mmaif.errors import InputError
from mmaif.images import load_image
from mmaif.reading import read
from mmaif.reading.colour import parse_matrix
from mmaif.sources import gather

SIDE = 48
RAMP = np.stack(np.meshgrid(np.linspace(0.1, 0.9, SIDE), np.linspace(0.2, 0.8, SIDE)), -1)
PHOTO = np.dstack([RAMP[..., 0], RAMP[..., 1], RAMP.mean(-1)[::-1]])  # [H, W, 3] in 0..1
GRAY = np.linspace(0.05, 1, SIDE * SIDE).reshape(SIDE, SIDE)


def shown(path) -> np.ndarray:
    """[H, W, 3] in 0..1 of a file."""
    return load_image(path).movedim(0, -1).double().numpy()


def off(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())


def bytes_of(array: np.ndarray) -> Image.Image:
    return Image.fromarray((array * 255).round().astype(np.uint8))


def deep(array: np.ndarray) -> np.ndarray:
    return (array * 65535).round().astype(np.uint16)


def wide_profile() -> bytes:
    """Display P3 with a gamma of 2.2, as a minimal profile."""
    primaries = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
    fixed = [b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in row)) for row in primaries]
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    name = b"desc" + bytes(4) + struct.pack(">I", 5) + b"wide\0" + bytes(78)
    tags = [(b"desc", name), (b"wtpt", white), *zip((b"rXYZ", b"gXYZ", b"bXYZ"), fixed, strict=True)]
    tags += [(tag, curve) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for tag, data in tags:
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data
    head = struct.pack(">I", start + len(body)) + bytes(4) + bytes([2, 16, 0, 0]) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + white[8:20]
    return head.ljust(128, b"\0") + table + body


@pytest.mark.parametrize(
    ("array", "options"),
    [
        (deep(PHOTO), {}),
        (deep(PHOTO), {"byteorder": ">"}),
        (deep(PHOTO).transpose(2, 0, 1), {"planarconfig": "separate"}),
        (deep(PHOTO), {"compression": "zlib", "predictor": True}),
        (PHOTO.astype(np.float16), {}),
        (PHOTO, {}),
        ((PHOTO * 255).astype(np.float32), {}),
        ((PHOTO * 65535).astype(np.float32), {}),
    ],
)
def test_tiff_of_colours(tmp_path, array, options):
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(tmp_path / "a.tif", array, photometric="rgb", **options)
    assert off(shown(tmp_path / "a.tif"), PHOTO) < 1e-3


@pytest.mark.parametrize(
    ("array", "options"),
    [
        (deep(GRAY), {"byteorder": ">"}),
        (65535 - deep(GRAY), {"photometric": "miniswhite"}),
        ((GRAY * (2**32 - 1)).astype(np.uint32), {}),
        (GRAY, {}),
        (GRAY.astype(np.float32), {}),
        ((GRAY * 255).astype(np.float32), {}),
    ],
)
def test_tiff_of_gray(tmp_path, array, options):
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(tmp_path / "a.tif", array, **{"photometric": "minisblack", **options})
    assert off(shown(tmp_path / "a.tif"), np.dstack([GRAY] * 3)) < 1e-3


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "YCbCr", "HSV", "RGBX"])
def test_modes_of_pillow(mode):
    (sources,) = gather([bytes_of(PHOTO).convert(mode)], ["a"]).stacked
    assert off(sources[0].movedim(0, -1).double().numpy(), PHOTO) < 0.01


@pytest.mark.parametrize(
    "picture",
    [
        Image.fromarray(deep(GRAY)),
        Image.fromarray(GRAY.astype(np.float32)),
        Image.fromarray((GRAY * 65535).astype(np.int32)),
        bytes_of(GRAY).convert("LA"),
        bytes_of(GRAY).convert("P"),
        deep(GRAY),
        GRAY,
    ],
)
def test_gray_objects_by_their_range(picture):
    (sources,) = gather([picture], ["a"]).stacked
    assert off(sources[0, 0].double().numpy(), GRAY) < 0.003


def test_lab_is_converted(tmp_path):
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    picture = ImageCms.profileToProfile(bytes_of(PHOTO), srgb, lab, outputMode="LAB")
    picture.save(tmp_path / "a.tif")
    assert off(shown(tmp_path / "a.tif"), PHOTO) < 0.01


@pytest.mark.parametrize("name", ["a.png", "a.tif", "deep.tif"])
def test_profiles_are_converted(tmp_path, name):
    icc = wide_profile()
    assert parse_matrix(icc) is not None
    wide, srgb = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
    picture = ImageCms.profileToProfile(bytes_of(PHOTO), srgb, wide, outputMode="RGB")
    assert off(np.asarray(picture) / 255, PHOTO) > 0.01
    if name == "deep.tif":
        tifffile = pytest.importorskip("tifffile")
        array = np.asarray(picture).astype(np.uint16) * 257
        tifffile.imwrite(tmp_path / name, array, photometric="rgb", iccprofile=icc)
    else:
        picture.save(tmp_path / name, icc_profile=icc)
    assert off(shown(tmp_path / name), PHOTO) < 0.005
    assert any("sRGB" in note for note in read(tmp_path / name, name)[0].notes)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_once(tmp_path, orientation):
    turns = [
        None,
        "FLIP_LEFT_RIGHT",
        "ROTATE_180",
        "FLIP_TOP_BOTTOM",
        "TRANSPOSE",
        "ROTATE_90",
        "TRANSVERSE",
        "ROTATE_270",
    ]
    photo = bytes_of(PHOTO[:32])
    turn = turns[orientation - 1]
    turned = photo if turn is None else photo.transpose(Image.Transpose[turn])
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned.save(tmp_path / "a.png", exif=exif)
    assert off(shown(tmp_path / "a.png"), PHOTO[:32]) < 0.003
    (sources,) = gather([Image.open(tmp_path / "a.png")], ["a"]).stacked
    assert off(sources[0].movedim(0, -1).double().numpy(), PHOTO[:32]) < 0.003
    tifffile = pytest.importorskip("tifffile")
    tags = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "a.tif", np.asarray(turned).astype(np.uint16) * 257, photometric="rgb", extratags=tags)
    assert off(shown(tmp_path / "a.tif"), PHOTO[:32]) < 0.003


def test_all_pages_are_sources(tmp_path):
    pages = [bytes_of(PHOTO * share) for share in (0.4, 0.7, 1)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=[*pages[1:], pages[0].resize((16, 16))])
    given = gather([str(tmp_path / "a.tif")], ["a.tif"], "mef")
    assert given.stacked.shape == (1, 3, 3, SIDE, SIDE)
    assert off(given.stacked[0, 2].movedim(0, -1).double().numpy(), PHOTO) < 0.003
    assert load_image(tmp_path / "a.tif").mean() < 0.4


def test_alpha_takes_no_part():
    alpha = np.ones((SIDE, SIDE, 1))
    alpha[:, 32:] = 0
    hidden = np.where(alpha > 0, PHOTO, 1.0)
    given = gather([PHOTO, np.dstack([hidden, alpha])], ["a", "b"], "mef")
    assert given.alpha is None
    assert torch.allclose(given.stacked[0, 1, :, :, 32:], given.stacked[0, 0, :, :, 32:])
    alone = gather([np.dstack([hidden, alpha])], ["b"], "restore")
    assert alone.alpha.shape == (1, 1, SIDE, SIDE) and alone.alpha[..., 32:].max() == 0
    assert alone.stacked[0, 0, :, :, 32:].max() < 0.95  # the hidden white is not carried on


def test_no_data_is_transparent(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    kelvin = (280 + 30 * GRAY).astype(np.float32)
    kelvin[:8] = np.nan
    tifffile.imwrite(tmp_path / "a.tif", kelvin, photometric="minisblack")
    given = gather([tmp_path / "a.tif"], ["a"])
    assert given.alpha[..., :8, :].max() == 0 and torch.isfinite(given.stacked).all()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
        (b"\xff\x0a" + bytes(50), "JPEG XL"),
        (b"%PDF-1.4", "PDF"),
        (b"<svg xmlns='x'></svg>", "SVG"),
        (bytes(128) + b"DICM", "DICOM"),
        (b"", "empty"),
        (b"nonsense", "damaged"),
    ],
)
def test_other_kinds_are_named(tmp_path, data, kind):
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(InputError, match=f"a.png.*{kind}"):
        load_image(tmp_path / "a.png")


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    bytes_of(PHOTO).save(tmp_path / "a.tif")
    (tmp_path / "a.tif").rename(tmp_path / "a.nef")
    monkeypatch.setitem(__import__("sys").modules, "rawpy", None)
    with pytest.raises(InputError, match=r"a.nef: camera RAW needs rawpy; install it: pip install .*\[photo\]"):
        load_image(tmp_path / "a.nef")


def test_a_lone_batch_is_one_scene_or_a_film(caplog):
    bracket = np.stack([PHOTO * share for share in (0.3, 0.6, 1)]).astype(np.float32)
    assert gather([bracket], ["image_a"], "mef").stacked.shape == (1, 3, 3, SIDE, SIDE)
    assert gather([bracket], ["image_a"]).stacked.shape == (3, 1, 3, SIDE, SIDE)
    assert "image_a holds 3 pictures that look like exposures" in caplog.text
