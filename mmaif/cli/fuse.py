"""python -m mmaif fuse"""

import argparse
import logging
import time

from ..checks import check_number
from ..progress import terminal_bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE",
        help="registered, same size; infrared may be smaller; all pages of a TIFF",
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
    from ..language.strengths import read_strength
    from ..language.understanding import sentence
    from ..masks import mask_of
    from ..pipeline import FusionPipeline
    from ..sampling import FlowSampling
    from ..sources import gather
    from ..writing import Written, check_output, depth_of, write

    if options.compile:
        logging.basicConfig(level=logging.INFO, format="%(message)s")  # says what is compiled, and how long it takes
    flow = FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__})
    check_output(options.output, options.depth)
    strength = read_strength(options.strength)
    mask = mask_of(options.mask, options.mask) if options.mask else None
    exclude = [None if name == "-" else name for name in options.exclude]
    given = gather(options.sources, options.sources, options.task, options.prompt, options.polarity, exclude)
    depth = depth_of(options.output, options.depth, given.bits)
    check_output(options.output, depth)
    for note in given.notes:
        print(note)
    began = time.perf_counter()
    # bfloat16 has 8 bits of its own: too few for what is to have more
    dtype = options.dtype or (None if depth == "8" else "float32")
    pipe = FusionPipeline.from_pretrained(
        options.model, options.device, dtype, compile=options.compile, lora=options.lora
    )
    prompt = given.prompt
    if options.auto:
        prompt = pipe.auto_prompt(given.stacked[0], prompt, options.task)
        print(f"Prompt: {prompt or '(nothing to repair)'}")
    if options.explain:
        print(sentence(pipe.understand(prompt)))
    memory = None if options.memory is None else round(options.memory * 1e9)
    fused = pipe.fuse(
        *(given.stacked, [prompt], options.task, options.detail, options.tile, terminal_bar(), flow, memory),
        strength=strength,
        mask=mask,
    )
    alpha = None if given.alpha is None else given.alpha[0, 0].numpy()
    about = Written(depth, given.exif, given.gray)
    write(fused[0].movedim(0, -1).numpy(), options.output, alpha, about)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")
