"""python -m mmaif train"""

import argparse
from dataclasses import replace
from importlib import import_module

TRAINERS = ("autoencoder", "text", "grams", "dit", "restorer", "detail", "diagnosis")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("part", choices=TRAINERS)
    parser.add_argument("--config", required=True, metavar="FILE")
    parser.add_argument("--minutes", type=float, default=None, metavar="M", help="instead of the configuration's")
    parser.add_argument("--resume", action="store_true", help="go on from the last state in the output folder")


def run(options: argparse.Namespace) -> None:
    """Run one trainer: a module of `mmaif.training` with CONFIG, its dataclass, and train(config, resume)."""
    from ..checks import check_number
    from ..configuration import load

    module = import_module(f"..training.{options.part}", __package__)
    config = load(module.CONFIG, options.config)
    if options.minutes is not None:
        check_number(options.minutes, "--minutes", 0, 1e6)
        config = replace(config, loop=replace(config.loop, minutes=options.minutes))
    module.train(config, options.resume)
