"""Pictures to files: every suffix that is accepted, depth, profile, the camera's notes."""

import numpy as np
import pytest
from PIL import Image

from mmaif.errors import InputError
from mmaif.images import load_image
from mmaif.reading import read
from mmaif.writing import _DEEP, _PILLOW, Written, _has_writer, check_output, depth_of, write

SIDE = 48
PHOTO = np.stack(np.meshgrid(np.linspace(0.1, 0.9, SIDE), np.linspace(0.2, 0.8, SIDE)), -1)
PHOTO = np.dstack([PHOTO, PHOTO.mean(-1)]).astype(np.float32)
LOSSY = {".gif": 0.05, ".pcx": 0.02}


def camera_notes() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = 6, "Maker", "2026:05:04 03:02:01"
    exif[0x8769] = {0x829A: 0.01}
    return exif.tobytes()


@pytest.mark.parametrize("suffix", sorted({*_PILLOW, *_DEEP}))
@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("cover", [False, True])
def test_every_suffix_that_is_accepted_can_be_written(tmp_path, suffix, gray, cover):
    for module in ("av", "tifffile"):
        pytest.importorskip(module)
    photo = PHOTO.mean(-1, keepdims=True).repeat(3, -1) if gray else PHOTO
    alpha = np.full((SIDE, SIDE), 0.5, np.float32) if cover else None
    for depth in ("auto", "8", "16", "float"):
        path = tmp_path / f"a{suffix}"
        try:
            check_output(path, depth)
        except InputError:
            assert depth != "auto" or not _has_writer(suffix)  # AVIF and QOI came with later Pillows
            continue
        write(photo, path, alpha, Written(depth, camera_notes(), gray))
        assert [p.name for p in tmp_path.iterdir()] == [path.name]
        got = load_image(path).movedim(0, -1).numpy()
        assert np.abs(got - photo).mean() < LOSSY.get(suffix, 0.012)
        path.unlink()


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("cover", [False, True])
def test_sixteen_bits_stay(tmp_path, suffix, cover):
    for module in ("av", "tifffile"):
        pytest.importorskip(module)
    path, alpha = tmp_path / f"a{suffix}", PHOTO[..., 0] if cover else None
    write(PHOTO, path, alpha, Written("16", camera_notes()))
    (raw,) = read(path, "a")
    assert raw.bits == 16 and np.abs(raw.array / 65535 - PHOTO).max() < 2e-5
    assert not cover or np.abs(raw.alpha - PHOTO[..., 0]).max() < 2e-5


@pytest.mark.parametrize(
    ("name", "depth"), [("a.jpg", "8"), ("a.png", "8"), ("a.png", "16"), ("a.tif", "8"), ("a.tif", "16")]
)
def test_notes_and_profile_go_with_it(tmp_path, name, depth):
    for module in ("av", "tifffile"):
        pytest.importorskip(module)
    write(PHOTO, tmp_path / name, None, Written(depth, camera_notes()))
    picture = Image.open(tmp_path / name)
    tags = picture.getexif()
    assert tags[0x010F] == "Maker" and "MMAIF" in tags[0x0131] and tags.get(0x0112, 1) == 1
    assert float(tags.get_ifd(0x8769)[0x829A]) == pytest.approx(0.01)
    assert picture.info["icc_profile"]


@pytest.mark.parametrize(
    ("name", "depth", "message"),
    [
        ("a.psd", "auto", "suffix"),
        ("a.jpg", "16", "cannot hold depth 16; end it in .png or .tif"),
        ("a.png", "float", "end it in .tif or .exr"),
        ("a.png", "12", "Unknown depth"),
    ],
)
def test_what_cannot_be_written_is_said_before(tmp_path, name, depth, message):
    with pytest.raises(InputError, match=message):
        check_output(tmp_path / name, depth)


def test_depth_follows_the_sources():
    assert [depth_of(name, "auto", 16) for name in ("a.png", "a.jpg", "a.exr")] == ["16", "8", "float"]
    assert depth_of("a.png", "auto", 8) == "8" and depth_of("a.tif", "float", 8) == "float"
