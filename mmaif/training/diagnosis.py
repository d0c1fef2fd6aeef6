"""Train the classifier that names what is wrong with a source, on what the degradations and other pipelines made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import save_checkpoint
from ..data.exam import LONGEST
from ..data.pairs import validation_pairs
from ..data.pool import SamplePool
from ..data.samples import Sample, SampleConfig
from ..data.scenes import read_scenes
from ..network.diagnosis import Diagnosis, DiagnosisConfig, center
from ..repairs import OPERATOR_REPAIR, REPAIRS, SIGNAL
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .shared import begin_from, held_out_samples, training_samples

PRECISION = 0.9  # share of the sources named for a repair that need it
FALSE_ALARMS = 0.03  # share of the sources without a fault for which it may be named; both set its threshold
LEAST = 0.2  # probability below which nothing is named


@dataclass(frozen=True)
class DiagnosisTraining:
    """The samples to learn from, and weights to begin from."""

    data: str
    shards: str = ""  # samples of `synthesize --shards` in place of those made of `data`; a folder, a glob or a URL
    start: str = ""
    out: str = "runs/diagnosis"
    loop: LoopConfig = field(default_factory=LoopConfig)
    samples: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.3))
    size: int = 192
    batch: int = 32
    uses: float = 4.0
    workers: int = 1
    capacity: int = 3000
    validation: int = 400


class Record(NamedTuple):
    """One source as bytes [3, S, S], which repairs it needs (0 or 1), and which of these labels count."""

    picture: Tensor
    needs: Tensor
    counts: Tensor


def label(present: frozenset[str], task: str) -> tuple[Tensor, Tensor]:
    """(needs, counts) [R] of a source with these faults; what is signal in its task does not count."""
    signal = SIGNAL.get(task, frozenset())
    needs = torch.tensor([float(name in present) for name in REPAIRS])
    return needs, torch.tensor([float(name not in signal) for name in REPAIRS])


def records(samples: Sequence[Sample]) -> list[Record]:
    """One record per source of the samples."""
    out = []
    for sample in samples:
        for picture, ops in zip(sample.sources, sample.recipe.ops, strict=True):
            present = frozenset(OPERATOR_REPAIR[name] for name, _ in ops)
            out.append(Record((picture.clamp(0, 1) * 255).round().to(torch.uint8), *label(present, sample.task)))
    return out


def spoiled_by_others(data: str) -> list[Record]:
    """The pairs of other pipelines and cameras that nobody trains on, and the truth of each."""
    out = []
    for pair in validation_pairs(data):
        for picture, present in zip(pair.load(LONGEST), (pair.repairs, frozenset[str]()), strict=True):
            out.append(Record((center(picture) * 255).round().to(torch.uint8), *label(present, "restore")))
    return out


CONFIG = DiagnosisTraining


def train(config: DiagnosisTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    scenes = read_scenes(config.data)
    seed = stream_seed("diagnosis", config.loop.seed, rank(), resumed_step(config.out, resume))
    pool = SamplePool(
        training_samples(config, scenes, seed), records, config.capacity, config.uses, config.workers, seed=seed
    )
    held_out = records(held_out_samples(scenes, config.validation, replace(config.samples, selective=0.0)))
    others = spoiled_by_others(config.data)
    model = Diagnosis(DiagnosisConfig(REPAIRS))
    if config.start:
        begin_from(model, config.start, "diagnosis")
    model.to(device, memory_format=torch.channels_last)

    def step(_: int) -> dict[str, Tensor]:
        batch = pool.batch(config.batch)
        picture, needs, counts = (torch.stack(column).to(device) for column in zip(*batch, strict=True))
        picture = picture.float().contiguous(memory_format=torch.channels_last) / 255
        with mixed_precision(device):
            logits = model(picture)
        return {"loss": F.binary_cross_entropy_with_logits(logits.float(), needs, counts)}

    def predict(module: nn.Module, of: Sequence[Record]) -> tuple[Tensor, Tensor, Tensor]:
        """Probabilities, needs and which count, [N, R] each."""
        chances = [module(r.picture[None].to(device).float() / 255)[0].float().sigmoid().cpu() for r in of]
        return torch.stack(chances), torch.stack([r.needs for r in of]), torch.stack([r.counts for r in of])

    def validate(module: nn.Module) -> dict[str, float]:
        known = predict(module, held_out)
        limits = torch.tensor(thresholds(*known))
        figures = _figures(*known, limits)
        if not others:
            return figures
        return figures | {f"others_{k}": v for k, v in _figures(*predict(module, others), limits).items()}

    def save(module: nn.Module) -> None:
        fitted = replace(model.config, thresholds=thresholds(*predict(module, held_out)))
        save_checkpoint(Path(config.out) / "weights.safetensors", {"diagnosis": (fitted, module.state_dict())})

    return fit(model, step, validate, save, config, resume)


def _figures(chance: Tensor, needs: Tensor, counts: Tensor, limits: Tensor) -> dict[str, float]:
    """Of all that is to be named, the share that is; of all that is named, the share that is right."""
    named, wanted = (chance >= limits) & (counts > 0), (needs > 0) & (counts > 0)
    right = (named & wanted).sum().item()
    return {"recall": right / max(1, wanted.sum().item()), "precision": right / max(1, named.sum().item())}


def thresholds(chance: Tensor, needs: Tensor, counts: Tensor) -> tuple[float, ...]:
    """Per repair the lowest probability from which naming it is right `PRECISION` of the time and wrong for at most
    `FALSE_ALARMS` of the sources without it; 1/2 where none of the sources [N, R] has it."""
    limits = []
    for c, n, m in zip(chance.unbind(1), needs.unbind(1), counts.unbind(1), strict=True):
        c, n = c[m > 0], n[m > 0] > 0
        if not n.any() or n.all():
            limits.append(0.5)
            continue
        tried = c[n].clamp_min(LEAST).sort().values
        right = (c[n] >= tried[:, None]).sum(1)
        wrong = (c[~n] >= tried[:, None]).sum(1)
        good = (right >= PRECISION * (right + wrong)) & (wrong <= FALSE_ALARMS * (~n).sum())
        limits.append(tried[good][0].item() if good.any() else max(c[~n].max().item() + 1e-3, 0.5))
    return tuple(round(limit - 5e-4, 3) for limit in limits)
