"""Train small variants for equal minutes and put the tables into docs/training_local.md: what decided?

    python -m scripts.pages.decisions [--minutes 4] [--only NAME ...] [--write]

Each variant begins untrained and gets the same processor time on one thread and the same pictures. Variants of the
repair are judged by all renderers and by the pairs of others, those of the transformer by real visible + infrared
pairs, whatever they have learned from. Finished runs are kept in runs/decisions and not repeated; two calls with
different --only train side by side.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from mmaif.checkpoint import WEIGHTS, load_checkpoint
from mmaif.configuration import load
from mmaif.data.exam import exam
from mmaif.data.samples import SampleConfig
from mmaif.degradation.operators import OPERATORS
from mmaif.network.parts import load_part
from mmaif.repairs import LOCAL, OPERATOR_REPAIR
from mmaif.training import dit
from mmaif.training.restorer import RestorerTraining, examine, train
from mmaif.training.shared import load_text
from scripts.pages.common import DOCS, markdown, put_into
from scripts.setup.environment import ROOT

RUNS = ROOT / "runs" / "decisions"
CONFIGS = ROOT / "mmaif" / "training" / "configs"
SHOWN = ("noise", "jpeg", "gaussian_blur", "rain", "snow", "ir_stripes", "haze", "pair_noise", "pair_rain", "pair_haze")
# all but what FiLM and its words consist of
UNTOLD = ("tone", "stem", "conv1", "conv2", "down", "up", "head", "weights")


@dataclass(frozen=True)
class Variant:
    """What is changed: entries of the configuration or of its samples, or the faults' renderers."""

    what: str
    changes: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None


def one_renderer() -> None:
    """Let each fault be made in the first of its ways alone."""
    for name, operator in OPERATORS.items():
        OPERATORS[name] = replace(operator, renderers=operator.renderers[:1])


VARIANTS = {
    "all": Variant("as it is"),
    "film": Variant("no FiLM: words act on gates and heads alone", {"trained": UNTOLD}),
    "renderer": Variant("one renderer of each fault in place of all", prepare=one_renderer),
    "mixed": Variant("mixed batches in place of batches of one repair", {"families": False}),
    "pairs": Variant("no pairs that others spoiled", samples={"pairs": 0.0}),
}
THERMAL = {  # of the transformer, on visible + infrared alone: what share of the pairs is made from photos
    "real": Variant("real pairs alone", samples={"made_vif": 0.0}),
    "made": Variant("half of them made from photos", samples={"made_vif": 0.5}),
    "photos": Variant("all made from photos", samples={"made_vif": 1.0}),
}
ONLY_VIF = {"vif": 1.0, "mef": 0.0, "mff": 0.0, "restore": 0.0, "pairs": 0.0}


def main() -> None:
    """Train what is missing, judge it, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=4.0)
    names = [*VARIANTS, *THERMAL]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/training_local.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.only:
        if not (RUNS / name / "figures.json").is_file():
            figures = (transformer if name in THERMAL else repair)(name, options.minutes)
            (RUNS / name / "figures.json").write_text(json.dumps({"minutes": options.minutes, **figures}))
    tables = {"decisions": markdown(rows()), "thermal": markdown(thermal_rows())}
    print(*tables.values(), sep="\n\n")
    if options.write:
        put_into(DOCS / "training_local.md", tables)


def repair(name: str, minutes: float) -> dict[str, float]:
    """Train a variant of the repair: its figures."""
    base = load(RestorerTraining, CONFIGS / "restorer.json")
    variant, out, all_ways = VARIANTS[name], RUNS / name, dict(OPERATORS)
    loop = replace(base.loop, minutes=minutes, checkpoint_minutes=2 * minutes, ema=0.99)
    shared = {"text": str(WEIGHTS / "shared.safetensors"), "out": str(out), "workers": 0, "validation": 1}
    samples = replace(base.samples, **variant.samples)
    variant.prepare()
    train(replace(base, loop=loop, samples=samples, **(shared | variant.changes)))
    OPERATORS.update(all_ways)
    network = load_part(load_checkpoint(out / "weights.safetensors"), "repair").float()
    cases = exam(base.data, 4, 8, 256)
    device = torch.device("cpu")
    return last(out) | examine(network, load_text(device, shared["text"]), cases, device, out / "exam.jpg")


def transformer(name: str, minutes: float) -> dict[str, float]:
    """Train a variant of the transformer: its figures on real pairs of scenes that no training sees."""
    base = load(dit.DiTTraining, CONFIGS / "ablation.json")
    loop = replace(base.loop, minutes=minutes, checkpoint_minutes=2 * minutes)
    samples = replace(base.samples, **ONLY_VIF, **THERMAL[name].samples)
    judged = SampleConfig(made_vif=0.0, clean=0.3)
    shared = {"autoencoder": str(WEIGHTS / "regression.safetensors"), "text": str(WEIGHTS / "shared.safetensors")}
    config = replace(base, start="", out=str(RUNS / name), loop=loop, samples=samples, workers=0, **shared)
    dit.train(config, judged_by=judged)
    return last(RUNS / name)


def last(out: Path) -> dict[str, float]:
    """The last line of a run's log."""
    return json.loads((out / "log.jsonl").read_text().splitlines()[-1])


def thermal_rows() -> list[list[str]]:
    """Of all finished runs of the transformer."""
    table = [["visible + infrared learned from", "minutes", "steps", "PSNR on real pairs"]]
    for name, variant in THERMAL.items():
        path = RUNS / name / "figures.json"
        if path.is_file():
            figures = json.loads(path.read_text())
            row = [f"{figures['minutes']:g}", str(figures["step"]), f"{figures['val_vif']:.2f}"]
            table.append([variant.what, *row])
    return table


def rows() -> list[list[str]]:
    """Of all finished runs of the repair."""
    local = [name for name, repair in OPERATOR_REPAIR.items() if repair in LOCAL]
    table = [["variant", "minutes", "steps", "local faults", "all pairs", *SHOWN, "stays"]]
    for name, variant in VARIANTS.items():
        path = RUNS / name / "figures.json"
        if path.is_file():
            figures = json.loads(path.read_text())
            pairs = [value for key, value in figures.items() if key.startswith("gain_pair_")]
            stays = [value for key, value in figures.items() if key.startswith("stays_")]
            means = (fmean(figures[f"gain_{each}"] for each in local), fmean(pairs))
            gains = [f"{value:+.2f}" for value in (*means, *(figures[f"gain_{each}"] for each in SHOWN))]
            table.append([variant.what, f"{figures['minutes']:g}", str(figures["step"]), *gains, f"{fmean(stays):.1f}"])
    return table


if __name__ == "__main__":
    main()
