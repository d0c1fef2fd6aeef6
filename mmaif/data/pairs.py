"""Pictures that other people's pipelines and cameras spoiled, with the truth beside them: what is wrong with each.

The kinds `pair_*`, `noise` and `lowlight` of a data folder. Names that begin with "val_" are for validation only, see
`scenes.split`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from .scenes import Scene, load_image, read_scenes, split

# Kind, pattern of the name, and the repairs that lead from the picture to its truth; the first line that fits counts.
# Those of pair_mixed were found by looking and by measuring column noise, grain, mean and spread of every pair.
FAULTS: tuple[tuple[str, str, frozenset[str]], ...] = tuple(
    (kind, pattern, frozenset(repairs.split()))
    for kind, pattern, repairs in (
        ("pair_rain", "", "rain"),
        ("pair_haze", "", "haze"),
        ("pair_motion", "", "motion_blur"),
        ("pair_lowlight", "", "low_exposure"),
        ("pair_exposure", "_over$", "high_exposure"),
        ("pair_exposure", "_under$", "low_exposure"),
        ("pair_noise", "", "noise"),
        ("pair_jpeg", "", "jpeg"),
        ("pair_lowres", "", "low_resolution"),
        ("pair_mixed", "_LLVIP_vi_", "low_exposure noise"),
        ("pair_mixed", "_MFNet_vi_MFNet_2$", "low_exposure"),
        ("pair_mixed", "_MFNet_vi_", "haze"),
        ("pair_mixed", "_FMB_ir_FMB_2$|_MFNet_ir_MFNet_5$", "noise stripes"),
        ("pair_mixed", "_LLVIP_ir_210375$", "stripes"),
        ("pair_mixed", "_LLVIP_ir_260157$", "noise"),
        ("pair_mixed", "_ir_", "low_contrast"),
        ("noise", "", "noise"),
        ("lowlight", "", "low_exposure noise"),
    )
)
PAIR_KINDS = tuple(dict.fromkeys(kind for kind, _, _ in FAULTS))


@dataclass(frozen=True)
class Pair:
    """A spoiled picture, its truth, and the repairs that lead from one to the other."""

    degraded: Path
    truth: Path
    repairs: frozenset[str]
    name: str
    kind: str

    def load(self, longest: int | None = None) -> tuple[Tensor, Tensor]:
        """Degraded and truth, [3, H, W] in 0..1 each, reduced to `longest` px where they are larger."""
        return load_image(self.degraded, longest), load_image(self.truth, longest)


def real_pairs(scenes: Iterable[Scene]) -> list[Pair]:
    """The pairs among scenes, in their order; what is wrong with an unknown kind or name nobody knows: left out."""
    pairs = []
    for scene in scenes:
        repairs = _repairs(scene)
        files = scene.files
        if repairs and "A_degraded" in files:
            pairs.append(Pair(files["A_degraded"], files["A"], repairs, scene.name, scene.kind))
        elif repairs and "GT" in files:
            pairs.append(Pair(files["A"], files["GT"], repairs, scene.name, scene.kind))
    return pairs


def validation_pairs(root: str | Path) -> list[Pair]:
    """The pairs under a data folder that nobody trains on, in the order of the manifest."""
    return real_pairs(split(read_scenes(root, PAIR_KINDS), "val"))


def _repairs(scene: Scene) -> frozenset[str]:
    for kind, pattern, repairs in FAULTS:
        if kind == scene.kind and re.search(pattern, scene.name):
            return repairs
    return frozenset()
