"""Command line: python -m mmaif COMMAND, one of COMMANDS below."""

import argparse
import sys
from collections.abc import Sequence

from .cli import align, benchmark, degrade, evaluate, fuse, pack, synthesize, train, validate
from .errors import InputError

COMMANDS = {
    "fuse": (fuse, "fuse pictures of one scene into one clean picture"),
    "align": (align, "lay pictures of one scene onto each other"),
    "degrade": (degrade, "spoil a clean picture, for tests and training"),
    "synthesize": (synthesize, "write degraded / clean / target / prompt samples"),
    "evaluate": (evaluate, "measure folders of fused pictures, several methods side by side"),
    "benchmark": (benchmark, "measure speed, memory and arithmetic by size and stage"),
    "validate": (validate, "measure what a model repairs, fault by fault, on held-out photos and pairs"),
    "train": (train, "train one part of a model"),
    "pack": (pack, "join the files of trained parts into one checkpoint"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 2 with one sentence on stderr for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m mmaif", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, (command, purpose) in COMMANDS.items():
        each = commands.add_parser(name, help=purpose)
        command.add_arguments(each)
        each.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except InputError as error:
        print(f"mmaif: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
