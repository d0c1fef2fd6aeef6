"""python -m mmaif synthesize"""

import argparse
from pathlib import Path

from ..checks import check_seed, check_whole
from ..progress import terminal_bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--photos", type=Path, metavar="DIR", help="clean photos, for mef, mff and restore")
    parser.add_argument("--visible", type=Path, metavar="DIR", help="visible pictures, for vif")
    parser.add_argument("--infrared", type=Path, metavar="DIR", help="infrared pictures of the same names")
    parser.add_argument("--data", type=Path, metavar="DIR", help="instead: a folder with a manifest.tsv")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--count", type=int, default=100, metavar="N")
    parser.add_argument("--size", type=int, default=512, metavar="PX", help="side of the crops; 0: whole pictures")
    parser.add_argument("--task", default=None, metavar="vif|mef|mff|restore", help="only this one")
    parser.add_argument("--shards", type=int, default=0, metavar="N", help="tar files of N samples each, for training")
    parser.add_argument("--seed", type=int, default=0, metavar="N")


def run(options: argparse.Namespace) -> None:
    """Write a set of samples."""
    check_whole(options.count, "--count", 1, 10**6)
    check_whole(options.size, "--size", 0, 8192)
    check_seed(options.seed, "--seed")
    check_whole(options.shards, "--shards", 0, 10**6)
    from ..data.samples import SampleMaker
    from ..data.scenes import read_scenes
    from ..data.synthesize import own_scenes, synthesize

    if options.data:
        scenes = read_scenes(options.data)
    else:
        scenes = own_scenes(options.photos, options.visible, options.infrared)
    maker = SampleMaker(scenes, options.size)
    if options.shards:
        from ..data.shards import write_shards

        sizes = options.count, options.shards
        write_shards(maker, options.output, *sizes, options.seed, options.task, terminal_bar())
        return
    synthesize(maker, options.output, options.count, options.seed, options.task, terminal_bar())
