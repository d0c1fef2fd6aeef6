"""python -m mmaif fuse"""

from __future__ import annotations

import argparse
import logging
import time
from typing import TYPE_CHECKING, Any

from ..checks import check_number
from ..errors import InputError
from ..progress import terminal_bar
from .align import add_wishes, wishes_of

if TYPE_CHECKING:
    from torch import Tensor

    from ..pipeline import FusionPipeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE",
        help="of one scene; infrared may be smaller; folders, wildcards, all pages of a TIFF; films",
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT")
    parser.add_argument("--prompt", default="", help="what to repair, in words; nothing: fuse only")
    parser.add_argument(
        "--strength", default="", metavar="NAME=0..1,...", help="how much of what is asked for, as in noise=.4,rain=.8"
    )
    parser.add_argument("--mask", metavar="PICTURE", help="white where repairs are wanted; elsewhere only fuse")
    parser.add_argument(
        "--exclude",
        nargs="+",
        default=[],
        metavar="MASK",
        help="for each source a picture, white where that takes no part, or - for none",
    )
    parser.add_argument("--auto", action="store_true", help="look at the pictures and repair what is wrong with them")
    parser.add_argument("--explain", action="store_true", help="say what was understood of the prompt")
    parser.add_argument("--task", default="auto", metavar="auto|vif|mef|mff|restore")
    parser.add_argument(
        "--polarity",
        default="auto",
        metavar="auto|white|black",
        help="what is hot in the infrared; auto: as the prompt says",
    )
    parser.add_argument(
        "--depth",
        default="auto",
        metavar="auto|8|16|float",
        help="bits of a channel; auto: 16 where a source has more than 8",
    )
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--lora", default=None, metavar="FILE", help="of finetune")
    parser.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")
    parser.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    parser.add_argument("--memory", type=float, default=None, metavar="GB", help="beside model and pictures")
    parser.add_argument("--device", default=None)
    parser.add_argument("--dtype", default=None, metavar="float32|bfloat16|float16")
    parser.add_argument("--compile", action="store_true", help="torch.compile: slow once, quicker from then on")
    add_wishes(parser)
    flow = parser.add_argument_group("flow models only")
    flow.add_argument("--steps", type=int, default=4, metavar="N")
    flow.add_argument("--seed", type=int, default=0, metavar="N")
    flow.add_argument("--sampler", default="euler", metavar="euler|heun")
    flow.add_argument("--shift", type=float, default=1.0, metavar="S", help="above 1: more steps near the noise")
    flow.add_argument("--guidance", type=float, default=1.0, metavar="G", help="above 1 exaggerates the prompt")
    flow.add_argument("--noise-device", default="cpu", metavar="cpu|device", help="cpu: the same on every machine")


def run(options: argparse.Namespace) -> None:
    """Fuse the sources into one file."""
    check_number(options.detail, "--detail", 0, 1)
    from ..video import is_film

    if options.compile:
        logging.basicConfig(level=logging.INFO, format="%(message)s")  # says what is compiled, and how long it takes
    films = is_film(options.output) or any(map(is_film, options.sources))
    return _fuse_films(options) if films else _fuse_pictures(options)


def _fuse_pictures(options: argparse.Namespace) -> None:
    """Fuse pictures into one."""
    from ..align.prepare import prepare
    from ..frames import expanded
    from ..language.sentences import standard_sentence
    from ..language.understanding import seen, sentence
    from ..sources import gather
    from ..writing import Written, check_output, depth_of, write

    check_output(options.output, options.depth)
    how = _how(options)
    sources = expanded(options.sources)
    exclude = [None if name == "-" else name for name in options.exclude]
    given = gather(sources, list(map(str, sources)), options.task, options.prompt, options.polarity, exclude)
    depth = depth_of(options.output, options.depth, given.bits)
    check_output(options.output, depth)
    began = time.perf_counter()
    frames = prepare(given.frames, options.task, wishes_of(options), terminal_bar())
    for note in (*given.notes, *frames.notes):
        print(note)
    # bfloat16 has 8 bits of its own: too few for what is to have more
    pipe = _pipe(options, options.dtype or (None if depth == "8" else "float32"))
    prompt = given.prompt
    if options.auto:
        (found,) = pipe.diagnose(frames.some()[:1], frames.tasks[0])
        prompt = f"{standard_sentence(found)} {prompt}".strip()
        print(f"Prompt: {prompt or '(nothing to repair)'}")
        if found:
            print(seen(found))
    if options.explain:
        print(sentence(pipe.understand(prompt)))
    fused = pipe.fuse(frames, [prompt], progress=terminal_bar(), **how)
    alpha = None if given.alpha is None else given.alpha[0, 0].numpy()
    about = Written(depth, given.exif, given.gray)
    write(fused[0].movedim(0, -1).numpy(), options.output, alpha, about)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")


def _fuse_films(options: argparse.Namespace) -> None:
    """Fuse films into one."""
    from ..video import check_films, fuse_films

    check_films(options.sources, options.output)
    if options.auto:
        raise InputError("--auto looks at pictures, not at films; say what to repair with --prompt.")
    if options.exclude:
        raise InputError("--exclude goes with pictures, not with films; leave it out.")
    how = _how(options)
    began = time.perf_counter()
    pipe = _pipe(options, options.dtype)

    def fuse(sources: Tensor, task: str) -> Tensor:
        return pipe.fuse(sources, [options.prompt], task, **how)

    for note in fuse_films(fuse, options.sources, options.output, options.task, wishes_of(options), terminal_bar()):
        print(note)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")


def _how(options: argparse.Namespace) -> dict[str, Any]:
    """What the options say to `FusionPipeline.fuse`."""
    from ..language.strengths import read_strength
    from ..masks import mask_of
    from ..sampling import FlowSampling

    return {
        "detail": options.detail,
        "tile": options.tile,
        "flow": FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__}),
        "memory": None if options.memory is None else round(check_number(options.memory, "--memory", 0, 1e6) * 1e9),
        "strength": read_strength(options.strength),
        "mask": mask_of(options.mask, options.mask) if options.mask else None,
    }


def _pipe(options: argparse.Namespace, dtype: str | None) -> FusionPipeline:
    """The model that the options name."""
    from ..pipeline import FusionPipeline

    return FusionPipeline.from_pretrained(
        options.model, options.device, dtype, compile=options.compile, lora=options.lora
    )
