"""Prompts of which some repairs are wanted only in part, as whole prompts that count for a share each.

The answer to "remove the rain" at strength .4 is .4 of the answer to it and .6 of the answer to the prompt without it.
Repairs of several strengths fall away one after the other, the weakest first, as in the Lovasz extension of a function
of sets: every repair grows with its own strength and with nothing else, 0 is not asking for it, and 1 is asking.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..errors import InputError
from .sentences import check_names, source_sentence, standard_sentence
from .understanding import Understanding


class Share(NamedTuple):
    """One prompt for each scene of a batch, and what it counts for, in 0..1."""

    weight: float
    prompts: tuple[str, ...]


def shares(
    prompts: Sequence[str], strength: Mapping[str, float], understand: Callable[[str], Understanding]
) -> list[Share]:
    """What `prompts`, one for each scene, are at a strength in 0..1 for some repairs; weights sum to 1.

    Repairs that a prompt does not ask for are not asked for by any strength. A prompt none of whose repairs is
    weakened stays as it is; a weakened one is said in the program's own words. Raises `InputError` as
    `check_strength` does.
    """
    check_strength(strength)
    if all(value == 1 for value in strength.values()):
        return [Share(1.0, tuple(prompts))]
    levels = sorted({value for value in (*strength.values(), 1.0) if value > 0})
    understood = [understand(prompt) for prompt in prompts]
    out: list[Share] = []
    for below, level in pairwise((0.0, *levels)):
        said = tuple(_weakened(each, strength, level) for each in understood)
        if out and out[-1].prompts == said:
            out[-1] = Share(out[-1].weight + level - below, said)
        else:
            out.append(Share(level - below, said))
    return out


def check_strength(strength: Mapping[str, float]) -> None:
    """Raises `InputError` for a repair that is none, and for a strength outside 0..1."""
    check_names(strength)
    for name, value in strength.items():
        if not 0 <= value <= 1:
            raise InputError(f"The strength {value:g} of {name} is out of range; use 0 (leave it) to 1 (repair it).")


def read_strength(text: str) -> dict[str, float]:
    """What is written as "noise=.4, rain=1", "" for nothing; raises `InputError` for other forms."""
    strength = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition("=")
        try:
            strength[name.strip()] = float(value)
        except ValueError as error:
            raise InputError(f"The strength {part!r} is not understood; write it as noise=.4, rain=1.") from error
    check_strength(strength)
    return strength


def _weakened(understood: Understanding, strength: Mapping[str, float], level: float) -> str:
    """The prompt without the repairs that are wanted less than this level."""
    left = {name: said for name, said in understood.repairs.items() if strength.get(name, 1.0) >= level}
    if len(left) == len(understood.repairs):
        return understood.prompt
    task = standard_sentence((), "" if understood.task == "auto" else understood.task)
    words = source_sentence([left]) if any(left.values()) else standard_sentence(left)
    return f"{task} {words}".strip()
