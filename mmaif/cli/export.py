"""python -m mmaif export"""

import argparse
from pathlib import Path

from ..errors import InputError
from ..files import check_target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.onnx")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--size", default="640x480", metavar="WxH", help="of the pictures, multiples of 16")
    parser.add_argument("--sources", type=int, default=2, metavar="N", help="how many pictures are fused into one")
    parser.add_argument("--prompt", default="", help="what to repair, in words; fixed in the file")
    parser.add_argument("--task", default="auto", metavar="auto|vif|mef|mff|restore", help="fixed in the file")
    parser.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")


def run(options: argparse.Namespace) -> None:
    """Write the ONNX file and say how near it comes."""
    try:
        width, height = map(int, options.size.split("x"))
    except ValueError as error:
        raise InputError(f"--size {options.size} is no size; write 640x480.") from error
    if not 0 <= options.detail <= 1:
        raise InputError(f"--detail {options.detail} is out of range; use 0 to 1.")
    check_target(options.output, "the output ")
    from ..export import Exporting, export
    from ..pipeline import FusionPipeline

    given = Exporting(height, width, options.sources, options.prompt, options.task, options.detail)
    pipe = FusionPipeline.from_pretrained(options.model, "cpu", "float32")
    near = export(pipe, options.output, given)
    print(f"{options.output} ({options.output.stat().st_size / 1e6:.0f} MB, {near:.0f} dB to PyTorch)")
