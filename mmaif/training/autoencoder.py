"""Train the encoder and decoder: match the teacher's latents, reconstruct better than it does."""

from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from ..checkpoint import load_checkpoint, save_checkpoint, write_safetensors
from ..data.crops import crop_pool
from ..files import made_folder
from ..metrics import psnr
from ..network.autoencoder import Autoencoder, AutoencoderConfig
from .loop import LoopConfig, fit, mixed_precision, pick_device
from .losses import charbonnier, decibels
from .teacher import load_teacher


@dataclass(frozen=True)
class AutoencoderTraining:
    """Where the pictures and the teacher are, and how long to look at them."""

    data: str
    teachers: str
    out: str = "runs/autoencoder"
    loop: LoopConfig = field(default_factory=LoopConfig)
    model: AutoencoderConfig = field(default_factory=AutoencoderConfig)
    crop: int = 128
    pool: int = 8000
    batch: int = 16
    start: str = ""  # weights to begin from
    own: int = 8  # crops of each batch whose latents go through our decoder
    through: int = 4  # others, whose latents go through the teacher's, which costs most
    latent_weight: float = 0.1
    cross_weight: float = 1.0
    through_weight: float = 1.0


@torch.no_grad()
def _crops_and_latents(
    config: AutoencoderTraining, fold: str, count: int, size: int, encoder: nn.Module, device: torch.device
) -> tuple[Tensor, Tensor]:
    """uint8 crops [M, 3, size, size] and the teacher's half-precision latents of them.

    Both are kept in the output folder, so that a resumed run does not ask the teacher again.
    """
    cache = Path(config.out) / f"crops_{fold}.safetensors"
    made_for = {"for": f"{config.data} {count} {size} {config.loop.seed}"}
    if cache.is_file():
        with safe_open(cache, "pt") as file:
            if file.metadata() == made_for:
                return file.get_tensor("crops"), file.get_tensor("latents")
    crops = crop_pool(config.data, fold, count, size, config.loop.seed)
    latents = []
    for batch in crops.split(32):
        with mixed_precision(device):
            image = (batch.to(device).float() / 255).contiguous(memory_format=torch.channels_last)
            latents.append(encoder(image).half().cpu())
    made_folder(cache.parent)
    write_safetensors(cache, {"crops": crops, "latents": torch.cat(latents).contiguous()}, made_for)
    return crops, torch.cat(latents)


class _Pair(nn.Module):
    """Encoder and decoder under one roof for the optimiser; the detail path waits for its own stage."""

    def __init__(self, autoencoder: Autoencoder):
        super().__init__()
        self.encoder, self.decoder = autoencoder.encoder, autoencoder.decoder


def _picture_loss(error: Tensor) -> Tensor:
    """Mostly absolute errors; the rest is PSNR, shifted so that the loss stays positive."""
    return charbonnier(error) + 0.01 * (decibels(error) + 12)


CONFIG = AutoencoderTraining


def train(config: AutoencoderTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    teacher_encoder, teacher_decoder = (part.to(device) for part in load_teacher(config.teachers))
    crops, latents = _crops_and_latents(config, "train", config.pool, config.crop, teacher_encoder, device)
    held_out, held_latents = _crops_and_latents(config, "val", 48, 256, teacher_encoder, device)
    autoencoder = Autoencoder(config.model).to(device, memory_format=torch.channels_last)
    if config.start:
        autoencoder.load_state_dict(
            load_checkpoint(config.start).require("autoencoder").tensors["autoencoder"], strict=False
        )
    pair = _Pair(autoencoder)

    def batch(indices: Tensor) -> tuple[Tensor, Tensor]:
        image = (crops[indices].to(device).float() / 255).contiguous(memory_format=torch.channels_last)
        return image, latents[indices].to(device).float()

    def step(_: int) -> dict[str, Tensor]:
        image, target = batch(torch.randint(len(crops), (config.batch,)))
        with mixed_precision(device):
            latent = pair.encoder(image)
            decoded = pair.decoder(torch.cat([latent[: config.own], target.to(latent)]))[0].float()
            through = teacher_decoder(latent[-config.through :]).float()
        own, crossed = decoded.split([config.own, config.batch])
        losses = {
            "reconstruction": _picture_loss(own - image[: config.own]),
            "cross": config.cross_weight * _picture_loss(crossed - image),
            "through": config.through_weight * charbonnier(through - image[-config.through :]),
            "latent": config.latent_weight * F.mse_loss(latent.float(), target),
        }
        return {"loss": sum(losses.values()), **losses}

    def validate(module: nn.Module) -> dict[str, float]:
        image = held_out.to(device).float() / 255
        with mixed_precision(device):
            latent = module.encoder(image)
            figures = {"latent_mse": F.mse_loss(latent.float().cpu(), held_latents.float()).item()}
            for name, z in (("own", latent), ("teacher", held_latents.to(device).float())):
                for through, decoder in (("own", lambda z: module.decoder(z)[0]), ("teacher", teacher_decoder)):
                    pictures = torch.cat([decoder(part) for part in z.split(8)]).float().clamp(0, 1)
                    figures[f"{name}_latent_{through}_decoder"] = psnr(pictures, image).mean().item()
        return figures

    def save(module: nn.Module) -> None:
        autoencoder_state = {f"encoder.{k}": v for k, v in module.encoder.state_dict().items()}
        autoencoder_state |= {f"decoder.{k}": v for k, v in module.decoder.state_dict().items()}
        save_checkpoint(Path(config.out) / "weights.safetensors", {"autoencoder": (config.model, autoencoder_state)})

    return fit(pair, step, validate, save, config, resume)
