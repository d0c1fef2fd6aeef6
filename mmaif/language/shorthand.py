"""Prompts that are no sentences: tags, options, settings and amounts, "#dehaze", "rain:1 noise:0.4", "--no-sharpen".

They are made of names of operations ("denoise", "noise removal") and of faults ("noise"), of English or of another
language, and are the same around them in every language.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Around the name of an operation that is wanted, {act}, or of a fault that is to go, {np}; {n} is a percentage, {s} a
# share, {x} a factor.
WANTED = (
    *("{act}", "{act} {n}%", "{act} {n} %", "{act} ({n}%)", "{act} {n}", "{act}: {n}%", "{act}={s}", "{act}:{s}"),
    *("{act} x{x}", "{act} {x}x", "{act}: {s}", "{act} {s}", "{act}=true", "{act}: on", "{act} on", "{act}: yes"),
    *("{np}: {n}%", "{np}={s}", "{np}:{s}", "{np} = {s}", "{np} -{n}", "{np} -{n}%", "-{n}% {np}", "{np}:1", "{np}=1"),
)
UNWANTED = (
    *("{act}=false", "{act}: off", "{act} off", "{act}: no", "{act}=0", "{act}:0", "{act} 0%", "{act}: none"),
    *("{np}=0", "{np}:0", "{np}: 0%", "{np}=keep", "{np}: keep", "keep={np}"),
)
# The same before and after all names of a prompt: (before a wanted one, after it, before one to be left alone).
TAGS = (
    *(("#", "", "#no"), ("#", "", "#keep"), ("[", "]", "[no "), ("--", "", "--no-"), ("/", "", "/no")),
    *(("+", "", "no "), ("- ", "", "- no "), ("* ", "", "* no "), ("[x] ", "", "[ ] "), ("@", "", "@no-")),
    ("<", ">", "<no "),
)
JOINTS = (" ", " ", ", ", ", ", "; ", " + ", " | ", ",", " / ", " & ", " > ", " -> ", "\n")
# What is raised or lowered by a number rather than removed.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "low_exposure": (
        *("exposure +{x}", "exposure: +{s}", "brightness +{n}", "brightness +{n}%", "brightness: +{n}", "EV +{x}"),
        *("+{x} EV", "+{x} stops", "shadows +{n}", "gamma +{s}", "{n}% brighter", "brighten {n}%", "lighter +{n}"),
    ),
    "high_exposure": (
        *("exposure -{x}", "exposure: -{s}", "brightness -{n}", "brightness -{n}%", "brightness: -{n}", "EV -{x}"),
        *("-{x} EV", "-{x} stops", "highlights -{n}", "{n}% darker", "darken {n}%", "whites -{n}"),
    ),
    "low_contrast": ("contrast +{n}", "contrast +{n}%", "contrast: +{n}", "+{n} contrast", "{n}% more contrast"),
    "high_contrast": ("contrast -{n}", "contrast -{n}%", "contrast: -{n}", "-{n} contrast", "{n}% less contrast"),
    "haze": ("dehaze +{n}", "dehaze: {n}", "dehaze slider at {n}", "clarity through the haze +{n}"),
    "noise": ("NR {n}", "noise reduction: {n}", "NR={n}", "luminance noise reduction {n}", "denoise strength {s}"),
    "low_resolution": ("upscale x{x}", "upscale {x}x", "{x}x upscale", "SR x{x}", "super-resolution {x}x", "scale={x}"),
    "any_blur": ("sharpen +{n}", "sharpen x{x}", "sharpness +{n}", "sharpness: +{n}", "{n}% sharper", "unsharp {n}"),
}
# Amounts in English sentences: all of them ask for the repair.
AMOUNTS = (
    *("{n}% less {np}", "{n} % less {np}", "half of the {np}", "half the {np} please", "a third of the {np} gone"),
    *("{act} by half", "{act} by {n}%", "{act} by {n} percent", "{act} just {n}%", "{act} about {n}%", "{act} halfway"),
    *("remove {n}% of the {np}", "remove half of the {np}", "remove a third of the {np}", "halve the {np}"),
    *("reduce the {np} by {n}%", "reduce the {np} by half", "cut the {np} by {n}%", "cut the {np} in half"),
    *("lower the {np} by a third", "take away {n} percent of the {np}", "a quarter of the {np} should go"),
    *("please {act} at {n}% strength", "{act} with strength {s}", "{act} to {n}%", "only {act} a bit, {n}%"),
    *(
        "just half of the {np} away",
        "two thirds of the {np} out",
        "get rid of {n}% of the {np}",
        "{act}, full strength",
    ),
    *("{act}, half strength", "can you {act} by {n}%?", "can you {act} by half?", "tone the {np} down by {n}%"),
)
_NEVER_LESS = ("low_exposure", "high_exposure", "low_contrast", "high_contrast", "exposure", "contrast")


class Names(NamedTuple):
    """What a concept is called: the operations that undo it, and the fault."""

    acts: Sequence[str]
    faults: Sequence[str]


def shorthand(
    wanted: Sequence[str], unwanted: Sequence[str], names: Mapping[str, Names], rng: random.Random, english: bool = True
) -> str:
    """A prompt for these concepts without a sentence; `names` has all of them."""
    if rng.random() < 0.3:
        before, after, no = rng.choice(TAGS)
        glued = before in ("#", "--", "/", "@")

        def tag(start: str, concept: str) -> str:
            acts, faults = names[concept]
            if start == "#keep":
                name = rng.choice(faults)
            else:  # "no noise" asks for its removal
                name = rng.choice(acts if start == no or rng.random() < 0.6 else faults)
            return f"{start}{name.replace(' ', rng.choice(('', '_', '-'))) if glued else name}{after}"

        parts = [*(tag(before, concept) for concept in wanted), *(tag(no, concept) for concept in unwanted)]
        return rng.choice((" ", " ", ", ", "\n") if before.strip() != before else (" ", " ", " ", ", ", "")).join(parts)
    style = rng.choice(WANTED) if rng.random() < 0.5 else ""
    parts = []
    for concept in wanted:
        if english and concept in SETTINGS and rng.random() < 0.4:
            frame = rng.choice(SETTINGS[concept])
        elif english and rng.random() < 0.3:
            frame = rng.choice(AMOUNTS)
        else:
            frame = style or rng.choice(WANTED)
            while concept in _NEVER_LESS and "{np}" in frame and ("-" in frame):
                frame = rng.choice(WANTED)
        parts.append(_filled(frame, names[concept], rng))
    parts += [_filled(rng.choice(UNWANTED), names[concept], rng) for concept in unwanted]
    if rng.random() < 0.3:
        rng.shuffle(parts)
    return rng.choice(JOINTS).join(parts)


def _filled(frame: str, names: Names, rng: random.Random) -> str:
    """A frame with a name and a number."""
    said = {
        "{act}": rng.choice(names.acts),
        "{np}": rng.choice(names.faults),
        "{n}": rng.choice(("5", "10", "15", "20", "25", "30", "40", "50", "60", "70", "75", "80", "90", "100")),
        "{s}": rng.choice(("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1", "1.0")),
        "{x}": rng.choice(("1", "2", "2", "3", "4", "1.5", "0.5")),
    }
    for slot, words in said.items():
        frame = frame.replace(slot, words)
    return frame
