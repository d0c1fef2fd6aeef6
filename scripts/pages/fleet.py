"""Run thousands of pairs through `batch`, kill it on the way, lose a node of Ray, and write the table of docs/fleet.md.

    python -m scripts.pages.fleet [--pairs 5000] [--ray] [--write]

The pairs of 320x240 are cut out of the example pictures and lie on each other. The rate of the bare pipeline, pictures
in memory and nothing written, is taken before and after. `batch` is killed three times at random moments and started
again; memory is that of its process. With --ray such pairs go through a cluster of two nodes instead, of which one is
lost halfway.
"""

import argparse
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import psutil
import torch

from mmaif import FusionPipeline
from mmaif.images import load_image, save_image
from scripts.pages.common import DOCS, markdown, put_into
from scripts.setup.environment import ROOT

SIZE = (240, 320)  # height and width in px
KILLS = 3
BARE = 150  # pairs, before and as many after
VISIBLE, INFRARED = (ROOT / "assets" / f"mmaif_{name}.jpg" for name in ("visible", "infrared"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--ray", action="store_true", help="on a cluster of two nodes of this machine instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="put the table into docs/fleet.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_pairs(folder, options.pairs, options.seed)
        bare = [bare_rate(folder)]
        if options.ray:
            name, rows = "cluster", cluster(lost_node(folder, options.pairs), options.pairs, bare[0])
        else:
            one = killed_batch(folder, options.pairs, random.Random(options.seed))
            bare.append(bare_rate(folder))
            name, rows = "measured", one_machine(one, options.pairs, bare)
        table = markdown([("what", "result"), *rows])
    print(table)
    if options.write:
        put_into(DOCS / "fleet.md", {name: table})


def make_pairs(folder: Path, count: int, seed: int) -> None:
    """`count` windows of the example pair, as visible/N.jpg and infrared/N.jpg."""
    rng = random.Random(seed)
    pair = {"visible": load_image(VISIBLE), "infrared": load_image(INFRARED)}
    height, width = SIZE
    for name in pair:
        (folder / name).mkdir()
    for index in range(count):
        top, left = (rng.randint(0, side - want) for side, want in zip(pair["visible"].shape[1:], SIZE, strict=True))
        for name, picture in pair.items():
            cut = picture[:, top : top + height, left : left + width]
            save_image(cut, folder / name / f"{index:05}.jpg")


def bare_rate(folder: Path) -> float:
    """Pairs a second of the pipeline alone."""
    pipe = FusionPipeline.from_pretrained()
    names = sorted(path.name for path in (folder / "visible").iterdir())[:BARE]
    pairs = [torch.stack([load_image(folder / kind / n) for kind in ("visible", "infrared")])[None] for n in names]
    pipe.fuse(pairs[0], [""], "vif")
    began = time.perf_counter()
    for pair in pairs:
        pipe.fuse(pair, [""], "vif")
    return len(pairs) / (time.perf_counter() - began)


def killed_batch(folder: Path, count: int, rng: random.Random) -> dict[str, Any]:
    """What becomes of a run that is killed KILLS times at random moments and started again each time."""
    out, moments = folder / "fused", sorted(rng.uniform(0.05, 0.95) * count for _ in range(KILLS))
    rates, memory, written = [], [], {}
    for moment in (*moments, None):
        process = started(folder, out)
        first: tuple[float, int] | None = None
        while process.poll() is None:
            done = len(list(out.glob("*.jpg")))
            if done > len(written) + 5:  # the model is loaded
                first = first or (time.perf_counter(), done)
                last = (time.perf_counter(), done)
                memory.append((done, resident(process)))
            if moment is not None and done >= moment:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.5)
        if first and last[1] > first[1]:
            rates.append((last[1] - first[1], last[0] - first[0]))
        now = written_at(out)
        again = sum(now[name] != when for name, when in written.items())
        written = now
        if again:
            raise SystemExit(f"{again} pictures were written twice.")
    lines = (out / "journal.jsonl").read_text().splitlines()
    return {
        "outputs": len(written),
        "journal": len(lines),
        "report": statuses(out),
        "rate": sum(n for n, _ in rates) / sum(seconds for _, seconds in rates),
        "memory": memory,
        "moments": [round(moment) for moment in moments],
    }


def started(folder: Path, out: Path, *more: str) -> subprocess.Popen:
    """A run of `batch` on the pairs."""
    words = ["batch", str(folder / "visible"), str(folder / "infrared"), "-o", str(out), "--task", "vif"]
    words += ["--format", "jpg", "--align", "off", *more]
    return subprocess.Popen([sys.executable, "-m", "mmaif", *words], cwd=ROOT, stderr=subprocess.DEVNULL)


def written_at(out: Path) -> dict[str, int]:
    """When each picture was written, in nanoseconds."""
    return {path.name: path.stat().st_mtime_ns for path in out.glob("*.jpg")}


def resident(process: subprocess.Popen) -> float:
    """Megabytes of a running process; 0 where it has just ended."""
    try:
        return psutil.Process(process.pid).memory_info().rss / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def statuses(out: Path) -> dict[str, int]:
    """How often each status stands in the report of a run."""
    with (out / "report.csv").open(newline="") as file:
        found = [row["status"] for row in csv.DictReader(file)]
    return {status: found.count(status) for status in sorted(set(found))}


def one_machine(found: dict[str, Any], count: int, bare: list[float]) -> Iterator[tuple[str, str]]:
    """Rows of the table."""
    rate = f"{found['rate']:.2f} a second, {found['rate'] / fmean(bare):.0%} of the bare pipeline's"
    pairs = f"{count:,} pairs of {SIZE[1]}x{SIZE[0]}"
    yield f"{pairs} through `batch --align off`", f"{rate} ({bare[0]:.2f} before, {bare[1]:.2f} after)"
    early, late = (
        [mb for done, mb in found["memory"] if mb and low * count <= done < high * count]
        for low, high in ((0, 0.2), (0.8, 1.01))
    )
    yield "memory at most", f"{max(early):.0f} MB in the first fifth, {max(late):.0f} MB in the last"
    ends = ", ".join(f"{moment:,}" for moment in found["moments"])
    whole = f"{found['outputs']:,} outputs, each written once; {found['journal']:,} lines in the journal"
    yield f"killed after {ends} pictures and started again", f"{whole}; report: {said(found['report'])}"


def said(counts: dict[str, int]) -> str:
    """Statuses of a report in words."""
    return ", ".join(f"{number:,} {status}" for status, number in counts.items())


@contextmanager
def two_nodes() -> Iterator[Any]:
    """A Ray cluster on this machine whose head has no CPU, and a function that adds a node of one."""
    import ray
    from ray.cluster_utils import Cluster

    small = {"object_store_memory": 100 << 20}
    there = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **small})
    try:
        ray.init(there.address)
        yield there, partial(there.add_node, num_cpus=1, **small)
    finally:
        ray.shutdown()
        there.shutdown()


def lost_node(folder: Path, count: int) -> dict[str, Any]:
    """What becomes of a run on two nodes of which one is lost halfway, without a word."""
    os.environ |= {"PYTHONPATH": str(ROOT), "RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    out = folder / "on_ray"
    with two_nodes() as (there, add_node):
        nodes = [add_node(), add_node()]
        process = started(folder, out, "--ray", there.address, "--workers", "2")
        times: dict[int, float] = {}
        before: dict[str, int] = {}
        while process.poll() is None:
            done = len(list(out.glob("*.jpg")))
            times.setdefault(done, time.perf_counter())
            if not before and done >= count // 2:
                there.remove_node(nodes[0], allow_graceful=False)
                before = written_at(out)
            time.sleep(0.5)
    now = written_at(out)
    return {
        "outputs": len(now),
        "again": sum(now[name] != when for name, when in before.items()),
        "lost_at": len(before),
        "report": statuses(out),
        "journal": len((out / "journal.jsonl").read_text().splitlines()),
        "rates": [rate_between(times, low * count, high * count) for low, high in ((0.05, 0.48), (0.55, 1.0))],
    }


def rate_between(times: dict[int, float], low: float, high: float) -> float:
    """Pictures a second between two counts."""
    counts = sorted(done for done in times if low <= done <= high)
    return (counts[-1] - counts[0]) / (times[counts[-1]] - times[counts[0]])


def cluster(found: dict[str, Any], count: int, bare: float) -> Iterator[tuple[str, str]]:
    """Rows of the table."""
    two, one = found["rates"]
    pairs = f"{count:,} pairs of {SIZE[1]}x{SIZE[0]}"
    yield (
        f"{pairs} on two Ray nodes of one CPU, `--ray`",
        f"{two:.2f} a second, {two / bare:.0%} of the bare pipeline's",
    )
    yield (
        f"a node lost without a word after {found['lost_at']:,} pictures",
        f"{found['outputs']:,} outputs, {found['again']} of them written twice, {found['journal']:,} lines in the "
        f"journal; report: {said(found['report'])}; {one:.2f} a second on the node that was left",
    )


if __name__ == "__main__":
    main()
