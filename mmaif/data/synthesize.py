"""Write samples to disk: the degradation pipeline as a tool for other people's pictures."""

import json
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path

from PIL import Image

from ..checks import check_seed
from ..errors import InputError
from ..files import append_line, made_folder, write_text
from ..images import save_image
from ..progress import Progress, stage
from .samples import Sample, SampleMaker
from .scenes import Scene

PICTURES = frozenset(Image.registered_extensions())


def own_scenes(photos: Path | None, visible: Path | None, infrared: Path | None) -> list[Scene]:
    """Scenes from plain folders: clean photos, and visible and infrared pictures paired by file name.

    Raises InputError for a folder that is missing or empty, and for a picture without a partner.
    """
    if (visible is None) != (infrared is None):
        raise InputError("Visible and infrared folders go together; give both or neither.")
    scenes = [Scene("clean", path.stem, path.stem, {"A": path}) for path in _pictures(photos)] if photos else []
    if visible and infrared:
        partners = {path.stem: path for path in _pictures(infrared)}
        for path in _pictures(visible):
            if path.stem not in partners:
                raise InputError(f"The visible picture {path.name} has no infrared partner in {infrared}; add it.")
            scenes.append(Scene("vif", path.stem, path.stem, {"A": path, "B": partners[path.stem]}))
    if not scenes:
        raise InputError("No pictures to start from; give a folder of photos, or visible and infrared folders.")
    return scenes


def synthesize(
    maker: SampleMaker,
    out: Path,
    count: int,
    seed: int = 0,
    task: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Write `count` samples to `out`: NNNNN_source1.png, _source2.png, ..., _clean.png, _target.png, and one
    line per sample in manifest.jsonl with task, prompt, operators per source and seed.

    `clean` has nothing wrong with it; `target` keeps what the prompt does not ask to repair. The manifest comes last:
    a set without one was stopped, and the same call goes on after the last whole sample, which unfinished.jsonl tells.
    """
    if task is not None and task not in maker.tasks():
        raise InputError(f"The task {task!r} needs other pictures; with these there are {', '.join(maker.tasks())}.")
    check_seed(seed)
    made_folder(out)
    manifest, journal, told = out / "manifest.jsonl", out / "unfinished.jsonl", stage(progress, "samples")
    if manifest.exists():
        raise InputError(f"{out} holds a set already; give a new folder.")
    scenes = sum(map(len, maker.scenes.values()))
    lines = _begun(journal, json.dumps({"seed": seed, "task": task, "size": maker.size, "scenes": scenes}))
    for index in range(len(lines), count):
        lines.append(json.dumps(_write(maker(seed + index, task), out, f"{index:05d}") | {"seed": seed + index}))
        append_line(lines[-1], journal)
        if told:
            told(index + 1, count)
    write_text("\n".join(lines[:count]) + "\n", manifest)
    journal.unlink(missing_ok=True)


def _begun(journal: Path, made_for: str) -> list[str]:
    """The lines of the samples that are whole already; a new journal begins with what the set is made for."""
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines() if journal.is_file() else []
    if lines and lines[0] != made_for:
        raise InputError(f"{journal.parent} holds an unfinished set of other options; finish it or give a new folder.")
    whole = list(takewhile(_is_json, lines[1:]))  # the last may be cut
    write_text("\n".join([made_for, *whole]) + "\n", journal)
    return whole


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _write(sample: Sample, out: Path, name: str) -> dict[str, object]:
    pictures = {f"source{i + 1}": source for i, source in enumerate(sample.sources)}
    pictures |= {"clean": sample.clean, "target": sample.target}
    for suffix, picture in pictures.items():
        save_image(picture, out / f"{name}_{suffix}.png")
    return {
        "files": {suffix: f"{name}_{suffix}.png" for suffix in pictures},
        "task": sample.task,
        "prompt": sample.prompt,
        "repairs": sorted(sample.recipe.named),
        "operators": asdict(sample.recipe)["ops"],
        "remaining": sample.recipe.remaining,
    }


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(f"The folder {folder} does not exist; check the path.")
    known = (path for path in folder.iterdir() if path.suffix.lower() in PICTURES and path.is_file())
    found = sorted(path for path in known if not path.name.startswith("."))  # such are files half-written
    if not found:
        raise InputError(f"The folder {folder} holds no pictures; check the path.")
    return found
