"""The flow model through the library, and through the samplers and model nodes of a real ComfyUI."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from mmaif import FusionPipeline
from mmaif.checkpoint import checkpoint_path, load_checkpoint
from mmaif.images import load_image
from mmaif.metrics import psnr
from mmaif.repairs import REPAIRS

ROOT = Path(__file__).resolve().parents[1]
SIZE = (192, 144)
WORDS = "remove the noise"
Prompt = dict[str, Any]


# -- library -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("flow")


def picture(name: str) -> torch.Tensor:
    """[144, 192, 3] in 0..1."""
    image = load_image(ROOT / "assets" / f"mmaif_{name}.jpg", SIZE[0])
    return image.movedim(0, -1)


def test_a_seed_gives_its_picture_alone_and_in_a_batch(pipe):
    near, far, other = picture("focus_near"), picture("focus_far"), picture("focus_wall")
    batch = pipe([torch.stack([near, other]), torch.stack([far, near])], task="mff", seed=3)
    alone = pipe([near, far], task="mff", seed=3)
    assert torch.equal(alone, pipe([near, far], task="mff", seed=3))
    assert (batch[0] - alone).abs().max() < 0.03  # bfloat16 in batches of another size
    assert not torch.equal(alone, pipe([near, far], task="mff", seed=4))


@pytest.mark.parametrize("flow", [{"steps": 1}, {"steps": 20}, {"sampler": "heun"}, {"shift": 3.0}, {"guidance": 2.0}])
def test_every_way_of_sampling_keeps_the_scene(pipe, flow):
    near, far = picture("focus_near"), picture("focus_far")
    fused = pipe([near, far], WORDS, task="mff", **flow)
    assert fused.isfinite().all()
    assert (fused - (near + far) / 2).abs().mean() < 0.05


def test_tiles_do_not_show_in_the_flow(pipe):
    pair = [load_image(ROOT / "assets" / f"mmaif_{name}.jpg").movedim(0, -1) for name in ("focus_near", "focus_far")]
    whole, tiled = (pipe(pair, task="mff", tile=tile, steps=2).movedim(-1, 0)[None] for tile in (0, 384))
    assert psnr(tiled, whole) > 35


# -- ComfyUI -------------------------------------------------------------------------------------------------


def graph(text: str = WORDS, **sampler: Any) -> Prompt:
    """Flow on the small example pair, to the core VAE Decode: what differs between graphs is the sampler's."""
    prompt: Prompt = {
        "model": {"class_type": "MMAIFLoadModel", "inputs": {"model_name": "flow"}},
        "say": {
            "class_type": "MMAIFDegradationPrompt",
            "inputs": {"clip": ["model", 1], "task": "vif", "text": text, **dict.fromkeys(REPAIRS, False)},
        },
        "encode": {
            "class_type": "MMAIFEncodeSources",
            "inputs": {
                "vae": ["model", 2],
                "conditioning": ["say", 0],
                "image_a": ["visible_small", 0],
                "image_b": ["infrared_small", 0],
            },
        },
        "sample": {
            "class_type": "MMAIFFusionSampler",
            "inputs": {
                "model": ["model", 0],
                "conditioning": ["encode", 0],
                "latent_image": ["encode", 1],
                "mode": "auto",
                "steps": 4,
                "seed": 1,
                "compile": False,
                **sampler,
            },
        },
        "decode": {"class_type": "VAEDecode", "inputs": {"samples": ["sample", 0], "vae": ["model", 2]}},
        "save": {"class_type": "SaveImage", "inputs": {"images": ["decode", 0], "filename_prefix": "flow"}},
    }
    for name in ("visible", "infrared"):
        prompt[name] = {"class_type": "LoadImage", "inputs": {"image": f"mmaif_{name}.jpg"}}
        scale = {"upscale_method": "area", "width": SIZE[0], "height": SIZE[1], "crop": "disabled"}
        prompt[f"{name}_small"] = {"class_type": "ImageScale", "inputs": {"image": [name, 0], **scale}}
    return prompt


def core(prompt: Prompt, kind: str = "KSampler", model: str = "model", **inputs: Any) -> Prompt:
    """The same graph with a core sampler in place of ours: euler, simple, 4 steps, seed 1."""
    ends = {"positive": ["encode", 0], "negative": ["encode", 0], "latent_image": ["encode", 1]}
    settings = {"steps": 4, "cfg": 1.0, "sampler_name": "euler", "scheduler": "simple"}
    seed = {"noise_seed": 1} if kind == "KSamplerAdvanced" else {"seed": 1, "denoise": 1.0}
    prompt["sample"] = {
        "class_type": kind,
        "inputs": {"model": [model, 0], **ends, **settings, **seed, **inputs},
    }
    return prompt


def run(comfy: Any, prompt: Prompt, **following: Any) -> Any:
    """Run it anew, whatever the server has cached: an unknown input changes the sampler's key only."""
    prompt["sample"]["inputs"]["run"] = uuid.uuid4().hex
    result = comfy.run(prompt, **following)
    assert result.errors == []
    return result


def pixels(result: Any, index: int = 0) -> np.ndarray:
    return np.asarray(result.images["save"][index].convert("RGB"), np.float32)


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Mean absolute difference in 1/255."""
    return float(np.abs(a - b).mean())


@pytest.fixture(scope="module")
def ours(comfy: Any) -> np.ndarray:
    """What our own sampler gives with 4 steps and seed 1."""
    return pixels(run(comfy, graph()))


@pytest.mark.server
def test_the_same_seed_gives_the_same_picture(comfy: Any, ours: np.ndarray) -> None:
    again, other = pixels(run(comfy, graph())), pixels(run(comfy, graph(seed=2)))
    assert apart(again, ours) == 0
    assert apart(other, ours) > 0.05


@pytest.mark.server
def test_every_frame_of_a_batch_is_what_it_is_alone(comfy: Any, ours: np.ndarray) -> None:
    """Five frames, more than are sampled at once: a negative, then four times the pair of `ours`."""
    prompt = graph()
    for name in ("visible", "infrared"):
        inverted = {"class_type": "ImageInvert", "inputs": {"image": [f"{name}_small", 0]}}
        prompt[f"{name}_negative"] = inverted
        last = f"{name}_negative"
        for index in range(4):
            batch = {"image1": [last, 0], "image2": [f"{name}_small", 0]}
            last = f"{name}_{index}"
            prompt[last] = {"class_type": "ImageBatch", "inputs": batch}
        prompt["encode"]["inputs"]["image_a" if name == "visible" else "image_b"] = [last, 0]
    result = run(comfy, prompt)
    assert len(result.images["save"]) == 5
    assert apart(pixels(result, 0), ours) > 5
    for index in range(1, 5):
        assert apart(pixels(result, index), ours) < 0.5  # bfloat16 in batches of another size
    by_core = run(comfy, core(prompt))
    assert apart(pixels(by_core, 4), ours) < 0.5


@pytest.mark.server
@pytest.mark.parametrize("kind", ["KSampler", "KSamplerAdvanced", "SamplerCustomAdvanced"])
def test_core_samplers_give_the_same_picture(comfy: Any, ours: np.ndarray, kind: str) -> None:
    if kind == "KSamplerAdvanced":
        steps = {"add_noise": "enable", "start_at_step": 0, "end_at_step": 10_000}
        prompt = core(graph(), kind, **steps, return_with_leftover_noise="disable")
    elif kind == "KSampler":
        prompt = core(graph())
    else:
        prompt = graph() | {
            "noise": {"class_type": "RandomNoise", "inputs": {"noise_seed": 1}},
            "guider": {
                "class_type": "BasicGuider",
                "inputs": {"model": ["model", 0], "conditioning": ["encode", 0]},
            },
            "euler": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
            "sigmas": {
                "class_type": "BasicScheduler",
                "inputs": {"model": ["model", 0], "scheduler": "simple", "steps": 4, "denoise": 1.0},
            },
            "sample": {
                "class_type": kind,
                "inputs": {
                    "noise": ["noise", 0],
                    "guider": ["guider", 0],
                    "sampler": ["euler", 0],
                    "sigmas": ["sigmas", 0],
                    "latent_image": ["encode", 1],
                },
            },
        }
    assert apart(pixels(run(comfy, prompt)), ours) < 0.1


@pytest.mark.server
@pytest.mark.parametrize(
    ("scheduler", "sampler"),
    [
        ("normal", "euler"),
        ("karras", "euler"),
        ("beta", "euler"),
        ("sgm_uniform", "dpmpp_2m"),
        ("ddim_uniform", "euler"),
        ("simple", "dpmpp_2m"),
        ("simple", "uni_pc"),
        ("simple", "euler_ancestral"),
    ],
)
def test_core_schedulers_and_solvers_arrive(comfy: Any, ours: np.ndarray, scheduler: str, sampler: str) -> None:
    prompt = core(graph(), scheduler=scheduler, steps=8, sampler_name=sampler)
    assert apart(pixels(run(comfy, prompt)), ours) < 8


@pytest.mark.server
@pytest.mark.parametrize("kind", ["ModelSamplingSD3", "ModelSamplingAuraFlow", "ModelSamplingFlux"])
def test_core_shifts_are_our_shift(comfy: Any, ours: np.ndarray, kind: str) -> None:
    """Whatever these nodes count timesteps in, they give the same times; ours comes on top of the model's own."""
    own = load_checkpoint(checkpoint_path("flow")).config["dit"]["shift"]
    settings = {"shift": 3.0 * own}
    if kind == "ModelSamplingFlux":
        mu = float(np.log(3.0 * own))
        settings = {"max_shift": mu, "base_shift": mu, "width": 1024, "height": 1024}
    prompt = graph() | {"shifted": {"class_type": kind, "inputs": {"model": ["model", 0], **settings}}}
    by_core = pixels(run(comfy, core(prompt, model="shifted")))
    shifted = pixels(run(comfy, graph(shift=3.0)))
    assert apart(by_core, shifted) < 0.1
    assert apart(shifted, ours) > apart(by_core, shifted)
    kept = prompt | {"sample": graph()["sample"]}
    kept["sample"]["inputs"]["model"] = ["shifted", 0]  # our sampler keeps to the shift of a changed MODEL too
    assert apart(pixels(run(comfy, kept)), shifted) < 0.1


@pytest.mark.server
def test_guidance_is_cfg_against_the_empty_prompt(comfy: Any) -> None:
    """Our guidance finds the empty prompt itself; KSampler is given it as negative. The words repair nothing: what is
    encoded for the negative are the sources as they come."""
    words = "merge the two pictures"
    prompt = core(graph(words), cfg=3.0, negative=["encode_nothing", 0])
    prompt["say_nothing"] = graph("")["say"]
    prompt["encode_nothing"] = graph()["encode"]
    prompt["encode_nothing"]["inputs"] |= {"conditioning": ["say_nothing", 0]}
    guided = pixels(run(comfy, graph(words, guidance=3.0)))
    assert apart(guided, pixels(run(comfy, prompt))) < 0.1
    assert apart(guided, pixels(run(comfy, graph(words)))) > 0.2


@pytest.mark.server
def test_guidance_without_our_prompt_says_what_it_needs(comfy: Any) -> None:
    prompt = graph(guidance=2.0)
    prompt["say"] = {"class_type": "CLIPTextEncode", "inputs": {"clip": ["model", 1], "text": WORDS}}
    result = comfy.run(prompt)
    message = result.failed["exception_message"].strip()
    assert "Degradation Prompt" in message and len(message.splitlines()) == 1


@pytest.mark.server
def test_denoise_below_1_starts_from_the_latent_given(comfy: Any, ours: np.ndarray) -> None:
    """The lower it is, the more of that latent stays: here one of something else than the sources."""
    prompt = graph()
    prompt["other"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["infrared_small", 0], "vae": ["model", 2]}}
    start = {"class_type": "VAEDecode", "inputs": {"samples": ["other", 0], "vae": ["model", 2]}}
    shown = run(comfy, prompt | {"decode": start})
    changed = []
    for denoise in (0.02, 0.1, 1.0):
        result = run(comfy, core(prompt, seed=7, denoise=denoise, latent_image=["other", 0]))
        changed.append(apart(pixels(result), pixels(shown)))
    assert 0 < changed[0] < 0.8 * changed[1] < changed[1] < changed[2]


@pytest.mark.server
def test_a_fused_latent_is_taken_up_again(comfy: Any, ours: np.ndarray) -> None:
    prompt = graph()
    prompt["first"] = prompt["sample"]
    again = pixels(run(comfy, core(prompt, seed=7, denoise=0.1, latent_image=["first", 0])))
    assert 0 < apart(again, ours) < 8


@pytest.mark.server
def test_heun_takes_two_evaluations_and_agrees(comfy: Any, ours: np.ndarray) -> None:
    heun = pixels(run(comfy, graph(sampler="heun")))
    assert 0 < apart(heun, ours) < 8
    assert apart(heun, pixels(run(comfy, core(graph(), sampler_name="heun")))) < 0.1


@pytest.mark.server
@pytest.mark.parametrize("sampler", ["MMAIFFusionSampler", "KSampler"])
def test_previews_arrive_and_cancel_stops_within_a_step(comfy: Any, sampler: str) -> None:
    prompt = graph(steps=100) if sampler == "MMAIFFusionSampler" else core(graph(), steps=100)
    prompt["sample"]["inputs"]["run"] = uuid.uuid4().hex

    def cancel(so_far: Any) -> None:
        if sum(node == "sample" for node, _, _ in so_far.progress) == 5:
            comfy.interrupt()

    result = comfy.run(prompt, on_progress=cancel)
    assert result.interrupted and result.errors == [] and not result.images
    steps = [step for node, step, _ in result.progress if node == "sample"]
    assert 5 <= max(steps) <= 9  # the step that ran when the request came, and what the connection held
    assert len(result.previews) >= 3 and isinstance(result.previews[0], Image.Image)
    assert run(comfy, graph()).images  # the server serves the next


@pytest.mark.server
def test_the_library_gives_the_picture_of_the_nodes(comfy: Any, pipe: FusionPipeline, ours: np.ndarray) -> None:
    """The same noise and times; the sources differ by the rounding of how they are made small."""
    pictures = []
    for name in ("visible", "infrared"):
        with Image.open(ROOT / "assets" / f"mmaif_{name}.jpg") as image:
            small = torch.from_numpy(np.asarray(image.convert("RGB"), np.float32) / 255).movedim(-1, 0)[None]
        pictures.append(torch.nn.functional.interpolate(small, SIZE[::-1], mode="area")[0].movedim(0, -1))
    fused = pipe(pictures, WORDS, task="vif", seed=1, detail=0.0)
    assert apart(fused.numpy() * 255, ours) < 0.6
