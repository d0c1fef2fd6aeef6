"""Evaluate folders of fused pictures: every metric per picture, means with confidence intervals, montages.

python -m mmaif evaluate --fused [NAME=]DIR ... --sources DIR ... [--reference DIR] [--baselines all]
"""

import argparse
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError

Scores = dict[str, float | None]
CEILING = 100.0  # dB: what the infinite PSNR of identical pictures counts as, so that means stay finite
# 97.5 % points of Student's t with 1, 2, ... degrees of freedom
STUDENT = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
LISTED = 40  # pictures; of more, the table shows the means alone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    many = {"nargs": "+", "required": True}
    parser.add_argument("--fused", **many, metavar="[NAME=]DIR", help="fused pictures; several folders are compared")
    parser.add_argument("--sources", **many, type=Path, metavar="DIR", help="one folder per source, the same names")
    parser.add_argument("--reference", type=Path, metavar="DIR", help="ground truth of the same names")
    parser.add_argument("--baselines", metavar="NAME,NAME", help="also fuse by average, laplacian, mertens; or: all")
    parser.add_argument("--metrics", metavar="NAME,NAME", help="only these; without it, all that apply")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--montage", type=Path, metavar="DIR", help="write a picture per scene with crops there")


def evaluate_command(
    options: argparse.Namespace, progress: Callable[[str, int, int], None] | None = None
) -> dict[str, Any]:
    """Run the command: print the table, write what was asked for, return what goes into the JSON file."""
    from .baselines import pick_baselines

    methods = parse_methods(options.fused)
    metrics = options.metrics.split(",") if options.metrics else None
    if options.json and not options.json.absolute().parent.is_dir():
        raise InputError(f"The folder of --json {options.json} does not exist; create it first.")
    if options.json and options.json.is_dir():
        raise InputError(f"--json {options.json} is a folder; name a file.")
    baselines = pick_baselines(options.baselines) if options.baselines else []
    report = evaluate(methods, options.sources, options.reference, metrics, options.montage, progress, baselines)
    print(table(report))
    if options.json:
        partial = options.json.with_name(f".{options.json.name}.partial")
        partial.write_text(json.dumps(report, indent=1, allow_nan=False) + "\n")
        partial.replace(options.json)
    return report


def parse_methods(fused: Sequence[str]) -> dict[str, Path]:
    """`NAME=DIR` or `DIR`, which is then named after itself -> name: folder."""
    methods: dict[str, Path] = {}
    for text in fused:
        name, equals, folder = text.partition("=")
        if not equals or Path(text).is_dir():
            name, folder = Path(text).absolute().name, text
        if not name or not folder:
            raise InputError(f"--fused {text} has no name or no folder; write NAME=DIR.")
        if name in methods:
            raise InputError(f"Two folders of --fused are called {name}; tell them apart by NAME=DIR.")
        methods[name] = Path(folder)
    return methods


def evaluate(
    methods: Mapping[str, Path],
    sources: Sequence[Path],
    reference: Path | None = None,
    metrics: Sequence[str] | None = None,
    montage: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    baselines: Sequence[str] = (),
    task: str = "auto",
) -> dict[str, Any]:
    """Measure the pictures of one or more methods; files belong together by their names without suffix.

    The first method's pictures say which scenes there are; every other folder must hold them all, and may
    hold more. `baselines` names methods of `mmaif.baselines` that fuse the sources here and now, for `task`.

    Returns:
        {"images": {scene: {metric: value}}, "mean": {metric: value}, "ci95": {metric: [low, high]}} of the first
        method, and "methods": {name: the same}, "metrics": {metric: direction}. None (null in JSON) stands for
        what a metric is not defined for: too small pictures, an interval of a single picture.

    Raises:
        InputError: missing folders or files, sizes that differ, unknown metrics.
    """
    import torch

    from ..metrics import measure, pick
    from .baselines import BASELINES

    if baselines and not sources:
        raise InputError("Baselines fuse the sources; give the folders of the sources too.")
    for name in baselines:
        if name in methods:
            raise InputError(
                f"A folder of --fused and a baseline are both called {name}; rename the folder by NAME=DIR."
            )
    picked = pick(metrics, bool(sources), reference is not None)
    folders = {f"the fused folder {name}": folder for name, folder in methods.items()}
    folders |= {f"source folder {index}": folder for index, folder in enumerate(sources, 1)}
    folders |= {"the reference folder": reference} if reference is not None else {}
    scenes = match(folders)
    if montage is not None:
        if montage.exists() and not montage.is_dir():
            raise InputError(f"--montage {montage} is a file; name a folder.")
        montage.mkdir(parents=True, exist_ok=True)

    names = [*methods, *baselines]
    images: dict[str, dict[str, Scores]] = {name: {} for name in names}
    for done, (scene, files) in enumerate(scenes.items(), 1):
        pictures = _load(files)
        fused, rest = pictures[: len(methods)], pictures[len(methods) :]
        stack = torch.stack(rest[: len(sources)])[None] if sources else None
        truth = rest[-1][None] if reference is not None else None
        fused += [BASELINES[name](stack, task)[0] for name in baselines]
        for name, picture in zip(names, fused, strict=True):
            values = measure(picked, picture[None], stack, truth)
            images[name][scene] = {key: _plain(value.item()) for key, value in values.items()}
        if montage is not None:
            _montage(montage / f"{scene}.jpg", names, fused, rest, len(sources), reference is not None)
        if progress:
            progress("measure", done, len(scenes))

    reports = {name: {"images": scores, **summary(list(scores.values()))} for name, scores in images.items()}
    first = next(iter(reports.values()))
    return {**first, "methods": reports, "metrics": {metric.name: metric.direction for metric in picked}}


def match(folders: Mapping[str, Path]) -> dict[str, list[Path]]:
    """Scene -> one file per folder, in the folders' order; the first folder says which scenes."""
    listings = {label: _pictures(label, folder) for label, folder in folders.items()}
    (first, scenes), *others = listings.items()
    for label, files in others:
        missing = sorted(set(scenes) - set(files))
        if missing:
            raise InputError(
                f"{label[0].upper()}{label[1:]}, {folders[label]}, has no picture named {_some(missing)}, as "
                f"{first} has; give it the same names (suffixes may differ)."
            )
    return {scene: [files[scene] for files in listings.values()] for scene in sorted(scenes)}


def _pictures(label: str, folder: Path) -> dict[str, Path]:
    """Name without suffix -> file, for the pictures right in a folder."""
    from PIL import Image

    if not folder.is_dir():
        raise InputError(f"{label[0].upper()}{label[1:]}, {folder}, does not exist or is no folder; check the path.")
    known = Image.registered_extensions()
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in known or path.name.startswith(".") or not path.is_file():
            continue
        if path.stem in found:
            raise InputError(f"{folder} holds both {found[path.stem].name} and {path.name}; keep one per name.")
        found[path.stem] = path
    if not found:
        raise InputError(f"{label[0].upper()}{label[1:]}, {folder}, holds no pictures; put them right into it.")
    return found


def _load(files: Sequence[Path]) -> list[Any]:
    """The pictures of one scene, [3, H, W] each; they must be of one size."""
    from ..images import load_image

    pictures = [load_image(path) for path in files]
    height, width = pictures[0].shape[-2:]
    for path, picture in zip(files, pictures, strict=True):
        if picture.shape[-2:] != (height, width):
            raise InputError(
                f"{path} is {picture.shape[-1]}x{picture.shape[-2]} but {files[0]} is {width}x{height}; "
                "pictures of one scene must be of one size."
            )
    if min(height, width) < 16:
        raise InputError(f"{files[0]} is {width}x{height}; pictures must be at least 16x16.")
    return pictures


def _plain(value: float) -> float | None:
    """A number that JSON can hold."""
    if math.isnan(value):
        return None
    return CEILING if value == math.inf else value


def _montage(path: Path, methods: Sequence[str], fused: list, rest: list, sources: int, reference: bool) -> None:
    from .montage import montage

    labels = [f"source {index}" for index in range(1, sources + 1)] if sources > 1 else ["source"] * sources
    columns = dict(zip(labels, rest, strict=False)) | dict(zip(methods, fused, strict=True))
    if reference:
        columns["reference"] = rest[-1]
    partial = path.with_name(f".{path.name}")  # its suffix says the format
    montage(columns, "reference" if reference else None).save(partial, quality=92)
    partial.replace(path)


def summary(rows: Sequence[Scores]) -> dict[str, Scores | dict[str, list[float] | None]]:
    """Per metric, over pictures: the mean and its 95 % confidence interval (Student's t), None where undefined."""
    mean: Scores = {}
    interval: dict[str, list[float] | None] = {}
    for name in rows[0]:
        values = [row[name] for row in rows if row[name] is not None]
        count = len(values)
        mean[name] = math.fsum(values) / count if count else None
        interval[name] = None
        if count > 1:
            variance = math.fsum((value - mean[name]) ** 2 for value in values) / (count - 1)
            half = student(count - 1) * math.sqrt(variance / count)
            interval[name] = [mean[name] - half, mean[name] + half]
    return {"mean": mean, "ci95": interval}


def student(freedom: int) -> float:
    """The 97.5 % point of Student's t: tabulated, then by Cornish and Fisher's expansion (to 1e-4)."""
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    z = 1.959964
    terms = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def table(report: Mapping[str, Any]) -> str:
    """What people read: means and half intervals of each method, the best one marked; main metrics per picture."""
    methods, directions = report["methods"], report["metrics"]
    count = len(report["images"])
    rows = [["metric", "better", *methods]]
    for name, direction in directions.items():
        best = _best({method: scores["mean"][name] for method, scores in methods.items()}, direction)
        cells = [_mean_cell(scores, name) + (" *" if method == best else "") for method, scores in methods.items()]
        rows.append([name, direction.replace("none", "-"), *cells])
    notes = f"Means over {count} pictures, 95 % confidence" if count > 1 else "One picture"
    notes += ", * best." if len(methods) > 1 else "."
    text = f"{aligned(rows)}\n\n{notes}"
    if count > LISTED or len(methods) > 1 or count == 1:
        return text
    from ..metrics import MAIN

    shown = [name for name in MAIN if name in directions] or list(directions)[:8]
    listing = [[scene, *(_number(row[name]) for name in shown)] for scene, row in report["images"].items()]
    return f"{aligned([['picture', *shown], *listing])}\n\n{text}"


def describe(scores: Sequence[Mapping[str, float]], metrics: Sequence[Any]) -> str:
    """Metrics of a few pictures for people to read: one row per `metrics.Metric`, one column per picture."""
    columns = ["value"] if len(scores) == 1 else [f"picture {number}" for number in range(1, len(scores) + 1)]
    rows = [["metric", "better", *columns]]
    for metric in metrics:
        values = [_number(_plain(row[metric.name])) for row in scores]
        rows.append([metric.name, metric.direction.replace("none", "-"), *values])
    return aligned(rows)


def _best(means: Mapping[str, float | None], direction: str) -> str | None:
    known = {method: mean for method, mean in means.items() if mean is not None}
    if direction == "none" or len(known) < 2:
        return None
    return (max if direction == "higher" else min)(known, key=known.__getitem__)


def _mean_cell(scores: Mapping[str, Any], name: str) -> str:
    mean, interval = scores["mean"][name], scores["ci95"][name]
    return _number(mean) + (f" +- {(interval[1] - interval[0]) / 2:.{_decimals(mean)}f}" if interval else "")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    return 2 if abs(value) >= 10 else 4 if abs(value) >= 0.01 else 6


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table of text: the first row is the header, the first column is flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def _some(names: Sequence[str]) -> str:
    """Up to three names and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
