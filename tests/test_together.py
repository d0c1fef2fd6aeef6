"""Training in several processes: they share gradients, and one of them writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).parent.parent


def test_two_processes_train_one_text_encoder(tmp_path):
    """Started by torchrun, both stop after the same step with the same weights; one log, one file of weights."""
    config = tmp_path / "text.json"
    loop = {"minutes": 0.05, "log_seconds": 0.2, "warmup_steps": 5, "learning_rate": 0.002}
    config.write_text(
        json.dumps({"out": str(tmp_path / "out"), "loop": loop, "corpus": 400, "vocabulary": 400, "batch": 8})
    )
    script = tmp_path / "train.py"
    script.write_text(
        "import os, sys, torch\n"
        "from mmaif.__main__ import main\n"
        "from mmaif.training import loop\n"
        "seen = []\n"
        "step = loop.Muon.step\n"
        "loop.Muon.step = lambda self, closure=None: (step(self), seen.append(self.matrices[0][0].sum().item()))[0]\n"
        f"code = main(['train', 'text', '--config', {str(config)!r}])\n"
        f"torch.save(seen, {str(tmp_path)!r} + '/seen' + os.environ['RANK'] + '.pt')\n"
        "sys.exit(code)\n"
    )
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*launcher, "--standalone", str(script)], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    one, two = (torch.load(tmp_path / f"seen{rank}.pt") for rank in (0, 1))
    assert len(one) == len(two) > 3 and one == two and len(set(one)) > 3
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    steps = [row["step"] for row in log if "loss" in row]
    assert steps == sorted(set(steps)) and log[-1]["step"] == len(one)
    assert (tmp_path / "out" / "weights.safetensors").is_file()
