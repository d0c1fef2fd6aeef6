"""Montages of training progress, to be looked at."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..images import save_image


def montage(rows: Sequence[Sequence[Tensor]], path: Path) -> None:
    """Pictures [3, H, W] of one size, a list per row, to one file; shorter rows repeat their first."""
    width = max(len(row) for row in rows)
    lines = []
    for row in rows:
        filled = list(row) if len(row) == width else [row[0]] * (width - len(row)) + list(row)
        lines.append(torch.cat(filled, 2))
    half = (len(lines) + 1) // 2
    columns = [torch.cat(lines[:half], 1), torch.cat(lines[half:], 1)] if len(lines) > 4 else [torch.cat(lines, 1)]
    if len(columns) == 2 and columns[0].shape != columns[1].shape:
        columns[1] = torch.cat([columns[1], torch.zeros_like(columns[0][:, columns[1].shape[1] :])], 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_image(torch.cat(columns, 2), path)
