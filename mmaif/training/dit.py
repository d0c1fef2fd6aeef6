"""Train the Diffusion Transformer over the frozen autoencoder and text encoder."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import load_checkpoint, save_checkpoint
from ..configuration import build
from ..data.pool import SamplePool
from ..data.samples import Sample, SampleConfig, SampleMaker
from ..data.scenes import Scene, read_scenes, split
from ..errors import InputError
from ..metrics import psnr
from ..network.autoencoder import Autoencoder, AutoencoderConfig
from ..network.dit import DiTConfig, FusionDiT
from ..network.text import TextConfig, TextEncoder
from ..network.text_t5 import T5Text
from ..sampling import FlowSampling
from ..tasks import TASKS
from .loop import LoopConfig, fit, half_precision, pick_device, rank
from .pictures import montage

VALIDATION_SIZE = 256


@dataclass(frozen=True)
class DiTTraining:
    """The frozen parts, the data, and the balance of the losses."""

    data: str
    autoencoder: str = "runs/autoencoder/weights.safetensors"
    text: str = "runs/text/weights.safetensors"
    start: str = ""  # weights to begin from, such as the regression network for the flow variant
    out: str = "runs/regression"
    loop: LoopConfig = field(default_factory=LoopConfig)
    model: DiTConfig = field(default_factory=DiTConfig)
    samples: SampleConfig = field(default_factory=SampleConfig)
    size: int = 128
    batch: int = 16
    uses: float = 4.0
    workers: int = 1
    capacity: int = 4096
    balance_weight: float = 0.01
    validation: int = 48


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
    with half_precision(device):
        latents = autoencoder.encode(batch).half().unflatten(0, pictures.shape[:2])
    return [Record(z[:-1], z[-1], s.prompt, s.task) for z, s in zip(latents, samples, strict=True)]


def load_autoencoder(device: torch.device, *paths: str) -> Autoencoder:
    """The frozen autoencoder; later files add to or replace tensors of earlier ones, and a detail path that no
    file has keeps its first weights."""
    checkpoints = [load_checkpoint(path).require("autoencoder") for path in paths]
    frozen = Autoencoder(build(AutoencoderConfig, checkpoints[0].config["autoencoder"]))
    state = frozen.state_dict()
    for checkpoint in checkpoints:
        state |= checkpoint.tensors["autoencoder"]
    frozen.load_state_dict(state)
    return frozen.float().to(device, memory_format=torch.channels_last).eval().requires_grad_(False)


def load_text(device: torch.device, path: str) -> TextEncoder | T5Text:
    """The frozen text encoder: ours from a file, or the T5 of a folder."""
    if Path(path).is_dir():
        return T5Text(path).to(device)
    parts = load_checkpoint(path).require("text")
    reader = TextEncoder(build(TextConfig, parts.config["text"]))
    reader.load_state_dict(parts.tensors["text"])
    return reader.float().to(device).eval().requires_grad_(False)


def held_out_samples(scenes: Sequence[Scene], count: int, config: SampleConfig) -> list[Sample]:
    """Always the same samples of validation scenes, the tasks in turn."""
    maker = SampleMaker(split(scenes, "val"), VALIDATION_SIZE, config)
    tasks = ("vif", "mef", "mff", "restore")
    return [maker(10_000 + i, tasks[i % 4]) for i in range(count)]


CONFIG = DiTTraining


def train(
    config: DiTTraining,
    resume: bool = False,
    alter: Callable[[FusionDiT], object] | None = None,
    judged_by: SampleConfig | None = None,
) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors, pictures of held-out samples beside them.

    For experiments: `alter` changes the untrained network in place, `judged_by` makes other validation samples.
    """
    device = pick_device()
    autoencoder, text = load_autoencoder(device, config.autoencoder), load_text(device, config.text)
    if text.config.width != config.model.text_width:
        raise InputError(f'The text encoder has width {text.config.width}; set "text_width" of the model to it.')
    model = FusionDiT(config.model)
    if alter:
        alter(model)
    model.to(device, memory_format=torch.channels_last)
    if config.start:
        model.load_state_dict(load_checkpoint(config.start).require("dit").tensors["dit"], strict=False)
    scenes = read_scenes(config.data)
    pool = SamplePool(
        SampleMaker(split(scenes, "train"), config.size, config.samples),
        lambda samples: encode_samples(autoencoder, samples, device),
        config.capacity,
        config.uses,
        config.workers,
        seed=(config.loop.seed + 11 * rank()) * 1_000_003,
    )
    held_out = held_out_samples(scenes, config.validation, judged_by or config.samples)
    held_out_records = [encode_samples(autoencoder, [s], device)[0] for s in held_out]

    def step(_: int) -> dict[str, Tensor]:
        records = pool.batch(config.batch)
        sources = torch.stack([r.sources for r in records]).to(device).float()
        target = torch.stack([r.target for r in records]).to(device).float()
        with half_precision(device):
            words = condition(text, records, device)
            if config.model.variant == "flow":
                noise, time = torch.randn_like(target), timesteps(len(records), device)
                noisy = torch.lerp(target, noise, time[:, None, None, None])
                predicted, balance = model(sources, *words, noisy, time)
                wanted = noise - target
            else:
                predicted, balance = model(sources, *words)
                wanted = target
        loss = latent_loss(predicted.float(), wanted)
        return {"loss": loss + config.balance_weight * balance.float(), "latent": loss, "balance": balance}

    def validate(module: nn.Module) -> dict[str, float]:
        sums: dict[str, list[float]] = defaultdict(list)
        rows = []
        for index, (sample, record) in enumerate(zip(held_out, held_out_records, strict=True)):
            with half_precision(device):
                fused = predict_latent(module, text, record, device)
                picture = autoencoder.decode(fused)[0].float().cpu()
                ceiling = autoencoder.decode(record.target[None].to(device).float())[0].float().cpu()
            sums[sample.task].append(psnr(picture[None], sample.target[None]).item())
            sums["ceiling"].append(psnr(ceiling[None], sample.target[None]).item())
            sums["latent_mse"].append(F.mse_loss(fused.float().cpu()[0], record.target.float().cpu()).item())
            if index < 16:
                rows.append([*sample.sources[:2], picture, sample.target])
        montage(rows, Path(config.out) / "validation.jpg")
        return {name: sum(values) / len(values) for name, values in sums.items()}

    def save(module: nn.Module) -> None:
        recorded = {"text": (text.config, {})} if isinstance(text, T5Text) else {}
        parts = {"dit": (config.model, module.state_dict()), **recorded}
        save_checkpoint(Path(config.out) / "weights.safetensors", parts)

    return fit(model, step, validate, save, config.loop, Path(config.out), resume)


def timesteps(count: int, device: torch.device) -> Tensor:
    """Times [count] of the flow in 0..1. One in five is 1, pure noise: a first step cannot be mended by later ones, and
    with few steps it weighs most."""
    return (torch.rand(count, device=device) * 1.25).clamp(max=1)


def latent_loss(predicted: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared plus mean absolute error: the first for what is far off, the second for what is close."""
    error = predicted - wanted
    return error.square().mean() + error.abs().mean()


def condition(text: TextEncoder, records: list[Record], device: torch.device) -> tuple[Tensor, ...]:
    """Prompt tokens, their mask, pooled vectors and task indices of a batch, as the network takes them."""
    with torch.no_grad():
        encoded = text.encode([r.prompt for r in records])
    tasks = torch.tensor([TASKS.index(r.task) for r in records], device=device)
    return encoded.tokens, encoded.mask, encoded.pooled, tasks


def predict_latent(model: FusionDiT, text: TextEncoder, record: Record, device: torch.device) -> Tensor:
    """The fused latent [1, 16, h, w] of one record: by regression or by four Euler steps from fixed noise."""
    words = condition(text, [record], device)
    sources = record.sources[None].to(device).float()
    if model.config.variant == "regression":
        return model(sources, *words).latent
    flow = FlowSampling()
    start = flow.start((1, *sources.shape[2:]), device)
    return flow.integrate(lambda z, t: model(sources, *words, z, t).latent.float(), start, model.config.shift)
