"""Transparency: what a source does not show takes no part in the fusion, others fill it, and the union stays."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from .images import luminance


def union(covers: Sequence[Tensor | None]) -> Tensor | None:
    """Alpha [B, 1, H, W] each, None for opaque -> where any source shows something; None for everywhere."""
    if any(cover is None for cover in covers):
        return None
    most = torch.stack(list(covers)).amax(0)
    return None if bool((most > 0.999).all()) else most


def filled(pictures: Sequence[Tensor], covers: Sequence[Tensor | None], infrared: int | None = None) -> list[Tensor]:
    """Sources [B, 3, H, W] whose transparent parts show the mean of the other sources there, and where none shows
    anything, colours carried on from the nearest that do. The infrared one is filled with gray."""
    if all(cover is None for cover in covers):
        return list(pictures)
    solid = [torch.ones_like(p[:, :1]) if c is None else c for p, c in zip(pictures, covers, strict=True)]
    shown = [picture * cover for picture, cover in zip(pictures, solid, strict=True)]
    out = []
    for index, (part, cover) in enumerate(zip(shown, solid, strict=True)):
        if covers[index] is None:
            out.append(pictures[index])
            continue
        others = [other for other in range(len(shown)) if other != index]
        weight = sum((solid[other] for other in others), torch.zeros_like(cover))
        mean = sum((shown[other] for other in others), torch.zeros_like(part)) / weight.clamp_min(1e-6)
        share = weight.clamp(0, 1)
        carried = spread(part, cover)
        fill = mean * share + carried * (1 - share)
        fill = luminance(fill).expand_as(fill) if index == infrared else fill
        out.append(part + fill * (1 - cover))
    return out


def spread(premultiplied: Tensor, cover: Tensor) -> Tensor:
    """Colours [B, 3, H, W] for every pixel from those that are there, times their cover [B, 1, H, W]: pull and push
    through a pyramid (Gortler et al., The Lumigraph, 1996, section 3.4)."""
    if min(cover.shape[-2:]) < 2:
        mean = premultiplied.sum((-2, -1), keepdim=True) / cover.sum((-2, -1), keepdim=True).clamp_min(1e-6)
        return mean.expand_as(premultiplied)
    small_colour, small_cover = (F.avg_pool2d(each, 2, ceil_mode=True) for each in (premultiplied, cover))
    share = (4 * small_cover).clamp(max=1) / small_cover.clamp_min(1e-6)  # one pixel that is there says it all
    coarse = spread(small_colour * share, small_cover * share)
    coarse = F.interpolate(coarse, cover.shape[-2:], mode="bilinear", align_corners=False)
    known = cover.clamp(0, 1)
    own = premultiplied / cover.clamp_min(1e-6)
    return own * known + coarse * (1 - known)
