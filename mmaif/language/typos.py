"""How people really type: British spelling, chat habits, lower case, missing punctuation, typos."""

import random
import re

SPELLINGS = (
    ("artifact", "artefact"),
    ("color", "colour"),
    ("gray", "grey"),
    ("stabiliz", "stabilis"),
    ("normaliz", "normalis"),
    ("minimiz", "minimis"),
    ("equaliz", "equalis"),
    ("photoshop", "edit"),
    ("jpeg", "jpg"),
    ("JPEG", "jpeg"),
    ("defocus", "de-focus"),
    ("favor", "favour"),
)
CONTRACTIONS = (
    ("don't", "dont"),
    ("I'm", "im"),
    ("there's", "theres"),
    ("it's", "its"),
    ("can't", "cant"),
    ("please", "pls"),
    ("please", "plz"),
    ("you", "u"),
    (" and ", " & "),
    ("without", "w/o"),
    ("I'd", "id"),
    ("do not", "don't"),
    ("picture", "pic"),
    ("because", "bc"),
    ("didn't", "did not"),
    ("did not", "didnt"),
    ("isn't", "is not"),
    ("isn't", "isnt"),
    ("wasn't", "was not"),
    ("doesn't", "does not"),
    ("doesn't", "doesnt"),
    ("couldn't", "could not"),
    ("can't", "cannot"),
    ("won't", "wont"),
    ("it's", "it is"),
    ("there's", "there is"),
)
SPARED = frozenset(("degrain", "must", "pixellat"))
# Words that bear no meaning of their own, so that any slip in them is safe.
SHORT = frozenset(
    "the and can you for fix get rid its this that with from please both remove make just need want".split()
)
NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqrteyiuoiasfdhgkjlxzvcnbn", strict=True))


def careless(text: str, rng: random.Random) -> str:
    """`text` with some of these habits, each of them now and then."""
    if rng.random() < 0.3:
        for here, there in SPELLINGS:
            text = text.replace(here, there)
    if rng.random() < 0.15:
        for proper, short in rng.sample(CONTRACTIONS, 8):
            text = re.sub(rf"(?<!\w){re.escape(proper)}(?!\w)", short, text)
    if rng.random() < 0.15:
        text = re.sub(r"(?<=\w\w)-(?=\w\w)", rng.choice((" ", "")), text)
    if rng.random() < 0.45:
        text = text.rstrip(".")
    if rng.random() < 0.4:
        text = text.lower()
    elif rng.random() < 0.02:
        text = text.upper()
    if rng.random() < 0.06:
        text = re.sub(r"[,.;]+ ?", " ", text).strip().lower()
    if rng.random() < 0.25:
        text = mistyped(text, rng)
    return text


def mistyped(text: str, rng: random.Random) -> str:
    """`text` with one to four slips: within a word, a missing blank, a word twice."""
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        place, draw = rng.randrange(len(words)), rng.random()
        if draw < 0.8 or len(words) < 3:
            words[place] = typo(words[place], rng)
        elif draw < 0.93 and place and words[place - 1].lower() in SHORT and words[place].isalpha():
            words[place - 1 : place + 1] = ["".join(words[place - 1 : place + 1])]
        elif words[place].lower() in SHORT:
            words[place : place + 1] = [words[place], words[place]]
    return " ".join(words)


def typo(word: str, rng: random.Random) -> str:
    """Swap, drop, double or miss one letter after the first; of words of three letters, swap or double the last two.

    One slip must not turn a word into another of the vocabulary: "grain" keeps its first letter, and
    "degrain" and "must" are spared because they are one letter from "derain" and "mist".
    """
    core = word.rstrip(",.;:!?")
    if core != word:
        return typo(core, rng) + word[len(core) :]
    if word.lower() in SHORT and len(word) == 3:
        return rng.choice((word[0] + word[2] + word[1], word[0] + word[2] + word[1], word + word[-1]))
    if len(word) < 4 or not word.isalpha() or any(spared in word.lower() for spared in SPARED):
        return word
    if rng.random() < 0.08 and word.lower().endswith(("ing", "tion", "ove", "ure", "ise", "ion")):
        return word[:-2] + word[-1] + word[-2]
    place = rng.randrange(1, len(word) - 1)
    one, two = word[place], word[place + 1]
    changed = rng.choice((two + one, two, one + one + two, NEIGHBOURS.get(one, one) + two))
    return word[:place] + changed + word[place + 2 :]
