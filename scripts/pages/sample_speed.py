"""How many training samples a second the degradation pipeline makes.

python -m scripts.pages.sample_speed --data ROOT
"""

import argparse
import time
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from mmaif.data.pool import SampleStream
from mmaif.data.samples import SampleMaker
from mmaif.data.scenes import read_scenes, split


def main() -> None:
    """Time the mixed recipe, after every picture has been read once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--count", type=int, default=1200)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    maker = SampleMaker(split(read_scenes(arguments.data), "val"), arguments.size)
    for seed in range(400):  # fills the cache that the workers then share
        maker(seed)
    samples = iter(DataLoader(SampleStream(maker, 1000), batch_size=None, num_workers=arguments.workers))
    for _ in range(40):
        next(samples)
    began = time.perf_counter()
    for _ in range(arguments.count):
        next(samples)
    rate = arguments.count / (time.perf_counter() - began)
    print(f"{rate:.0f} samples of {arguments.size}x{arguments.size} a second with {arguments.workers} workers")


if __name__ == "__main__":
    main()
