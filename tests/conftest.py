"""Fixtures of all tests: a real ComfyUI with this pack, started once, and its shipped workflows as API
prompts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test ARGS=--update-expected` stores what the workflows give now: look at it afterwards."""
    parser.addoption("--update-expected", action="store_true", help="rewrite tests/expected from this run")


@pytest.fixture(scope="session")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A running `comfy_server.ComfyServer` on the CPU.

    `models/mmaif` holds damaged checkpoints: broken_garbage, broken_cut and broken_other, all .safetensors.
    """
    import numpy as np
    from comfy_server import ComfyServer
    from safetensors.numpy import save_file
    from setup_env import PYTHON, comfyui_folder

    if not (PYTHON.is_file() and comfyui_folder().is_dir()):
        pytest.fail("There is no ComfyUI to test on: run 'make test', which sets one up.", pytrace=False)
    server = ComfyServer(tmp_path_factory.mktemp("comfyui"))
    models = server.base / "models" / "mmaif"
    models.mkdir(parents=True)
    shipped = sorted((ROOT / "mmaif" / "weights").glob("*.safetensors"))
    (models / "broken_garbage.safetensors").write_bytes(b"this is no checkpoint " * 100)
    (models / "broken_cut.safetensors").write_bytes(shipped[0].read_bytes()[:-1000] if shipped else b"")
    save_file({"other.weight": np.zeros((4, 4), np.float32)}, models / "broken_other.safetensors")
    with server:
        yield server


@pytest.fixture(scope="session")
def workflow_prompt(comfy: Any) -> Callable[[str], dict[str, Any]]:
    """A function from the name of a shipped workflow to its API prompt, a new one each time."""
    from comfy_server import to_api

    info = comfy.object_info()
    return lambda name: to_api(json.loads((ROOT / "workflows" / f"{name}.json").read_text()), info)
