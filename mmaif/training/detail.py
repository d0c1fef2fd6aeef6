"""Train the detail path: degraded sources + an imperfect fused latent -> the target, at full sharpness.

With a trained network the latents are what it predicts, and where that is trained too, the loss on the picture reaches
it through the frozen decoder: the two then share the work as they will have to at inference. A flow network learns its
velocity, and by the picture of the fused latent that it follows from it.
"""

import random
from collections import defaultdict
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
from ..errors import InputError
from ..metrics import psnr
from ..network.fusion import FusionConfig
from ..network.layers import DOWNSCALE
from ..tiling import Tiles
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .losses import charbonnier, decibels
from .pictures import montage
from .shared import Record as LatentRecord
from .shared import (
    condition,
    encode_samples,
    estimate,
    held_out_samples,
    load_autoencoder,
    load_frozen,
    load_text,
    predict_latent,
    training_samples,
)


@dataclass(frozen=True)
class DetailTraining:
    """Which decoder to sharpen, how imperfect the latents are, and what is trained with it."""

    data: str
    shards: str = ""  # samples of `synthesize --shards` in place of those made of `data`; a folder, a glob or a URL
    autoencoder: str = "runs/autoencoder/weights.safetensors"
    text: str = "runs/text/weights.safetensors"
    dit: str = ""  # a trained network, whose own latents then stand in for a share of the true ones
    repair: str = ""  # a trained repair of single pictures, which the sources go through first
    trained: tuple[str, ...] = ("detail",)  # of the parts "detail" and "dit"
    predicted: float = 0.75
    fusion: FusionConfig | None = None  # of a new detail path; None: as the autoencoder's file has it
    start: str = ""  # weights of a detail path to go on from
    out: str = "runs/detail"
    loop: LoopConfig = field(default_factory=LoopConfig)
    samples: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.3))
    size: int = 128
    crop: int = 0  # of the detail path alone: what a step sees of a sample; 0: all of it
    batch: int = 12
    uses: float = 4.0
    workers: int = 1
    capacity: int = 1500
    latent_noise: float = 0.35
    latent_weight: float = 0.3
    balance_weight: float = 0.003
    validation: int = 32


class Record(NamedTuple):
    """Sources [N, 3, S, S] and target as bytes, their latents with the sentence; and where the detail path alone is
    trained, what never changes: the fused latent [16, S/8, S/8], its decoded picture and the features."""

    sources: Tensor
    target: Tensor
    latents: LatentRecord
    fused: tuple[Tensor, ...] = ()


def disturb(record: LatentRecord, strength: float, rng: random.Random) -> Tensor:
    """The target latent [16, h, w] with the errors a sampler makes, in random amounts: noise, lost detail,
    leaning to the sources. A quarter of them stay exact."""
    z = record.target.float()
    if rng.random() < 0.25:
        return z
    smooth = F.avg_pool2d(F.pad(z[None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
    z = torch.lerp(z, smooth, rng.random() ** 2)
    z = torch.lerp(z, record.sources.float().mean(0), 0.4 * rng.random() ** 2)
    return z + torch.randn_like(z) * strength * rng.random() ** 2


def picture_loss(picture: Tensor, target: Tensor) -> Tensor:
    """Absolute errors of values and of gradients, and PSNR."""
    error = picture - target
    return charbonnier(error) + 0.5 * charbonnier(_gradient(picture) - _gradient(target)) + 0.01 * decibels(error)


CONFIG = DetailTraining


def train(config: DetailTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors, pictures of held-out samples beside them."""
    device = pick_device()
    paths = [config.autoencoder, config.start] if config.start else [config.autoencoder]
    autoencoder = load_autoencoder(device, *paths, fusion=config.fusion)
    text = load_text(device, config.text) if config.dit or config.repair else None
    repair = load_frozen("repair", config.repair, device) if config.repair else None
    network = load_frozen("dit", config.dit, device) if config.dit else None
    parts = {"detail": autoencoder.detail, "dit": network}
    if not config.trained or any(parts.get(name) is None for name in config.trained):
        raise InputError('"trained" names what to train: "detail", and "dit" where the configuration gives one.')
    trained = nn.ModuleDict({name: parts[name].requires_grad_(True) for name in config.trained})
    joint = "dit" in trained
    seed = stream_seed("detail", config.loop.seed, rank(), resumed_step(config.out, resume))
    rng = random.Random(seed)

    @torch.no_grad()
    def repaired(sample: Sample) -> Sample:
        """The sample with each source put right as the prompt asks."""
        if repair is None:
            return sample
        said = text.encode([sample.prompt]).said[0].cpu()
        with mixed_precision(device):
            sources = repair.scene(sample.sources, said, sample.task, Tiles.planned(device))
        return replace(sample, sources=sources)

    @torch.no_grad()
    def fused(latents: LatentRecord, predicted: bool) -> tuple[Tensor, ...]:
        """The fused latent, its picture and features, as the path alone will see them."""
        with mixed_precision(device):
            if predicted:
                latent = predict_latent(network, text, latents, device).float()
            else:
                latent = disturb(latents, config.latent_noise, rng)[None].to(device)
            return tuple(x[0].bfloat16() for x in (latent, *autoencoder.decoder(latent)))

    def prepare(samples: list[Sample]) -> list[Record]:
        samples, out = [repaired(sample) for sample in samples], []
        for sample, latents in zip(samples, encode_samples(autoencoder, samples, device), strict=True):
            octets = (torch.cat([sample.sources, sample.target[None]]) * 255).round().to(torch.uint8)
            given = () if joint else fused(latents, network is not None and rng.random() < config.predicted)
            out.append(Record(octets[:-1], octets[-1], latents, given))
        return out

    scenes = read_scenes(config.data)
    pool = SamplePool(
        training_samples(config, scenes, seed),
        prepare,
        config.capacity,
        config.uses,
        config.workers,
        seed=seed,
    )
    held_out = held_out_samples(scenes, config.validation, config.samples)
    held_out_records = [prepare([sample])[0] for sample in held_out]

    def sharpen(module: nn.ModuleDict, sources: Tensor, given: Tensor, latent: Tensor) -> tuple[Tensor, Tensor]:
        change = latent.unsqueeze(1) - given
        detail = module["detail"] if "detail" in module else autoencoder.detail
        with mixed_precision(device):
            decoded, features = autoencoder.decoder(latent)
            return detail(sources, decoded, features, change).float(), decoded.float()

    def alone(_: int) -> dict[str, Tensor]:
        """One step of the path, on crops."""
        rows = [_crop(record, config.crop, rng) for record in pool.batch(config.batch)]
        columns = (torch.stack(column).to(device).float() for column in zip(*rows, strict=True))
        sources, target, given, latent, decoded, features = columns
        with mixed_precision(device):
            sharp = trained["detail"](sources / 255, decoded, features, latent.unsqueeze(1) - given)
        return {"loss": picture_loss(sharp.float(), target / 255)}

    def together(_: int) -> dict[str, Tensor]:
        """One step of the network, and of the path where that is trained too."""
        records = pool.batch(config.batch)
        sources = torch.stack([r.sources for r in records]).to(device).float() / 255
        target = torch.stack([r.target for r in records]).to(device).float() / 255
        latent = torch.stack([disturb(r.latents, config.latent_noise, rng) for r in records]).to(device)
        given = torch.stack([r.latents.sources for r in records]).to(device).float()
        wanted = torch.stack([r.latents.target for r in records]).to(device).float()
        with mixed_precision(device):
            words = condition(text, [r.latents for r in records], device)
            predicted, error, balance = estimate(network, given, words, wanted)
        use = torch.rand(len(records), 1, 1, 1, device=device) < config.predicted
        sharp, decoded = sharpen(trained, sources, given, torch.where(use, predicted, latent))
        losses = {
            "latent": config.latent_weight * error,
            "balance": config.balance_weight * balance.float(),
            "picture": picture_loss(sharp, target),
            # the plain decode must stay good too: not every graph has the sources
            "plain": 0.25 * charbonnier(decoded - target),
        }
        return {"loss": sum(losses.values()), **losses}

    def validate(module: nn.ModuleDict) -> dict[str, float]:
        sums: dict[str, list[float]] = defaultdict(list)
        rows = []
        dit = module["dit"] if joint else network
        for index, (sample, record) in enumerate(zip(held_out, held_out_records, strict=True)):
            given, latent = (z[None].to(device).float() for z in record.latents[:2])
            if dit is not None:
                with mixed_precision(device):
                    latent = predict_latent(dit, text, record.latents, device).float()
            sources = record.sources[None].to(device).float() / 255
            sharp, decoded = sharpen(module, sources, given, latent)
            sharp, decoded = sharp.clamp(0, 1).cpu(), decoded.clamp(0, 1).cpu()
            state = "degraded" if any(sample.recipe.ops) else "clean"
            value = psnr(sharp, sample.target[None]).item()
            sums[f"{sample.task}_{state}"].append(value)
            sums["decoded"].append(psnr(decoded, sample.target[None]).item())
            sums["sharp"].append(value)
            if index < 16:
                rows.append([*sample.sources[:2], sources[0, 0].cpu(), decoded[0], sharp[0], sample.target])
        photo = held_out[3].clean[None].to(device)
        latent = autoencoder.encode(photo)
        itself, _ = sharpen(module, torch.stack([photo] * 2, 1), torch.stack([latent] * 2, 1), latent)
        montage(rows, Path(config.out) / "validation.jpg")
        figures = {name: sum(values) / len(values) for name, values in sorted(sums.items())}
        return figures | {"itself": psnr(itself.clamp(0, 1), photo).item()}

    def save(module: nn.ModuleDict) -> None:
        parts: dict[str, tuple] = {}
        if "detail" in module:
            state = {f"detail.{k}": v for k, v in module["detail"].state_dict().items()}
            parts["autoencoder"] = (autoencoder.config, state)
        if joint:
            parts["dit"] = (network.config, module["dit"].state_dict())
        save_checkpoint(Path(config.out) / "weights.safetensors", parts)

    return fit(trained, together if joint else alone, validate, save, config, resume)


def _crop(record: Record, side: int, rng: random.Random) -> tuple[Tensor, ...]:
    """A random window of a record, on the latent's grid: sources, target, latents of the sources, the fused latent, its
    picture and features."""
    latent, decoded, features = record.fused
    height, width = latent.shape[-2:]
    side = side // DOWNSCALE or height
    top, left = rng.randint(0, height - side), rng.randint(0, width - side)

    def cut(x: Tensor) -> Tensor:
        scale = x.shape[-1] // width
        return x[..., top * scale : (top + side) * scale, left * scale : (left + side) * scale]

    return tuple(map(cut, (record.sources, record.target, record.latents.sources, latent, decoded, features)))


def _gradient(image: Tensor) -> Tensor:
    down = F.pad(image.diff(dim=-2), (0, 0, 0, 1))
    right = F.pad(image.diff(dim=-1), (0, 1))
    return torch.cat([down, right], 1)
