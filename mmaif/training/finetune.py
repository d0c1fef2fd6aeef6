"""Teach the transformer a look of one's own from a few dozen pairs: a LoRA, and what it does to a held-out part."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..batch.manifest import Item, read_items
from ..errors import InputError
from ..files import write_json
from ..images import load_image, stack_sources
from ..metrics import psnr, ssim
from ..network import lora
from ..network.layers import DOWNSCALE
from ..pipeline import FusionPipeline
from ..tasks import resolve_task
from .loop import LoopConfig, fit, mixed_precision, pick_device
from .losses import latent_loss
from .pictures import montage
from .shared import Record, condition

HELD_OUT = 0.2  # share of the pairs that are not trained on
LEAST = 5  # pairs


@dataclass(frozen=True)
class FineTuning:
    """A table of pairs, the model they are to change, and how long. Crops are of `crop` px from pictures reduced to at
    most `longest` px."""

    data: str
    model: str = "regression"
    out: str = "runs/finetune"
    loop: LoopConfig = field(
        default_factory=lambda: LoopConfig(minutes=60, optimizer="adamw", learning_rate=2e-3, warmup_steps=20, ema=0.99)
    )
    rank: int = 8
    crop: int = 128
    longest: int = 768
    batch: int = 4


class Example(NamedTuple):
    """A pair: pictures of the sources [N, 3, H, W] and of the target [3, H, W] in 0..1, and their record."""

    sources: Tensor
    target: Tensor
    record: Record


CONFIG = FineTuning


def read_pairs(data: str, prompt: str = "") -> list[Item]:
    """Items with a target each: of a table with the column `reference`, or of the folders source1, source2 ... and
    target in one folder. InputError where there are too few."""
    root = Path(data)
    if root.is_dir():
        folders = sorted(folder for folder in root.iterdir() if folder.is_dir() and folder.name.startswith("source"))
        if not folders or not (root / "target").is_dir():
            raise InputError(f"{root} needs the folders source1 (source2 ...) and target, with pictures of one name.")
        items = read_items([str(folder) for folder in (*folders, root / "target")], "", prompt)
        bad = [item.problem for item in items if item.problem]
        if bad:
            raise InputError(f"{bad[0]} Give every scene all of its pictures.")
        items = [Item(item.sources[:-1], item.output, item.prompt, item.task, item.sources[-1]) for item in items]
    else:
        items = read_items([data], "", prompt)
        if missing := [item for item in items if not item.reference]:
            raise InputError(f"{missing[0].sources[0]} has no target; name it in the column reference.")
    if len(items) < LEAST:
        raise InputError(f"{data} holds {len(items)} pairs; give at least {LEAST}, better 40.")
    return items


def divided(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Those to train on and those held out, by a hash of the names: the same pairs whenever it is asked."""
    order = sorted(items, key=lambda item: hashlib.sha256(item.output.encode()).digest())
    held = max(1, round(HELD_OUT * len(order)))
    return order[held:], order[:held]


def train(config: FineTuning, resume: bool = False, prompt: str = "") -> dict[str, float]:
    """Run it; `out`/lora.safetensors is for ComfyUI's LoRA Loader and `--lora`, `out`/report.json says what it does."""
    device = pick_device()
    pipe = FusionPipeline.from_pretrained(config.model, str(device), "float32")
    if pipe.dit.config.variant != "regression":
        raise InputError("Fine-tuning is for regression models; a flow model takes its look from no single pass.")
    pipe.dit.requires_grad_(False)
    examples, held_out = (
        [_example(pipe, item, config.longest) for item in part] for part in divided(read_pairs(config.data, prompt))
    )
    if min(min(e.target.shape[-2:]) for e in examples) < config.crop:
        raise InputError(f"A picture is smaller than the crops of {config.crop} px; set a smaller --crop.")
    low_rank = lora.LoRA(pipe.dit, config.rank).to(device)
    rng = random.Random(config.loop.seed)
    side = config.crop // DOWNSCALE

    def step(_: int) -> dict[str, Tensor]:
        first = rng.choice(examples)
        alike = [e for e in examples if len(e.sources) == len(first.sources)]
        records = [_cut(rng.choice(alike).record, side, rng) for _ in range(config.batch)]
        sources = torch.stack([r.sources for r in records]).to(device).float()
        target = torch.stack([r.target for r in records]).to(device).float()
        with mixed_precision(device):
            words = condition(pipe.text, records, device)
            predicted = functional_call(pipe.dit, low_rank.changed(pipe.dit), (sources, words)).latent
        return {"loss": latent_loss(predicted.float(), target)}

    def validate(module: nn.Module) -> dict[str, float]:
        before = _scores(pipe, held_out)
        kept = {name: parameter.clone() for name, parameter in pipe.dit.named_parameters()}
        for name, changed in module.changed(pipe.dit).items():
            pipe.dit.get_parameter(name).data.copy_(changed)
        after = _scores(pipe, held_out, Path(config.out) / "held_out.jpg")
        for name, parameter in kept.items():
            pipe.dit.get_parameter(name).data.copy_(parameter)
        figures = {f"before_{k}": v for k, v in before.items()} | {f"after_{k}": v for k, v in after.items()}
        figures["gain_psnr"] = after["psnr"] - before["psnr"]
        pairs = {"trained": len(examples), "held_out": len(held_out)}
        write_json({**figures, **pairs, "settings": asdict(config)}, Path(config.out) / "report.json")
        return figures

    def save(module: lora.LoRA) -> None:
        module.save(Path(config.out) / "lora.safetensors", {"model": config.model, "pairs": str(len(examples))})

    return fit(low_rank, step, validate, save, config, resume)


@torch.no_grad()
def _example(pipe: FusionPipeline, item: Item, longest: int) -> Example:
    """A pair with its latents."""
    paths = [*item.sources, item.reference]
    pictures = stack_sources([load_image(path, longest)[None] for path in paths], paths)[0]
    height, width = (side // DOWNSCALE * DOWNSCALE for side in pictures.shape[-2:])
    pictures = pictures[..., :height, :width]
    latents = torch.cat([pipe.autoencoder.encode(picture[None].to(pipe.device)) for picture in pictures]).half().cpu()
    task = resolve_task(item.task, pictures[:-1])
    return Example(pictures[:-1], pictures[-1], Record(latents[:-1], latents[-1], item.prompt, task))


def _cut(record: Record, side: int, rng: random.Random) -> Record:
    """A random square of the latents."""
    height, width = record.target.shape[-2:]
    top, left = rng.randint(0, height - side), rng.randint(0, width - side)
    cut = (..., slice(top, top + side), slice(left, left + side))
    return Record(record.sources[cut], record.target[cut], record.prompt, record.task)


def _scores(pipe: FusionPipeline, examples: Sequence[Example], sheet: Path | None = None) -> dict[str, float]:
    """Mean PSNR and SSIM of what the pipeline makes of examples; with `sheet` a picture of the first ones."""
    sums, rows = {"psnr": 0.0, "ssim": 0.0}, []
    for example in examples:
        fused = pipe.fuse(example.sources[None], [example.record.prompt], example.record.task)
        sums["psnr"] += psnr(fused, example.target[None]).item() / len(examples)
        sums["ssim"] += ssim(fused, example.target[None]).item() / len(examples)
        rows.append([*example.sources[:2], fused[0], example.target])
    if sheet:
        montage(rows[:6], sheet)
    return sums
