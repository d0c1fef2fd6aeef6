"""Seconds, peak memory and FLOPs of a run, by the stages of a pipeline: what `benchmark` measures with."""

import ctypes
import platform
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from ..pipeline import FusionPipeline
from .report import STAGES, Machine, Run, Timing


def _attention(query: torch.Size, key: torch.Size, value: torch.Size, *_: Any, **__: Any) -> int:
    """FLOPs of the attention that the CPU runs, which PyTorch's own table lacks."""
    return sdpa_flop_count(query, key, value)


FLOPS = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention}


class Recorder:
    """Seconds, FLOPs and peak memory of runs, in total and by the stages of a pipeline (a context manager)."""

    def __init__(self, device: torch.device, pipe: FusionPipeline | None = None):
        self.device = device
        self.enter: Callable[[str], None] = lambda stage: None
        self.leave: Callable[[str], None] = lambda stage: None
        self.hooks = []
        if pipe is not None:
            parts = pipe.autoencoder
            repair = () if pipe.repair is None else (pipe.repair.tone, pipe.repair.restorer)
            networks = ((parts.encoder,), (pipe.text,), repair, (pipe.dit,), (parts.decoder,), (parts.detail,))
            for stage, own in zip(STAGES, networks, strict=True):
                for network in own:
                    self.hooks += [
                        network.register_forward_pre_hook(lambda *_, stage=stage: self.enter(stage)),
                        network.register_forward_hook(lambda *_, stage=stage: self.leave(stage)),
                    ]

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self.hooks:
            hook.remove()

    def flops(self, run: Callable[[], Any]) -> dict[str, float]:
        """FLOPs of one run by stage, a multiplication and an addition counting as two; matrices and convolutions."""
        with FlopCounterMode(display=False, custom_mapping=FLOPS) as counter:
            return self._amounts(run, counter.get_total_flops)

    def seconds(self, run: Callable[[], Any]) -> dict[str, float]:
        """Seconds of one run by stage."""
        return self._amounts(run, lambda: now(self.device))

    def peaks(self, run: Callable[[], Any]) -> tuple[dict[str, int], int]:
        """Peak bytes of one run by stage, and the bytes in use before it; {} and 0 where that cannot be told."""
        with Memory(self.device) as memory:
            if not memory.known:
                return {}, 0
            peaks: dict[str, int] = defaultdict(int)

            def note(*stages: str) -> None:
                peak = memory.restart()
                for stage in stages:
                    peaks[stage] = max(peaks[stage], peak)

            def enter(stage: str) -> None:
                note("total")
                memory.release()

            memory.release()
            memory.restart()
            held = memory.now()
            self.enter, self.leave = enter, lambda stage: note(stage, "total")
            run()
            note("total")
        return peaks, held

    def measure(
        self, work: Callable[[], Any], repeats: int, run: Run, flops: dict[str, float], rate: float | None
    ) -> list[Timing]:
        """The stages of some work, timed. The run for memory comes first, and warms up.

        run: what to call it; flops: by stage, {} where unknown; rate: FLOP/s that the machine can reach.
        """
        peaks, held = self.peaks(work)
        runs, pixels = [self.seconds(work) for _ in range(repeats)], run.size**2
        rows = []
        for stage in runs[0]:
            seconds = [amounts[stage] for amounts in runs]
            middle, count, peak = statistics.median(seconds), flops.get(stage), peaks.get(stage)
            rows.append(
                Timing(
                    **asdict(run),
                    stage=stage,
                    seconds=middle,
                    quartiles=quartiles(seconds),
                    pixels_per_second=pixels / middle if middle > 0 else None,
                    peak_bytes=peak,
                    working_bytes=max(0, peak - held) if peak else None,
                    flops_per_pixel=count / pixels if count else None,
                    matrix_share=count / middle / rate if count and rate and middle > 0 else None,
                )
            )
        return rows

    def _amounts(self, run: Callable[[], Any], clock: Callable[[], float]) -> dict[str, float]:
        """How far a clock goes on in every stage, outside of them ("other") and in total."""
        began: dict[str, float] = {}
        amounts: dict[str, float] = {}

        def enter(stage: str) -> None:
            began[stage] = clock()

        def leave(stage: str) -> None:
            amounts[stage] = amounts.get(stage, 0) + clock() - began[stage]

        self.enter, self.leave = enter, leave
        start = clock()
        run()
        total = clock() - start
        ordered = {stage: amounts[stage] for stage in STAGES if stage in amounts}
        return ordered | ({"other": total - sum(ordered.values())} if ordered else {}) | {"total": total}


class Memory:
    """Bytes in use: on CUDA what torch has allocated, elsewhere what the process has in RAM, sampled by a thread.

    Outside CUDA it needs psutil, which ComfyUI brings; without it `known` is false. A context manager.
    """

    EVERY = 0.002  # s between samples

    def __init__(self, device: torch.device):
        self.device, self.cuda = device, device.type == "cuda"
        self.known = self.cuda or find_spec("psutil") is not None
        self.peak, self.lock, self.stopped = 0, threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        if self.known and not self.cuda:
            import psutil

            self.process = psutil.Process()
            self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        if self.thread.is_alive():
            self.thread.join()

    def now(self) -> int:
        """Bytes in use."""
        return torch.cuda.memory_allocated(self.device) if self.cuda else self.process.memory_info().rss

    def restart(self) -> int:
        """The peak since the last call, which from now on is sought anew."""
        if self.cuda:
            peak = torch.cuda.max_memory_allocated(self.device)
            torch.cuda.reset_peak_memory_stats(self.device)
            return peak
        with self.lock:
            current = self.now()
            peak, self.peak = max(self.peak, current), current
        return peak

    def release(self) -> None:
        """Hand what was freed back to the system, where that can be asked for, so that it does not count."""
        if not self.cuda and platform.libc_ver()[0] == "glibc":
            ctypes.CDLL(None).malloc_trim(0)

    def _watch(self) -> None:
        while not self.stopped.wait(self.EVERY):
            with self.lock:
                self.peak = max(self.peak, self.now())


def now(device: torch.device) -> float:
    """Seconds on a steady clock, after the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def quartiles(values: list[float]) -> tuple[float, float]:
    """The lower and the upper one, between which half of the values lie."""
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def matrix_rate(device: torch.device, dtype: torch.dtype, seconds: float = 1.0) -> float:
    """FLOP/s of the quickest of many products of two big square matrices: what the machine can reach."""
    side = 8192 if device.type == "cuda" else 2048
    left, right = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    best, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = now(device)
        left @ right
        best = min(best, now(device) - began)
    return 2 * side**3 / best


def scene(size: int, count: int) -> Tensor:
    """Sources [1, N, 3, size, size] in 0..1: shapes and texture, always the same."""
    generator = torch.Generator().manual_seed(size)
    coarse = torch.rand(count, 3, 16, 16, generator=generator)
    texture = torch.rand(count, 3, size, size, generator=generator)
    return (0.8 * F.interpolate(coarse, (size, size), mode="bilinear") + 0.2 * texture)[None]


def machine(device: torch.device) -> Machine:
    """What runs this, when it runs on `device`."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", info.read_text()) if info.is_file() else []
    return Machine(
        processor=names[0] if names else platform.processor() or platform.machine(),
        threads=torch.get_num_threads(),
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        system=platform.system(),
        python=platform.python_version(),
        torch=torch.__version__,
    )
