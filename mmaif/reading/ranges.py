"""Which value is white: sensor counts, temperatures and floats of any range to 0..1.

The rule, in order. Integers: the whole range of their type. Floats: 1, 255 or 65535, the least of them that holds all;
in colours, between 1 and 16, their 99.9th percentile (highlights). But gray of more than 8 bits may be *radiometric*:
when it has negative values, when floats lie between 1 and 128, or when its 1st and 99th percentiles span less than a
quarter of the range and begin above zero by a quarter of that span, as counts, Kelvin and Celsius of a scene do. Beside
pictures of another kind, a lone gray one of more than 8 bits that spans less than half of its range is one, too.
Radiometric pictures are stretched from the 0.5th to the 99.5th percentile; several of them, as a stack is, all alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .raw import Raw

LOW, HIGH = 0.005, 0.995  # quantiles that become black and white
_WHITES = (1.0, 255.0, 65535.0, float(2**32 - 1))
_HIGHLIGHTS = 16.0
_LEAST_FLOAT = 128.0  # a float picture of white 255 reaches this; temperatures in Celsius do not
_SAMPLE = 1 << 20  # values that quantiles are read from, at most


def levelled(raws: Sequence[Raw], quantiles: tuple[float, float] = (LOW, HIGH), counts: bool = False) -> list[Raw]:
    """The pictures of one scene with float32 values in 0..1; `counts`: all gray of more than 8 bits is radiometric."""
    ends = levels(raws, quantiles, counts)
    return [level(raw, each, quantiles) for raw, each in zip(raws, ends, strict=True)]


def levels(
    raws: Sequence[Raw], quantiles: tuple[float, float] = (LOW, HIGH), counts: bool = False
) -> list[tuple[float, float] | None]:
    """What becomes black and white in each picture of one scene that is radiometric; None for the others."""
    deep = [raw.space == "gray" and raw.bits > 8 for raw in raws]
    alone = sum(deep) == 1 and len(raws) > 1
    spans = [_span(raw, 0.01, 0.99) if is_deep else None for raw, is_deep in zip(raws, deep, strict=True)]
    thermal = [
        span is not None and (counts or _radiometric(raw, *span, 0.5 if alone else 0.25, alone))
        for raw, span in zip(raws, spans, strict=True)
    ]
    ends = [_span(raw, *quantiles) for raw, is_thermal in zip(raws, thermal, strict=True) if is_thermal]
    common = (min(e[0] for e in ends), max(e[1] for e in ends)) if ends else None
    return [common if is_thermal else None for is_thermal in thermal]


def level(raw: Raw, ends: tuple[float, float] | None, quantiles: tuple[float, float] = (LOW, HIGH)) -> Raw:
    """One picture at the levels that `levels` found."""
    return _of_range(raw) if ends is None else _stretched(raw, *ends, quantiles)


def quantiles_of(array: np.ndarray, *quantiles: float) -> np.ndarray:
    """Quantiles of all values, read from a million of them where there are more."""
    values = array.reshape(-1)
    return np.quantile(values[:: max(1, values.size // _SAMPLE)].astype(np.float64), quantiles)


def _span(raw: Raw, low: float, high: float) -> tuple[float, float]:
    """Two quantiles of the pixels that are there."""
    array = raw.array if raw.alpha is None or not (raw.alpha > 0.5).any() else raw.array[raw.alpha > 0.5]
    return tuple(map(float, quantiles_of(array, low, high)))


def _white(raw: Raw) -> float:
    """The value of white of a picture that is not radiometric."""
    if raw.white is not None:
        return raw.white
    most = float(raw.array.max())
    if raw.bits == 32 and raw.array.dtype.kind == "f" and most <= 1.01:
        return 1.0
    return next((white for white in _WHITES[1:] if most <= white * 1.001), most)


def _radiometric(raw: Raw, low: float, high: float, share: float, alone: bool) -> bool:
    """Whether gray values between these two quantiles are counts or temperatures."""
    if low < -0.01 * max(1.0, _white(raw)) or float(raw.array.min()) < -1:
        return True
    white, span = _white(raw), high - low
    if raw.bits == 32 and 1.01 < float(raw.array.max()) <= _LEAST_FLOAT:
        return True
    return white > 1 and span < share * white and (alone or low > span / 4)


def _stretched(raw: Raw, low: float, high: float, quantiles: tuple[float, float]) -> Raw:
    values = (raw.array.astype(np.float64) - low) / max(high - low, 1e-9)
    part = " to ".join(f"{100 * quantile:g}" for quantile in quantiles)
    note = f"sensor values {low:.6g} to {high:.6g} (percentiles {part}) stretched from black to white"
    return raw.noted(note, array=np.clip(values, 0, 1).astype(np.float32), white=1.0)


def _of_range(raw: Raw) -> Raw:
    white = _white(raw)
    if raw.space == "rgb" and raw.white is None and raw.array.dtype.kind == "f":
        most = float(raw.array.max())
        if 1.01 < most <= _HIGHLIGHTS:
            white = max(1.0, float(quantiles_of(raw.array, 0.999)[0]))
    wide = raw.array.dtype.itemsize > 4  # may hold what float32 cannot
    values = np.clip((raw.array if wide else raw.array.astype(np.float32)) / white, 0, 1)
    return Raw(**{**vars(raw), "array": values.astype(np.float32, copy=False), "white": 1.0})
