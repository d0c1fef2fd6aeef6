"""python -m mmaif fuse"""

import argparse
import time

from ..checks import check_choice, check_number, check_text
from ..progress import terminal_bar
from ..tasks import TASKS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("sources", nargs="+", metavar="PICTURE", help="registered, same size; for vif visible first")
    parser.add_argument("-o", "--output", required=True, metavar="OUT")
    parser.add_argument("--prompt", default="", help="what to repair, in words; nothing: fuse only")
    parser.add_argument("--auto", action="store_true", help="look at the pictures and repair what is wrong with them")
    parser.add_argument("--task", default="auto", metavar="auto|vif|mef|mff|restore")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--detail", type=float, default=1.0, metavar="0..1", help="sharpness taken from the sources")
    parser.add_argument("--tile", type=int, default=None, metavar="PX", help="longest tile side; 0: no tiles")
    parser.add_argument("--device", default=None)
    parser.add_argument("--dtype", default=None, metavar="float32|bfloat16|float16")
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
    check_text(options.prompt, "--prompt")
    check_choice(options.task, "task", TASKS)
    from ..images import check_output, save_image, stack_sources, to_batch
    from ..pipeline import FusionPipeline
    from ..sampling import FlowSampling

    flow = FlowSampling(**{name: getattr(options, name) for name in FlowSampling.__dataclass_fields__})
    check_output(options.output)
    sources = stack_sources([to_batch(path, path) for path in options.sources], options.sources)
    began = time.perf_counter()
    pipe = FusionPipeline.from_pretrained(options.model, options.device, options.dtype)
    prompt = options.prompt
    if options.auto:
        prompt = pipe.auto_prompt(sources[0], prompt, options.task)
        print(f"Prompt: {prompt or '(nothing to repair)'}")
    fused = pipe.fuse(sources, [prompt], options.task, options.detail, options.tile, terminal_bar(), flow)
    save_image(fused[0], options.output)
    print(f"{options.output} ({time.perf_counter() - began:.1f} s)")
