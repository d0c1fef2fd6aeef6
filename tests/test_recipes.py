"""The rules of the recipes, over thousands of draws."""

import random
import re
from itertools import chain

import pytest

from mmaif.data.recipes import Recipe, sample_recipe
from mmaif.degradation.chains import turns
from mmaif.degradation.operators import OPERATORS, PHYSICAL_ORDER
from mmaif.errors import InputError
from mmaif.language.frames import SEVERITY_ADJECTIVES
from mmaif.repairs import MENU, OPERATOR_REPAIR, WEATHER
from mmaif.tasks import KNOWN_TASKS as TASKS


@pytest.fixture(scope="module", params=TASKS)
def recipes(request) -> list[Recipe]:
    rng = random.Random(11)
    return [sample_recipe(request.param, rng) for _ in range(2000)]


def names(ops) -> set[str]:
    return {name for name, _ in ops}


def test_tasks_and_source_counts(recipes):
    sources = 1 if recipes[0].task == "restore" else 2
    assert all(len(recipe.ops) == sources for recipe in recipes)
    assert len(sample_recipe("mef", random.Random(0), sources=5).ops) == 5


def test_operators_are_known_and_in_range(recipes):
    for recipe in recipes:
        for ops in (*recipe.ops, recipe.remaining):
            assert names(ops) <= set(PHYSICAL_ORDER)
            assert all(0.0 < severity <= 1.0 for _, severity in ops)


def test_most_come_in_the_order_of_light_and_some_in_any(recipes):
    several = [ops for recipe in recipes for ops in recipe.ops if len(ops) > 1 and len(names(ops)) == len(ops)]
    ordered = 0
    for ops in several:
        places = [PHYSICAL_ORDER.index(name) for name, _ in ops]
        ordered += places == sorted(places)
    assert 0.8 < ordered / len(several) < 0.97


def test_all_sources_and_the_target_share_one_order(recipes):
    for recipe in recipes:
        for turn in range(2):
            chains = [[key for key in turns(ops) if key[1] == turn] for ops in (*recipe.ops, recipe.remaining)]
            for one in chains:
                for other in chains:
                    both = set(one) & set(other)
                    assert [key for key in one if key in both] == [key for key in other if key in both], recipe


def test_second_order_chains(recipes):
    chained = [recipe for recipe in recipes if any(len(names(ops)) < len(ops) for ops in recipe.ops)]
    degraded = sum(bool(recipe.present) for recipe in recipes)
    assert 0.03 < len(chained) / degraded < 0.13
    for recipe in chained:
        for ops in recipe.ops:
            again = [name for name, turn in turns(ops) if turn]
            assert {OPERATOR_REPAIR[name] for name in again} <= {"blur", "low_resolution", "noise", "jpeg"}
            assert [name for name, _ in ops[len(ops) - len(again) :]] == again, "the second time comes last"
    assert any(len(recipe.remaining) > len(names(recipe.remaining)) for recipe in recipes)


def test_menu_of_the_task(recipes):
    task = recipes[0].task
    used = {name for recipe in recipes for ops in recipe.ops for name in names(ops)}
    assert {OPERATOR_REPAIR[name] for name in used} == set(MENU[task])
    if task != "vif":
        assert not used & {"ir_stripes", "ir_noise"}
    if task == "mef":
        assert not used & {"low_exposure", "high_exposure", "high_contrast"}
    if task == "restore":
        assert used == set(OPERATORS) - {"ir_stripes", "ir_noise"}


def test_one_to_three_repairs_or_clean(recipes):
    counts = [len(recipe.present) for recipe in recipes]
    assert set(counts) == {0, 1, 2, 3}
    assert 0.11 < counts.count(0) / len(counts) < 0.19
    for seed in range(50):
        assert not sample_recipe("mff", random.Random(seed), clean=1.0).present
        assert sample_recipe("mff", random.Random(seed), clean=0.0).present


def test_severities_are_mostly_mid_range(recipes):
    drawn = [severity for recipe in recipes for _, severity in recipe.ops[0]]
    assert sum(0.3 < severity < 0.85 for severity in drawn) / len(drawn) > 0.65
    assert min(drawn) < 0.16 and max(drawn) > 0.95


def test_weather_belongs_to_the_scene(recipes):
    for recipe in recipes:
        for weather in WEATHER & set(chain.from_iterable(names(ops) for ops in recipe.ops)):
            severities = [dict(ops).get(weather) for ops in recipe.ops]
            if recipe.task == "vif":
                visible, infrared = severities
                assert visible and (infrared is None or infrared < 0.4 * visible)
            else:
                assert len(set(severities)) == 1, recipe


def test_weather_beside_clean_infrared_is_the_commonest_case():
    rng = random.Random(8)
    rainy = [recipe for recipe in (sample_recipe("vif", rng) for _ in range(3000)) if WEATHER & recipe.present]
    # stripes are the infrared's own
    free = [recipe for recipe in rainy if "stripes" not in recipe.present]
    assert sum(not recipe.ops[1] for recipe in free) / len(free) > 0.6
    assert sum(not recipe.ops[1] for recipe in rainy) / len(rainy) > 0.5
    assert any(recipe.ops[1] for recipe in free)


def test_sensor_faults_hit_one_or_all_sources(recipes):
    patterns = set()
    for recipe in recipes:
        hit = set(chain.from_iterable(names(ops) for ops in recipe.ops))
        for name in hit & {"jpeg", "motion_blur", "noise"}:
            patterns.add(tuple(name in names(ops) for ops in recipe.ops))
    single = recipes[0].task == "restore"
    assert patterns == ({(True,)} if single else {(True, False), (False, True), (True, True)})


def test_infrared_only_operators(recipes):
    for recipe in recipes:
        for ops in recipe.ops[:1]:
            assert not names(ops) & {"ir_stripes", "ir_noise"}
        assert not names(recipe.remaining) & {"ir_stripes", "ir_noise"}
        if "stripes" in recipe.present:
            assert "stripes" in recipe.named


def test_contradictions_are_not_selected(recipes):
    blurs, wet = 0, 0
    for recipe in recipes:
        assert not {"low_exposure", "high_exposure"} <= recipe.present
        assert not {"low_contrast", "high_contrast"} <= recipe.present
        blurs += len({"blur", "motion_blur", "low_resolution"} & recipe.present) > 1
        wet += {"rain", "snow"} <= recipe.present
    assert blurs < 0.05 * len(recipes) and wet < 0.02 * len(recipes)


def test_focus_stacks_are_blurred_half_as_often():
    rng = random.Random(3)
    drawn = [sample_recipe("mff", rng, clean=0.0).present for _ in range(4000)]
    blur = sum("blur" in present for present in drawn)
    assert 0.3 < blur / sum("jpeg" in present for present in drawn) < 0.7


def test_prompt_names_exactly_what_is_named(recipes):
    for recipe in recipes:
        assert recipe.named <= recipe.present
        assert recipe.prompt.repairs & recipe.present == recipe.named, recipe
        assert not recipe.prompt.kept & recipe.named


def test_what_is_said_of_a_source_is_true():
    """Where the prompt says what is wrong with each source, that is what the operators do to it."""
    rng, said = random.Random(12), 0
    for recipe in (sample_recipe("vif", rng) for _ in range(2000)):
        pattern = r"Remove (.+) from the visible image and (.+) from the infrared image\."
        found = re.fullmatch(pattern, recipe.prompt.text)
        for ops, words in zip(recipe.ops, found.groups() if found else (), strict=False):
            said += 1
            named = [(name, level) for name, level in ops if OPERATOR_REPAIR[name] in recipe.named]
            assert named and words.count("the ") >= len({OPERATOR_REPAIR[name] for name, _ in named})
            if all(level > 0.6 for _, level in named):
                assert all(
                    any(f"the {word} " in part for word in SEVERITY_ADJECTIVES["strong"])
                    for part in words.split(" and ")
                )
    assert said > 20


def test_remaining_is_what_is_not_named(recipes):
    for recipe in recipes:
        strongest: dict[tuple[str, int], float] = {}
        for ops in recipe.ops:
            for turn, (name, severity) in zip(turns(ops), ops, strict=True):
                if OPERATOR_REPAIR[name] not in recipe.named:
                    strongest[turn] = max(severity, strongest.get(turn, 0.0))
        left = [severity for _, severity in recipe.remaining]
        assert dict(zip(turns(recipe.remaining), left, strict=True)) == strongest
        # it can stay only if every photograph shows it; the infrared is no photograph
        photographs = recipe.ops[:1] if recipe.task == "vif" else recipe.ops
        assert all(set(recipe.remaining) <= set(ops) for ops in photographs)


def test_selective_share(recipes):
    degraded = [recipe for recipe in recipes if recipe.present]
    partial = [recipe for recipe in degraded if recipe.named != recipe.present]
    assert 0.22 < len(partial) / len(degraded) < 0.36
    assert any(not recipe.named for recipe in partial) and any(recipe.named for recipe in partial)
    assert any(recipe.prompt.text == "" for recipe in partial)
    draws = [sample_recipe(recipes[0].task, random.Random(seed), selective=0.0) for seed in range(200)]
    assert all(recipe.named == recipe.present and not recipe.remaining for recipe in draws)


def test_same_seed_same_recipe():
    for task in TASKS:
        assert sample_recipe(task, random.Random(4)) == sample_recipe(task, random.Random(4))


@pytest.mark.parametrize(("task", "sources"), [("panorama", 2), ("mef", 0)])
def test_mistakes_are_named(task, sources):
    with pytest.raises(InputError):
        sample_recipe(task, random.Random(0), sources=sources)
