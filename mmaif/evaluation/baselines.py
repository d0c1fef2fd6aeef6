"""Classic fusion without learning, to compare with: average, Laplacian pyramid, Mertens' exposure fusion.

Each is a function of sources [B, N, 3, H, W] in 0..1 and a task -> [B, 3, H, W] in 0..1. None reads a prompt.
"""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

from ..errors import InputError
from ..images import luminance
from ..pyramid import CLASSIC, depth
from ..tasks import detect_task

LEVELS = 4


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
    count = min(LEVELS, depth(pictures, 1))
    *details, rest = CLASSIC.split(pictures, count)
    bands = []
    for detail, varying in zip(details, CLASSIC.split(guide, count), strict=False):
        strongest = varying.abs().argmax(0, keepdim=True)
        bands.append(detail.gather(0, strongest.expand(1, pictures.shape[1], -1, -1)))
    return CLASSIC.join([*bands, rest.mean(0, keepdim=True)])
