"""The bar under a node."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import comfy.utils

Item = TypeVar("Item")


def counted(items: Sequence[Item]) -> Iterator[Item]:
    """The items one by one; the node's bar goes on by one after the work on each."""
    bar = comfy.utils.ProgressBar(len(items))
    for item in items:
        yield item
        bar.update(1)
