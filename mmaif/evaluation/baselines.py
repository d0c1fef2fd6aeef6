"""Classic fusion without learning, to compare with: average, Laplacian pyramid, Mertens' exposure fusion.

Each is a function of sources [B, N, 3, H, W] in 0..1 and a task -> [B, 3, H, W] in 0..1. None reads a prompt.
"""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import InputError
from ..images import luminance
from ..tasks import detect_task

LEVELS = 4
TAPS = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


def average(sources: Tensor, task: str = "auto") -> Tensor:
    """The mean of the sources, whatever the task."""
    return sources.mean(1)


def laplacian(sources: Tensor, task: str = "auto") -> Tensor:
    """Laplacian-pyramid fusion (Burt and Adelson 1983): per pixel and band the source of the largest luminance
    coefficient, the rest averaged; four bands, as most comparisons have it.

    The choice is made on luminance and taken for all channels, so that no colour is mixed from two sources. For vif
    luminance alone is fused, and the colour stays that of the first source, the visible one.
    """
    tasks = [detect_task(stack) for stack in sources] if task == "auto" else [task] * len(sources)
    fused = []
    for stack, each in zip(sources, tasks, strict=True):
        gray = luminance(stack)
        if each == "vif":
            fused.append(stack[0] + _choose(gray, gray)[0] - gray[0])
        else:
            fused.append(_choose(stack, gray)[0])
    return torch.stack(fused).clamp(0, 1)


def mertens(sources: Tensor, task: str = "auto") -> Tensor:
    """Exposure fusion (Mertens, Kautz and Van Reeth 2007) by OpenCV with its default weights."""
    if find_spec("cv2") is None:
        raise InputError("The baseline mertens needs OpenCV; pip install opencv-python-headless, or leave it out.")
    import cv2

    fused = []
    for stack in (sources * 255).round().byte().cpu():
        frames = [np.ascontiguousarray(frame.movedim(0, -1).numpy()[..., ::-1]) for frame in stack]  # BGR
        result = cv2.createMergeMertens().process(frames)[..., ::-1]
        fused.append(torch.from_numpy(result.copy()).movedim(-1, 0))
    return torch.stack(fused).clamp(0, 1).to(sources)


BASELINES: dict[str, Callable[[Tensor, str], Tensor]] = {"average": average, "laplacian": laplacian, "mertens": mertens}


def available() -> list[str]:
    """The names that work here: all, or all but mertens where OpenCV is not installed."""
    return [name for name in BASELINES if name != "mertens" or find_spec("cv2")]


def pick_baselines(names: str) -> list[str]:
    """ "average,laplacian" -> the names; "all" -> those available. Raises InputError for others."""
    picked = available() if names == "all" else names.split(",")
    for name in picked:
        if name not in BASELINES:
            raise InputError(f"There is no baseline {name!r}; choose from all, {', '.join(BASELINES)}.")
        if name not in available():
            raise InputError(f"The baseline {name} needs OpenCV; pip install opencv-python-headless, or leave it out.")
    return picked


def _choose(pictures: Tensor, guide: Tensor) -> Tensor:
    """Fuse [N, C, H, W] -> [1, C, H, W], band by band where the guide [N, 1, H, W] varies most."""
    bands = []
    for _ in range(LEVELS):
        if min(pictures.shape[-2:]) < 2:
            break
        coarse, coarse_guide = _reduce(pictures), _reduce(guide)
        detail = pictures - _expand(coarse, pictures)
        strength = (guide - _expand(coarse_guide, guide)).abs()
        bands.append(detail.gather(0, strength.argmax(0, keepdim=True).expand(1, pictures.shape[1], -1, -1)))
        pictures, guide = coarse, coarse_guide
    fused = pictures.mean(0, keepdim=True)
    for band in reversed(bands):
        fused = band + _expand(fused, band)
    return fused


def _reduce(image: Tensor) -> Tensor:
    """Half size, rounded up, through the binomial filter of five taps."""
    return _filter(F.pad(image, (2, 2, 2, 2), mode="replicate"), 1)[..., ::2, ::2]


def _expand(image: Tensor, like: Tensor) -> Tensor:
    """Twice the size, cut to that of `like`: zeros between the pixels, then the filter."""
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    wide = padded.new_zeros(*padded.shape[:-2], 2 * padded.shape[-2], 2 * padded.shape[-1])
    wide[..., ::2, ::2] = padded
    return _filter(wide, 2)[..., : like.shape[-2], : like.shape[-1]]


def _filter(image: Tensor, gain: float) -> Tensor:
    """The five taps along both axes, inside the picture: two pixels fewer at every side."""
    channels = image.shape[1]
    kernel = gain * torch.tensor(TAPS, dtype=image.dtype, device=image.device)
    image = F.conv2d(image, kernel.view(1, 1, 5, 1).expand(channels, 1, 5, 1), groups=channels)
    return F.conv2d(image, kernel.view(1, 1, 1, 5).expand(channels, 1, 1, 5), groups=channels)
