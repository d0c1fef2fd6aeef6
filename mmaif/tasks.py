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
        gray = _gray(grid)
        alike = rank_correlation(luminance)
        if bool(gray.any()) and alike < (0.5 if bool(gray.all()) else 0.8):
            return "vif"
    brightness = luminance.mean(1)
    return "mef" if float(brightness.max() - brightness.min()) > BRACKET else "mff"


def looks_gray(picture: Tensor) -> bool:
    """Whether a picture [1, 3, H, W] in 0..1 is gray but for noise and compression."""
    import torch.nn.functional as F

    return bool(_gray(F.adaptive_avg_pool2d(picture.float(), 24)))


def same_bracket(frames: Tensor) -> bool:
    """Whether frames [N, 3, H, W] in 0..1 are one scene at several exposures, rather than a film."""
    import torch.nn.functional as F

    luminance = F.adaptive_avg_pool2d(frames.float(), 24).mean(1).flatten(1)
    brightness = luminance.mean(1)
    if float(brightness.max() - brightness.min()) <= BRACKET:
        return False
    pair = luminance[[int(brightness.argmin()), int(brightness.argmax())]]
    return rank_correlation(pair) > 0.8


def _gray(grid: Tensor) -> Tensor:
    """Which of [N, 3, h, w], averaged over coarse cells, are gray: [N]."""
    return (grid.amax(1) - grid.amin(1)).flatten(1).quantile(0.98, 1) < GRAY


def rank_correlation(pair: Tensor) -> float:
    """Spearman's rank correlation of the two rows of [2, M], -1..1: blind to any change of exposure."""
    ranks = pair.argsort(1).argsort(1).float()
    ranks = ranks - ranks.mean(1, keepdim=True)
    return float(ranks[0].dot(ranks[1]) / (ranks[0].norm() * ranks[1].norm() + 1e-8))
