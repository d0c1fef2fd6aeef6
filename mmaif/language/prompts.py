"""Sentences that say what to repair, with the labels that a text encoder learns from.

A sentence is composed in three steps: the repairs are grouped into concepts ("deblur" covers two of them),
every concept is put into words (`writer.py`, `clauses.py`, from the tables `phrases.py` and `frames.py`), and
exceptions, a task, chatter and human carelessness are added. The paper composes 10 to 20 phrasings per degradation at
random (arXiv 2503.14944); exceptions, severities and tasks are ours, because here only what is named is
repaired. Wishes that are no repair at all, from `templates/foreign.txt`, stand alone or beside a request, and change
nothing of what it asks for.
"""

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import cycle

from ..errors import InputError
from ..repairs import REPAIRS
from ..tasks import KNOWN_TASKS
from .clauses import contrast, exception, keep, request, with_exception
from .distraction import distracted
from .frames import (
    CHATTER,
    EXCEPT_FRAMES,
    FOREIGN_ACTIONS,
    FOREIGN_CLAUSES,
    FOREIGN_TAILS,
    FUSE_ACTIONS,
    SINGLE_SLOTS,
    SLOTS,
    TAILS,
    TASK_ALONE_FRAMES,
    TASK_PHRASES,
)
from .held_out import held_out
from .meaning import Prompt, cover
from .phrases import PHRASES
from .sentences import check_names, standard_sentence
from .shorthand import Names, shorthand
from .tongues import LANGUAGES, foreign_prompt
from .typos import careless
from .writer import FIXED, Writer, is_closed, is_imperative, members

MERGED_TASKS = ("vif", "mef", "mff")  # those of several sources


def make_prompt(
    present: Collection[str],
    named: Collection[str],
    task: str,
    rng: random.Random,
    levels: Mapping[str, str] | None = None,
    language: str = "",
) -> Prompt:
    """A sentence that asks to repair `named` and, of what is `present`, nothing else.

    Where it says how bad a fault is, that is true of the repairs in `levels` ("strong" or "light"), chance elsewhere.

    Wording is allowed to be as loose as people's: "deblur" also names motion blur where there is none. So
    ``prompt.repairs`` holds all of `named` and nothing of ``present - named``, but can hold repairs that are
    not present. An empty `named` gives "", a plain request to fuse, or a request to leave things alone. It is in
    English or in `language`, one of `tongues.LANGUAGES`.

    Raises `InputError` for unknown repairs, tasks or languages, and where `named` is not part of `present`.
    """
    check_names([*present, *named], task)
    if not set(named) <= set(present):
        raise InputError("named must be a subset of present: a prompt cannot ask for what is not there.")
    spared = frozenset(present) - frozenset(named)
    kept: frozenset[str] = frozenset()
    if spared and rng.random() < 0.45:
        kept = frozenset(rng.sample(sorted(spared), rng.randint(1, min(2, len(spared)))))
    said_task = task if rng.random() < 0.3 else ""
    single = task == "restore"
    foreign = rng.random() < 0.05
    if not named and not kept and not said_task and not foreign:
        if rng.random() < 0.4:
            return Prompt("", frozenset())
        said_task = task if single else ""  # "merge them" is no request for one picture
    if language:
        if named and spared and rng.random() < 0.12:
            return foreign_prompt(language, rng, set(REPAIRS) - spared, spared, said_task, single=single)
        return foreign_prompt(
            language, rng, named, kept, said_task, levels, spared=spared, single=single, foreign=foreign
        )
    if named and spared and rng.random() < 0.12:
        return _write_everything_but(spared, said_task, rng, single)
    write = Writer(rng, said_task, () if single else (task,), single=single, levels=levels or {})
    if named and not spared and rng.random() < 0.06:
        return _write(write, ["everything"], [])
    concepts = cover(frozenset(named), spared, rng)
    return _write(write, concepts, cover(kept, frozenset(named), rng), foreign)


def random_prompt(rng: random.Random, language: str = "") -> Prompt:
    """Any prompt a user could type: 0 to 4 repairs, exceptions, tasks, severities, foreign wishes, chatter; in English
    or in `language`, one of `tongues.LANGUAGES`. None of those that measure how well such prompts are read."""
    while held_out((prompt := _random_prompt(rng, language)).text):
        pass
    return prompt


def _random_prompt(rng: random.Random, language: str) -> Prompt:
    """The same, of all that can be said."""
    if language:
        return foreign_prompt(language, rng)
    task = rng.choice(KNOWN_TASKS) if rng.random() < 0.2 else ""
    draw = rng.random()
    if draw < 0.02:
        repairs = frozenset(rng.sample(REPAIRS, rng.randint(1, 5)))
        return Prompt(standard_sentence(repairs, task), repairs, task=task)
    if draw < 0.1:
        return _write_everything_but(frozenset(rng.sample(REPAIRS, rng.choice((1, 1, 2)))), task, rng)
    write = Writer(rng, task, _tasks(task), single=task == "restore")
    if draw < 0.135:
        return _write(write, ["everything"], [])
    if draw < 0.15:
        return _write(write, [], ["everything"])
    if draw < 0.2:
        return _write(write, [], [], foreign=True)
    if draw < 0.23:
        task = task or rng.choice(KNOWN_TASKS)
        return _finish(Writer(rng, task, single=task == "restore"), "")
    if draw < 0.25:
        return _finish(write, _chatter(rng, rng.randint(1, 9)))
    count = rng.choices(range(5), (2, 12, 7, 4, 1))[0]
    pool = rng.sample(REPAIRS, len(REPAIRS))
    named, rest = frozenset(pool[:count]), pool[count:]
    sparing = rng.random() < (0.35 if named else 0.7)
    kept = frozenset(rest[: rng.choice((1, 1, 1, 2))]) if sparing else frozenset()
    return _write(write, cover(named, kept, rng), cover(kept, named, rng), rng.random() < 0.08)


def _tasks(task: str) -> tuple[str, ...]:
    """The tasks whose sources a sentence may speak of that names this one, or none."""
    return MERGED_TASKS if not task else (task,) if task in MERGED_TASKS else ()


def mixed_prompts(
    rng: random.Random, tongues: float, words: Mapping[str, Sequence[str]] | None = None, share: float = 0.0
) -> Iterator[Prompt]:
    """Random prompts for ever, a share of `tongues` of them in other languages, in turn, and a `share` strewn with
    everyday `words` of their language (`distraction.py`)."""
    languages = cycle(LANGUAGES)
    while True:
        foreign = tongues > 0 and rng.random() < tongues
        language = next(languages) if foreign else ""
        prompt = random_prompt(rng, language)
        yield distracted(prompt, language or "en", words, rng) if words and rng.random() < share else prompt


def corpus(n: int, seed: int, tongues: float = 0.0) -> list[Prompt]:
    """`n` prompts with distinct, non-empty texts, a share of them in other languages; the same for the same seed."""
    drawn, prompts = mixed_prompts(random.Random(seed), tongues), dict[str, Prompt]()
    while len(prompts) < n:
        prompt = next(drawn)
        if prompt.text:
            prompts.setdefault(prompt.text, prompt)
    return list(prompts.values())


def _write(write: Writer, named: Sequence[str], kept: Sequence[str], foreign: bool = False) -> Prompt:
    """The prompt for these concepts, with or without a foreign wish."""
    rng = write.rng
    if (named or kept) and not foreign and not write.task and rng.random() < 0.06:
        text = shorthand(named, kept, {concept: _names(concept) for concept in (*named, *kept)}, rng)
        return Prompt(text, members(named), members(kept) - members(named))
    if named and kept and len(named) + len(kept) < 4 and rng.random() < 0.3:
        body = contrast(write, named, kept)
    elif named:
        body = request(write, named)
        if rng.random() < 0.1 and is_imperative(body):
            body = f"{body} {rng.choice(TAILS)}"
        body = with_exception(write, body, kept) if kept else body
    elif kept:
        body = keep(write, kept)
        if len(kept) == 1 and kept[0] != "everything" and rng.random() < 0.15:  # "it was foggy, but leave the fog in"
            body = f"{rng.choice(PHRASES[kept[0]].symptoms)}{rng.choice((', ', ', but ', '. ', ' but ', '; '))}{body}"
        elif not write.single and rng.random() < 0.6:
            body = f"{rng.choice(FUSE_ACTIONS)}{rng.choice((', ', ', but ', ' and ', '. '))}{body}"
    elif foreign:
        body = rng.choice(FUSE_ACTIONS) if not write.single and rng.random() < 0.15 else ""
    else:
        body = "" if write.task else rng.choice(FUSE_ACTIONS)
    body = _with_foreign(body, bool(named), rng) if foreign else body
    return _finish(write, body, members(named), members(kept) - members(named), foreign)


@cache
def _names(concept: str) -> Names:
    """What stands for a concept in prompts that are no sentences."""
    phrases = PHRASES[concept]
    acts = (*phrases.jargon, *phrases.methods[:16])
    faults = (re.sub(r"^an? ", "", noun) for noun in phrases.nouns if "{" not in noun and not noun.startswith(FIXED))
    return Names(
        tuple(act for act in acts if act[-1].isalnum() and not act.endswith(" it")),
        tuple(noun for noun in faults if noun.count(" ") < 2),
    )


def _write_everything_but(kept: frozenset[str], task: str, rng: random.Random, single: bool = False) -> Prompt:
    """The prompt "fix everything except ...", which names every repair but `kept`."""
    write = Writer(rng, task, single=single or task == "restore")
    named = frozenset(REPAIRS) - kept
    return _finish(write, exception(write, cover(kept, named, rng), EXCEPT_FRAMES), named, kept)


def _with_foreign(body: str, asks: bool, rng: random.Random) -> str:
    """A wish that is no repair after `body`, before it, or, where `body` asks for a repair, as its tail."""
    imperative = rng.random() < 0.65
    wish = rng.choice(FOREIGN_ACTIONS if imperative else FOREIGN_CLAUSES)
    if imperative and rng.random() < 0.25:
        wish = rng.choice(("please {}", "{} please", "can you {}?", "could you {}?", "I want you to {}")).format(wish)
    if not body:
        again = rng.choice(FOREIGN_ACTIONS) if rng.random() < 0.2 else ""
        return f"{wish.rstrip('?')} and {again}" if again else wish
    if is_closed(body):
        return f"{body} {wish}"
    if asks and rng.random() < 0.2:
        tail = rng.choice(FOREIGN_TAILS)
        return f"{body}{'' if tail.startswith(',') else ' '}{tail}"
    if rng.random() < 0.3:
        return f"{wish}{' ' if is_closed(wish) else rng.choice(('. ', ', and ', ', then ', '; '))}{body}"
    return f"{body}{rng.choice(('. ', ', and ', ' and ', ', ', '; ', ', also ', '. Also ', ', then '))}{wish}"


def _finish(
    write: Writer,
    body: str,
    repairs: frozenset[str] = frozenset(),
    kept: frozenset[str] = frozenset(),
    foreign: bool = False,
) -> Prompt:
    """Add task, chatter and carelessness."""
    rng = write.rng
    text = _with_task(body, write.task, bool(repairs), rng) if write.task else body
    if rng.random() < 0.12:
        chatter = _chatter(rng, 1 if rng.random() < 0.8 else rng.randint(2, 12))
        text = f"{text}{' ' if is_closed(text) else '. '}{chatter}" if rng.random() < 0.5 else f"{chatter}. {text}"
    text = careless(_print(_fill(text, SINGLE_SLOTS if write.single else SLOTS, rng)), rng)
    severity = sorted((repair, level) for repair, level in write.severity.items() if repair in repairs)
    return Prompt(text, repairs, kept, write.task or write.implied, tuple(severity), foreign)


def _chatter(rng: random.Random, count: int) -> str:
    """So many sentences that ask for nothing."""
    return ". ".join(rng.sample(CHATTER, count))


def _with_task(body: str, task: str, asks: bool, rng: random.Random) -> str:
    """The task before or after `body`; `asks` where the body asks for a repair."""
    phrases = TASK_PHRASES[task]
    if not body:
        # "image restoration" and the like ask for every repair, so they cannot stand alone
        plain = phrases.statements if task == "restore" else (*phrases.statements, *phrases.labels)
        if task == "restore" or rng.random() < 0.3:
            return rng.choice(plain)
        if rng.random() < 0.6:
            return rng.choice(TASK_ALONE_FRAMES).replace("{label}", rng.choice(phrases.labels))
        return rng.choice(("{}", "{}", "please {}", "can you {}?")).format(rng.choice(phrases.actions))
    style = rng.choice(("action", "action", "statement", "statement", "label" if asks else "action"))
    if style == "label":
        label = rng.choice(phrases.labels)
        return rng.choice((f"{label}: {body}", f"{label}. {body}", f"{body} ({label})", f"{label}, {body}"))
    if style == "statement":
        statement = rng.choice(phrases.statements)
        return rng.choice((f"{statement}. {body}", f"{body}. {statement}"))
    action = rng.choice(phrases.actions)
    joints = (". ", ". ", ", then ", " and ", ", and ", " and then ") if is_imperative(body) else (". ",)
    if rng.random() < 0.5:
        return f"{action}{rng.choice(joints)}{body}"
    joint = " " if is_closed(body) else rng.choice((*joints, ". Then "))
    return f"{body}{joint}{action}"


def _fill(text: str, slots: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """Replace every slot, also those within slots."""
    while "{" in text:
        text = re.sub(r"\{(\w+)\}", lambda slot: rng.choice(slots[slot[1]]), text)
    return re.sub(r"\bup it\b", "it up", text)


def _print(text: str) -> str:
    """Capitals and full stops as in print."""
    text = re.sub(r"([.!?])\s*\.", r"\1", text)
    text = re.sub(r"(^|[.!?] )([a-z])", lambda start: start[1] + start[2].upper(), text)
    text = re.sub(r"\bi\b", "I", text)
    return text if text.endswith((".", "!", "?", ":(", ")")) else text + "."
