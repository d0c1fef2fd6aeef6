"""The pack in a real ComfyUI, through the API that the web page uses."""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

from mmaif.repairs import REPAIRS
from scripts.comfy.server import PACK, to_api
from scripts.make import help_pages

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "tests" / "expected"
WORKFLOWS = sorted(path.stem for path in (ROOT / "workflows").glob("*.json"))
RUNNABLE = [name for name in WORKFLOWS if name != "Fuse then edit with Flux"]  # that one needs models of others
# Node id -> (inputs by name, outputs in order). More inputs may come; these must not go.
SOCKETS = {
    "MMAIFLoadModel": ({"model_name": "COMBO"}, ["MODEL", "CLIP", "VAE"]),
    "MMAIFLoadThermal": (
        {"image": "COMBO", "polarity": "COMBO", "low": "FLOAT", "high": "FLOAT"},
        ["IMAGE", "STRING"],
    ),
    "MMAIFLoadFolders": (
        {"folder_a": "COMBO", "folder_b": "COMBO", "first": "INT", "most": "INT"},
        ["IMAGE", "IMAGE", "STRING"],
    ),
    "MMAIFDegradationPrompt": (
        {
            "clip": "CLIP",
            "task": "COMBO",
            "text": "STRING",
            **dict.fromkeys(REPAIRS, "BOOLEAN"),
            **{f"{name}_strength": "FLOAT" for name in REPAIRS},
        },
        ["CONDITIONING", "STRING"],
    ),
    "MMAIFEncodeSources": (
        {
            "vae": "VAE",
            "conditioning": "CONDITIONING",
            "image_a": "IMAGE",
            "image_b": "IMAGE",
            "stack": "IMAGE",
            "mask": "MASK",
        },
        ["CONDITIONING", "LATENT", "IMAGE"],
    ),
    "MMAIFFusionSampler": (
        {
            "model": "MODEL",
            "conditioning": "CONDITIONING",
            "latent_image": "LATENT",
            "mode": "COMBO",
            "steps": "INT",
            "seed": "INT",
            "compile": "BOOLEAN",
        },
        ["LATENT"],
    ),
    "MMAIFAlignSources": (
        {
            "image_a": "IMAGE",
            "image_b": "IMAGE",
            "stack": "IMAGE",
            "align": "COMBO",
            "ghosts": "COMBO",
            "task": "COMBO",
            "reference": "INT",
            "crop": "BOOLEAN",
        },
        ["IMAGE", "IMAGE", "IMAGE", "STRING"],
    ),
    "MMAIFCompare": ({"fused": "IMAGE", "sources": "IMAGE", "reference": "IMAGE"}, ["IMAGE", "STRING"]),
    "MMAIFDecode": ({"vae": "VAE", "samples": "LATENT", "sources": "IMAGE", "detail": "FLOAT"}, ["IMAGE"]),
}
NEWER = {"more", "compare_view"}  # inputs that only newer ComfyUIs have
Prompt = dict[str, Any]


# -- comparing pictures ------------------------------------------------------------------------------------


def thumbnail(image: Image.Image) -> np.ndarray:
    """A picture as floats [h, 96, 3] in 0..1: small enough to store, large enough to recognise."""
    image = image.convert("RGB")
    image = image.resize((96, round(96 * image.height / image.width)), Image.Resampling.BOX)
    return np.asarray(image, np.float32) / 255


def stored_thumbnail(name: str) -> np.ndarray:
    """What a workflow gave when somebody looked at it."""
    path = EXPECTED / f"{name}.png"
    assert path.is_file(), f"{path.name} is missing: run python -m scripts.make.pictures {name}, then look at it"
    with Image.open(path) as image:
        return thumbnail(image)


def deviations(actual: np.ndarray, expected: np.ndarray) -> list[str]:
    """What sets two thumbnails apart beyond the rounding of another CPU."""
    if actual.shape != expected.shape:
        return [f"shape {actual.shape} instead of {expected.shape}"]
    found = {}
    found["mean absolute difference"] = np.abs(actual - expected).mean() / 0.03
    found["mean colour"] = np.abs((actual - expected).mean((0, 1))).max() / 0.02
    a, b = (picture - picture.mean() for picture in (actual, expected))
    found["correlation"] = (1 - (a * b).mean() / (a.std() * b.std() + 1e-6)) / 0.03
    # Colour apart from brightness, relative to how much of it there is: swapped channels are around 1.
    chroma, wanted = (picture - picture.mean(-1, keepdims=True) for picture in (actual, expected))
    found["chroma"] = np.abs(chroma - wanted).mean() / (np.abs(wanted).mean() + 0.003) / 0.2
    return [f"{name} is {value:.1f} times what is tolerated" for name, value in found.items() if not value < 1]


def only(prompt: Prompt, class_type: str) -> str:
    """The id of the one node of a type."""
    (node_id,) = (node_id for node_id, node in prompt.items() if node["class_type"] == class_type)
    return node_id


def sample_again(prompt: Prompt) -> Prompt:
    """The same graph, sampled anew though the server has it cached: an unknown input changes its key only."""
    for node in prompt.values():
        if node["class_type"] == "MMAIFFusionSampler":
            node["inputs"]["run"] = uuid.uuid4().hex
    return prompt


def use_core_sampler(prompt: Prompt, steps: int) -> Prompt:
    """The same graph with the core KSampler in place of ours."""
    sampler = prompt[only(prompt, "MMAIFFusionSampler")]
    old = sampler["inputs"]
    sampler["class_type"] = "KSampler"
    sampler["inputs"] = {
        "model": old["model"],
        "positive": old["conditioning"],
        "negative": old["conditioning"],
        "latent_image": old["latent_image"],
        "seed": old["seed"],
        "steps": steps,
        "cfg": 1.0,
        "sampler_name": "euler",
        "scheduler": "simple",
        "denoise": 1.0,
    }
    return prompt


def use_core_decode(prompt: Prompt) -> Prompt:
    """The same graph with the core VAE Decode in place of ours."""
    decode = prompt[only(prompt, "MMAIFDecode")]
    decode["class_type"] = "VAEDecode"
    decode["inputs"] = {name: decode["inputs"][name] for name in ("samples", "vae")}
    return prompt


# -- the server --------------------------------------------------------------------------------------------


@pytest.mark.server
def test_the_pack_loads(comfy: Any) -> None:
    """The server lists the pack among its custom nodes, with no failure and no word on its metadata."""
    lines = [line for line in comfy.log.splitlines() if PACK in line and " seconds" in line]
    reasons = [line for line in comfy.log.splitlines() if "Cannot import" in line and PACK in line]
    assert len(lines) == 1 and "IMPORT FAILED" not in lines[0], reasons
    assert "Unable to parse pyproject.toml" not in comfy.log


@pytest.mark.server
@pytest.mark.parametrize("node_id", SOCKETS)
def test_nodes_have_their_sockets(comfy: Any, node_id: str) -> None:
    """Types are ComfyUI's own, so that other nodes connect; every input says what it is for."""
    info = comfy.object_info()[node_id]
    inputs, outputs = SOCKETS[node_id]
    specs = {**info["input"]["required"], **info["input"].get("optional", {})}
    types = {name: "COMBO" if isinstance(spec[0], list) else spec[0] for name, spec in specs.items()}
    specs.pop("compare_view", None)  # of newer ComfyUIs, and without a tooltip
    assert types == {**types, **inputs}
    assert info["output"] == outputs
    assert info["category"].split("/")[0] == "MMAIF" and info["description"]
    assert [name for name, spec in specs.items() if not spec[1].get("tooltip")] == []


@pytest.mark.server
@pytest.mark.parametrize("language", ["zh", "ja", "es"])
def test_everything_is_translated(comfy: Any, language: str) -> None:
    """Name and description of each node, name and tooltip of each input and output, and nothing that is no more."""
    translated = comfy.get("/i18n")[language]["nodeDefs"]
    info = {name: node for name, node in comfy.object_info().items() if name.startswith("MMAIF")}
    assert set(translated) == set(info)
    for name, node in info.items():
        texts = translated[name]
        inputs = {*node["input"]["required"], *node["input"].get("optional", {})}
        assert set(texts["inputs"]) - NEWER == inputs - NEWER, name
        assert set(texts["outputs"]) == {str(slot) for slot in range(len(node["output"]))}, name
        words = [texts["display_name"], texts["description"]]
        for text in (*texts["inputs"].values(), *texts["outputs"].values()):
            words += [text["name"], text["tooltip"]]
        assert all(words), name
        assert texts["display_name"] != node["display_name"] and texts["description"] != node["description"]


@pytest.mark.server
def test_the_blueprint_is_served(comfy: Any) -> None:
    """The page lists it among its blueprints; its widgets and sockets exist in the nodes that it is made of."""
    (key,) = (key for key, entry in comfy.get("/global_subgraphs").items() if entry["name"] == "MMAIF Fuse")
    data = json.loads(comfy.get(f"/global_subgraphs/{key}")["data"])
    (graph,) = data["definitions"]["subgraphs"]
    (box,) = data["nodes"]
    assert box["type"] == graph["id"]
    info = comfy.object_info()
    nodes = {str(node["id"]): node["type"] for node in graph["nodes"]}
    for node, widget in box["properties"]["proxyWidgets"]:
        specs = info[nodes[node]]["input"]
        assert widget in {**specs["required"], **specs.get("optional", {}), "repairs": "of the page"}
    unlinked = [{**node, "inputs": []} for node in graph["nodes"]]
    assert to_api({"nodes": unlinked}, info)  # the values fit their widgets


@pytest.mark.server
def test_help_page_of_every_node(comfy: Any) -> None:
    """Each node has its page, in other languages as `help_pages` writes it, and each picture on it is served."""
    for name in (name for name in comfy.object_info() if name.startswith("MMAIF")):
        for language in help_pages.LANGUAGES:
            page = comfy.fetch(f"/extensions/{PACK}/docs/{name}/{language}.md").decode()
            assert page == help_pages.page(language, name), "run python -m scripts.make.help_pages"
        page = comfy.fetch(f"/extensions/{PACK}/docs/{name}.md").decode()
        assert page.startswith("# ")
        pictures = re.findall(r"!\[.+?\]\((.+?)\)", page)
        assert pictures, name
        for picture in pictures:
            assert comfy.fetch(f"/extensions/{PACK}/docs/{picture}")[:2] == b"\xff\xd8"


@pytest.mark.server
def test_workflows_are_served_as_templates(comfy: Any) -> None:
    """The template browser lists and serves each workflow with its thumbnail.

    Of the folders example_workflows, example, examples, workflow and workflows, ComfyUI serves the first
    only: another one of these names at the top level hides ours.
    """
    assert {"Fuse visible and infrared", "Fuse exposures", "Fuse focus pair"} <= set(WORKFLOWS)
    assert sorted(comfy.get("/workflow_templates")[PACK]) == WORKFLOWS
    info = comfy.object_info()
    for name in map(quote, WORKFLOWS):
        workflow = json.loads(comfy.fetch(f"/api/workflow_templates/{PACK}/{name}.json"))
        kinds = {node["id"]: node["type"] for node in workflow["nodes"]}
        for node, widget in workflow["extra"].get("linearData", {}).get("inputs", []):  # of the page's app mode
            specs = info[kinds[node]]["input"]
            assert widget in {**specs["required"], **specs.get("optional", {})}
        assert comfy.fetch(f"/api/workflow_templates/{PACK}/{name}.jpg")[:2] == b"\xff\xd8"


@pytest.mark.server
@pytest.mark.parametrize("name", RUNNABLE)
def test_workflow_gives_the_expected_picture(comfy: Any, workflow_prompt: Callable[[str], Prompt], name: str) -> None:
    """A shipped workflow runs as it is, reports progress to its end, and its picture looks as it did."""
    prompt = sample_again(workflow_prompt(name))
    result = comfy.run(prompt)
    assert result.errors == []
    assert result.progress and result.progress[-1][1] == result.progress[-1][2]
    picture = result.main_image(prompt)
    found = deviations(thumbnail(picture), stored_thumbnail(name))
    if found:
        picture.save(comfy.base / f"{name}.png")
    assert found == [], f"the picture is {comfy.base / name}.png"


@pytest.mark.server
def test_the_flux_workflow_lacks_nothing_but_the_models_of_others(
    comfy: Any, workflow_prompt: Callable[[str], Prompt]
) -> None:
    """The fusion runs; what comes after it lacks the four files that its note names, and nothing else."""
    answer = json.loads(comfy.fetch("/prompt", {"prompt": workflow_prompt("Fuse then edit with Flux")}))
    assert answer["prompt_id"]
    errors = [error for node in answer["node_errors"].values() for error in node["errors"]]
    assert {error["type"] for error in errors} == {"value_not_in_list"}
    missing = {error["extra_info"]["received_value"] for error in errors}
    assert missing == {
        "flux1-dev.safetensors",
        "ae.safetensors",
        "clip_l.safetensors",
        "t5xxl_fp8_e4m3fn.safetensors",
    }
    nodes = json.loads((ROOT / "workflows" / "Fuse then edit with Flux.json").read_text())["nodes"]
    assert missing == {model["name"] for node in nodes for model in node["properties"].get("models", [])}
    note = nodes[-1]
    assert note["type"] == "MarkdownNote" and all(name in note["widgets_values"][0] for name in missing)


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_comparison_is_tight_and_loose_enough(name: str) -> None:
    """The stored pictures pass with another CPU's noise, and fail with swapped channels or without colour."""
    expected = stored_thumbnail(name)
    noise = np.random.default_rng(0).normal(0, 1 / 255, expected.shape).astype(np.float32)
    assert deviations(expected + noise, expected) == []
    wrong = {
        "".join("rgb"[i] for i in order): expected[..., order] for order in ([2, 1, 0], [1, 0, 2], [0, 2, 1], [1, 2, 0])
    }
    wrong |= {
        "gray": expected.mean(-1, keepdims=True).repeat(3, -1),
        "turned": expected[::-1, ::-1],
        "dark": expected * 0.8,
        "black": expected * 0,
    }
    assert [key for key, picture in wrong.items() if deviations(picture, expected) == []] == []


@pytest.mark.server
def test_core_nodes_give_the_same_picture(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """One step of the core KSampler, with the core VAE Decode, fuses as our sampler does."""
    ours = comfy.run(use_core_decode(workflow_prompt("Fuse visible and infrared")))
    core = comfy.run(use_core_decode(use_core_sampler(workflow_prompt("Fuse visible and infrared"), steps=1)))
    assert ours.errors == core.errors == []
    assert ours.image.size == core.image.size
    assert np.abs(thumbnail(ours.image) - thumbnail(core.image)).mean() < 0.02
    full = comfy.run(workflow_prompt("Fuse visible and infrared"))  # sharper by the detail path, the same scene
    plain, detailed = (thumbnail(image).ravel() for image in (core.image, full.image))
    assert np.corrcoef(plain, detailed)[0, 1] > 0.9


@pytest.mark.server
def test_cancel_stops_between_steps(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Cancelled in a long run, the server stops within a step or two, then serves the next prompt."""
    long = use_core_sampler(workflow_prompt("Fuse visible and infrared"), steps=1000)
    long[only(long, "KSampler")]["inputs"]["seed"] = 17  # not in the server's cache
    saved = set((comfy.base / "output").rglob("*.*"))
    result = comfy.run(long, on_progress=lambda so_far: comfy.interrupt() if len(so_far.progress) == 3 else None)
    assert result.interrupted and result.errors == [] and not result.images
    steps = [step for _, step, total in result.progress if total == 1000]
    assert 0 < max(steps) <= 6
    assert set((comfy.base / "output").rglob("*.*")) == saved
    assert not any(comfy.get("/queue").values())
    assert len(result.previews) >= 2 and result.previews[0].width > 16
    following = comfy.run(sample_again(workflow_prompt("Fuse visible and infrared")))
    assert following.errors == [] and following.progress and following.image


@pytest.mark.server
def test_one_bar_over_all_frames_and_sources(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Eight frames from two sources: sampling shows previews, every bar is filled, and none ever goes back."""
    prompt = sample_again(workflow_prompt("Fuse video"))
    prompt[only(prompt, "MMAIFEncodeSources")]["inputs"]["run"] = uuid.uuid4().hex
    result = comfy.run(prompt)
    assert result.errors == []
    for kind in ("MMAIFEncodeSources", "MMAIFFusionSampler", "MMAIFDecode"):
        steps = [(step, total) for node, step, total in result.progress if node == only(prompt, kind)]
        stages = [[step for step, _ in rows] for _, rows in groupby(steps, key=lambda step: step[1])]
        totals = [total for total, _ in groupby(total for _, total in steps)]
        assert len(totals) <= (2 if kind == "MMAIFEncodeSources" else 1), kind  # it repairs, and then it encodes
        assert all(done == sorted(done) and done[-1] == total for done, total in zip(stages, totals, strict=True)), kind
    assert len(result.previews) >= 2
    assert len(result.images[only(prompt, "PreviewImage")]) == 8


@pytest.mark.server
def test_only_what_changed_is_computed_again(comfy: Any) -> None:
    """The same prompt again runs nothing; a model file that changed is loaded anew."""
    model = comfy.base / "models" / "mmaif" / "blind.safetensors"
    prompt = {
        "1": {"class_type": "MMAIFLoadModel", "inputs": {"model_name": model.name}},
        "2": {
            "class_type": "MMAIFDegradationPrompt",
            "inputs": {
                "clip": ["1", 1],
                "task": "auto",
                "text": "dehaze",
                "auto": False,
                "severity": "unsaid",
                **dict.fromkeys(REPAIRS, False),
            },
        },
        "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 1]}},
    }

    def loaded() -> bool:
        result = comfy.run(prompt)
        assert result.errors == []
        return any(kind == "executing" and data["node"] == "1" for kind, data in result.events)

    assert loaded()
    assert not loaded()
    stat = model.stat()
    os.utime(model, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))
    assert loaded()


@pytest.mark.server
@pytest.mark.parametrize("sampler", ["ours", "core"])
def test_repaired_sources_ride_in_the_latent(
    comfy: Any, workflow_prompt: Callable[[str], Prompt], sampler: str
) -> None:
    """What the prompt puts right in the sources reaches the pixels of Decode, through any sampler, and nothing else."""

    def red(noise: bool) -> float:
        prompt = workflow_prompt("Restore picture")
        prompt[only(prompt, "MMAIFLoadModel")]["inputs"]["model_name"] = "reddens.safetensors"
        boxes = prompt[only(prompt, "MMAIFDegradationPrompt")]["inputs"]
        boxes |= {**dict.fromkeys(REPAIRS, False), "text": "", "noise": noise}
        result = comfy.run(use_core_sampler(prompt, steps=1) if sampler == "core" else prompt)
        assert result.errors == []
        picture = thumbnail(result.main_image(prompt))
        return float((picture[..., 0] - picture[..., 2]).mean())

    assert red(noise=True) > red(noise=False) + 0.1


def noisy_picture(workflow_prompt: Callable[[str], Prompt], **said: float) -> Prompt:
    """A picture of which the noise is to go, and nothing else, at some strength."""
    prompt = workflow_prompt("Restore picture")
    boxes = prompt[only(prompt, "MMAIFDegradationPrompt")]["inputs"]
    boxes |= {**dict.fromkeys(REPAIRS, False), "text": "", "noise": True, **said}
    return prompt


def alike(a: np.ndarray, b: np.ndarray) -> float:
    """PSNR of two pictures in 0..1."""
    return float(-10 * np.log10(np.maximum(np.square(a - b).mean(), 1e-12)))


@pytest.mark.server
def test_half_a_repair_is_half_way(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Through our sampler to the value; the core's goes part of the way too, and without an error."""

    def picture(core: bool = False, **said: float) -> np.ndarray:
        prompt = noisy_picture(workflow_prompt, **said)
        result = comfy.run(use_core_sampler(prompt, steps=1) if core else prompt)
        assert result.errors == []
        return np.asarray(result.main_image(prompt), dtype=np.float64) / 255

    whole, none, half = picture(), picture(noise_strength=0.0), picture(noise_strength=0.5)
    assert alike(none, picture(noise=False)) > 60 and alike(whole, none) < 40
    assert alike(half, (whole + none) / 2) > 50
    core = picture(core=True, noise_strength=0.5)
    assert alike(core, whole) > alike(none, whole)


@pytest.mark.server
def test_outside_a_mask_nothing_is_repaired(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    def picture(masked: bool = False, **said: float) -> np.ndarray:
        prompt = noisy_picture(workflow_prompt, **said)
        if masked:
            prompt["none"] = {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": width, "height": height}}
            prompt["some"] = {"class_type": "SolidMask", "inputs": {"value": 1.0, "width": half, "height": height}}
            given = {"destination": ["none", 0], "source": ["some", 0], "x": 0, "y": 0, "operation": "add"}
            prompt["mask"] = {"class_type": "MaskComposite", "inputs": given}
            prompt[only(prompt, "MMAIFEncodeSources")]["inputs"]["mask"] = ["mask", 0]
        result = comfy.run(prompt)
        assert result.errors == []
        return np.asarray(result.main_image(prompt), dtype=np.float64) / 255

    whole, none = picture(), picture(noise=False)
    height, width = whole.shape[:2]
    half = width // 2
    here = picture(masked=True)
    assert alike(here[:, half:], none[:, half:]) > 50
    assert alike(here[:, : half - 16], whole[:, : half - 16]) > 50
    assert alike(here[:, : half - 16], none[:, : half - 16]) < 40


@pytest.mark.server
@pytest.mark.parametrize("model", ["regression", "flow"])
def test_more_frames_than_the_network_takes_at_once(
    comfy: Any, workflow_prompt: Callable[[str], Prompt], model: str
) -> None:
    """Fourteen frames go through the sampler and Decode in groups: those that are all alike give what two give."""
    two, many = workflow_prompt("Fuse focus pair"), workflow_prompt("Fuse focus pair")
    for prompt in (two, many):
        prompt[only(prompt, "MMAIFLoadModel")]["inputs"]["model_name"] = model
        sources = prompt[only(prompt, "MMAIFEncodeSources")]["inputs"]
        sources["image_b"] = sources["image_a"]
    repeat = {"class_type": "RepeatImageBatch", "inputs": {"image": sources["image_a"], "amount": 12}}
    many["repeat"] = repeat
    sources["stack"] = ["repeat", 0]
    pictures = []
    for prompt in (two, many):
        result = comfy.run(prompt)
        assert result.errors == []
        pictures.append(thumbnail(result.main_image(prompt)))
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.01


@pytest.mark.server
@pytest.mark.parametrize("model", ["blind", "sees_rain"])
def test_auto_names_what_is_wrong_or_says_what_it_lacks(
    comfy: Any, workflow_prompt: Callable[[str], Prompt], model: str
) -> None:
    """auto adds to what is ticked, and stops in one sentence on a checkpoint without a diagnosis part."""
    prompt = workflow_prompt("Restore picture")
    (prompt[only(prompt, "MMAIFLoadModel")]["inputs"])["model_name"] = f"{model}.safetensors"
    node = only(prompt, "MMAIFDegradationPrompt")
    prompt[node]["inputs"] |= {"auto": True, "noise": False, "low_exposure": False}
    show = {"class_type": "PreviewAny", "inputs": {"source": [node, 1]}}
    kept = {"MMAIFLoadModel", "LoadImage", "MMAIFDegradationPrompt"}
    result = comfy.run({k: v for k, v in prompt.items() if v["class_type"] in kept} | {"show": show})
    if model == "blind":
        message = result.failed["exception_message"].strip()
        assert "diagnosis" in message and len(message.splitlines()) == 1
        assert result.failed["node_id"] == node
    else:
        assert result.errors == []
        shown = [data["output"] for kind, data in result.events if kind == "executed"]
        (told,) = [output for output in shown if "seen" in output]
        assert re.fullmatch(r"Remove the rain\.\nUnderstood: remove rain\.\nSeen: rain \S+\.", *told["text"])
        assert told["seen"] == ["rain"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("task", "severities", "says"),
    [
        ("vif", {}, "Remove the noise."),
        ("vif", {"severity": "light"}, "Remove the slight noise."),
        ("vif", {"severity_b": "clean"}, "Remove the noise from the visible image."),
        (
            "vif",
            {"severity": "light", "severity_b": "strong"},
            "Remove the slight noise from the visible image and the strong noise from the infrared image.",
        ),
        ("mef", {"severity_a": "clean", "severity_b": "light"}, "Remove the slight noise from the second one."),
        ("restore", {"severity_a": "strong", "severity_b": "clean"}, "Remove the strong noise."),
    ],
)
def test_severities_are_said(comfy: Any, task: str, severities: dict[str, str], says: str) -> None:
    """Of all that is ticked, or of each picture where something is said of one."""
    (first, *_) = shown_of_prompt(comfy, {"task": task, "noise": True, **severities})
    assert first == says


@pytest.mark.server
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("remove the rain, keep the grain", ["Understood: remove rain. Kept: noise."]),
        ("restore everything", ["Understood: repair everything that is wrong."]),
        ("merge them", ["Nothing to repair was understood in: merge them"]),
        ("Merge my brackets. " * 40 + "Remove the rain.", ["Understood: remove rain."]),
        ("", []),
    ],
    ids=["repairs", "everything", "nothing", "long", "empty"],
)
def test_what_was_understood_is_shown(comfy: Any, text: str, says: list[str]) -> None:
    """Below the sentence, also where that is nothing."""
    nothing = [] if text else ["Nothing is asked for: fuse, repair nothing."]
    assert shown_of_prompt(comfy, {"text": text}) == [*filter(None, [text]), *says, *nothing]


def shown_of_prompt(comfy: Any, inputs: dict[str, Any]) -> list[str]:
    """The lines that Degradation Prompt shows after a run."""
    values = {"task": "auto", "text": "", **dict.fromkeys(REPAIRS, False), **inputs}
    prompt = {
        "1": {"class_type": "MMAIFLoadModel", "inputs": {"model_name": "regression"}},
        "2": {"class_type": "MMAIFDegradationPrompt", "inputs": {"clip": ["1", 1], **values}},
        "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 1]}},
    }
    result = comfy.run(prompt)
    assert result.errors == []
    shown = {data["node"]: data["output"] for kind, data in result.events if kind == "executed"}
    return shown["2"]["text"][0].splitlines()


@pytest.mark.server
def test_missing_picture_is_named(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """A source file that does not exist is refused with its name."""
    prompt = workflow_prompt("Fuse visible and infrared")
    loader = next(node for node in prompt.values() if node["class_type"] == "LoadImage")
    loader["inputs"]["image"] = "no_such_picture.png"
    result = comfy.run(prompt)
    assert result.rejected and any("no_such_picture.png" in error for error in result.errors)


@pytest.mark.server
def test_unlinked_source_is_named(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Encode Sources without its first source says which input is missing."""
    prompt = workflow_prompt("Fuse visible and infrared")
    del prompt[only(prompt, "MMAIFEncodeSources")]["inputs"]["image_a"]
    result = comfy.run(prompt)
    assert not result.images
    assert any("MMAIFEncodeSources" in error and "image_a" in error for error in result.errors), result.errors


@pytest.mark.server
@pytest.mark.parametrize("name", ["broken_garbage", "broken_cut", "broken_other"])
def test_damaged_checkpoint_is_a_readable_node_error(
    comfy: Any, workflow_prompt: Callable[[str], Prompt], name: str
) -> None:
    """Bytes that are no checkpoint, a file cut short, another model's file: one sentence names the file."""
    prompt = workflow_prompt("Fuse visible and infrared")
    loader = only(prompt, "MMAIFLoadModel")
    names = comfy.object_info()["MMAIFLoadModel"]["input"]["required"]["model_name"][1]["options"]
    (prompt[loader]["inputs"]["model_name"],) = (option for option in names if option.startswith(name))
    result = comfy.run(prompt)
    assert result.failed and not result.images
    assert result.failed["node_id"] == loader
    assert result.failed["exception_type"].endswith("InputError")
    message = result.failed["exception_message"].strip()
    assert name in message and len(message) < 400 and len(message.splitlines()) == 1, message


# node type, its inputs that are changed, the words of the sentence. Core refuses none of these: strings are turned into
# NaN after its range check has read them, combos of V3 nodes and literals on sockets are not checked at all.
SLIPS = {
    "a path for a picture": ("MMAIFEncodeSources", {"image_a": "/etc/hostname"}, "image_a"),
    "no conditioning": ("MMAIFEncodeSources", {"conditioning": {"__value__": []}}, "conditioning is empty"),
    "a number for a VAE": ("MMAIFEncodeSources", {"vae": 3}, "vae is no VAE"),
    "no way to align": ("MMAIFAlignSources", {"align": "sideways"}, "align 'sideways'"),
    "a path to align": ("MMAIFAlignSources", {"image_a": "/etc/hostname"}, "image_a"),
    "no such task": ("MMAIFDegradationPrompt", {"task": "vfi"}, "task 'vfi'"),
    "no such severity": ("MMAIFDegradationPrompt", {"severity": "awful"}, "severity 'awful'"),
    "half a character": ("MMAIFDegradationPrompt", {"text": "rain \ud83d"}, "half a character"),
    "no such mode": ("MMAIFFusionSampler", {"mode": "magic"}, "mode 'magic'"),
    "no such sampler": ("MMAIFFusionSampler", {"sampler": "dpm"}, "sampler 'dpm'"),
    "no number of guidance": ("MMAIFFusionSampler", {"guidance": "nan"}, "guidance nan"),
    "no number of shift": ("MMAIFFusionSampler", {"shift": "nan"}, "shift nan"),
    "a number for a latent": ("MMAIFFusionSampler", {"latent_image": 3}, "latent_image is no LATENT"),
    "no number of detail": ("MMAIFDecode", {"detail": "nan"}, "detail nan"),
    "a path for the sources": ("MMAIFDecode", {"sources": "/etc/hostname"}, "sources"),
}


def readable(result: Any, words: str) -> None:
    """The run failed with one sentence of ours, which holds the words; or newer ComfyUIs saw by themselves that a value
    is none of its list."""
    if result.rejected:
        errors = [error for node in result.rejected["node_errors"].values() for error in node["errors"]]
        assert {error["type"] for error in errors} == {"value_not_in_list"}
        return
    assert not result.images and result.failed, result.errors
    assert result.failed["exception_type"].endswith("InputError"), result.failed["exception_message"]
    message = result.failed["exception_message"].strip()
    assert words in message and len(message.splitlines()) == 1, message


@pytest.mark.server
@pytest.mark.parametrize("name", SLIPS)
def test_what_core_lets_through_is_a_sentence(comfy: Any, workflow_prompt: Callable[[str], Prompt], name: str) -> None:
    """No value that is none, and nothing on a socket that is not of its kind, gives a picture or a traceback."""
    kind, values, words = SLIPS[name]
    prompt = workflow_prompt("Fuse exposure bracket" if kind == "MMAIFAlignSources" else "Fuse visible and infrared")
    prompt[only(prompt, kind)]["inputs"].update(values)
    readable(comfy.run(prompt), words)


@pytest.mark.server
def test_nan_of_a_core_sampler_is_no_black_picture(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """The core's own guidance can be no number either; what comes of it is refused by Decode and by VAE Decode."""
    prompt = use_core_sampler(workflow_prompt("Fuse visible and infrared"), 1)
    prompt[only(prompt, "KSampler")]["inputs"]["cfg"] = "nan"
    readable(comfy.run(prompt), "NaN")
    decoder = prompt[only(prompt, "MMAIFDecode")]
    decoder["class_type"] = "VAEDecode"
    decoder["inputs"] = {key: decoder["inputs"][key] for key in ("samples", "vae")}
    readable(comfy.run(prompt), "NaN")


@pytest.mark.server
def test_the_latent_of_a_video_is_named(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Five dimensions are not those of pictures."""
    prompt = workflow_prompt("Fuse visible and infrared")
    size = {"width": 64, "height": 64, "length": 5, "batch_size": 1}
    prompt["video"] = {"class_type": "EmptyHunyuanLatentVideo", "inputs": size}
    prompt[only(prompt, "MMAIFFusionSampler")]["inputs"]["latent_image"] = ["video", 0]
    readable(comfy.run(prompt), "latent_image is a video's")


@pytest.mark.server
def test_degrade_refuses_what_is_no_severity(comfy: Any) -> None:
    """NaN is not 0: it would leave the picture clean and say nothing."""
    values = {f"operator_{i}": "rain" for i in (1, 2, 3)} | {f"severity_{i}": "nan" for i in (1, 2, 3)}
    prompt = {
        "1": {"class_type": "LoadImage", "inputs": {"image": "mmaif_visible.jpg"}},
        "2": {"class_type": "MMAIFDegrade", "inputs": {"image": ["1", 0], "seed": 1, **values}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    }
    readable(comfy.run(prompt), "severity_1 nan")


@pytest.mark.server
@pytest.mark.parametrize("name", ["/etc/hostname", "../comfyui_version.py", "a\0b", "none.tif"])
def test_load_thermal_opens_no_other_folder(comfy: Any, name: str) -> None:
    """A workflow may come from anybody."""
    values = {"image": name, "polarity": "auto", "low": 0.5, "high": 99.5}
    prompt = {
        "1": {"class_type": "MMAIFLoadThermal", "inputs": values},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    readable(comfy.run(prompt), "image " if "/" in name else "No picture at")


@pytest.fixture
def two_folders(comfy: Any) -> Iterator[Path]:
    """In the input folder `two folders/a` and `b`, written in no order and with other suffixes: b.png is darker than
    its partner a.png by half, and each pair has a width of its own; b has one more, which comes first."""
    folder = comfy.base / "input" / "two folders"
    for kind, suffix, scale in (("a", "png", 1), ("b", "tif", 0.5)):
        for index, name in ((2, "z"), (0, "m 10"), (1, "m 2")):
            path = folder / kind / f"{name}.{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (32 + 16 * index, 48), (round(scale * (100 + 50 * index)),) * 3).save(path)
    Image.new("RGB", (200, 48)).save(folder / "b" / "alone.png")
    yield folder
    shutil.rmtree(folder)


def pairs_of(folder_b: str = "two folders/b", **values: Any) -> Prompt:
    """Load Folders, and its three outputs shown or saved."""
    folders = {"folder_a": "two folders/a", "folder_b": folder_b}
    return {
        "1": {"class_type": "MMAIFLoadFolders", "inputs": folders | values},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": ["1", 2]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 1]}},
    }


def saved_names(result: Any) -> list[str]:
    """The files of a run's Save Image."""
    (output,) = (data["output"] for kind, data in result.events if kind == "executed" and data["node"] == "2")
    return [file["filename"] for file in output["images"]]


@pytest.mark.server
def test_folders_are_paired_by_name(comfy: Any, two_folders: Path) -> None:
    """Whatever order the disk lists them in and however many more the second folder holds; or a part of them."""
    result = comfy.run(pairs_of())
    assert result.errors == []
    pairs = [[(image.width, image.convert("L").getpixel((5, 5))) for image in result.images[node]] for node in "23"]
    assert pairs == [[(32, 100), (48, 150), (64, 200)], [(32, 50), (48, 75), (64, 100)]]
    assert saved_names(result) == ["m 10_00001_.png", "m 2_00001_.png", "z_00001_.png"]
    part = comfy.run(pairs_of(first=2, most=1))
    assert part.errors == [] and [image.width for image in part.images["3"]] == [48]
    readable(comfy.run(pairs_of(first=4)), "first is 4, but there are 3")


@pytest.mark.server
def test_folders_are_read_as_cameras_write(comfy: Any, two_folders: Path) -> None:
    """Turned as EXIF says; 16 bits of gray are of their whole range."""
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter to the right
    Image.new("RGB", (48, 32), (100,) * 3).save(two_folders / "a" / "m 10.png", exif=turned)
    deep = np.full((48, 32), 20000, np.uint16)
    deep[:, 16:] = 60000
    Image.fromarray(deep).save(two_folders / "b" / "m 10.tif")
    result = comfy.run(pairs_of(most=1))
    assert result.errors == []
    assert result.images["2"][0].size == result.images["3"][0].size == (32, 48)
    left, right = (result.images["3"][0].convert("L").getpixel((x, 5)) for x in (2, 30))
    assert abs(left - 20000 / 257) <= 1 and abs(right - 60000 / 257) <= 1


@pytest.mark.server
def test_a_picture_without_partner_is_named(comfy: Any, two_folders: Path) -> None:
    """By file and folder, with what to do; what is left out of the part is not asked about."""
    (two_folders / "b" / "z.tif").unlink()
    readable(comfy.run(pairs_of()), "two folders/a/z.png has no partner of that name in folder_b, two folders/b; ")
    assert comfy.run(pairs_of(most=2)).errors == []
    (two_folders / "b" / "m 2.tif").unlink()
    readable(comfy.run(pairs_of()), "two folders/a/m 2.png and 1 more have no partner")


@pytest.mark.server
@pytest.mark.parametrize("folder", ["/etc", "../output", "two folders/c", "two folders/*", "a\0b"])
def test_load_folders_opens_no_other_folder(comfy: Any, two_folders: Path, folder: str) -> None:
    """A workflow may come from anybody."""
    readable(comfy.run(pairs_of(folder)), "There is no folder ")


@pytest.mark.server
def test_every_pair_is_fused_and_every_lone_picture_restored(
    comfy: Any, workflow_prompt: Callable[[str], Prompt], two_folders: Path
) -> None:
    """The template on one's own folders, of pictures that differ in size: as many results as there are pairs; with
    folder_b none, as many as pictures, through the same graph."""
    prompt = workflow_prompt("Fuse folder of pairs")
    folders = prompt[only(prompt, "MMAIFLoadFolders")]["inputs"]
    folders |= {"folder_a": "two folders/a", "folder_b": "two folders/b"}
    for task, folder_b in (("vif", "two folders/b"), ("restore", "none")):
        folders["folder_b"] = folder_b
        prompt[only(prompt, "MMAIFDegradationPrompt")]["inputs"]["task"] = task
        result = comfy.run(prompt)
        assert result.errors == []
        assert [image.size for image in result.images[only(prompt, "SaveImage")]] == [(32, 48), (48, 48), (64, 48)]


@pytest.mark.server
def test_a_changed_picture_is_loaded_anew(comfy: Any, two_folders: Path) -> None:
    def loaded() -> bool:
        result = comfy.run(pairs_of())
        assert result.errors == []
        return any(kind == "executing" and data["node"] == "1" for kind, data in result.events)

    assert loaded()
    assert not loaded()
    Image.new("RGB", (32, 48), "white").save(two_folders / "b" / "m 10.tif")
    assert loaded()
    for kind in "ab":
        Image.new("RGB", (32, 48)).save(two_folders / kind / "new.png")
    assert loaded()


@pytest.mark.server
def test_degrade_spoils_a_picture_and_says_how_to_ask(comfy: Any) -> None:
    """Rain on the picture, the sentence for it on the other output; severity 0 changes nothing."""

    def graph(severity: float) -> Prompt:
        slots = {"operator_1": "rain", "severity_1": severity, "operator_2": "jpeg", "severity_2": severity}
        slots |= {"operator_3": "none", "severity_3": 1.0}
        return {
            "1": {"class_type": "LoadImage", "inputs": {"image": "mmaif_visible.jpg"}},
            "2": {"class_type": "MMAIFDegrade", "inputs": {"image": ["1", 0], "seed": 5, **slots}},
            "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "degraded"}},
            "4": {"class_type": "PreviewAny", "inputs": {"source": ["2", 1]}},
            "5": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "as core reads it"}},
        }

    clean, spoiled = comfy.run(graph(0.0)), comfy.run(graph(0.6))
    assert clean.errors == spoiled.errors == []
    original = np.asarray(clean.images["5"][0], np.float32)
    assert np.abs(np.asarray(clean.images["3"][0], np.float32) - original).max() <= 1
    assert np.abs(np.asarray(spoiled.images["3"][0], np.float32) - original).mean() > 3
    said = [data for event, data in spoiled.events if event == "executed" and data.get("node") == "4"]
    text = json.dumps(said).lower()
    assert "rain" in text and "jpeg" in text


@pytest.mark.server
def test_compare_draws_and_measures(comfy: Any) -> None:
    """A montage wider than the pictures, and a table of metrics."""
    load = {"class_type": "LoadImage"}
    prompt = {
        "1": load | {"inputs": {"image": "mmaif_focus_near.jpg"}},
        "2": load | {"inputs": {"image": "mmaif_focus_far.jpg"}},
        "3": {"class_type": "ImageBatch", "inputs": {"image1": ["1", 0], "image2": ["2", 0]}},
        "4": {"class_type": "MMAIFCompare", "inputs": {"fused": ["1", 0], "sources": ["3", 0]}},
        "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "compare"}},
        "6": {"class_type": "PreviewAny", "inputs": {"source": ["4", 1]}},
    }
    result = comfy.run(prompt)
    assert result.errors == []
    assert result.images["5"][0].width > 640
    said = [data for event, data in result.events if event == "executed" and data.get("node") == "6"]
    assert "qabf" in json.dumps(said).lower()
