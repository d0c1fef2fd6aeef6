"""The scripts around the library: they import, say how they are run, and the experiments still fit the network."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mmaif.network.dit import Condition, DiTConfig, FusionDiT
from mmaif.tasks import TASKS
from scripts.pages.ablations import VARIANTS

ROOT = Path(__file__).resolve().parents[1]
SMALL = {"width": 32, "depth": 2, "heads": 2, "hidden": 32, "modulation_rank": 4, "text_width": 24, "refine": 8}
RUN = sorted(p for p in (ROOT / "scripts").rglob("*.py") if '__name__ == "__main__"' in p.read_text())


def network(variant: str) -> FusionDiT:
    """The network of a variant, small, with all its weights at work: also those that start at zero."""
    torch.manual_seed(0)
    model = FusionDiT(DiTConfig(**SMALL | VARIANTS[variant].model))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    if alter := VARIANTS[variant].alter:
        alter(model)
    return model.eval()


def forward(model: FusionDiT, tokens: torch.Tensor, pooled: torch.Tensor) -> torch.Tensor:
    """The fused latent [2, 16, 6, 8] of fixed sources under a prompt."""
    sources = torch.randn(2, 2, 16, 6, 8, generator=torch.Generator().manual_seed(1))
    mask, task = torch.ones(2, 5, dtype=torch.bool), torch.full((2,), TASKS.index("mef"))
    with torch.no_grad():
        return model(sources, Condition(tokens, mask, pooled, task)).latent


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_ablation_fits_the_network(variant: str) -> None:
    """A forward pass, whose prompt gets in by the ways that the variant leaves open."""
    model = network(variant)
    tokens, pooled = torch.randn(2, 5, 24), torch.randn(2, 24)
    fused = forward(model, tokens, pooled)
    assert fused.shape == (2, 16, 6, 8) and fused.isfinite().all()
    assert torch.equal(forward(model, -tokens, pooled), fused) == (variant == "pooled")
    assert torch.equal(forward(model, tokens, -pooled), fused) == (variant == "tokens")


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_every_script_says_how_it_is_run(path: Path) -> None:
    """It can be imported, has an entry, and its first words show the command line that starts it."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if name == "scripts.make.examples":
        pytest.importorskip("av")  # comes with ComfyUI
    module = importlib.import_module(name)
    assert callable(module.main)
    shown = {"scripts.setup.environment": "scripts/setup/environment.py", "scripts.demo": "make demo"}
    assert shown.get(name, f"python -m {name}") in module.__doc__


def test_no_script_hides_comfyui() -> None:
    """Scripts run from the root as modules: run as files, their folder scripts/comfy would stand in for ComfyUI's."""
    code = "import sys, scripts.demo; assert 'comfy' not in sys.modules and 'scripts.comfy.server' in sys.modules"
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
