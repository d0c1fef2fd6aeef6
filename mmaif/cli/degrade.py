"""python -m mmaif degrade"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("picture")
    parser.add_argument("-o", "--output", required=True, metavar="OUT")
    parser.add_argument("--ops", required=True, metavar="rain:0.6,noise:0.3", help="operators and severities 0..1")
    parser.add_argument("--seed", type=int, default=0, metavar="N")


def run(options: argparse.Namespace) -> None:
    """Spoil one picture."""
    from ..checks import check_seed
    from ..degradation import degrade, parse_ops
    from ..images import load_image, save_image
    from ..writing import check_output

    check_output(options.output)
    check_seed(options.seed, "--seed")
    ops = parse_ops(options.ops)
    image = degrade(load_image(options.picture)[None], ops, options.seed)
    save_image(image[0], options.output)
