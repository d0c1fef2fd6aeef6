"""One training loop for every stage: bounded by minutes, resumable, with EMA and a log.

`accelerate launch --num_processes N -m mmaif train ...` runs N such loops that share their gradients.
"""

import hashlib
import json
import math
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, autocast, nn
from torch.optim.swa_utils import AveragedModel

from ..errors import InputError
from ..files import append_line, made_folder, written_whole
from ..precision import quickest
from .muon import Muon
from .processes import Alone, Losses, join, rank

MAX_BAD = 50
STATE = "state.pt"


@dataclass(frozen=True)
class LoopConfig:
    """Minutes, learning rate and bookkeeping shared by all stages.

    minutes: over which the rate falls. steps, or sitting minutes by the clock, end a part of a run sooner; 0: do not.
    accumulate: batches whose gradients make one step; with several processes each of them has so many.
    """

    minutes: float = 60.0
    steps: int = 0
    sitting: float = 0.0
    learning_rate: float = 1e-3
    optimizer: str = "muon"  # or "adamw"
    warmup_steps: int = 100
    weight_decay: float = 1e-4
    clip_norm: float = 1.0
    accumulate: int = 1
    ema: float = 0.999
    checkpoint_minutes: float = 4.0
    log_seconds: float = 20.0
    seed: int = 0


def pick_device() -> torch.device:
    """An accelerator where there is one, else the CPU with denormals flushed (they slow training 16-fold)."""
    torch.set_flush_denormal(True)
    return torch.device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu")


def mixed_precision(device: torch.device) -> autocast:
    """The context of every forward pass here: matrix products in bfloat16, but where float32 is quicker."""
    half = quickest(device.type) == torch.bfloat16
    return autocast(device.type, dtype=torch.bfloat16, enabled=half)


def worked(device: torch.device) -> float:
    """Seconds of work so far. On a CPU those of this process, shared out among its threads: where it runs at low
    priority beside other work, what it waits for is no training. On an accelerator the clock's."""
    return time.process_time() / torch.get_num_threads() if device.type == "cpu" else time.perf_counter()


def stream_seed(stage: str, seed: int, rank: int, step: int) -> int:
    """Where a stage's stream of samples begins, a number in 2^32..2^49.

    A sample is decided by its seed alone, and a stream counts seeds upwards. Every stage, process and resumption starts
    a stream of its own, far from all others and from the small seeds of validation, so that a run which goes on after
    `step` steps sees new samples and not those of its beginning once more.
    """
    digest = hashlib.blake2b(f"{stage}/{seed}/{rank}/{step}".encode(), digest_size=6).digest()
    return (1 << 32) + int.from_bytes(digest, "little")


def resumed_step(folder: str | Path, resume: bool) -> int:
    """The number of steps behind a run: 0 for a new one; InputError where there is nothing to resume."""
    return _read_state(Path(folder))["index"] if resume else 0


def _read_state(folder: Path) -> dict[str, Any]:
    path = folder / STATE
    if not path.is_file():
        raise InputError(f"Nothing to resume in {folder}; start once without --resume.")
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # the loader raises what its parser raises
        raise InputError(f"{path} is damaged or no state of a training; start anew without --resume.") from error


def _settings(config: Any) -> dict[str, Any]:
    """What decides the course of a run, as a state remembers it; how long and how watched it is may change, and where
    things lie (the texts of a configuration), as on another machine."""
    settings = {name: value for name, value in asdict(config).items() if not isinstance(value, str)}
    for name in ("minutes", "steps", "sitting", "checkpoint_minutes", "log_seconds"):
        settings["loop"].pop(name)
    settings.pop("workers", None)
    if not settings.get("shards"):  # older states do not know of them
        settings.pop("shards", None)
    return settings


def _check_same(then: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    """Raise InputError naming the first entry in which a run differs from its state; what a state is too old to know
    had its default."""
    then = {name: value for name, value in then.items() if not isinstance(value, str)}
    then["loop"] = {"accumulate": LoopConfig.accumulate, **then["loop"]}
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            raise InputError(
                f"The run in {folder} was started with another {name!r} ({then.get(name)}, now {now.get(name)}); "
                "resume it with its own configuration or name another `out`."
            )


def _moving_average(decay: float) -> Callable[[list[Tensor], list[Tensor], Tensor | int], None]:
    """An exponential average whose memory grows to `decay`, at most a tenth of the steps so far: else a
    short run would still remember its first, untrained weights."""

    @torch.no_grad()
    def update(averaged: list[Tensor], current: list[Tensor], count: Tensor | int) -> None:
        keep = min(decay, (1 + int(count)) / (10 + int(count)))
        torch._foreach_lerp_(averaged, current, 1 - keep)

    return update


def make_optimizer(parameters: list[nn.Parameter], config: LoopConfig) -> torch.optim.Optimizer:
    """The optimiser that the configuration names."""
    if config.optimizer == "muon":
        return Muon(parameters, config.learning_rate, config.weight_decay)
    if config.optimizer != "adamw":
        raise InputError(f"Unknown optimizer {config.optimizer!r}; use muon or adamw.")
    return torch.optim.AdamW(
        parameters, lr=config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.98), fused=True
    )


def _gradients(together: Alone, index: int, batches: int) -> dict[str, float]:
    """Gradients of the mean over some batches, shared by all processes after the last; the losses' means here."""
    sums: dict[str, Tensor] = {}
    for last in (False,) * (batches - 1) + (True,):
        with nullcontext() if last else together.unshared():
            losses = together.step(index)
            together.backward(losses["loss"] / batches)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0) + value.detach()
    return {name: float(value) / batches for name, value in sums.items()}


def fit(
    module: nn.Module,
    step: Callable[[int], Losses],
    validate: Callable[[nn.Module], dict[str, float]],
    save: Callable[[nn.Module], None],
    settings: Any,
    resume: bool,
) -> dict[str, float]:
    """Train `module` until the configured minutes of work (see `worked`) are done, in all sessions together.

    `settings` is the stage's configuration, a dataclass with `loop` (LoopConfig) and `out` (the folder). A state
    remembers it, and a resumption under another one is refused.

    `step(i)` returns named losses of which "loss" is minimised; `validate` and `save` get the module with
    its averaged (EMA) weights. The learning rate follows a cosine over the minutes, after a short warm-up.
    State goes to `folder`/state.pt, the log to `folder`/log.jsonl. Returns the last validation figures.
    """
    config: LoopConfig = settings.loop
    folder, course = Path(settings.out), _settings(settings)
    made_folder(folder)
    state_path = folder / STATE
    trained = [p for p in module.parameters() if p.requires_grad]
    index, elapsed = 0, 0.0
    if resume:
        state = _read_state(folder)
        _check_same(state["settings"], course, folder)
        module.load_state_dict(state["module"])
    together = join(module, step)  # moves the weights, so that what holds them comes after it
    optimizer = make_optimizer(trained, config)
    average = AveragedModel(module, multi_avg_fn=_moving_average(config.ema))
    if resume:
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        index, elapsed = state["index"], state["elapsed"]
    torch.manual_seed(stream_seed("loop", config.seed, rank(), index))

    def checkpoint() -> dict[str, float]:
        if rank() > 0:
            return {}
        average.module.eval()
        with torch.no_grad():
            figures = validate(average.module)
        save(average.module)
        state = {
            "module": module.state_dict(),
            "average": average.state_dict(),
            "optimizer": optimizer.state_dict(),
            "index": index,
            "elapsed": elapsed,
            "settings": course,
        }
        with written_whole(state_path, RuntimeError) as partial:
            torch.save(state, partial)
        return figures

    def log(**row: float) -> None:
        if rank() > 0:
            return
        text = json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in row.items()})
        print(text, flush=True)
        append_line(text, folder / "log.jsonl")

    total = config.minutes * 60
    device = trained[0].device
    begun = last_log = last_checkpoint = time.perf_counter()
    sums: dict[str, float] = {}
    count = bad = 0
    figures: dict[str, float] = {}
    module.train()
    started = worked(device)
    over = elapsed >= total
    while not over:
        rate = 0.5 * (1 + math.cos(math.pi * min(elapsed / total, 1.0))) * 0.98 + 0.02
        rate *= min(1.0, (index + 1) / config.warmup_steps)
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * rate
        optimizer.zero_grad(set_to_none=True)
        losses = _gradients(together, index, config.accumulate)
        now = worked(device)
        elapsed, started = together.mean(elapsed + now - started), now
        norm = torch.nn.utils.clip_grad_norm_(trained, config.clip_norm)
        if torch.isfinite(norm):  # a single bad batch must not end a night's run
            optimizer.step()
            average.update_parameters(module)
            bad = 0
        elif (bad := bad + 1) == MAX_BAD:
            raise InputError(f"{MAX_BAD} batches in a row gave no finite gradient: nothing is learned; lower the rate.")
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + value
        index, count = index + 1, count + 1
        clock = time.perf_counter()
        over = elapsed >= total or index == config.steps or 0 < config.sitting * 60 <= clock - begun
        if clock - last_log > config.log_seconds:
            means = {name: value / count for name, value in sums.items()}
            log(step=index, minutes=round(elapsed / 60, 2), rate=config.learning_rate * rate, **means)
            last_log, sums, count = clock, {}, 0
        if clock - last_checkpoint > config.checkpoint_minutes * 60 or over:
            figures = checkpoint()
            log(step=index, minutes=round(elapsed / 60, 2), **{f"val_{k}": v for k, v in figures.items()})
            last_checkpoint = time.perf_counter()
            module.train()
            started = worked(device)  # looking at it is no training
    together.leave()
    return figures
