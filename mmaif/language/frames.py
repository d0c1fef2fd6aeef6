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

SLOTS = template("slots", "img", "imgs", "theimg", "it", "obj", "here")
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

KEEP_FRAMES, KEEP_TAILS, EXCEPT_FRAMES, ALL_PHRASES = template(
    "exceptions", "keep", "tails", "everything but", "all"
).values()
CONTRAST_NOUN_FRAMES, CONTRAST_METHOD_FRAMES, CONTRAST_JARGON_FRAMES = template(
    "contrasts", "nouns", "methods", "jargon"
).values()
# Two sources with a fault each.
SOURCE_PAIRS, VIF_SOURCE_PAIRS = map(cells, template("source_pairs", "any", "vif").values())
PLACES, TAILS, CHATTER, FUSE_ACTIONS = template("additions", "places", "tails", "chatter", "fuse").values()


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
