"""Values that people give, checked one by one: numbers, choices, words, tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

SEEDS = (-(1 << 63), (1 << 64) - 1)  # what torch takes as a seed
LONGEST_TEXT = 100_000  # characters


def check_number(value: Any, name: str, low: float, high: float) -> float:
    """The value as a float, if it is a number in low..high, both included; NaN is none."""
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= value <= high:
        raise InputError(f"{name} {shown(value)} is out of range; use {low:g} to {high:g}.")
    return float(value)


def check_whole(value: Any, name: str, low: int, high: int) -> int:
    """The value as an int, if it is a whole number in low..high, both included."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
        raise InputError(f"{name} {shown(value)} is out of range; use a whole number from {low} to {high}.")
    return int(value)


def check_seed(value: Any, name: str = "seed") -> int:
    """The value as an int, if it fits into 64 bits."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not SEEDS[0] <= value <= SEEDS[1]:
        raise InputError(f"{name} {shown(value)} is no seed; use a whole number of at most 64 bits.")
    return int(value)


def check_choice(value: Any, name: str, choices: Sequence[str]) -> str:
    """The value, if it is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"Unknown {name} {shown(value)}; use {', '.join(choices)}.")
    return value


def check_text(value: Any, name: str) -> str:
    """The value, if it is text that can be encoded: a lone half of a surrogate pair cannot."""
    if not isinstance(value, str):
        raise InputError(f"{name} is {type(value).__name__}, not text; give a sentence in quotes.")
    if len(value) > LONGEST_TEXT:
        raise InputError(f"{name} has {len(value)} characters; give at most {LONGEST_TEXT}.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name} holds half a character at place {error.start}; type or paste it anew.") from error
    return value


def check_finite(tensor: Tensor, name: str, remedy: str) -> Tensor:
    """The tensor, if it holds neither NaN nor infinity; a sum says so without a mask of its size."""
    if tensor.is_floating_point() and not is_finite(tensor):
        raise InputError(f"{name} holds NaN or infinite values; {remedy}.")
    return tensor


def is_finite(tensor: Tensor) -> bool:
    """Whether a floating tensor of any precision is finite: asked of its sum, and value by value where that is not."""
    import torch

    if tensor.element_size() == 1:  # float8 has no sum
        tensor = tensor.float()
    return math.isfinite(tensor.detach().sum(dtype=torch.float32).item()) or bool(tensor.isfinite().all())


def shown(value: Any, longest: int = 40) -> str:
    """The value as code writes it, cut where it is long; whatever has no such form goes by its kind."""
    try:
        text = ascii(value)
    except Exception:  # repr of anything may do anything, such as an int of 5,000 digits
        return f"of kind {type(value).__name__}"
    return text if len(text) <= longest else f"{text[:longest]}..."


def kind_of(value: Any) -> str:
    """What it is, in a word or two: its shape where it has one."""
    shape, name = getattr(value, "shape", None), type(value).__name__
    return f"{name} of shape {list(shape)}" if isinstance(shape, tuple) else f"of kind {name}"
