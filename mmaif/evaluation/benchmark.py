"""Measure speed, memory and arithmetic, by size and stage: python -m mmaif benchmark.

One fusion is timed as users run it, tiles included; hooks on the networks say what each stage takes of it:

    encode  all sources -> latents        decode  fused latent -> picture
    text    prompt -> tokens              detail  the sources' sharpness; decoding with sources is decode + detail
    sample  transformer, all its steps    other   the rest: copies, tiles, blending
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InputError
from .folders import aligned

STAGES = ("encode", "text", "sample", "decode", "detail")
DTYPES = ("float32", "bfloat16", "float16")
PROMPT, TASK = "remove the noise", "mff"
Progress = Callable[[str, int, int], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--sizes", default="512,1024,2048", metavar="PX,PX", help="sides of square pictures")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="timed runs, after one that is not")
    parser.add_argument("--sources", type=int, default=2, metavar="N", help="how many pictures are fused into one")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--steps", type=int, default=4, metavar="N", help="flow models only")
    parser.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    parser.add_argument("--device", default=None)
    parser.add_argument("--dtypes", default="bfloat16", metavar="NAME,NAME", help=", ".join(DTYPES))
    parser.add_argument("--compile", action="store_true", help="measure with torch.compile too")
    parser.add_argument("--baselines", action="store_true", help="measure average, laplacian, mertens too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--plot", type=Path, metavar="PICTURE", help="draw seconds by size and stage there")


@dataclass(frozen=True)
class Settings:
    """What is measured; see `add_arguments`."""

    sizes: tuple[int, ...] = (512, 1024, 2048)
    repeats: int = 3
    sources: int = 2
    model: str = "regression"
    steps: int = 4
    tile: int | None = None
    device: str | None = None
    dtypes: tuple[str, ...] = ("bfloat16",)
    compile: bool = False
    baselines: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be measured."""
        if not self.sizes or min(self.sizes) < 16:
            raise InputError("--sizes must be sides of at least 16 px, such as 512,1024.")
        if min(self.repeats, self.sources, self.steps) < 1:
            raise InputError("--repeats, --sources and --steps must be at least 1.")
        if unknown := set(self.dtypes) - set(DTYPES):
            raise InputError(f"Unknown dtype {sorted(unknown)[0]!r} in --dtypes; use {', '.join(DTYPES)}.")


def benchmark_command(options: argparse.Namespace, progress: Progress | None = None) -> dict[str, Any]:
    """Run the command: print the table, write what was asked for, return what goes into the JSON file."""
    from ..images import check_output
    from .plot import draw

    try:
        sizes = tuple(sorted({int(size) for size in options.sizes.split(",")}))
    except ValueError as error:
        raise InputError(f"--sizes {options.sizes} is no list of numbers; write 512,1024.") from error
    given = {name: getattr(options, name) for name in Settings.__dataclass_fields__}
    settings = Settings(**given | {"sizes": sizes, "dtypes": tuple(options.dtypes.split(","))})
    if options.json and not options.json.absolute().parent.is_dir():
        raise InputError(f"The folder of --json {options.json} does not exist; create it first.")
    if options.plot:
        check_output(options.plot)
    report = benchmark(settings, progress)
    print(table(report))
    if options.json:
        unfinished = options.json.with_name(f".{options.json.name}.partial")
        unfinished.write_text(json.dumps(report, indent=1, allow_nan=False) + "\n")
        unfinished.replace(options.json)
    if options.plot:
        draw(report).save(options.plot)
    return report


def benchmark(settings: Settings, progress: Progress | None = None) -> dict[str, Any]:
    """Measure everything that the settings name.

    Returns:
        {"date", "machine", "settings", "matrix_flops_per_second": {dtype: rate}, "rows": [{"method", "dtype",
        "compile", "size" px, "stage" ("total" for all of it), "seconds" median, "quartiles" [low, high],
        "pixels_per_second" of the fused picture, "peak_bytes" of the process (CUDA: allocated), "working_bytes" of
        them that were not held before, "flops_per_pixel", "matrix_share" of the measured matrix rate}]}.
        None (null in JSON) stands for what cannot be told.
    """
    from ..pipeline import FusionPipeline
    from ..sampling import FlowSampling
    from . import stopwatch
    from .baselines import BASELINES, available

    variants = [(dtype, compiled) for dtype in settings.dtypes for compiled in (False, True)[: 1 + settings.compile]]
    names = available() if settings.baselines else []
    steps = len(settings.sizes) * (len(variants) + len(names))
    rows: list[dict[str, Any]] = []
    rates: dict[str, float] = {}
    flops: dict[int, dict[str, float]] = {}
    done = 0
    for dtype, compiled in variants:
        pipe = FusionPipeline.from_pretrained(settings.model, settings.device, dtype)
        device = pipe.device
        if dtype not in rates:
            rates[dtype] = stopwatch.matrix_rate(device, pipe.dtype)
        if compiled:
            stopwatch.compile_networks(pipe)
        with stopwatch.Recorder(device, pipe) as recorder:
            for size in settings.sizes:
                given = stopwatch.scene(size, settings.sources)
                run = partial(pipe.fuse, given, [PROMPT], TASK, tile=settings.tile, flow=FlowSampling(settings.steps))
                if compiled:
                    run()  # compiles; its FLOPs are those of the plain model
                else:
                    flops[size] = recorder.flops(run)
                label = {"method": "mmaif", "dtype": dtype, "compile": compiled, "size": size}
                rows += recorder.measure(run, settings.repeats, label, flops[size], rates[dtype])
                done += 1
                if progress:
                    progress("measure", done, steps)
    for name in names:
        with stopwatch.Recorder(device) as recorder:
            for size in settings.sizes:
                run = partial(BASELINES[name], stopwatch.scene(size, settings.sources).to(device), TASK)
                label = {"method": name, "dtype": "float32", "compile": False, "size": size}
                rows += recorder.measure(run, settings.repeats, label, {}, None)
                done += 1
                if progress:
                    progress("measure", done, steps)
    return {
        "date": date.today().isoformat(),
        "machine": stopwatch.machine(device),
        "settings": asdict(settings),
        "matrix_flops_per_second": rates,
        "rows": rows,
    }


def grouped(report: dict[str, Any]) -> dict[tuple[str, int], dict[str, dict[str, Any]]]:
    """The report's rows as {(variant, size): {stage: row}}."""
    runs: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for row in report["rows"]:
        runs.setdefault((variant(row), row["size"]), {})[row["stage"]] = row
    return runs


def grid(report: dict[str, Any]) -> list[list[str]]:
    """The report as cells, the header first: one line per method, dtype and size, seconds by stage in columns."""
    stages = [*STAGES, "other", "total"]
    lines = [["method", "px", *stages, "+-", "Mpx/s", "memory MB", "kFLOP/px", "of matrix rate"]]
    for (name, size), rows in grouped(report).items():
        total = rows["total"]
        low, high = total["quartiles"]
        seconds = [_cell(rows[stage]["seconds"], ".3g") if stage in rows else "-" for stage in stages]
        lines.append(
            [
                name,
                str(size),
                *seconds,
                f"{(high - low) / 2:.2g}",
                _cell(total["pixels_per_second"], ".3g", 1e-6),
                _cell(total["working_bytes"], ".0f", 1e-6),
                _cell(total["flops_per_pixel"], ".0f", 1e-3),
                _cell(total["matrix_share"], ".0%"),
            ]
        )
    return lines


def stage_grid(report: dict[str, Any]) -> list[list[str]]:
    """The stages of the largest pictures as cells, the header first."""
    lines = [["stage", "method", "px", "seconds", "of the time", "memory MB", "kFLOP/px", "of matrix rate"]]
    largest = max(report["settings"]["sizes"])
    for (name, size), rows in grouped(report).items():
        if size != largest or len(rows) == 1:
            continue
        lines += [
            [
                stage,
                name,
                str(size),
                _cell(row["seconds"], ".3g"),
                f"{row['seconds'] / rows['total']['seconds']:.0%}",
                _cell(row["working_bytes"], ".0f", 1e-6),
                _cell(row["flops_per_pixel"], ".0f", 1e-3),
                _cell(row["matrix_share"], ".0%"),
            ]
            for stage, row in rows.items()
            if stage not in ("other", "total")
        ]
    return lines


def variant(row: dict[str, Any]) -> str:
    """A row's method, dtype and compilation in one name."""
    if row["method"] != "mmaif":
        return row["method"]
    return f"mmaif {row['dtype']}{' compiled' if row['compile'] else ''}"


def notes(report: dict[str, Any]) -> str:
    """What the figures are and where they come from."""
    rates = ", ".join(f"{dtype} {rate / 1e12:.2f}" for dtype, rate in report["matrix_flops_per_second"].items())
    where, settings = report["machine"], report["settings"]
    return (
        f"{settings['sources']} sources; medians of {settings['repeats']} runs in seconds, +- half the distance of the "
        f"quartiles; memory is what a run adds.\n{where['device']}, {where['processor']}, {where['threads']} threads, "
        f"torch {where['torch']}; measured matrix rate in TFLOP/s: {rates}."
    )


def table(report: dict[str, Any]) -> str:
    """What people read."""
    return f"{aligned(grid(report))}\n\n{aligned(stage_grid(report))}\n\n{notes(report)}"


def _cell(value: float | None, form: str, scale: float = 1) -> str:
    return "-" if value is None else f"{value * scale:{form}}"
