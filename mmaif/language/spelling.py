"""How the words of other languages meet: articles that melt into prepositions, print, and careless typing."""

import random
import re
import unicodedata
from collections.abc import Iterable, Mapping

from .typos import typo

UNSPACED = ("zh", "ja")  # written without blanks, and with punctuation of full width
# What a preposition and the article after it become: "de" + "le bruit" is "du bruit".
CONTRACTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (("de le ", "du "), ("de les ", "des "), ("\u00e0 le ", "au "), ("\u00e0 les ", "aux ")),
    "es": (("de el ", "del "), ("a el ", "al ")),
    "pt": (
        *(("a o ", "ao "), ("a os ", "aos "), ("a a ", "\u00e0 "), ("a as ", "\u00e0s ")),
        *(
            (f"{a} {article}", f"{b}{article}")
            for a, b in (("de", "d"), ("em", "n"), ("por", "pel"))
            for article in ("o ", "os ", "a ", "as ")
        ),
    ),
    "it": tuple(
        (f"{a} {article}", f"{b}{joined}")
        for a, b in (("di", "de"), ("da", "da"), ("a", "a"), ("su", "su"), ("in", "ne"))
        for article, joined in (("il ", "l "), ("lo ", "llo "), ("la ", "lla "), ("i ", "i "), ("gli ", "gli "))
        + (("le ", "lle "), ("l'", "ll'"))
    ),
}
_ELISION = re.compile(r"\b([Dd])e \0(?=[aeiou\u00e0-\u00eb\u0153])")  # "pas de artefacts" in French
# Verbs of which "tte" was "ri" (totte, yatte, kakatte) and "i" (haratte, sukutte).
_TO_RI = ("\u53d6\u3063\u3066", "\u3068\u3063\u3066", "\u3084\u3063\u3066", "\u53bb\u3063\u3066", "\u6e1b\u3063\u3066")
_TO_I = ("\u6255\u3063\u3066", "\u3089\u3063\u3066", "\u6551\u3063\u3066")
# Japanese: the "da" of what stands in a slot (not of "tonda", a verb) becomes "na" before "no", "n", "ki" and "ue", and
# is left out before "kamo". Plain forms, which a word of grammar may follow, end in a verb's vowel, in "i", "ta" or
# "da", but not in "deshita", "mashita", "mitai" or "kurai".
_NA = re.compile("(?<!\u3093)\u3060(?=\1[\u306e\u3093\u6c17]|\u3046\u3048\u306b)")
_MAYBE = re.compile("(?<!\u3093)\u3060(?=\1\u304b\u3082)")
_PLAIN = re.compile(
    "(?<!\u3067\u3057|\u307e\u3057|\u307f\u305f|\u304f\u3089)"
    "[\u3044\u3046\u304f\u3050\u3064\u3076\u3080\u308b\u305f\u3060]$"
)
_GLUED = re.compile("\\{sym\\}[\u3040-\u309f\u611f\u6c17]")  # a frame in which such a word follows the clause
CLOSED = (".", "!", "?", ":(", "\u3002", "\uff01", "\uff1f")
MARKS = ",.;:!?&+-(\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f"
# Full width and half; the Spanish marks before a sentence; German umlauts on a foreign keyboard.
_HALF = str.maketrans("\u3002\uff0c\uff1b\uff1a\uff01\uff1f\u3001", ".,;:!?,")
_BLANKS = str.maketrans("\u3002\uff0c\uff1b\u3001", "    ")
_HIRAGANA = {letter: letter - 0x60 for letter in range(0x30A1, 0x30F7)}  # katakana, as one types without converting
_UMLAUTS = {
    "\u00e4": "ae",
    "\u00f6": "oe",
    "\u00fc": "ue",
    "\u00df": "ss",
    "\u00c4": "Ae",
    "\u00d6": "Oe",
    "\u00dc": "Ue",
}


def place(language: str, frame: str, said: Mapping[str, str]) -> str:
    """Phrases in the slots of a frame, prepositions made one word with articles."""
    text = re.sub(r"\{(\w+)\}", lambda slot: f"\0{said[slot[1]]}\1", frame)
    if language == "ja":
        text = _MAYBE.sub("", _NA.sub("\u306a", text))
    text = text.replace("\1", "")
    for apart, together in CONTRACTIONS.get(language, ()):
        preposition, article = apart.split(" ", 1)
        text = re.sub(rf"\b{preposition} \0{article}", together, text)
    if language == "fr":
        text = _ELISION.sub(r"\1'", text)
    return text.replace("\0", "")


def fits(language: str, frame: str, clause: str) -> bool:
    """Whether a clause may stand in the slot {sym} of a frame: in Japanese, what follows it may need its plain form."""
    return language != "ja" or not _GLUED.search(frame) or bool(_PLAIN.search(clause))


def printed(language: str, text: str) -> str:
    """Capitals and full stops as in print."""
    if language in UNSPACED:
        return text if text.endswith(CLOSED) else text + "\u3002"
    text = re.sub(r"(^|[.!?] )([\u00bf\u00a1]?)(\w)", lambda start: start[1] + start[2] + start[3].upper(), text)
    return text if text.endswith(CLOSED) else text + "."


def in_one_script(text: str, pairs: Iterable[str], rng: random.Random) -> str:
    """A text all of whose letters are in the first of two forms or, one time in five, in the second; `pairs` are rows
    of such letters, "ab cd"."""
    forms = [pair for row in pairs for pair in row.split()]
    second = bool(forms) and rng.random() < 0.2
    return text.translate({ord(pair[not second]): pair[second] for pair in forms})


def mistyped(text: str, slips: Iterable[str], rng: random.Random) -> str:
    """A text with one or two words mistyped, or each that can be; `slips` are rows of a word and its wrong forms."""
    rows = [row for row in map(str.split, slips) if row[0] in text]
    if rows and rng.random() < 0.6:
        rows = rng.sample(rows, min(len(rows), rng.choice((1, 1, 2))))
    for word, *wrong in sorted(rows, key=lambda row: -len(row[0])):
        text = text.replace(word, rng.choice(wrong))
    return text


def careless(language: str, text: str, rng: random.Random) -> str:
    """How people type: lower case, no accents, no full stop, punctuation of the other width, slips."""
    if rng.random() < 0.5:
        text = text.rstrip(".\u3002")
    if rng.random() < 0.4:
        text = text.lower()
    if language in UNSPACED:
        if language == "ja" and rng.random() < 0.12:
            text = text.replace("\u3092", "")  # the particle of the object, left out in chats
        if language == "ja" and rng.random() < 0.04:
            text = text.translate(_HIRAGANA)
        draw = rng.random()
        return text.translate(_HALF if draw < 0.15 else _BLANKS if draw < 0.25 else {}).strip()
    if language == "de" and rng.random() < 0.12:
        text = "".join(_UMLAUTS.get(letter, letter) for letter in text)
    if rng.random() < 0.18:
        text = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
        text = text.replace("\u00df", "ss").replace("\u00bf", "").replace("\u00a1", "")
    if rng.random() < 0.08:
        text = re.sub(r"(\s*[,.;!?\u00bf\u00a1])+\s*", " ", text).strip()
    if rng.random() < 0.24:
        words = text.split(" ")
        for _ in range(rng.choice((1, 1, 2))):
            place = rng.randrange(len(words))
            words[place] = typo(words[place], rng)
        text = " ".join(words)
    return text


def verb_stem(request: str) -> str:
    """A Japanese request in "te" as the stem before "tai": "keshite" is "keshi", "totte" is "tori"."""
    if request.endswith(_TO_RI):
        return request[:-2] + "\u308a"
    if request.endswith("\u3044\u3066"):  # nozoite, nozoki
        return request[:-2] + "\u304d"
    if request.endswith(_TO_I):
        return request[:-2] + "\u3044"
    return request[:-1]
