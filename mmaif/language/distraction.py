"""Everyday words that say nothing of a picture, strewn over prompts.

A reader that knows only the words of its tables takes a word that it never saw, a town or a sofa, for the fault whose
words look most like it. Half of the misses in every language were such repairs too many. So a share of the prompts
that it learns from bring words along that mean nothing here, and the labels stay what they were.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from ..errors import InputError
from .meaning import Prompt
from .spelling import UNSPACED
from .tables import FOLDER

COMMON = 20_000  # words of a language that are drawn from, by how often they are used
STEM = 5  # letters in which a word must differ from all that the tables have
ALONE = 0.04  # share of the distractions that leave nothing but words without meaning
GAPS = re.compile(
    r"(?<=[,.;:!?\u3001\u3002\uff0c\uff01\uff1f\uff1b])\s*"
)  # where an unspaced script has room for a word


@cache
def everyday(language: str) -> tuple[str, ...]:
    """Common words of a language, "en" among them, that share no stem with what is said in the tables.

    The words come from the package wordfreq, which training alone needs; InputError where it is missing.
    """
    try:
        from wordfreq import top_n_list
    except ImportError:
        raise InputError(
            'Everyday words need wordfreq: pip install wordfreq, or set "distraction": 0 in the configuration.'
        ) from None
    words = [word for word in top_n_list(language, COMMON) if len(word) > 1 and word.isalpha()]
    return tuple(neutral(words, _said(language), language in UNSPACED))


def neutral(words: Iterable[str], said: str, unspaced: bool) -> list[str]:
    """Those of the words that a text in lower case does not have: of a spaced script none that begins with `STEM`
    letters alike, or as a whole word of one less, of another none with two letters in a row that stand there."""
    if unspaced:
        pairs = {said[i : i + 2] for i in range(len(said) - 1)}
        return [word for word in words if pairs.isdisjoint(word[i : i + 2] for i in range(len(word) - 1))]
    stems = {word[:STEM] for word in re.findall(r"\w+", said)}
    return [word for word in words if stems.isdisjoint((word, word[:STEM], word[: STEM - 1]))]


def _said(language: str) -> str:
    """All tables of a language in one text."""
    folders = [FOLDER / "vocabulary", FOLDER / "templates"] if language == "en" else [FOLDER / "tongues" / language]
    files = sorted(file for folder in folders for file in folder.glob("*.txt"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files).lower()


def distracted(prompt: Prompt, language: str, words: Mapping[str, Sequence[str]], rng: random.Random) -> Prompt:
    """The prompt with some words of its language, `words[language]`, before it, after it or in between."""
    unspaced = language in UNSPACED
    blank, (comma, stop) = ("", "\uff0c\u3002") if unspaced else (" ", (",", "."))

    def some(most: int) -> str:
        return blank.join(rng.choices(words[language], k=rng.randint(1, most)))

    if rng.random() < ALONE:
        return Prompt(some(8), frozenset())
    text, draw = prompt.text, rng.random()
    if draw < 0.3:
        text = f"{some(5)}{rng.choice((comma, stop, comma + blank + some(3) + stop))}{blank}{text}"
    elif draw < 0.55:
        text = f"{text.rstrip('.')}{rng.choice((comma, stop))}{blank}{some(5)}"
    elif unspaced:
        gaps = [match.end() for match in GAPS.finditer(text)] or [0]
        at = rng.choice(gaps)
        text = f"{text[:at]}{some(2)}{text[at:]}"
    else:
        parts = text.split(" ")
        for _ in range(rng.choice((1, 1, 2))):
            parts.insert(rng.randrange(len(parts) + 1), some(2))
        text = " ".join(parts)
    return replace(prompt, text=text)
