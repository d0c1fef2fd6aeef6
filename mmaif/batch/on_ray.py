"""The same run on Ray Data: actors load the model once, blocks of items go to whoever is free, lost ones go again.

Ray brings the scheduling, the back-pressure of its object store, and the retries when an actor, a worker or a node is
lost. A block that goes again finds the pictures that its first try wrote, and leaves them alone. Every node must reach
sources and outputs by the same paths: a shared folder, or URIs.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from ..errors import InputError
from . import storage
from .manifest import Item
from .report import Row

BLOCK = 16  # items that go to an actor at once: what is done again, at most, when a node is lost


class Fuser:
    """What runs in an actor: the model of `runner.Runner`, and blocks of items through it."""

    def __init__(self, settings: Any, threads: int, device: str | None):
        import torch

        from .runner import Runner

        torch.set_num_threads(threads)
        self.runner = Runner(settings, device)
        self.node = _ray().get_runtime_context().get_node_id()[:8]

    def __call__(self, block: dict[str, Any]) -> dict[str, Any]:
        """A block of items -> a block of rows, each as JSON-like dictionaries in one column."""
        items = [Item(**{**item, "sources": tuple(item["sources"])}) for item in block["item"]]
        there = {item.output for item in items if storage.exists(item.output)}
        rows = [Row(path, "found") for path in sorted(there)]
        rows += self.runner(item for item in items if item.output not in there)
        return {"row": [_plain(replace(row, device=f"{row.device} of node {self.node}")) for row in rows]}


def _plain(row: Row) -> dict[str, Any]:
    """A row for Ray, whose tables want the same type in a column: metrics as pairs of names and numbers."""
    metrics = [{"name": name, "value": value} for name, value in row.metrics.items()]
    return {**asdict(row), "metrics": metrics}


def _row(plain: dict[str, Any]) -> Row:
    return Row(**{**plain, "metrics": {each["name"]: each["value"] for each in plain["metrics"]}})


def on_ray(
    settings: Any, address: str = "", workers: int = 1, cpus: float = 1.0, gpus: float = 0.0
) -> Callable[[Sequence[Item]], Iterable[Row]]:
    """Fusing on the Ray cluster at `address` ("auto" for the one that this machine is in; "" starts one here) by up to
    `workers` actors, each with so many CPUs and such a share of a GPU."""
    ray = _ray()

    def fuse(items: Sequence[Item]) -> Iterator[Row]:
        if not ray.is_initialized():
            _connect(ray, address)
        _quiet(ray)
        rows = [{"item": {**asdict(item), "sources": list(item.sources)}} for item in items]
        blocks = -(-len(rows) // BLOCK)
        fused = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
            Fuser,
            batch_size=BLOCK,
            fn_constructor_args=(settings, max(1, round(cpus)), None if gpus else "cpu"),
            concurrency=(1, workers, workers),
            num_cpus=cpus,
            num_gpus=gpus,
        )
        seen = set()
        for block in fused.iter_rows():
            row = _row(block["row"])
            if row.output not in seen:
                seen.add(row.output)
                yield row

    return fuse


def _connect(ray: Any, address: str) -> None:
    """Join the cluster, or InputError; actors find this package where it lies here."""
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        ray.init(address or "local", runtime_env={"env_vars": {"PYTHONPATH": paths}}, log_to_driver=False)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise InputError(f"There is no Ray cluster at {address}; start one with ray start, or leave it out.") from error


def _quiet(ray: Any) -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise InputError('--ray needs Ray; install it with pip install "mmaif-image-fusion[fleet]".') from error
    return ray
