"""The vocabulary of the prompts: how people name each fault, complain of it, and ask for its repair.

The phrases are in `vocabulary/<concept>.txt` and may hold slots in braces, which are filled at random from
`frames.SLOTS`. The paper's prompts were written by a language model, 10 to 20 phrasings per degradation
(arXiv 2503.14944); these are written by hand.

A *concept* is what one phrase can mean: a single repair, or a group such as ``any_blur`` ("deblur" does not
say whether the focus or the hand was at fault).
"""

from dataclasses import dataclass

from ..repairs import GROUPS, REPAIRS, ROWS
from .tables import vocabulary

CONCEPTS: dict[str, frozenset[str]] = {**{repair: frozenset({repair}) for repair in REPAIRS}, **GROUPS}


@dataclass(frozen=True)
class Phrases:
    """All ways to speak of one concept.

    nouns       bare noun phrases that fit "remove the ..." and "there is ..."; a leading "a " marks a
                countable singular
    actions     complete imperatives
    jargon      bare verbs that also stand alone: "derain"
    methods     names of the operation: "deraining", "rain removal"
    adjectives  gradable, after "the picture is very ..."
    symptoms    whole clauses that complain of it
    goals       after "make the picture ..."
    keeps       complete imperatives or clauses that ask to leave it alone
    removable   whether its nouns are things that lie over the picture ("wipe away"), not faults ("correct")
    """

    nouns: tuple[str, ...]
    actions: tuple[str, ...]
    jargon: tuple[str, ...]
    methods: tuple[str, ...]
    adjectives: tuple[str, ...]
    symptoms: tuple[str, ...]
    goals: tuple[str, ...]
    keeps: tuple[str, ...]
    removable: bool

    def all(self) -> tuple[str, ...]:
        """Every phrasing that asks for the repair (not `keeps`)."""
        return (*self.nouns, *self.actions, *self.jargon, *self.methods, *self.adjectives, *self.symptoms, *self.goals)


PHRASES: dict[str, Phrases] = {
    concept: Phrases(**vocabulary(concept), removable=all(ROWS[repair].removable for repair in repairs))
    for concept, repairs in CONCEPTS.items()
}
