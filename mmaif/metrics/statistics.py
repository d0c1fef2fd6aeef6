"""Fusion measures by statistics of whole pictures: MI, SCD, CC.

Fused [B, C, H, W] and sources [B, N, C, H, W] in 0..1 -> [B], on luma. A picture without any variation
correlates with nothing: its correlation counts as 0.
"""

import torch
from torch import Tensor

from .single import bits
from .windows import luma


def mutual_information(image: Tensor, sources: Tensor) -> Tensor:
    """MI in bits, >= 0, higher is better: the sum over the sources of I(source; fused) (Qu, Zhang and Yan 2002).

    From joint histograms of 256 x 256 levels. Two sources identical to the fused picture give twice its entropy.
    """
    fused, given = luma(image).round().long().flatten(1), luma(sources).round().long().flatten(2)
    total = torch.zeros(len(image), device=image.device)
    for source in given.unbind(1):
        total = total + bits(source, 256) + bits(fused, 256) - bits(256 * source + fused, 256 * 256)
    return total


def sum_of_correlations(image: Tensor, sources: Tensor) -> Tensor:
    """SCD, -2..2 for two sources, higher is better: r(F - B, A) + r(F - A, B) (Aslantas and Bendes 2015).

    With more sources than the paper's two, the mean of the others takes the place of the other one. The ideal
    is a fused picture that is the sum of its sources up to brightness: for identical sources it is undefined.
    """
    fused, given = luma(image)[:, None], luma(sources)
    count = given.shape[1]
    others = (given.sum(1, keepdim=True) - given) / max(count - 1, 1)
    return correlation(fused - others, given).sum(1).float()


def correlation_coefficient(image: Tensor, sources: Tensor) -> Tensor:
    """CC, -1..1, higher is better: the mean correlation of the fused picture with its sources (Deshmukh 2010)."""
    return correlation(luma(image)[:, None], luma(sources)).mean(1).float()


def correlation(x: Tensor, y: Tensor) -> Tensor:
    """Pearson's r over the last two axes, 0 where one side does not vary."""
    x, y = (z - z.mean((-2, -1), keepdim=True) for z in (x, y))
    covariance = (x * y).sum((-2, -1))
    norm = (x.square().sum((-2, -1)) * y.square().sum((-2, -1))).sqrt()
    return torch.where(norm > 1e-6, covariance / norm.clamp(min=1e-6), 0.0)
