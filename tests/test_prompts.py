"""The prompts: labels that agree with the words, variety, determinism, and a held-out set by hand."""

import random
import re
from pathlib import Path

import pytest

from mmaif.degradation.operators import OPERATORS
from mmaif.errors import InputError
from mmaif.language import frames, typos
from mmaif.language.clauses import exception
from mmaif.language.frames import EXCEPT_FRAMES, KEEP_FRAMES, KEEP_TAILS, SLOTS, TASK_PHRASES
from mmaif.language.phrases import CONCEPTS, PHRASES
from mmaif.language.prompts import Prompt, corpus, make_prompt, random_prompt
from mmaif.language.sentences import source_sentence, standard_sentence
from mmaif.language.writer import Writer
from mmaif.repairs import OPERATOR_REPAIR, REPAIRS
from mmaif.tasks import KNOWN_TASKS as TASKS

DATA = Path(__file__).parent / "data"
HANDWRITTEN = ("prompts_handwritten.tsv", "prompts_spoken.tsv")

# Words that can mean one thing only, chosen without looking at the tables. Each must appear only in sentences
# that name the repair or ask to keep it.
KEYWORDS = {
    "rain": r"\b(de-?)?rain(ing|y|ed|fall|drops?)?\b",
    "snow": r"\b(de-?)?snow(ing|y|ed|fall|flakes?|storm)?\b",
    "haze": r"\b(de-?)?(haze|hazing|hazy|fog|foggy|mist|misty|smog)\b",
    "noise": r"\b(de-?noise|de-?noising|noisy|grainy|graininess)\b",
    "jpeg": r"\bjpe?g\b",
    "motion_blur": r"\b(motion blur|camera shake|shaky)\b",
    "blur": r"\b(defocus|out of focus)\b",
    "low_resolution": r"\b(upscal(e|ing)|super-resolution|pixelated|low-res)\b",
    "low_exposure": r"\b(underexposed|underexposure|brighten(ing)?)\b",
    "high_exposure": r"\b(overexposed|overexposure|darken(ing)?)\b",
    "low_contrast": r"\b(low contrast|(boost|increase|raise) the contrast)\b",
    "high_contrast": r"\b(high contrast|(lower|reduce) the contrast)\b",
    "stripes": r"\b(de-?strip(e|ing)|stripes|striped)\b",
}


@pytest.fixture(scope="module")
def prompts() -> list[Prompt]:
    return corpus(20000, 0)


def read_handwritten(name: str) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "text\trepairs\tkept"
    rows = [line.split("\t") for line in lines[1:]]
    return [(text, labels(repairs), labels(kept)) for text, repairs, kept in rows]


def labels(cell: str) -> frozenset[str]:
    return frozenset(filter(None, cell.split(",")))


def plain(text: str) -> str:
    return text.lower().strip(" .!?")


def test_every_operator_has_a_repair():
    assert set(OPERATOR_REPAIR) == set(OPERATORS)
    assert set(OPERATOR_REPAIR.values()) == set(REPAIRS)


def test_tables_are_rich():
    for repair in REPAIRS:
        assert len({phrase.lower() for phrase in PHRASES[repair].all()}) >= 100, repair
    for task in TASKS:
        assert len({phrase.lower() for phrase in TASK_PHRASES[task].all()}) >= 30, task
    assert set(PHRASES) == set(CONCEPTS)
    assert len(set(KEEP_FRAMES + KEEP_TAILS + EXCEPT_FRAMES)) >= 60
    assert len(set(frames.ACTION_FRAMES + frames.NOUN_FRAMES + frames.ADJECTIVE_FRAMES)) >= 100


def test_no_phrase_means_two_things():
    owner: dict[str, str] = {}
    for concept, phrases in PHRASES.items():
        for phrase in {phrase.lower() for phrase in phrases.all()}:
            assert owner.setdefault(phrase, concept) == concept, phrase


def test_tables_are_ascii_and_slots_are_known():
    known = {*SLOTS, "theimg"}
    for phrases in PHRASES.values():
        for phrase in (*phrases.all(), *phrases.keeps):
            assert phrase.isascii()
            assert set(re.findall(r"\{(\w*)\}", phrase)) <= known, phrase


def test_corpus_is_distinct_and_complete(prompts):
    assert len({prompt.text for prompt in prompts}) == len(prompts) == 20000
    for prompt in prompts:
        assert prompt.text.strip() and not re.search(r"[{}]|  | ,", prompt.text), prompt.text
        assert prompt.repairs <= set(REPAIRS) and prompt.kept <= set(REPAIRS)
        assert not prompt.repairs & prompt.kept, prompt
        assert prompt.task in ("", *TASKS)
        assert {repair for repair, _ in prompt.severity} <= prompt.repairs, prompt


def test_corpus_is_balanced(prompts):
    for repair in REPAIRS:
        assert sum(repair in prompt.repairs for prompt in prompts) > 2000, repair
        assert sum(repair in prompt.kept for prompt in prompts) > 300, repair
    counts = [len(prompt.repairs) for prompt in prompts]
    assert all(counts.count(count) > 500 for count in range(5))
    for task in TASKS:
        assert sum(prompt.task == task for prompt in prompts) > 500, task


def test_labels_agree_with_unmistakable_words(prompts):
    """What a sentence speaks of, it names or keeps; an exposure or focus task may speak of its sources."""
    seen = dict.fromkeys(KEYWORDS, 0)
    for prompt in prompts:
        for repair, pattern in KEYWORDS.items():
            if not re.search(pattern, prompt.text.lower()):
                continue
            if prompt.task == "mef" and repair in ("low_exposure", "high_exposure"):
                continue
            seen[repair] += 1
            assert repair in prompt.repairs | prompt.kept, (repair, prompt)
    assert min(seen.values()) > 50, seen


def test_single_requests_hold_only_their_own_words(prompts):
    """A sentence that names one thing holds no unmistakable word of another."""
    for prompt in prompts:
        if len(prompt.repairs) == 1 and not prompt.kept and prompt.task == "":
            text = prompt.text.lower()
            said = {repair for repair, pattern in KEYWORDS.items() if re.search(pattern, text)}
            assert said <= prompt.repairs, prompt


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("leave {np} alone", r"^leave .+ alone$"),
        ("don't touch {np}", r"^don't touch "),
        ("skip the {method}", r"^skip the "),
        ("everything except {np}", r"^everything except "),
    ],
)
def test_exceptions_read_well(frame, expected):
    for seed in range(30):
        text = exception(Writer(random.Random(seed)), ["rain"], [frame])
        assert re.search(expected, text), text
        assert "{np}" not in text and "{method}" not in text


@pytest.mark.parametrize("frame", EXCEPT_FRAMES + KEEP_FRAMES + KEEP_TAILS)
def test_every_exception_says_that_something_stays(frame):
    """Read without its slots, a frame still holds a word that spares, denies or keeps."""
    spares = (
        r"keep|leave|n't|\bnot\b|\bno\b|except|\bbut\b|apart|aside|without|stay|skip|ignore|never|\blikes?\b|fine|"
        r"preserv|mind|intentional|mood|maintain|retain|remain|avoid|refrain|\bok\b|on purpose|unnecessary|"
        r"hold on|off$|want$|story|let |spare|instead|rather|intact|other than|kept|nothing|leaving|left|untouched|"
        r"wanted|desired|welcome|lovely|beautiful|nice|great|perfect|right|acceptable|cool|okay|good|supposed|meant|"
        r"artistic|creative|style|part of|happy|fond|love|enjoy|live with|lose|forget|disregard|overlook|respect|"
        r"conserve|protect|tolerate|accept|allow|dont|disabled?|none|false|omit|may be|want it|with .*(in|as)$|with as|"
        r"ignoring|regardless|unlike|minus|off limits|hands off|point of|alright|\bstop\b|nobody"
    )
    assert re.search(spares, re.sub(r"\{\w+\}", "", frame.replace("{isnt}", "isn't")).strip().lower()), frame


def test_everything_but(prompts):
    found = 0
    for prompt in prompts:
        if prompt.kept and prompt.repairs == set(REPAIRS) - prompt.kept:
            found += 1
    assert found > 500


def test_prompt_asks_for_what_is_named_and_nothing_else_present():
    rng = random.Random(5)
    for _ in range(3000):
        present = frozenset(rng.sample(REPAIRS, rng.randint(0, 4)))
        named = frozenset(rng.sample(sorted(present), rng.randint(0, len(present))))
        prompt = make_prompt(present, named, rng.choice(TASKS), rng)
        assert prompt.repairs & present == named, (present, named, prompt)
        assert prompt.repairs >= named and not prompt.kept & named
        assert prompt.text or not named


def test_nothing_named_is_sometimes_no_prompt_and_sometimes_a_plain_request():
    rng = random.Random(6)
    texts = [make_prompt(["rain"], [], "vif", rng).text for _ in range(400)]
    assert "" in texts and len(set(texts)) > 50


def test_a_single_picture_is_never_to_be_merged():
    rng = random.Random(7)
    for _ in range(2000):
        present = frozenset(rng.sample(REPAIRS, rng.randint(0, 2)))
        named = present if rng.random() < 0.6 else ()
        text = make_prompt(present, named, "restore", rng).text.lower()
        assert not re.search(r"\b(both|merge|blend|first (image|picture|photo)|second one)\b", text), text


def test_groups_are_named_only_where_nothing_is_spared():
    rng = random.Random(8)
    for _ in range(2000):
        prompt = make_prompt(["blur", "motion_blur"], ["blur"], "mef", rng)
        assert "motion_blur" not in prompt.repairs


@pytest.mark.parametrize("make", [random_prompt, lambda rng: make_prompt(REPAIRS, REPAIRS[:3], "mff", rng)])
def test_same_seed_same_prompt(make):
    for seed in range(50):
        assert make(random.Random(seed)) == make(random.Random(seed))


def test_corpus_depends_on_the_seed():
    assert corpus(200, 1) == corpus(200, 1) != corpus(200, 2)


def test_standard_sentence():
    assert standard_sentence([]) == ""
    assert standard_sentence(["noise", "rain"]) == standard_sentence({"rain", "noise"})
    assert standard_sentence(["rain", "noise"]) == "Remove the noise and remove the rain."
    assert standard_sentence(["haze"], "vif") == "Fuse the visible and infrared images. Remove the haze."
    assert len({standard_sentence([repair]) for repair in REPAIRS}) == len(REPAIRS)
    assert standard_sentence(["rain", "low_contrast"], severity="strong") == (
        "Remove the strong rain and increase the very low contrast."
    )
    assert standard_sentence(["low_resolution"], severity="light") == "Increase the slightly low resolution."


def test_source_sentence():
    assert source_sentence([{}, {}]) == source_sentence([]) == ""
    assert source_sentence([{"noise": "strong"}, {"noise": "light"}], "vif") == (
        "Remove the strong noise from the visible image and the slight noise from the infrared image."
    )
    assert source_sentence([{}, {"haze": "", "rain": "strong"}], "mef") == (
        "Remove the strong rain and the haze from the second one."
    )
    assert source_sentence([{"low_resolution": "light"}]) == "Remove the slight low resolution."
    loose = {source_sentence([{"rain": "strong"}, {"rain": ""}], "vif", random.Random(seed)) for seed in range(60)}
    assert len(loose) > 50 and all(" from " in text for text in loose)


def test_a_known_level_is_said_truly():
    rng, found = random.Random(3), set()
    for _ in range(600):
        prompt = make_prompt(["rain", "noise"], ["rain", "noise"], "mef", rng, {"rain": "light"})
        found |= {level for repair, level in prompt.severity if repair == "rain"}
        found |= {f"noise {level}" for repair, level in prompt.severity if repair == "noise"}
    assert found == {"light", "noise light", "noise strong"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: source_sentence([{"rain": "awful"}]),
        lambda: source_sentence([{"hail": "light"}]),
        lambda: source_sentence([{}] * 6),
        lambda: standard_sentence(["hail"]),
        lambda: standard_sentence([], "panorama"),
        lambda: standard_sentence(["rain"], severity="biblical"),
        lambda: make_prompt(["rain"], ["snow"], "vif", random.Random(0)),
        lambda: make_prompt(["rain"], [], "panorama", random.Random(0)),
    ],
)
def test_mistakes_are_named(call):
    with pytest.raises(InputError):
        call()


def test_typos_never_turn_one_word_into_another():
    rng = random.Random(9)
    entries = [entry for phrases in PHRASES.values() for entry in phrases.all()]
    words = sorted({word.lower() for entry in entries for word in entry.split()})
    patterns = {repair: re.compile(pattern) for repair, pattern in KEYWORDS.items()}
    for word in words:
        said = {repair for repair, pattern in patterns.items() if pattern.search(word)}
        for _ in range(10):
            typo = typos.typo(word, rng)
            assert typo[:1] == word[:1]
            means = {repair for repair, pattern in patterns.items() if pattern.search(typo)}
            assert means <= said, (word, typo)


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_handwritten_phrasings_are_held_out(prompts, name):
    rows = read_handwritten(name)
    assert len(rows) >= 300 and len({text for text, _, _ in rows}) == len(rows)
    generated = {plain(prompt.text) for prompt in prompts}
    for phrases in PHRASES.values():
        generated |= {plain(phrase) for phrase in (*phrases.all(), *phrases.keeps)}
    assert not [text for text, _, _ in rows if plain(text) in generated]


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_handwritten_phrasings_are_labelled_and_varied(name):
    rows = read_handwritten(name)
    for text, repairs, kept in rows:
        assert repairs <= set(REPAIRS) and kept <= set(REPAIRS) and not repairs & kept, text
    for repair in REPAIRS:
        assert sum(repairs == {repair} for _, repairs, _ in rows) >= 10, repair
    assert sum(2 <= len(repairs) <= 4 for _, repairs, _ in rows) >= 40
    assert sum(bool(kept) for _, _, kept in rows) >= 30
