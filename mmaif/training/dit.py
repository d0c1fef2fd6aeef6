"""Train the Diffusion Transformer over the frozen autoencoder and text encoder."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import save_checkpoint
from ..data.pool import SamplePool
from ..data.samples import SampleConfig
from ..data.scenes import read_scenes
from ..errors import InputError
from ..metrics import psnr
from ..network.dit import DiTConfig, FusionDiT
from ..network.text_t5 import T5Text
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .pictures import montage
from .shared import (
    begin_from,
    condition,
    encode_samples,
    estimate,
    held_out_samples,
    load_autoencoder,
    load_text,
    predict_latent,
    training_samples,
)


@dataclass(frozen=True)
class DiTTraining:
    """The frozen parts, the data, and the balance of the losses."""

    data: str
    shards: str = ""  # samples of `synthesize --shards` in place of those made of `data`; a folder, a glob or a URL
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
        begin_from(model, config.start, "dit")
    scenes = read_scenes(config.data)
    seed = stream_seed("dit", config.loop.seed, rank(), resumed_step(config.out, resume))
    pool = SamplePool(
        training_samples(config, scenes, seed),
        lambda samples: encode_samples(autoencoder, samples, device),
        config.capacity,
        config.uses,
        config.workers,
        seed=seed,
    )
    held_out = held_out_samples(scenes, config.validation, judged_by or config.samples)
    held_out_records = [encode_samples(autoencoder, [s], device)[0] for s in held_out]

    def step(_: int) -> dict[str, Tensor]:
        records = pool.batch(config.batch)
        sources = torch.stack([r.sources for r in records]).to(device).float()
        target = torch.stack([r.target for r in records]).to(device).float()
        with mixed_precision(device):
            _, loss, balance = estimate(model, sources, condition(text, records, device), target)
        return {"loss": loss + config.balance_weight * balance.float(), "latent": loss, "balance": balance}

    def validate(module: nn.Module) -> dict[str, float]:
        sums: dict[str, list[float]] = defaultdict(list)
        rows = []
        for index, (sample, record) in enumerate(zip(held_out, held_out_records, strict=True)):
            with mixed_precision(device):
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

    return fit(model, step, validate, save, config, resume)
