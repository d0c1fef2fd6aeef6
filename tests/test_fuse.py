"""The shipped model through the library and the command line, on the shipped example pictures."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmaif import FusionPipeline
from mmaif.__main__ import main
from mmaif.degradation import degrade
from mmaif.errors import InputError
from mmaif.images import linear_to_srgb, load_image, save_image, srgb_to_linear
from mmaif.metrics import psnr
from mmaif.metrics.colour import chroma
from mmaif.sources import chosen_from, in_visible_colour

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "assets"


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression")


def example(name: str, longest: int = 320) -> torch.Tensor:
    """[H, W, 3] in 0..1."""
    return load_image(EXAMPLES / f"mmaif_{name}.jpg", longest).movedim(0, -1)


def sharpness(image: torch.Tensor) -> float:
    return image.mean(-1).diff(dim=0).abs().mean().item()


def test_infrared_targets_in_the_visible_colours(pipe):
    visible, infrared = example("visible"), example("infrared")
    fused = pipe([visible, infrared])
    assert fused.shape == visible.shape
    assert chroma(fused.movedim(-1, 0)[None], visible.movedim(-1, 0)[None]) < 3
    hot = infrared.mean(-1) > infrared.mean(-1).quantile(0.99)
    assert fused[hot].mean() > visible[hot].mean() + 0.1


def test_the_colour_of_a_pair_is_the_visible_one_and_no_other_task_takes_one_source_s(pipe):
    visible, infrared = example("visible"), example("infrared")
    wanted = visible.movedim(-1, 0)[None]
    fused = {detail: pipe([visible, infrared], task="vif", detail=detail).movedim(-1, 0)[None] for detail in (0.0, 1.0)}
    errors = {detail: chroma(picture, wanted).item() for detail, picture in fused.items()}
    assert errors[1.0] < 1 < errors[0.0]  # without detail the picture is what the latent says
    picture, sources = torch.rand(1, 3, 16, 16), torch.rand(1, 3, 3, 16, 16)
    for task, count in (("mef", 2), ("mff", 2), ("restore", 1), ("vif", 3), ("auto", 2)):
        assert torch.equal(in_visible_colour(picture, sources[:, :count], [task]), picture)
    both = in_visible_colour(picture.expand(2, -1, -1, -1), sources[:, :2].expand(2, -1, -1, -1, -1), ["mef", "vif"])
    assert torch.equal(both[:1], picture) and not torch.equal(both[1:], picture)


def test_exposures_show_sky_and_ground(pipe):
    under, over = example("exposures_under"), example("exposures_over")
    fused = pipe([under, over])
    assert under.mean() + 0.05 < fused.mean() < over.mean() - 0.05
    assert ((fused < 0.02) | (fused > 0.98)).float().mean() < 0.5 * ((over > 0.98) | (over < 0.02)).float().mean()


def test_focus_is_sharp_in_both_planes(pipe):
    near, far = example("focus_near", 640), example("focus_far", 640)
    fused = pipe([near, far])
    assert sharpness(fused) > 0.97 * max(sharpness(near), sharpness(far))
    assert sharpness(fused) > 1.02 * min(sharpness(near), sharpness(far))


def test_pixels_of_a_focus_stack_are_chosen_where_nothing_is_repaired(pipe):
    """Nearly all pixels of the fused picture are those of a frame, but not once the words repair something."""
    frames = [example("focus_near"), example("focus_far")]
    shares = []
    for prompt in ("", "remove the noise"):
        fused = pipe(frames, prompt=prompt, task="mff")
        nearest = torch.stack([(fused - frame).abs().amax(-1) for frame in frames]).amin(0)
        shares.append((nearest < 1.5 / 255).float().mean().item())
    assert shares[0] > 0.9 > 0.75 > shares[1]
    assert chosen_from(["mff", "mef"], torch.zeros(2, 2, 3, 4, 4), torch.zeros(2, 2, 3, 4, 4)).tolist() == [1, 0]
    assert chosen_from(["mff"], torch.zeros(1, 1, 3, 4, 4), torch.zeros(1, 1, 3, 4, 4)).tolist() == [0]


def test_source_order_does_not_matter_for_exposures(pipe):
    under, over = example("exposures_under"), example("exposures_over")
    difference = (pipe([under, over]) - pipe([over, under])).abs()
    assert difference.mean() < 1 / 255


def hazy(clean: torch.Tensor) -> torch.Tensor:
    """Koschmieder's law over a ground plane, gray air."""
    far = torch.linspace(1, 0.2, clean.shape[-2])[:, None]
    thin = torch.exp(-1.1 * far)
    return clean * thin + 0.8 * (1 - thin)


def dark(clean: torch.Tensor) -> torch.Tensor:
    """Two stops less light, in a file of 8 bits."""
    return (linear_to_srgb(srgb_to_linear(clean) / 4) * 255).round() / 255


# Tone faults of the commonest make. How many others are repaired says `python -m mmaif validate`.
PLAIN_TONE = {"haze": hazy, "low_exposure": dark}


@pytest.mark.parametrize(
    ("operator", "prompt", "gain"),
    [
        ("haze", "dehaze", 2),
        ("low_exposure", "too dark, brighten it", 8),
        ("rain", "remove the rain", 1.5),
        ("low_contrast", "more contrast", 1),
        ("noise", "remove the noise", 0.5),
    ],
)
def test_what_is_named_is_repaired_and_what_is_not_stays(pipe, operator, prompt, gain):
    clean = example("exposures_mid").movedim(-1, 0)[None]
    spoiled = PLAIN_TONE[operator](clean) if operator in PLAIN_TONE else degrade(clean, [(operator, 0.5)], 3)
    picture = spoiled[0].movedim(0, -1)
    repaired, untouched = (pipe([picture], prompt=words).movedim(-1, 0)[None] for words in (prompt, ""))
    assert psnr(repaired, clean) > psnr(spoiled, clean) + gain
    assert psnr(untouched, spoiled) > 38


def test_one_two_and_three_sources(pipe):
    frames = [example(f"exposures_{name}", 160) for name in ("under", "mid", "over")]
    for count in (1, 2, 3):
        assert pipe(frames[:count]).shape == frames[0].shape


def test_a_batch_gives_what_each_frame_gives(pipe):
    near, far = example("focus_near", 160), example("focus_far", 160)
    a, b = torch.stack([near, far]), torch.stack([far, near])
    together = pipe([a, b], task="mff")
    alone = pipe([near, far], task="mff")
    assert together.shape == a.shape
    assert psnr(together[:1].movedim(-1, 1), alone[None].movedim(-1, 1)) > 40


def test_kinds_of_pictures_come_back_as_they_went_in(pipe):
    tensor = example("visible", 64)
    array = (tensor.numpy() * 255).round().astype(np.uint8)
    assert isinstance(pipe([Image.fromarray(array)]), Image.Image)
    assert isinstance(pipe([tensor.numpy()]), np.ndarray)
    assert pipe([tensor[None]]).shape == (1, *tensor.shape)


def test_tiles_agree_with_the_whole(pipe):
    near, far = example("focus_near", 640), example("focus_far", 640)
    whole, tiled = (pipe([near, far], task="mff", tile=tile).movedim(-1, 0)[None] for tile in (0, 384))
    assert psnr(tiled, whole) > 30


def test_odd_sizes(pipe):
    image = example("visible", 200)[:107, :131]
    assert pipe([image]).shape == (107, 131, 3)


def test_detail_strength(pipe):
    sources = [example("focus_near", 320), example("focus_far", 320)]
    plain, full = pipe(sources, detail=0.0), pipe(sources, detail=1.0)
    assert sharpness(full) > sharpness(plain)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sources": []}, "No sources"),
        ({"task": "magic"}, "magic"),
        ({"tile": 40}, "40"),
        ({"stepps": 4}, "stepps"),
        ({"steps": 0}, "steps 0"),
    ],
)
def test_bad_calls_are_explained(pipe, arguments, message):
    image = torch.rand(64, 64, 3)
    with pytest.raises(InputError, match=message):
        pipe(**{"sources": [image, image], **arguments})


def test_unknown_model_device_and_precision():
    for arguments, message in (
        (("nothing",), "nothing"),
        (("regression", "warp"), "warp"),
        (("regression", "cpu", "int3"), "int3"),
    ):
        with pytest.raises(InputError, match=message):
            FusionPipeline.from_pretrained(*arguments)


# --- command line ---------------------------------------------------------------------------------------------


def test_command_line_fuses(tmp_path):
    out, sources = tmp_path / "out.png", [EXAMPLES / "mmaif_visible.jpg", EXAMPLES / "mmaif_infrared.jpg"]
    done = subprocess.run(
        [sys.executable, "-m", "mmaif", "fuse", *sources, "-o", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert load_image(out).shape == load_image(EXAMPLES / "mmaif_visible.jpg").shape


def fails(capsys, *arguments: object) -> str:
    assert main([str(a) for a in arguments]) == 2
    text = capsys.readouterr().err
    assert text.count("\n") == 1 and text.startswith("mmaif: ")
    return text


def test_command_line_explains_bad_input(tmp_path, capsys):
    good, out = EXAMPLES / "mmaif_visible.jpg", tmp_path / "out.png"
    small = tmp_path / "small.png"
    save_image(torch.rand(3, 64, 64), small)
    text_file = tmp_path / "text.png"
    text_file.write_text("not a picture")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"garbage")
    assert "none.png" in fails(capsys, "fuse", tmp_path / "none.png", "-o", out)
    assert "text.png" in fails(capsys, "fuse", text_file, "-o", out)
    assert "64x64" in fails(capsys, "fuse", good, small, "-o", out)
    assert "broken" in fails(capsys, "fuse", good, "-o", out, "--model", broken)
    assert "other" in fails(capsys, "fuse", good, "-o", out, "--model", "other")
    assert "suffix" in fails(capsys, "fuse", small, "-o", tmp_path / "out.xyz")
    assert "folder" in fails(capsys, "fuse", small, "-o", tmp_path / "missing" / "out.png")
    assert "detail" in fails(capsys, "fuse", small, "-o", out, "--detail", "2")
    assert "fog" in fails(capsys, "degrade", small, "-o", out, "--ops", "fog:0.5")
    assert not out.exists()


def test_command_line_degrades(tmp_path):
    out = tmp_path / "rain.png"
    assert main(["degrade", str(EXAMPLES / "mmaif_visible.jpg"), "-o", str(out), "--ops", "rain:0.6,noise:0.3"]) == 0
    clean, spoiled = load_image(EXAMPLES / "mmaif_visible.jpg"), load_image(out)
    assert spoiled.shape == clean.shape
    assert 8 < psnr(spoiled[None], clean[None]) < 32


def test_training_needs_something_to_resume(tmp_path, capsys):
    assert "does not exist" in fails(capsys, "train", "text", "--config", tmp_path / "none.json")
    config = tmp_path / "text.json"
    config.write_text('{"out": "%s", "corpus": 200, "vocabulary": 300}' % (tmp_path / "run"))
    assert "resume" in fails(capsys, "train", "text", "--config", config, "--resume")
