"""In which order operators follow one another, and what a picture goes through twice."""

import random

from ..repairs import OPERATOR_REPAIR
from .operators import PHYSICAL_ORDER

Ops = tuple[tuple[str, float], ...]  # (operator, severity in 0..1) in the order of application

# What a picture can go through twice.
FILE = frozenset({"blur", "low_resolution", "noise", "jpeg"})
ANY_ORDER = 0.2  # share of the degraded whose operators come in any order, the same for all sources


def turns(ops: Ops) -> list[tuple[str, int]]:
    """(operator, how many of its name came before) of each."""
    names = [name for name, _ in ops]
    return [(name, names[:index].count(name)) for index, name in enumerate(names)]


def draw_order(rng: random.Random) -> tuple[str, ...]:
    """All operators, as light meets them or in any order."""
    if rng.random() >= ANY_ORDER:
        return PHYSICAL_ORDER
    return tuple(rng.sample(PHYSICAL_ORDER, len(PHYSICAL_ORDER)))


def twice_over(ordered: tuple[Ops, ...], rng: random.Random) -> tuple[Ops, ...]:
    """Blur, resizing, noise and JPEG a second time, at the end, each somewhat milder both times, alike in all
    sources."""
    share = {name: rng.uniform(0.4, 1.0) for name in PHYSICAL_ORDER}
    whole = []
    for own in ordered:
        first = tuple((name, _milder(level, 0.75) if _filed(name) else level) for name, level in own)
        again = tuple((name, _milder(level, share[name])) for name, level in first if _filed(name))
        whole.append((*first, *again))
    return tuple(whole)


def _filed(name: str) -> bool:
    return OPERATOR_REPAIR[name] in FILE


def _milder(severity: float, share: float) -> float:
    return round(max(0.05, severity * share), 3)
