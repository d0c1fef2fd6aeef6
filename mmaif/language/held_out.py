"""Sentences that measure the text encoder and are therefore never drawn for its training, known by their hashes.

`python -m mmaif.language.held_out FILE ...` prints the hashes of labelled sentences, for `held_out.txt`.
"""

import hashlib
import sys
import unicodedata
from functools import cache
from pathlib import Path

from .tables import FOLDER


def held_out(text: str) -> bool:
    """Whether a sentence is one of those, but for capitals, accents and the marks at its ends."""
    return _hashed(text) in _hashes()


@cache
def _hashes() -> frozenset[str]:
    return frozenset((FOLDER / "held_out.txt").read_text(encoding="ascii").split())


def _hashed(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(mark for mark in letters if not unicodedata.combining(mark))
    plain = plain.strip(" .!?\u3002\u00bf\u00a1")
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


if __name__ == "__main__":
    rows = (line for path in sys.argv[1:] for line in Path(path).read_text(encoding="utf-8").splitlines()[1:])
    print("\n".join(sorted({_hashed(row.split("\t")[0]) for row in rows if row.strip()})))
