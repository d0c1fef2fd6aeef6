"""Dataclasses from JSON: nested, strict about names, forgiving about lists where tuples are meant."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from .errors import InputError

T = TypeVar("T")


def build(kind: type[T], values: Mapping[str, Any], where: str = "configuration") -> T:
    """Instance of dataclass `kind` from a mapping; an unknown name raises InputError naming the known ones."""
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise InputError(f"Unknown entry {unknown[0]!r} in {where}; known are {', '.join(sorted(known))}.")
    built = {}
    for name, value in values.items():
        inner = next(filter(is_dataclass, (hints[name], *get_args(hints[name]))), None)  # X or X | None
        if inner and isinstance(value, Mapping):
            value = build(inner, value, f"{where}.{name}")
        elif isinstance(value, list):
            value = tuple(value)
        built[name] = value
    try:
        return kind(**built)
    except TypeError as error:
        raise InputError(f"Incomplete {where}: {error}.") from error


def load(kind: type[T], path: str | Path) -> T:
    """Read a JSON file into dataclass `kind`."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"The configuration {path} does not exist; check the path.")
    try:
        values = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise InputError(f"The configuration {path} is not valid JSON ({error}); mend it.") from error
    return build(kind, values, path.name)
