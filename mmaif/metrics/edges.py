"""Fusion measures by edges: Qabf and Nabf.

Do the edges of the sources reach the fused picture, with their strength and direction, and are there others?
Fused [B, C, H, W] and sources [B, N, C, H, W] in 0..1 -> [B], on luma in 0..255, with Sobel gradients. Any
number of sources: the papers' sums over A and B run over all of them.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from .windows import luma

ROUNDING = 1e-6  # gray levels; gradients that differ by less are equal, and less than that is none


def qabf(image: Tensor, sources: Tensor) -> Tensor:
    """Q^AB/F, 0..1, higher is better (Xydeas and Petrovic 2000); identical pictures give 0.975, [B].

    The published constants, weights = gradient strength (L = 1). The paper says nothing about borders: the
    public code's zeros around the picture are followed, since published numbers come from it. Where that code
    replaces the strength ratio of equal gradients by the gradient itself, the paper's 1 is followed.
    """
    strength_f, angle_f = _sobel(luma(image)[:, None], "constant")
    strength, angle = _sobel(luma(sources), "constant")
    kept_strength = 0.9994 / (1 + torch.exp(-15 * (_ratio(strength, strength_f) - 0.5)))
    kept_angle = 0.9879 / (1 + torch.exp(-22 * (_alignment(angle, angle_f) - 0.8)))
    return _weighted(kept_strength * kept_angle, strength)


def nabf(image: Tensor, sources: Tensor) -> Tensor:
    """N^AB/F, 0..1, lower is better: edges that no source has, noise and ringing among them; ideal 0, [B].

    Petrovic and Xydeas 2005, as modified by Shreyamsha Kumar 2013 and as in his code, whose constants,
    mirrored borders and floor of the weights are followed: Qabf, loss and artifacts then add up to 1. (A
    common Python translation of it drops the floor.)
    """
    strength_f, angle_f = _sobel(luma(image)[:, None] / 8, "reflect")
    strength, angle = _sobel(luma(sources) / 8, "reflect")
    both = (strength > 0) & (strength_f > 0)
    kept_strength = 0.9999 / (1 + torch.exp(-19 * (torch.where(both, _ratio(strength, strength_f), 0.0) - 0.5)))
    kept_angle = 0.9995 / (1 + torch.exp(-22 * (_alignment(angle, angle_f) - 0.5)))
    kept = (kept_strength * kept_angle).sqrt()
    weights = torch.where(strength >= 2, strength**1.5, 0.001)
    artifact = (strength_f > strength + ROUNDING).all(1, keepdim=True)
    return _weighted(artifact * (1 - kept), weights)


def _sobel(gray: Tensor, border: str) -> tuple[Tensor, Tensor]:
    """Gradient strength and direction (-pi/2..pi/2) of [B, N, H, W]."""
    x = F.pad(gray, (1, 1, 1, 1), mode=border)
    down = x[..., :-2, :] + 2 * x[..., 1:-1, :] + x[..., 2:, :]
    across = x[..., :-2] + 2 * x[..., 1:-1] + x[..., 2:]
    gradients = down[..., 2:] - down[..., :-2], across[..., 2:, :] - across[..., :-2, :]
    dx, dy = (g.masked_fill(g.abs() < ROUNDING, 0) for g in gradients)
    angle = torch.where(dx == 0, math.pi / 2, torch.atan(dy / dx))
    return torch.hypot(dx, dy), angle


def _ratio(first: Tensor, second: Tensor) -> Tensor:
    """The smaller over the larger, 0..1; 1 where both are 0."""
    larger = torch.maximum(first, second)
    return torch.where(larger > 0, torch.minimum(first, second) / larger.clamp(min=1e-12), 1.0)


def _alignment(first: Tensor, second: Tensor) -> Tensor:
    """1 for parallel directions, 0 for perpendicular ones."""
    return ((first - second).abs() - math.pi / 2).abs() * 2 / math.pi


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    """Mean over sources and pixels; 0 where there is no edge at all."""
    total = weights.flatten(1).sum(1)
    return ((values * weights).flatten(1).sum(1) / total.clamp(min=1e-12)).float()
