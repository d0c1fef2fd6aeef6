"""Measure the shipped model and the baselines and write docs/results.md, its pictures and docs/results.json.

    python -m scripts.pages.results --data ROOT [--model NAME] [--count 12] [--pairs 6] [--benchmark FILE ...]

Four parts: held-out samples with ground truth, real held-out pairs, speed, and the example pictures side by side. ROOT
holds a manifest.tsv; only its validation scenes are used. Without --benchmark a short one is run here; with it, JSON
files of `python -m mmaif benchmark` are shown, of other machines too.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from mmaif import FusionPipeline
from mmaif.checkpoint import checkpoint_path
from mmaif.data.samples import SampleConfig, SampleMaker
from mmaif.data.scenes import Scene, read_scenes, split
from mmaif.data.targets import exposure_pair
from mmaif.evaluation.baselines import BASELINES, available
from mmaif.evaluation.benchmark import benchmark
from mmaif.evaluation.evaluate import evaluate
from mmaif.evaluation.montage import montage
from mmaif.evaluation.plot import draw
from mmaif.evaluation.report import Benchmark, Settings
from mmaif.evaluation.statistics import CEILING, summary
from mmaif.evaluation.stopwatch import machine
from mmaif.evaluation.tables import run_cells, speed_notes, stage_cells
from mmaif.images import load_image, save_image
from mmaif.metrics import METRICS
from scripts.pages.common import DOCS, NAMES, markdown
from scripts.setup.environment import ROOT

EXAMPLES = {
    "vif": ("visible", "infrared"),
    "mef": ("exposures_under", "exposures_over"),
    "mff": ("focus_near", "focus_far"),
}
FIRST_SEED = 50_000
LONGEST = 640  # px of the real pairs


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="regression")
    parser.add_argument("--count", type=int, default=12, help="samples per row of the first table")
    parser.add_argument("--size", type=int, default=256, help="their side in px")
    parser.add_argument("--pairs", type=int, default=6, help="real pairs per task")
    parser.add_argument("--sizes", default="512,1024", help="sides in px of the short benchmark")
    parser.add_argument("--benchmark", type=Path, nargs="+", default=[], metavar="FILE", help="show these instead")
    options = parser.parse_args()
    began = time.perf_counter()
    pipe = FusionPipeline.from_pretrained(options.model)
    scenes = split(read_scenes(options.data), "val")

    numbers: dict[str, Any] = {"date": date.today().isoformat(), "machine": asdict(machine(pipe.device))}
    numbers["held_out"] = held_out(pipe, scenes, options.count, options.size)
    numbers["real"] = real_pairs(pipe, scenes, options.pairs)
    if options.benchmark:
        numbers["benchmarks"] = [json.loads(path.read_text()) for path in options.benchmark]
    else:
        print("benchmark", flush=True)
        sizes = tuple(map(int, options.sizes.split(",")))
        dtype = str(pipe.dtype).removeprefix("torch.")  # the quickest here, as everybody gets it
        settings = Settings(sizes, model=options.model, dtypes=(dtype,), baselines=True)
        numbers["benchmarks"] = [benchmark(settings).to_json()]
    for index, report in enumerate(numbers["benchmarks"], 1):
        draw(Benchmark.from_json(report)).save(DOCS / f"results_benchmark{index}.png")
    examples(pipe)
    (DOCS / "results.md").write_text(page(numbers, options))
    (DOCS / "results.json").write_text(json.dumps(numbers, indent=1, allow_nan=False) + "\n")
    print(f"docs/results.md in {time.perf_counter() - began:.0f} s")


def methods(pipe: FusionPipeline) -> dict[str, Callable[[torch.Tensor, str, str], torch.Tensor]]:
    """Name -> function of sources [1, N, 3, H, W], prompt and task."""
    classic = {name: (lambda sources, _, task, name=name: BASELINES[name](sources, task)) for name in available()}
    return classic | {"mmaif": lambda sources, prompt, task: pipe.fuse(sources, [prompt], task)}


def held_out(pipe: FusionPipeline, scenes: Sequence[Scene], count: int, size: int) -> list[dict[str, Any]]:
    """Per task, of clean and of degraded sources: {"task", "sources", "methods": {name: means and intervals}}."""
    rows = []
    for task in NAMES:
        for state, clean in (("clean", 1.0), ("degraded", 0.0)):
            print("held out:", NAMES[task], state, flush=True)
            maker = SampleMaker(scenes, size, SampleConfig(clean=clean, selective=0.0, frames=(1.0, 0, 0)))
            scores: dict[str, list[dict[str, float]]] = {name: [] for name in ("best source", *methods(pipe))}
            for seed in range(FIRST_SEED, FIRST_SEED + count):
                sample = maker(seed, task)
                target, sources = sample.target[None], sample.sources[None]
                pictures = {name: fuse(sources, sample.prompt, task) for name, fuse in methods(pipe).items()}
                best = max(sources[0], key=lambda source: METRICS["psnr"].function(source[None], target).item())  # noqa: B023
                for name, picture in (("best source", best[None]), *pictures.items()):
                    scores[name].append(_scores(picture, target))
            rows.append({"task": task, "sources": state, "methods": {n: asdict(summary(s)) for n, s in scores.items()}})
    return rows


def _scores(picture: torch.Tensor, target: torch.Tensor) -> dict[str, float]:
    values = {name: METRICS[name].function(picture, target).item() for name in ("psnr", "ssim", "haarpsi")}
    return values | {"psnr": min(values["psnr"], CEILING)}


def real_pairs(pipe: FusionPipeline, scenes: Sequence[Scene], count: int) -> dict[str, dict[str, Any]]:
    """Per task the report of `mmaif evaluate` on whole pictures, without a prompt and without ground truth."""
    reports = {}
    for task in EXAMPLES:
        print("real pairs:", NAMES[task], flush=True)
        chosen = [scene for scene in scenes if scene.kind == task]
        chosen = chosen[:: max(1, len(chosen) // count)][:count]
        with TemporaryDirectory() as name:
            folders = [Path(name) / part for part in ("one", "two", "fused")]
            for folder in folders:
                folder.mkdir()
            for scene in chosen:
                pair = _pair(scene)
                fused = pipe.fuse(pair[None], [""], task)[0]
                for picture, folder in zip((*pair, fused), folders, strict=True):
                    save_image(picture, folder / f"{scene.name}.png")
            report = evaluate({"mmaif": folders[2]}, folders[:2], baselines=available(), task=task)
            reports[task] = report.to_json()
    return reports


def _pair(scene: Scene) -> torch.Tensor:
    """[2, 3, H, W]"""
    if scene.kind == "mef":
        stack = torch.stack([load_image(path, LONGEST) for path in scene.exposures()])
        return stack[list(exposure_pair(stack))]
    return torch.stack([load_image(scene.files[key], LONGEST) for key in "AB"])


def examples(pipe: FusionPipeline) -> None:
    """One sheet per task of the example pictures that come with the pack."""
    for task, names in EXAMPLES.items():
        sources = torch.stack([load_image(ROOT / "assets" / f"mmaif_{name}.jpg") for name in names])
        pictures = dict(zip((name.replace("_", ", ") for name in names), sources, strict=True))
        pictures |= {name: fuse(sources[None], "", task)[0] for name, fuse in methods(pipe).items()}
        montage(pictures, cell=250).save(DOCS / f"results_{task}.jpg", quality=85)


def page(numbers: Mapping[str, Any], options: argparse.Namespace) -> str:
    """The Markdown text."""
    where = numbers["machine"]
    digest = hashlib.sha256(checkpoint_path(options.model).read_bytes()).hexdigest()[:12]
    missing = "" if "mertens" in available() else " Mertens is left out: OpenCV was not installed."
    pairs = {task: len(report["images"]) for task, report in numbers["real"].items()}
    parts = [
        "# Results",
        f"Written by `python -m scripts.pages.results --data ROOT --model {Path(options.model).stem} "
        f"--count {options.count} --pairs {options.pairs}` on {numbers['date']}; not to be edited. Model "
        f"{Path(options.model).stem}, sha256 {digest}. Machine: {where['device']}, {where['processor']}, "
        f"{where['threads']} threads, torch {where['torch']}. All numbers: [results.json](results.json). The "
        f"measures: [metrics](metrics.md). No scene was trained on.{missing}",
        "## Samples with ground truth",
        f"{options.count} samples of {options.size} px per row (`mmaif.data`). PSNR in dB with half its 95 % interval, "
        "SSIM, HaarPSI against what the prompt asks for; identical pictures count as 100 dB; the best PSNR is bold. "
        "The baselines cannot repair. The infrared targets are made in pyramids, and some exposure targets are too, "
        "with Mertens' weights (`mmaif/data/targets.py`): those rows favour the baselines that work alike.",
        _held_out_table(numbers["held_out"]),
        "## Real pairs",
        f"Whole pictures, longest side {LONGEST} px, clean, without a prompt: "
        + ", ".join(f"{count} {NAMES[task]}" for task, count in pairs.items())
        + ". Mean and half the 95 % interval, the best bold. No ground truth: these measures compare with the sources "
        "and do not agree with each other ([read with care](metrics.md#read-with-care)).",
    ]
    for task, report in numbers["real"].items():
        parts += [f"### {NAMES[task].capitalize()}", _real_table(report)]
    parts += ["## Speed and memory"]
    for index, report in enumerate(map(Benchmark.from_json, numbers["benchmarks"]), 1):
        parts += [
            speed_notes(report).replace("\n", " ") + " FLOPs count matrix products and convolutions.",
            markdown(run_cells(report)),
            "Stages of the largest pictures:",
            markdown(stage_cells(report)),
            f"![Seconds by size and stage](results_benchmark{index}.png)",
        ]
    parts += ["## Side by side", "The pack's examples; the crops are where the pictures differ most in detail."]
    parts += [f"![{NAMES[task]}](results_{task}.jpg)" for task in EXAMPLES]
    return "\n\n".join(parts) + "\n"


def _held_out_table(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [["task", "sources", *rows[0]["methods"]]]
    for row in rows:
        best = max(scores["mean"]["psnr"] for scores in row["methods"].values())
        cells = []
        for scores in row["methods"].values():
            mean, interval = scores["mean"], scores["ci95"]["psnr"]
            half = f" +- {(interval[1] - interval[0]) / 2:.1f}" if interval else ""
            strength = f"{mean['psnr']:.1f}{half}"
            strength = f"**{strength}**" if mean["psnr"] == best else strength
            cells.append(f"{strength} / {mean['ssim']:.3f} / {mean['haarpsi']:.3f}")
        lines.append([NAMES[row["task"]], row["sources"], *cells])
    return markdown(lines)


def _real_table(report: Mapping[str, Any]) -> str:
    lines = [["measure", "better", *report["methods"]]]
    for name, direction in report["metrics"].items():
        means = {method: scores["mean"][name] for method, scores in report["methods"].items()}
        best = {"higher": max, "lower": min}.get(direction, lambda _: None)(means.values())
        cells = []
        for method, scores in report["methods"].items():
            interval = scores["ci95"][name]
            text = f"{means[method]:.4g}" + (f" +- {(interval[1] - interval[0]) / 2:.2g}" if interval else "")
            cells.append(f"**{text}**" if means[method] == best else text)
        lines.append([name, "-" if direction == "none" else direction, *cells])
    return markdown(lines)


if __name__ == "__main__":
    main()
