"""Teach the letters and words that speak for each repair (`network/grams.py`) and add them to a text encoder."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import torch.nn.functional as F
from torch import Tensor

from ..checkpoint import save_checkpoint
from ..language.prompts import Prompt
from ..network.grams import Grams
from ..network.text import TextEncoder
from ..repairs import REPAIRS
from .loop import LoopConfig, fit, pick_device, rank, resumed_step, stream_seed
from .shared import load_frozen
from .text import by_hand, label_of, share_exact, share_spared, taught_prompts

LONGEST = 300  # characters of a sentence to learn from


@dataclass(frozen=True)
class GramsTraining:
    """`start` is the text encoder to add to; of the prompts a share is in other languages (`tongues`) and a share
    strewn with everyday words (`distraction`); sentences written by hand are named as for `train text`."""

    start: str
    out: str = "runs/grams"
    loop: LoopConfig = field(default_factory=LoopConfig)
    buckets: int = 1 << 18
    batch: int = 256
    tongues: float = 0.75
    distraction: float = 0.25
    validation_file: str = ""
    validation_tongues: str = ""


CONFIG = GramsTraining


def train(config: GramsTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights of the whole encoder go to `out`/weights.safetensors."""
    device = pick_device()
    rng = random.Random(stream_seed("grams", config.loop.seed, rank(), resumed_step(config.out, resume)))
    prompts = _short(taught_prompts(rng, config.tongues, config.distraction))
    before = load_frozen("text", config.start, device)
    encoder = TextEncoder(replace(before.config, grams=config.buckets)).to(device).eval().requires_grad_(False)
    encoder.load_state_dict(before.state_dict(), strict=False)
    hand, tongues = by_hand(config.validation_file, config.validation_tongues)
    model = Grams(config.buckets, len(REPAIRS)).to(device)

    def step(_: int) -> dict[str, Tensor]:
        batch = list(islice(prompts, config.batch))
        asked, _ = label_of(batch, device)
        return {"loss": F.binary_cross_entropy_with_logits(model([prompt.text for prompt in batch]), asked)}

    def validate(module: Grams) -> dict[str, float]:
        encoder.grams.load_state_dict(module.state_dict())
        figures = {language: share_exact(encoder, rows) for language, rows in tongues.items()}
        if hand:
            figures |= {"en": share_exact(encoder, hand), "spared": share_spared(encoder, [r for r in hand if r.kept])}
        return figures

    def save(module: Grams) -> None:
        encoder.grams.load_state_dict(module.state_dict())
        save_checkpoint(Path(config.out) / "weights.safetensors", {"text": (encoder.config, encoder.state_dict())})

    return fit(model, step, validate, save, config, resume)


def _short(prompts: Iterator[Prompt]) -> Iterator[Prompt]:
    return (prompt for prompt in prompts if 0 < len(prompt.text) <= LONGEST)
