"""What a run loads, in a process of its own: nothing that trains or measures, and beside ComfyUI nothing of others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_FOR_RUNNING = (
    "training",
    "data",
    "cli",
    "__main__",
    *(f"evaluation.{name}" for name in ("benchmark", "stopwatch")),
)
# all of language that a run may load
SENTENCES = {f"language{part}" for part in ("", ".sentences", ".strengths", ".tables", ".understanding")}

RUN = """
import json, sys
import torch
from mmaif import FusionPipeline
pipe = FusionPipeline.from_pretrained("regression", device="cpu")
pictures = torch.rand(2, 64, 80, 3)
prompt = pipe.auto_prompt(pictures.movedim(-1, 1), "remove the noise")
assert pipe(list(pictures), prompt).shape == (64, 80, 3)
print(json.dumps(sorted(name.removeprefix("mmaif.") for name in sys.modules if name.startswith("mmaif."))))
"""

# As ComfyUI's main.py does it: its own options and nodes first, then the pack from its folder.
LOAD = """
import asyncio, importlib.util, json, sys
comfyui, base, root = sys.argv[1:]
sys.path.insert(0, comfyui)
sys.argv = ["main.py", "--cpu", "--base-directory", base]
import comfy.options
comfy.options.enable_args_parsing()
import comfy_api.latest, comfy_api.torch_helpers, latent_preview, nodes
before = set(sys.modules)
spec = importlib.util.spec_from_file_location("pack", root + "/__init__.py", submodule_search_locations=[root])
pack = sys.modules["pack"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pack)
async def load():
    return [node.GET_SCHEMA().node_id for node in await (await pack.comfy_entrypoint()).get_node_list()]
found = asyncio.run(load())
print(json.dumps([found, sorted(set(sys.modules) - before)]))
"""


def printed(*command: str, cwd: Path) -> Any:
    """The last line that a command prints, read as JSON."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def run() -> list[str]:
    """The modules of the library after a fusion, "mmaif." left out."""
    return printed(sys.executable, "-c", RUN, cwd=ROOT)


@pytest.fixture(scope="module")
def load(comfy: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """The ids of the nodes, and all modules that come with the pack in a process that has imported ComfyUI."""
    base = tmp_path_factory.mktemp("base")
    for folder in ("input", "models"):
        (base / folder).mkdir()
    python, main = comfy.command()[:2]
    found, modules = printed(python, "-c", LOAD, str(Path(main).parent), str(base), str(ROOT), cwd=base)
    return found, modules


def unwanted(modules: list[str]) -> list[str]:
    """Those that are not for running."""
    return [name for name in modules if any(f"{name}.".startswith(f"{room}.") for room in NOT_FOR_RUNNING)]


def grammar(modules: list[str]) -> list[str]:
    """Those that training prompts are drawn from."""
    return [name for name in modules if name.split(".")[0] == "language" and name not in SENTENCES]


def library(modules: list[str]) -> list[str]:
    """The pack's own copy of the library."""
    return [name.removeprefix("pack.mmaif.") for name in modules if name.startswith("pack.mmaif.")]


def test_a_fusion_loads_nothing_that_trains(run: list[str]) -> None:
    assert {"pipeline", "network.dit", "network.diagnosis"} <= set(run)
    assert unwanted(run) == []


def test_a_fusion_loads_no_grammar(run: list[str]) -> None:
    assert grammar(run) == []


@pytest.mark.server
def test_the_nodes_load_nothing_that_trains(load: tuple[list[str], list[str]]) -> None:
    found, modules = load
    assert "MMAIFLoadModel" in found and "network.dit" in library(modules)
    assert unwanted(library(modules)) == []


@pytest.mark.server
def test_the_nodes_load_no_grammar(load: tuple[list[str], list[str]]) -> None:
    assert grammar(library(load[1])) == []


@pytest.mark.server
def test_the_nodes_load_nothing_of_others(load: tuple[list[str], list[str]]) -> None:
    """ComfyUI and its requirements bring all that the nodes need; nor is an installed `mmaif` taken for our own."""
    others = {name.split(".")[0] for name in load[1]} - {"pack"} - set(sys.stdlib_module_names)
    assert others == set()
