"""The run on one device: pictures are decoded and encoded by threads while the network fuses others.

At most `ahead` scenes are decoded in advance and at most as many wait to be written, so memory stays flat however many
there are. Scenes of one size are fused together, `together` of them, where they follow each other.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..align.prepare import Wishes, prepare
from ..errors import InputError
from ..images import load_image
from ..metrics import measure, pick
from ..pipeline import FusionPipeline
from ..sampling import FlowSampling
from ..sources import Sources, gather
from ..writing import Written, depth_of, write
from . import storage
from .manifest import Item
from .report import Row

MOST_PIXELS = 1 << 22  # of all sources that are fused together


@dataclass(frozen=True)
class Settings:
    """How every item of a run is fused. `auto` looks at the pictures for what to repair."""

    model: str = "regression"
    dtype: str | None = None
    auto: bool = False
    detail: float = 1.0
    tile: int | None = None
    metrics: tuple[str, ...] = ()
    flow: FlowSampling = field(default_factory=FlowSampling)
    lora: str | None = None
    wishes: Wishes = field(default_factory=Wishes)


@dataclass
class Scene:
    """An item on its way: its sources, read, and put right as [1, N, 3, H, W], or None; their task; the fused picture
    [3, H, W]; what went wrong."""

    item: Item
    given: Sources | None = None
    sources: Tensor | None = None
    task: str = ""
    fused: Tensor | None = None
    seconds: float = 0.0
    problem: str = ""

    def kind(self) -> tuple[Any, ...]:
        """What scenes that are fused together have in common."""
        return (None if self.sources is None else self.sources.shape, self.task)


def reason(error: BaseException) -> str:
    """What went wrong, in a sentence."""
    if isinstance(error, InputError):
        return str(error)
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else f"{type(error).__name__}."


class Runner:
    """A pipeline on one device, and the threads around it."""

    def __init__(
        self, settings: Settings, device: str | None = None, ahead: int = 4, together: int | None = None
    ) -> None:
        """ahead: scenes decoded before they are needed. together: scenes per call of the network; None: 8 on an
        accelerator, 1 on a CPU, which is no faster with more."""
        self.settings, self.ahead = settings, ahead
        self.pipe = FusionPipeline.from_pretrained(settings.model, device, settings.dtype, lora=settings.lora)
        self.together = together or (1 if self.pipe.device.type == "cpu" else 8)
        self.metrics = pick(settings.metrics, True, True)

    def __call__(self, items: Iterable[Item]) -> Iterator[Row]:
        """Fuse the items and say of each what became of it, in their order."""
        writing: deque[Future[Row]] = deque()
        decoded = partial(_decoded, wishes=self.settings.wishes)
        with _threads("decode") as decoders, _threads("encode") as encoders:
            for scenes in self._groups(_ahead(decoders, decoded, items, self.ahead + self.together)):
                self._fuse(scenes)
                writing.extend(encoders.submit(self._finished, scene) for scene in scenes)
                while writing and (writing[0].done() or len(writing) > self.ahead + self.together):
                    yield writing.popleft().result()
            while writing:
                yield writing.popleft().result()

    def _groups(self, scenes: Iterable[Scene]) -> Iterator[list[Scene]]:
        """Neighbours of one size and task, as many as are fused together."""
        for (shape, _), run in groupby(scenes, Scene.kind):
            group: list[Scene] = []
            for scene in run:
                group.append(scene)
                pixels = 0 if shape is None else len(group) * scene.sources[0, :, 0].numel()
                if len(group) == self.together or pixels >= MOST_PIXELS:
                    yield group
                    group = []
            if group:
                yield group

    def _fuse(self, scenes: Sequence[Scene]) -> None:
        """Put the fused picture, or what went wrong, into each of the scenes, which are of one kind."""
        if scenes[0].sources is None:
            return
        began = time.perf_counter()
        try:
            for scene, picture in zip(scenes, self._pictures(scenes), strict=True):
                scene.fused = picture
        except Exception as error:  # whatever it is, the others go on
            if len(scenes) > 1:  # which of them was it?
                for scene in scenes:
                    self._fuse([scene])
                return
            scenes[0].problem = reason(error)
        for scene in scenes:
            scene.seconds += (time.perf_counter() - began) / len(scenes)

    def _pictures(self, scenes: Sequence[Scene]) -> Tensor:
        """Fused pictures [B, 3, H, W] of scenes of one kind."""
        settings, task = self.settings, scenes[0].task
        prompts = [scene.given.prompt for scene in scenes]
        if settings.auto:
            prompts = [self.pipe.auto_prompt(s.sources[0], said, task) for s, said in zip(scenes, prompts, strict=True)]
        stack = torch.cat([scene.sources for scene in scenes])
        return self.pipe.fuse(stack, prompts, task, settings.detail, settings.tile, None, settings.flow)

    def _finished(self, scene: Scene) -> Row:
        """Measure and write a scene, unless something went wrong already."""
        began = time.perf_counter()
        metrics: dict[str, float | None] = {}
        if not scene.problem:
            try:
                metrics = self._measured(scene)
                write_picture(scene.fused, scene.item.output, scene.given)
            except Exception as error:
                scene.problem = reason(error)
        height, width = (0, 0) if scene.sources is None else scene.sources.shape[-2:]
        seconds = round(scene.seconds + time.perf_counter() - began, 4)
        status = "failed" if scene.problem else "done"
        device = str(self.pipe.device)
        return Row(scene.item.output, status, width, height, seconds, device, scene.problem, metrics)

    def _measured(self, scene: Scene) -> dict[str, float | None]:
        """The metrics asked for; None for those that need a reference where there is none, and for what is infinite."""
        truth = read_picture(scene.item.reference)[None] if scene.item.reference else None
        metrics = [metric for metric in self.metrics if truth is not None or metric.needs != "reference"]
        values = measure(metrics, scene.fused[None], scene.sources, truth)
        return {name: value.item() if value.isfinite() else None for name, value in values.items()}


def _threads(name: str) -> ThreadPoolExecutor:
    """Two, with one core each: the others are the network's."""
    return ThreadPoolExecutor(2, name, initializer=torch.set_num_threads, initargs=(1,))


def _decoded(item: Item, wishes: Wishes) -> Scene:
    """An item with its sources, put right, or with what is wrong with them."""
    if item.problem:
        return Scene(item, problem=item.problem)
    began = time.perf_counter()
    try:
        with ExitStack() as copies:
            paths = [copies.enter_context(storage.local_copy(path)) for path in item.sources]
            given = gather(paths, item.sources, item.task, item.prompt)
            frames = prepare(given.frames, item.task, wishes, warn=False)
            sources = frames.stacked
        return Scene(item, given, sources, frames.tasks[0], seconds=time.perf_counter() - began)
    except Exception as error:
        return Scene(item, problem=reason(error))


def read_picture(path: str) -> Tensor:
    """A picture by path or URI, [3, H, W] in 0..1."""
    with storage.local_copy(path) as copy:
        return load_image(copy)


def write_picture(picture: Tensor, path: str, given: Sources) -> None:
    """Write [3, H, W], fused of what was given, to a path or URI, whole or not at all: with the depth of the sources
    where the suffix holds it, their alpha and the first one's camera notes."""
    about = Written(depth_of(path, "auto", given.bits), given.exif, given.gray)
    alpha = None if given.alpha is None else given.alpha[0, 0].numpy()
    values = picture.movedim(0, -1).numpy()
    if storage.is_remote(path):
        with storage.stored_whole(path) as copy:
            write(values, copy, alpha, about)
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write(values, path, alpha, about)


def _ahead(pool: ThreadPoolExecutor, function: Any, items: Iterable[Item], count: int) -> Iterator[Scene]:
    """function(item) for each item in order, at most `count` of them worked on before they are asked for."""
    waiting: deque[Future[Scene]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > count:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
