"""Attack the library, count what happens, and write docs/hardening.md.

    python -m scripts.pages.hardening [--runs 1000] [--inputs 10000] [--kills 100] [--seed 0]

Three parts: runs of changing sizes on one loaded model, some of them cancelled; bad inputs, each of which must be
refused in a sentence; and writers that are killed by SIGKILL at random moments. A size of 0 leaves a part out.
"""

import argparse
import ctypes
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save

from mmaif import FusionPipeline
from mmaif.checkpoint import WEIGHTS, load_checkpoint, save_checkpoint
from mmaif.configuration import build
from mmaif.data.samples import SampleMaker
from mmaif.data.scenes import read_scenes
from mmaif.data.synthesize import own_scenes, synthesize
from mmaif.errors import InputError
from mmaif.files import check_target, write_json, write_text, written_whole
from mmaif.images import load_image, save_image, socket_batch
from mmaif.network.dit import DiTConfig
from mmaif.network.parts import load_part
from mmaif.reading import read
from mmaif.sampling import FlowSampling
from mmaif.sources import gather
from mmaif.tasks import resolve_task
from mmaif.writing import Written, write
from scripts.pages.common import DOCS, markdown

SIZES = (32, 48, 64, 97, 128, 160)  # px, of the sides of the pictures that are fused
CANCELLED = 0.3  # share of the runs that are stopped in the middle
GROWTH = 0.05  # of memory, that fails the script
WARM = 0.2  # share of the runs after which memory is counted from
MOMENT = 3  # times of one writing, within which a writer is killed
FORK = multiprocessing.get_context("fork")  # a writer that has loaded torch already
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

After each SIGKILL the file is whole, the old one or the new one. After the next run nothing lies beside it.

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
    files = picture_files(folder)

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
        path = rng.choice(files)
        data = bytearray(path.read_bytes())
        data = data[: rng.randrange(len(data))] if rng.random() < 0.2 else data
        for _ in range(rng.choice((0, 1, 2, 30))):
            place = rng.randrange(rng.choice((400, len(data))) if len(data) > 400 else len(data) + 1)
            data[place : place + 1] = bytes([rng.choice((0, 255, rng.randrange(256)))])
        (folder / f"spoiled{path.suffix}").write_bytes(data)
        return gather([folder / f"spoiled{path.suffix}"], [path.name]).stacked

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


def picture_files(folder: Path) -> list[Path]:
    """A small picture in every format that is read by a reader of its own, and some of Pillow's."""
    values, alpha = torch.rand(40, 48, 3).numpy(), torch.rand(40, 48).numpy()
    paths = [folder / f"good.{suffix}" for suffix in ("jpg", "png", "tif", "exr", "webp", "gif", "bmp", "jp2", "npy")]
    for path in paths[:-1]:
        write(values, path)
    np.save(paths[-1], values)
    for name, depth in (("deep.png", "16"), ("deep.tif", "16"), ("float.tif", "float")):
        paths.append(folder / name)
        write(values, paths[-1], alpha, Written(depth))
    pages = [Image.fromarray((values * 255).astype("uint8")) for _ in range(3)]
    for name, more in (("pages.tif", pages), ("cmyk.tif", []), ("lab.tif", [])):
        paths.append(folder / name)
        mode = {"cmyk.tif": "CMYK", "lab.tif": "LAB"}.get(name, "RGB")
        pages[0].convert(mode).save(paths[-1], save_all=True, append_images=more)
    return paths


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
    if last > first * (1 + GROWTH):
        raise SystemExit(f"{markdown(rows)}\nMemory grows.")
    note = (
        f"Medians of the resident memory after each run, from run {round(WARM * count)} on, freed memory handed back "
        "to\nthe system. In the runs before, caches fill: mostly oneDNN's, which keeps a kernel for each shape that it "
        "meets, up to 1,024."
    )
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
    """Bytes of this process in memory, less what the allocator keeps for later (Linux, glibc)."""
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


# --- kills --------------------------------------------------------------------------------------------------------


def noise(channels: int) -> torch.Tensor:
    """A picture that takes a while to be written."""
    return torch.rand(channels, 400, 400)


def write_deep(path: Path, n: int) -> None:
    """Write one of 16 bits or more, as the suffix says."""
    write(noise(3).movedim(0, -1).numpy(), path, about=Written("float" if path.suffix == ".exr" else "16"))


def write_state(path: Path, n: int) -> None:
    """Write as a training does."""
    with written_whole(path, RuntimeError) as partial:
        torch.save({"x": torch.full((1000, 1000), float(n))}, partial)


def read_state(path: Path) -> torch.Tensor:
    """Read as a training does that is resumed."""
    return torch.load(path, weights_only=True)["x"]


def read_numbers(path: Path) -> torch.Tensor:
    """The numbers of a JSON file."""
    return torch.tensor(json.loads(path.read_text()))


def read_weights(path: Path) -> torch.Tensor:
    """The one tensor of a checkpoint."""
    return load_checkpoint(path).tensors["dit"]["x"]


def write_weights(path: Path, n: int) -> None:
    """Write as `pack` does."""
    save_checkpoint(path, {"dit": ({}, {"x": torch.full((1000, 1000), float(n))})})


# What is written, under which name, the n-th time; how it is read, and the shape that it then has.
WRITERS: dict[str, tuple[str, Callable[[Path, int], None], Callable[[Path], torch.Tensor], tuple[int, ...]]] = {
    "JSON": ("a.json", lambda path, n: write_json([n] * 100_000, path), read_numbers, (100_000,)),
    "JPEG": ("a.jpg", lambda path, n: save_image(noise(3), path), load_image, (3, 400, 400)),
    "PNG": ("a.png", lambda path, n: save_image(noise(3), path), load_image, (3, 400, 400)),
    "PNG, 16 bits": ("b.png", write_deep, load_image, (3, 400, 400)),
    "TIFF, 16 bits": ("a.tif", write_deep, load_image, (3, 400, 400)),
    "EXR": ("a.exr", write_deep, load_image, (3, 400, 400)),
    "checkpoint": ("a.safetensors", write_weights, read_weights, (1000, 1000)),
    "training state": ("a.pt", write_state, read_state, (1000, 1000)),
}


def kills(count: int, rng: random.Random) -> str:
    """Each writer killed `count` times; the table of what lay there afterwards."""
    rows = [["writer", "killed", "whole afterwards", "partial files left then", "left after the next run"]]
    for name, (file, writer, reader, shape) in WRITERS.items():
        with tempfile.TemporaryDirectory() as folder:
            path, whole, left = Path(folder) / file, 0, 0
            writer(path, 0)
            began = time.monotonic()
            writer(path, 0)
            longest = MOMENT * (time.monotonic() - began)
            for _ in range(count):
                kill_once(writer, path, rng.uniform(0, longest))
                whole += reader(path).shape == shape
                left += sum(each != path for each in path.parent.iterdir())
            writer(path, 0)
            after = sum(each != path for each in path.parent.iterdir())
        if after or whole < count:
            raise SystemExit(f"{name}: {whole} of {count} whole, {after} files left.")
        rows.append([name, *map(str, (count, whole, left, after))])
    return f"{markdown(rows)}\n\n{killed_set(count, rng)}"


def kill_once(writer: Callable[[Path, int], None], path: Path, seconds: float) -> None:
    """SIGKILL to a process that writes the file again and again, so long after it began."""
    began = FORK.Event()

    def work() -> None:
        began.set()
        for n in range(10**6):
            writer(path, n)

    child = FORK.Process(target=work)
    child.start()
    began.wait()
    time.sleep(seconds)
    child.kill()
    child.join()


def killed_set(count: int, rng: random.Random) -> str:
    """A set of samples whose making is killed `count` times, and goes on each time; a sentence of what it came to."""
    with tempfile.TemporaryDirectory() as name:
        photos, out = Path(name) / "photos", Path(name) / "set"
        photos.mkdir()
        save_image(noise(3), photos / "a.png")
        maker = SampleMaker(own_scenes(photos, None, None), 64)
        left = 0
        for _ in range(count):
            kill_once(lambda path, n: synthesize(maker, path, 10**6, task="restore"), out, rng.uniform(0, 0.3))
            left += len(list(out.glob(".*")))
            for path in sorted(out.glob("[0-9]*.png"))[-6:]:
                load_image(path)
        made = len((out / "unfinished.jsonl").read_text().splitlines())
        synthesize(maker, out, made, task="restore")
        rows = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
        whole = sum(load_image(path).shape == (3, 64, 64) for path in out.glob("[0-9]*.png"))
        after = sum(path.suffix != ".png" for path in out.iterdir()) - 1
    if after or whole != len(rows) * 3:
        raise SystemExit(f"A set of samples leaves {after} files, {whole} pictures of {len(rows)} samples.")
    return (
        f"A set of samples was killed {count} times while `synthesize` made it, and went on each time; {left} partial "
        f"files lay there in between. In the end it held {len(rows)} samples, {whole} whole pictures, and nothing else."
    )


if __name__ == "__main__":
    main()
