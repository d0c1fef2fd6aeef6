"""Fusion measures by structural similarity to the sources: SSIM to each, and MEF-SSIM for exposure stacks.

Fused [B, C, H, W] and sources [B, N, C, H, W] in 0..1, any N -> [B], at most 1, higher is better.
"""

import math

import torch
from torch import Tensor

from .full_reference import ssim
from .windows import gaussian, halve, luma, per_picture, slide, uniform

SIZE = 11
SCALES = (0.0448, 0.2856, 0.3001)
C = (0.03 * 255) ** 2


def ssim_sources(image: Tensor, sources: Tensor) -> Tensor:
    """Mean SSIM (Wang et al. 2004) of the fused picture to its sources, on luma, [B].

    Some papers print the sum over two sources: twice this. Needs 11 px.
    """
    fused = luma(image)[:, None] / 255
    return torch.stack([ssim(fused, source[:, None] / 255) for source in luma(sources).unbind(1)]).mean(0)


def mef_ssim(image: Tensor, sources: Tensor) -> Tensor:
    """MEF-SSIM of an exposure pair or stack, on luma, [B] (Ma, Zeng and Wang 2015).

    Three scales, 11 x 11 patches, K = 0.03, as in the authors' code. 1 where all sources are identical to the
    fused picture. Needs 41 px.
    """
    return _multi_scale(luma(image)[:, None], luma(sources)[:, :, None])


def mef_ssim_colour(image: Tensor, sources: Tensor) -> Tensor:
    """MEF-SSIM on patches that span R, G and B, so that faded or tinted colour counts, [B].

    The colour patches of MEF-SSIMc (Ma et al. 2018), without its term for mean intensity: all else is as in
    `mef_ssim`, and gray pictures give the same value. Needs 41 px.
    """
    return _multi_scale(image.double() * 255, sources.double() * 255)


def _multi_scale(fused: Tensor, sources: Tensor) -> Tensor:
    product = 1.0
    for exponent in SCALES:
        quality = per_picture(_quality(fused, sources)).clamp(min=0)
        product = product * quality ** (exponent / sum(SCALES))
        fused, sources = halve(fused), halve(sources)
    return product


def _quality(fused: Tensor, sources: Tensor) -> Tensor:
    """The quality map [B, h, w] at one scale; fused [B, C, H, W], sources [B, N, C, H, W] in 0..255.

    The paper's desired patch is r = c * S / |S|, with S = sum_k a_k (x_k - mean_k). Its variance and its
    covariance with the fused patch are sums of the sources' own, so no patch is ever cut out.
    """
    pictures = [*sources.unbind(1), fused]
    count, samples = len(pictures) - 1, SIZE * SIZE * fused.shape[1]
    spread = {(k, m): samples * _covariance(pictures[k], pictures[m], uniform(SIZE)) for k, m in _pairs(count)}
    norms = torch.stack([spread[k, k].clamp(min=0).sqrt() for k in range(count)])
    contrast = norms + 0.001

    together = _quadratic(spread, torch.ones_like(norms)).sqrt()
    consistency = ((together + 1e-12) / (norms.sum(0) + 1e-12)).clamp(0, 1 - 1e-12)
    power = torch.tan(math.pi / 2 * consistency).clamp(max=10)
    mix = torch.softmax(power * contrast.log(), 0) / contrast  # a_k

    length = _quadratic(spread, mix).sqrt()
    scale = torch.where(length > 0, contrast.amax(0) / length.clamp(min=1e-12), 1.0)
    window = gaussian(SIZE, 1.5)
    local = {(k, m): _covariance(pictures[k], pictures[m], window) for k, m in _pairs(count)}
    var_desired = scale.square() * _quadratic(local, mix)
    var_fused = _covariance(fused, fused, window)
    covariance = scale * sum(mix[k] * _covariance(pictures[k], fused, window) for k in range(count))
    return (2 * covariance + C) / (var_desired + var_fused + C)


def _covariance(x: Tensor, y: Tensor, taps: list[float]) -> Tensor:
    """Per window, over all its pixels and channels: [B, C, H, W] twice -> [B, h, w]."""
    return slide((x * y).mean(1), taps) - slide(x.mean(1), taps) * slide(y.mean(1), taps)


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(k, m) for k in range(count) for m in range(k, count)]


def _quadratic(form: dict[tuple[int, int], Tensor], weights: Tensor) -> Tensor:
    """sum_km w_k w_m form_km, form symmetric and given for k <= m."""
    terms = [(1 if k == m else 2) * weights[k] * weights[m] * value for (k, m), value in form.items()]
    return sum(terms).clamp(min=0)
