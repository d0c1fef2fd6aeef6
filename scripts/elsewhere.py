"""Train a stage on another machine: pack what it needs, run minutes of it there, bring its state back.

    python -m scripts.elsewhere pack restorer --config FILE -o FOLDER    code, weights, state of the run, pictures
    python elsewhere.py run --minutes 8 --out OUT                        there, in the packed folder
    python -m scripts.elsewhere join OUT -o RUN                          here: into the folder of the run

A pack is a folder below `--limit` megabytes. The state goes there in bfloat16; pictures as JPEG, but the pairs that
others spoiled as they are, since their faults must not change. What comes back is cut into slices, as some ways back
take no large files. The rate of learning goes on from where it was, by the minutes of the configuration.
"""

import argparse
import hashlib
import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[1]
CONFIG, STAGE = "config.json", "stage.txt"
WEIGHTS = ("text", "dit", "autoencoder", "repair", "start")  # entries of a configuration that name files of weights
SLICE = 12_000_000  # bytes
LONGEST, QUALITY = 640, 90  # of packed pictures


def main(arguments: list[str] | None = None) -> None:
    """pack, run or join."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("pack")
    command.add_argument("stage", help="of python -m mmaif train")
    command.add_argument("--config", required=True, type=Path, metavar="FILE")
    command.add_argument("--limit", type=float, default=60, metavar="MB", help="of the whole folder")
    command.add_argument("-o", "--output", required=True, type=Path, metavar="FOLDER")
    command.add_argument(
        "--weights-only", action="store_true", help="begin anew from the run's weights: a fifth as large"
    )
    command.set_defaults(run=lambda o: pack(o.stage, o.config, o.output, o.limit, o.weights_only))
    command = commands.add_parser("run")
    command.add_argument("--minutes", type=float, required=True, metavar="M", help="from now on")
    command.add_argument("--out", required=True, type=Path, metavar="OUT")
    command.add_argument("--set", nargs="*", default=[], metavar="NAME=JSON", help="such as batch=128 workers=15")
    command.set_defaults(run=lambda o: run(Path.cwd(), o.minutes, o.out, o.set))
    command = commands.add_parser("join")
    command.add_argument("folder", type=Path, metavar="OUT")
    command.add_argument("-o", "--output", required=True, type=Path, metavar="RUN")
    command.set_defaults(run=lambda o: join(o.folder, o.output))
    options = parser.parse_args(arguments)
    options.run(options)


def pack(stage: str, config: Path, folder: Path, limit: float, weights_only: bool = False) -> None:
    """Write the folder: code, configuration, weights, the state where there is one, and as many pictures as fit."""
    settings = json.loads(config.read_text())
    here = config.resolve().parent
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "mmaif", folder / "mmaif", ignore=shutil.ignore_patterns("*.safetensors", "__pycache__"))
    shutil.copy(__file__, folder / "elsewhere.py")
    (folder / STAGE).write_text(stage)
    state = _found(settings["out"], here) / "state.pt"
    (folder / "out").mkdir()
    if weights_only:
        settings["start"] = str(state.with_name("weights.safetensors"))
    elif state.is_file():
        torch.save(_halved(torch.load(state, map_location="cpu", weights_only=True)), folder / "out" / state.name)
        settings["start"] = ""  # it has begun
    for name in WEIGHTS:
        if settings.get(name):
            copy = folder / "weights" / f"{name}.safetensors"
            _packed_weights(_found(settings[name], here), name, copy)
            settings[name] = str(copy.relative_to(folder))
    data, settings["data"], settings["out"] = settings["data"], "data", "out"
    (folder / CONFIG).write_text(json.dumps(settings, indent=1))
    left = limit * 1e6 - sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    taken = _pack_pictures(_found(data, here), folder / "data", left)
    print(f"{folder}: {taken} scenes, {sum(p.stat().st_size for p in folder.rglob('*') if p.is_file()) / 1e6:.1f} MB")


def run(folder: Path, minutes: float, out: Path, changes: list[str]) -> None:
    """Train in a packed folder for some minutes more, then cut state, weights, log and pictures into `out`."""
    sys.path.insert(0, str(folder))
    from mmaif.__main__ import main as mmaif

    settings = json.loads(Path(CONFIG).read_text())
    for change in changes:
        name, value = change.split("=", 1)
        settings[name] = json.loads(value)
    settings["loop"]["sitting"] = minutes
    Path(CONFIG).write_text(json.dumps(settings, indent=1))
    resume = ["--resume"] if Path("out/state.pt").is_file() else []
    code = mmaif(["train", Path(STAGE).read_text(), "--config", CONFIG, *resume])
    out.mkdir(parents=True, exist_ok=True)
    for path in Path("out").iterdir():
        _slice(path, out)
    sys.exit(code)


def join(folder: Path, target: Path) -> None:
    """Put the files of `run` together again in the folder of a run; nothing is replaced by what arrived damaged."""
    sums = {path.stem: path.read_text() for path in folder.glob("*.sha256")}
    whole = {name: b"".join(part.read_bytes() for part in sorted(folder.glob(f"{name}.[0-9]*"))) for name in sums}
    for name, content in whole.items():
        if hashlib.sha256(content).hexdigest() != sums[name]:
            sys.exit(f"{name} did not come back whole; run it again.")
    target.mkdir(parents=True, exist_ok=True)
    if "log.jsonl" in whole and (target / "log.jsonl").is_file():
        whole["log.jsonl"] = (target / "log.jsonl").read_bytes() + whole["log.jsonl"]
    for name, content in whole.items():
        partial = target / f".{name}.partial"
        partial.write_bytes(content)
        partial.replace(target / name)
    print(f"{target}: {', '.join(sorted(whole))}")


def _slice(path: Path, out: Path) -> None:
    """A file as name.000, name.001 ... and the sum of the whole."""
    content = path.read_bytes()
    for index in range(0, max(len(content), 1), SLICE):
        (out / f"{path.name}.{index // SLICE:03}").write_bytes(content[index : index + SLICE])
    (out / f"{path.name}.sha256").write_text(hashlib.sha256(content).hexdigest())


def _found(path: str, here: Path) -> Path:
    """A path of a configuration, from here or from where the configuration lies."""
    return next((each for each in (Path(path), here / path) if each.exists()), Path(path))


def _halved(state: Any) -> Any:
    """A state with its tensors in bfloat16, but for single numbers."""
    if isinstance(state, torch.Tensor):
        return state.bfloat16() if state.is_floating_point() and state.numel() > 1 else state
    if isinstance(state, dict):
        return {name: _halved(value) for name, value in state.items()}
    return [_halved(value) for value in state] if isinstance(state, list) else state


def _packed_weights(path: Path, part: str, copy: Path) -> None:
    """The part of a checkpoint in a file of its own, or all its parts where it is what a run starts from."""
    from mmaif.checkpoint import load_checkpoint, save_checkpoint

    checkpoint = load_checkpoint(path)
    kept = {part: checkpoint.tensors[part]} if part in checkpoint.tensors else checkpoint.tensors
    save_checkpoint(copy, {name: (checkpoint.config[name], state) for name, state in kept.items()}, torch.bfloat16)


def _pack_pictures(data: Path, folder: Path, most: float) -> int:
    """Scenes of a data folder in random order, each kind in its share, until `most` bytes are full; their number."""
    from PIL import Image

    head, *lines = (data / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line.strip()]
    order = list(range(len(lines)))
    random.Random(0).shuffle(order)
    size, taken = 0, []
    for index in order:
        cells = lines[index].split("\t")
        files = dict(pair.split("=", 1) for pair in cells[4].split())
        copies = {}
        for key, name in files.items():
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if not cells[0].startswith("pair_"):
                copy = copy.with_suffix(".jpg")
                with Image.open(data / name) as picture:
                    reduced = picture.convert("L" if picture.mode in ("L", "I;16") else "RGB")
                    reduced.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
                    reduced.save(copy, quality=QUALITY)
            else:
                shutil.copy(data / name, copy)
            copies[key] = copy
        size += sum(copy.stat().st_size for copy in copies.values())
        if size > most:
            for copy in copies.values():
                copy.unlink()
            break
        cells[4] = " ".join(f"{key}={copy.relative_to(folder)}" for key, copy in copies.items())
        taken.append((index, "\t".join(cells)))
    rows = [line for _, line in sorted(taken)]
    (folder / "manifest.tsv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    main()
