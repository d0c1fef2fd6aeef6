"""A stage packed, trained in its own folder as on another machine, and brought back."""

import json
import os
import subprocess
import sys

import pytest
import torch

from mmaif.checkpoint import WEIGHTS, load_checkpoint
from mmaif.images import save_image
from scripts import elsewhere


@pytest.fixture
def config(tmp_path):
    """Of a small restorer, with twelve photos and a pair that somebody spoiled."""
    data = tmp_path / "data"
    (data / "clean").mkdir(parents=True)
    rows = ["kind\tname\torigin\tlicence\tfiles"]
    for index in range(12):
        small = torch.rand(1, 3, 9, 9, generator=torch.Generator().manual_seed(index))
        photo = torch.nn.functional.interpolate(small, (96, 112), mode="bicubic").clamp(0, 1)[0]
        save_image(photo, data / "clean" / f"{index}.png")
        rows.append(f"clean\t{chr(97 + index) * 4}\tmade\tCC0\tA=clean/{index}.png")
    for name in ("one", "val_one"):
        rows.append(f"pair_noise\t{name}\tmade\tCC0\tA=clean/0.png GT=clean/1.png")
    (data / "manifest.tsv").write_text("\n".join(rows) + "\n")
    widths = {"restorer": {"widths": [8, 8, 8, 8]}, "tone": {"widths": [8, 8, 8, 8]}}
    settings = {
        **{"data": "data", "text": str(WEIGHTS / "shared.safetensors"), "out": str(tmp_path / "run")},
        **{"loop": {"minutes": 9, "optimizer": "adamw"}, "network": widths},
        **{"size": 64, "crop": 32, "batch": 2, "capacity": 32, "validation": 1, "workers": 0},
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(settings))
    return path


def test_a_run_goes_on_in_a_pack_and_comes_back(config, tmp_path, capsys):
    run, steps = tmp_path / "run", []
    for turn in ("first", "second"):
        packed, out = tmp_path / turn, tmp_path / f"{turn}_out"
        elsewhere.main(["pack", "restorer", "--config", str(config), "--limit", "30", "-o", str(packed)])
        assert "14 scenes" in capsys.readouterr().out
        assert sum(p.stat().st_size for p in packed.rglob("*") if p.is_file()) < 30e6
        assert (packed / "out" / "state.pt").is_file() == (turn == "second")
        words = [sys.executable, "elsewhere.py", "run", "--minutes", "0.03", "--out", str(out)]
        environment = {**os.environ, "PYTHONPATH": str(packed), "OMP_NUM_THREADS": "1"}
        subprocess.run(words, cwd=packed, env=environment, check=True, timeout=300)
        elsewhere.main(["join", str(out), "-o", str(run)])
        steps.append(torch.load(run / "state.pt", weights_only=True)["index"])
    assert 0 < steps[0] < steps[1]
    logged = [json.loads(line)["step"] for line in (run / "log.jsonl").read_text().splitlines()]
    assert logged == sorted(logged) and logged[-1] == steps[1]
    assert "repair" in load_checkpoint(run / "weights.safetensors").tensors


def test_what_comes_back_damaged_replaces_nothing(tmp_path):
    source, out, run = tmp_path / "state.pt", tmp_path / "out", tmp_path / "run"
    source.write_bytes(bytes(range(256)) * 60_000)
    out.mkdir(), run.mkdir()
    elsewhere._slice(source, out)
    assert len(list(out.glob("state.pt.0*"))) == 2
    (run / "state.pt").write_bytes(b"old")
    (out / "state.pt.001").write_bytes(b"cut")
    with pytest.raises(SystemExit, match="did not come back whole"):
        elsewhere.join(out, run)
    assert (run / "state.pt").read_bytes() == b"old"
    elsewhere._slice(source, out)
    elsewhere.join(out, run)
    assert (run / "state.pt").read_bytes() == source.read_bytes()
