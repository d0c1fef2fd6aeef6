"""Dataclasses from JSON: nested, strict about names and kinds, forgiving about lists where tuples are meant."""

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .checks import shown
from .errors import InputError

T = TypeVar("T")
MEANT = {bool: "true or false", int: "a whole number", float: "a number", str: "text", tuple: "a list"}


def build(kind: type[T], values: Any, where: str = "configuration") -> T:
    """Instance of dataclass `kind` from a mapping; InputError for an unknown or missing name, or a value of another
    kind than the field's."""
    if not isinstance(values, Mapping):
        raise InputError(f"{where} is {shown(values)}, no object of names and values; write {{...}}.")
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise InputError(f"Unknown entry {shown(unknown[0])} in {where}; known are {', '.join(sorted(known))}.")
    for f in fields(kind):  # type: ignore[arg-type]
        if f.name not in values and f.default is MISSING and f.default_factory is MISSING:
            raise InputError(f"Incomplete {where}: {f.name} is missing; add it.")
    built = {name: _valued(value, hints[name], f"{where}.{name}") for name, value in values.items()}
    try:
        return kind(**built)
    except InputError:
        raise
    except (TypeError, ValueError) as error:  # of the dataclass's own checks
        raise InputError(f"{where} cannot be used: {error}") from error


def _valued(value: Any, hint: Any, where: str) -> Any:
    """The value as a field of kind `hint` holds it."""
    if NoneType in get_args(hint):  # X | None
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
        return None if value is None else _valued(value, hint, where)
    if is_dataclass(hint):
        return value if isinstance(value, hint) else build(hint, value, where)
    plain = get_origin(hint) or hint
    if plain is tuple:
        return _listed(value, get_args(hint), where)
    if plain is Mapping:
        if not isinstance(value, Mapping):
            raise InputError(f"{where} is {shown(value)}, no object of names and values; write {{...}}.")
        return value
    if plain not in (bool, int, float, str):
        return value  # what needs more than a kind is checked by who uses it
    right = isinstance(value, (int, float) if plain is float else plain) and isinstance(value, bool) == (plain is bool)
    if not right or (plain is float and not _is_finite(value)):
        raise InputError(f"{where} is {shown(value)}; give {MEANT[plain]}.")
    return value


def _listed(value: Any, inner: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    """A list as the tuple that it stands for: of any length, or of one kind for each place."""
    if not isinstance(value, (list, tuple)):
        raise InputError(f"{where} is {shown(value)}; give {MEANT[tuple]}.")
    kinds = inner[:1] * len(value) if inner[1:] == (...,) else inner
    if len(kinds) != len(value):
        raise InputError(f"{where} has {len(value)} values; give {len(kinds)}.")
    return tuple(_valued(one, kind, f"{where}[{i}]") for i, (one, kind) in enumerate(zip(value, kinds, strict=True)))


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False


def parse(text: str | bytes, what: str) -> Any:
    """What JSON says; InputError naming `what` for all that is no JSON."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise InputError(f"{what} is nested too deeply; mend it.") from error
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        raise InputError(f"{what} is not valid JSON ({' '.join(str(error)[:120].split())}); mend it.") from error


def load(kind: type[T], path: str | Path) -> T:
    """Read a JSON file into dataclass `kind`."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"The configuration {path} does not exist; check the path.")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"The configuration {path} cannot be read ({error.strerror}); check your rights.") from error
    return build(kind, parse(text, f"The configuration {path}"), path.name)
