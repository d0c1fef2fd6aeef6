"""What was understood of a prompt, and the sentence that says so.

The words are in a table by language, `WORDS`; a language is one row of it.
"""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..repairs import LIGHT, REPAIRS, ROWS, STRONG

WIDTH = 72  # characters of a line
CHANCE = 0.5  # above which a reading counts
QUOTED = 100  # characters of a prompt that are repeated
MISSING = 2  # so many repairs may be left out of "everything"
# Where one wish ends and the next may begin.
_JOINTS = re.compile(r"[.,;!?\n\u3002\uff01\uff1f\uff0c\uff1b\u3001]+|\s+(?:and|but|then)\s+", re.IGNORECASE)


class Reading(Protocol):
    """What a text encoder reads: chances per repair, the task, severities, and the chance of a foreign wish."""

    repairs: dict[str, float]
    task: str
    kept: dict[str, float]
    severity: dict[str, str]
    foreign: float


@dataclass(frozen=True)
class Understanding:
    """What a prompt is understood to mean.

    prompt      the prompt itself
    repairs     repair that it asks for -> "strong", "light", or "" where it does not say
    kept        repairs that it asks to leave alone
    task        vif, mef, mff or restore, "auto" where it names none
    foreign     the parts of it that wish for something that this model does not do
    everything  whether it asks for all repairs, or all but very few
    """

    prompt: str
    repairs: Mapping[str, str]
    kept: tuple[str, ...] = ()
    task: str = "auto"
    foreign: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True)
class Words:
    """The wording of one language; `repairs` has a verb and its object, repairs of one verb are named together."""

    repairs: Mapping[str, tuple[str, str]]
    severities: Mapping[str, str]
    tasks: Mapping[str, str]
    understood: str = "Understood: {}."
    everything: str = "repair everything that is wrong"
    but: str = "{} but {}"
    only_fuse: str = "{}, repair nothing"
    kept: str = "Kept: {}."
    foreign: str = "Not something this model does: {}."
    nothing: str = "Nothing to repair was understood in: {}"
    seen: str = "Seen: {}."
    empty: str = "Nothing is asked for: fuse, repair nothing."


WORDS: dict[str, Words] = {
    "en": Words(
        repairs={row.name: (row.verb, row.noun) for row in ROWS.values()},
        severities={STRONG: "{} (strong)", LIGHT: "{} (light)"},
        tasks={
            "vif": "fuse visible and infrared",
            "mef": "merge the exposures",
            "mff": "merge the focus stack",
            "restore": "work on one picture",
        },
    ),
}


def understanding(prompt: str, read: Callable[[Sequence[str]], Sequence[Reading]]) -> Understanding:
    """What a text encoder, whose `readings` is `read`, understands of a prompt."""
    (whole,) = read([prompt])
    asked = {name: whole.severity.get(name, "") for name in REPAIRS if whole.repairs.get(name, 0) > CHANCE}
    kept = tuple(name for name in REPAIRS if whole.kept.get(name, 0) > CHANCE and name not in asked)
    foreign = _foreign(prompt, read) if whole.foreign > CHANCE else ()
    everything = len(REPAIRS) - len(asked) - len(kept) <= MISSING and len(asked) > len(REPAIRS) // 2
    return Understanding(prompt, asked, kept, whole.task, foreign, everything)


def sentence(understood: Understanding, language: str = "en") -> str:
    """What was understood, in one of the languages of `WORDS`; lines of `WIDTH` characters."""
    words = WORDS[language]
    parts = [_asked(understood, words)]
    if understood.kept:
        parts.append(words.kept.format(", ".join(words.repairs[name][1] for name in understood.kept)))
    if understood.foreign:
        parts.append(words.foreign.format("; ".join(understood.foreign)))
    said = " ".join(filter(None, parts))
    if not said:
        quoted = textwrap.shorten(understood.prompt, QUOTED, placeholder=" ...")
        said = words.nothing.format(quoted) if quoted else words.empty
    return textwrap.fill(said, WIDTH)


def seen(found: Mapping[str, float], language: str = "en") -> str:
    """What auto saw, repairs with their probabilities, the surest first: "Seen: haze .92, noise .71"."""
    words = WORDS[language]
    surest = sorted(found.items(), key=lambda item: -item[1])
    said = (f"{words.repairs[name][1]} {chance:.2f}".replace(" 0.", " .") for name, chance in surest)
    return words.seen.format(", ".join(said))


def _foreign(prompt: str, read: Callable[[Sequence[str]], Sequence[Reading]]) -> tuple[str, ...]:
    """The parts of a prompt that are foreign by themselves; all of it where none is."""
    parts = [part.strip() for part in _JOINTS.split(prompt) if part.strip()]
    found = tuple(part for part, each in zip(parts, read(parts), strict=True) if each.foreign > CHANCE)
    return found or (textwrap.shorten(prompt, QUOTED, placeholder=" ..."),)


def _asked(understood: Understanding, words: Words) -> str:
    """What is asked for, or else what is to be fused; "" for neither."""
    if understood.everything:
        missing = [n for n in REPAIRS if n not in understood.repairs and n not in understood.kept]
        nouns = ", ".join(words.repairs[name][1] for name in missing)
        wish = words.but.format(words.everything, nouns) if missing else words.everything
        return words.understood.format(wish)
    if understood.repairs:
        return words.understood.format(_by_verb(understood.repairs, words))
    task = words.tasks.get(understood.task)
    return words.understood.format(words.only_fuse.format(task)) if task else ""


def _by_verb(repairs: Mapping[str, str], words: Words) -> str:
    """ "remove rain (strong), noise; increase resolution"."""
    nouns: dict[str, list[str]] = {}
    for name, severity in repairs.items():
        verb, noun = words.repairs[name]
        nouns.setdefault(verb, []).append(words.severities.get(severity, "{}").format(noun))
    return "; ".join(f"{verb} {', '.join(named)}" for verb, named in nouns.items())
