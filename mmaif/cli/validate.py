"""python -m mmaif validate"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..checks import check_number, check_whole
from ..progress import terminal_bar

if TYPE_CHECKING:
    from torch import Tensor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a folder with a manifest.tsv")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--photos", type=int, default=8, metavar="N", help="held-out photos for each fault of our own")
    parser.add_argument("--pairs", type=int, default=12, metavar="N", help="at most so many pairs of a kind")
    parser.add_argument("--size", type=int, default=256, metavar="PX", help="side of the photos")
    parser.add_argument("--severity", type=float, default=0.7, metavar="0..1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")


def run(options: argparse.Namespace) -> None:
    """Print the table of a checkpoint, fault by fault."""
    check_whole(options.photos, "--photos", 1, 10**6)
    check_whole(options.pairs, "--pairs", 1, 10**6)
    check_whole(options.size, "--size", 16, 8192)
    check_number(options.severity, "--severity", 0, 1)
    from dataclasses import asdict

    from ..data.exam import exam, gains
    from ..evaluation.tables import gain_table
    from ..files import check_target, write_json
    from ..pipeline import FusionPipeline

    if options.json:
        check_target(options.json, "--json ")
    pipe = FusionPipeline.from_pretrained(options.model)
    cases = exam(options.data, options.photos, options.pairs, options.size, options.severity)

    def repair(picture: "Tensor", prompt: str) -> "Tensor":
        return pipe.fuse(picture[None, None], [prompt], "restore")[0]

    rows = gains(repair, cases, terminal_bar())
    print(gain_table(rows))
    if options.json:
        write_json([asdict(row) for row in rows], options.json)
