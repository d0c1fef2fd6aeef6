"""The fusion of sources with the decoded picture, at full sharpness.

Every pixel is a convex mix of the sources (each with a gain per channel) and the decoded picture, whose luminance then
moves towards that of some sources, plus a residual:

    m = sum_i w_i (1 + g_i) S_i + w_0 D,    out = m + sum_i l_i (Y(S_i) - Y(m)) + r

The mix copies pixels exactly; the luminance term brings infrared structure in and leaves colour alone. Of a focus stack
of which nothing is to be repaired one source is right at each place, and nothing else is: there the mix is all but a
choice, and gains, lead and residual are left out (`choice`). The branch per source is shared and sources meet only
through mean and maximum, so any number fits in any order.

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
from .layers import ResidualBlock, zeroed

CHOICE = 5.0  # what the logits of the mix are multiplied by where it is a choice


@dataclass(frozen=True)
class FusionConfig:
    """Channels at a half, a quarter and an eighth of the resolution."""

    half: int = 24
    quarter: int = 48
    deep: int = 56


class FusionPath(nn.Module):
    """Sources, repaired where words ask for it, the decoded picture, its features, and how far the fused latent is from
    each source's own -> the fused picture. latent and features are channels of the autoencoder."""

    def __init__(self, config: FusionConfig, latent: int, features: int, operations: Any = nn):
        super().__init__()
        c, conv = config, operations.Conv2d
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), conv(24, c.half, 3, padding=1))
        self.down = conv(c.half, c.quarter, 2, 2)
        self.change = zeroed(conv(latent, c.quarter, 1))
        self.meet = conv(c.quarter + features, c.quarter, 1)
        self.met = ResidualBlock(c.quarter, operations)
        self.deeper = conv(c.quarter, c.deep, 2, 2)
        self.among = conv(3 * c.deep, c.deep, 1)
        self.deep = ResidualBlock(c.deep, operations)
        self.back = conv(c.deep, c.quarter, 1)
        self.gather = conv(2 * c.quarter + features, c.quarter, 1)
        self.shared = ResidualBlock(c.quarter, operations)
        self.up = conv(c.quarter, c.half, 1)
        self.own = conv(c.quarter, c.half, 1)
        self.source_neck = conv(2 * c.half, c.half, 3, padding=1)
        self.source_head = conv(c.half, 20, 3, padding=1)
        self.decoded_head = conv(c.half, 16, 3, padding=1)
        for head in (self.source_head, self.decoded_head):
            head.weight.data.mul_(0.1)

    def forward(
        self, sources: Tensor, decoded: Tensor, features: Tensor, change: Tensor, choice: Tensor | None = None
    ) -> Tensor:
        """sources [B, N, 3, H, W] in 0..1, decoded [B, 3, H, W], features [B, C, H/4, W/4], change [B, N, 16, H/8,
        W/8], the fused latent minus that of each source, and choice [B], 1 for scenes that are chosen from and 0 for
        others (None: all) -> [B, 3, H, W], unclamped. H and W are multiples of 8."""
        b, n = sources.shape[:2]
        decoded, features = without_grid(decoded), binomial(features)
        each = sources.flatten(0, 1).to(decoded.dtype)
        apart = each - decoded.repeat_interleave(n, 0)
        stem = self.stem(torch.cat([each * 2 - 1, apart], 1).contiguous(memory_format=torch.channels_last))
        seen = self.down(F.relu(stem)) + twice(self.change(change.flatten(0, 1).to(decoded.dtype)))
        met = self.met(self.meet(torch.cat([seen, features.repeat_interleave(n, 0)], 1)))
        deep = self.deeper(met)
        deep = self.deep(self.among(torch.cat([deep, *_of_all(deep, n)], 1)))
        met = met + twice(self.back(deep))
        mean, most = (x[::n] for x in _of_all(met, n))
        shared = F.relu(twice(self.up(self.shared(self.gather(torch.cat([mean, most, features], 1))))))
        own = F.relu(torch.cat([stem, twice(self.own(met)) + shared.repeat_interleave(n, 0)], 1))
        own = F.relu(self.source_neck(own))
        with torch.autocast(decoded.device.type, enabled=False):  # weights in bfloat16 would round the mix
            own = _exactly(self.source_head, own).unflatten(0, (b, n))  # [B, N, 5, H, W]
            shared = _exactly(self.decoded_head, shared)  # [B, 4, H, W]
            return mix(sources.float(), decoded.float(), own, shared, choice)


def mix(sources: Tensor, decoded: Tensor, own: Tensor, shared: Tensor, choice: Tensor | None = None) -> Tensor:
    """The formula above. sources [B, N, 3, H, W], decoded [B, 3, H, W], own [B, N, 5, H, W]: logit, gains, lead; shared
    [B, 4, H, W]: logit, residual; choice [B] -> [B, 3, H, W]."""
    if choice is not None:
        choice = choice.to(own)[:, None, None, None]
        sure, kept = 1 + (CHOICE - 1) * choice, 1 - choice
        own = torch.cat([own[:, :, :1] * sure[:, None], own[:, :, 1:] * kept[:, None]], 2)
        shared = torch.cat([shared[:, :1] * sure, shared[:, 1:] * kept], 1)
    weights = torch.cat([own[:, :, :1], shared[:, None, :1]], 1).softmax(1)  # [B, N + 1, 1, H, W]
    candidates = torch.cat([sources * (1 + own[:, :, 1:4]), decoded.unsqueeze(1)], 1)
    mixed = (weights * candidates).sum(1)
    lead = luminance(sources) - luminance(mixed).unsqueeze(1)  # [B, N, 1, H, W]
    return mixed + (own[:, :, 4:] * lead).sum(1) + shared[:, 1:]


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


def _of_all(each: Tensor, count: int) -> list[Tensor]:
    """Features of `count` sources per scene [B N, C, h, w] -> mean and maximum over each scene, for each source."""
    among = each.unflatten(0, (-1, count))
    return [x.repeat_interleave(count, 0) for x in (among.mean(1), among.amax(1))]


def _exactly(head: nn.Conv2d, x: Tensor) -> Tensor:
    """The head in the precision of its weights, at full resolution."""
    return F.pixel_shuffle(head(x.to(head.weight.dtype)).float(), 2)
