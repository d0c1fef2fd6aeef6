"""python -m mmaif evaluate --fused [NAME=]DIR ... --sources DIR ... [--reference DIR] [--baselines all]"""

import argparse
from pathlib import Path

from ..files import check_target, write_json
from ..progress import terminal_bar


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


def run(options: argparse.Namespace) -> None:
    """Print the table and write what was asked for."""
    from ..evaluation.baselines import pick_baselines
    from ..evaluation.evaluate import evaluate
    from ..evaluation.folders import parse_methods
    from ..evaluation.tables import score_table

    methods = parse_methods(options.fused)
    metrics = options.metrics.split(",") if options.metrics else None
    if options.json:
        check_target(options.json, "--json ")
    baselines = pick_baselines(options.baselines) if options.baselines else []
    given = options.sources, options.reference, metrics, options.montage
    report = evaluate(methods, *given, terminal_bar(), baselines)
    print(score_table(report))
    if options.json:
        write_json(report.to_json(), options.json)
