"""Fusion measures by visual information fidelity: VIF and VIFF.

How much of what an observer could see in a source is still there in the fused picture: fused [B, C, H, W] and
sources [B, N, C, H, W] in 0..1 -> [B], on luma in 0..255 and in the pixel domain at four scales. Needs 41 px.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from .windows import gaussian, luma, moments, slide

TINY = 1e-10
VIFF_SCALES = (1 / 2.15, 0.0, 0.15 / 2.15, 1 / 2.15)


def vif(image: Tensor, sources: Tensor) -> Tensor:
    """VIF, >= 0, higher is better: the sum over the sources of their fidelity in the fused picture, [B].

    Sheikh and Bovik 2006, in the pixel-domain form that they released (vifp_mscale, visual noise 2) and fusion
    papers use. A source identical to the fused picture adds 1; enhanced contrast can add more.
    """
    seen, visible = 0.0, 0.0
    for _, information, possible in _scales(luma(image)[:, None], luma(sources), noise=2.0):
        seen = seen + information.sum((-2, -1))
        visible = visible + possible.sum((-2, -1))
    return ((seen + TINY) / (visible + TINY)).sum(1).float()  # [B, N]: a flat source is kept whole


def viff(image: Tensor, sources: Tensor) -> Tensor:
    """VIFF, >= 0, higher is better (Han, Cai, Cao and Xu 2013); 1 where every source is identical to the fused, [B].

    As in the authors' code: visual noise 0.005 * 255^2, and in every window the source counts whose gain is the
    smallest, which is the one with more to show. That code takes the CIELAB lightness of colour pictures; here
    it is luma, as in all these measures.
    """
    total = 0.0
    backwards = luma(sources).flip(1)  # their code takes the last source of equal ones, argmin the first
    for weight, scale in zip(VIFF_SCALES, _scales(luma(image)[:, None], backwards, 0.005 * 255**2), strict=True):
        gain, information, possible = scale
        chosen = gain.argmin(1, keepdim=True)
        seen, visible = ((part.gather(1, chosen) + 1e-7).flatten(1).sum(1) for part in (information, possible))
        total = total + weight * seen / visible
    return total.float()


def _scales(fused: Tensor, source: Tensor, noise: float) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Per scale: gain, information about the source in the fused picture, and in the source itself; maps."""
    for scale in range(4):
        size = 2 ** (4 - scale) + 1
        taps = gaussian(size, size / 5)
        if scale > 0:
            fused, source = (slide(x, taps)[..., ::2, ::2] for x in (fused, source))
        local = moments(source, fused, taps)
        of_source, of_fused = local.var_x.clamp(min=0), local.var_y.clamp(min=0)
        gain = local.cov / (of_source + TINY)
        rest = of_fused - gain * local.cov
        rest = torch.where(of_source < TINY, of_fused, rest)
        nothing = (of_source < TINY) | (of_fused < TINY)
        rest = torch.where(of_fused < TINY, 0.0, rest)
        rest = torch.where(~nothing & (gain < 0), of_fused, rest)
        gain = torch.where(nothing | (gain < 0), 0.0, gain)
        of_source = torch.where(of_source < TINY, 0.0, of_source)
        information = torch.log2(1 + gain.square() * of_source / (rest.clamp(min=TINY) + noise))
        yield gain, information, torch.log2(1 + of_source / noise)
