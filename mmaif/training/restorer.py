"""Train the repair of single pictures: the tone grid and the restorer, side by side or one of them.

The restorer sees another crop of a record each time; the tone grid sees the whole of it, so that it learns records by
heart where they are used often: train it with few `uses` (at 24 it fitted its samples to a third of their error, and
haze that it had not seen to four fifths).

The samples of a batch ask for one and the same local repair. Drawn from all of them, a batch of 16 has two pictures to
show of each, and what it says of a faint fault is mostly noise: the same number of JPEG pictures gained nothing in
mixed batches, and .4 dB in batches of their own.

Each half has a loss of its own, an absolute error relative to what its input is off by, so that a faint fault weighs as
much as a coarse one. The restorer sees the toned picture as it is and moves nothing in the grid.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..checkpoint import save_checkpoint
from ..data.exam import Case, exam, gains
from ..data.pool import SamplePool
from ..data.samples import Sample
from ..data.scenes import read_scenes, split
from ..data.single import SingleConfig, SingleMaker
from ..language.sentences import standard_sentence
from ..network.film import gates
from ..network.repair import RepairConfig, SourceRepair
from ..network.restorer import RestorerConfig
from ..network.text import TextEncoder
from ..network.tone import ToneConfig
from ..repairs import LOCAL, REPAIRS
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .pictures import montage
from .shared import begin_from, load_text

DRAWN = 3  # records that a step draws, in batches: it takes a batch that asks for local repairs, all that ask for tone
FAINT = 0.05  # added to the error of the input that the loss is relative to: what is fainter counts less


@dataclass(frozen=True)
class RestorerTraining:
    """The network, its samples, and how they are drawn: crops of `crop` px from samples of `size` px."""

    data: str
    text: str = "runs/text/weights.safetensors"
    start: str = ""
    out: str = "runs/restorer"
    loop: LoopConfig = field(default_factory=lambda: LoopConfig(optimizer="adamw"))
    network: RepairConfig = field(default_factory=RepairConfig)
    trained: tuple[str, ...] = ("tone", "restorer")  # modules by name; the rest stays as it is
    samples: SingleConfig = field(default_factory=SingleConfig)
    size: int = 256
    crop: int = 96
    batch: int = 12
    uses: float = 12.0
    workers: int = 1
    capacity: int = 3000
    families: bool = True  # whether all of a batch ask for the same
    exact: float = 0.3  # share of the draws that are told the true repairs in place of a sentence
    fourier: float = 1.0  # weight of the absolute error of the (orthonormal) spectrum
    validation: int = 6


class Record(NamedTuple):
    """Source and target as bytes [3, S, S], what the sentence says and what is true of it [said]."""

    source: Tensor
    target: Tensor
    said: Tensor
    true: Tensor


def octets(picture: Tensor) -> Tensor:
    """[3, H, W] in 0..1 -> bytes."""
    return (picture.clamp(0, 1) * 255).round().to(torch.uint8)


def records(text: TextEncoder, samples: Sequence[Sample]) -> list[Record]:
    """What training keeps of samples with one source."""
    with torch.no_grad():
        said = text.encode([sample.prompt for sample in samples]).said.cpu()
    out = []
    for sample, row in zip(samples, said, strict=True):
        true = torch.zeros_like(row)
        asked = sample.recipe.prompt.repairs
        for index, repair in enumerate(REPAIRS, len(row) - 4 * len(REPAIRS)):
            true[index] = repair in asked
        out.append(Record(octets(sample.sources[0]), octets(sample.target), row, true))
    return out


def family(sample: Sample) -> str:
    """What a sample asks for: the local repair, if it is one; else whether it is several or none."""
    local = sorted(sample.recipe.prompt.repairs.intersection(LOCAL))
    return local[0] if len(local) == 1 else "several" if local else "tone"


def relative_error(picture: Tensor, target: Tensor, before: Tensor, fourier: float) -> Tensor:
    """Absolute error of each picture [B, 3, H, W], its spectrum's too, over that of the picture `before`: [B]."""
    error = (picture - target).float()
    loss = (error.square() + 1e-6).sqrt().flatten(1).mean(1)
    if fourier:
        spectrum = torch.view_as_real(torch.fft.rfft2(error, norm="ortho"))
        loss = loss + fourier * spectrum.abs().flatten(1).mean(1)
    return loss / ((before - target).abs().flatten(1).mean(1) + FAINT)


CONFIG = RestorerTraining


def train(config: RestorerTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors, pictures of held-out faults beside them."""
    device = pick_device()
    text = load_text(device, config.text)
    network = SourceRepair(config.network)
    if config.start:
        begin_from(network, config.start, "repair")
    network.to(device, memory_format=torch.channels_last)
    for name, weight in network.named_parameters():
        weight.requires_grad_(any(f".{part}." in f".{name}." for part in config.trained))
    local_trained = any(weight.requires_grad for weight in network.restorer.parameters())
    scenes = read_scenes(config.data)
    begun = resumed_step(config.out, resume)
    rng = random.Random(stream_seed("crops", config.loop.seed, rank(), begun))
    pool = SamplePool(
        SingleMaker(split(scenes, "train"), config.size, config.samples),
        lambda samples: records(text, samples),
        config.capacity,
        DRAWN * config.uses,
        config.workers,
        seed=stream_seed("restorer", config.loop.seed, rank(), begun),
        kind=family if config.families else lambda _: 0,
    )
    cases = exam(config.data, config.validation, 2 * config.validation, config.size)

    def step(_: int) -> dict[str, Tensor]:
        drawn = pool.batch(DRAWN * config.batch)
        said = torch.stack([r.true if rng.random() < config.exact else r.said for r in drawn]).to(device)
        tone, local = _asked(said, config.network.tone), _asked(said, config.network.restorer)[: config.batch]
        rows = sorted({*tone.tolist(), *local.tolist()})
        nothing = torch.zeros((), device=device, requires_grad=True)
        if not rows:  # a batch of sentences that ask for nothing
            return {"loss": nothing}
        drawn = {row: _mirrored(drawn[row]) if rng.random() < 0.5 else drawn[row] for row in rows}
        place = {row: index for index, row in enumerate(rows)}
        windows, sources, targets = zip(*(_window(drawn[row], config.crop, rng) for row in rows), strict=True)
        source, target = (torch.stack(x).to(device).float() / 255 for x in (sources, targets))
        toned, losses = source, {}
        if len(tone):
            at = torch.tensor([place[row] for row in tone.tolist()], device=device)
            whole = torch.stack([drawn[row].source for row in tone.tolist()]).to(device).float() / 255
            with mixed_precision(device):
                grid = network.look(whole, said[tone])
            new = network.tone.apply(source[at], grid, torch.tensor(windows, device=device)[at])
            if new.requires_grad:
                losses["tone"] = relative_error(new, target[at], source[at], 0.0).mean()
            toned = source.index_copy(0, at, new.detach())
        if len(local) and local_trained:
            at = torch.tensor([place[row] for row in local.tolist()], device=device)
            with mixed_precision(device):
                picture = network.mend(toned[at], source[at], said[local])
            losses["picture"] = relative_error(picture, target[at], toned[at], config.fourier).mean()
        return {"loss": sum(losses.values(), nothing), **losses}

    def validate(module: SourceRepair) -> dict[str, float]:
        return examine(module, text, cases, device, Path(config.out) / "validation.jpg")

    def save(module: nn.Module) -> None:
        save_checkpoint(Path(config.out) / "weights.safetensors", {"repair": (config.network, module.state_dict())})

    return fit(network, step, validate, save, config, resume)


def _asked(said: Tensor, part: ToneConfig | RestorerConfig) -> Tensor:
    """The rows [n] of what is said [B, said] that open the gate of a part."""
    return gates(said, part).amax(1).nonzero()[:, 0]


def _mirrored(record: Record) -> Record:
    return record._replace(source=record.source.flip(-1), target=record.target.flip(-1))


def _window(record: Record, crop: int, rng: random.Random) -> tuple[tuple[float, ...], Tensor, Tensor]:
    """Where a random crop lies (top, left, bottom, right in 0..1), and source and target there. Nothing is resampled:
    JPEG blocks stay what they are."""
    height, width = record.source.shape[-2:]
    top, left = rng.randint(0, height - crop), rng.randint(0, width - crop)
    place = (top / height, left / width, (top + crop) / height, (left + crop) / width)
    cut = (..., slice(top, top + crop), slice(left, left + crop))
    return place, record.source[cut], record.target[cut]


def examine(
    module: SourceRepair, text: TextEncoder, cases: Sequence[Case], device: torch.device, sheet: Path
) -> dict[str, float]:
    """Figures of `data.exam`, `gain_F` dB where fault or kind F is named and `stays_F` dB where another is; and a sheet
    of the first picture of each: source, repaired, truth."""

    @torch.no_grad()
    def repair(picture: Tensor, prompt: str) -> Tensor:
        with mixed_precision(device):
            out = module(picture[None].to(device), text.encode([prompt]).said)
        return out[0].float().clamp(0, 1).cpu()

    rows = gains(repair, cases)
    figures = {f"gain_{row.fault}": row.gain for row in rows} | {f"stays_{row.fault}": row.other for row in rows}
    first = {case.fault: case for case in reversed(cases)}.values()
    shown = [[c.spoiled, repair(c.spoiled, standard_sentence(c.repairs)), c.truth] for c in first]
    montage(shown, sheet)
    return {"mean_gain": fmean(row.gain for row in rows), **figures}
