"""The sentences around the vocabulary: requests, exceptions, tasks, chatter, and the slots they share.

They are in `templates/*.txt`, where a comment above each section says what its slots stand for.
"""

import re
from dataclasses import dataclass

from ..repairs import SEVERITIES
from ..tasks import KNOWN_TASKS
from .tables import cells, template

# Verbs as (imperative, gerund) around their object.
VERBS, VERBS_FOR_THINGS, VERBS_FOR_FAULTS = map(cells, template("verbs", "any", "things", "faults").values())

FOREIGN_SLOTS = ("thing", "object", "colour", "style", "region")
# Wishes that are none of the repairs, and such refused.
_FOREIGN = template("foreign", "actions", "clauses", "tails", "denials", *FOREIGN_SLOTS)
FOREIGN_ACTIONS, FOREIGN_CLAUSES, FOREIGN_TAILS, FOREIGN_DENIALS = (
    _FOREIGN[section] for section in ("actions", "clauses", "tails", "denials")
)

SLOTS = {
    **template("slots", "img", "imgs", "theimg", "it", "obj", "here"),
    **{slot: _FOREIGN[slot] for slot in FOREIGN_SLOTS},
}
# Without a second source there is no "both" and no "first".
_SEVERAL = re.compile(r"\b(first|second)\b|\{imgs\}")
SINGLE_SLOTS: dict[str, tuple[str, ...]] = {
    slot: tuple(entry for entry in entries if not _SEVERAL.search(entry)) for slot, entries in SLOTS.items()
}

SEVERITY_ADJECTIVES = template("severities", *SEVERITIES)
SEVERITY_ADVERBS = template("severity_adverbs", *SEVERITIES)

(
    ACTION_FRAMES,
    NOUN_FRAMES,
    ADJECTIVE_FRAMES,
    SYMPTOM_FRAMES,
    GOAL_FRAMES,
    JARGON_FRAMES,
    METHOD_FRAMES,
) = template("requests", "actions", "nouns", "adjectives", "symptoms", "goals", "jargon", "methods").values()
# Blanks count here, so they are no text file.
JARGON_SEPARATORS = (" + ", ", ", " and ", "/", " > ", ",", " & ", " then ", "; ", " ", "+")

_KEEPS, KEEP_TAILS, EXCEPT_FRAMES, ALL_PHRASES = template(
    "exceptions", "keep", "tails", "everything but", "all"
).values()
# "No rain" asks to remove it, "no deraining" to keep it.
ABSENCE_FRAMES, _NEGATED = template("negations", "removes", "keeps").values()
KEEP_FRAMES = _KEEPS + _NEGATED
CONTRAST_NOUN_FRAMES, CONTRAST_METHOD_FRAMES, CONTRAST_JARGON_FRAMES = template(
    "contrasts", "nouns", "methods", "jargon"
).values()
# Two sources with a fault each; "any" is for every task.
SOURCE_PAIRS: dict[str, tuple[tuple[str, ...], ...]] = {
    task: cells(rows) for task, rows in template("source_pairs", "any", "vif", "mef", "mff").items()
}
ONE_SOURCE_ADJECTIVE_FRAMES, ONE_SOURCE_NOUN_FRAMES = template("one_source", "adjectives", "nouns").values()
MERGING_FRAMES, PLAIN_MERGES = template("merging", "around", "plain").values()
PLACES, TAILS, _CHATTER, FUSE_ACTIONS = template("additions", "places", "tails", "chatter", "fuse").values()
CHATTER = _CHATTER + FOREIGN_DENIALS
(TASK_ALONE_FRAMES,) = template("tasks", "alone").values()


@dataclass(frozen=True)
class TaskPhrases:
    """How people speak of one fusion task: imperatives, statements about the sources, and labels."""

    actions: tuple[str, ...]
    statements: tuple[str, ...]
    labels: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Every phrasing of the task."""
        return (*self.actions, *self.statements, *self.labels)


TASK_PHRASES: dict[str, TaskPhrases] = {
    task: TaskPhrases(**template(f"task_{task}", "actions", "statements", "labels")) for task in KNOWN_TASKS
}
