"""Measure the shipped model on held-out samples and print the README's table.

    python scripts/validation_table.py --data ROOT [--count 24]

Per task: PSNR (dB) and SSIM against what the prompt asks for, of the plain average of the sources, of the source that
comes nearest, and of the fused picture.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import torch

from mmaif import FusionPipeline
from mmaif.data.samples import SampleConfig, SampleMaker
from mmaif.data.scenes import read_scenes, split
from mmaif.metrics import psnr, ssim

NAMES = {"vif": "visible + infrared", "mef": "exposures", "mff": "focus", "restore": "one picture"}


def main() -> None:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="regression")
    parser.add_argument("--count", type=int, default=24, help="samples per row")
    parser.add_argument("--size", type=int, default=256)
    arguments = parser.parse_args()
    pipe = FusionPipeline.from_pretrained(arguments.model)
    scenes = split(read_scenes(arguments.data), "val")
    print("| task | sources | average of the sources | best source | fused |\n|---|---|---|---|---|")
    for task, name in NAMES.items():
        for state, clean in (("clean", 1.0), ("degraded", 0.0)):
            maker = SampleMaker(scenes, arguments.size, SampleConfig(clean=clean, selective=0.0, frames=(1.0, 0, 0)))
            figures = defaultdict(list)
            for seed in range(arguments.count):
                sample = maker(50_000 + seed, task)
                target = sample.target[None]
                fused = pipe.fuse(sample.sources[None], [sample.prompt], task)
                best = max(sample.sources, key=lambda source: psnr(source[None], target).item())  # noqa: B023
                for kind, picture in (("average", sample.sources.mean(0)), ("best", best), ("fused", fused[0])):
                    figures[kind].append((psnr(picture[None], target).clamp(max=60), ssim(picture[None], target)))
            cells = []
            for kind in ("average", "best", "fused"):
                mean = torch.tensor(figures[kind]).mean(0).tolist()
                cells.append(f"{mean[0]:.1f} / {mean[1]:.3f}")
            print(f"| {name} | {state} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
