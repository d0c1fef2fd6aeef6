"""Means over pictures and how far they can be trusted."""

import math
from collections.abc import Sequence

from .report import Scores, Summary

CEILING = 100.0  # dB: what the infinite PSNR of identical pictures counts as, so that means stay finite
# 97.5 % points of Student's t with 1, 2, ... degrees of freedom
STUDENT = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)


def finite(value: float) -> float | None:
    """A number that JSON can hold: None for NaN, CEILING for infinity."""
    if math.isnan(value):
        return None
    return CEILING if value == math.inf else value


def summary(rows: Sequence[Scores]) -> Summary:
    """Per metric, over pictures: the mean and its 95 % confidence interval (Student's t), None where undefined."""
    mean: Scores = {}
    interval: dict[str, list[float] | None] = {}
    for name in rows[0]:
        values = [row[name] for row in rows if row[name] is not None]
        count = len(values)
        mean[name] = math.fsum(values) / count if count else None
        interval[name] = None
        if count > 1:
            variance = math.fsum((value - mean[name]) ** 2 for value in values) / (count - 1)
            half = student(count - 1) * math.sqrt(variance / count)
            interval[name] = [mean[name] - half, mean[name] + half]
    return Summary(mean, interval)


def student(freedom: int) -> float:
    """The 97.5 % point of Student's t: tabulated, then by Cornish and Fisher's expansion (to 1e-4)."""
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    z = 1.959964
    terms = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
