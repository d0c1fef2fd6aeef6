"""One concept at a time in words: nouns, adjectives and imperatives, graded now and then."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..repairs import LIGHT, STRONG
from .frames import PLACES, SEVERITY_ADJECTIVES, SEVERITY_ADVERBS, VERBS, VERBS_FOR_FAULTS, VERBS_FOR_THINGS
from .phrases import CONCEPTS, PHRASES
from .sentences import series

# Nouns that are quantities already: neither article nor severity goes before them.
FIXED = ("all ", "any ", "every", "too much ", "too little ")
_OF_SEVERAL = re.compile(r"\b(both|fus\w+|merge|all \{imgs\})")
_GRADABLE = ("blur", "shake", "noise", "artifacts", "streaks", "smear")
_GRADES = frozenset(
    ("the", "fine", "hard", "coarse", "torrential", "steady", "pouring", "ugly", "dense", "thick", "thin", "big", "all")
).union(*(phrase.split() for phrases in SEVERITY_ADJECTIVES.values() for phrase in phrases))
_VERB_STARTS = frozenset(
    phrase.split(" ", 1)[0]
    for phrase in (
        *(action for phrases in PHRASES.values() for action in phrases.actions),
        *(verb for verb, _ in VERBS + VERBS_FOR_THINGS + VERBS_FOR_FAULTS),
        "please",
        "keep",
        "leave",
    )
)


def members(concepts: Sequence[str]) -> frozenset[str]:
    """The repairs that these concepts name."""
    return frozenset().union(*(CONCEPTS[concept] for concept in concepts))


@dataclass
class Writer:
    """Words one concept at a time, and remembers which severities it named.

    task      the task that the sentence will name, or ""
    tasks     those whose sources it may speak of
    implied   the one whose sources it has spoken of, or ""
    single    there is one source only, so nothing may be said of a second one
    levels    repair -> "strong" or "light", where that is known
    severity  repair -> "strong" or "light", where it has been said
    """

    rng: random.Random
    task: str = ""
    tasks: tuple[str, ...] = ()
    implied: str = ""
    single: bool = False
    levels: Mapping[str, str] = field(default_factory=dict)
    severity: dict[str, str] = field(default_factory=dict)

    def imply(self, task: str) -> None:
        """Note that the words give this task away, so that none of another one follow."""
        self.implied, self.tasks = task, (task,)

    def frame(self, frames: Sequence[str]) -> str:
        """One of `frames`; with one source, none that speaks of several."""
        while True:
            frame = self.rng.choice(frames)
            if not (self.single and _OF_SEVERAL.search(frame)):
                return frame

    def noun(self, concept: str, article: bool = True, grade: bool = True) -> str:
        """The concept as "the rain", "this heavy fog", or, without article, "raindrops"."""
        noun = self.rng.choice(PHRASES[concept].nouns)
        if noun.startswith(FIXED):
            return noun
        countable = noun.startswith(("a ", "an "))
        noun = re.sub(r"^an? ", "", noun)
        if grade and _is_gradable(noun, PHRASES[concept].removable) and self.rng.random() < 0.3:
            noun = f"{self._grade(concept, SEVERITY_ADJECTIVES)} {noun}"
        elif grade and PHRASES[concept].removable and self.rng.random() < 0.03:
            noun = f"{noun} {self.rng.choice(PLACES)}"
        if not article:
            return ("an " if noun[0] in "aeiou" else "a ") + noun if countable else noun
        plural = is_plural(noun)
        whole = "all the" if plural or (PHRASES[concept].removable and not countable) else "the"
        return f"{self.rng.choice(('the', 'the', 'the', 'these' if plural else 'this', whole))} {noun}"

    def nouns(self, concepts: Sequence[str], article: bool = True) -> str:
        """Several concepts as `noun` puts them, joined."""
        return series([self.noun(concept, article) for concept in concepts], self.rng)

    def adjective(self, concept: str) -> str:
        """The concept after "it is": "grainy", "very grainy"."""
        adjective = self.rng.choice(PHRASES[concept].adjectives)
        if adjective.startswith(("too ", "over", "not ", "full ")) or self.rng.random() < 0.65:
            return adjective
        return f"{self._grade(concept, SEVERITY_ADVERBS)} {adjective}"

    def verb_phrases(self, concept: str, grade: bool = True) -> tuple[str, str]:
        """A verb around the noun, as (imperative, gerund)."""
        special = VERBS_FOR_THINGS if PHRASES[concept].removable else VERBS_FOR_FAULTS
        imperative, gerund = self.rng.choice(VERBS + special if self.rng.random() < 0.6 else special)
        noun = self.noun(concept, grade=grade)
        return imperative.replace("{np}", noun), gerund.replace("{np}", noun)

    def action(self, concept: str, grade: bool = True) -> str:
        """An imperative: "wipe away the rain", "dry it up", "derain the photo"."""
        draw = self.rng.random()
        if draw < 0.45:
            return self.verb_phrases(concept, grade)[0]
        if draw < 0.88:
            return self.rng.choice(PHRASES[concept].actions)
        verbs = [word for word in PHRASES[concept].jargon if word.islower()]  # "NR it" is nobody's English
        return f"{self.rng.choice(verbs)} {{obj}}"

    def note(self, concept: str, level: str) -> None:
        """That a concept was called "strong" or "light"; "really ugly" grades no repair in particular."""
        if concept != "everything":
            self.severity.update(dict.fromkeys(CONCEPTS[concept], level))

    def _grade(self, concept: str, words: Mapping[str, tuple[str, ...]]) -> str:
        level = self.rng.choice((STRONG, STRONG, LIGHT))
        known = [self.levels[repair] for repair in sorted(CONCEPTS.get(concept, ())) if repair in self.levels]
        level = known[0] if known else level
        self.note(concept, level)
        return self.rng.choice(words[level])


def _is_gradable(noun: str, removable: bool) -> bool:
    """Whether "heavy" or "slight" reads well before it, and nothing in it is such a word already."""
    words = noun.split()
    return len(words) == 1 or noun.endswith(_GRADABLE) or (removable and len(words) < 4 and not _GRADES & set(words))


def is_imperative(clause: str) -> bool:
    """Whether "just" or "and then" reads well before it."""
    return clause.split(" ", 1)[0] in _VERB_STARTS


def is_closed(clause: str) -> bool:
    """Whether it ends a sentence already."""
    return clause.endswith((".", "?", "!", ":("))


def is_plural(noun: str) -> bool:
    """Whether "these" and "are" go with it."""
    head = re.split(r" (?:in|from|of|on|by|at|near|around|over|all) ", noun)[0]
    return head.endswith("s") and not head.endswith("ss")
