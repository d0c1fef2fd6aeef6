"""The local contrast of a fused picture, brought towards that of the source that has most of it.

What a network learned from means is flatter than its sources. What a picture has around its own local mean is taken
from the sources, each weighed by how much it has there, and replaces a share of what the fused picture has: as in
MEF-SSIM (Ma et al. 2015), whose best patch has the highest contrast of all sources. The local mean, and so the light,
is that of the fused picture.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .images import luminance

SHARE = 0.5  # of the contrast that is replaced; 0.6 has more of it and is farther from the truth of made brackets
CELL = 4  # px a side of the cells in which luminance is averaged first, of pictures up to FINE px
FINE = 1024  # longest side in px; the cells of larger pictures grow with them
MEAN, POWER = 4.0, 2.8  # cells, standard deviations of the Gaussians that average luminance and its squared deviation
SURE = 3  # exponent of the weights: a choice where sources differ, a mean where they are alike
BAND = 64  # rows of cells that are put right at once, which bounds the memory


def with_contrast(fused: Tensor, sources: Tensor, share: Tensor) -> Tensor:
    """Fused pictures [B, 3, H, W] in 0..1 of sources [B, N, 3, H, W], and the share [B] in 0..1 of their local contrast
    that is to be that of the sources -> [B, 3, H, W] in 0..1. Colour differences stay."""
    height, width = fused.shape[-2:]
    cell = CELL * max(1, round(max(height, width) / FINE))
    means, squares = (
        torch.cat(x, 1) for x in zip(*(_averaged(p, cell) for p in (*sources.unbind(1), fused)), strict=True)
    )
    base = _blurred(means, MEAN)
    power = _blurred((squares - 2 * means * base + base.square()).clamp_min(0), POWER)[:, :-1] + 1e-6
    weights = (power / power.amax(1, keepdim=True)) ** SURE
    weights = weights / weights.sum(1, keepdim=True)
    bands = []
    for top in range(0, height, cell * BAND):
        bottom = min(top + cell * BAND, height)
        light, of = (_grown(x, cell, top, bottom, width) for x in (base, weights))
        here = fused[..., top:bottom, :]
        wanted = (of * (luminance(sources[..., top:bottom, :])[:, :, 0] - light[:, :-1])).sum(1, keepdim=True)
        bands.append(here + share[:, None, None, None] * (wanted - luminance(here) + light[:, -1:]))
    return torch.cat(bands, -2).clamp(0, 1)


def _averaged(picture: Tensor, cell: int) -> tuple[Tensor, Tensor]:
    """Means of luminance and of its square [B, 1, h, w] over cells of a picture [B, 3, H, W]."""
    light = luminance(picture)
    height, width = light.shape[-2:]
    light = F.pad(light, (0, -width % cell, 0, -height % cell), mode="replicate")
    return F.avg_pool2d(light, cell), F.avg_pool2d(light.square(), cell)


def _blurred(maps: Tensor, sigma: float) -> Tensor:
    """Maps [B, C, h, w] under a Gaussian of `sigma` cells, the edges replicated."""
    reach = round(2.7 * sigma)
    row = torch.exp(-((torch.arange(-reach, reach + 1, device=maps.device) / sigma) ** 2) / 2)
    row = (row / row.sum()).to(maps).expand(maps.shape[1], 1, 1, -1)
    maps = F.pad(maps, (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(maps, row, groups=len(row)), row.mT, groups=len(row))


def _grown(maps: Tensor, cell: int, top: int, bottom: int, width: int) -> Tensor:
    """Rows `top` to `bottom` of maps [B, C, h, w], in px, as [B, C, bottom - top, width]."""
    first, last = max(top // cell - 1, 0), -(-bottom // cell) + 1
    grown = F.interpolate(maps[:, :, first:last], scale_factor=cell, mode="bilinear", align_corners=False)
    return grown[:, :, top - first * cell : bottom - first * cell, :width]
