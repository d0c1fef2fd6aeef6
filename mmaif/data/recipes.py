"""Recipes: which operators hit which source, and which of them the prompt asks to repair.

Operators per task are the paper's (arXiv 2503.14944), 1 to 3 at once. Weather belongs to the scene, so it
hits every photograph alike and the infrared hardly; optics, sensor and file hit each source on its own. As a
rule they come in the order in which light meets them; now and then in any order, and now and then blur,
resizing, noise and JPEG come twice, as in pictures that went through several hands (Real-ESRGAN, Wang et al.
2021). What the prompt does not name stays: it is listed in `Recipe.remaining`, and the caller applies it to
the clean target with the seed of the sources.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from ..degradation.chains import FILE, Ops, draw_order, turns, twice_over
from ..errors import InputError
from ..language.prompts import Prompt, make_prompt
from ..language.sentences import severity_word, source_sentence
from ..repairs import GROUPS, INFRARED_ONLY, MENU, OPERATOR_REPAIR, ROWS, VISIBLE_ONLY, WEATHER
from ..tasks import KNOWN_TASKS

Key = TypeVar("Key")

# Repairs that contradict or hide one another, and the chance that a pair of them is let through all the same.
EXCLUSIVE = (
    (GROUPS["exposure"], 0.0),
    (GROUPS["contrast"], 0.0),
    (frozenset({"blur", "motion_blur", "low_resolution"}), 0.08),
    (frozenset({"rain", "snow"}), 0.05),
)

SECOND_ORDER = 0.12  # share of the recipes with one of them that do
INFRARED_WEATHER = 0.15  # how often the weather is seen in the infrared too
INFRARED_SPARED = 0.7  # how often other faults spare the infrared when there is weather
SOURCES_SAID = 0.15  # share of the prompts that say what is wrong with each source, and how badly


@dataclass(frozen=True)
class Recipe:
    """One training example, but for its pictures.

    task       "vif", "mef", "mff" or "restore"
    ops        per source, (operator, severity in 0..1) in the order of application; an operator that comes twice has
               two turns, each with draws of its own
    named      the repairs that are present and that the prompt asks for
    prompt     the sentence; ``prompt.repairs & present == named``
    remaining  operators that stay in the target, in the same order, with the largest severity of all sources
    """

    task: str
    ops: tuple[Ops, ...]
    named: frozenset[str]
    prompt: Prompt
    remaining: Ops

    @property
    def present(self) -> frozenset[str]:
        """The repairs that the sources would need."""
        return frozenset(OPERATOR_REPAIR[name] for ops in self.ops for name, _ in ops)


def sample_recipe(
    task: str, rng: random.Random, sources: int = 2, clean: float = 0.15, selective: float = 0.3
) -> Recipe:
    """Draw operators for every source, and the prompt that undoes them or some of them.

    Args:
        task: one of `KNOWN_TASKS`.
        rng: the only source of randomness.
        sources: number of sources for MEF and MFF. VIF always has two (visible, infrared), restore one.
        clean: probability of no degradation at all.
        selective: probability that the prompt names only a strict subset, possibly nothing, of what is there.

    Raises:
        InputError: unknown task, fewer than one source.
    """
    if task not in KNOWN_TASKS:
        raise InputError(f"Unknown task {task!r}; use one of {', '.join(KNOWN_TASKS)}.")
    if sources < 1:
        raise InputError(f"sources is {sources}; give at least 1.")
    sources = {"vif": 2, "restore": 1}.get(task, sources)
    repairs = [] if rng.random() < clean else _draw_repairs(task, rng)
    twice = bool(FILE.intersection(repairs)) and rng.random() < SECOND_ORDER
    named = frozenset(repairs)
    if repairs and rng.random() < selective:
        named = frozenset(rng.sample(repairs, rng.randrange(len(repairs)))) | (named & INFRARED_ONLY)
    ops: list[list[tuple[str, float]]] = [[] for _ in range(sources)]
    weather = bool(WEATHER.intersection(repairs))
    for repair in repairs:
        for source, op in _spread(repair, task, sources, repair in named, weather, rng).items():
            ops[source].append(op)
    order = draw_order(rng)
    ordered = tuple(tuple(sorted(own, key=lambda op: order.index(op[0]))) for own in ops)
    if twice:
        ordered = twice_over(ordered, rng)
    return Recipe(task, ordered, named, _prompt(repairs, named, task, ordered, rng), _remaining(ordered, named, order))


def _draw_repairs(task: str, rng: random.Random) -> list[str]:
    """1 to 3 repairs of the task's menu that go together."""
    menu, chosen = dict(MENU[task]), []
    for _ in range(rng.choices((1, 2, 3), (0.4, 0.38, 0.22))[0]):
        repair = rng.choices(list(menu), list(menu.values()))[0]
        chosen.append(repair)
        del menu[repair]
        for group, leak in EXCLUSIVE:
            if repair in group and rng.random() >= leak:
                menu = {other: weight for other, weight in menu.items() if other not in group}
    return chosen


def _spread(
    repair: str, task: str, sources: int, named: bool, weather: bool, rng: random.Random
) -> dict[int, tuple[str, float]]:
    """The operator of one repair at the sources that it hits.

    `weather` is whether there is any. What is not named must stay, and only what every photograph shows can
    sensibly stay in the fused picture: a blur of one source alone would rightly vanish in the fusion. So it hits
    all of them alike.
    """
    severity = _severity(rng)
    operator = _operator(repair, rng)
    if task == "vif":
        return _spread_vif(repair, operator, severity, named, weather, rng)
    if repair in WEATHER or not named or sources == 1:
        return dict.fromkeys(range(sources), (operator, severity))
    if rng.random() < 0.5:
        return {rng.randrange(sources): (operator, severity)}
    return {source: (operator, _severity(rng)) for source in range(sources)}


def _spread_vif(
    repair: str, operator: str, severity: float, named: bool, weather: bool, rng: random.Random
) -> dict[int, tuple[str, float]]:
    """As `_spread`, for source 0 visible and source 1 infrared. With weather the infrared is mostly clean: then the
    visible picture has to be mended, not replaced."""
    visible, infrared = 0, 1
    if repair in INFRARED_ONLY:
        return {infrared: (operator, severity)}
    if repair in VISIBLE_ONLY:
        return {visible: (operator, severity)}
    if repair in WEATHER:
        hit = {visible: (operator, severity)}
        if rng.random() < INFRARED_WEATHER:
            hit[infrared] = (operator, round(severity * rng.uniform(0.1, 0.35), 3))
        return hit
    if weather and rng.random() < INFRARED_SPARED:
        return {visible: (operator, severity)}
    if not named:
        return dict.fromkeys((visible, infrared) if rng.random() < 0.5 else (visible,), (operator, severity))
    thermal = rng.choice(("ir_noise", "ir_noise", "noise")) if repair == "noise" else operator
    where = rng.choice(((visible,), (infrared,), (visible, infrared)))
    return {source: (thermal if source == infrared else operator, _severity(rng)) for source in where}


def _prompt(repairs: list[str], named: frozenset[str], task: str, ops: tuple[Ops, ...], rng: random.Random) -> Prompt:
    """Now and then the user also asks to remove weather that is not there; nothing must happen then. And now and then
    the user says what is wrong with each source."""
    absent = sorted(WEATHER - set(repairs))
    extra = {rng.choice(absent)} if absent and rng.random() < 0.05 else set()
    worst = _strongest((OPERATOR_REPAIR[name], severity) for own in ops for name, severity in own)
    levels = {repair: level for repair in named if (level := severity_word(worst[repair]))}
    prompt = make_prompt({*repairs, *extra}, named | extra, task, rng, levels)
    own_rng = random.Random(prompt.text)  # draws nothing from the other: the pictures stay what they were
    if not named or not 2 <= len(ops) <= 5 or own_rng.random() > SOURCES_SAID:
        return prompt
    strongest = [_strongest((OPERATOR_REPAIR[name], severity) for name, severity in own) for own in ops]
    faults = [
        {repair: severity_word(severity) for repair, severity in own.items() if repair in named} for own in strongest
    ]
    return Prompt(source_sentence(faults, task, own_rng), named)


def _remaining(ops: tuple[Ops, ...], named: frozenset[str], order: tuple[str, ...]) -> Ops:
    left = _strongest(
        (turn, severity)
        for own in ops
        for turn, (name, severity) in zip(turns(own), own, strict=True)
        if OPERATOR_REPAIR[name] not in named
    )
    ordered = sorted(left, key=lambda turn: (turn[1], order.index(turn[0])))
    return tuple((name, left[name, number]) for name, number in ordered)


def _strongest(severities: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    worst: dict[Key, float] = {}
    for name, severity in severities:
        worst[name] = max(severity, worst.get(name, 0.0))
    return worst


def _operator(repair: str, rng: random.Random) -> str:
    """The operator behind a repair; noise has two for photographs."""
    if repair == "noise":
        return rng.choice(("noise", "sensor_noise"))
    return ROWS[repair].operators[0]


def _severity(rng: random.Random) -> float:
    """0.1..1, most of it mid-range."""
    return round(0.1 + 0.9 * rng.betavariate(1.7, 1.7), 3)
