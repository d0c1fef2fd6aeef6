"""python -m mmaif benchmark"""

import argparse
from dataclasses import fields
from pathlib import Path

from ..errors import InputError
from ..evaluation.report import DTYPES, Settings
from ..files import check_target, write_json
from ..progress import terminal_bar


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
    parser.add_argument("--export", action="store_true", help="measure the exported ONNX file too, up to 1024 px")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--plot", type=Path, metavar="PICTURE", help="draw seconds by size and stage there")


def run(options: argparse.Namespace) -> None:
    """Print the table and write what was asked for."""
    settings = _settings(options)
    if options.json:
        check_target(options.json, "--json ")
    from ..evaluation.benchmark import benchmark
    from ..evaluation.plot import draw
    from ..evaluation.tables import speed_table
    from ..images import save_image
    from ..writing import check_output

    if options.plot:
        check_output(options.plot)
    report = benchmark(settings, terminal_bar())
    print(speed_table(report))
    if options.json:
        write_json(report.to_json(), options.json)
    if options.plot:
        save_image(draw(report), options.plot)


def _settings(options: argparse.Namespace) -> Settings:
    """Raises InputError for what cannot be measured."""
    try:
        sizes = tuple(sorted({int(size) for size in options.sizes.split(",")}))
    except ValueError as error:
        raise InputError(f"--sizes {options.sizes} is no list of numbers; write 512,1024.") from error
    given = {field.name: getattr(options, field.name) for field in fields(Settings)}
    return Settings(**given | {"sizes": sizes, "dtypes": tuple(options.dtypes.split(","))})
