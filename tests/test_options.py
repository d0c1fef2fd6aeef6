"""The pack under the options that people start ComfyUI with, as far as a CPU has them: one start for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.comfy.server import ComfyServer, shipped, to_api

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.server


def run(comfy: ComfyServer, name: str, **changed: dict[str, Any]) -> np.ndarray:
    """The picture [h, w, 3] of a shipped workflow, in which inputs of nodes, by their type, are `changed`."""
    prompt = shipped(name, comfy.object_info())
    for node in prompt.values():
        node["inputs"] |= changed.get(node["class_type"], {})
    result = comfy.run(prompt)
    assert result.errors == []
    return np.asarray(result.main_image(prompt).convert("RGB"), np.float64)


@pytest.mark.parametrize("model", ["regression", "flow"])
def test_it_fuses(optioned: ComfyServer, model: str) -> None:
    """Sharp on both sides, neither black nor gray."""
    picture = run(optioned, "Fuse focus pair", MMAIFLoadModel={"model_name": model})
    assert 20 < picture.mean() < 235 and picture.std() > 20
    assert np.abs(picture[..., 0] - picture[..., 2]).mean() > 5


def test_prompts_strengths_and_metrics(optioned: ComfyServer) -> None:
    """Every part of the checkpoint runs: the text encoder, the classifier behind auto, the detail path; Compare too."""
    said = {"auto": True, "noise": True, "noise_strength": 0.5}
    assert run(optioned, "Restore picture", MMAIFDegradationPrompt=said).std() > 10
    assert run(optioned, "Degrade then repair and compare").std() > 10


def test_sources_one_by_one_are_a_stack(optioned: ComfyServer) -> None:
    """The growing socket of newer ComfyUIs: two more sources there are the same two as a batch."""
    optional = optioned.object_info()["MMAIFEncodeSources"]["input"]["optional"]
    if "more" not in optional:
        pytest.skip("this ComfyUI has no sockets that grow")
    workflow = json.loads((ROOT / "workflows" / "Fuse exposure bracket.json").read_text())
    prompt = to_api(workflow, optioned.object_info())
    stacked = optioned.run(prompt)
    (encode,) = (node for node in prompt.values() if node["class_type"] == "MMAIFEncodeSources")
    encode["inputs"].pop("stack")
    (align,) = (node for node in prompt.values() if node["class_type"] == "MMAIFAlignSources")
    batch = prompt[align["inputs"]["stack"][0]]["inputs"]
    encode["inputs"] |= {"more.image_0": batch["image1"], "more.image_1": batch["image2"]}
    grown = optioned.run(prompt)
    assert stacked.errors == grown.errors == []
    one, other = (np.asarray(result.main_image(prompt), np.float64) for result in (stacked, grown))
    assert np.abs(one - other).mean() < 1
