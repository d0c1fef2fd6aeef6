"""What a repair is examined on: every operator on held-out photos, and pairs that others spoiled, fault by fault.

The yardstick of training: `python -m mmaif validate --data DIR` for a checkpoint, and each stage for itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from ..degradation import degrade
from ..images import luminance
from ..language.sentences import standard_sentence
from ..metrics import psnr
from ..progress import Progress
from ..repairs import OPERATOR_REPAIR, REPAIRS
from .pairs import validation_pairs
from .samples import SampleConfig, SampleMaker
from .scenes import read_scenes, split

Repair = Callable[[Tensor, str], Tensor]  # picture [3, H, W] in 0..1, prompt -> picture
SEVERITY = 0.7
CEILING = 60.0  # dB, at which what stays as it was is cut off, as means would else be those of a few bit-exact pictures
LONGEST = 512  # px, to which pairs are reduced so that a table takes minutes


@dataclass(frozen=True)
class Case:
    """One picture of the exam: what it is listed under, both pictures [3, H, W] in 0..1, and what is to be repaired."""

    fault: str
    spoiled: Tensor
    truth: Tensor
    repairs: frozenset[str]


@dataclass(frozen=True)
class Gain:
    """One row, means in dB: the input's PSNR, what the repair gains where it is named, and the PSNR of the result to
    the input where nothing is named, and where another fault is."""

    fault: str
    count: int
    before: float
    gain: float
    unnamed: float
    other: float


def exam(data: str | Path, photos: int = 8, pairs: int = 12, size: int = 256, severity: float = SEVERITY) -> list[Case]:
    """Every operator of the project on `photos` held-out crops of `size` px, then every kind of pair (at most `pairs`
    of each), never trained on. Raises InputError where `data` has no manifest."""
    return [*own_cases(data, photos, size, severity), *pair_cases(data, pairs)]


def gains(repair: Repair, cases: Sequence[Case], progress: Progress | None = None) -> list[Gain]:
    """A row for every fault of the cases. Each picture is repaired three times: with its faults named, with nothing
    named, and with a fault named that it does not have."""
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for done, case in enumerate(cases, 1):
        absent = [name for name in REPAIRS if name not in case.repairs][done % (len(REPAIRS) - len(case.repairs))]
        named, unnamed, other = (
            repair(case.spoiled, standard_sentence(repairs)) for repairs in (case.repairs, (), (absent,))
        )
        before = _psnr(case.spoiled, case.truth)
        stays = (_psnr(each, case.spoiled) for each in (unnamed, other))
        found[case.fault].append((before, _psnr(named, case.truth) - before, *stays))
        if progress:
            progress("validate", done, len(cases))
    return [Gain(fault, len(rows), *map(fmean, zip(*rows, strict=True))) for fault, rows in found.items()]


def own_cases(data: str | Path, photos: int, size: int, severity: float) -> Iterator[Case]:
    """Every operator on the same held-out crops."""
    maker = SampleMaker(split(read_scenes(data), "val"), size, SampleConfig(clean=1.0))
    clean = [maker(seed, "restore").clean for seed in range(photos)]
    for name, mended in OPERATOR_REPAIR.items():
        for seed, photo in enumerate(clean):
            thermal = name.startswith("ir_")  # one channel, so its noise has no colour
            truth = luminance(photo) if thermal else photo
            spoiled = degrade(truth[None], [(name, severity)], seed)[0]
            yield Case(name, spoiled.expand(3, -1, -1), truth.expand(3, -1, -1), frozenset({mended}))


def pair_cases(data: str | Path, most: int) -> Iterator[Case]:
    """Pairs by kind, spread over what there is of each."""
    kinds = defaultdict(list)
    for pair in validation_pairs(data):
        kinds[pair.kind].append(pair)
    for kind, found in kinds.items():
        name = kind if kind.startswith("pair_") else f"camera_{kind}"  # "noise" is one of our own operators too
        for pair in found[:: -(-len(found) // most)]:
            spoiled, truth = pair.load(LONGEST)
            yield Case(name, spoiled, truth, pair.repairs)


@torch.no_grad()
def _psnr(picture: Tensor, other: Tensor) -> float:
    return min(psnr(picture[None].float().clamp(0, 1), other[None].float()).item(), CEILING)
