"""This much, and here: strengths of repairs, the mask of a prompt, and masks that exclude parts of a source."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmaif import FusionPipeline
from mmaif.__main__ import main
from mmaif.align.prepare import Wishes, prepare
from mmaif.degradation import degrade
from mmaif.errors import InputError
from mmaif.images import load_image, save_image
from mmaif.language.sentences import standard_sentence
from mmaif.language.strengths import Share, read_strength, shares
from mmaif.language.understanding import Understanding
from mmaif.masks import FEATHER, feathered, mask_of, weights
from mmaif.repairs import REPAIRS
from mmaif.sources import gather
from tests.pictures import psnr

EXAMPLES = Path(__file__).parent.parent / "assets"
OPERATORS = {"blur": "gaussian_blur", "low_resolution": "downsample", "stripes": "ir_stripes"}


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", dtype="float32")


@pytest.fixture(scope="module")
def photo() -> torch.Tensor:
    """[1, 3, 96, 128] in 0..1."""
    return load_image(EXAMPLES / "mmaif_exposures_mid.jpg", 256)[None, :, 40:136, 60:188]


def understood(repairs=("rain", "noise"), task: str = "auto", **severity: str):
    """An encoder that reads this of every prompt."""
    return lambda prompt: Understanding(prompt, {name: severity.get(name, "") for name in repairs}, task=task)


def test_repairs_fall_away_the_weakest_first():
    given = shares(["x"], {"rain": 0.3, "noise": 0.6, "haze": 0.1}, understood())
    assert [share.prompts for share in given] == [("x",), ("Remove the noise.",), ("",)]
    assert [share.weight for share in given] == pytest.approx([0.3, 0.3, 0.4])


def test_what_is_whole_is_said_in_the_users_words_and_what_is_nothing_is_not_said():
    assert shares(["x", "y"], {}, understood()) == [Share(1.0, ("x", "y"))]
    assert shares(["x"], {"rain": 1}, understood()) == [Share(1.0, ("x",))]
    assert shares(["x"], {"rain": 0}, understood()) == [Share(1.0, ("Remove the noise.",))]
    assert shares(["x"], {"rain": 0, "noise": 0}, understood()) == [Share(1.0, ("",))]
    (share,) = shares(["x"], {"haze": 0.2}, understood())
    assert share.prompts == ("x",) and share.weight == pytest.approx(1)


def test_task_and_severity_stay_when_a_prompt_is_weakened():
    (share,) = shares(["x"], {"rain": 0}, understood(task="vif", noise="strong"))
    assert share.prompts == ("Fuse the visible and infrared images. Remove the strong noise.",)


@pytest.mark.parametrize("text", ["noise", "noise=much", "noise=1.5", "hail=1", "noise=-.1"])
def test_a_strength_that_is_none_is_told(text):
    with pytest.raises(InputError):
        read_strength(text)


def test_strengths_are_read():
    assert read_strength("noise=.4, rain = 1,") == {"noise": 0.4, "rain": 1.0}
    assert read_strength("") == {}


@pytest.mark.parametrize("repair", REPAIRS)
def test_a_repair_grows_with_its_strength(pipe, photo, repair):
    """Nearer to the whole repair with every step, from the picture that nobody asked to repair to today's."""
    sources = degrade(photo, [(OPERATORS.get(repair, repair), 0.7)], seed=1)[None]
    prompt = standard_sentence([repair])

    def fuse(prompt: str, strength: float = 1.0) -> torch.Tensor:
        return pipe.fuse(sources, [prompt], "restore", strength={repair: strength})

    whole, none = fuse(prompt), fuse("")
    assert torch.equal(whole, pipe.fuse(sources, [prompt], "restore"))
    assert torch.equal(fuse(prompt, 0), none)
    if psnr(whole, none) > 60:  # a repair that these weights have not learned
        return
    steps = [none, *(fuse(prompt, strength) for strength in (0.25, 0.5, 0.75))]
    near = [psnr(step, whole) for step in steps]
    assert all(later > earlier + 1 for earlier, later in zip(near, near[1:], strict=False)), near


def test_a_strength_touches_no_other_repair(pipe, photo):
    sources = degrade(photo, [("low_exposure", 0.7), ("noise", 0.5)], seed=1)[None]
    prompt = "brighten it and remove the noise"
    bright = pipe.fuse(sources, [standard_sentence(["low_exposure"])], "restore")
    assert torch.equal(pipe.fuse(sources, [prompt], "restore", strength={"noise": 0}), bright)
    half = pipe.fuse(sources, [prompt], "restore", strength={"noise": 0.5})
    assert abs(half.mean() - bright.mean()) < 0.03 < half.mean() - sources.mean()


def test_outside_its_mask_a_prompt_changes_nothing(pipe, photo):
    sources = degrade(photo, [("noise", 0.7)], seed=1)[None]
    mask = torch.zeros(96, 128)
    mask[20:70, 30:100] = 1
    given = {"prompt": "remove the noise", "task": "restore"}
    picture = sources[0, 0].movedim(0, -1)
    here, everywhere = pipe([picture], mask=mask, **given), pipe([picture], **given)
    nowhere = pipe([picture], task="restore")
    assert torch.equal(here[mask == 0], nowhere[mask == 0])
    deep = (slice(20 + FEATHER, 70 - FEATHER), slice(30 + FEATHER, 100 - FEATHER))
    assert psnr(here[deep], everywhere[deep]) > 60 and psnr(here[deep], nowhere[deep]) < 30
    edge = (here - nowhere).abs().mean(-1)
    assert edge[22:25, 40:90].mean() < 0.5 * edge[deep].mean()  # feathered
    assert torch.equal(pipe([picture], mask=torch.ones(96, 128), **given), everywhere)


def test_a_mask_fades_inwards_and_not_at_the_rim_of_the_picture():
    mask = torch.zeros(1, 1, 80, 100)
    mask[..., :40, :50] = 1
    soft = feathered(mask)
    assert (soft[mask == 0] == 0).all() and (soft[..., :25, :35] == 1).all()
    fading = soft[0, 0, 10, 50 - FEATHER : 50]
    assert (fading.diff() < 0).all() and 0 < fading[-1] < 0.1
    parts = weights([0.4, 0.6], mask)
    assert torch.allclose(sum(parts), torch.ones_like(mask)) and len(parts) == 3
    assert weights([0.4, 0.6], torch.ones_like(mask)) == [0.4, 0.6]


def test_masks_of_any_kind(tmp_path):
    mask = (torch.rand(24, 40) > 0.5).float()
    picture = Image.fromarray((mask * 255).byte().numpy())
    picture.save(tmp_path / "mask.png")
    for given in (mask, mask[None], mask.numpy(), picture, tmp_path / "mask.png", mask[..., None].expand(-1, -1, 3)):
        assert torch.allclose(mask_of(given)[0, 0], mask, atol=1e-6), type(given)


@pytest.mark.parametrize("shape", [(20, 20), (2, 96, 128)])
def test_a_mask_of_another_size_is_told(pipe, photo, shape):
    with pytest.raises(InputError, match="mask is"):
        pipe([photo[0].movedim(0, -1)], "denoise", "restore", mask=torch.ones(shape))


def test_what_is_excluded_of_a_source_takes_no_part(pipe, photo):
    passer = photo.clone()
    passer[..., 30:60, 40:70] = torch.tensor([1.0, 0.0, 0.0]).view(3, 1, 1)
    without = torch.zeros(96, 128)
    without[28:62, 38:72] = 1
    one, other = (each[0].movedim(0, -1) for each in (photo, passer))
    clean, seen = pipe([one, one], task="mef"), pipe([one, other], task="mef")
    left = pipe([one, other], task="mef", exclude=[None, without])
    place = (slice(34, 56), slice(44, 66))
    assert psnr(left[place], clean[place]) > psnr(seen[place], clean[place]) + 15
    with pytest.raises(InputError, match="one for each"):
        pipe([one, other], exclude=[without])


def test_the_command_line_takes_all_three(tmp_path, photo, capsys):
    picture = tmp_path / "a.png"
    Image.fromarray((degrade(photo, [("noise", 0.6)])[0].movedim(0, -1) * 255).byte().numpy()).save(picture)
    mask = torch.zeros(96, 128)
    mask[:, :64] = 1
    Image.fromarray((mask * 255).byte().numpy()).save(tmp_path / "mask.png")

    def fuse(name: str, *more: str) -> torch.Tensor:
        out = tmp_path / f"{name}.png"
        code = main(["fuse", str(picture), "--task", "restore", "-o", str(out), *more])
        assert code in (0, None), capsys.readouterr().err
        return load_image(out)

    nothing, whole = fuse("nothing"), fuse("whole", "--prompt", "remove the noise")
    half = fuse("half", "--prompt", "remove the noise", "--strength", "noise=.5", "--mask", str(tmp_path / "mask.png"))
    assert torch.equal(half[..., 64:], nothing[..., 64:])
    middle = (nothing + whole)[..., :50] / 2
    assert psnr(half[..., :50], middle) > 45
    assert main(["fuse", str(picture), "-o", str(tmp_path / "x.png"), "--strength", "noise=2"]) == 2
    assert "out of range" in capsys.readouterr().err


def test_a_long_stack_on_the_disk_is_blended_as_in_memory(pipe, photo, tmp_path):
    names = [str(tmp_path / f"{index}.png") for index in range(9)]
    for index, name in enumerate(names):
        save_image(photo[0] * (0.4 + 0.06 * index), name)
    mask = torch.zeros(1, 1, 96, 128)
    mask[..., :64] = 1
    told = []
    how = {"strength": {"noise": 0.5}, "mask": mask, "memory": 1 << 28, "progress": lambda *work: told.append(work)}
    given = gather(names, names, "mef")
    fused = pipe.fuse(prepare(given.frames, "mef", Wishes("off", "off")), ["remove the noise"], **how)
    parts = [done for stage, done, _ in told if stage == "fuse"]
    assert parts == sorted(set(parts)) and {total for stage, _, total in told if stage == "fuse"} == {parts[-1]}
    assert torch.equal(fused, pipe.fuse(given.stacked, ["remove the noise"], "mef", **how))
    masked = gather(names, names, "mef", exclude=[None] * 8 + [np.ones((96, 128), np.float32)])
    assert not torch.equal(masked.frames[8], given.frames[8])
    assert torch.isfinite(pipe.fuse(prepare(masked.frames, "mef", Wishes()), [""])).all()
