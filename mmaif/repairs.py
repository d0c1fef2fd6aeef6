"""The repairs: one table, from which all lists of them derive.

A new repair needs its operator (`degradation/operators.py`), its row here, its words
(`language/vocabulary/<name>.txt`, `language/tongues/*/vocabulary.txt`) and its translations (`locales/`); a new group
needs words too, and its chance in `language/meaning.py`. Nothing heavy is imported here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .tasks import KNOWN_TASKS

# How bad a fault is said to be; the order is the index that networks see.
STRONG, LIGHT = SEVERITIES = ("strong", "light")


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One repair, and the fault that it mends.

    name       as check boxes, labels and checkpoints call it
    operators  what makes the fault; the first is the usual one
    group      the faults that loose words mean together ("deblur", "fix the exposure"), "" for none
    tooltip    of the check box
    verb       with `noun` the standard sentence: "remove" + "the rain"
    noun       the fault as that sentence calls it
    gradable   `noun` if it starts with an adjective, which is graded by an adverb: "very low contrast"
    fault      the fault as a sentence on each source calls it, `noun` if empty; the first noun of its vocabulary
    removable  whether it lies over the picture ("wipe away"), rather than being one of light or lens ("correct")
    tone       whether it is a matter of the whole picture's light, decided once for all of it, rather than of pixels
    sensor     the only source that shows it in a pair, "visible" or "infrared", "" for both
    signals    the tasks whose sources it tells apart, where it is no fault
    drawn      task -> how often training draws it there
    """

    name: str
    operators: tuple[str, ...]
    group: str = ""
    tooltip: str
    verb: str = "remove"
    noun: str
    gradable: str = ""
    fault: str = ""
    removable: bool = False
    tone: bool = False
    sensor: str = ""
    signals: tuple[str, ...] = ()
    drawn: Mapping[str, float]


def _everywhere(weight: float) -> dict[str, float]:
    return dict.fromkeys(KNOWN_TASKS, weight)


TABLE: tuple[Repair, ...] = (
    Repair(
        name="blur",
        operators=("gaussian_blur",),
        group="any_blur",
        tooltip="Sharpen soft or out-of-focus pictures.",
        noun="defocus blur",
        fault="defocus",
        signals=("mff",),
        drawn={**_everywhere(1.0), "mff": 0.5},  # in a focus stack blur is the signal
    ),
    Repair(
        name="motion_blur",
        operators=("motion_blur",),
        group="any_blur",
        tooltip="Undo camera shake and moving blur.",
        noun="motion blur",
        drawn=_everywhere(1.0),
    ),
    Repair(
        name="low_resolution",
        operators=("downsample",),
        tooltip="Restore detail lost to a low resolution.",
        verb="increase",
        noun="resolution",
        gradable="low resolution",
        fault="low resolution",
        drawn=_everywhere(1.0),
    ),
    Repair(
        name="noise",
        operators=("noise", "sensor_noise", "ir_noise"),
        tooltip="Remove sensor noise and grain.",
        noun="noise",
        removable=True,
        drawn=_everywhere(1.5),
    ),
    Repair(
        name="jpeg",
        operators=("jpeg",),
        tooltip="Remove JPEG blocks and ringing.",
        noun="JPEG artifacts",
        removable=True,
        drawn=_everywhere(1.0),
    ),
    Repair(
        name="rain",
        operators=("rain",),
        group="weather",
        tooltip="Remove rain streaks.",
        noun="rain",
        removable=True,
        drawn=_everywhere(1.3),
    ),
    Repair(
        name="snow",
        operators=("snow",),
        group="weather",
        tooltip="Remove falling snow.",
        noun="snow",
        removable=True,
        drawn=_everywhere(1.0),
    ),
    Repair(
        name="haze",
        operators=("haze",),
        group="weather",
        tooltip="Remove haze, fog and smoke.",
        noun="haze",
        removable=True,
        tone=True,
        drawn=_everywhere(1.3),
    ),
    Repair(
        name="low_exposure",
        operators=("low_exposure",),
        group="exposure",
        tooltip="Brighten pictures that are too dark.",
        verb="brighten",
        noun="underexposed image",
        gradable="underexposed image",
        fault="underexposure",
        sensor="visible",  # infrared has no exposure of its own to lose
        signals=("mef",),
        tone=True,
        drawn={"vif": 1.3, "mff": 1.0, "restore": 1.0},
    ),
    Repair(
        name="high_exposure",
        operators=("high_exposure",),
        group="exposure",
        tooltip="Recover pictures that are too bright.",
        verb="recover",
        noun="overexposed image",
        gradable="overexposed image",
        fault="overexposure",
        signals=("mef",),
        tone=True,
        drawn={"mff": 1.0, "restore": 1.0},
    ),
    Repair(
        name="low_contrast",
        operators=("low_contrast",),
        group="contrast",
        tooltip="Give flat pictures their contrast back.",
        verb="increase",
        noun="low contrast",
        gradable="low contrast",
        signals=("mef",),
        tone=True,
        drawn={"vif": 1.0, "mef": 1.0, "restore": 1.0},
    ),
    Repair(
        name="high_contrast",
        operators=("high_contrast",),
        group="contrast",
        tooltip="Soften pictures that are too harsh.",
        verb="reduce",
        noun="harsh contrast",
        gradable="harsh contrast",
        fault="high contrast",
        signals=("mef",),
        tone=True,
        drawn={"mff": 1.0, "restore": 1.0},
    ),
    Repair(
        name="stripes",
        operators=("ir_stripes",),
        tooltip="Remove the stripes of an infrared sensor.",
        noun="infrared stripes",
        fault="stripes",
        removable=True,
        sensor="infrared",
        drawn={"vif": 1.3},
    ),
)

ROWS: dict[str, Repair] = {row.name: row for row in TABLE}
REPAIRS: tuple[str, ...] = tuple(ROWS)
OPERATOR_REPAIR: dict[str, str] = {operator: row.name for row in TABLE for operator in row.operators}
BOXES: dict[str, str] = {row.name: row.tooltip for row in TABLE}  # check box -> tooltip

GROUPS: dict[str, frozenset[str]] = {
    group: frozenset(row.name for row in TABLE if row.group == group)
    for group in dict.fromkeys(row.group for row in TABLE if row.group)
} | {"everything": frozenset(REPAIRS)}
WEATHER = GROUPS["weather"]
TONE = tuple(row.name for row in TABLE if row.tone)
LOCAL = tuple(row.name for row in TABLE if not row.tone)
VISIBLE_ONLY = frozenset(row.name for row in TABLE if row.sensor == "visible")
# The fused colour target cannot hold them, so recipes always name them.
INFRARED_ONLY = frozenset(row.name for row in TABLE if row.sensor == "infrared")

# task -> what tells its sources apart
SIGNAL: dict[str, frozenset[str]] = {
    task: frozenset(row.name for row in TABLE if task in row.signals) for task in KNOWN_TASKS
}
# task -> repair -> weight in its recipes
MENU: dict[str, dict[str, float]] = {
    task: {row.name: row.drawn[task] for row in TABLE if task in row.drawn} for task in KNOWN_TASKS
}
