"""Text files of phrases: one a line, in sections headed by [name]; lines that start with # say what they are.

    vocabulary/<concept>.txt  how people speak of one fault, or of a group of them
    templates/*.txt           the sentences around that

A phrase that stands there twice is drawn twice as often. Order matters too: a seed draws by place.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..errors import InputError

FOLDER = Path(__file__).parent
# The sections of a vocabulary; `phrases.Phrases` says what each holds.
COLUMNS = ("nouns", "actions", "jargon", "methods", "adjectives", "symptoms", "goals", "keeps")


@cache
def vocabulary(concept: str) -> Mapping[str, tuple[str, ...]]:
    """How people speak of a concept, by `COLUMNS`."""
    return read(FOLDER / "vocabulary" / f"{concept}.txt", COLUMNS)


@cache
def template(name: str, *sections: str) -> Mapping[str, tuple[str, ...]]:
    """The sections of `templates/<name>.txt`, all that it has, in the order asked for."""
    return read(FOLDER / "templates" / f"{name}.txt", sections)


def cells(rows: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Rows of a table whose phrases belong together, as in "fix {np} | fixing {np}"."""
    return tuple(tuple(cell.strip() for cell in row.split("|")) for row in rows)


def read(path: Path, sections: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The phrases of a file by section, in the order of `sections`, empty ones included.

    Raises `InputError` where there is no such file, or where it has other sections than these.
    """
    if not path.is_file():
        raise InputError(f"There is no table {path}; add one with the sections {', '.join(sections)}.")
    found: dict[str, list[str]] = {}
    for number, line in enumerate(map(str.strip, path.read_text(encoding="utf-8").splitlines()), 1):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            if section not in sections or section in found:
                raise InputError(f"Line {number} of {path}: {line} should be, once, one of {', '.join(sections)}.")
            found[section] = []
        elif line and not line.startswith("#"):
            if not found:
                raise InputError(f"Line {number} of {path}: put a section such as [{sections[0]}] above '{line}'.")
            found[section].append(line)
    missing = [section for section in sections if section not in found]
    if missing:
        raise InputError(f"{path} has no section [{missing[0]}]; add it, empty if there is nothing to say.")
    return {section: tuple(found[section]) for section in sections}
