"""What a model repairs, fault by fault: on held-out photos spoiled here, and on pairs that others spoiled.

The yardstick of training: `python -m mmaif validate --data DIR` for a checkpoint, and each stage for itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from ..data.pairs import validation_pairs
from ..data.samples import SampleConfig, SampleMaker
from ..data.scenes import read_scenes, split
from ..degradation import degrade
from ..images import luminance
from ..language.sentences import standard_sentence
from ..metrics import psnr
from ..pipeline import FusionPipeline
from ..progress import Progress
from ..repairs import OPERATOR_REPAIR
from .tables import aligned

Repair = Callable[[Tensor, str], Tensor]  # picture [3, H, W] in 0..1, prompt -> picture
SEVERITY = 0.7
CEILING = 60.0  # dB, at which what stays as it was is cut off, as means would else be those of a few bit-exact pictures
LONGEST = 512  # px, to which pairs are reduced so that a table takes minutes


@dataclass(frozen=True)
class Gain:
    """One row, means in dB: the input's PSNR, what the repair gains where it is named, and the PSNR of the result to
    the input where it is not."""

    fault: str
    count: int
    before: float
    gain: float
    unnamed: float


@dataclass(frozen=True)
class _Case:
    fault: str
    spoiled: Tensor
    truth: Tensor
    repairs: frozenset[str]


def gains(
    repair: Repair,
    data: str | Path,
    photos: int = 8,
    pairs: int = 12,
    size: int = 256,
    severity: float = SEVERITY,
    progress: Progress | None = None,
) -> list[Gain]:
    """Rows for every operator of the project on `photos` held-out crops of `size` px, then for every kind of pair
    (at most `pairs` of each), never trained on. Each picture is repaired twice, with its faults named and with nothing
    named. Raises InputError where `data` has no manifest."""
    cases = [*own_cases(data, photos, size, severity), *pair_cases(data, pairs)]
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for done, case in enumerate(cases, 1):
        named = repair(case.spoiled, standard_sentence(case.repairs))
        unnamed = repair(case.spoiled, "")
        before = _psnr(case.spoiled, case.truth)
        found[case.fault].append((before, _psnr(named, case.truth) - before, _psnr(unnamed, case.spoiled)))
        if progress:
            progress("validate", done, len(cases))
    return [Gain(fault, len(rows), *map(fmean, zip(*rows, strict=True))) for fault, rows in found.items()]


def repairing(pipe: FusionPipeline) -> Repair:
    """A pipeline as the repair of one picture."""
    return lambda picture, prompt: pipe.fuse(picture[None, None], [prompt], "restore")[0]


def own_cases(data: str | Path, photos: int, size: int, severity: float) -> Iterator[_Case]:
    """Every operator on the same held-out crops."""
    maker = SampleMaker(split(read_scenes(data), "val"), size, SampleConfig(clean=1.0))
    clean = [maker(seed, "restore").clean for seed in range(photos)]
    for name, mended in OPERATOR_REPAIR.items():
        for seed, photo in enumerate(clean):
            thermal = name.startswith("ir_")  # one channel, so its noise has no colour
            truth = luminance(photo) if thermal else photo
            spoiled = degrade(truth[None], [(name, severity)], seed)[0]
            yield _Case(name, spoiled.expand(3, -1, -1), truth.expand(3, -1, -1), frozenset({mended}))


def pair_cases(data: str | Path, most: int) -> Iterator[_Case]:
    """Pairs by kind, spread over what there is of each."""
    kinds = defaultdict(list)
    for pair in validation_pairs(data):
        kinds[pair.kind].append(pair)
    for kind, found in kinds.items():
        name = kind if kind.startswith("pair_") else f"camera_{kind}"  # "noise" is one of our own operators too
        for pair in found[:: -(-len(found) // most)]:
            spoiled, truth = pair.load(LONGEST)
            yield _Case(name, spoiled, truth, pair.repairs)


def table(rows: Sequence[Gain]) -> str:
    """The rows as text, and the means over all."""
    cells = [[r.fault, str(r.count), *(f"{v:.2f}" for v in (r.before, r.gain, r.unnamed))] for r in rows]
    mean = [f"{fmean(getattr(r, name) for r in rows):.2f}" for name in ("before", "gain", "unnamed")]
    return aligned([["fault", "pictures", "input dB", "gain", "unnamed stays"], *cells, ["mean", "", *mean]])


@torch.no_grad()
def _psnr(picture: Tensor, other: Tensor) -> float:
    return min(psnr(picture[None].float().clamp(0, 1), other[None].float()).item(), CEILING)
