"""The set-up script, the workflow converter and the packaging files, without a server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.comfy.workflow import WorkflowError, to_api
from scripts.setup import environment

ROOT = Path(__file__).resolve().parents[1]
INFO = {
    "Load": {"input": {"required": {"image": [["a.png", "b.png"], {"image_upload": True}]}}},
    "Sample": {
        "input": {
            "required": {
                "model": ["MODEL", {}],
                "seed": ["INT", {"default": 0}],
                "steps": ["INT", {"default": 1}],
                "mode": ["COMBO", {"options": ["auto", "flow"]}],
            },
            "optional": {
                "text": ["STRING", {"multiline": True}],
                "late": ["STRING", {"forceInput": True}],
                "variation": ["INT", {"control_after_generate": True}],
            },
        },
        "display_name": "Sampler",
    },
    "Invert": {"input": {"required": {"image": ["IMAGE"]}}},
    "Save": {"input": {"required": {"images": ["IMAGE"], "prefix": ["STRING", {}]}}},
}


def workflow(**modes: int) -> dict[str, Any]:
    """Load -> Reroute -> Invert -> Save, with a note; `modes` sets the mode of nodes by type."""
    nodes = [
        {"id": 1, "type": "Load", "outputs": [{"type": "IMAGE"}], "widgets_values": ["a.png", "image"]},
        {
            "id": 2,
            "type": "Reroute",
            "inputs": [{"name": "", "type": "*", "link": 10}],
            "outputs": [{"type": "IMAGE"}],
        },
        {
            "id": 3,
            "type": "Invert",
            "inputs": [{"name": "image", "type": "IMAGE", "link": 11}],
            "outputs": [{"type": "IMAGE"}],
        },
        {
            "id": 4,
            "type": "Save",
            "title": "Keep",
            "inputs": [{"name": "images", "type": "IMAGE", "link": 12}],
            "widgets_values": ["fused"],
        },
        {"id": 5, "type": "MarkdownNote", "widgets_values": ["read me"]},
    ]
    for node in nodes:
        node["mode"] = modes.get(node["type"], 0)
    links = [
        [10, 1, 0, 2, 0, "IMAGE"],
        [11, 2, 0, 3, 0, "IMAGE"],
        {"id": 12, "origin_id": 3, "origin_slot": 0, "target_id": 4, "target_slot": 0, "type": "IMAGE"},
    ]
    return {"nodes": nodes, "links": links}


def sample(*values: Any, **node: Any) -> dict[str, Any]:
    """A workflow of one sampler with these widget values."""
    return {"nodes": [{"id": 7, "type": "Sample", "widgets_values": list(values), **node}], "links": []}


def test_links_and_page_only_nodes() -> None:
    """Reroutes and notes vanish, links in both notations lead to where the data comes from."""
    prompt = to_api(workflow(), INFO)
    assert {node_id: node["class_type"] for node_id, node in prompt.items()} == {
        "1": "Load",
        "3": "Invert",
        "4": "Save",
    }
    assert prompt["1"]["inputs"] == {"image": "a.png"}
    assert prompt["3"]["inputs"] == {"image": ["1", 0]}
    assert prompt["4"] == {
        "class_type": "Save",
        "inputs": {"images": ["3", 0], "prefix": "fused"},
        "_meta": {"title": "Keep"},
    }


def test_bypassed_and_muted_nodes() -> None:
    """A bypassed node lets its input through; a muted one cuts the link."""
    assert to_api(workflow(Invert=4), INFO)["4"]["inputs"]["images"] == ["1", 0]
    muted = to_api(workflow(Invert=2), INFO)
    assert "3" not in muted and muted["4"]["inputs"] == {"prefix": "fused"}


def test_widgets_take_their_names() -> None:
    """Seeds are followed by what to do after a run; sockets and forced inputs have no value."""
    prompt = to_api(sample(5, "randomize", 3, "flow", "rain", 8, "fixed"), INFO)
    assert prompt["7"]["inputs"] == {"seed": 5, "steps": 3, "mode": "flow", "text": "rain", "variation": 8}
    assert prompt["7"]["_meta"]["title"] == "Sampler"
    named = to_api(sample(), INFO | {"Sample": {"input": {"required": {}}}})
    assert named["7"]["inputs"] == {}


def test_linked_widgets_and_list_values() -> None:
    """A link overrides a widget's value, a primitive node gives its own, a list is marked as a value."""
    flow = sample(
        5,
        "fixed",
        3,
        "flow",
        ["x", "y"],
        8,
        "fixed",
        inputs=[{"name": "steps", "type": "INT", "link": 1, "widget": {"name": "steps"}}],
    )
    flow["nodes"].append({"id": 8, "type": "PrimitiveNode", "widgets_values": [20, "fixed"]})
    flow["links"] = [[1, 8, 0, 7, 2, "INT"]]
    inputs = to_api(flow, INFO)["7"]["inputs"]
    assert inputs["steps"] == 20 and inputs["text"] == {"__value__": ["x", "y"]}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (sample(5, "fixed", 3), "no value for 'mode'"),
        (sample(5, 3, "flow", "rain", 8, "fixed"), "the value after 'seed'"),
        (sample(5, "fixed", 3, "flow", "rain", 8, "fixed", "more"), "left over"),
        ({"nodes": [{"id": 7, "type": "Gone"}]}, r"node 7 \(Gone\)"),
        (
            sample(
                5,
                "fixed",
                3,
                "flow",
                "rain",
                8,
                "fixed",
                inputs=[{"name": "model", "type": "MODEL", "link": 9}],
            ),
            "link 9",
        ),
    ],
)
def test_broken_workflows_are_refused(broken: dict[str, Any], says: str) -> None:
    """What the web page would load wrongly raises, and names the node."""
    with pytest.raises(WorkflowError, match=says):
        to_api(broken, INFO)


def test_wrong_comfyui_path_is_one_sentence(tmp_path: Path) -> None:
    """A COMFYUI_PATH without ComfyUI ends before any work, with the remedy."""
    variables = {**os.environ, "COMFYUI_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "setup" / "environment.py"], env=variables, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "COMFYUI_PATH" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_own_comfyui_runs_on_its_own_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """COMFYUI_PYTHON comes first, then the virtual environment in that folder, then ours."""
    (tmp_path / "main.py").touch()
    monkeypatch.delenv("COMFYUI_PYTHON", raising=False)
    monkeypatch.setenv("COMFYUI_PATH", str(tmp_path))
    assert environment.comfyui_folder() == tmp_path.resolve()
    assert environment.comfyui_python() == environment.PYTHON
    theirs = environment.venv_python(tmp_path.resolve() / "venv")
    theirs.parent.mkdir(parents=True)
    theirs.touch()
    assert environment.comfyui_python() == theirs
    monkeypatch.setenv("COMFYUI_PYTHON", sys.executable)
    assert environment.comfyui_python() == Path(sys.executable)


def test_stamp_covers_the_requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished set-up is recognised, and no longer once a requirement changes or the stamp is damaged."""
    folder = tmp_path / "ComfyUI"
    folder.mkdir()
    monkeypatch.delenv("COMFYUI_PATH", raising=False)
    monkeypatch.setattr(environment, "CACHE", tmp_path)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    assert not environment.finished()
    environment.write_stamp()
    assert environment.finished()
    monkeypatch.setattr(environment, "EXTRAS", environment.EXTRAS + ",another")
    assert not environment.finished()
    environment.write_stamp()
    folder.rmdir()
    assert not environment.finished()
    folder.mkdir()
    environment.STAMP.write_text("{")
    assert not environment.finished()


def test_pyproject_mirrors_the_requirements() -> None:
    """Both lists name the same packages, without torch and without exact pins."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    section = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.S | re.M)
    assert re.findall(r'"(.+?)"', section[1]) == wanted
    assert not [line for line in wanted if line.startswith("torch") or "==" in line]


def test_only_extras_ask_for_transformers() -> None:
    """T5 and MiniLM need it, running does not; and training alone asks for a torch."""
    text = (ROOT / "pyproject.toml").read_text()
    extras = dict(re.findall(r"^(\w+) = (\[.*?\])$", text.split("[project.optional-dependencies]")[1], re.S | re.M))
    assert {"t5", "train", "benchmark", "test"} <= set(extras)
    assert [name for name, packages in extras.items() if "transformers" in packages] == ["t5", "train"]
    assert [name for name, packages in extras.items() if '"torch' in packages] == ["train"]
    assert '"torch>=2.4"' in extras["train"]
    assert set(environment.EXTRAS.split(",")) <= set(extras)


def test_the_least_torch_is_stated() -> None:
    """README and pyproject.toml name the same release, and no source what came later."""
    for name in ("README.md", "pyproject.toml"):
        text = (ROOT / name).read_text()
        assert "torch.nn.RMSNorm" in text and "2.4" in text, name
    sources = [*ROOT.glob("nodes/**/*.py"), *ROOT.glob("mmaif/**/*.py")]
    assert [str(path) for path in sources if re.search(r"(?<!`)optim\.Muon\(", path.read_text())] == []


def test_the_library_is_installed_from_this_folder(tmp_path: Path) -> None:
    """Wherever Python starts, `mmaif` is this one; of the other folders here none comes along under its bare name."""
    code = """
import importlib.util, pathlib, mmaif
print(pathlib.Path(mmaif.__file__).resolve().parents[1], *map(importlib.util.find_spec, ("nodes", "scripts", "tests")))
"""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == f"{ROOT} None None None", f"run 'make setup': {done.stdout}{done.stderr}"


def test_the_library_knows_neither_its_own_name_nor_comfyui() -> None:
    """ComfyUI imports the pack under its path, so `mmaif/` must import itself relatively; and it stands alone."""
    pattern = re.compile(r"^[ \t]*(?:from|import) (?:mmaif|comfy\w*|folder_paths|latent_preview|nodes)\b.*", re.M)
    found = {str(path.relative_to(ROOT)): pattern.findall(path.read_text()) for path in ROOT.glob("mmaif/**/*.py")}
    assert found and {path: lines for path, lines in found.items() if lines} == {}


def test_nothing_heavy_is_imported_before_a_node_runs() -> None:
    """What the nodes import of the library works where no large package can be imported."""
    sources = "\n".join(path.read_text() for path in (ROOT / "nodes").glob("*.py"))
    modules = sorted(set(re.findall(r"^from \.\.(mmaif[\w.]*) import", sources, re.M)))
    heavy = ["transformers", "torchvision", "scipy", "skimage", "cv2", "av", "matplotlib"]
    code = "\n".join(
        [
            f"import sys, torch; before = set(sys.modules); sys.modules.update(dict.fromkeys({heavy!r}))",
            *(f"import {module}" for module in modules),
            "assert 'torch._dynamo' in before or 'torch._dynamo' not in sys.modules, 'torch._dynamo'",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert len(modules) > 5
    assert done.returncode == 0, done.stderr
