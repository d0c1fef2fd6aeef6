"""One process per device: each asks for items as it finishes others, and what a dead one held goes to the next."""

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from ..errors import InputError
from .manifest import Item
from .report import Row

TRIES = 2  # an item that a process died over so often is left out
AT_ONCE = 32  # items that a process holds, so that it can decode ahead
DEATHS = 5  # in a row without a picture between them: then it is not the pictures


def default_devices() -> list[str]:
    """Every CUDA device of this machine, or else the CPU."""
    import torch

    return [f"cuda:{index}" for index in range(torch.cuda.device_count())] or ["cpu"]


class _Process:
    """A process with a runner, and the items that it holds."""

    def __init__(self, device: str, settings: Any, threads: int):
        self.device, self.held = device, deque[Item]()
        self.pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=_work, args=(theirs, settings, device, threads), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, items: deque[Item], most: int) -> None:
        """Items until it holds enough."""
        while items and len(self.held) < most:
            self.held.append(items.popleft())
            self.pipe.send(self.held[-1])


def spread(items: Iterable[Item], settings: Any, devices: Sequence[str]) -> Iterator[Row]:
    """Fuse items in a process per device and say of each what became of it, in the order in which they end."""
    waiting, tries, deaths = deque(items), Counter[str](), 0
    threads = _threads(devices)
    processes = [_Process(device, settings, threads) for device in devices]
    try:
        while waiting or any(each.held for each in processes):
            share = (len(waiting) + sum(len(each.held) for each in processes)) // (2 * len(processes))
            for each in processes:
                each.give(waiting, min(AT_ONCE, max(2, share)))  # few at the end: none shall wait for another
            for pipe in wait([each.pipe for each in processes]):
                each = next(each for each in processes if each.pipe is pipe)
                try:
                    said = pipe.recv()
                except (EOFError, ConnectionError) as error:
                    deaths += 1
                    if deaths == DEATHS:
                        raise InputError(f"Processes on {each.device} end as they begin; try --devices cpu.") from error
                    yield from _lost(each, waiting, tries)
                    processes[processes.index(each)] = _Process(each.device, settings, threads)
                    continue
                if isinstance(said, InputError):
                    raise said
                each.held.remove(next(item for item in each.held if item.output == said.output))
                deaths = 0
                yield said
    finally:
        for each in processes:
            each.process.terminate()


def _lost(process: _Process, waiting: deque[Item], tries: Counter[str]) -> Iterator[Row]:
    """Put what a dead process held back, but for what processes keep dying over."""
    process.process.join()
    for number, item in enumerate(process.held):
        tries[item.output] += number == 0  # it works in order: the first it held is the likely cause
        if tries[item.output] < TRIES:
            waiting.append(item)
            continue
        why = f"The process on {process.device} ended over it {TRIES} times (exit code {process.process.exitcode})."
        yield Row(item.output, "failed", device=process.device, error=why)


def _threads(devices: Sequence[str]) -> int:
    """Threads of torch for each process: the cores shared among those on the CPU."""
    import torch

    return max(1, torch.get_num_threads() // max(1, sum(device == "cpu" for device in devices)))


def _work(pipe: Connection, settings: Any, device: str, threads: int) -> None:
    """A process: items come through the pipe until it closes, rows go back."""
    import torch

    from .runner import Runner

    torch.set_num_threads(threads)
    try:
        runner = Runner(settings, device)
    except InputError as error:
        pipe.send(error)
        return
    try:
        while True:
            for row in runner(_at_hand(pipe)):
                pipe.send(row)
    except (EOFError, OSError):
        return  # nobody listens any more


def _at_hand(pipe: Connection) -> Iterator[Item]:
    """The next item, waited for, and those that are there already: a runner would decode ahead of what it is given."""
    yield pipe.recv()
    while pipe.poll():
        yield pipe.recv()
