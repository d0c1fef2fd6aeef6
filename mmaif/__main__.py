"""Command line: python -m mmaif fuse | degrade | synthesize | evaluate | benchmark | train | pack."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .errors import InputError
from .evaluation import benchmark, folders

TRAINERS = ("autoencoder", "text", "dit", "detail", "diagnosis", "restorer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 2 with one sentence on stderr for input that cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except InputError as error:
        print(f"mmaif: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mmaif", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    fuse = commands.add_parser("fuse", help="fuse pictures of one scene into one clean picture")
    fuse.add_argument("sources", nargs="+", metavar="PICTURE", help="registered, same size; for vif visible first")
    fuse.add_argument("-o", "--output", required=True, metavar="OUT")
    fuse.add_argument("--prompt", default="", help="what to repair, in words; nothing: fuse only")
    fuse.add_argument("--auto", action="store_true", help="look at the pictures and repair what is wrong with them")
    fuse.add_argument("--task", default="auto", metavar="auto|vif|mef|mff|restore")
    fuse.add_argument("--model", default="regression", metavar="NAME|PATH")
    fuse.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")
    fuse.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    fuse.add_argument("--device", default=None)
    fuse.add_argument("--dtype", default=None, metavar="float32|bfloat16|float16")
    flow = fuse.add_argument_group("flow models only")
    flow.add_argument("--steps", type=int, default=4, metavar="N")
    flow.add_argument("--seed", type=int, default=0, metavar="N")
    flow.add_argument("--sampler", default="euler", metavar="euler|heun")
    flow.add_argument("--shift", type=float, default=1.0, metavar="S", help="above 1: more steps near the noise")
    flow.add_argument("--guidance", type=float, default=1.0, metavar="G", help="above 1 exaggerates the prompt")
    flow.add_argument("--noise-device", default="cpu", metavar="cpu|device", help="cpu: the same on every machine")
    fuse.set_defaults(run=_fuse)

    degrade = commands.add_parser("degrade", help="spoil a clean picture, for tests and training")
    degrade.add_argument("picture")
    degrade.add_argument("-o", "--output", required=True, metavar="OUT")
    degrade.add_argument("--ops", required=True, metavar="rain:0.6,noise:0.3", help="operators and severities 0..1")
    degrade.add_argument("--seed", type=int, default=0, metavar="N")
    degrade.set_defaults(run=_degrade)

    synthesize = commands.add_parser("synthesize", help="write degraded / clean / target / prompt samples")
    synthesize.add_argument("--photos", type=Path, metavar="DIR", help="clean photos, for mef, mff and restore")
    synthesize.add_argument("--visible", type=Path, metavar="DIR", help="visible pictures, for vif")
    synthesize.add_argument("--infrared", type=Path, metavar="DIR", help="infrared pictures of the same names")
    synthesize.add_argument("--data", type=Path, metavar="DIR", help="instead: a folder with a manifest.tsv")
    synthesize.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    synthesize.add_argument("--count", type=int, default=100, metavar="N")
    synthesize.add_argument("--size", type=int, default=512, metavar="PX", help="side of the crops; 0: whole pictures")
    synthesize.add_argument("--task", default=None, metavar="vif|mef|mff|restore", help="only this one")
    synthesize.add_argument("--seed", type=int, default=0, metavar="N")
    synthesize.set_defaults(run=_synthesize)

    evaluate = commands.add_parser("evaluate", help="measure folders of fused pictures, several methods side by side")
    folders.add_arguments(evaluate)
    evaluate.set_defaults(run=_evaluate)

    speed = commands.add_parser("benchmark", help="measure speed, memory and arithmetic by size and stage")
    benchmark.add_arguments(speed)
    speed.set_defaults(run=_benchmark)

    train = commands.add_parser("train", help="train one part of a model")
    train.add_argument("part", choices=TRAINERS)
    train.add_argument("--config", required=True, metavar="FILE")
    train.add_argument("--minutes", type=float, default=None, metavar="M", help="instead of the configuration's")
    train.add_argument("--resume", action="store_true", help="go on from the last state in the output folder")
    train.set_defaults(run=_train)

    pack = commands.add_parser("pack", help="join the files of trained parts into one checkpoint")
    pack.add_argument("parts", nargs="+", metavar="FILE")
    pack.add_argument("-o", "--output", required=True, metavar="OUT")
    pack.add_argument("--shared", default="", metavar="NAME", help="keep all but the network in NAME beside OUT")
    pack.set_defaults(run=_pack)
    return parser


def _fuse(options: argparse.Namespace) -> None:
    if not 0 <= options.detail <= 1:
        raise InputError(f"--detail {options.detail} is out of range; use 0 to 1.")
    from .images import check_output, save_image, stack_sources, to_batch
    from .pipeline import FusionPipeline
    from .sampling import FlowSampling

    flow = FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__})
    check_output(options.output)
    sources = stack_sources([to_batch(path, path) for path in options.sources], options.sources)
    began = time.perf_counter()
    pipe = FusionPipeline.from_pretrained(options.model, options.device, options.dtype)
    prompt = options.prompt
    if options.auto:
        from .language.prompts import standard_sentence

        prompt = f"{standard_sentence(pipe.diagnose(sources, options.task)[0])} {prompt}".strip()
        print(f"Prompt: {prompt or '(nothing to repair)'}")
    fused = pipe.fuse(sources, [prompt], options.task, options.detail, options.tile, _progress(), flow)
    save_image(fused[0], options.output)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")


def _degrade(options: argparse.Namespace) -> None:
    from .degradation import degrade, parse_ops
    from .images import check_output, load_image, save_image

    check_output(options.output)
    ops = parse_ops(options.ops)
    image = degrade(load_image(options.picture)[None], ops, options.seed)
    save_image(image[0], options.output)


def _synthesize(options: argparse.Namespace) -> None:
    if options.count < 1 or options.size < 0:
        raise InputError("--count must be at least 1 and --size at least 0.")
    from .data.samples import SampleMaker
    from .data.scenes import read_scenes
    from .data.synthesize import own_scenes, synthesize

    if options.data:
        scenes = read_scenes(options.data)
    else:
        scenes = own_scenes(options.photos, options.visible, options.infrared)
    maker = SampleMaker(scenes, options.size)
    synthesize(maker, options.output, options.count, options.seed, options.task, _progress())


def _evaluate(options: argparse.Namespace) -> None:
    folders.evaluate_command(options, _progress())


def _benchmark(options: argparse.Namespace) -> None:
    benchmark.benchmark_command(options, _progress())


def _train(options: argparse.Namespace) -> None:
    from dataclasses import replace
    from importlib import import_module

    from .configuration import load

    module = import_module(f".training.{options.part}", __package__)
    config = load(module.CONFIG, options.config)
    if options.minutes is not None:
        config = replace(config, loop=replace(config.loop, minutes=options.minutes))
    module.train(config, options.resume)


def _pack(options: argparse.Namespace) -> None:
    from .checkpoint import merge

    merge(options.parts, options.output, shared=options.shared)


def _progress() -> Callable[[str, int, int], None] | None:
    """A bar on stderr for tiled work, when somebody is watching."""
    if not sys.stderr.isatty():
        return None

    def show(stage: str, done: int, total: int) -> None:
        filled = "#" * round(20 * done / total)
        print(f"\r{stage:>7} [{filled:<20}] {done}/{total}", end="\n" if done == total else "", file=sys.stderr)

    return show


if __name__ == "__main__":
    sys.exit(main())
