"""The bar under a node; whoever moves it on stops where the user has cancelled."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import comfy.utils

from ...mmaif.progress import Progress

Item = TypeVar("Item")


def counted(items: Sequence[Item]) -> Iterator[Item]:
    """The items one by one; the node's bar goes on by one after the work on each."""
    told = bar()
    for index, item in enumerate(items):
        yield item
        told("", index + 1, len(items))


def bar() -> Progress:
    """What shows how far the stages of a node are, one after the other; work that tells it often is soon cancelled."""
    shown = comfy.utils.ProgressBar(1)

    def show(stage: str, done: int, total: int) -> None:
        shown.update_absolute(done, total)

    return show
