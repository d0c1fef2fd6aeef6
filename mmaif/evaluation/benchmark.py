"""Measure speed, memory and arithmetic, by size and stage: python -m mmaif benchmark.

One fusion is timed as users run it, tiles included; hooks on the networks say what each stage takes of it:

    encode  all sources -> latents        decode  fused latent -> picture
    text    prompt -> tokens              detail  the sources' sharpness; decoding with sources is decode + detail
    sample  transformer, all its steps    other   the rest: copies, tiles, blending
"""

import tempfile
from datetime import date
from functools import partial
from pathlib import Path

import torch

from ..compiling import missing_compiler
from ..errors import InputError
from ..export import STEP, Exporting, export, runner
from ..pipeline import FusionPipeline
from ..progress import Progress, stage
from ..sampling import FlowSampling
from . import stopwatch
from .baselines import BASELINES, available
from .report import Benchmark, Run, Settings, Timing

PROMPT, TASK = "remove the noise", "mff"
EXPORTED = 1024  # px, the largest side that is exported


def benchmark(settings: Settings, progress: Progress | None = None) -> Benchmark:
    """Measure everything that the settings name."""
    variants = [(dtype, compiled) for dtype in settings.dtypes for compiled in (False, True)[: 1 + settings.compile]]
    names = available() if settings.baselines else []
    told, steps = stage(progress, "measure"), len(settings.sizes) * (len(variants) + len(names))
    rows: list[Timing] = []
    rates: dict[str, float] = {}
    flops: dict[int, dict[str, float]] = {}
    done = 0
    for dtype, compiled in variants:
        pipe = FusionPipeline.from_pretrained(settings.model, settings.device, dtype)
        device = pipe.device
        if dtype not in rates:
            rates[dtype] = stopwatch.matrix_rate(device, pipe.dtype)
        if compiled and not pipe.compile():
            raise InputError(f"--compile needs {missing_compiler(device.type)}; install it or leave it out.")
        with stopwatch.Recorder(device, pipe) as recorder:
            for size in settings.sizes:
                given = stopwatch.scene(size, settings.sources)
                fuse = partial(pipe.fuse, given, [PROMPT], TASK, tile=settings.tile, flow=FlowSampling(settings.steps))
                if compiled:
                    fuse()  # compiles; its FLOPs are those of the plain model
                else:
                    flops[size] = recorder.flops(fuse)
                run = Run("mmaif", dtype, compiled, size)
                rows += recorder.measure(fuse, settings.repeats, run, flops[size], rates[dtype])
                done += 1
                if told:
                    told(done, steps)
    if settings.export:
        rows += _exported(settings)
    for name in names:
        with stopwatch.Recorder(device) as recorder:
            for size in settings.sizes:
                fuse = partial(BASELINES[name], stopwatch.scene(size, settings.sources).to(device), TASK)
                rows += recorder.measure(fuse, settings.repeats, Run(name, "float32", False, size), {}, None)
                done += 1
                if told:
                    told(done, steps)
    return Benchmark(date.today().isoformat(), stopwatch.machine(device), settings, rates, rows)


def _exported(settings: Settings) -> list[Timing]:
    """The sizes that can be exported, run by ONNX Runtime."""
    pipe, cpu, rows = FusionPipeline.from_pretrained(settings.model, "cpu", "float32"), torch.device("cpu"), []
    for size in (size for size in settings.sizes if size % STEP == 0 and size <= EXPORTED):
        with tempfile.TemporaryDirectory() as folder, stopwatch.Recorder(cpu) as recorder:
            path = Path(folder) / "fused.onnx"
            export(pipe, path, Exporting(size, size, settings.sources, task=TASK))
            fuse = partial(runner(path), stopwatch.scene(size, settings.sources))
            rows += recorder.measure(fuse, settings.repeats, Run("onnx", "float32", False, size), {}, None)
    return rows
