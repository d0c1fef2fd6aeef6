"""Reports as tables of text."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from .report import STAGES, Benchmark, Evaluation, Summary
from .statistics import finite

if TYPE_CHECKING:
    from ..data.exam import Gain
    from ..metrics import Metric

LISTED = 40  # pictures; of more, the table shows the means alone
Cells = list[list[str]]  # the header first


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table of text: the first row is the header, the first column is flush left, the others flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


# Gains by fault ------------------------------------------------------------------------------------------------


def gain_table(rows: Sequence["Gain"]) -> str:
    """What a repair gains on each fault in dB, what stays where it is not named, and the means over all."""
    cells = [[r.fault, str(r.count), *(f"{v:.2f}" for v in (r.before, r.gain, r.unnamed, r.other))] for r in rows]
    means = [f"{fmean(getattr(row, name) for row in rows):.2f}" for name in ("before", "gain", "unnamed", "other")]
    header = ["fault", "pictures", "input dB", "gain", "unnamed stays", "another named"]
    return aligned([header, *cells, ["mean", "", *means]])


# Scores -------------------------------------------------------------------------------------------------------


def score_table(report: Evaluation) -> str:
    """Means and half intervals of each method, the best one marked; of one method the main metrics per picture too."""
    methods, directions, images = report.methods, report.metrics, report.first.images
    rows = [["metric", "better", *methods]]
    for name, direction in directions.items():
        best = _best({method: scores.mean[name] for method, scores in methods.items()}, direction)
        cells = [_mean(scores, name) + (" *" if method == best else "") for method, scores in methods.items()]
        rows.append([name, direction.replace("none", "-"), *cells])
    notes = f"Means over {len(images)} pictures, 95 % confidence" if len(images) > 1 else "One picture"
    notes += ", * best." if len(methods) > 1 else "."
    text = f"{aligned(rows)}\n\n{notes}"
    if len(images) > LISTED or len(methods) > 1 or len(images) == 1:
        return text
    from ..metrics import MAIN

    shown = [name for name in MAIN if name in directions] or list(directions)[:8]
    listing = [[scene, *(_number(row[name]) for name in shown)] for scene, row in images.items()]
    return f"{aligned([['picture', *shown], *listing])}\n\n{text}"


def describe(scores: Sequence[Mapping[str, float]], metrics: "Sequence[Metric]") -> str:
    """Metrics of a few pictures for people to read: one row per metric, one column per picture."""
    columns = ["value"] if len(scores) == 1 else [f"picture {number}" for number in range(1, len(scores) + 1)]
    rows = [["metric", "better", *columns]]
    for metric in metrics:
        values = [_number(finite(row[metric.name])) for row in scores]
        rows.append([metric.name, metric.direction.replace("none", "-"), *values])
    return aligned(rows)


def _best(means: Mapping[str, float | None], direction: str) -> str | None:
    known = {method: mean for method, mean in means.items() if mean is not None}
    if direction == "none" or len(known) < 2:
        return None
    return (max if direction == "higher" else min)(known, key=known.__getitem__)


def _mean(scores: Summary, name: str) -> str:
    mean, interval = scores.mean[name], scores.ci95[name]
    return _number(mean) + (f" +- {(interval[1] - interval[0]) / 2:.{_decimals(mean)}f}" if interval else "")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    return 2 if abs(value) >= 10 else 4 if abs(value) >= 0.01 else 6


# Speed --------------------------------------------------------------------------------------------------------


def speed_table(report: Benchmark) -> str:
    """Both tables of a benchmark and what they mean."""
    return f"{aligned(run_cells(report))}\n\n{aligned(stage_cells(report))}\n\n{speed_notes(report)}"


def run_cells(report: Benchmark) -> Cells:
    """One line per method, dtype and size, seconds by stage in columns."""
    stages = [*STAGES, "other", "total"]
    lines = [["method", "px", *stages, "+-", "s/Mpx", "memory MB", "kFLOP/px", "of matrix rate"]]
    for (name, size), rows in report.runs().items():
        total = rows["total"]
        low, high = total.quartiles
        seconds = [_scaled(rows[stage].seconds, ".3g") if stage in rows else "-" for stage in stages]
        lines.append(
            [
                name,
                str(size),
                *seconds,
                f"{(high - low) / 2:.2g}",
                f"{total.seconds / size**2 * 1e6:.3g}",
                _scaled(total.working_bytes, ".0f", 1e-6),
                _scaled(total.flops_per_pixel, ".0f", 1e-3),
                _scaled(total.matrix_share, ".0%"),
            ]
        )
    return lines


def stage_cells(report: Benchmark) -> Cells:
    """The stages of the largest pictures."""
    lines = [["stage", "method", "px", "seconds", "of the time", "memory MB", "kFLOP/px", "of matrix rate"]]
    largest = max(report.settings.sizes)
    for (name, size), rows in report.runs().items():
        if size != largest or len(rows) == 1:
            continue
        lines += [
            [
                stage,
                name,
                str(size),
                _scaled(row.seconds, ".3g"),
                f"{row.seconds / rows['total'].seconds:.0%}",
                _scaled(row.working_bytes, ".0f", 1e-6),
                _scaled(row.flops_per_pixel, ".0f", 1e-3),
                _scaled(row.matrix_share, ".0%"),
            ]
            for stage, row in rows.items()
            if stage not in ("other", "total")
        ]
    return lines


def speed_notes(report: Benchmark) -> str:
    """What the figures are and where they come from."""
    rates = ", ".join(f"{dtype} {rate / 1e12:.2f}" for dtype, rate in report.matrix_flops_per_second.items())
    where, settings = report.machine, report.settings
    return (
        f"{settings.sources} sources; medians of {settings.repeats} runs in seconds, +- half the distance of the "
        f"quartiles; memory is what a run adds.\n{where.device}, {where.processor}, {where.threads} threads, "
        f"torch {where.torch}; measured matrix rate in TFLOP/s: {rates}."
    )


def _scaled(value: float | None, form: str, scale: float = 1) -> str:
    return "-" if value is None else f"{value * scale:{form}}"
