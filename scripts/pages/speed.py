"""Speed and memory from a quarter of a megapixel to 24: docs/speed.md.

    python -m scripts.pages.speed [--benchmark FILE ...]

Without --benchmark the sweep is run here; with it, JSON files of `python -m mmaif benchmark` are shown, of other
machines too.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from mmaif.evaluation.benchmark import benchmark
from mmaif.evaluation.report import Benchmark, Settings
from mmaif.evaluation.tables import run_cells, speed_notes, stage_cells
from mmaif.progress import terminal_bar
from scripts.pages.cancelled import cancelled
from scripts.pages.common import DOCS, markdown

SIZES = (512, 1024, 2048, 3464, 4896)  # 0.25 to 24 megapixels

HEAD = """# Speed by size

Written by `python -m scripts.pages.speed`. Square pictures of so many px a side; s/Mpx is the time per megapixel of
the fused picture. Memory is what a fusion adds to the loaded model and the two sources. How it is measured says
[benchmark](benchmark.md).

Pictures go through in tiles whose size is planned from the memory that is free (`--memory`, `--tile`); the transformer
sees the whole, and attends to grids of more than 2048 tokens of 16 px in windows.
"""


CANCELLED = """## Cancelled

A run of 12 megapixels with *remove the noise* in a real ComfyUI, cancelled at moments spread over it; the run after
them gives the same picture as the one before."""


def page(reports: list[Benchmark], stops: Sequence[Sequence[str]]) -> str:
    """The text of docs/speed.md."""
    parts = [HEAD]
    for report in reports:
        parts += [speed_notes(report).replace("\n", " "), markdown(run_cells(report)), markdown(stage_cells(report))]
    parts += [CANCELLED, markdown(stops)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main() -> None:
    """Measure, or read what was measured, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmark", type=Path, nargs="+", default=[], metavar="FILE")
    options = parser.parse_args()
    reports = [Benchmark.from_json(json.loads(path.read_text())) for path in options.benchmark]
    settings = Settings(SIZES, repeats=1, baselines=True)
    reports = reports or [benchmark(settings, terminal_bar())]
    (DOCS / "speed.md").write_text(page(reports, cancelled()))


if __name__ == "__main__":
    main()
