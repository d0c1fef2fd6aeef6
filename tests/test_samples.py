"""Training samples: what a recipe does to sources and target, and the tool that writes them."""

import json

import pytest
import torch

from mmaif.__main__ import main
from mmaif.data.pool import SamplePool
from mmaif.data.recipes import Recipe
from mmaif.data.samples import SampleConfig, SampleMaker, spoil
from mmaif.data.scenes import Scene
from mmaif.data.synthesize import own_scenes
from mmaif.data.targets import vif_target
from mmaif.data.thermal import made_infrared
from mmaif.degradation import degrade
from mmaif.errors import InputError
from mmaif.images import load_image, save_image
from mmaif.language.prompts import Prompt


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Photos, and pairs of a colour and a gray picture of the same names."""
    torch.manual_seed(0)
    root = tmp_path_factory.mktemp("pictures")
    for folder, channels in (("photos", 3), ("visible", 3), ("infrared", 1)):
        (root / folder).mkdir()
        for index in range(3):
            coarse = torch.rand(1, channels, 9, 12)
            image = torch.nn.functional.interpolate(coarse, (96, 128), mode="bicubic").clamp(0, 1)[0]
            save_image(image.expand(3, -1, -1), root / folder / f"{index}.png")
    return root


@pytest.fixture(scope="module")
def scenes(folders) -> list[Scene]:
    return own_scenes(folders / "photos", folders / "visible", folders / "infrared")


def recipe(ops, remaining=(), task="mff") -> Recipe:
    return Recipe(task, ops, frozenset(), Prompt("repair it", frozenset()), remaining)


def test_what_is_named_is_gone_and_what_is_not_stays():
    image = torch.rand(3, 64, 64)
    rain, noise = ("rain", 0.6), ("noise", 0.5)
    sample = spoil(torch.stack([image, image]), image, recipe(((rain, noise), (rain, noise)), (noise,)), 7)
    assert torch.equal(sample.clean, image)
    assert torch.equal(sample.target, degrade(image[None], [noise], 7)[0])
    assert torch.equal(sample.sources[0], degrade(image[None], [rain, noise], 7)[0])


def test_weather_is_shared_and_sensor_noise_is_not():
    image = torch.full((3, 64, 64), 0.4)
    for name, shared in (("rain", True), ("snow", True), ("haze", True), ("noise", False)):
        op = ((name, 0.6),)
        sample = spoil(torch.stack([image, image]), image, recipe((op, op)), 3)
        assert torch.equal(sample.sources[0], sample.sources[1]) == shared, name


def test_infrared_noise_has_no_colour():
    visible, infrared = torch.rand(3, 64, 64), torch.rand(1, 64, 64).expand(3, -1, -1)
    ops = ((("noise", 0.6),), (("noise", 0.6),))
    sample = spoil(torch.stack([visible, infrared]), visible, recipe(ops, task="vif"), 3)
    assert torch.equal(sample.sources[1, 0], sample.sources[1, 2])
    assert not torch.equal(sample.sources[0, 0], sample.sources[0, 2])


def test_weather_left_in_is_the_weather_of_the_sources():
    torch.manual_seed(1)
    image = torch.rand(3, 48, 48)
    for name in ("rain", "snow", "haze"):
        for seed in range(6):
            op = ((name, 0.6),)
            sample = spoil(torch.stack([image, image]), image, recipe((op, op), op), seed)
            assert torch.equal(sample.sources[0], sample.target) and torch.equal(sample.sources[1], sample.target)


def test_what_comes_twice_is_drawn_twice():
    image = torch.full((3, 64, 64), 0.5)
    noise = ("noise", 0.3)
    sample = spoil(image[None], image, recipe(((noise, noise),), (noise, noise), "restore"), 7)
    once = degrade(image[None], [noise], 7)[0] - image
    assert torch.equal(sample.sources[0], sample.target)
    assert not torch.allclose(sample.sources[0] - image, 2 * once, atol=0.02)


@pytest.mark.parametrize("task", ["vif", "mef", "mff", "restore"])
def test_samples_are_decided_by_their_seed(scenes, task):
    maker = SampleMaker(scenes, 48)
    a, b, other = maker(11, task), SampleMaker(scenes, 48)(11, task), maker(12, task)
    assert torch.equal(a.sources, b.sources) and torch.equal(a.target, b.target) and a.prompt == b.prompt
    assert a.sources.shape != other.sources.shape or not torch.equal(a.sources, other.sources)
    assert a.task == task
    assert a.sources.shape[1:] == a.target.shape == (3, 48, 48)
    assert a.sources.min() >= 0 and a.sources.max() <= 1


def test_shares_of_clean_and_of_frames(scenes):
    clean = SampleMaker(scenes, 32, SampleConfig(clean=1.0, frames=(0, 1.0, 0)))
    for seed in range(8):
        sample = clean(seed, "mef")
        assert not any(sample.recipe.ops) and len(sample.sources) == 3
        assert torch.equal(sample.target, sample.clean)


def test_stacks_of_up_to_eight_frames(scenes):
    config = SampleConfig(frames=(0, 0, 0, 0, 0, 0, 1.0))
    assert all(len(SampleMaker(scenes, 32, config)(seed, task).sources) == 8 for seed, task in ((0, "mef"), (1, "mff")))
    counts = {len(SampleMaker(scenes, 32)(seed, "mef").sources) for seed in range(400)}
    assert counts == set(range(2, 9))


def test_made_infrared_of_any_photo(scenes):
    real, made = (SampleMaker(scenes, 48, SampleConfig(clean=1.0, made_vif=share)) for share in (0.0, 1.0))
    photos = [load_image(scene.files["A"]) for scene in scenes if scene.kind == "clean"]
    for seed in range(6):
        sample = made(seed, "vif")
        visible, infrared = sample.sources
        assert torch.equal(infrared[0], infrared[2]) and not torch.equal(visible, infrared)
        assert torch.allclose(sample.target, vif_target(visible, infrared), atol=1e-6)
        assert not torch.equal(real(seed, "vif").sources[1], infrared)
    one, same, other = (made_infrared(photos[0], seed) for seed in (1, 1, 2))
    assert one.shape == (1, *photos[0].shape[-2:]) and 0 <= one.min() and one.max() <= 1
    assert torch.equal(one, same) and (one - other).abs().mean() > 0.02


def test_tasks_follow_from_the_pictures(folders, scenes):
    assert SampleMaker(scenes, 32).tasks() == ["vif", "mef", "mff", "restore"]
    assert SampleMaker(own_scenes(folders / "photos", None, None), 32).tasks() == ["mef", "mff", "restore"]
    assert SampleMaker(own_scenes(None, folders / "visible", folders / "infrared"), 32).tasks() == ["vif"]


def test_pool_serves_one_source_count_and_forgets(scenes):
    pool = SamplePool(SampleMaker(scenes, 32), list, capacity=64, uses=2.0, workers=0, chunk=4)
    for _ in range(30):
        batch = pool.batch(4)
        assert len({len(sample.sources) for sample in batch}) == 1
    assert pool.drawn <= pool.uses * pool.made
    assert sum(map(len, pool.store.values())) <= 64 * len(pool.store)


def test_synthesize_writes_a_set(folders, tmp_path):
    out = tmp_path / "set"
    arguments = ["--photos", folders / "photos", "--visible", folders / "visible", "--infrared", folders / "infrared"]
    assert main([*map(str, ["synthesize", *arguments, "-o", out, "--count", "6", "--size", "48"])]) == 0
    rows = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert len(rows) == 6
    for row in rows:
        assert row["task"] in ("vif", "mef", "mff", "restore")
        assert len(row["operators"]) == sum(name.startswith("source") for name in row["files"])
        for file in row["files"].values():
            assert load_image(out / file).shape == (3, 48, 48)
    assert main(["synthesize", "--photos", str(folders / "photos"), "-o", str(out)]) == 2  # not over another set


def test_synthesize_explains_bad_folders(folders, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        own_scenes(tmp_path / "none", None, None)
    with pytest.raises(InputError, match="no pictures"):
        own_scenes(tmp_path, None, None)
    with pytest.raises(InputError, match="together"):
        own_scenes(None, folders / "visible", None)
    save_image(torch.rand(3, 32, 32), tmp_path / "alone.png")
    with pytest.raises(InputError, match="alone.png"):
        own_scenes(None, tmp_path, folders / "infrared")
    with pytest.raises(InputError, match="No pictures"):
        own_scenes(None, None, None)
