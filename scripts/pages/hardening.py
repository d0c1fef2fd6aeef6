"""Attack the library, count what happens, and write docs/hardening.md.

    python -m scripts.pages.hardening [--runs 1000] [--inputs 10000] [--kills 100] [--seed 0]

Three parts: runs of changing sizes on one loaded model, some of them cancelled; bad inputs, each of which must be
refused in a sentence; and writers that are killed by SIGKILL at random moments. A size of 0 leaves a part out.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save

from mmaif import FusionPipeline
from mmaif.checkpoint import WEIGHTS, load_checkpoint
from mmaif.configuration import build
from mmaif.data.scenes import read_scenes
from mmaif.errors import InputError
from mmaif.files import check_target, write_text
from mmaif.images import load_image, socket_batch
from mmaif.network.dit import DiTConfig
from mmaif.network.parts import load_part
from mmaif.reading import read
from mmaif.sampling import FlowSampling
from mmaif.tasks import resolve_task
from scripts.pages.common import DOCS, markdown
from scripts.setup.environment import ROOT

SIZES = (32, 48, 64, 97, 128, 160)  # px, of the sides of the pictures that are fused
CANCELLED = 0.3  # share of the runs that are stopped in the middle
WARM = 0.2  # share of the runs after which memory is counted from
STRANGE = (
    None,
    True,
    -1,
    0,
    10**30,
    1e-300,
    1e300,
    float("nan"),
    float("inf"),
    "",
    "nan",
    "a\nb",
    "\ud83d",
    "\0",
    [],
    {},
    (),
)
# What writes, as Python text; `path` is where, n counts the times.
WRITERS = {
    "JSON": "write_json([n] * 100_000, path)",
    "picture": "save_image(torch.full((3, 400, 400), n % 7 / 7) + torch.rand(3, 400, 400) / 9, path)",
    "checkpoint": "save_checkpoint(path, {'dit': ({}, {'x': torch.full((1000, 1000), float(n))})})",
    "training state": "write_state(path, n)",
}
SUFFIXES = {"JSON": ".json", "picture": ".png", "checkpoint": ".safetensors", "training state": ".pt"}
WRITER = """
import torch
from mmaif.checkpoint import save_checkpoint
from mmaif.files import write_json, written_whole
from mmaif.images import save_image
path = {path!r}
def write_state(path, n):
    with written_whole(path, RuntimeError) as partial:
        torch.save({{"x": torch.full((1000, 1000), float(n))}}, partial)
print(flush=True)
for n in range({times}):
    {write}
"""
PAGE = """# Hardening

Written by `python -m scripts.pages.hardening --runs {runs} --inputs {inputs} --kills {kills}` (on {machine}). What each
attack is lies in the script, in `tests/test_hardening.py` and in `tests/test_properties.py`.

## Bad inputs

Values, pictures, configurations, headers and manifests drawn at random around what is allowed. *Accepted*: the draw was
good after all, and its result was checked to be finite. A traceback or a wrong result in silence fails the script.

{bad}

## Runs of changing sizes

{soak}

## Writers killed at random moments

After each SIGKILL the file is absent, or whole: the old one or the new one. After the next run nothing lies beside it.

{killed}
"""


class Cancelled(Exception):
    """A run is stopped from its progress, as ComfyUI does it."""


def main() -> None:
    """Attack, count, write the page; fails where anything but success or a sentence came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, count in (("runs", 1000), ("inputs", 10_000), ("kills", 100), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    bad = bad_inputs(options.inputs, rng)
    soak = soaked(options.runs, rng)
    killed = kills(options.kills, rng)
    write_text(
        PAGE.format(**vars(options), machine=f"torch {torch.__version__}, cpu", bad=bad, soak=soak, killed=killed),
        DOCS / "hardening.md",
    )
    print(bad, soak, killed, sep="\n\n")


# --- bad inputs ---------------------------------------------------------------------------------------------------


def bad_inputs(count: int, rng: random.Random) -> str:
    """`count` inputs over all kinds; the table of what came of them."""
    with tempfile.TemporaryDirectory() as folder:
        kinds = attacks(Path(folder), rng)
        seen: dict[str, Counter[str]] = {name: Counter() for name in kinds}
        for index in range(count):
            name = list(kinds)[index % len(kinds)]
            seen[name][outcome(kinds[name])] += 1
    rows = [["kind", "tried", "refused in a sentence", "accepted", "traceback", "silent"]]
    for name, found in [*seen.items(), ("all", sum(seen.values(), Counter()))]:
        counts = [found[kind] for kind in ("refused", "accepted", "traceback", "silent")]
        rows.append([name, str(sum(counts)), *map(str, counts)])
    table = markdown(rows)
    if any(found["traceback"] or found["silent"] for found in seen.values()):
        raise SystemExit(f"{table}\nSomething got through.")
    return table


def outcome(attack: Callable[[], Any]) -> str:
    """What one attack came to: "refused", "accepted", "traceback" or "silent"."""
    try:
        result = attack()
    except InputError as error:
        return "refused" if len(str(error).splitlines()) == 1 else "traceback"
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return "traceback"
    whole = not isinstance(result, torch.Tensor) or bool(result.float().isfinite().all())
    return "accepted" if whole else "silent"


def attacks(folder: Path, rng: random.Random) -> dict[str, Callable[[], Any]]:
    """One function per kind of input; each call draws anew."""
    with safe_open(WEIGHTS / "regression.safetensors", "pt") as file:
        metadata = file.metadata()
        tensors = {key: file.get_tensor(key) for key in list(file.keys())[:3]}
    config = json.loads(metadata["config"])["dit"]
    good = (WEIGHTS.parents[1] / "assets" / "mmaif_hazy.jpg").read_bytes()

    def strange() -> Any:
        return rng.choice(STRANGE)

    def draw_config() -> dict[Any, Any]:
        return {**config, rng.choice([*config, "unknown"]): strange()}

    def header() -> Any:
        said = {**metadata, "config": json.dumps({"dit": draw_config()})}
        if rng.random() < 0.3:
            said[rng.choice(list(said))] = str(strange()).encode(errors="replace").decode()
        data = bytearray(save({f"dit.{k.split('.', 1)[1]}": v for k, v in tensors.items()}, said))
        if rng.random() < 0.3:
            data[rng.randrange(min(len(data), 4000))] ^= 1 << rng.randrange(8)
        (folder / "m.safetensors").write_bytes(data)
        return load_part(load_checkpoint(folder / "m.safetensors"), "dit") and None

    def manifest() -> Any:
        cells = [rng.choice(["clean", "vif", "mef", str(strange())]), *(str(strange()) for _ in range(3)), "A=a"]
        rng.shuffle(cells)
        text = "header\n" + "\t".join(cells[: rng.randint(0, 5)])
        (folder / "manifest.tsv").write_bytes(text.encode(errors="surrogatepass"))
        return read_scenes(folder)

    def picture_file() -> Any:
        data = bytearray(good[: rng.randrange(len(good))] if rng.random() < 0.5 else good)
        for _ in range(rng.randint(0, 30)):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        (folder / "a.jpg").write_bytes(data)
        return load_image(folder / "a.jpg")

    def tensor() -> Any:
        shape = [rng.choice((0, 1, 2, 3, 4, 16, 17)) for _ in range(rng.randint(0, 6))]
        value = rng.choice((0.0, 0.5, 1.0, -1.0, 300.0, float("nan"), float("inf")))
        return socket_batch(torch.full(shape, value), "image")

    return {
        "sampling": lambda: FlowSampling(**{rng.choice(list(FlowSampling.__dataclass_fields__)): strange()}),
        "configuration": lambda: build(DiTConfig, rng.choice((draw_config(), strange()))),
        "checkpoint": header,
        "manifest": manifest,
        "picture file": picture_file,
        "picture on a socket": tensor,
        "no picture": lambda: read(strange(), "image") and None,
        "task": lambda: resolve_task(strange(), torch.rand(1, 3, 16, 16)),
        "place": lambda: check_target(folder / f"{rng.choice(('x' * 300, '', 'a/b'))}{strange()}"),
    }


# --- runs ---------------------------------------------------------------------------------------------------------


def soaked(count: int, rng: random.Random) -> str:
    """`count` runs on one pipeline; the table of what they were and how memory went."""
    if not count:
        return "Not run."
    pipe = FusionPipeline.from_pretrained("flow", "cpu")
    done: Counter[str] = Counter()
    memory: list[int] = []
    for index in range(count):
        done[run_once(pipe, rng)] += 1
        if index >= WARM * count:
            memory.append(resident())
    quarter = max(1, len(memory) // 4)
    first, last = (sorted(part)[len(part) // 2] for part in (memory[:quarter], memory[-quarter:]))
    rows = [["runs", "finished", "cancelled", "MB, first quarter", "MB, last quarter", "change"]]
    change = f"{100 * (last / first - 1):+.1f} %"
    rows.append([str(count), str(done["finished"]), str(done["cancelled"]), f"{first >> 20}", f"{last >> 20}", change])
    note = f"Medians of the resident memory after each run, from run {round(WARM * count)} on."
    return f"{markdown(rows)}\n\n{note}"


def run_once(pipe: FusionPipeline, rng: random.Random) -> str:
    """One run of random sizes, sources and prompt; "finished" or "cancelled"."""
    height, width = rng.choice(SIZES), rng.choice(SIZES)
    sources = torch.rand(1, rng.randint(1, 3), 3, height, width)
    stop = rng.randint(1, 6) if rng.random() < CANCELLED else 0
    told = 0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal told
        told += 1
        if told == stop:
            raise Cancelled

    flow = FlowSampling(steps=rng.randint(1, 2), seed=rng.randrange(1 << 32))
    try:
        fused = pipe.fuse(sources, [rng.choice(("", "remove the rain", "dehaze"))], progress=progress, flow=flow)
    except Cancelled:
        return "cancelled"
    if fused.shape[-2:] != (height, width) or not fused.isfinite().all():
        raise SystemExit(f"A run of {width}x{height} came to {list(fused.shape)}.")
    return "finished"


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


# --- kills --------------------------------------------------------------------------------------------------------


def kills(count: int, rng: random.Random) -> str:
    """Each writer killed `count` times; the table of what lay there afterwards."""
    if not count:
        return "Not run."
    rows = [["writer", "killed", "whole afterwards", "partial files left then", "left after the next run"]]
    for name in WRITERS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"out{SUFFIXES[name]}"
            left = 0
            for _ in range(count):
                kill_once(name, path, rng.uniform(0.0, 0.25))
                if path.exists():
                    read_whole(name, path)
                left += sum(each != path for each in path.parent.iterdir())
            subprocess.run([sys.executable, "-c", source(name, path, 1)], cwd=ROOT, check=True, capture_output=True)
            after = sum(each != path for each in path.parent.iterdir())
        if after:
            raise SystemExit(f"The {name} leaves {after} partial files.")
        rows.append([name, str(count), str(count), str(left), str(after)])
    return markdown(rows)


def kill_once(name: str, path: Path, seconds: float) -> None:
    """Start the writer, and kill it so long after it began to write."""
    child = subprocess.Popen([sys.executable, "-c", source(name, path, 10**6)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def source(name: str, path: Path, times: int) -> str:
    """The program of a writer."""
    return WRITER.format(path=str(path), times=times, write=WRITERS[name])


def read_whole(name: str, path: Path) -> None:
    """Raises where the file is not whole."""
    readers: dict[str, Callable[[], Iterator[Any] | Any]] = {
        "JSON": lambda: len(json.loads(path.read_text())) == 100_000,
        "picture": lambda: load_image(path).shape == (3, 400, 400),
        "checkpoint": lambda: load_checkpoint(path).tensors["dit"]["x"].shape == (1000, 1000),
        "training state": lambda: torch.load(path, weights_only=True)["x"].shape == (1000, 1000),
    }
    if not readers[name]():
        raise SystemExit(f"The {name} at {path} is not whole.")


if __name__ == "__main__":
    main()
