"""A pool of random square crops from every kind of picture, held in memory as bytes."""

import random
from collections import Counter
from pathlib import Path

import torch
from torch import Tensor

from .scenes import load_image, read_scenes, split

KINDS = {"clean": 8, "clean_hires": 24, "vif": 3, "mef": 2, "mff": 2, "noise": 1}


def crop_pool(root: str | Path, fold: str, count: int, size: int, seed: int = 0) -> Tensor:
    """`count` crops uint8 [count, 3, size, size] of the scenes in `fold`; kinds weighted by KINDS per scene."""
    scenes = [s for s in split(read_scenes(root), fold) if s.kind in KINDS]
    rng = random.Random(seed)
    pictures = [(path, KINDS[s.kind] / len(s.files)) for s in scenes for path in s.files.values()]
    drawn = Counter(rng.choices([p for p, _ in pictures], [w for _, w in pictures], k=count))
    crops = []
    for path in sorted(drawn):
        image = load_image(path)
        smallest = min(image.shape[-2:])
        if smallest < size:
            image = torch.nn.functional.interpolate(
                image[None], scale_factor=size / smallest + 1e-3, mode="bicubic", antialias=True
            )[0].clamp(0, 1)
        for _ in range(drawn[path]):
            crops.append(_crop(image, size, rng))
    rng.shuffle(crops)
    return torch.stack(crops)


def _crop(image: Tensor, size: int, rng: random.Random) -> Tensor:
    top, left = rng.randint(0, image.shape[-2] - size), rng.randint(0, image.shape[-1] - size)
    crop = image[:, top : top + size, left : left + size]
    crop = crop.expand(3, -1, -1)
    if rng.random() < 0.5:
        crop = crop.flip(-1)
    return (crop * 255).round().to(torch.uint8)
