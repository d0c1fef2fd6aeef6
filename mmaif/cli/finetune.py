"""python -m mmaif finetune --data MY_PAIRS"""

import argparse

from ..errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    folders = "a folder with source1, source2 ... and target, or a table with the column reference"
    parser.add_argument("--data", required=True, metavar="DIR|TABLE", help=folders)
    parser.add_argument("-o", "--output", default="runs/finetune", metavar="DIR", help="for LoRA and report")
    parser.add_argument("--prompt", default="", help="for pairs without one")
    parser.add_argument("--model", default="regression", metavar="NAME|PATH")
    parser.add_argument("--minutes", type=float, default=60.0, metavar="M")
    parser.add_argument("--steps", type=int, default=0, metavar="N", help="at most so many; 0: as the minutes allow")
    parser.add_argument("--rank", type=int, default=8, metavar="N")
    parser.add_argument("--rate", type=float, default=2e-3, metavar="LR")
    parser.add_argument("--crop", type=int, default=128, metavar="PX", help="a multiple of 16")
    parser.add_argument("--batch", type=int, default=4, metavar="N")
    parser.add_argument("--resume", action="store_true", help="go on from the last state in the output folder")


def run(options: argparse.Namespace) -> None:
    """Train a LoRA and print what it does to the held-out pairs."""
    if options.minutes <= 0 or min(options.rank, options.batch) < 1 or options.crop < 16 or options.crop % 16:
        raise InputError("--minutes, --rank and --batch must be above 0, and --crop a multiple of 16.")
    from dataclasses import replace

    from ..training.finetune import FineTuning, train

    config = FineTuning(options.data, options.model, options.output, rank=options.rank)
    loop = replace(config.loop, minutes=options.minutes, steps=options.steps, learning_rate=options.rate)
    config = replace(config, crop=options.crop, batch=options.batch, loop=loop)
    figures = train(config, options.resume, options.prompt)
    before, after = figures["before_psnr"], figures["after_psnr"]
    print(f"Held-out pairs: {before:.2f} dB before, {after:.2f} dB after ({after - before:+.2f} dB).")
    print(f"{options.output}/lora.safetensors: --lora FILE here, or LoRA Loader (Model Only) in ComfyUI.")
