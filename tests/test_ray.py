"""A batch on a real Ray cluster on this machine, whose working node is lost in the middle while another joins."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from mmaif.images import save_image
from scripts.pages.fleet import two_nodes

ray = pytest.importorskip("ray")
ROOT = Path(__file__).resolve().parents[1]
COUNT = 24


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch):
    """A head without CPUs, which a program joins through, and how to add a node with one."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    monkeypatch.setenv("RAY_worker_niceness", "0")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    with two_nodes() as found:
        yield found


@pytest.mark.slow
def test_a_lost_node_loses_nothing(cluster, tmp_path: Path) -> None:
    there, add_node = cluster
    for index in range(COUNT):
        picture = torch.rand(1, 3, 6, 6, generator=torch.Generator().manual_seed(index))
        big = torch.nn.functional.interpolate(picture, (96, 128), mode="bilinear")[0]
        (tmp_path / "a").mkdir(exist_ok=True)
        save_image(big, tmp_path / "a" / f"{index:02}.png")
    out = tmp_path / "out"
    words = ["batch", str(tmp_path / "a"), "-o", str(out), "--ray", there.address, "--metrics", "en"]
    process = subprocess.Popen([sys.executable, "-m", "mmaif", *words], cwd=ROOT)
    deadline = time.monotonic() + 240
    while len(ray._private.state.jobs()) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    node = add_node()
    while len(list(out.glob("*.png"))) < 5 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    there.remove_node(node, allow_graceful=False)  # which has made all so far
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.png")}
    add_node()
    assert process.wait(240) == 0
    assert 5 <= len(before) < COUNT
    assert len(list(out.glob("*.png"))) == COUNT
    assert all((out / name).stat().st_mtime_ns == written for name, written in before.items())
    with (out / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == COUNT and {row["status"] for row in rows} <= {"done", "found"}
    assert node.node_id[:8] not in rows[-1]["device"]  # the other node has made the rest
    assert len((out / "journal.jsonl").read_text().splitlines()) == COUNT
