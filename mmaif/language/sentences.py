"""The sentences that the program itself writes: of check boxes, of what it found wrong, of each source."""

import random
import re
from collections.abc import Collection, Mapping, Sequence

from ..errors import InputError
from ..repairs import LIGHT, REPAIRS, ROWS, SEVERITIES, STRONG, Repair
from ..tasks import KNOWN_TASKS
from .tables import cells, template, vocabulary

# What stands before a fault, and before an adjective.
_DEGREES = {STRONG: ("strong", "very"), LIGHT: ("slight", "slightly")}
_TASKS = {
    "vif": "fuse the visible and infrared images",
    "mef": "fuse the exposures",
    "mff": "fuse the focus stack",
    "restore": "process this single image",
}
_SOURCES = ("the first image", "the second one", "the third one", "the fourth one", "the fifth one")
_VIF_SOURCES = ("the visible image", "the infrared image")


def standard_sentence(repairs: Collection[str], task: str = "", severity: str = "") -> str:
    """The one clear sentence for these repairs and this task; deterministic, "" for nothing at all.

    `severity` is "light" or "strong" where the sentence shall say how bad the faults are.

    Raises `InputError` for unknown repairs, tasks or severities.
    """
    check_names(repairs, task, [severity])
    actions = [_action(ROWS[repair], severity) for repair in REPAIRS if repair in set(repairs)]
    clauses = [clause for clause in (_TASKS.get(task, ""), series(actions)) if clause]
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses)


def source_sentence(faults: Sequence[Mapping[str, str]], task: str = "", rng: random.Random | None = None) -> str:
    """The faults of each source, in order, each with "light", "strong" or, where nothing is said of it, "":
    "Remove the strong noise from the visible image and the slight noise from the infrared image."

    Sources without faults are not mentioned; "" for none at all. Always the same words without `rng`; with it, any
    of the tables that training draws from. Raises `InputError` for unknown repairs or levels, and for more sources
    than have names (five, or two for vif).
    """
    said = [pair for levels in faults for pair in levels.items()]
    check_names([repair for repair, _ in said], task, [severity for _, severity in said])
    names = _VIF_SOURCES if task == "vif" else _SOURCES
    if rng:
        any_names, vif_names = map(cells, template("source_names", "any", "vif").values())
        names = rng.choice((names, *(vif_names if task == "vif" else any_names)))
    if len(faults) > len(names):
        raise InputError(f"Of {len(faults)} sources nothing can be said one by one; name at most {len(names)}.")
    parts = []
    for name, levels in zip(names, faults, strict=False):
        nouns = [_noun(ROWS[repair], levels[repair], rng) for repair in REPAIRS if repair in levels]
        if nouns:
            parts.append(f"{series(nouns)} from {name}" if len(faults) > 1 else series(nouns))
    return f"Remove {' and '.join(parts)}." if parts else ""


def severity_word(severity: float) -> str:
    """What people call a severity in 0..1; "" between strong and light."""
    return STRONG if severity > 0.6 else LIGHT if severity < 0.4 else ""


def series(parts: Sequence[str], rng: random.Random | None = None) -> str:
    """Join as in "a, b and c"; a generator varies the last joint."""
    if len(parts) < 2:
        return "".join(parts)
    joints = (" and ", " and ", " and ", ", ", " & ", ", and ", " and also ", " plus ")
    return ", ".join(parts[:-1]) + (rng.choice(joints) if rng else " and ") + parts[-1]


def check_names(repairs: Collection[str], task: str = "", severities: Collection[str] = ()) -> None:
    """Raises `InputError` for a repair, task or severity that is none; task and severities may be ""."""
    unknown = sorted(set(repairs) - set(REPAIRS))
    if unknown:
        raise InputError(f"Unknown repair {unknown[0]!r}; use one of {', '.join(REPAIRS)}.")
    if task and task not in KNOWN_TASKS:
        raise InputError(f"Unknown task {task!r}; use one of {', '.join(KNOWN_TASKS)}.")
    for severity in severities:
        if severity and severity not in SEVERITIES:
            raise InputError(f"Unknown severity {severity!r}; use one of {', '.join(SEVERITIES)}.")


def _action(repair: Repair, severity: str) -> str:
    """ "remove the rain", "remove the strong rain", "increase the very low contrast"."""
    if not severity:
        return f"{repair.verb} the {repair.noun}"
    adjective, adverb = _DEGREES[severity]
    degree, noun = (adverb, repair.gradable) if repair.gradable else (adjective, repair.noun)
    return f"{repair.verb} the {degree} {noun}"


def _noun(repair: Repair, severity: str, rng: random.Random | None) -> str:
    """ "the strong noise", the standard words without `rng`."""
    noun, degree = repair.fault or repair.noun, _DEGREES[severity][0] if severity else ""
    if rng:
        noun = re.sub(r"^an? ", "", rng.choice(vocabulary(repair.name)["nouns"]))
        if severity:
            degree = rng.choice(template("severities", *SEVERITIES)[severity])
    return " ".join(filter(None, ("the", degree, noun)))
