"""Training in several processes: they share gradients, and one of them writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent
# On GPUs `accelerate launch` starts the processes just so; on a CPU it would start one.
TORCHRUN = ("-m", "torch.distributed.run", "--standalone")


# Run in each process: four steps of a small network, each process on its own rows of the batches; rank 0 writes.
FIT = """
import json, os, sys, torch
from dataclasses import dataclass
from mmaif.training.loop import LoopConfig, fit
from mmaif.training.processes import processes, rank

@dataclass(frozen=True)
class Stage:
    loop: LoopConfig
    out: str

out, accumulate = sys.argv[1], int(sys.argv[2])
torch.manual_seed(rank())  # the first process's weights count
net = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
module = torch.nn.ModuleDict({"net": net, "spare": torch.nn.Linear(2, 2)})  # no step uses the spare
torch.manual_seed(5)
batches = torch.randn(12, 8, 6)
calls = 0

def step(index):
    global calls
    part = (calls % accumulate) * processes() + rank()
    calls += 1
    rows = batches[index].chunk(accumulate * processes())[part]
    return {"loss": (net(rows) - rows.sum(1, keepdim=True)).square().mean(), "other": net(rows).mean()}

loop = LoopConfig(minutes=1e6, steps=int(sys.argv[3]), warmup_steps=2, optimizer="adamw", accumulate=accumulate)
fit(module, step, lambda _: {}, lambda _: None, Stage(loop, out), len(sys.argv) > 4)
if rank() == 0:
    torch.save(module.state_dict(), out + "/end.pt")
    print("processes", processes())
"""


def fitted(tmp_path: Path, name: str, processes: int, accumulate: int = 1, steps: int = 4, *more: str) -> dict:
    """Weights after some steps of FIT in so many processes."""
    script = tmp_path / "fit.py"
    script.write_text(FIT)
    start = [sys.executable]
    if processes > 1:
        start += [*TORCHRUN, "--nproc-per-node", str(processes)]
    words = [*start, str(script), str(tmp_path / name), str(accumulate), str(steps), *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"processes {processes}" in done.stdout
    return torch.load(tmp_path / name / "end.pt")


def alike(one: dict, two: dict) -> bool:
    """Whether two sets of weights are the same but for rounding."""
    return all(torch.allclose(tensor, two[name], atol=1e-5) for name, tensor in one.items())


def test_two_processes_are_one_with_twice_the_batch(tmp_path):
    pytest.importorskip("accelerate")
    one = fitted(tmp_path, "one", 1)
    assert alike(one, fitted(tmp_path, "two", 2))
    assert alike(one, fitted(tmp_path, "both", 2, 2))
    # a run of one process goes on in two
    assert alike(fitted(tmp_path, "one", 1, 1, 7, "resume"), fitted(tmp_path, "two", 2, 1, 7, "resume"))


def test_accumulated_batches_are_one_large_batch(tmp_path):
    assert alike(fitted(tmp_path, "one", 1), fitted(tmp_path, "four", 1, 4))


def test_two_processes_train_one_text_encoder(tmp_path):
    """Started together, both stop after the same step with the same weights; one log, one file of weights."""
    pytest.importorskip("accelerate")
    config = tmp_path / "text.json"
    loop = {"minutes": 0.2, "log_seconds": 0.2, "warmup_steps": 5, "learning_rate": 0.002}
    config.write_text(
        json.dumps({"out": str(tmp_path / "out"), "loop": loop, "corpus": 400, "vocabulary": 400, "batch": 8})
    )
    script = tmp_path / "train.py"
    script.write_text(
        "import os, sys, torch\n"
        "from mmaif.__main__ import main\n"
        "from mmaif.training import muon\n"
        "seen = []\n"
        "step = muon.Muon.step\n"
        "muon.Muon.step = lambda self, closure=None: (step(self), seen.append(self.matrices[0][0].sum().item()))[0]\n"
        f"code = main(['train', 'text', '--config', {str(config)!r}])\n"
        f"torch.save(seen, {str(tmp_path)!r} + '/seen' + os.environ['RANK'] + '.pt')\n"
        "sys.exit(code)\n"
    )
    launcher = [sys.executable, *TORCHRUN, "--nproc-per-node", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*launcher, str(script)], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    one, two = (torch.load(tmp_path / f"seen{rank}.pt") for rank in (0, 1))
    assert len(one) == len(two) > 3 and one == two and len(set(one)) > 3
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    steps = [row["step"] for row in log if "loss" in row]
    assert steps == sorted(set(steps)) and log[-1]["step"] == len(one)
    assert (tmp_path / "out" / "weights.safetensors").is_file()
