"""The fusion of repaired sources with the decoded picture, at full sharpness.

Every pixel is a convex mix of the sources (each with a gain per channel) and the decoded picture, whose luminance then
moves towards that of some sources, plus a residual:

    m = sum_i w_i (1 + g_i) S_i + w_0 D,    out = m + sum_i l_i (Y(S_i) - Y(m)) + r

The mix copies pixels exactly; the luminance term brings infrared structure in and leaves colour alone. The branch per
source is shared and sources meet only through mean and maximum, so any number fits in any order.

A decoder that shuffles channels into pixels leaves its grid in smooth skies, at 8, 4 and 2 pixels. So D and its
features come in filtered by what is exactly blind to these periods, and everything here grows by bilinear
interpolation: the decoded picture says how bright and of what colour a place is, the sources bring what is fine.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..images import luminance
from .film import FilmBlock, Words
from .layers import zeroed

STRIDE = 8  # what the latent needs


@dataclass(frozen=True)
class FusionConfig:
    """Channels at a half, a quarter and an eighth of the resolution; `features` are the decoder's."""

    latent: int = 16
    features: int = 96
    pooled: int = 256
    readings: int = 13
    words: int = 64
    half: int = 24
    quarter: int = 48
    deep: int = 96


class FusionPath(nn.Module):
    """Repaired sources, decoded picture, its features, and how far the fused latent is from each source's own."""

    def __init__(self, config: FusionConfig | None = None, operations: Any = nn):
        super().__init__()
        self.config = c = config or FusionConfig()
        conv = operations.Conv2d
        self.words = Words(c.pooled, c.readings, c.words, operations)
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), conv(36, c.half, 3, padding=1))
        self.down = conv(c.half, c.quarter, 2, 2)
        self.change = zeroed(conv(c.latent, c.quarter, 1))
        self.meet = conv(c.quarter + c.features, c.quarter, 1)
        self.met = FilmBlock(c.quarter, self.words.outputs, operations)
        self.gather = conv(2 * c.quarter + c.features, c.quarter, 1)
        self.deeper = conv(c.quarter, c.deep, 2, 2)
        self.deep = FilmBlock(c.deep, self.words.outputs, operations)
        self.back = conv(c.deep, c.quarter, 1)
        self.up = conv(c.quarter, c.half, 1)
        self.own = conv(c.quarter, c.half, 1)
        self.source_neck = conv(2 * c.half, c.half, 3, padding=1)
        self.source_head = conv(c.half, 20, 3, padding=1)
        self.decoded_head = conv(c.half, 16, 3, padding=1)
        for head in (self.source_head, self.decoded_head):
            head.weight.data.mul_(0.1)

    def forward(
        self, repaired: Tensor, sources: Tensor, decoded: Tensor, features: Tensor, change: Tensor, said: Tensor
    ) -> Tensor:
        """repaired and sources [B, N, 3, H, W] in 0..1, decoded [B, 3, H, W], features [B, C, H/4, W/4], change
        [B, N, 16, H/8, W/8], said [B, said] -> [B, 3, H, W], unclamped. H and W are multiples of 8."""
        b, n = repaired.shape[:2]
        words = self.words(said)
        decoded, features = without_grid(decoded), binomial(features)
        each = repaired.flatten(0, 1).to(decoded.dtype)
        apart = each - decoded.repeat_interleave(n, 0)
        mended = each - sources.flatten(0, 1).to(decoded.dtype)
        stem = self.stem(torch.cat([each * 2 - 1, apart, mended], 1).contiguous(memory_format=torch.channels_last))
        seen = self.down(F.relu(stem)) + twice(self.change(change.flatten(0, 1).to(decoded.dtype)))
        met = self.meet(torch.cat([seen, features.repeat_interleave(n, 0)], 1))
        met = self.met(met, words.repeat_interleave(n, 0))
        among = met.unflatten(0, (b, n))
        gathered = self.gather(torch.cat([among.mean(1), among.amax(1), features], 1))
        body = gathered + twice(self.back(self.deep(self.deeper(gathered), words)))
        shared = twice(self.up(body))
        own = twice(self.own(met)) + shared.repeat_interleave(n, 0)
        own = F.relu(self.source_neck(F.relu(torch.cat([stem, own], 1))))
        with torch.autocast(decoded.device.type, enabled=False):  # weights in bfloat16 would round the mix
            own = _exactly(self.source_head, own).unflatten(0, (b, n))  # [B, N, 5, H, W]
            shared = _exactly(self.decoded_head, F.relu(shared))  # [B, 4, H, W]
            return _mix(repaired.float(), decoded.float(), own, shared)


def twice(x: Tensor) -> Tensor:
    """[B, C, h, w] -> [B, C, 2h, 2w], by interpolation: a constant stays one."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def without_grid(picture: Tensor) -> Tensor:
    """[B, 3, H, W] as means over 8 x 8 pixels, in which nothing of period 8, 4 or 2 is left."""
    return F.avg_pool2d(F.pad(picture, (3, 4, 3, 4), mode="replicate"), 8, 1)


def binomial(features: Tensor) -> Tensor:
    """[B, C, h, w] smoothed by (1, 2, 1) both ways, which is blind to the finest checkerboard."""
    small = F.avg_pool2d(F.pad(features, (1, 1, 1, 1), mode="replicate"), 2, 1)
    return F.avg_pool2d(small, 2, 1)


def _exactly(head: nn.Conv2d, x: Tensor) -> Tensor:
    """The head in the precision of its weights, at full resolution."""
    return F.pixel_shuffle(head(x.to(head.weight.dtype)).float(), 2)


def _mix(sources: Tensor, decoded: Tensor, own: Tensor, shared: Tensor) -> Tensor:
    """The formula above; own [B, N, 5, H, W]: logit, gains, lead; shared [B, 4, H, W]: logit, residual."""
    weights = torch.cat([own[:, :, :1], shared[:, None, :1]], 1).softmax(1)  # [B, N + 1, 1, H, W]
    candidates = torch.cat([sources * (1 + own[:, :, 1:4]), decoded.unsqueeze(1)], 1)
    mixed = (weights * candidates).sum(1)
    lead = luminance(sources) - luminance(mixed).unsqueeze(1)  # [B, N, 1, H, W]
    return mixed + (own[:, :, 4:] * lead).sum(1) + shared[:, 1:]
