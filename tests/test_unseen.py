"""English sentences of the second unseen set: negations, tasks, single sources, foreign wishes, mixed and long ones.

They are kept out of training. What the grammar would say itself of parts of them agrees with their labels.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmaif.language.frames import (
    ABSENCE_FRAMES,
    FOREIGN_ACTIONS,
    FOREIGN_CLAUSES,
    FOREIGN_SLOTS,
    KEEP_FRAMES,
    SLOTS,
    TASK_PHRASES,
    VERBS,
    VERBS_FOR_THINGS,
)
from mmaif.language.phrases import CONCEPTS, PHRASES
from mmaif.language.prompts import corpus
from mmaif.repairs import REPAIRS
from mmaif.tasks import KNOWN_TASKS
from mmaif.training.text import Labelled, read_labelled

FILE = Path(__file__).parent / "data" / "prompts_unseen2.tsv"
ROWS = read_labelled(FILE)
KINDS = {line.split("\t")[0]: line.split("\t")[-1] for line in FILE.read_text(encoding="utf-8").splitlines()[1:]}

# phrase without its article -> what it means
NOUNS, ACTS, METHODS, JARGON = (
    {
        re.sub(r"^(an?|the) ", "", phrase.lower()): CONCEPTS[concept]
        for concept, phrases in PHRASES.items()
        for phrase in getattr(phrases, column)
        if concept != "everything"
    }
    for column in ("nouns", "actions", "methods", "jargon")
)
IMPERATIVES = re.compile(
    "|".join(re.escape(verb).replace(r"\{np\}", "(.+)") for verb, _ in VERBS + VERBS_FOR_THINGS if "{obj}" not in verb)
)
MEANINGS = {"none": NOUNS, "np": NOUNS, "bare": NOUNS, "method": METHODS, "jargon": JARGON, "act": ACTS}


def clauses(text: str) -> list[str]:
    """The parts of a sentence between its marks, and all of it."""
    parts = re.split(r"[.,;:!?]+|\s+(?:and|but|then)\s+", text.lower())
    return [part.strip() for part in (*parts, text.lower().strip(" .!?")) if part.strip()]


def pattern(frame: str) -> re.Pattern[str]:
    """What a frame matches: the group is named by the slot for a concept, any other slot is anything."""
    frame = re.sub(r"\\\{(is|isnt|does|is3|here|obj|it|imgs?)\\\}", r"[a-z' ]+?", re.escape(frame.lower()))
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", frame, count=1))


def meaning(slot: str, words: str) -> frozenset[str]:
    """What stands in a slot, as repairs; nothing for words that the tables do not have."""
    words = re.sub(r"^(the|this|that|these|any|all the|a|an) ", "", words)
    found = MEANINGS.get(slot, {}).get(words, frozenset())
    verb = IMPERATIVES.fullmatch(words) if slot == "act" else None
    if verb and not found:
        return meaning("np", next(filter(None, verb.groups())))
    return found or (JARGON.get(words, frozenset()) if slot == "act" else frozenset())


def told(frames: tuple[str, ...], text: str) -> Iterator[frozenset[str]]:
    """What the grammar means by every clause of a text that one of the frames could have written."""
    for clause in clauses(text):
        for frame in map(pattern, frames):
            if found := frame.fullmatch(clause):
                for slot, words in found.groupdict().items():
                    if repairs := meaning(slot, words):
                        yield repairs


def test_sentences_are_many_and_of_all_kinds():
    assert len(ROWS) == len(KINDS) >= 150
    counts = {kind: list(KINDS.values()).count(kind) for kind in set(KINDS.values())}
    assert min(counts[kind] for kind in ("negation", "task", "source", "foreign", "mixed")) >= 20, counts
    assert counts["long"] >= 5 and all(len(text) > 450 for text, kind in KINDS.items() if kind == "long")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:40])
def test_labels_are_sound(row: Labelled):
    assert row.text.isascii() and row.repairs | row.kept <= set(REPAIRS) and not row.repairs & row.kept
    assert row.task in ("", *KNOWN_TASKS)
    assert all(name in row.repairs and level in ("light", "strong") for name, level in row.severity)
    if KINDS[row.text] == "foreign":
        assert row.foreign and not row.repairs and not row.kept
    if KINDS[row.text] in ("task", "refused"):
        assert not row.foreign and not row.repairs and not row.kept


def test_sentences_are_held_out():
    written = {prompt.text.lower().strip(" .!?") for prompt in corpus(20000, 3)}
    written |= {phrase.lower() for phrases in PHRASES.values() for phrase in (*phrases.all(), *phrases.keeps)}
    written |= {phrase.lower() for phrases in TASK_PHRASES.values() for phrase in phrases.all()}
    written |= {phrase.lower() for phrase in FOREIGN_ACTIONS + FOREIGN_CLAUSES}
    assert not [row.text for row in ROWS if row.text.lower().strip(" .!?") in written]


def test_negations_of_the_grammar_agree():
    """What its frames ask to remove is asked for here, what they ask to leave alone is kept."""
    agreed = {"repairs": 0, "kept": 0}
    for row in ROWS:
        for column, frames in (("repairs", ABSENCE_FRAMES), ("kept", KEEP_FRAMES)):
            for repairs in told(frames, row.text):
                assert repairs & getattr(row, column), (row.text, column, repairs)
                agreed[column] += 1
    assert min(agreed.values()) >= 15, agreed


def test_foreign_wishes_of_the_grammar_are_foreign_here():
    slots = {slot: "(?:" + "|".join(map(re.escape, SLOTS[slot])) + ")" for slot in (*FOREIGN_SLOTS, "img", "imgs")}
    slots["obj"] = "(?:it|this|the picture|both pictures)"
    frames = [
        re.compile(re.sub(r"\\\{(\w+)\\\}", lambda slot: slots[slot[1]], re.escape(frame).lower()).lower())
        for frame in FOREIGN_ACTIONS + FOREIGN_CLAUSES
    ]
    matched = [row for row in ROWS for clause in clauses(row.text) for frame in frames if frame.fullmatch(clause)]
    assert len(matched) >= 10 and all(row.foreign for row in matched), [row.text for row in matched if not row.foreign]


def test_tasks_of_the_grammar_agree():
    named = 0
    for row in ROWS:
        for task, phrases in TASK_PHRASES.items():
            if task != "restore" and set(clauses(row.text)) & {phrase.lower() for phrase in phrases.all()}:
                assert row.task == task, row.text
                named += 1
    assert named >= 5, named
