"""Train the detail path: degraded sources + an imperfect fused latent -> the target, at full sharpness."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..autoencoder import Autoencoder, DetailPath
from ..checkpoint import load_checkpoint, save_checkpoint
from ..configuration import build
from ..data.pool import SamplePool
from ..data.samples import Sample, SampleConfig, SampleMaker
from ..data.scenes import read_scenes, split
from ..dit import DiTConfig, FusionDiT
from ..metrics import psnr
from .dit import encode_samples, held_out_samples, load_autoencoder, load_text, predict_latent
from .loop import LoopConfig, fit, pick_device
from .losses import charbonnier
from .pictures import montage


@dataclass(frozen=True)
class DetailTraining:
    """Which decoder to sharpen, and how imperfect the latents are."""

    data: str
    autoencoder: str = "runs/autoencoder/weights.safetensors"
    text: str = "runs/text/weights.safetensors"
    dit: str = ""  # a trained network, whose own latents then stand in for a share of the true ones
    predicted: float = 0.5
    start: str = ""  # weights of a detail path to go on from
    out: str = "runs/detail"
    loop: LoopConfig = field(default_factory=LoopConfig)
    samples: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.3))
    size: int = 128
    batch: int = 12
    uses: float = 4.0
    workers: int = 1
    capacity: int = 1500
    latent_noise: float = 0.35
    validation: int = 32


class Record(NamedTuple):
    """Pictures as bytes, latents in half precision; `predicted` ones have their errors already."""

    sources: Tensor
    target: Tensor
    latent: Tensor
    source_mean: Tensor
    predicted: bool


class _Preparer:
    """Samples -> records, their latent the true one or, for a share of them, what the network predicts."""

    def __init__(self, config: DetailTraining, autoencoder: Autoencoder, device: torch.device):
        self.autoencoder, self.device = autoencoder, device
        self.share, self.rng = config.predicted if config.dit else 0.0, random.Random(config.loop.seed)
        self.network = None
        if config.dit:
            parts = load_checkpoint(config.dit).require("dit")
            self.network = FusionDiT(build(DiTConfig, parts.config["dit"]))
            self.network.load_state_dict(parts.tensors["dit"])
            self.network.float().to(device).eval().requires_grad_(False)
            self.text = load_text(device, config.text)

    @torch.no_grad()
    def __call__(self, samples: list[Sample], predict: bool | None = None) -> list[Record]:
        records = encode_samples(self.autoencoder, samples, self.device)
        out = []
        for sample, record in zip(samples, records, strict=True):
            latent, predicted = record.target, self.rng.random() < self.share if predict is None else predict
            if predicted:
                with torch.autocast(self.device.type, dtype=torch.bfloat16):
                    latent = predict_latent(self.network, self.text, record, self.device)[0].half()
            octets = (torch.cat([sample.sources, sample.target[None]]) * 255).round().to(torch.uint8)
            out.append(Record(octets[:-1], octets[-1], latent, record.sources.mean(0), predicted))
        return out


def disturb(record: Record, strength: float, rng: random.Random) -> Tensor:
    """The latent [16, h, w] of a record with the errors a sampler makes, in random amounts: noise, lost
    detail, leaning to the sources. A quarter of them stay exact."""
    z = record.latent.float()
    if rng.random() < 0.25:
        return z
    smooth = F.avg_pool2d(F.pad(z[None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
    z = torch.lerp(z, smooth, rng.random() ** 2)
    z = torch.lerp(z, record.source_mean.float(), 0.4 * rng.random() ** 2)
    return z + torch.randn_like(z) * strength * rng.random() ** 2


CONFIG = DetailTraining


def train(config: DetailTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors, pictures of held-out samples beside them."""
    device = pick_device()
    paths = [config.autoencoder, config.start] if config.start else [config.autoencoder]
    autoencoder = load_autoencoder(device, *paths)
    detail = autoencoder.detail.requires_grad_(True)
    rng = random.Random(config.loop.seed)
    prepare = _Preparer(config, autoencoder, device)
    scenes = read_scenes(config.data)
    pool = SamplePool(
        SampleMaker(split(scenes, "train"), config.size, config.samples),
        prepare,
        config.capacity, config.uses, config.workers, seed=config.loop.seed * 1_000_003 + 500_000_000,
    )  # fmt: skip
    held_out = held_out_samples(scenes, config.validation, config.samples)
    held_out_records = [prepare([s], predict=bool(config.dit))[0] for s in held_out]

    def run(path: DetailPath, sources: Tensor, latent: Tensor) -> tuple[Tensor, Tensor]:
        with torch.autocast(device.type, dtype=torch.bfloat16):
            with torch.no_grad():
                decoded, features = autoencoder.decoder(latent)
            return path(sources, decoded, features).float(), decoded.float()

    def step(_: int) -> dict[str, Tensor]:
        records = pool.batch(config.batch)
        sources = torch.stack([r.sources for r in records]).to(device).float() / 255
        target = torch.stack([r.target for r in records]).to(device).float() / 255
        latent = torch.stack(
            [r.latent.float() if r.predicted else disturb(r, config.latent_noise, rng) for r in records]
        ).to(device)
        sharp, decoded = run(detail, sources, latent)
        loss = charbonnier(sharp - target) + 0.5 * charbonnier(_gradient(sharp) - _gradient(target))
        return {"loss": loss, "decoded": charbonnier(decoded - target)}

    def validate(module: nn.Module) -> dict[str, float]:
        sums: dict[str, list[float]] = defaultdict(list)
        rows = []
        for index, (sample, record) in enumerate(zip(held_out, held_out_records, strict=True)):
            sources = sample.sources[None].to(device)
            sharp, decoded = run(module, sources, record.latent[None].to(device).float())
            sharp, decoded = sharp.clamp(0, 1).cpu(), decoded.clamp(0, 1).cpu()
            state = "degraded" if any(sample.recipe.ops) else "clean"
            value = psnr(sharp, sample.target[None]).item()
            sums[f"{sample.task}_{state}"].append(value)
            sums["decoded"].append(psnr(decoded, sample.target[None]).item())
            sums["sharp"].append(value)
            if index < 16:
                rows.append([*sample.sources[:2], decoded[0], sharp[0], sample.target])
        photo = held_out[3].clean[None]
        latent = autoencoder.encode(photo.to(device))
        itself, _ = run(module, torch.stack([photo, photo], 1).to(device), latent)
        montage(rows, Path(config.out) / "validation.jpg")
        figures = {name: sum(values) / len(values) for name, values in sorted(sums.items())}
        return figures | {"itself": psnr(itself.clamp(0, 1).cpu(), photo).item()}

    def save(module: nn.Module) -> None:
        state = {f"detail.{k}": v for k, v in module.state_dict().items()}
        save_checkpoint(Path(config.out) / "weights.safetensors", {"autoencoder": (autoencoder.config, state)})

    return fit(detail, step, validate, save, config.loop, Path(config.out), resume)


def _gradient(image: Tensor) -> Tensor:
    down = F.pad(image.diff(dim=-2), (0, 0, 0, 1))
    right = F.pad(image.diff(dim=-1), (0, 1))
    return torch.cat([down, right], 1)
