"""What the stages share: frozen parts, records of samples, held-out samples, the network's condition."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..checkpoint import load_checkpoint
from ..configuration import build
from ..data.samples import Sample, SampleConfig, SampleMaker
from ..data.scenes import Scene, split
from ..data.shards import ShardStream
from ..network.autoencoder import Autoencoder, AutoencoderConfig
from ..network.dit import Condition, FusionDiT
from ..network.fusion import FusionConfig
from ..network.parts import load_part
from ..network.text import TextEncoder
from ..network.text_t5 import T5Text
from ..network.upgrade import upgrade_dit
from ..sampling import FlowSampling
from ..tasks import TASKS
from .loop import mixed_precision
from .losses import latent_loss

VALIDATION_SIZE = 256


class Record(NamedTuple):
    """What training needs of a sample: latents in half precision, the sentence, the task."""

    sources: Tensor
    target: Tensor
    prompt: str
    task: str


@torch.no_grad()
def encode_samples(autoencoder: Autoencoder, samples: list[Sample], device: torch.device) -> list[Record]:
    """Latents of the sources and of the target of samples with one source count."""
    pictures = torch.stack([torch.cat([s.sources, s.target[None]]) for s in samples])
    batch = pictures.flatten(0, 1).to(device).contiguous(memory_format=torch.channels_last)
    with mixed_precision(device):
        latents = autoencoder.encode(batch).half().unflatten(0, pictures.shape[:2])
    return [Record(z[:-1], z[-1], s.prompt, s.task) for z, s in zip(latents, samples, strict=True)]


def load_autoencoder(device: torch.device, *paths: str, fusion: FusionConfig | None = None) -> Autoencoder:
    """The frozen autoencoder; later files add to or replace tensors of earlier ones, and a detail path that no
    file has keeps its first weights. `fusion` puts another detail path in the place of the first file's."""
    checkpoints = [load_checkpoint(path).require("autoencoder") for path in paths]
    config = build(AutoencoderConfig, checkpoints[0].config["autoencoder"])
    frozen = Autoencoder(replace(config, fusion=fusion) if fusion else config)
    state = frozen.state_dict()
    for index, checkpoint in enumerate(checkpoints):
        tensors = checkpoint.tensors["autoencoder"]
        if fusion and index == 0:
            tensors = {name: tensor for name, tensor in tensors.items() if not name.startswith("detail.")}
        state |= tensors
    frozen.load_state_dict(state)
    return frozen.float().to(device, memory_format=torch.channels_last).eval().requires_grad_(False)


def load_frozen(part: str, path: str, device: torch.device) -> Any:
    """The trained part of a file, in float32, in evaluation mode, without gradients."""
    return load_part(load_checkpoint(path), part).float().to(device, memory_format=torch.channels_last)


def begin_from(module: nn.Module, path: str, part: str) -> None:
    """Give a new module the weights that it has in common with a part of a file; where it is wider, with zeros for what
    is new, so that it begins as the same function."""
    given = load_checkpoint(path).require(part).tensors[part]
    state = module.state_dict()
    for name, tensor in (upgrade_dit(given) if part == "dit" else given).items():
        if name in state and state[name].ndim == tensor.ndim:
            state[name] = torch.zeros_like(state[name])
            state[name][tuple(slice(n) for n in tensor.shape)] = tensor.to(state[name])
    module.load_state_dict(state)


def load_text(device: torch.device, path: str) -> TextEncoder | T5Text:
    """The frozen text encoder: ours from a file, or the T5 of a folder."""
    return T5Text(path).to(device) if Path(path).is_dir() else load_frozen("text", path, device)


def training_samples(config: Any, scenes: Sequence[Scene], seed: int) -> SampleMaker | ShardStream:
    """What a stage trains on: samples made of the training scenes, or those of the shards that it names."""
    if config.shards:
        return ShardStream(config.shards, config.size, seed)
    return SampleMaker(split(scenes, "train"), config.size, config.samples)


def held_out_samples(scenes: Sequence[Scene], count: int, config: SampleConfig) -> list[Sample]:
    """Always the same samples of validation scenes, the tasks in turn."""
    maker = SampleMaker(split(scenes, "val"), VALIDATION_SIZE, config)
    tasks = ("vif", "mef", "mff", "restore")
    return [maker(10_000 + i, tasks[i % 4]) for i in range(count)]


def condition(text: TextEncoder, records: list[Record], device: torch.device) -> Condition:
    """What the records of a batch ask for, as the network takes it."""
    with torch.no_grad():
        encoded = text.encode([r.prompt for r in records])
    tasks = torch.tensor([TASKS.index(r.task) for r in records], device=device)
    return Condition(encoded.tokens, encoded.mask, encoded.said, tasks)


def estimate(model: FusionDiT, sources: Tensor, words: Condition, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One step of training: the fused latent [B, 16, h, w] that the network holds for true, its loss, and the balance
    of its experts. Flow stands at a random time between the target and noise, and learns the velocity there."""
    if model.config.variant == "regression":
        latent, balance = model(sources, words)
        return latent.float(), latent_loss(latent.float(), target), balance
    noise, time = torch.randn_like(target), timesteps(len(target), target.device)
    noisy = torch.lerp(target, noise, time[:, None, None, None])
    velocity, balance = model(sources, words, noisy=noisy, timestep=time)
    velocity = velocity.float()
    return noisy - time[:, None, None, None] * velocity, latent_loss(velocity, noise - target), balance


def timesteps(count: int, device: torch.device) -> Tensor:
    """Times [count] of the flow in 0..1. One in five is 1, pure noise: a first step cannot be mended by later ones, and
    with few steps it weighs most."""
    return (torch.rand(count, device=device) * 1.25).clamp(max=1)


def predict_latent(model: FusionDiT, text: TextEncoder, record: Record, device: torch.device) -> Tensor:
    """The fused latent [1, 16, h, w] of one record: by regression or by four Euler steps from fixed noise."""
    words = condition(text, [record], device)
    sources = record.sources[None].to(device).float()
    if model.config.variant == "regression":
        return model(sources, words).latent
    flow = FlowSampling()
    start = flow.start((1, *sources.shape[2:]), device)
    return flow.integrate(
        lambda z, t: model(sources, words, noisy=z, timestep=t).latent.float(), start, model.config.shift
    )
