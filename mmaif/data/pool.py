"""A pool that keeps a trainer fed: samples are made in worker processes and each is used a few times."""

import os
import random
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .samples import Sample, SampleMaker


class SampleStream(IterableDataset):
    """Endless samples with running seeds, shared out among the workers of a DataLoader."""

    def __init__(self, maker: SampleMaker, seed: int):
        self.maker, self.seed = maker, seed

    def __iter__(self) -> Iterator[Sample]:
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        worker = get_worker_info()
        if worker and hasattr(os, "nice"):
            os.nice(10)  # the training step comes first: it waits for samples only when it runs out of them
        index, step = (worker.id, worker.num_workers) if worker else (0, 1)
        while True:
            yield self.maker(self.seed + index)
            index += step


class Mapped(IterableDataset):
    """A stream of what a function makes of the items of another; the workers that make these apply it."""

    def __init__(self, stream: IterableDataset, function: Callable[[Any], Any]):
        self.stream, self.function = stream, function

    def __iter__(self) -> Iterator[Any]:
        return map(self.function, self.stream)


class SamplePool:
    """Draws batches of one kind, such as equal source count, from a rolling store of the last `capacity` samples.

    `maker` makes samples from seeds, or is an endless stream of them (`shards.ShardStream`). `kind` names what the
    samples of a batch have in common. `prepare` turns a list of new samples of one kind into records (once, in the
    training process: encoding belongs there). `uses` is how often a record is drawn on average before it is replaced,
    the balance between the cost of making samples and that of a training step.
    """

    def __init__(
        self,
        maker: SampleMaker | IterableDataset,
        prepare: Callable[[list[Sample]], list[Any]],
        capacity: int = 4096,
        uses: float = 4.0,
        workers: int = 1,
        chunk: int = 8,
        seed: int = 0,
        kind: Callable[[Sample], Hashable] = lambda sample: len(sample.sources),
    ):
        prefetch = 64 if workers else None
        samples = maker if isinstance(maker, IterableDataset) else SampleStream(maker, seed)
        loader = DataLoader(samples, batch_size=None, num_workers=workers, prefetch_factor=prefetch)
        self.stream = iter(loader)
        self.prepare, self.capacity, self.uses, self.chunk, self.kind = prepare, capacity, uses, chunk, kind
        self.rng = random.Random(seed)
        self.waiting: dict[Hashable, list[Sample]] = {}
        self.store: dict[Hashable, list[Any]] = {}
        self.made = self.drawn = 0

    def batch(self, size: int) -> list[Any]:
        """`size` records of one kind, drawn at random."""
        while self.made < 4 * size or self.drawn + size > self.uses * self.made:
            self._take()
        kinds = [kind for kind, records in self.store.items() if len(records) >= min(size, 8)]
        weights = [len(self.store[kind]) for kind in kinds]
        records = self.store[self.rng.choices(kinds, weights)[0]]
        self.drawn += size
        return [self.rng.choice(records) for _ in range(size)]

    def _take(self) -> None:
        sample = next(self.stream)
        kind = self.kind(sample)
        waiting = self.waiting.setdefault(kind, [])
        waiting.append(sample)
        if len(waiting) < self.chunk:
            return
        records = self.prepare(waiting)
        store = self.store.setdefault(kind, [])
        store.extend(records)
        self.made += len(records)
        waiting.clear()
        total = sum(len(s) for s in self.store.values())
        limit = max(64, round(self.capacity * len(store) / total))
        if total > self.capacity and len(store) > limit:
            del store[: len(store) - limit]
