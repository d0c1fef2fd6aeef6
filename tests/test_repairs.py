"""The table of repairs, what derives from it, and what a new repair has to touch."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mmaif.errors import InputError
from mmaif.language import tables
from mmaif.language.phrases import CONCEPTS, PHRASES
from mmaif.language.sentences import severity_word
from mmaif.repairs import BOXES, GROUPS, INFRARED_ONLY, MENU, REPAIRS, SIGNAL, TABLE, VISIBLE_ONLY, WEATHER
from mmaif.tasks import KNOWN_TASKS

ROOT = Path(__file__).resolve().parents[1]

# A made-up repair: all that its author writes.
OPERATOR = '        Operator("glare", HIGH_EXPOSURE),\n'
ROW = """
    Repair(
        name="glare",
        operators=("glare",),
        group="exposure",
        tooltip="Take the glare of lamps away.",
        verb="tame",
        noun="harsh glare",
        gradable="harsh glare",
        fault="glare",
        drawn={"restore": 3.0},
    ),"""
WORDS = """# How people speak of glare.
[nouns]
glare
[actions]
dim the dazzling lamps
[jargon]
deglare
[methods]
glare removal
[adjectives]
glary
[symptoms]
the lamps dazzled me
[goals]
free of glare
[keeps]
keep the lamps dazzling
"""
# Then, in a program of its own, everything knows it.
SHOW = """
import json, random
from scripts.make.workflow_graph import KINDS
from mmaif.data.recipes import sample_recipe
from mmaif.degradation import OPERATORS
from mmaif.language.prompts import corpus
from mmaif.language.sentences import source_sentence, standard_sentence
from mmaif.repairs import BOXES, GROUPS
prompts, recipes = corpus(3000, 0), [sample_recipe("restore", random.Random(seed)) for seed in range(100)]
print(json.dumps({
    "boxes": BOXES,
    "widgets": list(KINDS["MMAIFDegradationPrompt"].widgets),
    "groups": [name for name, repairs in GROUPS.items() if "glare" in repairs],
    "standard": standard_sentence(["glare", "rain"], severity="strong"),
    "sources": source_sentence([{"glare": ""}, {"glare": "light"}]),
    "asked": sum("glare" in prompt.repairs for prompt in prompts),
    "kept": sum("glare" in prompt.kept for prompt in prompts),
    "words": [word for word in ("deglare", "dazzl", "glary") if any(word in p.text.lower() for p in prompts)],
    "drawn": sum("glare" in recipe.present for recipe in recipes),
    "spoilt": sum(name == "glare" for recipe in recipes for name, _ in recipe.ops[0]),
}))
"""


def insert(path: Path, before: str, text: str) -> None:
    old = path.read_text(encoding="utf-8")
    assert old.count(before) == 1
    path.write_text(old.replace(before, text + before), encoding="utf-8")


def run(code: str, folder: Path) -> str:
    paths = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    done = subprocess.run([sys.executable, "-c", paths + code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_repair_is_an_operator_a_row_and_its_words(tmp_path):
    """In a copy of the library a made-up repair is added as its author would; nothing else is touched."""
    unneeded = shutil.ignore_patterns("weights", "__pycache__")
    for folder in ("mmaif", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unneeded)
    insert(tmp_path / "mmaif/degradation/operators.py", '        Operator("jpeg",', OPERATOR)
    insert(tmp_path / "mmaif/repairs.py", "\n)\n\nROWS", ROW)
    (tmp_path / "mmaif/language/vocabulary/glare.txt").write_text(WORDS, encoding="utf-8")
    seen = json.loads(run(SHOW, tmp_path))
    assert list(seen["boxes"]) == [*REPAIRS, "glare"] and seen["boxes"]["glare"] == "Take the glare of lamps away."
    assert "glare" in seen["widgets"] and seen["groups"] == ["exposure", "everything"]
    assert seen["standard"] == "Remove the strong rain and tame the very harsh glare."
    assert seen["sources"] == "Remove the glare from the first image and the slight glare from the second one."
    assert seen["asked"] > 100 and seen["kept"] > 20 and len(seen["words"]) == 3
    assert seen["drawn"] == seen["spoilt"] > 10


@pytest.mark.parametrize("language", sorted(path.name for path in (ROOT / "locales").iterdir()))
def test_every_box_is_translated(language):
    nodes = json.loads((ROOT / "locales" / language / "nodeDefs.json").read_text(encoding="utf-8"))
    inputs = nodes["MMAIFDegradationPrompt"]["inputs"]
    assert all(inputs[repair]["name"] for repair in BOXES)
    assert language == "en" or all(inputs[repair]["tooltip"] for repair in BOXES)  # the nodes' own are English


def test_rows_agree_with_their_words():
    for row in TABLE:
        assert row.tooltip.endswith(".") and set(row.drawn) <= set(KNOWN_TASKS) and row.drawn, row.name
        assert row.sensor in ("", "visible", "infrared") and set(row.signals) <= set(KNOWN_TASKS), row.name
        assert PHRASES[row.name].nouns[0] == (row.fault or row.noun), row.name


def test_what_derives():
    assert WEATHER == GROUPS["weather"] == {"rain", "snow", "haze"}
    assert GROUPS["any_blur"] == {"blur", "motion_blur"} and GROUPS["everything"] == set(REPAIRS)
    assert VISIBLE_ONLY == {"low_exposure"} and INFRARED_ONLY == {"stripes"}
    assert SIGNAL["mff"] == {"blur"} and SIGNAL["mef"] == GROUPS["exposure"] | GROUPS["contrast"]
    assert MENU["mff"]["blur"] == 0.5 and "low_contrast" not in MENU["mff"] and "stripes" not in MENU["restore"]
    assert [severity_word(severity) for severity in (0.2, 0.5, 0.7)] == ["light", "", "strong"]


def test_a_run_loads_no_training_grammar_and_the_table_no_torch():
    def loaded(modules: str) -> set[str]:
        return set(run(f"import {modules}; print(*sys.modules)", ROOT).split())

    assert not {"torch", "numpy"} & loaded("mmaif.repairs, mmaif.language.sentences")
    running = loaded("mmaif.pipeline, mmaif.language.sentences")
    training = {f"mmaif.language.{name}" for name in ("prompts", "clauses", "writer", "typos", "phrases", "frames")}
    assert not running & {*training, "mmaif.training", "mmaif.data"}


def test_every_table_is_used_and_ascii():
    folder = Path(tables.__file__).parent
    assert {path.stem for path in (folder / "vocabulary").iterdir()} == set(CONCEPTS)
    for path in folder.glob("*/*.txt"):
        text = path.read_text(encoding="utf-8")
        assert text.isascii() and text.endswith("\n") and text.startswith("# "), path
        assert not [line for line in text.splitlines() if line != " ".join(line.split())], path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no table"),
        ("rain\n[nouns]\n", "above 'rain'"),
        ("[nouns]\nrain\n[nuons]\n", "Line 3"),
        ("[nouns]\n[nouns]\n", "Line 2"),
        ("[nouns]\nrain\n", r"no section \[keeps\]"),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path, text, says):
    path = tmp_path / "rain.txt"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        tables.read(path, ("nouns", "keeps"))
