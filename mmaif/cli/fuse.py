"""python -m mmaif fuse"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from ..errors import InputError
from ..progress import terminal_bar
from .align import add_wishes

if TYPE_CHECKING:
    from torch import Tensor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE",
        help="of one scene; infrared may be smaller; folders, wildcards, all pages of a TIFF",
    )
    parser.add_argument("-o", "--output", required=True, metavar="OUT")
    parser.add_argument("--prompt", default="", help="what to repair, in words; nothing: fuse only")
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
    parser.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")
    parser.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    parser.add_argument("--device", default=None)
    parser.add_argument("--dtype", default=None, metavar="float32|bfloat16|float16")
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
    if not 0 <= options.detail <= 1:
        raise InputError(f"--detail {options.detail} is out of range; use 0 to 1.")
    from ..video import is_film

    if is_film(options.output) or any(map(is_film, options.sources)):
        return _fuse_films(options)
    from ..align.prepare import Wishes, prepare
    from ..frames import expanded
    from ..language.understanding import sentence
    from ..pipeline import FusionPipeline
    from ..sampling import FlowSampling
    from ..sources import coloured, gather
    from ..writing import Written, check_output, depth_of, write

    flow = FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__})
    wishes = Wishes(options.align, options.ghosts, options.reference)
    check_output(options.output, options.depth)
    sources = expanded(options.sources)
    given = gather(sources, list(map(str, sources)), options.task, options.prompt, options.polarity)
    depth = depth_of(options.output, options.depth, given.bits)
    check_output(options.output, depth)
    began = time.perf_counter()
    frames = prepare(given.frames, options.task, wishes, terminal_bar())
    for note in (*given.notes, *frames.notes):
        print(note)
    # bfloat16 has 8 bits of its own: too few for what is to have more
    dtype = options.dtype or (None if depth == "8" else "float32")
    pipe = FusionPipeline.from_pretrained(options.model, options.device, dtype)
    prompt = given.prompt
    if options.auto:
        prompt = pipe.auto_prompt(frames.some()[0], prompt, frames.tasks[0])
        print(f"Prompt: {prompt or '(nothing to repair)'}")
    if options.explain:
        print(sentence(pipe.understand(prompt)))
    fused = pipe.fuse_prepared(frames, prompt, options.detail, options.tile, terminal_bar(), flow)
    fused = coloured(fused, given.gray)
    alpha = None if given.alpha is None else given.alpha[0, 0].numpy()
    about = Written(depth, given.exif, given.gray)
    write(fused[0].movedim(0, -1).numpy(), options.output, alpha, about)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")


def _fuse_films(options: argparse.Namespace) -> None:
    """Fuse films into one."""
    from ..align.prepare import Wishes
    from ..pipeline import FusionPipeline
    from ..sampling import FlowSampling
    from ..video import check_films, fuse_films

    flow = FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__})
    check_films(options.sources, options.output)
    if options.auto:
        raise InputError("--auto looks at pictures, not at films; say what to repair with --prompt.")
    began = time.perf_counter()
    pipe = FusionPipeline.from_pretrained(options.model, options.device, options.dtype)

    def fuse(sources: Tensor, task: str) -> Tensor:
        return pipe.fuse(sources, [options.prompt], task, options.detail, options.tile, None, flow)

    wishes = Wishes(options.align, options.ghosts, options.reference)
    for note in fuse_films(fuse, options.sources, options.output, options.task, wishes, terminal_bar()):
        print(note)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")
