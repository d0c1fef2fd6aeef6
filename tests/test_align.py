"""Sources that do not lie on each other, scenes that move, single bad pixels, and where nothing is to be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from mmaif.__main__ import main
from mmaif.align.estimate import Copies
from mmaif.align.motion import between
from mmaif.align.notes import warnings
from mmaif.align.prepare import Wishes, prepare
from mmaif.align.warp import displacement, similarity, warped
from mmaif.errors import InputError
from mmaif.frames import Frames, expanded
from mmaif.groups import fuse_frames
from mmaif.images import linear_to_srgb, load_image, save_image, srgb_to_linear
from mmaif.sources import gather
from tests.pictures import psnr

EXAMPLES = Path(__file__).parent.parent / "assets"


@pytest.fixture(scope="module")
def photo() -> torch.Tensor:
    """[1, 3, 240, 320] in 0..1."""
    return load_image(EXAMPLES / "mmaif_exposures_mid.jpg", 320)[None]


def exposed(picture: torch.Tensor, stops: float) -> torch.Tensor:
    """In 8 bits."""
    return (linear_to_srgb((srgb_to_linear(picture) * 2**stops).clamp(0, 1)) * 255).round() / 255


def frames(*pictures: torch.Tensor) -> Frames:
    return Frames.held(pictures, [f"frame {i + 1}" for i in range(len(pictures))])


def off(found: torch.Tensor, truth: torch.Tensor) -> float:
    """Pixels at the corners by which a matrix misses, in a picture of 320 x 240."""
    return displacement(torch.linalg.inv(truth) @ found, (240, 320))


MOVED = {
    "translation": similarity(8 / 160, -5 / 160),
    "similarity": similarity(-9 / 160, 4 / 160, 1.0, 1.03),
    "homography": torch.tensor([[1.0, 0.01, 0.03], [-0.01, 1.01, 0.02], [0.015, -0.01, 1.0]], dtype=torch.float64),
}


@pytest.mark.parametrize("way", MOVED)
@pytest.mark.parametrize("stops", [0, -2])
def test_motion_is_found_at_any_exposure(photo, way, stops):
    moving = exposed(warped(photo, torch.linalg.inv(MOVED[way])), stops)
    motion = between(Copies(photo), Copies(moving), False, way)
    assert motion.used and motion.judged.confidence > 0.5
    assert off(motion.matrix, MOVED[way]) < 0.5


def test_an_inverted_picture_is_aligned_like_infrared(photo):
    infrared = 1 - warped(photo, torch.linalg.inv(MOVED["translation"])).mean(1, keepdim=True).expand(-1, 3, -1, -1)
    motion = between(Copies(photo), Copies(infrared.square()), True)
    assert motion.used and off(motion.matrix, MOVED["translation"]) < 1.5


def test_what_lies_right_or_cannot_be_told_is_left_alone(photo):
    other = load_image(EXAMPLES / "mmaif_focus_stool.jpg", 320)[None, :, :240, :320]
    other = torch.nn.functional.interpolate(other, (240, 320))
    right, unsure = (between(Copies(photo), Copies(each), False) for each in (exposed(photo, -1), other))
    assert right.sure and not right.used
    assert not unsure.sure and not unsure.used
    assert torch.equal(unsure.matrix, similarity())
    flat = torch.full_like(photo, 0.5)
    assert not between(Copies(flat), Copies(flat), False).used


def test_a_hand_held_bracket_lies_on_its_reference(photo):
    motions = (similarity(6 / 160, 3 / 160, 0.5), similarity(), similarity(-6 / 160, -3 / 160, -0.5))
    still = [exposed(photo, stop) for stop in (-1.5, 0, 1.5)]
    held = [warped(each, torch.linalg.inv(motion)) for each, motion in zip(still, motions, strict=True)]
    prepared = prepare(frames(*held), "mef", Wishes(reference=2))
    for index in range(3):
        middle = (..., slice(20, -20), slice(20, -20))
        assert psnr(prepared[index][middle], still[index][middle]) > 30
    top, bottom, left, right = prepared.common()
    assert 215 < bottom - top < 240 and 295 < right - left < 320
    assert "Aligned" in prepared.notes[0]


def test_a_warning_names_the_source_and_the_shift(photo):
    moving = warped(photo, similarity(6 / 160))
    (line,) = warnings(torch.cat([photo, moving]), "mff", ["image_a", "image_b"])
    assert "image_b" in line and "6 px" in line and "Align Sources" in line
    assert warnings(torch.cat([photo, exposed(photo, -1)]), "mef", ["a", "b"]) == []
    assert any("shifted" in note for note in prepare(frames(photo, moving), "mff", Wishes("off")).notes)


@pytest.mark.parametrize("task", ["mef", "mff"])
def test_who_walks_through_appears_once(photo, task):
    stops = (-1.5, 0, 1.5) if task == "mef" else (0, 0, 0)
    empty = [exposed(photo, stop) for stop in stops]
    walked, places = [], [(60, 100), (140, 180), (220, 260)]
    for stop, (left, right) in zip(stops, places, strict=True):
        scene = photo.clone()
        scene[..., 80:180, left:right] = torch.tensor([0.1, 0.15, 0.75]).view(3, 1, 1)
        walked.append(exposed(scene, stop))
    prepared = prepare(frames(*walked), task, Wishes(reference=2))
    for index, still in enumerate(empty):
        for place, (left, right) in enumerate(places):
            there = (..., slice(82, 178), slice(left + 2, right - 2))
            shown = (prepared[index][there] - still[there]).abs().mean()
            alone = (walked[place][there] - empty[place][there]).abs().mean()
            assert shown > 0.3 * alone if place == 1 else shown < 0.1 * alone
    kept = prepare(frames(*walked), task, Wishes("off", "off"))
    assert all(torch.equal(kept[index], each) for index, each in enumerate(walked))


def test_a_still_bracket_stays_as_it_is(photo):
    still = [exposed(photo, stop) for stop in (-2, 0, 2)]
    prepared = prepare(frames(*still), "mef", Wishes())
    assert all(((prepared[i] - each).abs() > 0.02).float().mean() < 0.01 for i, each in enumerate(still))


@pytest.mark.parametrize("count", [2, 3])
def test_pixels_that_are_bad_in_one_frame_vanish(photo, count):
    calm = torch.nn.functional.avg_pool2d(photo, 5, 1, 2) * 0.3 + 0.35
    spoiled = []
    for seed in range(count):
        generator = torch.Generator().manual_seed(seed)
        picture = calm.clone()
        at = torch.randperm(240 * 320, generator=generator)[:60]
        picture.view(3, -1)[:, at] = (torch.arange(60) % 2).float()  # dead and hot
        spoiled.append(picture)
    prepared = prepare(frames(*spoiled), "mff", Wishes())
    wrong = [((prepared[i] - calm).abs().amax(1) > 0.2).sum() for i in range(count)]
    assert sum(wrong) <= 3
    both = [torch.cat([picture, picture]) for picture in spoiled]  # a batch of two scenes
    assert prepare(frames(*both), "mff", Wishes())[0].shape == (2, 3, 240, 320)


def test_infrared_of_half_the_size_is_fitted(photo):
    gray = photo.mean(1, keepdim=True).expand(-1, 3, -1, -1)
    half = torch.nn.functional.avg_pool2d(1 - gray, 2)
    assert prepare(frames(photo, half), "vif", Wishes())[1].shape == photo.shape
    with pytest.raises(InputError, match="160x120"):
        prepare(frames(photo, half), "mef", Wishes())


def test_wishes_that_cannot_be_met(photo):
    for wishes, word in ((Wishes("sideways"), "sideways"), (Wishes(ghosts="no"), "no"), (Wishes(reference=3), "3")):
        with pytest.raises(InputError, match=word):
            prepare(frames(photo, photo), "mff", wishes)


def test_folders_and_wildcards_are_read_a_group_at_a_time(tmp_path):
    for index in range(20):
        save_image(torch.full((3, 16, 24), index / 40), tmp_path / f"frame_{index}.png")
    files = expanded([tmp_path])
    assert [Path(name).stem for name in files] == [f"frame_{i}" for i in range(20)]
    assert len(expanded([str(tmp_path / "frame_1*.png")])) == 11
    given = gather(files, files)
    found = given.frames
    assert given.gray and not torch.equal(found[3], found[4])
    save_image(torch.full((3, 16, 24), 0.5), files[3])
    assert found[3].mean() == pytest.approx(128 / 255)  # still on the disk
    most = []

    def brightest(group: torch.Tensor) -> torch.Tensor:
        most.append(group.shape[1])
        return group.amax(1)

    brightness = torch.stack([each.mean() for each in found])[None]
    assert torch.equal(fuse_frames(brightest, found, brightness), found[3])
    assert max(most) <= 8
    for source, word in ((tmp_path / "*.tif", "No file"), (tmp_path / "empty", "no pictures")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(InputError, match=word):
            expanded([str(source)])


def test_the_command_writes_aligned_pictures_and_says_how(photo, tmp_path, capsys):
    names = [tmp_path / "a.png", tmp_path / "b.png"]
    for name, picture in zip(names, (photo, warped(photo, similarity(-6 / 160))), strict=True):
        save_image(picture[0], name)
    out = tmp_path / "out"
    assert main(["align", *map(str, names), "-o", str(out), "--task", "mff", "--reference", "1"]) == 0
    assert "moved 6.0 px right" in capsys.readouterr().out
    a, b = load_image(out / "a.png"), load_image(out / "b.png")
    assert a.shape == b.shape and a.shape[-1] < 320 and psnr(a, b) > 30
    matrix = json.loads((out / "alignment.json").read_text())["frames"][1]["matrix"]
    assert matrix[0][2] == pytest.approx(6, abs=0.3)
    assert main(["align", str(names[0]), "-o", str(out)]) == 2
    assert main(["align", *map(str, names), "-o", str(names[0])]) == 2


def test_where_a_frame_is_transparent_nothing_moves(photo):
    dark, bright = exposed(photo, -1.5), exposed(photo, 1)
    cut = torch.cat([bright, (torch.arange(320) < 280).float().expand(1, 1, 240, 320)], 1)
    given = gather([each[0].movedim(0, -1) for each in (dark, cut)], ["a", "b"], "mef")
    prepared = prepare(given.frames, "mef", Wishes(reference=1))
    assert psnr(prepared[1][..., 284:], dark[..., 284:]) > 40  # filled by the other, at its exposure


def test_a_transparent_border_moves_with_its_frame(photo):
    dark, bright = exposed(photo, -1.5), warped(exposed(photo, 1), similarity(-8 / 160))
    cut = torch.cat([bright, (torch.arange(320) < 280).float().expand(1, 1, 240, 320)], 1)
    given = gather([each[0].movedim(0, -1) for each in (dark, cut)], ["a", "b"], "mef")
    prepared = prepare(given.frames, "mef", Wishes(reference=1))
    assert prepared.motions[1].used
    assert psnr(prepared[1][..., 284:], dark[..., 284:]) > 40
    assert psnr(prepared[1][..., 20:260], exposed(photo, 1)[..., 20:260]) > 28
