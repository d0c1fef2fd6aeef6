"""How far long work is: what everything that takes a while calls, and the bar of the command line."""

import sys
from collections.abc import Callable
from typing import Protocol

StepProgress = Callable[[int, int], None]  # (done, total) of one stage


class Progress(Protocol):
    """What is told how far the work is."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """stage: one word, such as "encode"; done: 1..total."""


def stage(progress: Progress | None, name: str) -> StepProgress | None:
    """The same for one stage, whose name is fixed."""
    return (lambda done, total: progress(name, done, total)) if progress else None


def terminal_bar() -> Progress | None:
    """A bar on stderr, when somebody is watching."""
    return _show if sys.stderr.isatty() else None


def _show(stage: str, done: int, total: int) -> None:
    filled = "#" * round(20 * done / total)
    print(f"\r{stage:>7} [{filled:<20}] {done}/{total}", end="\n" if done == total else "", file=sys.stderr)
