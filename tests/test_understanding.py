"""What was understood of a prompt, in words: of made-up readings, and of the shipped weights."""

import subprocess
import sys
from pathlib import Path

import pytest

from mmaif import FusionPipeline
from mmaif.errors import InputError
from mmaif.language.understanding import WIDTH, WORDS, Understanding, sentence, understanding
from mmaif.network.text import Reading
from mmaif.pipeline import T5Text
from mmaif.repairs import REPAIRS, ROWS

ROOT = Path(__file__).parent.parent
NOTHING = dict.fromkeys(REPAIRS, 0.0)


def reading(asked=(), kept=(), task="auto", severity=None, foreign=0.0) -> Reading:
    chances = ({**NOTHING, **dict.fromkeys(names, 0.9)} for names in (asked, kept))
    repairs, spared = chances
    return Reading(repairs, task, spared, severity or {}, foreign)


def said(prompt: str, *readings: Reading) -> str:
    """The sentence on one line, where the encoder reads these of the prompt and of its parts."""
    whole, *parts = readings

    def read(texts):
        return [whole] if list(texts) == [prompt] and not parts else (parts if len(texts) > 1 else [whole])

    return sentence(understanding(prompt, read)).replace("\n", " ")


def test_repairs_with_severity_and_what_is_kept():
    found = reading(["rain", "noise"], ["jpeg"], severity={"rain": "strong"})
    assert said("x", found) == "Understood: remove noise, rain (strong). Kept: JPEG artifacts."


def test_repairs_of_one_verb_stand_together():
    found = reading(["noise", "low_resolution", "rain", "low_exposure"], severity={"low_exposure": "light"})
    assert said("x", found) == (
        "Understood: increase resolution; remove noise, rain; brighten underexposed image (light)."
    )


def test_a_request_for_everything_says_so():
    assert said("x", reading(REPAIRS)) == "Understood: repair everything that is wrong."
    but_noise = reading(set(REPAIRS) - {"noise"}, ["noise"])
    assert said("x", but_noise) == "Understood: repair everything that is wrong. Kept: noise."
    found = understanding("x", lambda _: [reading(set(REPAIRS) - {"rain"})])
    assert found.everything and sentence(found) == "Understood: repair everything that is wrong but rain."
    assert not understanding("x", lambda _: [reading(REPAIRS[:9])]).everything


def test_where_nothing_is_understood_the_prompt_is_repeated():
    assert said("merge them", reading()) == "Nothing to repair was understood in: merge them"
    assert said("", reading()) == "Nothing is asked for: fuse, repair nothing."
    assert said("x", reading(task="mef")) == "Understood: merge the exposures, repair nothing."
    assert said("word " * 100, reading()).endswith(" ...")


def test_what_is_foreign_is_quoted():
    foreign, rain = reading(foreign=0.9), reading(["rain"])
    assert said("bluer sky", foreign) == "Not something this model does: bluer sky."
    mixed = reading(["rain"], foreign=0.9)
    assert said("Derain and make the sky bluer.", mixed, rain, foreign) == (
        "Understood: remove rain. Not something this model does: make the sky bluer."
    )


def test_lines_are_of_one_width():
    lines = sentence(understanding("x", lambda _: [reading(REPAIRS[:6], REPAIRS[6:])])).splitlines()
    assert len(lines) > 2 and max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_all_words(language):
    words = WORDS[language]
    assert set(words.repairs) == set(REPAIRS) and set(words.severities) == {"strong", "light"}
    assert words.tasks.keys() == {"vif", "mef", "mff", "restore"}


# --- the shipped weights --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", "cpu")


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("remove the rain", "Understood: remove rain."),
        ("derain and dehaze", "Understood: remove rain, haze."),
        ("remove the rain, keep the grain", "Understood: remove rain. Kept: noise."),
        ("don't remove the rain", "Kept: rain."),
        ("no rain please", "Understood: remove rain."),
        ("brighten it", "Understood: brighten underexposed image."),
        ("restore everything", "Understood: repair everything that is wrong."),
        ("fix everything but the noise", "Understood: repair everything that is wrong. Kept: noise."),
        ("HDR merge", "Understood: merge the exposures, repair nothing."),
        ("merge them", "Nothing to repair was understood in: merge them"),
        ("", "Nothing is asked for: fuse, repair nothing."),
    ],
)
def test_shipped_weights_say_what_they_understand(pipe, prompt, says):
    assert sentence(pipe.understand(prompt)) == says


def test_understanding_of_the_pipeline(pipe):
    found = pipe.understand("Fuse the exposures. Remove the noise, keep the rain.")
    assert found == Understanding(found.prompt, {"noise": ""}, ("rain",), "mef")
    assert all(
        sentence(pipe.understand(f"{row.verb} the {row.noun}")).startswith("Understood") for row in ROWS.values()
    )


def test_t5_cannot_say(pipe, monkeypatch):
    monkeypatch.setattr(pipe, "text", object.__new__(T5Text))
    with pytest.raises(InputError, match="T5"):
        pipe.understand("remove the rain")


def test_a_long_prompt_repairs_what_its_end_asks_for(pipe):
    tale = "Merge my brackets. " * 40
    assert pipe.understand(tale).repairs == {}
    assert pipe.understand(tale + "Remove the rain.").repairs == {"rain": ""}


def test_fuse_explains(tmp_path):
    source, out = ROOT / "assets" / "mmaif_rainy.jpg", tmp_path / "out.png"
    command = ["fuse", str(source), "-o", str(out), "--prompt", "remove the rain, keep the grain", "--explain"]
    done = subprocess.run(
        [sys.executable, "-m", "mmaif", *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "Understood: remove rain. Kept: noise." and out.exists()
