"""python -m mmaif pack"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("parts", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", required=True, metavar="OUT")
    parser.add_argument("--shared", default="", metavar="NAME", help="keep all but the network in NAME beside OUT")


def run(options: argparse.Namespace) -> None:
    """Join the files of trained parts."""
    from ..checkpoint import merge

    merge(options.parts, options.output, shared=options.shared)
