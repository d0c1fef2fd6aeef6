"""Train the classifier that names what is wrong with a source, on latents of the degradation pipeline."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import save_checkpoint
from ..data.pool import SamplePool
from ..data.samples import Sample, SampleConfig
from ..data.scenes import read_scenes
from ..network.autoencoder import Autoencoder
from ..network.diagnosis import Diagnosis, DiagnosisConfig
from ..repairs import OPERATOR_REPAIR, REPAIRS, SIGNAL
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .shared import encode_samples, held_out_samples, load_autoencoder, training_samples

FALSE_ALARMS = 0.02  # share of undamaged sources for which a repair may be named, which sets its threshold


@dataclass(frozen=True)
class DiagnosisTraining:
    """The frozen autoencoder and the samples to learn from."""

    data: str
    shards: str = ""  # samples of `synthesize --shards` in place of those made of `data`; a folder, a glob or a URL
    autoencoder: str = "runs/autoencoder/weights.safetensors"
    out: str = "runs/diagnosis"
    loop: LoopConfig = field(default_factory=LoopConfig)
    samples: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.3))
    size: int = 192
    batch: int = 64
    uses: float = 6.0
    workers: int = 1
    capacity: int = 4000
    validation: int = 400


class Record(NamedTuple):
    """One source: its latent, which repairs it needs (0 or 1), and which of these labels count."""

    latent: Tensor
    needs: Tensor
    counts: Tensor


def label(sample: Sample, source: int) -> tuple[Tensor, Tensor]:
    """(needs, counts) [R] of one source; what is signal in its task does not count."""
    present = {OPERATOR_REPAIR[name] for name, _ in sample.recipe.ops[source]}
    signal = SIGNAL.get(sample.task, frozenset())
    needs = torch.tensor([float(name in present) for name in REPAIRS])
    return needs, torch.tensor([float(name not in signal) for name in REPAIRS])


def records(autoencoder: Autoencoder, samples: list[Sample], device: torch.device) -> list[Record]:
    """One record per source of the samples, all with the same number of sources."""
    encoded = encode_samples(autoencoder, samples, device)
    return [
        Record(z, *label(sample, i))
        for sample, latents in zip(samples, encoded, strict=True)
        for i, z in enumerate(latents.sources)
    ]


CONFIG = DiagnosisTraining


def train(config: DiagnosisTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    autoencoder = load_autoencoder(device, config.autoencoder)
    scenes = read_scenes(config.data)
    seed = stream_seed("diagnosis", config.loop.seed, rank(), resumed_step(config.out, resume))
    pool = SamplePool(
        training_samples(config, scenes, seed),
        lambda samples: records(autoencoder, samples, device),
        config.capacity,
        config.uses,
        config.workers,
        seed=seed,
    )
    samples = held_out_samples(scenes, config.validation, replace(config.samples, selective=0.0))
    held_out = [record for sample in samples for record in records(autoencoder, [sample], device)]
    model = Diagnosis(DiagnosisConfig(REPAIRS)).to(device)

    def step(_: int) -> dict[str, Tensor]:
        batch = pool.batch(config.batch)
        latent = torch.stack([r.latent for r in batch]).to(device).float()
        needs = torch.stack([r.needs for r in batch]).to(device)
        counts = torch.stack([r.counts for r in batch]).to(device)
        with mixed_precision(device):
            logits = model(latent)
        return {"loss": F.binary_cross_entropy_with_logits(logits.float(), needs, counts)}

    def predict(module: nn.Module) -> Tensor:
        return torch.stack([module(r.latent[None].to(device).float())[0].sigmoid().cpu() for r in held_out])

    def validate(module: nn.Module) -> dict[str, float]:
        chance = predict(module)
        needs, counts = (torch.stack([getattr(r, name) for r in held_out]) for name in ("needs", "counts"))
        limits = torch.tensor(_thresholds(chance, needs, counts))
        named, wanted = (chance >= limits) & (counts > 0), (needs > 0) & (counts > 0)
        return {
            "recall": (named & wanted).sum().item() / max(1, wanted.sum().item()),
            "precision": (named & wanted).sum().item() / max(1, named.sum().item()),
        }

    def save(module: nn.Module) -> None:
        needs, counts = (torch.stack([getattr(r, name) for r in held_out]) for name in ("needs", "counts"))
        limits = _thresholds(predict(module), needs, counts)
        fitted = replace(model.config, thresholds=limits)
        save_checkpoint(Path(config.out) / "weights.safetensors", {"diagnosis": (fitted, module.state_dict())})

    return fit(model, step, validate, save, config, resume)


def _thresholds(chance: Tensor, needs: Tensor, counts: Tensor) -> tuple[float, ...]:
    """Per repair, at least 1/2 and so high that few sources without that fault are named."""
    limits = []
    for c, n, m in zip(chance.unbind(1), needs.unbind(1), counts.unbind(1), strict=True):
        without = c[(n == 0) & (m > 0)]
        limits.append(max(0.5, without.quantile(1 - FALSE_ALARMS).item()) if len(without) else 0.5)
    return tuple(round(limit, 3) for limit in limits)
