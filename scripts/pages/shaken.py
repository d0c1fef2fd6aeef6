"""Scenes as hands and cameras deliver them, with what is right: the trouble that `scripts.pages.sources` makes."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmaif.align.warp import half_side, similarity
from mmaif.images import linear_to_srgb, srgb_to_linear, to_pil

MARGIN = 32  # px around what is shown, from which hands take what comes into view
Pose = tuple[float, float, float, float]  # dx, dy in px, degrees, times as large


def exposed(photo: Tensor, stops: float) -> Tensor:
    """[3, H, W] in 0..1 at another exposure, in 8 bits."""
    return (linear_to_srgb((srgb_to_linear(photo) * 2**stops).clamp(0, 1)) * 255).round() / 255


def taken(photo: Tensor, pose: Pose = (0, 0, 0, 1)) -> Tensor:
    """What a camera moved by `pose` sees of [C, H + 2 MARGIN, W + 2 MARGIN]: [C, H, W], by Pillow and not by the code
    that is measured."""
    dx, dy, degrees, scale = pose
    array = (photo.clamp(0, 1) * 255).round().byte().movedim(0, -1).numpy()
    middle = array.shape[1] / 2, array.shape[0] / 2
    c, s = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    x, y = middle[0] + dx, middle[1] + dy
    matrix = (c, s, middle[0] - c * x - s * y, -s, c, middle[1] + s * x - c * y)
    layers = [Image.fromarray(np.ascontiguousarray(array[..., i])) for i in range(array.shape[-1])]
    moved = [each.transform(each.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC) for each in layers]
    values = torch.from_numpy(np.stack([np.array(each) for each in moved])).float() / 255
    return values[:, MARGIN:-MARGIN, MARGIN:-MARGIN].contiguous()


def matrix(pose: Pose, size: tuple[int, int]) -> Tensor:
    """The same pose as `mmaif.align.warp` writes it, for pictures of (H, W)."""
    dx, dy, degrees, scale = pose
    return similarity(dx / half_side(size), dy / half_side(size), degrees, scale)


def shaken(seed: int, pixels: float, degrees: float = 0.0, size: float = 0.0) -> Pose:
    """A pose up to so many px and degrees away, exactly so much larger."""
    draw = random.Random(seed)
    way, far = draw.uniform(0, 2 * math.pi), draw.uniform(0.5, 1) * pixels
    return far * math.cos(way), far * math.sin(way), draw.uniform(-degrees, degrees), 1 + size


def walker(photo: Tensor, clothes: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """[3, H, W] with somebody at `share` of its width, dressed in the pattern [3, H, W]; and where, bool [H, W]."""
    height, width = photo.shape[-2:]
    y, x = torch.arange(height)[:, None] / height, torch.arange(width) / height
    middle = share * width / height
    head = ((x - middle) / 0.05) ** 2 + ((y - 0.38) / 0.06) ** 2 < 1
    body = ((x - middle) / 0.09) ** 2 + ((y - 0.66) / 0.24) ** 2 < 1
    where = head | body
    return torch.where(where, clothes, photo), where


def speckled(photo: Tensor, seed: int, count: int = 60) -> Tensor:
    """[3, H, W] with `count` hot, dead or coloured pixels, at other places for every seed."""
    generator = torch.Generator().manual_seed(seed)
    out = photo.clone()
    at = torch.randperm(out[0].numel(), generator=generator)[:count]
    colours = torch.tensor([[1.0, 1, 1], [0, 0, 0], [1, 0.1, 0.1], [0.2, 0.2, 1]])
    out.view(3, -1)[:, at] = colours[torch.arange(count) % 4].T
    return out


def film(frames: list[Tensor], path: Path, rate: int, sound: bool) -> None:
    """Frames [3, H, W] of even sides as H.264 in MP4, a tone of 440 Hz beside it if there is to be sound."""
    with av.open(str(path), "w") as file:
        pictures = file.add_stream("libx264", rate=Fraction(rate), options={"crf": "16"})
        pictures.height, pictures.width = frames[0].shape[-2:]
        pictures.pix_fmt = "yuv420p"
        tone = file.add_stream("aac", rate=44100) if sound else None
        for frame in frames:
            file.mux(pictures.encode(av.VideoFrame.from_image(to_pil(frame))))
        file.mux(pictures.encode())
        if tone is not None:
            for index in range(math.ceil(len(frames) / rate * 44100 / 1024)):
                wave = np.sin((np.arange(1024) + 1024 * index) * 2 * np.pi * 440 / 44100).astype(np.float32) * 0.2
                block = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
                block.sample_rate, block.pts = 44100, 1024 * index
                file.mux(tone.encode(block))
            file.mux(tone.encode())
