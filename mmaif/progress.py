"""How far long work is: what everything that takes a while calls, and the bar of the command line."""

import sys
import time
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


class Steps:
    """Counts the equal steps of a stage; a function that a network calls after each of them."""

    def __init__(self, told: StepProgress | None, total: int):
        self.told, self.done, self.total = told, 0, total

    def __call__(self) -> None:
        self.done += 1
        if self.told:
            self.told(self.done, self.total)


def terminal_bar() -> Progress | None:
    """A bar on stderr, when somebody is watching."""
    return _show if sys.stderr.isatty() else None


def _show(stage: str, done: int, total: int) -> None:
    filled = "#" * round(20 * done / total)
    print(f"\r{stage:>7} [{filled:<20}] {done}/{total}", end="\n" if done == total else "", file=sys.stderr)


def rate_bar(seconds: float = 0.0) -> Progress:
    """A line on stderr with the rate and the time that is left, renewed where somebody is watching, else once a minute.

    seconds: at least so many between two lines; 0: by whether somebody is watching.
    """
    watched = sys.stderr.isatty()
    pause = seconds or (0.2 if watched else 60.0)
    began = last = time.monotonic()

    def show(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < pause and done < total:
            return
        last = now
        rate = done / max(now - began, 1e-6)
        text = f"{stage} {done}/{total}, {rate:.2f}/s, {_clock((total - done) / rate)} left"
        print(f"\r{text:<60}" if watched else text, end="\n" if done == total or not watched else "", file=sys.stderr)

    return show


def _clock(seconds: float) -> str:
    """1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
