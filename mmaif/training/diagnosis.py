"""Train the classifier that names what is wrong with a source, on what the degradations and other pipelines made."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import IterableDataset

from ..checkpoint import save_checkpoint
from ..data.exam import LONGEST
from ..data.pairs import validation_pairs
from ..data.pool import Mapped, SamplePool, SampleStream
from ..data.samples import Sample, SampleConfig
from ..data.scenes import read_scenes
from ..degradation.compression import through_jpeg
from ..network.diagnosis import Diagnosis, DiagnosisConfig, look
from ..repairs import OPERATOR_REPAIR, REPAIRS, SIGNAL
from .loop import LoopConfig, fit, pick_device, rank, resumed_step, stream_seed
from .shared import begin_from, held_out_samples, training_samples

# So many of the sources to learn from are files, JPEG of one of these qualities, which is no fault. What is seen else
# are traces that no file keeps, as of details that haze made finer than a step of 8 bits.
FILES, QUALITIES = 0.6, (86, 97)
PRECISION = 0.845  # share of all that is named which is right; sets the threshold


@dataclass(frozen=True)
class DiagnosisTraining:
    """The samples to learn from, and weights to begin from."""

    data: str
    shards: str = ""  # samples of `synthesize --shards` in place of those made of `data`; a folder, a glob or a URL
    start: str = ""
    out: str = "runs/diagnosis"
    loop: LoopConfig = field(default_factory=LoopConfig)
    samples: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.3))
    size: int = 160  # one part
    batch: int = 64
    uses: float = 30.0
    workers: int = 1
    capacity: int = 60000
    validation: int = 300


class Record(NamedTuple):
    """Traces [P, COUNT] of parts of one source, which repairs it needs (0 or 1), and which of these labels count."""

    traces: Tensor
    needs: Tensor
    counts: Tensor


def label(present: frozenset[str], task: str) -> tuple[Tensor, Tensor]:
    """(needs, counts) [R] of a source with these faults; what is signal in its task does not count."""
    signal = SIGNAL.get(task, frozenset())
    needs = torch.tensor([float(name in present) for name in REPAIRS])
    return needs, torch.tensor([float(name not in signal) for name in REPAIRS])


def as_file(picture: Tensor, rng: random.Random) -> Tensor:
    """[3, H, W] in 0..1 -> as it is, or as often as `FILES` says, out of a JPEG file."""
    if rng.random() >= FILES:
        return picture
    return through_jpeg(picture, rng.randint(*QUALITIES), rng.choice((0, 2)))


def records(sample: Sample, filed: bool = False) -> list[Record]:
    """One record per source of a sample, some of them `filed` (see `as_file`)."""
    rng, out = random.Random(sample.prompt), []
    for picture, ops in zip(sample.sources, sample.recipe.ops, strict=True):
        picture = as_file(picture, rng) if filed else picture
        present = frozenset(OPERATOR_REPAIR[name] for name, _ in ops)
        out.append(Record(look(picture), *label(present, sample.task)))
    return out


def spoiled_by_others(data: str) -> list[Record]:
    """The pairs of other pipelines and cameras that nobody trains on, and the truth of each."""
    out = []
    for pair in validation_pairs(data):
        for picture, present in zip(pair.load(LONGEST), (pair.repairs, frozenset[str]()), strict=True):
            out.append(Record(look(picture), *label(present, "restore")))
    return out


def _joined(found: Iterable[list[Record]]) -> list[Record]:
    """All records, copied: each that a worker shares keeps files open."""
    return [Record(*(values.clone() for values in record)) for record in chain.from_iterable(found)]


CONFIG = DiagnosisTraining


def train(config: DiagnosisTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    scenes = read_scenes(config.data)
    seed = stream_seed("diagnosis", config.loop.seed, rank(), resumed_step(config.out, resume))
    samples = training_samples(config, scenes, seed)
    stream = samples if isinstance(samples, IterableDataset) else SampleStream(samples, seed)
    pool = SamplePool(
        Mapped(stream, partial(records, filed=True)),
        _joined,
        config.capacity,
        config.uses,
        config.workers,
        seed=seed,
        kind=lambda _: 1,
    )
    own = _joined(map(records, held_out_samples(scenes, config.validation, replace(config.samples, selective=0.0))))
    others = spoiled_by_others(config.data)
    model = Diagnosis(DiagnosisConfig(REPAIRS))
    if config.start:
        begin_from(model, config.start, "diagnosis")
    else:
        model.standardize(torch.cat([record.traces for record in own]))
    model.to(device)

    def step(_: int) -> dict[str, Tensor]:
        batch = pool.batch(config.batch)
        found, needs, counts = (torch.stack(column).to(device) for column in zip(*batch, strict=True))
        return {"loss": F.binary_cross_entropy_with_logits(model(found[:, 0]), needs, counts)}

    def validate(module: Diagnosis) -> dict[str, float]:
        judged = judge(module, [*own, *others])
        limit = threshold(*judged)
        figures = {"threshold": limit} | _figures(*(column[: len(own)] for column in judged), limit)
        if not others:
            return figures
        of_others = _figures(*(column[len(own) :] for column in judged), limit)
        return figures | {f"others_{name}": value for name, value in of_others.items()}

    def save(module: Diagnosis) -> None:
        fitted = replace(model.config, threshold=threshold(*judge(module, [*own, *others])))
        save_checkpoint(Path(config.out) / "weights.safetensors", {"diagnosis": (fitted, module.state_dict())})

    return fit(model, step, validate, save, config, resume)


def judge(module: Diagnosis, of: Sequence[Record]) -> tuple[Tensor, Tensor, Tensor]:
    """What the classifier makes of the records: probabilities, needs and which count, [N, R] each."""
    found, needs, counts = zip(*of, strict=True)
    chances = torch.stack([module.chances(parts.to(module.mean)) for parts in found])
    return chances.cpu(), torch.stack(needs), torch.stack(counts)


def tally(chance: Tensor, needs: Tensor, counts: Tensor, limit: float) -> tuple[int, int, int]:
    """Of all that count [N, R]: how many are rightly named, how many are to be named, and how many are named."""
    named, wanted = (chance >= limit) & (counts > 0), (needs > 0) & (counts > 0)
    return int((named & wanted).sum()), int(wanted.sum()), int(named.sum())


def _figures(chance: Tensor, needs: Tensor, counts: Tensor, limit: float) -> dict[str, float]:
    """Of all that is to be named, the share that is; of all that is named, the share that is right."""
    right, wanted, named = tally(chance, needs, counts, limit)
    return {"recall": right / max(1, wanted), "precision": right / max(1, named)}


def threshold(chance: Tensor, needs: Tensor, counts: Tensor) -> float:
    """The lowest probability from which `PRECISION` of all that is named [N, R] is right; 1/2 where there is none."""
    ranked, order = chance[counts > 0].sort(descending=True)
    right = needs[counts > 0][order].cumsum(0) / torch.arange(1, len(ranked) + 1)
    good = ranked[right >= PRECISION]
    return math.floor(good[-1].item() * 1000) / 1000 if len(good) else 0.5
