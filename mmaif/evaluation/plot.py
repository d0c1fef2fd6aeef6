"""A picture of a benchmark report: seconds over size, and how the stages share them."""

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from ..grid import default_font
from .report import STAGES, Benchmark, Timing

WIDTH, HEIGHT, TOP, BAR = 960, 420, 56, 26  # px
LEFT, RIGHT, NAMES = 70, 230, 200  # px beside the axes, and beside the bars
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#e07000", "#17becf", "#8c564b", "#505050")
SHADES = dict(zip((*STAGES, "other"), (*COLOURS[: len(STAGES)], "#c0c0c0"), strict=True))


def draw(report: Benchmark) -> Image.Image:
    """Seconds per fused picture over its size, both logarithmic, and below them the share of each stage."""
    runs = report.runs()
    bars = {key: rows for key, rows in runs.items() if set(rows) & set(STAGES)}
    sheet = Image.new("RGB", (WIDTH, TOP + HEIGHT + 70 + BAR * len(bars)), "white")
    pen = ImageDraw.Draw(sheet)
    pen.font = default_font()
    where, sources = report.machine, report.settings.sources
    name = where.processor if where.device == "cpu" else where.device
    pen.text((LEFT, 10), f"Seconds per fused picture of {sources} source{'s' * (sources > 1)}", "black")
    pen.text((LEFT, 30), f"{name}, {where.threads} threads, torch {where.torch}, {report.date}", "#606060")
    _curves(pen, {key: rows["total"] for key, rows in runs.items()})
    _bars(pen, bars, TOP + HEIGHT + 36)
    return sheet


def _curves(pen: ImageDraw.ImageDraw, totals: dict[tuple[str, int], Timing]) -> None:
    """One curve per variant, with its quartiles."""
    frame = (LEFT, TOP, WIDTH - RIGHT, TOP + HEIGHT)
    sizes = sorted({size for _, size in totals})
    seconds = [max(value, 1e-6) for row in totals.values() for value in (row.seconds, *row.quartiles)]
    powers = range(math.floor(math.log10(min(seconds))), math.floor(math.log10(max(seconds))) + 2)
    across = _logarithmic(sizes[0] / 1.2, sizes[-1] * 1.2, frame[0], frame[2])
    up = _logarithmic(10.0 ** powers[0], 10.0 ** powers[-1], frame[3], frame[1])
    for power in powers:
        y = up(10.0**power)
        pen.line((frame[0], y, frame[2], y), "#d8d8d8")
        pen.text((frame[0] - 8, y), f"{10.0**power:g}", "black", anchor="rm")
    for size in sizes:
        x = across(size)
        pen.line((x, frame[1], x, frame[3]), "#d8d8d8")
        pen.text((x, frame[3] + 6), f"{size}x{size}", "black", anchor="mt")
    pen.rectangle(frame, outline="black")
    for index, name in enumerate(dict.fromkeys(name for name, _ in totals)):
        colour = COLOURS[index % len(COLOURS)]
        points = []
        for (other, size), row in totals.items():
            if other == name:
                x, (y, low, high) = across(size), map(up, (row.seconds, *row.quartiles))
                pen.line((x, high, x, low), colour, 5)
                pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=colour)
                points.append((x, y))
        pen.line(points, colour, 2)
        pen.text((frame[2] + 14, frame[1] + 20 * index), name, colour)


def _bars(pen: ImageDraw.ImageDraw, runs: dict[tuple[str, int], dict[str, Timing]], top: int) -> None:
    """One bar per variant and size, cut by stage."""
    x = float(NAMES)
    for stage, colour in SHADES.items():
        pen.rectangle((x, top + 2, x + 12, top + 14), fill=colour)
        pen.text((x + 17, top), stage, "black")
        x += 36 + pen.textlength(stage)
    for index, ((name, size), rows) in enumerate(runs.items(), 1):
        seconds = {stage: max(rows[stage].seconds, 0) for stage in SHADES if stage in rows}
        x, y, bottom = float(NAMES), top + BAR * index, top + BAR * index + BAR - 6
        pen.text((NAMES - 8, (y + bottom) / 2), f"{name.removeprefix('mmaif ')}, {size}", "black", anchor="rm")
        for stage, value in seconds.items():
            width = (WIDTH - LEFT - NAMES) * value / sum(seconds.values())
            pen.rectangle((x, y, x + width, bottom), fill=SHADES[stage])
            if width > 50:
                pen.text((x + width / 2, (y + bottom) / 2), f"{value:.2g} s", "white", anchor="mm")
            x += width


def _logarithmic(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    """Value -> px."""
    return lambda value: begin + (end - begin) * math.log(max(value, 1e-6) / low) / math.log(high / low)
