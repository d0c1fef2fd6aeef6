"""Prompts in other languages: tables that load, labels that agree with the words, and sets by hand kept out."""

import random
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from mmaif.errors import InputError
from mmaif.language import tongues
from mmaif.language.meaning import Prompt
from mmaif.language.phrases import CONCEPTS
from mmaif.language.prompts import corpus, make_prompt, mixed_prompts, random_prompt
from mmaif.language.spelling import place
from mmaif.language.tongues import COLUMNS, LANGUAGES, MORE_SECTIONS, SECTIONS, foreign_prompt, tables
from mmaif.repairs import GROUPS, REPAIRS, SEVERITIES
from mmaif.training.text import read_labelled

DATA = Path(__file__).parent / "data" / "tongues"
SLOTS = {
    **{"request": {"act", "inf", "stem", "n"}, "remove": {"np", "bare", "n"}, "negated": {"np", "bare"}},
    "polite": {"inf", "n"},
    **{"keep": {"np", "bare", "inf", "act"}, "all_but": {"np", "bare"}, "pairs": {"a", "b"}},
    **dict.fromkeys(SEVERITIES, {"np", "bare"}),
    "foreign_wishes": {"thing"},
    **{"complaint": {"sym"}, "adjective": {"adj"}, "adjective_one": {"adj"}, "adjective_pairs": {"a", "b"}},
    **{"method": {"method"}, "no_method": {"method"}, "only": {"np", "bare", "inf", "act"}},
    "one_source": {"np", "bare"},
    **dict.fromkeys(("neither", "no_methods"), {"a", "b"}),
}

# Words that can mean one thing only, without accents; each may stand only where the repair is named or kept.
KEYWORDS = {
    "de": {
        "rain": r"\b(ent)?reg(en(?!bogen)|ne)",
        "snow": r"schnee|schnei(t|en)|flocke",
        "haze": r"nebel|neblig|dunst|smog",
        "noise": r"(?<!muster)rausch|kornung|filmkorn",
        "jpeg": r"\bjpe?g|kompress",
        "motion_blur": r"verwack|bewegungsunsch",
        "blur": r"fokusfehler|fehlfokus",
        "low_resolution": r"auflosung|pixel(?!ige blocke)|hochskal",
        "low_exposure": r"unterbelicht|aufhell|heller machen",
        "high_exposure": r"uberbelicht|abdunk",
        "low_contrast": r"flau|mehr kontrast",
        "high_contrast": r"weniger kontraste?\b|harte kontraste",
        "stripes": r"streifenmuster|warmebild ist voller streifen|destrip",
    },
    "fr": {
        "rain": r"\bplui|pleuv|\baverse",
        "snow": r"neige|flocon",
        "haze": r"\bbrum|brouillard",
        "noise": r"bruit",
        "jpeg": r"\bjpe?g|compress",
        "motion_blur": r"flou de (bouge|mouvement)|stabilis",
        "blur": r"defocus|mise au point ratee",
        "low_resolution": r"resolution|pixel",
        "low_exposure": r"sous-expo|plus clair svp|eclaircir",
        "high_exposure": r"surexpo|assombri",
        "low_contrast": r"terne|plus de contraste(?! (trop|excess))",
        "high_contrast": r"moins de contraste|exces de contraste",
        "stripes": r"rayures?\b(?! de p\w*l)|stries|destrip",
    },
    "es": {
        "rain": r"lluvi|llov|aguacero",
        "snow": r"niev|nevan|nevad|copos",
        "haze": r"niebla|neblina|bruma",
        "noise": r"ruido",
        "jpeg": r"\bjpe?g|compres",
        "motion_blur": r"trepidacion|desenfoque de movimiento|estabiliz",
        "blur": r"desenfocad|reenfoc",
        "low_resolution": r"resolucion|pixel",
        "low_exposure": r"subexpo|aclara la foto|subir las sombras",
        "high_exposure": r"sobreexpo|oscurece",
        "low_contrast": r"falta de contraste|\bmas contraste(?! (excesivo|muy|demasiado))",
        "high_contrast": r"menos contraste|exceso de contraste",
        "stripes": r"franja|bandas verticales|destrip",
    },
}


@cache
def drawn(language: str) -> list[Prompt]:
    rng = random.Random(1)
    return [random_prompt(rng, language) for _ in range(3000)]


def plain(text: str) -> str:
    """Small letters without accents and marks."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(mark for mark in letters if not unicodedata.combining(mark)).strip(" .!?\u3002\u00bf\u00a1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_rich_and_their_slots_known(language):
    vocabulary, frames = tables(language)
    for concept, columns in vocabulary.items():
        assert all(columns[column] for column in COLUMNS), concept
        said = {phrase.lower() for column in COLUMNS for phrase in columns[column]}
        assert len(said) >= (40 if concept in REPAIRS else 15), (concept, len(said))
        assert not [phrase for phrase in said if re.search(r"[{}\[\]|]", phrase)], concept
    for section, phrases in frames.items():
        assert phrases or section in MORE_SECTIONS, section
        for phrase in phrases:
            slots = set(re.findall(r"\{(\w*)\}", phrase))
            assert slots <= SLOTS.get(section, set()), (section, phrase)
            assert slots or section not in SLOTS or section in (*SEVERITIES, "foreign_wishes"), (section, phrase)
    assert set(frames) == {*SECTIONS, *MORE_SECTIONS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_means_two_things(language):
    owner: dict[str, str] = {}
    vocabulary, _ = tables(language)
    for concept, columns in vocabulary.items():
        for column, phrases in columns.items():
            if column != "keeps":
                for phrase in set(map(plain, phrases)):
                    assert owner.setdefault(phrase, concept) == concept, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_prompts_are_whole_and_varied(language):
    prompts = drawn(language)
    assert len({prompt.text for prompt in prompts[:500]}) > 440
    for prompt in prompts:
        assert prompt.text.strip() == prompt.text != "" and not re.search(r"[{}\0]|  |\.\.| [,.]", prompt.text), prompt
        assert prompt.repairs <= set(REPAIRS) and prompt.kept <= set(REPAIRS) and not prompt.repairs & prompt.kept
        assert {repair for repair, _ in prompt.severity} <= prompt.repairs
    for repair in REPAIRS:
        assert sum(repair in prompt.repairs for prompt in prompts) > 300, repair
        assert sum(repair in prompt.kept for prompt in prompts) > 40, repair
    assert sum(not prompt.repairs and not prompt.kept for prompt in prompts) > 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_named_and_kept_is_said(language):
    """Some phrase of a concept that holds the repair, typed with care, stands in the text."""
    vocabulary, frames = tables(language)
    rng, found, asked = random.Random(2), 0, 0
    simple = {ord(b): a for row in frames["traditional"] for a, b in row.split()}

    def letters(text: str) -> str:
        return re.sub(r"\W", "", plain(text)).translate(simple)

    for _ in range(300):
        repair, other = rng.sample(REPAIRS, 2)
        prompt = foreign_prompt(language, rng, {repair}, {other})
        assert repair in prompt.repairs and prompt.kept >= {other} - prompt.repairs
        for name in (repair, other):
            concepts = [concept for concept, members in CONCEPTS.items() if name in members]
            phrases = {letters(p) for concept in concepts for column in vocabulary[concept].values() for p in column}
            asked += 1
            found += any(phrase in letters(prompt.text) for phrase in phrases)
    assert found > 0.9 * asked  # the others hold a slip of the pen


@pytest.mark.parametrize("language", KEYWORDS)
def test_labels_agree_with_unmistakable_words(language):
    """Wishes that are no repair may use them otherwise: "add rain"."""
    seen = dict.fromkeys(REPAIRS, 0)
    for prompt in drawn(language):
        for repair, pattern in KEYWORDS[language].items():
            if re.search(pattern, plain(prompt.text)):
                seen[repair] += 1
                assert repair in prompt.repairs | prompt.kept or prompt.foreign, (repair, prompt)
    assert min(seen.values()) > 3, seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_draws_the_same(language):
    for seed in range(30):
        assert random_prompt(random.Random(seed), language) == random_prompt(random.Random(seed), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_make_prompt_asks_for_what_is_named_and_nothing_else_present(language):
    rng = random.Random(5)
    for _ in range(300):
        present = frozenset(rng.sample(REPAIRS, rng.randint(0, 4)))
        named = frozenset(rng.sample(sorted(present), rng.randint(0, len(present))))
        prompt = make_prompt(present, named, rng.choice(("vif", "mef", "mff", "restore")), rng, language=language)
        assert prompt.repairs & present == named and not prompt.kept & prompt.repairs, prompt


def test_one_picture_is_never_merged():
    fuse = {plain(phrase) for phrase in tables("de")[1]["fuse"]}
    rng = random.Random(7)
    for _ in range(300):
        text = plain(make_prompt(["rain"], [], "restore", rng, language="de").text)
        assert not [phrase for phrase in fuse if phrase in text], text


def test_a_known_level_is_said_truly():
    rng, found = random.Random(3), set()
    for _ in range(400):
        found |= set(foreign_prompt("fr", rng, {"rain"}, levels={"rain": "light"}).severity)
    assert {level for _, level in found} == {"light"} and ("rain", "light") in found


def test_english_is_drawn_as_ever_and_tongues_in_turn():
    rng, other = random.Random(4), random.Random(4)
    assert [next(mixed_prompts(rng, 0)) for _ in range(50)] == [random_prompt(other) for _ in range(50)]
    mixed = corpus(300, 0, 0.5)
    assert sum(not prompt.text.isascii() for prompt in mixed) > 60
    assert mixed == corpus(300, 0, 0.5) != corpus(300, 0)


def test_a_sentence_is_in_one_script():
    rows = tables("zh")[1]["traditional"]
    simple, full = ({pair[i] for row in rows for pair in row.split()} for i in (0, 1))
    assert not simple & full and len(simple) == len(full) > 200
    texts = [set(prompt.text) for prompt in drawn("zh")]
    assert not [text for text in texts if text & simple and text & full]
    assert 0.1 < sum(bool(text & full) for text in texts) / len(texts) < 0.25


def test_only_one_thing_is_left_alone_with_a_verb(monkeypatch):
    """In "ne pas debruiter et eclaircir" the second would be asked for."""
    monkeypatch.setattr(tongues, "careless", lambda language, text, rng: text)  # a typo would hide the verb
    for language in ("de", "fr", "es"):
        verbs = {frame.split("{inf}")[0].strip() for frame in tables(language)[1]["keep"] if "{inf}" in frame}
        starts = tuple(sorted(verbs))
        nouns = {plain(frame.split("{np}")[0]) for frame in tables(language)[1]["keep"] if "{np}" in frame} - {""}
        for seed in range(60):
            prompt = foreign_prompt(language, random.Random(seed), [], ["rain", "noise"])
            text = plain(prompt.text)
            of_verbs = text.startswith(tuple(map(plain, filter(lambda s: len(s) > 5, starts))))
            assert not of_verbs or text.startswith(tuple(nouns)), prompt


def test_foreign_wishes_are_told():
    for language in LANGUAGES:
        wishes = {re.split(r"\{thing\}", plain(wish))[0] for wish in tables(language)[1]["foreign_wishes"]} - {""}
        prompts = [prompt for prompt in drawn(language) if prompt.foreign]
        assert len(prompts) > 100 and any(prompt.repairs for prompt in prompts)
        plainly = [prompt for prompt in prompts if any(wish in plain(prompt.text) for wish in wishes)]
        assert len(plainly) > 0.5 * len(prompts)


def test_articles_melt_into_prepositions():
    assert place("fr", "loin de {np}", {"np": "le bruit"}) == "loin du bruit"
    assert place("fr", "pas de {bare}", {"bare": "artefacts"}) == "pas d'artefacts"
    assert place("fr", "essaie de le faire, {np}", {"np": "x"}) == "essaie de le faire, x"
    assert place("es", "libra de {np}", {"np": "el ruido"}) == "libra del ruido"
    assert place("pt", "livre-se de {np}", {"np": "as gotas"}) == "livre-se das gotas"
    assert place("pt", "cheia de {bare}", {"bare": "ondas"}) == "cheia de ondas"  # "o" is no article there
    assert place("pt", "tomada por {np}", {"np": "o nevoeiro"}) == "tomada pelo nevoeiro"
    assert place("it", "per colpa di {np}", {"np": "gli artefatti"}) == "per colpa degli artefatti"


@pytest.mark.parametrize("language", LANGUAGES)
def test_handwritten_phrasings_are_labelled_and_held_out(language):
    rows = read_labelled(DATA / f"{language}.tsv")
    assert len(rows) >= 150 and len({row.text for row in rows}) == len(rows)
    for row in rows:
        assert row.repairs <= set(REPAIRS) and row.kept <= set(REPAIRS) and not row.repairs & row.kept, row
    for repair in REPAIRS:
        assert sum(repair in row.repairs for row in rows) >= 5, repair
    assert sum(bool(row.kept) for row in rows) >= 10
    assert sum(not row.repairs for row in rows) >= 20
    assert sum(1 < len(row.repairs) < 5 for row in rows) >= 20
    vocabulary, frames = tables(language)
    known = {plain(phrase) for columns in vocabulary.values() for part in columns.values() for phrase in part}
    known |= {plain(phrase) for part in frames.values() for phrase in part}
    rng = random.Random(0)
    known |= {plain(random_prompt(rng, language).text) for _ in range(8000)}
    assert not [row.text for row in rows if plain(row.text) in known]


@pytest.mark.parametrize(
    "call",
    [
        lambda rng: random_prompt(rng, "tlh"),
        lambda rng: foreign_prompt("de", rng, ["hail"]),
        lambda rng: foreign_prompt("de", rng, ["rain"], ["rain"]),
        lambda rng: foreign_prompt("de", rng, ["rain"], task="panorama"),
    ],
)
def test_mistakes_are_named(call):
    with pytest.raises(InputError):
        call(random.Random(0))


def test_groups_have_words_in_every_language():
    for language in LANGUAGES:
        assert set(tables(language)[0]) == {*REPAIRS, *GROUPS}
