"""What pictures of one scene have in common whatever took them: where edges are, and which way they run."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..images import luminance

FLOOR = 0.004  # gradient of one gray level of 255 in a pixel: what is flatter is noise
WINDOW = 9  # pixels over which the strength of edges is evened out


def edges(picture: Tensor, blind: bool) -> Tensor:
    """[B, C, H, W] in 0..1 -> [B, 2, H, W]: the gradient of its luminance, of like strength everywhere.

    blind: to the sign, for pairs in which what is bright in one may be dark in the other (infrared): the angle is
    doubled, so that an edge and its inverse are the same. Clipped parts have no edges and say nothing.
    """
    gray = luminance(picture)
    gray = F.pad(gray, (2, 2, 2, 2), mode="replicate")
    gray = _binomial(gray)
    dx = (gray[..., 1:-1, 2:] - gray[..., 1:-1, :-2]) / 2
    dy = (gray[..., 2:, 1:-1] - gray[..., :-2, 1:-1]) / 2
    energy = dx.square() + dy.square()
    around = F.avg_pool2d(energy, WINDOW, 1, WINDOW // 2, count_include_pad=False) + FLOOR**2
    if blind:
        strength = (energy * around).sqrt().clamp_min(1e-12)
        return torch.cat([dx.square() - dy.square(), 2 * dx * dy], 1) / strength
    return torch.cat([dx, dy], 1) / around.sqrt()


def _binomial(gray: Tensor) -> Tensor:
    """The filter (1, 2, 1) / 4 along both axes: one pixel fewer at every side."""
    tap = gray.new_tensor([0.25, 0.5, 0.25])
    gray = F.conv2d(gray, tap.view(1, 1, 1, 3))
    return F.conv2d(gray, tap.view(1, 1, 3, 1))


def likeness(a: Tensor, b: Tensor, where: Tensor) -> float:
    """Correlation of two edge pictures [1, 2, H, W] where `where` [H, W] holds, -1..1."""
    a, b = a * where, b * where
    return float((a * b).sum() / (a.square().sum() * b.square().sum()).sqrt().clamp_min(1e-12))
