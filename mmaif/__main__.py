"""Command line: python -m mmaif COMMAND ..., the commands being those of COMMANDS."""

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence

from .cli import (
    align,
    batch,
    benchmark,
    check,
    degrade,
    evaluate,
    export,
    finetune,
    fuse,
    pack,
    synthesize,
    train,
    validate,
)
from .errors import InputError

COMMANDS = {
    "fuse": (fuse, "fuse pictures of one scene into one clean picture"),
    "align": (align, "lay pictures of one scene onto each other"),
    "batch": (batch, "fuse thousands of scenes, from folders or a table; goes on where it was stopped"),
    "degrade": (degrade, "spoil a clean picture, for tests and training"),
    "synthesize": (synthesize, "write degraded / clean / target / prompt samples"),
    "evaluate": (evaluate, "measure folders of fused pictures, several methods side by side"),
    "benchmark": (benchmark, "measure speed, memory and arithmetic by size and stage"),
    "validate": (validate, "measure what a model repairs, fault by fault, on held-out photos and pairs"),
    "train": (train, "train one part of a model"),
    "finetune": (finetune, "teach a model the look of your own pairs; gives a LoRA that ComfyUI loads"),
    "pack": (pack, "join the files of trained parts into one checkpoint"),
    "export": (export, "write the regression pipeline as an ONNX file"),
    "check": (check, "verify the weights, and say what an issue needs to know of this machine"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 2 with one sentence on stderr for input that cannot be used, 130 where Ctrl-C
    ended it. A command may return another code: 3 where a part of the work failed and the rest is done."""
    parser = argparse.ArgumentParser(prog="python -m mmaif", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, (command, purpose) in COMMANDS.items():
        each = commands.add_parser(name, help=purpose)
        command.add_arguments(each)
        each.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a file, our sentence says
    for library in ("PIL", "tifffile"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        return options.run(options) or 0
    except InputError as error:
        return _stopped(str(error), 2)
    except KeyboardInterrupt:
        return _stopped("Stopped.", 130)
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        return _stopped("There is not enough memory; give smaller pictures, a smaller --tile or another --device.", 2)


def _stopped(reason: str, status: int) -> int:
    """The status, after one line on stderr that says why."""
    print(f"mmaif: {' '.join(reason.split())}", file=sys.stderr)
    return status


def _is_out_of_memory(error: Exception) -> bool:
    """torch says so in a RuntimeError: of one kind for accelerators, of none for the CPU."""
    words = str(error)
    return isinstance(error, MemoryError) or "out of memory" in words or "can't allocate memory" in words


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # file names may hold what the terminal cannot show
    sys.exit(main())
