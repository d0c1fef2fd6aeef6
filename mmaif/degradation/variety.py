"""Several independent ways to make one fault: a table of renderers with weights, from which each picture draws one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from torch import Tensor

from .random_stream import Draws

Thing = TypeVar("Thing")
Renderer = Callable[..., Tensor]  # (image [C, H, W], severity, draws, ...) -> [C, H, W]
Family = tuple[tuple[Renderer, float], ...]


def pick(table: tuple[tuple[Thing, float], ...], draws: Draws) -> Thing:
    """One of the things of a table (thing, weight)."""
    ticket = draws.uniform(0, sum(weight for _, weight in table))
    for thing, weight in table:
        ticket -= weight
        if ticket < 0:
            return thing
    return table[-1][0]


class Recent:
    """The last few things made, by what they were made from: the sources of one scene share their weather."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.made: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What was made for this key, or what `make` makes now."""
        thing = self.made.get(key)
        if thing is None:
            thing = self.made[key] = make()
            while len(self.made) > self.size:
                self.made.popitem(last=False)
        return thing
