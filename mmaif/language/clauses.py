"""Clauses that ask to repair concepts, in many styles, and clauses that ask to leave concepts alone.

A request may be an imperative ("remove the rain"), a noun ("the rain, please"), an adjective ("it is
rainy"), a complaint ("it rained all day"), a wish ("make it rain-free"), jargon ("derain"), the name of the
operation ("rain removal") or a negation ("no rain please"). It may speak of one source, or of the merge.
Slots such as {img} stay open; `prompts.py` fills them.
"""

import re
from collections.abc import Callable, Sequence

from ..repairs import GROUPS, LIGHT, STRONG
from .frames import (
    ABSENCE_FRAMES,
    ACTION_FRAMES,
    ADJECTIVE_FRAMES,
    ALL_PHRASES,
    CONTRAST_JARGON_FRAMES,
    CONTRAST_METHOD_FRAMES,
    CONTRAST_NOUN_FRAMES,
    GOAL_FRAMES,
    JARGON_FRAMES,
    JARGON_SEPARATORS,
    KEEP_FRAMES,
    KEEP_TAILS,
    MERGING_FRAMES,
    METHOD_FRAMES,
    NOUN_FRAMES,
    ONE_SOURCE_ADJECTIVE_FRAMES,
    ONE_SOURCE_NOUN_FRAMES,
    PLAIN_MERGES,
    SOURCE_PAIRS,
    SYMPTOM_FRAMES,
    TASK_PHRASES,
    VERBS,
    VERBS_FOR_THINGS,
)
from .meaning import loosely
from .phrases import CONCEPTS, PHRASES
from .sentences import series
from .writer import FIXED, Writer, is_closed, is_imperative, is_plural, members

GRADED_METHODS = {"light": LIGHT, "strong": STRONG, "heavy": STRONG}

# --- requests ---


def _imperative(write: Writer, concepts: Sequence[str]) -> str:
    actions = [write.action(concept) for concept in concepts]
    if write.rng.random() < 0.25:
        return series(actions, write.rng)
    if len(actions) > 1 and write.rng.random() < 0.08:
        return " ".join(f"({place}) {action}" for place, action in enumerate(actions, 1))
    if len(actions) == 2 and write.rng.random() < 0.08:
        return "first {}, then {}".format(*actions)
    return write.frame(ACTION_FRAMES).replace("{act}", series(actions, write.rng))


def _shared_verb(write: Writer, concepts: Sequence[str]) -> str:
    things = all(PHRASES[concept].removable for concept in concepts)
    verb, _ = write.rng.choice(VERBS + VERBS_FOR_THINGS if things else VERBS)
    action = verb.replace("{np}", write.nouns(concepts))
    return write.frame(ACTION_FRAMES).replace("{act}", action)


def _nouns(write: Writer, concepts: Sequence[str]) -> str:
    frame = write.frame(NOUN_FRAMES)
    if "{np}" in frame:
        return frame.replace("{np}", write.nouns(concepts))
    return frame.replace("{bare}", write.nouns(concepts, article=False))


def _adjectives(write: Writer, concepts: Sequence[str]) -> str:
    frame = write.frame(ADJECTIVE_FRAMES)
    adjectives = [write.adjective(concept) for concept in concepts]
    before_noun = "{adj} {img}" in frame and any(" " in adjective for adjective in adjectives)
    if before_noun or (write.single and "{imgs}" in frame):
        frame = "{it} is {adj}"
    return frame.replace("{adj}", series(adjectives, write.rng))


def _symptoms(write: Writer, concepts: Sequence[str]) -> str:
    clauses = [_symptom(write, concept) for concept in concepts]
    return write.frame(SYMPTOM_FRAMES).replace("{sym}", series(clauses, write.rng))


def _symptom(write: Writer, concept: str) -> str:
    """A complaint of a fault, now and then after a loose one that it explains: "it's blurry, my hands shook"."""
    symptom, loose = write.rng.choice(PHRASES[concept].symptoms), loosely(concept, write.rng)
    if not loose:
        return symptom
    return f"{write.rng.choice(PHRASES[loose].symptoms)}{write.rng.choice((', ', ', ', ', because ', ': '))}{symptom}"


def _goals(write: Writer, concepts: Sequence[str]) -> str:
    goals = [write.rng.choice(PHRASES[concept].goals) for concept in concepts]
    if len(goals) == 1 and goals[0].startswith(("look ", "as if ")):
        frames = ("make {obj} look {}", "make it look {}", "it should look {}", "let it look {}")
        return write.rng.choice(frames).replace("{}", goals[0].removeprefix("look "))
    joined = series([goal.removeprefix("look ") for goal in goals], write.rng)
    frames = GOAL_FRAMES
    if "blur" in concepts:  # "make everything in focus" is what a focus stack is for
        frames = tuple(frame for frame in GOAL_FRAMES if "everything" not in frame)
    return write.frame(frames).replace("{goal}", joined)


def _jargon(write: Writer, concepts: Sequence[str]) -> str:
    words = [write.rng.choice(PHRASES[concept].jargon) for concept in concepts]
    frame = write.frame(JARGON_FRAMES)
    return frame.replace("{list}", write.rng.choice(JARGON_SEPARATORS).join(words))


def _methods(write: Writer, concepts: Sequence[str]) -> str:
    words = [write.rng.choice(PHRASES[concept].methods) for concept in concepts]
    if write.rng.random() < 0.5:
        joined = series(words, write.rng)
    else:
        joined = write.rng.choice([joint for joint in JARGON_SEPARATORS if joint != " "]).join(words)
    frame = write.frame(METHOD_FRAMES)
    if level := GRADED_METHODS.get(frame.split(" ", 1)[0]):
        known = {write.levels.get(repair, level) for repair in CONCEPTS[concepts[0]]}
        if len(concepts) > 1 or known != {level}:  # it would be open how many of them it grades, or untrue
            return joined
        write.note(concepts[0], level)
    return frame.replace("{list}", joined)


def _absences(write: Writer, concepts: Sequence[str]) -> str:
    """A wish for a result with "no rain, no haze"; the "no" must not be taken for an exception."""
    nouns = [write.noun(concept, article=False, grade=False) for concept in concepts]
    if any(noun.startswith(FIXED) for noun in nouns):
        return _nouns(write, concepts)
    if write.rng.random() < 0.6:
        return exception(write, concepts, ABSENCE_FRAMES)
    negative = write.rng.choice(("no {}", "no {}", "no more {}", "less {}", "without {}"))
    absences = [negative.format(re.sub(r"^an? ", "", noun)) for noun in nouns]
    joined = write.rng.choice((", ", " and ")).join(absences)
    wish = "I want it {}" if negative == "without {}" else "I want {}"
    return write.rng.choice(("{}", "{} please", "{} in the result", wish)).format(joined)


def _sources(write: Writer, concepts: Sequence[str]) -> tuple[str, ...]:
    """Names of two sources; what tells the sources of a task apart is no fault of one of them."""
    told_apart = members(concepts) & (GROUPS["exposure"] | GROUPS["contrast"] | GROUPS["any_blur"])
    tasks = [task for task in write.tasks if task in SOURCE_PAIRS and not (told_apart and task in ("mef", "mff"))]
    task = write.rng.choice((*tasks, "any")) if tasks else "any"
    if "vif" in tasks and members(concepts) & GROUPS["exposure"]:  # of any others, one is dark in a bracket
        task = "vif"
    if task != "any":
        write.imply(task)
    return write.rng.choice(SOURCE_PAIRS[task])


def _one_source(write: Writer, concepts: Sequence[str]) -> str:
    """A fault of one source: "the short exposure is noisy"."""
    source = write.rng.choice(_sources(write, concepts))
    source = "the other one" if source == "the latter" else source
    if write.rng.random() < 0.5 and all(PHRASES[concept].adjectives for concept in concepts):
        adjectives = [write.adjective(concept) for concept in concepts]
        clause = write.frame(ONE_SOURCE_ADJECTIVE_FRAMES).replace("{adj}", series(adjectives, write.rng))
    else:
        clause = exception(write, concepts, ONE_SOURCE_NOUN_FRAMES)
    return clause.replace("{one}", source)


def _while_merging(write: Writer, concepts: Sequence[str]) -> str:
    """A repair asked for in one breath with the merge: "when you merge the exposures, remove the rain"."""
    tasks = [task for task in write.tasks if task != "restore"]
    merge = write.rng.choice(PLAIN_MERGES)
    if tasks and write.rng.random() < 0.6:
        task = write.rng.choice(tasks)
        merge = write.rng.choice(TASK_PHRASES[task].actions)
        write.imply(task)
    return exception(write, concepts, MERGING_FRAMES).replace("{merge}", merge)


def _per_source(write: Writer, concepts: Sequence[str]) -> str:
    """A fault for each source: "the first image is hazy and the second one is noisy"."""
    one, other = _sources(write, concepts)
    if write.rng.random() < 0.5 and all(PHRASES[concept].adjectives for concept in concepts):
        a, b = (write.adjective(concept) for concept in concepts)
        frames = (
            "{one} is {a} and {other} is {b}",
            "{one} is {a}, {other} is {b}",
            "{one} is {a} while {other} is {b}",
        )
    else:
        a, b = (write.noun(concept) for concept in concepts)
        frames = (
            "remove {a} from {one} and {b} from {other}",
            "fix {a} in {one} and {b} in {other}",
            "{one} suffers from {a}, {other} from {b}",
            "{a} in {one} and {b} in {other}",
        )
    frame = write.rng.choice(frames)
    return frame.replace("{one}", one).replace("{other}", other).replace("{a}", a).replace("{b}", b)


# (style, the column of the tables that it needs, weight)
STYLES: tuple[tuple[Callable[[Writer, Sequence[str]], str], str, float], ...] = (
    (_imperative, "actions", 6.0),
    (_shared_verb, "nouns", 3.0),
    (_nouns, "nouns", 3.0),
    (_adjectives, "adjectives", 2.0),
    (_symptoms, "symptoms", 3.0),
    (_goals, "goals", 1.5),
    (_jargon, "jargon", 2.0),
    (_methods, "methods", 2.0),
    (_absences, "nouns", 2.0),
)


def request(write: Writer, concepts: Sequence[str]) -> str:
    """A clause that asks to repair `concepts`, or, for several, often two clauses in different styles."""
    rng = write.rng
    if len(concepts) > 1 and rng.random() < 0.35:
        cut = rng.randint(1, len(concepts) - 1)
        first, second = request(write, concepts[:cut]), request(write, concepts[cut:])
        joints = (", ", ". ", ", and ", "; ", ". Also, ", ", also ", ". And ")
        return f"{first}{' ' if is_closed(first) else rng.choice(joints)}{second}"
    if len(concepts) == 2 and not write.single and rng.random() < 0.1:
        # "one is dark, the other one is bright" is what an exposure bracket is, not a fault
        if not members(concepts) <= GROUPS["exposure"]:
            return _per_source(write, concepts)
    if not write.single and len(concepts) < 3 and "everything" not in concepts and rng.random() < 0.12:
        bracket = members(concepts) & GROUPS["exposure"] and "vif" not in write.tasks
        speaks_of_one = rng.random() < 0.5 and not bracket
        return (_one_source if speaks_of_one else _while_merging)(write, concepts)
    usable = [style for style in STYLES if all(getattr(PHRASES[concept], style[1]) for concept in concepts)]
    style = rng.choices([style[0] for style in usable], [style[2] for style in usable])[0]
    return style(write, concepts)


# --- exceptions ---


def exception(write: Writer, concepts: Sequence[str], frames: Sequence[str]) -> str:
    """A clause from one of `frames` about `concepts`, such as one that asks to leave them alone."""
    frame = write.frame(frames)
    if "{adj}" in frame and not all(PHRASES[concept].adjectives for concept in concepts):
        frame = "don't touch {np}"
    negated = re.search(r"n't|\bnot?\b|never|without", frame) is not None
    joint = " or " if negated else " and "
    bare = write.rng.random() < 0.2
    nouns = [write.noun(concept, article=not bare, grade=False) for concept in concepts]
    plural = len(nouns) > 1 or is_plural(nouns[0])

    def each(column: str) -> Callable[[], str]:
        return lambda: joint.join(write.rng.choice(getattr(PHRASES[name], column)) for name in concepts)

    fillings: dict[str, Callable[[], str]] = {
        "{all}": lambda: write.rng.choice(ALL_PHRASES),
        "{np}": lambda: joint.join(nouns),
        "{bare}": lambda: joint.join(write.noun(concept, article=False, grade=False) for concept in concepts),
        "{none}": lambda: joint.join(_none(write, concept) for concept in concepts),
        "{them}": lambda: "them" if plural else "it",
        "{is}": lambda: "are" if plural else "is",
        "{isnt}": lambda: "aren't" if plural else "isn't",
        "{does}": lambda: "do" if plural else "does",
        "{is3}": lambda: "they are" if plural else "it is",
        "{act}": lambda: joint.join(write.action(concept, grade=False) for concept in concepts),
        "{ger}": lambda: " or ".join(write.verb_phrases(concept, grade=False)[1] for concept in concepts),
        "{method}": each("methods"),
        "{jargon}": each("jargon"),
        "{adj}": each("adjectives"),
    }
    for slot, filling in fillings.items():
        if slot in frame:
            frame = frame.replace(slot, filling())
    return frame


def _none(write: Writer, concept: str) -> str:
    """A noun that stands after "no"."""
    return re.sub(r"^an? ", "", write.noun(concept, article=False, grade=False))


def keep(write: Writer, concepts: Sequence[str]) -> str:
    """A clause that stands alone and asks to leave `concepts` alone."""
    if len(concepts) == 1 and (concepts[0] == "everything" or write.rng.random() < 0.2):
        return write.rng.choice(PHRASES[concepts[0]].keeps)
    return exception(write, concepts, KEEP_FRAMES)


def with_exception(write: Writer, wish: str, kept: Sequence[str]) -> str:
    """The request `wish` with an exception before or after it."""
    rng, closed = write.rng, is_closed(wish)
    if not closed and rng.random() < 0.5:
        tail = exception(write, kept, KEEP_TAILS)
        return f"{wish}{tail}" if tail.startswith(",") else f"{wish}{rng.choice((' ', ', '))}{tail}"
    if rng.random() < 0.35:
        joints = (". ", ", but ", "; ", ", ", ", however ")
        if is_imperative(wish):
            joints += (", just ", ". Only ", ". Just ", " and only ", ", only ", " but ")
        return f"{keep(write, kept)}{rng.choice(joints)}{wish}"
    joint = " " if closed else rng.choice((", but ", ". ", ", ", "; ", " but ", ". But ", " - "))
    return f"{wish}{joint}{keep(write, kept)}"


def contrast(write: Writer, named: Sequence[str], kept: Sequence[str]) -> str:
    """Both in one clause, as in "the rain must go, the grain can stay" or "derain, don't denoise"."""
    rng = write.rng
    kinds = ((CONTRAST_NOUN_FRAMES, "nouns"), (CONTRAST_METHOD_FRAMES, "methods"), (CONTRAST_JARGON_FRAMES, "jargon"))
    frames, column = rng.choices(kinds, (5, 1, 1))[0]
    if column == "nouns":
        article = rng.random() < 0.65
        a, k = (" and ".join(write.noun(c, article, grade=False) for c in part) for part in (named, kept))
    else:
        a, k = (" and ".join(rng.choice(getattr(PHRASES[c], column)) for c in part) for part in (named, kept))
    return rng.choice(frames).replace("{a}", a).replace("{k}", k)
