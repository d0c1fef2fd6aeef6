"""Everyday words beside what is asked for, and slips of Chinese and Japanese typing."""

import random

import pytest

from mmaif.language import spelling
from mmaif.language.distraction import distracted, neutral
from mmaif.language.meaning import Prompt
from mmaif.language.prompts import mixed_prompts
from mmaif.language.tongues import LANGUAGES, foreign_prompt, tables

WORDS = {language: ("qua", "zorp") for language in ("en", *LANGUAGES)}


def test_words_of_the_tables_are_left_out():
    assert neutral(["kitchen", "rainy", "raining", "ran"], "remove the rain\nrainy kit", False) == ["kitchen", "ran"]
    assert neutral(["\u4e0b\u96e8", "\u96e8\u4f1e"], "\u6709\u4e0b\u96e8\u7684", True) == ["\u96e8\u4f1e"]


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_what_is_asked_for_stays(language):
    prompt = Prompt("remove rain", frozenset({"rain"}), frozenset({"noise"}), "vif", (("rain", "strong"),), True)
    rng = random.Random(0)
    texts, alone = set(), 0
    for _ in range(200):
        made = distracted(prompt, language, WORDS, rng)
        assert "qua" in made.text or "zorp" in made.text
        if made.repairs:
            rest = made.text.replace("qua", "").replace("zorp", "")
            assert "remove" in rest and "rain" in rest
            assert made == Prompt(
                made.text, *[getattr(prompt, n) for n in ("repairs", "kept", "task", "severity", "foreign")]
            )
        else:
            assert "rain" not in made.text and not made.kept
            alone += 1
        texts.add(made.text)
    assert len(texts) > 60 and 0 < alone < 40


def test_a_share_of_the_prompts_is_strewn():
    drawn = mixed_prompts(random.Random(1), 0.5, WORDS, 0.25)
    strewn = sum("qua" in text or "zorp" in text for text in (next(drawn).text.lower() for _ in range(400)))
    assert 60 < strewn < 140
    plain = mixed_prompts(random.Random(1), 0.5)
    assert not any("zorp" in next(plain).text.lower() for _ in range(200))


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_slips_change_the_spelling_alone(language):
    rows = tables(language)[1]["slips"]
    assert len(rows) > 50 and all(len(row.split()) > 1 and len({*row.split()}) == len(row.split()) for row in rows)
    first, *wrong = rows[0].split()
    rng = random.Random(0)
    assert {spelling.mistyped(f"<{first}>", rows, rng) for _ in range(60)} == {f"<{form}>" for form in wrong}
    assert spelling.mistyped("abc", rows, rng) == "abc"
    slipped = sum(any(form in foreign_prompt(language, rng, {"rain"}, ()).text for form in wrong) for _ in range(1500))
    assert language == "zh" or slipped  # rain is the first row of Japanese
