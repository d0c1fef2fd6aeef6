"""python -m mmaif batch SOURCE... -o DIR"""

import argparse
from pathlib import Path

from ..errors import InputError
from ..progress import rate_bar
from .align import add_wishes, wishes_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a folder or glob per source, or one table")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help="a folder, or a URI such as s3://...")
    parser.add_argument("--prompt", default="", help="for rows without one; nothing: fuse only")
    parser.add_argument("--auto", action="store_true", help="look at each scene and repair what is wrong with it")
    parser.add_argument("--task", default="auto", metavar="auto|vif|mef|mff|restore")
    parser.add_argument("--format", default="png", metavar="png|jpg|...", help="of outputs without a name")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--lora", default=None, metavar="FILE", help="of finetune")
    parser.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")
    parser.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    parser.add_argument("--dtype", default=None, metavar="float32|bfloat16|float16")
    parser.add_argument("--devices", default="", metavar="cuda:0,cuda:1", help="a process each; default: all")
    parser.add_argument("--metrics", default="", metavar="NAME,NAME", help="measure these, into the report")
    parser.add_argument("--report", type=Path, metavar="FILE", help=".csv or .parquet; without it, report.csv in DIR")
    parser.add_argument("--steps", type=int, default=4, metavar="N", help="flow models only")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="flow models only")
    add_wishes(parser)
    ray = parser.add_argument_group("on many machines, with the extra 'fleet'")
    ray.add_argument("--ray", nargs="?", const="", metavar="ADDRESS", help="run on Ray; no address: one started here")
    ray.add_argument("--workers", type=int, default=1, metavar="N", help="models that are loaded at once")
    ray.add_argument("--gpus", type=float, default=0.0, metavar="SHARE", help="of a GPU for each, such as 0.5")
    ray.add_argument("--cpus", type=float, default=1.0, metavar="N", help="for each")


def run(options: argparse.Namespace) -> int:
    """Fuse what is not there yet; 3 where some of it could not be."""
    if not 0 <= options.detail <= 1:
        raise InputError(f"--detail {options.detail} is out of range; use 0 to 1.")
    if options.workers < 1 or options.gpus < 0 or options.cpus < 0:
        raise InputError("--workers must be at least 1, --gpus and --cpus at least 0.")
    from ..batch.manifest import read_items
    from ..batch.report import check_report
    from ..batch.run import Place, run
    from ..batch.runner import Settings
    from ..metrics import pick
    from ..sampling import FlowSampling

    metrics = tuple(options.metrics.split(",")) if options.metrics else ()
    pick(metrics, True, True)
    settings = Settings(
        options.model,
        options.dtype,
        options.auto,
        options.detail,
        options.tile,
        metrics,
        FlowSampling(steps=options.steps, seed=options.seed),
        options.lora,
        wishes_of(options),
    )
    items = read_items(options.sources, options.output, options.prompt, options.task, f".{options.format.lstrip('.')}")
    notes = Place(options.output).notes
    notes.mkdir(parents=True, exist_ok=True)
    report = check_report(options.report or notes / "report.csv")
    counts = run(items, options.output, settings, _fusing(options, settings), report, rate_bar())
    print(f"{counts['done']} fused, {counts['found']} there already, {counts['failed']} failed: {report}")
    return 3 if counts["failed"] else 0


def _fusing(options: argparse.Namespace, settings: object) -> object:
    """How the items are fused: on this machine, or on Ray."""
    from ..batch.run import on_this_machine

    if options.ray is not None:
        from ..batch.on_ray import on_ray

        return on_ray(settings, options.ray, options.workers, options.cpus, options.gpus)
    from ..batch.devices import default_devices

    return on_this_machine(settings, options.devices.split(",") if options.devices else default_devices())
