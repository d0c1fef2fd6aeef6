"""Fixtures of all tests: a real ComfyUI with this pack, started once, and its shipped workflows as API
prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = (
    "--bf16-unet",
    "--bf16-vae",
    "--cpu-vae",
    "--force-channels-last",
    "--use-split-cross-attention",
    "--deterministic",
    "--fp16-intermediates",  # IMAGEs of half precision; of newer ComfyUIs
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test ARGS="tests/test_browser.py --update-screens"` renews the docs' pictures of the page."""
    parser.addoption("--update-screens", action="store_true", help="rewrite the screenshots in docs and web/docs")


def need_comfyui() -> None:
    """Fail, and say what to do, where set-up has not run."""
    from scripts.setup.environment import PYTHON, comfyui_folder

    if not (PYTHON.is_file() and comfyui_folder().is_dir()):
        pytest.fail("There is no ComfyUI to test on: run 'make test', which sets one up.", pytrace=False)


@pytest.fixture(scope="session")
def small_comfy(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A server whose example pictures are small, so that every workflow runs in a second or two.

    With --update-screens they are the real ones.
    """
    from scripts.comfy.server import ComfyServer
    from scripts.comfy.tiny_upscaler import write_tiny_upscaler

    need_comfyui()
    server = ComfyServer(tmp_path_factory.mktemp("comfyui"))
    write_tiny_upscaler(server.base)
    if not request.config.getoption("--update-screens"):
        shrink_examples(server.base / "input")
    with server:
        yield server


@pytest.fixture(scope="module")
def optioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server under all of `OPTIONS` that this ComfyUI knows, with small example pictures."""
    from scripts.comfy.server import ComfyServer
    from scripts.setup.environment import comfyui_folder

    need_comfyui()
    known = (comfyui_folder() / "comfy" / "cli_args.py").read_text()
    server = ComfyServer(tmp_path_factory.mktemp("options"), options=[name for name in OPTIONS if f'"{name}"' in known])
    shrink_examples(server.base / "input")
    with server:
        yield server


def shrink_examples(folder: Path) -> None:
    """Put small versions of the examples where the pack would put the examples, which it then leaves alone."""
    from PIL import Image

    from scripts.make.examples import from_pil, save_video

    folder.mkdir(parents=True)
    for path in (ROOT / "assets").glob("mmaif_*.*"):
        if path.suffix == ".mp4":
            continue
        with Image.open(path) as picture:
            small = picture.resize((160, 120))
        small.save(folder / path.name)
        if (film := path.with_suffix(".mp4")).exists():
            save_video([from_pil(small)] * 2, folder / film.name, sound="visible" in film.name)


def reddening() -> Any:
    """A repair of sources that adds 0.3 to their red where any local fault is named, and repairs no tone."""
    import torch

    from mmaif.network.repair import SourceRepair

    repair = SourceRepair()
    with torch.no_grad():
        repair.restorer.head.weight.zero_()
        repair.restorer.head.bias.zero_().view(-1, 12)[:, :4] = 0.3  # each head's red, of each of 2 x 2 pixels
    return repair


@pytest.fixture(scope="session")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A running `ComfyServer` on the CPU.

    `models/mmaif` holds damaged checkpoints: broken_garbage, broken_cut and broken_other, all .safetensors; and
    the shipped one as `blind`, without a diagnosis part, as `sees_rain`, whose diagnosis always names rain, and as
    `reddens`, whose repair of any local fault makes a source redder;
    `models/upscale_models` a tiny upscale model under the name that a workflow asks for.
    """
    import numpy as np
    import torch
    from safetensors.numpy import save_file

    from mmaif.checkpoint import load_checkpoint, save_checkpoint
    from mmaif.network.diagnosis import Diagnosis, DiagnosisConfig
    from mmaif.network.repair import RepairConfig
    from scripts.comfy.server import ComfyServer
    from scripts.comfy.tiny_upscaler import write_tiny_upscaler

    need_comfyui()
    server = ComfyServer(tmp_path_factory.mktemp("comfyui"))
    models = server.base / "models" / "mmaif"
    models.mkdir(parents=True)
    shipped = ROOT / "mmaif" / "weights" / "regression.safetensors"
    (models / "broken_garbage.safetensors").write_bytes(b"this is no checkpoint " * 100)
    (models / "broken_cut.safetensors").write_bytes(shipped.read_bytes()[:-1000])
    save_file({"other.weight": np.zeros((4, 4), np.float32)}, models / "broken_other.safetensors")
    write_tiny_upscaler(server.base)
    parts = load_checkpoint(shipped)
    whole = {part: (parts.config[part], parts.tensors[part]) for part in parts.config if part != "diagnosis"}
    save_checkpoint(models / "blind.safetensors", whole)
    eyes = DiagnosisConfig(repairs=("noise", "rain"), widths=(8,))
    seen = {name: torch.zeros_like(tensor) for name, tensor in Diagnosis(eyes).state_dict().items()}
    whole["diagnosis"] = (eyes, seen | {"deviation": seen["deviation"] + 1, "out.bias": torch.tensor([-9.0, 9.0])})
    save_checkpoint(models / "sees_rain.safetensors", whole)
    whole["repair"] = (RepairConfig(), reddening().state_dict())
    save_checkpoint(models / "reddens.safetensors", whole)
    with server:
        yield server


@pytest.fixture(scope="session")
def workflow_prompt(comfy: Any) -> Callable[[str], dict[str, Any]]:
    """A function from the name of a shipped workflow to its API prompt, a new one each time."""
    from scripts.comfy.server import shipped

    info = comfy.object_info()
    return lambda name: shipped(name, info)
