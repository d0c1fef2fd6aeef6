"""What a prompt means, in whatever language: its labels, and which concepts to speak of for some repairs."""

import random
from dataclasses import dataclass

from ..repairs import GROUPS


@dataclass(frozen=True)
class Prompt:
    """A sentence and what it means.

    text      what the user typed
    repairs   the repairs it asks for, a subset of `REPAIRS`
    kept      the repairs it explicitly asks to leave out; never overlaps `repairs`
    task      "vif", "mef", "mff" or "restore" where the sentence says so, else ""
    severity  (repair, "strong" or "light") for every repair whose severity the sentence names
    foreign   whether it also wishes for something that is no repair: a colour, a style, an object, a region
    """

    text: str
    repairs: frozenset[str]
    kept: frozenset[str] = frozenset()
    task: str = ""
    severity: tuple[tuple[str, str], ...] = ()
    foreign: bool = False


def loosely(concept: str, rng: random.Random) -> str:
    """A loose concept that a complaint of this one may begin with: "blurry, my hands shook"; "" mostly."""
    if rng.random() >= 0.15:
        return ""
    return next((group for group in ("any_blur", "exposure", "contrast") if concept in GROUPS[group]), "")


def cover(repairs: frozenset[str], forbidden: frozenset[str], rng: random.Random) -> list[str]:
    """Concepts that together cover `repairs` and touch nothing of `forbidden`, in random order."""
    left, chosen = set(repairs), []
    for group, chance in (("any_blur", 0.5), ("exposure", 0.12), ("contrast", 0.12), ("weather", 0.06)):
        hit = GROUPS[group] & left
        if hit and not GROUPS[group] & forbidden and rng.random() < (chance if len(hit) == 1 else 0.5):
            chosen.append(group)
            left -= hit
    chosen += sorted(left)
    rng.shuffle(chosen)
    return chosen
