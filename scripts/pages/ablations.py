"""Train small variants of the transformer for equal minutes and write docs/ablations.md: what is worth its cost?

    python -m scripts.pages.ablations --config mmaif/training/configs/ablation.json --minutes 5 [--only NAME ...]

Each variant begins untrained, sees the same samples in the same order and gets the same time on the same machine, so
that a part has to pay for the seconds it takes. Finished runs are kept in runs/ablations and not repeated. --page
writes the page from what is there.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmaif.configuration import load
from mmaif.network.dit import Condition, FusionDiT
from mmaif.network.layers import zeroed
from mmaif.training.dit import DiTTraining, train
from scripts.pages.common import DOCS, markdown
from scripts.setup.environment import ROOT

RUNS, PAGE = ROOT / "runs" / "ablations", DOCS / "ablations.md"
TEXT = """# What each part is worth

Written by `python -m scripts.pages.ablations`. Every variant began untrained and trained for {minutes:g} minutes on
the same machine and the same samples ({size} px, batch {batch}); short runs, so small differences mean little.
Validation: PSNR in dB of the plain decode on {count} held-out samples per task, mean square error of the
latents, and how many steps fitted.

{table}
"""


class Dense(nn.Module):
    """One GLU of the width that a mixture uses per token, in its place."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.gate, self.value = nn.Linear(width, hidden), nn.Linear(width, hidden)
        self.out = zeroed(nn.Linear(hidden, width))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[B, L, width] -> same, and a balance of 1."""
        return self.out(F.silu(self.gate(x)) * self.value(x)), x.new_ones(())


class Nothing(nn.Module):
    """In place of the refiner: no correction."""

    def forward(self, features: Tensor, predicted: Tensor, mixed: Tensor, noisy: Tensor | None = None) -> Tensor:
        """The latents are [B, C, h, w], and so is the answer."""
        return torch.zeros_like(predicted)


@dataclass(frozen=True)
class Variant:
    """What is changed: entries of the model's or the samples' configuration, or the network itself."""

    what: str
    model: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, Any] = field(default_factory=dict)
    alter: Callable[[FusionDiT], None] | None = None


def _dense(model: FusionDiT) -> None:
    config = model.config
    for block in model.blocks:
        block.mixture = Dense(config.width, config.hidden * (1 + config.top_k))


def _no_value_residual(model: FusionDiT) -> None:
    for block in model.blocks:
        block.attention.eta.requires_grad_(False).zero_()


def _no_naf(model: FusionDiT) -> None:
    for block in model.blocks:
        block.naf = nn.Identity()


def _no_refiner(model: FusionDiT) -> None:
    model.refiner = Nothing()


def _tokens_only(words: Condition) -> Condition:
    return words._replace(pooled=torch.zeros_like(words.pooled))


def _pooled_only(words: Condition) -> Condition:
    return words._replace(tokens=torch.zeros_like(words.tokens), mask=torch.zeros_like(words.mask))


def _text(keep: Callable[[Condition], Condition]) -> Callable[[FusionDiT], None]:
    """Let only a part of the prompt in."""

    def silence(_: nn.Module, inputs: tuple) -> tuple:
        sources, condition = inputs
        return sources, keep(condition)

    return lambda model: model.register_forward_pre_hook(silence)


VARIANTS = {
    "all": Variant("everything, as shipped"),
    "tokens": Variant("text by its tokens alone", alter=_text(_tokens_only)),
    "pooled": Variant("text by its pooled vector alone", alter=_text(_pooled_only)),
    "dense": Variant("a dense GLU of equal compute for the mixture of experts", alter=_dense),
    "no_value_residual": Variant("no value residual", alter=_no_value_residual),
    "no_naf": Variant("no NAF block", alter=_no_naf),
    "patch1": Variant("patches of one latent pixel", {"patch": 1}),
    "patch4": Variant("patches of 4 x 4 latent pixels", {"patch": 4}),
    "no_refiner": Variant("no convolutions behind the tokens", alter=_no_refiner),
    "unselective": Variant("prompts always name everything", samples={"selective": 0.0}),
}


def main() -> None:
    """Train what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True, help="of `train dit`; its `start` is left out")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--only", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME")
    parser.add_argument("--page", action="store_true", help="train nothing")
    options = parser.parse_args()
    base = load(DiTTraining, options.config)
    loop = replace(base.loop, minutes=options.minutes, checkpoint_minutes=options.minutes)
    for name in () if options.page else options.only:
        out = RUNS / name
        if _figures(out):
            continue
        print(f"--- {name}: {VARIANTS[name].what}", flush=True)
        variant = VARIANTS[name]
        config = replace(
            base,
            start="",
            out=str(out),
            loop=loop,
            model=replace(base.model, **variant.model),
            samples=replace(base.samples, **variant.samples),
        )
        train(config, alter=variant.alter, judged_by=base.samples)
    PAGE.write_text(page(base, options.minutes))
    print(PAGE.read_text())


def page(base: DiTTraining, minutes: float) -> str:
    """The Markdown of all finished runs."""
    names = ["vif", "mef", "mff", "restore", "latent_mse"]
    rows = [["variant", "steps", *names]]
    for name, variant in VARIANTS.items():
        figures = _figures(RUNS / name)
        if figures:
            cells = [f"{figures[f'val_{key}']:.{4 if key == 'latent_mse' else 2}f}" for key in names]
            rows.append([variant.what, str(figures["step"]), *cells])
    return TEXT.format(
        minutes=minutes, size=base.size, batch=base.batch, count=base.validation // 4, table=markdown(rows)
    )


def _figures(out: Path) -> dict[str, float]:
    """The validation at the end of a run, {} before that."""
    log = out / "log.jsonl"
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []
    return rows[-1] if rows and "val_vif" in rows[-1] else {}


if __name__ == "__main__":
    main()
