"""A look of one's own from pairs: it is learned, it is written as ComfyUI's LoRA Loader wants it, and it is applied."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from mmaif import FusionPipeline
from mmaif.__main__ import main
from mmaif.checkpoint import WEIGHTS, load_checkpoint
from mmaif.errors import InputError
from mmaif.images import save_image
from mmaif.network import lora
from mmaif.network.parts import load_part
from mmaif.training.finetune import divided, read_pairs

ROOT = Path(__file__).resolve().parents[1]

# As Load MMAIF Model and core's LoRA Loader do it; prints how far the weights of both ways lie apart.
LOAD = """
import importlib.util, json, logging, sys
comfyui, root, path = sys.argv[1:]
sys.path.insert(0, comfyui)
sys.argv = ["main.py", "--cpu"]
import comfy.options
comfy.options.enable_args_parsing()
import comfy.lora, comfy.sd, comfy.utils
import torch
spec = importlib.util.spec_from_file_location("pack", root + "/__init__.py", submodule_search_locations=[root])
pack = sys.modules["pack"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pack)
from pack.mmaif.checkpoint import WEIGHTS, load_checkpoint
from pack.mmaif.network.lora import apply
from pack.mmaif.network.parts import load_part
from pack.nodes.comfy.model import make_model
checkpoint = load_checkpoint(WEIGHTS / "regression.safetensors")
missed = []
logging.warning = lambda text, *rest: missed.append(text)
model, _ = comfy.sd.load_lora_for_models(make_model(checkpoint), None, comfy.utils.load_torch_file(path), 0.5, 0)
patches = len(model.patches)
model.patch_model()
network = model.model.diffusion_model
ours = load_part(checkpoint, "dit").float()
plain = {name: parameter.clone() for name, parameter in ours.named_parameters()}
apply(ours, path, 0.5)
changed = [name for name, parameter in ours.named_parameters() if not torch.equal(parameter, plain[name])]
far = max((network.get_parameter(n).float() - ours.get_parameter(n)).abs().max().item() for n in changed)
print(json.dumps([missed, patches, len(changed), far]))
"""


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pairs of 64 px, whose target is the mean of the sources in sepia."""
    root = tmp_path_factory.mktemp("pairs")
    for folder in ("source1", "source2", "target"):
        (root / folder).mkdir()
    for seed in range(6):
        coarse = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(seed))
        one, two = torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic").clamp(0, 1)
        sepia = (one + two).mean(0, keepdim=True) / 2 * torch.tensor([1.0, 0.8, 0.55]).view(3, 1, 1)
        for folder, picture in (("source1", one), ("source2", two), ("target", sepia)):
            save_image(picture, root / folder / f"{seed}.png")
    return root


@pytest.fixture(scope="module")
def tuned(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a few steps."""
    out = tmp_path_factory.mktemp("tuned")
    words = ["--crop", "64", "--steps", "12", "--batch", "2", "--rank", "4", "--rate", "0.004"]
    assert main(["finetune", "--data", str(pairs), "-o", str(out), *words]) == 0
    return out


def test_a_look_is_learned_and_applied(pairs: Path, tuned: Path) -> None:
    report = json.loads((tuned / "report.json").read_text())
    assert report["gain_psnr"] > 0.5 and report["trained"] == 5 and report["held_out"] == 1
    assert (tuned / "held_out.jpg").is_file()
    pipe = FusionPipeline.from_pretrained("regression", "cpu", "float32", lora=tuned / "lora.safetensors")
    _, (item,) = divided(read_pairs(str(pairs)))
    fused = pipe(list(item.sources), task="mef")
    assert fused.size == (64, 64)


def test_the_file_is_as_core_wants_it(tuned: Path) -> None:
    tensors = load_file(tuned / "lora.safetensors")
    up, down = (tensors[f"diffusion_model.blocks.0.attention.qkv.lora_{end}.weight"] for end in ("up", "down"))
    assert up.shape == (768, 4) and down.shape == (4, 256)
    assert tensors["diffusion_model.head.lora_down.weight"].shape == (4, 256, 3, 3)
    assert all(key.startswith("diffusion_model.") for key in tensors)


def test_cores_own_loader_applies_it(tuned: Path, comfy) -> None:
    python, server = comfy.command()[:2]
    words = [python, "-c", LOAD, str(Path(server).parent), str(ROOT), str(tuned / "lora.safetensors")]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tuned)
    assert done.returncode == 0, done.stderr[-2000:]
    missed, patches, changed, far = json.loads(done.stdout.splitlines()[-1])
    assert missed == [] and patches == changed > 50
    assert far < 0.02  # ComfyUI keeps the weights in half precision


def test_a_new_lora_changes_nothing_and_a_foreign_one_is_refused(tmp_path: Path) -> None:
    network = load_part(load_checkpoint(WEIGHTS / "regression.safetensors"), "dit").float()
    plain = {name: parameter.clone() for name, parameter in network.named_parameters()}
    lora.LoRA(network, 2).save(tmp_path / "new.safetensors", {})
    lora.apply(network, tmp_path / "new.safetensors")
    assert all(torch.equal(parameter, plain[name]) for name, parameter in network.named_parameters())
    lora.LoRA(torch.nn.Sequential(torch.nn.Linear(32, 32)), 2).save(tmp_path / "other.safetensors", {})
    with pytest.raises(InputError, match="another model"):
        lora.apply(network, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match="cannot be read"):
        lora.apply(network, tmp_path / "none.safetensors")


def test_pairs_are_named_or_refused(pairs: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    rows = [f"{pairs}/source1/{i}.png,{pairs}/target/{i}.png,remove the haze" for i in range(6)]
    table.write_text("\n".join(["source1,reference,prompt", *rows]))
    items = read_pairs(str(table))
    assert items[0].reference == f"{pairs}/target/0.png" and items[0].prompt == "remove the haze"
    assert [len(part) for part in divided(items)] == [5, 1]
    table.write_text("\n".join(["source1,reference", *(row.rpartition(",")[0] for row in rows[:2])]))
    with pytest.raises(InputError, match="2 pairs"):
        read_pairs(str(table))
    with pytest.raises(InputError, match="source1"):
        read_pairs(str(tmp_path))
