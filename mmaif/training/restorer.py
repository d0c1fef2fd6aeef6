"""Train the repair of single pictures: the tone grid and the restorer, side by side.

Each half has a loss of its own, an absolute error relative to what its input is off by, so that a faint fault weighs as
much as a coarse one. The restorer sees the toned picture as it is and moves nothing in the grid.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..checkpoint import load_checkpoint, save_checkpoint
from ..data.pairs import real_pairs
from ..data.pool import SamplePool
from ..data.repairs import LOCAL, TONE, RepairConfig, RepairMaker, held_out_faults
from ..data.samples import Sample
from ..data.scenes import Scene, read_scenes, split
from ..language.sentences import standard_sentence
from ..metrics import psnr
from ..network.film import gate
from ..network.repair import RepairConfig as NetworkConfig
from ..network.repair import SourceRepair
from ..network.restorer import RestorerConfig
from ..network.text import TextEncoder
from ..network.tone import ToneConfig
from ..repairs import REPAIRS
from .loop import LoopConfig, fit, half_precision, pick_device, rank, resumed_step, stream_seed
from .pictures import montage
from .shared import load_text

FAINT = 0.05  # added to the error of the input that the loss is relative to: what is fainter counts less
SAME = 60.0  # dB at which an unchanged picture is counted


@dataclass(frozen=True)
class RestorerTraining:
    """The network, its samples, and how they are drawn: crops of `crop` px from samples of `size` px."""

    data: str
    text: str = "runs/text/weights.safetensors"
    start: str = ""
    out: str = "runs/restorer"
    loop: LoopConfig = field(default_factory=lambda: LoopConfig(optimizer="adamw"))
    network: NetworkConfig = field(default_factory=NetworkConfig)
    samples: RepairConfig = field(default_factory=RepairConfig)
    size: int = 256
    crop: int = 96
    batch: int = 12
    uses: float = 12.0
    workers: int = 1
    capacity: int = 3000
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
        network.load_state_dict(load_checkpoint(config.start).require("repair").tensors["repair"])
    network.to(device, memory_format=torch.channels_last)
    scenes = read_scenes(config.data)
    begun = resumed_step(config.out, resume)
    rng = random.Random(stream_seed("crops", config.loop.seed, rank(), begun))
    pool = SamplePool(
        RepairMaker(split(scenes, "train"), config.size, config.samples),
        lambda samples: records(text, samples),
        config.capacity,
        config.uses,
        config.workers,
        seed=stream_seed("restorer", config.loop.seed, rank(), begun),
    )
    exam = Exam(text, split(scenes, "val"), config.size, config.validation, device)

    def step(_: int) -> dict[str, Tensor]:
        batch = pool.batch(config.batch)
        wholes = [r.source for r in batch]
        windows, sources, targets = zip(*(_window(r, config.crop, rng) for r in batch), strict=True)
        source = torch.stack(sources).to(device).float() / 255
        target = torch.stack(targets).to(device).float() / 255
        said = torch.stack([r.true if rng.random() < config.exact else r.said for r in batch]).to(device)
        toned, losses = source, {}
        rows = _asked(said, config.network.tone)
        if len(rows):
            whole = torch.stack([wholes[i] for i in rows]).to(device).float() / 255
            window = torch.tensor([windows[i] for i in rows], device=device)
            with half_precision(device):
                grid = network.look(whole, said[rows])
            new = network.tone.apply(source[rows], grid, window)
            losses["tone"] = relative_error(new, target[rows], source[rows], 0.0).sum() / len(batch)
            toned = source.index_copy(0, rows, new.detach())
        rows = _asked(said, config.network.restorer)
        if len(rows):  # where no local repair is asked for, the restorer has nothing to learn
            with half_precision(device):
                picture = network.restorer(toned[rows], source[rows], said[rows])
            error = relative_error(picture, target[rows], toned[rows], config.fourier)
            losses["picture"] = error.sum() / len(batch)
        nothing = torch.zeros((), device=device, requires_grad=True)  # of which a whole batch may ask
        return {"loss": sum(losses.values(), nothing), **losses}

    def validate(module: SourceRepair) -> dict[str, float]:
        figures, rows = exam(module)
        montage(rows, Path(config.out) / "validation.jpg")
        return figures

    def save(module: nn.Module) -> None:
        save_checkpoint(Path(config.out) / "weights.safetensors", {"repair": (config.network, module.state_dict())})

    return fit(network, step, validate, save, config, resume)


def _asked(said: Tensor, part: ToneConfig | RestorerConfig) -> Tensor:
    """The rows [n] of what is said [B, said] that open the gate of a part."""
    asked = said[:, part.pooled : part.pooled + part.readings][:, list(part.repairs)]
    return gate(asked).amax(1).nonzero()[:, 0]


def _window(record: Record, crop: int, rng: random.Random) -> tuple[tuple[float, ...], Tensor, Tensor]:
    """Where a random crop lies (top, left, bottom, right in 0..1), and source and target there. Nothing is resampled:
    JPEG blocks stay what they are."""
    height, width = record.source.shape[-2:]
    top, left = rng.randint(0, height - crop), rng.randint(0, width - crop)
    place = (top / height, left / width, (top + crop) / height, (left + crop) / width)
    cut = (..., slice(top, top + crop), slice(left, left + crop))
    return place, record.source[cut], record.target[cut]


class Exam:
    """Gains on held-out pictures: every fault alone at severity 0.7, and the pairs that others spoiled.

    Figures: `gain_F` dB gained where the standard sentence names fault F; `stays_F` dB to the source where it names
    another fault of the same half, local or tone; `pair_K` and `real_K` dB gained on the pairs of kind K.
    """

    def __init__(self, text: TextEncoder, scenes: Sequence[Scene], size: int, count: int, device: torch.device):
        self.device = device
        faults = held_out_faults(scenes, size, count)
        self.faults = {repair: [(s.sources, s.target[None]) for s in samples] for repair, samples in faults.items()}
        self.pairs: list[tuple[str, tuple[str, ...], Tensor, Tensor]] = []
        for pair in real_pairs(scenes):
            degraded, truth = (_centre(picture, size)[None] for picture in pair.load(1100))
            self.pairs.append((pair.kind, tuple(sorted(pair.repairs)), degraded, truth))
        wordings = {(repair,) for repair in REPAIRS} | {repairs for _, repairs, _, _ in self.pairs}
        with torch.no_grad():
            self.said = {repairs: text.encode([standard_sentence(repairs)]).said for repairs in wordings}

    def __call__(self, module: SourceRepair) -> tuple[dict[str, float], list[list[Tensor]]]:
        """Figures by name, and rows of pictures: source, repaired, target."""
        sums: dict[str, list[float]] = {}
        rows = []
        for repair, pictures in self.faults.items():
            alike = LOCAL if repair in LOCAL else TONE
            other = alike[(alike.index(repair) + 3) % len(alike)]
            for number, (source, target) in enumerate(pictures):
                out = self._repair(module, source, (repair,))
                sums.setdefault(f"gain_{repair}", []).append(_gain(out, source, target))
                if number < 2:
                    same = min(SAME, psnr(self._repair(module, source, (other,)), source).item())
                    sums.setdefault(f"stays_{repair}", []).append(same)
                if number == 0:
                    rows.append([source[0], out[0], target[0]])
        for kind, repairs, source, target in self.pairs:
            out = self._repair(module, source, repairs)
            sums.setdefault(kind if kind.startswith("pair") else f"real_{kind}", []).append(_gain(out, source, target))
        figures = {name: sum(values) / len(values) for name, values in sorted(sums.items())}
        gains = [value for name, value in figures.items() if name.startswith("gain")]
        return {"mean_gain": sum(gains) / len(gains), **figures}, rows

    @torch.no_grad()
    def _repair(self, module: SourceRepair, source: Tensor, repairs: tuple[str, ...]) -> Tensor:
        with half_precision(self.device):
            out = module(source.to(self.device), self.said[repairs])
        return out.float().clamp(0, 1).cpu()


def _gain(out: Tensor, source: Tensor, target: Tensor) -> float:
    return (psnr(out, target) - psnr(source, target)).item()


def _centre(picture: Tensor, size: int) -> Tensor:
    """The middle of [3, H, W], at most `size` a side."""
    top, left = (max(0, side - size) // 2 for side in picture.shape[-2:])
    return picture[..., top : top + size, left : left + size]
