"""Prompts in other languages than English, from which the text encoder learns to read them.

Each language has its own words and its own sentences in `tongues/<language>/`; nothing is translated word by word. The
labels are those of English prompts. Wishes that are not ours (a bluer sky, a crop, nobody in the street) ask for
nothing, and are written so that they are read so.
"""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ..errors import InputError
from ..repairs import GROUPS, LIGHT, REPAIRS, STRONG
from .meaning import Prompt, cover, loosely
from .phrases import CONCEPTS
from .sentences import check_names
from .shorthand import Names, shorthand
from .spelling import CLOSED, MARKS, UNSPACED, careless, fits, in_one_script, mistyped, place, printed, verb_stem
from .tables import FOLDER, read

LANGUAGES = ("de", "fr", "es", "pt", "it", "zh", "ja")

# A vocabulary has these sections for every concept, "[rain.nouns]"; the later ones may be missing.
#   nouns        as objects of "remove", with their article       bare   without it, after "without"
#   actions      complete requests                                keeps  complete requests to leave it alone
#   symptoms     clauses that complain of it
#   infinitives  requests as infinitives, which also stand alone
#   strong       nouns that say how bad it is (light: alike)
#   adjectives   what a picture is that has it, as it stands after "the picture is"
#   methods      names of the operation, without an article
COLUMNS = ("nouns", "actions", "symptoms", "keeps", "bare")
MORE_COLUMNS = ("infinitives", STRONG, LIGHT, "adjectives", "methods")
# And templates these: frames around {np}, {bare}, {act} or {inf}, joints, and sentences without slots.
SECTIONS = (
    *("request", "remove", "negated", "keep", "all_but", "and", "but", STRONG, LIGHT, "fuse"),
    *("task_vif", "task_mef", "task_mff", "task_restore", "chatter", "foreign_wishes"),
)
# {n} is a percentage, {stem} an action without its Japanese "te".
AMOUNTS = ("10", "20", "25", "30", "40", "50", "60", "70", "80", "90", "100")
# Around {inf}; around a fault for each of two sources, {a} and {b}; what foreign wishes speak of, their {thing};
# letters of one script and of another; frames around a symptom, {sym}, around adjectives, {adj}, of the picture or of
# one source, {a} and {b} of both, around a {method} that is wanted or not; a request after "leave that alone"; joints
# between adjectives; frames around a fault of one source; around two faults, {a} and {b}, that are to be left alone,
# and around two methods that are not wanted; words, each with the ways in which they are mistyped.
MORE_SECTIONS = (
    *("polite", "pairs", "things", "traditional", "complaint", "adjective", "adjective_one", "adjective_pairs"),
    *("method", "no_method", "only", "adjective_and", "one_source", "neither", "no_methods", "slips"),
)
_SLOT_COLUMNS = {"np": "nouns", "bare": "bare", "act": "actions", "inf": "infinitives", "method": "methods"}


@cache
def tables(language: str) -> tuple[Mapping[str, Mapping[str, tuple[str, ...]]], Mapping[str, tuple[str, ...]]]:
    """The vocabulary (concept -> column -> phrases) and the templates of a language; "" what it lacks of the optional.

    Raises `InputError` for a language that is not in `LANGUAGES`, and where a table has other sections than it should.
    """
    if language not in LANGUAGES:
        raise InputError(f"Unknown language {language!r}; use one of {', '.join(LANGUAGES)}.")

    def load(name: str, needed: Sequence[str], more: Sequence[str]) -> dict[str, tuple[str, ...]]:
        path = FOLDER / "tongues" / language / f"{name}.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()
        there = [section for section in more if f"[{section}]" in map(str.strip, lines)]
        return dict.fromkeys(more, ()) | read(path, (*needed, *there))

    needed, more = ([f"{c}.{column}" for c in CONCEPTS for column in part] for part in (COLUMNS, MORE_COLUMNS))
    words = load("vocabulary", needed, more)
    vocabulary = {c: {column: words[f"{c}.{column}"] for column in (*COLUMNS, *MORE_COLUMNS)} for c in CONCEPTS}
    frames = load("templates", SECTIONS, MORE_SECTIONS)
    # "_" shows a blank at the end of a line; `_join` knows where blanks belong
    for section in ("and", "but", "adjective_and"):
        frames[section] = tuple(joint.replace("_", " ").strip() for joint in frames[section])
    return vocabulary, frames


def foreign_prompt(
    language: str,
    rng: random.Random,
    named: Collection[str] | None = None,
    kept: Collection[str] | None = None,
    task: str = "",
    levels: Mapping[str, str] | None = None,
    *,
    spared: Collection[str] = (),
    single: bool = False,
    foreign: bool = False,
) -> Prompt:
    """A sentence that asks to repair `named` and to leave `kept` alone; any that a user could type without them.

    `task` is one that it shall speak of, `levels` what is known of severities, `spared` what it may not name by the way
    ("deblur" also means motion blur), `single` says that there is nothing to merge, and `foreign` adds a wish that is
    no repair. Raises `InputError` for unknown languages, repairs and tasks, and where something is both named and kept.
    """
    check_names([*(named or ()), *(kept or ()), *spared], task)
    if set(named or ()) & set(kept or ()):
        raise InputError("named and kept must not overlap: a prompt cannot ask for what it asks to leave alone.")
    if named is None and kept is None:
        named, kept, task = _meaning(rng, task)
        foreign = rng.random() < (0.35 if not (named or kept or task) else 0.13 if len(named) < 3 else 0.05)
    named, kept, levels = frozenset(named or ()), frozenset(kept or ()), levels or {}
    speaker = _Speaker(language, rng, single or task == "restore", levels)
    all_but = len(named) > 6 and kept and named | kept == set(REPAIRS)
    parts: list[str] = []
    if all_but:
        parts.append(speaker.fill("all_but", cover(kept, named, rng)))
    elif named or kept:
        wanted = ["everything"] if len(named) == len(REPAIRS) else cover(named, kept | frozenset(spared), rng)
        unwanted = ["everything"] if len(kept) == len(REPAIRS) else cover(kept, named, rng)
        named = frozenset().union(*(CONCEPTS[concept] for concept in wanted))
        kept = frozenset().union(*(CONCEPTS[concept] for concept in unwanted)) - named
        short = not task and not foreign and rng.random() < 0.05
        if short:
            names = {concept: speaker.names(concept) for concept in (*wanted, *unwanted)}
            text = shorthand(wanted, unwanted, names, rng, english=False)
            return Prompt(in_one_script(text, speaker.frames["traditional"], rng), named, kept)
        parts.append(speaker.sentence(wanted, unwanted))
    if task:
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(speaker.frames[f"task_{task}"]))
    if foreign:
        parts.insert(rng.randrange(len(parts) + 1), speaker.wish())
    if not parts:
        parts = [rng.choice(speaker.frames["chatter" if speaker.single else "fuse"])]
    elif not named and not task and not speaker.single and rng.random() < 0.4:
        parts.insert(0, rng.choice(speaker.frames["fuse"]))
    text = speaker.joined(parts, "and")
    if rng.random() < 0.1:
        halves = [text, rng.choice(speaker.frames["chatter"])]
        rng.shuffle(halves)
        text = speaker.sentences(halves)
    if rng.random() < 0.12:
        text = mistyped(text, speaker.frames["slips"], rng)
    text = careless(language, printed(language, in_one_script(text, speaker.frames["traditional"], rng)), rng)
    severity = sorted((name, level) for name, level in speaker.severity.items() if name in named)
    return Prompt(text, named, kept, task, tuple(severity), foreign)


def _meaning(rng: random.Random, task: str) -> tuple[frozenset[str], frozenset[str], str]:
    """Something to name, to keep and a task to speak of, as often as people do."""
    everything, nothing = frozenset(REPAIRS), frozenset[str]()
    task = task or (rng.choice(("vif", "mef", "mff", "restore")) if rng.random() < 0.16 else "")
    draw = rng.random()
    if draw < 0.055:
        kept = frozenset(rng.sample(REPAIRS, rng.choice((1, 1, 2))))
        return everything - kept, kept, task
    if draw < 0.085:
        return everything, nothing, task
    if draw < 0.095:
        return nothing, everything, task
    if draw < 0.2:
        return nothing, nothing, task
    count = rng.choices(range(5), (1, 14, 8, 4, 1))[0]
    pool = rng.sample(REPAIRS, len(REPAIRS))
    sparing = rng.random() < (0.3 if count else 0.9)
    kept = frozenset(pool[count:][: rng.choice((1, 1, 1, 2))]) if sparing else nothing
    return frozenset(pool[:count]), kept, task


@dataclass
class _Speaker:
    """Puts concepts into words of one language, and remembers which severities it named."""

    language: str
    rng: random.Random
    single: bool
    levels: Mapping[str, str]
    severity: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words, self.frames = tables(self.language)
        self.blank = "" if self.language in UNSPACED else " "

    def sentence(self, wanted: Sequence[str], unwanted: Sequence[str]) -> str:
        """A request, what is to be left alone, or both in one."""
        if not unwanted:
            return self.request(wanted)
        if len(unwanted) == 1 and (unwanted[0] == "everything" or self.rng.random() < 0.3):
            keep = self.rng.choice(self.words[unwanted[0]]["keeps"])
        elif self._have("methods", unwanted) and self.frames["no_method"] and self.rng.random() < 0.15:
            keep = self.fill("no_method", unwanted)
        elif len(unwanted) == 2 and self.frames["neither"] and self.rng.random() < 0.3:
            keep = self._neither(unwanted)
        else:
            keep = self.fill("keep", unwanted)
        buts = "|".join(re.escape(word) for joint in self.frames["but"] if (word := joint.strip(MARKS + " ")))
        bare = re.sub(rf"^({buts})(?!\w){self.blank}", "", keep) if buts else keep
        if not wanted:
            if len(unwanted) == 1 and unwanted[0] != "everything" and self.rng.random() < 0.15:
                seen = self.rng.choice(self.words[unwanted[0]]["symptoms"])  # "it was foggy, but leave the fog in"
                return self.joined([seen, bare], "but")
            return bare
        if self.rng.random() < 0.4:
            only = self.frames["only"] and self.rng.random() < 0.5
            asked = self.fill("only", wanted) if only else self.request(wanted)
            return self.joined([bare, asked], "and" if only or self.rng.random() < 0.5 else "but")
        return self.joined([self.request(wanted), bare], "but")

    def _neither(self, unwanted: Sequence[str]) -> str:
        """Two things left alone in one breath: "leave both the rain and the grain", "no dehazing, no sharpening"."""
        methods = self.frames["no_methods"] and self._have("methods", unwanted) and self.rng.random() < 0.4
        column, section = ("methods", "no_methods") if methods else ("nouns", "neither")
        a, b = (self.rng.choice(self.words[concept][column]) for concept in unwanted)
        return place(self.language, self.rng.choice(self.frames[section]), {"a": a, "b": b})

    def request(self, concepts: Sequence[str]) -> str:
        """A clause that asks to repair concepts, or, for several, often two clauses."""
        rng = self.rng
        described = self._have("adjectives", concepts) and self.frames["adjective"]
        if len(concepts) == 2 and self.frames["pairs"] and not self.single and rng.random() < 0.15:
            if not set(concepts) <= {"exposure", *GROUPS["exposure"]}:  # a dark and a bright one is a bracket
                if described and self.frames["adjective_pairs"] and rng.random() < 0.6:
                    a, b = (rng.choice(self.words[concept]["adjectives"]) for concept in concepts)
                    return place(self.language, rng.choice(self.frames["adjective_pairs"]), {"a": a, "b": b})
                a, b = (rng.choice(self.words[concept]["nouns"]) for concept in concepts)
                return place(self.language, rng.choice(self.frames["pairs"]), {"a": a, "b": b})
        if len(concepts) > 1 and rng.random() < 0.45:
            cut = rng.randint(1, len(concepts) - 1)
            return self.joined([self.request(concepts[:cut]), self.request(concepts[cut:])], "and")
        if len(concepts) == 1 and concepts[0] != "everything" and rng.random() < 0.13:
            return self._graded(concepts[0])
        draw = rng.random()
        if draw < 0.22:
            symptoms = self.joined([self._symptom(concept) for concept in concepts], "and")
            if not self.frames["complaint"] or symptoms.endswith(CLOSED) or rng.random() < 0.6:
                return symptoms
            frames = [frame for frame in self.frames["complaint"] if fits(self.language, frame, symptoms)]
            return place(self.language, rng.choice(frames), {"sym": symptoms})
        if draw < 0.31 and described:
            return self._described(concepts)
        if draw < 0.36 and self._have("methods", concepts) and self.frames["method"]:
            return self.fill("method", concepts)
        if draw < 0.4 and self.frames["one_source"] and not self.single and "everything" not in concepts:
            return self.fill("one_source", concepts)
        polite = self._have("infinitives", concepts) and self.frames["polite"]
        kinds = ("request", "remove", "negated", "polite" if polite else "request")
        return self.fill(rng.choices(kinds, (6, 5, 1.5, 3))[0], concepts)

    def _symptom(self, concept: str) -> str:
        """A complaint of a fault, now and then after a loose one that it explains."""
        symptom = self.rng.choice(self.words[concept]["symptoms"])
        loose = loosely(concept, self.rng)
        if not loose:
            return symptom
        vague = self.rng.choice(self.words[loose]["symptoms"])
        return self._join(vague.rstrip(".!\u3002"), [",", ",", ":"] if self.blank else ["\u3001", "\uff0c"], symptom)

    def _have(self, column: str, concepts: Sequence[str]) -> bool:
        """Whether all of these concepts have words in an optional column."""
        return all(self.words[concept][column] for concept in concepts)

    def _described(self, concepts: Sequence[str]) -> str:
        """A complaint of what the picture is, or what one of its sources is."""
        adjectives = [self.rng.choice(self.words[concept]["adjectives"]) for concept in concepts]
        one = self.frames["adjective_one"] and not self.single and self.rng.random() < 0.25
        frame = self.rng.choice(self.frames["adjective_one" if one else "adjective"])
        joints = self.frames["adjective_and"]
        said = adjectives[0]
        for adjective in adjectives[1:]:
            said = self._join(said, joints, adjective) if joints else f"{said}, {adjective}"
        return place(self.language, frame, {"adj": said})

    def names(self, concept: str) -> Names:
        """What stands for a concept in prompts that are no sentences."""
        words = self.words[concept]
        requests = (*(words["infinitives"] or words["actions"]), *words["methods"])
        acts = [act for act in requests if act.count(" ") < 4 and len(act) < 30]
        return Names(acts or words["actions"], words["bare"])

    def wish(self) -> str:
        """A wish that is no repair."""
        return place(
            self.language,
            self.rng.choice(self.frames["foreign_wishes"]),
            {"thing": self.rng.choice(self.frames["things"] or ("",))},
        )

    def fill(self, section: str, concepts: Sequence[str]) -> str:
        """A frame of a section around these concepts; none that asks for words which they lack."""
        frames = self.frames[section]
        if not self._have("infinitives", concepts):
            frames = [frame for frame in frames if "{inf}" not in frame]
        if section == "keep" and len(concepts) > 1:  # in "do not deblur, and dehaze" the second is asked for
            frames = [frame for frame in frames if not re.search(r"\{(inf|act)\}", frame)]
        if len(concepts) > 1:  # with an amount, the first would ask for less
            frames = [frame for frame in frames if "{n}" not in frame]
        frame = self.rng.choice(frames)
        said = {}
        for slot in re.findall(r"\{(\w+)\}", frame):
            if slot == "n":
                said[slot] = self.rng.choice(AMOUNTS)
                continue
            if slot == "stem":
                acts = [self.rng.choice(self.words[concept]["actions"]) for concept in concepts]
                said[slot] = self.joined([*acts[:-1], verb_stem(acts[-1])], "and")
                continue
            phrases = [self.rng.choice(self.words[concept][_SLOT_COLUMNS[slot]]) for concept in concepts]
            said[slot] = self.joined(phrases, "and") if slot in ("act", "inf") else self._listed(phrases)
        return place(self.language, frame, said)

    def joined(self, clauses: Sequence[str], section: str) -> str:
        """Clauses with joints of a section between them."""
        joints = self.frames[section]
        if not self.blank and section == "and":  # a word that joins nouns does not join sentences there
            joints = [joint for joint in joints if joint[0] in MARKS]
        text = clauses[0]
        for clause in clauses[1:]:
            text = self.sentences([text, clause]) if text.endswith(CLOSED) else self._join(text, joints, clause)
        return text

    def sentences(self, parts: Sequence[str]) -> str:
        """Sentences of their own, one after the other."""
        stop = "." if self.blank else "\u3002"
        return self.blank.join(part if part.endswith(CLOSED) else part + stop for part in parts)

    def _graded(self, concept: str) -> str:
        """A request to remove a fault that says how bad it is."""
        known = [self.levels[repair] for repair in sorted(CONCEPTS[concept]) if repair in self.levels]
        level = known[0] if known else self.rng.choice((STRONG, STRONG, LIGHT))
        self.severity.update(dict.fromkeys(CONCEPTS[concept], level))
        frames = [frame for frame in self.frames["remove"] if "{np}" in frame and "{n}" not in frame]
        if self.words[concept][level] and self.rng.random() < 0.7:
            return place(self.language, self.rng.choice(frames), {"np": self.rng.choice(self.words[concept][level])})
        grade = self.rng.choice(self.frames[level])
        if "{" not in grade:
            grade = f"{{np}}{', ' if self.blank else chr(0xFF0C)}{grade}"
        if not grade.endswith("}"):  # what follows the noun ends the sentence
            frames = [frame for frame in frames if frame.endswith("{np}")]
        frame = self.rng.choice(frames).replace("{np}", grade)
        said = {
            "np": self.rng.choice(self.words[concept]["nouns"]),
            "bare": self.rng.choice(self.words[concept]["bare"]),
        }
        return place(self.language, frame, said)

    def _listed(self, nouns: Sequence[str]) -> str:
        """Nouns as in "a, b and c"."""
        joints = [joint for joint in self.frames["and"] if not re.search(r"[.;:!\u3002\uff1b]", joint)]
        if not self.blank:
            joints = [joint for joint in joints if joint == "\u3001" or joint[0] not in MARKS]
        if len(nouns) < 2:
            return "".join(nouns)
        return self._join((", " if self.blank else "\u3001").join(nouns[:-1]), joints, nouns[-1])

    def _join(self, one: str, joints: Sequence[str], other: str) -> str:
        joint = self.rng.choice(joints)
        before = "" if joint[0] in ",.;:!?" else self.blank
        return f"{one}{before}{joint}{self.blank}{other}"
