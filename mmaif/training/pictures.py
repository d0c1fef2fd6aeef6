"""Montages of training progress, to be looked at."""

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from ..files import made_folder
from ..grid import folded, grid
from ..images import save_image, to_pil

LONG = 4  # more rows than these are folded into two columns


def montage(rows: Sequence[Sequence[Tensor]], path: Path) -> None:
    """Pictures [3, H, W] of one size, a list per row, to one file; shorter rows repeat their first."""
    width = max(len(row) for row in rows)
    lines = [[to_pil(picture) for picture in [row[0]] * (width - len(row)) + list(row)] for row in rows]
    made_folder(path.parent)
    save_image(grid(folded(lines) if len(lines) > LONG else lines, gap=0, background="black"), path)
