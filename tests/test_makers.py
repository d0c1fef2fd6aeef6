"""Pair makers, fusion targets and the split: what training takes for truth has to be true."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from mmaif.data import (
    exposure_pair,
    exposure_stack,
    exposure_stacks,
    focus_stack,
    focus_stacks,
    mef_target,
    read_scenes,
    split,
    vif_target,
)
from mmaif.data.makers import defocus_layers, pillbox
from mmaif.errors import InputError
from mmaif.images import save_image


@pytest.fixture(scope="module")
def photo() -> Tensor:
    """[3, 96, 128]: smooth colours, fine texture, values from nearly black to nearly white."""
    rng = torch.Generator().manual_seed(3)
    smooth = F.interpolate(torch.rand(1, 3, 6, 8, generator=rng), (96, 128), mode="bicubic")[0]
    return (smooth + 0.25 * (torch.rand(3, 96, 128, generator=rng) - 0.5)).clamp(0.02, 0.98)


# Exposure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frames", [2, 3, 5])
def test_exposures_are_eight_bit_and_rise(photo: Tensor, frames: int) -> None:
    for seed in range(12):
        stack = exposure_stack(photo, seed, frames)
        assert stack.shape == (frames, 3, 96, 128) and stack.dtype == torch.float32
        assert stack.min() >= 0 and stack.max() <= 1
        assert torch.equal(stack, (stack * 255).round() / 255)
        assert (stack[1:] >= stack[:-1]).all()
        means = stack.mean((1, 2, 3))
        assert (means[1:] > means[:-1]).all()
        assert means[0] < photo.mean() < means[-1]


def test_exposures_hold_the_truth_where_nothing_is_clipped(photo: Tensor) -> None:
    """One curve takes the codes of a frame back to the photo, and the dark frame clips nothing."""
    for seed in range(12):
        dark, bright = exposure_stack(photo, seed)
        assert dark.max() < 1
        for frame in (dark, bright):
            seen = (frame > 0.04) & (frame < 1)
            order = photo[seen].argsort()
            codes, truth = frame[seen][order], photo[seen][order]
            assert (codes[1:] >= codes[:-1]).all()
            levels, index = codes.unique(return_inverse=True)
            lows = torch.ones(len(levels)).scatter_reduce(0, index, truth, "amin")
            highs = torch.zeros(len(levels)).scatter_reduce(0, index, truth, "amax")
            assert (highs - lows).max() < 0.05  # what one code can stand for


def test_makers_are_decided_by_the_seed(photo: Tensor) -> None:
    assert torch.equal(exposure_stack(photo, 5), exposure_stack(photo, 5))
    assert not torch.equal(exposure_stack(photo, 5), exposure_stack(photo, 6))
    first, depth = focus_stack(photo, 5)
    second, same = focus_stack(photo, 5)
    assert torch.equal(first, second) and torch.equal(depth, same)
    assert not torch.equal(first, focus_stack(photo, 6)[0])


def test_batches_equal_single_calls(photo: Tensor) -> None:
    batch = torch.stack([photo, photo.flip(-1)])
    assert torch.equal(exposure_stacks(batch, [1, 2], 3)[1], exposure_stack(photo.flip(-1), 2, 3))
    stacks, depths = focus_stacks(batch, [1, 2])
    alone, depth = focus_stack(photo.flip(-1), 2)
    assert torch.equal(stacks[1], alone) and torch.equal(depths[1], depth)


# Focus ----------------------------------------------------------------------------------------------------


def erode(mask: Tensor, pixels: int) -> Tensor:
    """[1, H, W] bool: what is at least `pixels` inside."""
    return -F.max_pool2d(-mask[None].float(), 2 * pixels + 1, 1, pixels)[0] > 0.5


@pytest.mark.parametrize("frames", [2, 3])
def test_in_focus_is_the_photo_bit_for_bit(photo: Tensor, frames: int) -> None:
    sharp_pixels = 0
    for seed in range(30):
        stack, depth = focus_stack(photo, seed, frames)
        assert stack.shape == (frames, 3, 96, 128) and depth.shape == (1, 96, 128)
        assert stack.min() >= 0 and stack.max() <= 1 and depth.min() >= 0 and depth.max() <= 1
        layered = len(depth.unique()) < 200  # a surface has about as many depths as pixels
        for index, frame in enumerate(stack):
            level = (depth * (frames - 1) - index).abs()
            sharp = erode(level < 1e-6, 10) if layered else level < 0.5 - 1e-4
            same = (frame == photo).all(0, keepdim=True)
            assert same[sharp].all()
            sharp_pixels += int(sharp.sum())
    assert sharp_pixels > 30 * 96 * 128 * 0.3


def test_every_pixel_is_sharp_in_some_frame_and_blurred_in_another(photo: Tensor) -> None:
    covered, blurred = [], []
    for seed in range(30):
        stack, _ = focus_stack(photo, seed, max_radius=4)
        same = (stack == photo).all(1)
        covered.append(same.any(0).float().mean())
        blurred.append((~same).any(0).float().mean())
    assert torch.stack(covered).mean() > 0.75  # the rest is the seam, where a blurred rim reaches over
    assert torch.stack(covered).min() > 0.3
    assert torch.stack(blurred).mean() > 0.75


def test_a_blurred_foreground_spills_and_a_blurred_background_does_not() -> None:
    """White square before black: its blur reaches out, but no white leaks into the background behind it."""
    matte = torch.zeros(1, 64, 64)
    matte[:, 20:44, 20:44] = 1
    image = matte.expand(3, -1, -1) * 0.9 + 0.05
    near, far = defocus_layers(image, matte, radius=4, max_radius=4)
    torch.testing.assert_close(near, image, atol=5e-3, rtol=0)
    assert (far[:, 32, 17] > 0.1).all() and (far[:, 32, 17] < 0.9).all()
    assert torch.equal(far[:, :10], image[:, :10])
    assert (far[:, 32, 21] < 0.9).all()


def test_pillbox_is_a_disc() -> None:
    point = torch.zeros(1, 21, 21)
    point[0, 10, 10] = 1
    disc = pillbox(point, 4.0)[0]
    assert disc.sum().item() == pytest.approx(1, abs=1e-5)
    inside = torch.hypot(torch.arange(-10.0, 11)[:, None], torch.arange(-10.0, 11)) <= 3.5
    assert disc[inside].std() < 1e-6 and disc[inside].min() > 0
    torch.testing.assert_close(disc, disc.t())
    assert disc[10, 15] == 0


@pytest.mark.parametrize("make", [exposure_stack, focus_stack])
def test_bad_photos_are_refused(make) -> None:
    with pytest.raises(InputError, match=r"\[3, H, W\]"):
        make(torch.zeros(1, 32, 32), 0)
    with pytest.raises(InputError, match="16x16"):
        make(torch.zeros(3, 8, 32), 0)
    with pytest.raises(InputError, match="at least 2"):
        make(torch.zeros(3, 32, 32), 0, 1)


# Targets --------------------------------------------------------------------------------------------------


def chroma(image: Tensor) -> Tensor:
    red, green, blue = image
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return torch.stack([blue - luma, red - luma])


def test_vif_target_shows_heat_and_keeps_colour(photo: Tensor) -> None:
    visible = 0.1 + 0.3 * photo
    infrared = torch.full((1, 96, 128), 0.1)
    infrared[:, 40:60, 50:66] = 0.9
    target = vif_target(visible, infrared)
    assert target.shape == visible.shape and target.min() >= 0 and target.max() <= 1
    assert target[:, 43:57, 53:63].mean() > visible[:, 43:57, 53:63].mean() + 0.3
    unclipped = (target > 0).all(0) & (target < 1).all(0)
    torch.testing.assert_close(chroma(target)[:, unclipped], chroma(visible)[:, unclipped], atol=1e-5, rtol=0)
    away = target[:, :, 115:]  # a flat, cold infrared leaves the visible picture as it is
    torch.testing.assert_close(away, visible[:, :, 115:], atol=0.02, rtol=0)


def test_vif_target_takes_thermal_structure_that_is_not_visible() -> None:
    stripes = (torch.arange(64) // 4 % 2).float().expand(1, 64, 64)
    infrared = 0.3 + 0.4 * stripes
    target = vif_target(torch.full((3, 64, 64), 0.2), infrared)
    contrast = (target[:, :, 20:44] - target[:, :, 20:44].mean((1, 2), keepdim=True)).flatten()
    wanted = (infrared[:, :, 20:44] - 0.5).expand(3, -1, -1).flatten()
    assert torch.corrcoef(torch.stack([contrast, wanted]))[0, 1] > 0.99
    assert contrast.std() > 0.9 * wanted.std()


def test_vif_target_accepts_three_infrared_channels_and_refuses_other_sizes(photo: Tensor) -> None:
    infrared = photo.mean(0, keepdim=True).flip(-1)
    torch.testing.assert_close(vif_target(photo, infrared), vif_target(photo, infrared.expand(3, -1, -1)))
    with pytest.raises(InputError, match="size"):
        vif_target(photo, infrared[..., :64])
    with pytest.raises(InputError, match="visible picture"):
        vif_target(infrared, infrared)


def test_mef_target_of_equal_frames_is_the_frame(photo: Tensor) -> None:
    torch.testing.assert_close(mef_target(photo.expand(3, -1, -1, -1)), photo, atol=1e-5, rtol=0)
    odd = photo[:, :71, :93]
    torch.testing.assert_close(mef_target(odd[None]), odd, atol=1e-5, rtol=0)


def test_mef_target_takes_what_each_exposure_shows(photo: Tensor) -> None:
    """Left half lost in the bright frame, right half in the dark one: the fusion shows both."""
    image = 0.3 + 0.4 * photo
    dark, bright = image.clone(), image.clone()
    dark[..., 64:] *= 0.02
    bright[..., :64] = 1
    target = mef_target(torch.stack([dark, bright]))
    for half in (slice(0, 40), slice(88, 128)):
        torch.testing.assert_close(target[..., half], image[..., half], atol=0.15, rtol=0)
    with pytest.raises(InputError, match="exposure stack"):
        mef_target(photo)


def test_exposure_pair_leaves_out_frames_that_show_nothing(photo: Tensor) -> None:
    left = torch.zeros(3, 96, 128)
    left[..., :64] = 1
    image = 0.3 + 0.4 * photo
    black, white = torch.zeros_like(image), torch.ones_like(image)
    dark, bright = image * left, torch.maximum(image, left)  # each shows one half
    assert exposure_pair(torch.stack([dark, image, bright])) == (0, 2)
    assert exposure_pair(torch.stack([black, dark, bright, white])) == (1, 2)
    assert exposure_pair(torch.stack([black, image, white])) in ((0, 1), (1, 2))
    with pytest.raises(InputError, match="two"):
        exposure_pair(image[None])


# Scenes ---------------------------------------------------------------------------------------------------


def write_manifest(root: Path, rows: list[tuple[str, str]]) -> None:
    lines = ["kind\tname\torigin\tlicence\tfiles"]
    files = "A={0}/{1}_A.png B={0}/{1}_B.png E0={0}/{1}_A.png E1={0}/{1}_B.png"
    lines += [f"{kind}\t{name}\to\tl\t{files.format(kind, name)}" for kind, name in rows]
    (root / "manifest.tsv").write_text("\n".join(lines) + "\n")


def test_split_leaks_no_group(tmp_path: Path) -> None:
    rows = [("vif", f"m3svd_{clip:04}_1753_{frame:04}") for clip in range(60) for frame in range(0, 20, 4)]
    rows += [("vif", f"roadscene_FLIR_{500 * drive + 20 * i:05}") for drive in range(60) for i in range(3)]
    rows += [("mef", f"d{n}_{place}") for place in ("Stream", "Window", "Lake", "Tower") for n in (1, 3, 5)]
    rows += [("mef", f"d3_Knossos{i}") for i in range(1, 9)]
    rows += [("clean", f"bsds_{disc}{i:03}") for disc in range(100, 200) for i in (3, 40, 91)]
    rows += [("noise", f"polyu_Canon_5_{iso}_toy_{i}") for iso in (1600, 3200) for i in range(4)]
    write_manifest(tmp_path, rows)
    scenes = read_scenes(tmp_path)
    assert [(s.kind, s.name) for s in scenes] == rows
    train, val = split(scenes, "train"), split(scenes, "val")
    assert {s.name for s in train} | {s.name for s in val} == {name for _, name in rows}
    assert not {s.group for s in train} & {s.group for s in val}
    assert 0.03 < len(val) / len(scenes) < 0.15

    group = {s.name: s.group for s in scenes}
    assert len({group[f"m3svd_0007_1753_{frame:04}"] for frame in range(0, 20, 4)}) == 1
    assert group["roadscene_FLIR_00500"] == group["roadscene_FLIR_00540"] != group["roadscene_FLIR_01000"]
    assert group["d1_Stream"] == group["d5_Stream"] and group["d3_Knossos1"] == group["d3_Knossos8"]
    assert group["bsds_103003"] == group["bsds_103091"] != group["bsds_104003"]
    assert len({group[name] for _, name in rows if name.startswith("polyu")}) == 1


def test_split_does_not_move_when_scenes_come(tmp_path: Path) -> None:
    rows = [("clean", f"urban_img_{i:03}") for i in range(100)]
    write_manifest(tmp_path, rows)
    before = {s.name for s in split(read_scenes(tmp_path), "val")}
    write_manifest(tmp_path, rows[:50] + [("clean", "new_photo")] + rows[50:])
    after = {s.name for s in split(read_scenes(tmp_path), "val")}
    assert before and after - {"new_photo"} == before


def test_scenes_name_their_files(tmp_path: Path, photo: Tensor) -> None:
    write_manifest(tmp_path, [("vif", "msrs_00001D"), ("clean", "a")])
    (tmp_path / "vif_targets").mkdir()
    save_image(photo, tmp_path / "vif_targets" / "msrs_00001D.png")
    (pair,) = read_scenes(tmp_path, ["vif"])
    assert pair.files["A"] == tmp_path / "vif" / "msrs_00001D_A.png"
    assert pair.files["TARGET"].name == "msrs_00001D.png"
    with open(tmp_path / "manifest.tsv", "a") as file:
        file.write("mef\tx\to\tl\tE10=c.png E2=b.png E0=a.png\n")
    (stack,) = read_scenes(tmp_path, ["mef"])
    assert [path.name for path in stack.exposures()] == ["a.png", "b.png", "c.png"]


def test_damaged_listings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="manifest.tsv"):
        read_scenes(tmp_path)
    (tmp_path / "manifest.tsv").write_text("kind\tname\torigin\tlicence\tfiles\nclean\ta\tb\n")
    with pytest.raises(InputError, match="Line 2"):
        read_scenes(tmp_path)
    write_manifest(tmp_path, [("clean", "a")])
    with pytest.raises(InputError, match="'train' or 'val'"):
        split(read_scenes(tmp_path), "test")
