"""What people should know of how their sources lie, in sentences."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..images import luminance
from .estimate import Copies, reduced
from .motion import WARNING, motions
from .scene import CHEAP, Scene, alike


def told(scene: Scene) -> list[str]:
    """What was found of the motions of a scene, a line for what was done and one for what is left open."""
    named = list(zip(scene.names, scene.motions, strict=bool(scene.motions)))
    moved = [motion.words(name) for name, motion in named if motion.used]
    unsure = [name for name, motion in named if not (motion.used or motion.sure)]
    lines = [f"Aligned to {scene.names[scene.reference]}: {'; '.join(moved)}."] if moved else []
    if unsure and scene.task != "vif":
        lines.append(f"Not sure whether they lie right, so left alone: {', '.join(unsure)}.")
    return lines


def warned(scene: Scene) -> list[str]:
    """Which frames of a scene that was not aligned seem shifted."""
    return warnings(torch.cat(alike(scene.copies)), scene.task, scene.names, scene.size)


def warnings(pictures: Tensor, task: str, names: Sequence[str], size: tuple[int, int] | None = None) -> list[str]:
    """Which of registered sources [N, C, H, W] seem shifted, a line for each; looked at on small copies, in a moment.

    size: (H, W) of the sources where the pictures are reductions.
    """
    if len(pictures) < 2 or task not in ("vif", "mef", "mff"):
        return []
    size = size or tuple(pictures.shape[-2:])
    copies = [Copies(reduced(luminance(picture), CHEAP)) for picture in pictures.split(1)]
    found = motions(copies, 0, task, "translation" if task == "vif" else "similarity")
    far = WARNING * max(1.0, max(size) / CHEAP)
    shifts = [(name, motion.of_size(size).pixels) for name, motion in zip(names, found, strict=True) if motion.used]
    return [
        f"{name} seems shifted by about {pixels:.0f} px: use Align Sources (or fuse --align auto)."
        for name, pixels in shifts
        if pixels >= far
    ]
