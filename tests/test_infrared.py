"""Thermal pictures: counts, palettes, polarity, order and size."""

import numpy as np
import pytest
import torch
from PIL import Image

from mmaif.errors import InputError
from mmaif.images import load_image
from mmaif.infrared import arrange, read_thermal, said_polarity
from mmaif.reading.palettes import find_curve
from mmaif.sources import gather

IRON = [(0, 0, 0), (32, 0, 92), (120, 0, 152), (192, 32, 118), (232, 92, 28), (250, 164, 4), (255, 226, 84), (255,) * 3]
JET = [(0, 0, 128), (0, 0, 255), (0, 255, 255), (255, 255, 0), (255, 0, 0), (128, 0, 0)]


def thermal(side: int = 96) -> np.ndarray:
    """Something warm on a cold ground, [H, W] in 0..1."""
    y, x = np.mgrid[:side, :side] / side
    spots = sum(np.exp(-((x - a) ** 2 + (y - b) ** 2) / c) for a, b, c in ((0.3, 0.6, 0.02), (0.7, 0.4, 0.01)))
    heat = 0.5 * y + 0.15 * np.sin(9 * x) * np.cos(7 * y) + spots
    return (heat - heat.min()) / np.ptp(heat)


def coloured(gray: np.ndarray, stops: list) -> np.ndarray:
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(gray, places, [stop[c] / 255 for stop in stops]) for c in range(3)], -1)


@pytest.fixture(scope="module")
def visible() -> torch.Tensor:
    """[1, 3, H, W]."""
    from pathlib import Path

    return load_image(Path(__file__).parents[1] / "assets" / "mmaif_exposures_mid.jpg", 96)[None]


@pytest.mark.parametrize(
    "counts",
    [
        lambda t: (7400 + 900 * t).astype(np.uint16),
        lambda t: (29000 + 2000 * t).astype(np.uint16),
        lambda t: (1500 + 2500 * t).astype(np.uint16),
        lambda t: (-500 + 3000 * t).astype(np.int16),
        lambda t: (280 + 40 * t).astype(np.float32),
        lambda t: (18 + 20 * t).astype(np.float32),
    ],
)
def test_counts_are_stretched(tmp_path, counts):
    tifffile = pytest.importorskip("tifffile")
    heat = thermal()
    tifffile.imwrite(tmp_path / "a.tif", counts(heat), photometric="minisblack")
    assert np.abs(load_image(tmp_path / "a.tif")[0].numpy() - heat).mean() < 0.02
    picture, notes = read_thermal(tmp_path / "a.tif", "a.tif", low=0, high=100)
    assert np.abs(picture[0, 0].numpy() - heat).mean() < 0.01
    assert any("stretched" in note for note in notes)


def test_a_deep_photo_is_not_stretched():
    gray = (np.linspace(0, 0.2, 64 * 64).reshape(64, 64) * 65535).astype(np.uint16)
    assert gather([gray], ["dark"]).stacked.max() < 0.21


@pytest.mark.parametrize("stops", [IRON, JET])
@pytest.mark.parametrize("quality", [0, 90])
def test_palettes_go_back_to_gray(tmp_path, stops, quality):
    heat, path = thermal(), tmp_path / ("a.jpg" if quality else "a.png")
    picture = Image.fromarray((coloured(heat, stops) * 255).astype(np.uint8))
    picture.save(path, **({"quality": quality} if quality else {}))
    gray, notes = read_thermal(path, "a")
    assert np.abs(gray[0, 0].numpy() - heat).mean() < 0.08
    assert np.corrcoef(gray[0, 0].numpy().ravel(), heat.ravel())[0, 1] > 0.97
    assert "false colours taken back to gray" in notes


def test_photos_have_no_palette(visible):
    from pathlib import Path

    for path in sorted((Path(__file__).parents[1] / "assets").glob("mmaif_*.jpg")):
        assert find_curve(load_image(path, 320).movedim(0, -1).numpy()) is None, path


@pytest.mark.parametrize("task", ["vif", "auto"])
def test_infrared_is_found_fitted_and_put_second(visible, task):
    height, width = visible.shape[-2:]
    heat = torch.from_numpy(thermal()).float()[None, None].expand(1, 3, -1, -1)
    small = torch.nn.functional.interpolate(heat, (height // 2, width // 2))
    pair = arrange([small, visible], ["infrared", "visible"], task, "white")
    assert pair.order == [1, 0] and torch.equal(pair.pictures[0], visible)
    assert pair.pictures[1].shape == visible.shape and len(pair.notes) == 2
    iron = torch.from_numpy(coloured(small[0, 0].numpy(), IRON)).float().movedim(-1, 0)[None]
    again = arrange([visible, iron], ["visible", "iron"], task, "white")
    assert again.infrared == 1 and (again.pictures[1].amax(1) == again.pictures[1].amin(1)).all()
    black = arrange([visible, small], ["visible", "infrared"], task, "black")
    assert torch.allclose(black.pictures[1], 1 - pair.pictures[1], atol=1e-6)


def test_other_shapes_are_refused(visible):
    with pytest.raises(InputError, match="another shape"):
        arrange([visible, torch.rand(1, 1, 40, 90).expand(-1, 3, -1, -1)], ["a", "b"], "vif")
    with pytest.raises(InputError, match="hot"):
        arrange([visible], ["a"], "vif", "hot")


@pytest.mark.parametrize(
    ("prompt", "polarity", "rest"),
    [
        ("the infrared is black-hot", "black", ""),
        ("Remove the noise, the thermal image is black hot.", "black", "Remove the noise"),
        ("denoise the black-hot infrared", "black", "denoise the infrared"),
        ("dehaze; IR is white-hot", "white", "dehaze"),
        ("the infrared is not black-hot", "white", ""),
        ("remove the black spots", "auto", "remove the black spots"),
    ],
)
def test_what_a_prompt_says_of_the_infrared(prompt, polarity, rest):
    assert said_polarity(prompt) == (polarity, rest)
