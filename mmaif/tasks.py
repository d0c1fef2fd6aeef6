"""The fusion tasks by their field names, and telling them apart from the pictures alone.

The names are read where torch is not loaded, so only the functions import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checks import check_choice

if TYPE_CHECKING:
    from torch import Tensor

KNOWN_TASKS = ("vif", "mef", "mff", "restore")
# The order is the index that networks see; "auto" stands for "not known".
TASKS = ("auto", *KNOWN_TASKS)

GRAY = 0.015  # chroma (largest minus smallest channel) below which a picture counts as gray
BRACKET = 0.08  # difference of mean brightness above which frames count as exposures


def resolve_task(task: str, sources: Tensor) -> str:
    """The task itself, or the likely one of sources [N, 3, H, W] for "auto"; InputError for a name that is none."""
    return detect_task(sources) if check_choice(task, "task", TASKS) == "auto" else task


def detect_task(sources: Tensor) -> str:
    """The likely task of sources [N, 3, H, W] in 0..1.

    One picture is restored. A gray picture beside a colour one is infrared, and so is one of two gray ones
    that go together neither as exposures nor as focus. Brackets differ in mean brightness, refocused frames
    do not. Everything is read off a coarse grid, where noise and its colour average out.

    On the training pictures 229 of 230 visible + infrared pairs, 166 of 167 brackets (darkest and brightest
    frame) and all of 150 focus pairs are told right.
    """
    import torch.nn.functional as F

    if len(sources) == 1:
        return "restore"
    grid = F.adaptive_avg_pool2d(sources.float(), 24)
    luminance = grid.mean(1).flatten(1)
    if len(sources) == 2:
        gray = (grid.amax(1) - grid.amin(1)).flatten(1).quantile(0.98, 1) < GRAY
        alike = rank_correlation(luminance)
        if bool(gray.any()) and alike < (0.5 if bool(gray.all()) else 0.8):
            return "vif"
    brightness = luminance.mean(1)
    return "mef" if float(brightness.max() - brightness.min()) > BRACKET else "mff"


def rank_correlation(pair: Tensor) -> float:
    """Spearman's rank correlation of the two rows of [2, M], -1..1: blind to any change of exposure."""
    ranks = pair.argsort(1).argsort(1).float()
    ranks = ranks - ranks.mean(1, keepdim=True)
    return float(ranks[0].dot(ranks[1]) / (ranks[0].norm() * ranks[1].norm() + 1e-8))
