"""The repair of local faults on the pixels of one source: noise, JPEG, blur, low resolution, rain, snow, stripes.

A U-Net at a half, a quarter, an eighth and a sixteenth of the resolution, told by the words in every block what to
repair. It sees the source with its tone put right, and as it was, by which it knows how far the noise was lifted.
Nothing in it looks at the whole picture, so a tile sees what the whole sees.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..repairs import LOCAL, REPAIRS
from .bands import BANDS, weighed_bands
from .film import FilmBlock, Words, gates, weighed
from .layers import pad_to_multiple, zeroed

STRIDE = 16  # sides are padded to multiples of it; tiles begin at multiples of it


@dataclass(frozen=True)
class RestorerConfig:
    """`repairs` are the columns of `asked` that open the gate; `blocks` of the encoder, the last being the bottom, and
    of the decoder from the half resolution on; `heads`: one per repair, weighed by its gate, or one for all; `experts`:
    on so many levels from the half resolution on, every repair has weights of its own."""

    repairs: tuple[int, ...] = tuple(map(REPAIRS.index, LOCAL))
    pooled: int = 256
    readings: int = 13
    words: int = 128
    widths: tuple[int, ...] = (32, 64, 128, 256)
    encoder_blocks: tuple[int, ...] = (1, 1, 1, 2)
    decoder_blocks: tuple[int, ...] = (1, 1, 1)
    heads: bool = True
    experts: int = 0


class Restorer(nn.Module):
    """Sources [B, 3, H, W] and what is said [B, said] -> repaired sources; a bit-exact copy where nothing is asked."""

    def __init__(self, config: RestorerConfig | None = None, operations: Any = nn):
        super().__init__()
        self.config = c = config or RestorerConfig()
        w = c.widths
        self.words = Words(c.pooled, c.readings, c.words, operations)

        def blocks(level: int, count: int) -> nn.ModuleList:
            own = len(c.repairs) if level < c.experts else 0
            return nn.ModuleList(FilmBlock(w[level], self.words.outputs, operations, own) for _ in range(count))

        self.stem = operations.Conv2d(24, w[0], 3, padding=1)
        self.encoder = nn.ModuleList(map(blocks, range(len(w)), c.encoder_blocks))
        self.down = nn.ModuleList(operations.Conv2d(a, b, 2, 2) for a, b in zip(w, w[1:], strict=False))
        self.up = nn.ModuleList(operations.Conv2d(b, 4 * a, 1) for a, b in zip(w, w[1:], strict=False))
        self.decoder = nn.ModuleList(map(blocks, range(len(w)), c.decoder_blocks))
        heads = len(c.repairs) if c.heads else 1
        self.head = operations.Conv2d(w[0], 12 * heads, 3, padding=1)
        self.weights = zeroed(operations.Conv2d(w[0], BANDS * heads, 1))
        for module in self.modules():
            if isinstance(module, FilmBlock):
                module.conv2.weight.data.mul_(0.1)
        self.head.weight.data.mul_(0.1)

    def forward(self, toned: Tensor, source: Tensor, said: Tensor) -> Tensor:
        """toned and source [B, 3, H, W] in 0..1, any H and W, said [B, said] -> [B, 3, H, W], unclamped."""
        c = self.config
        open_ = gates(said, c)
        words = self.words(said)
        x = pad_to_multiple(torch.cat([toned * 2 - 1, toned - source], 1), STRIDE)
        x = F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last)
        x = self.stem(x.to(self.stem.weight.dtype))
        skips = []
        for level, blocks in enumerate(self.encoder):
            if level:
                skips.append(x)
                x = self.down[level - 1](x)
            for block in blocks:
                x = block(x, words, open_)
        for level in reversed(range(len(skips))):
            x = F.pixel_shuffle(self.up[level](x), 2) + skips[level]
            for block in self.decoder[level]:
                x = block(x, words, open_)
        height, width = source.shape[-2:]
        with torch.autocast(x.device.type, enabled=False):  # a residual in bfloat16 hides what JPEG and blur took
            x, toned = x.to(self.head.weight.dtype), toned.float()
            residual = F.pixel_shuffle(self._asked(self.head, x, open_), 2)[..., :height, :width]
            weights = F.interpolate(self._asked(self.weights, x, open_), scale_factor=2, mode="bilinear")
            return toned + residual + weighed_bands(toned, weights[..., :height, :width])

    def _asked(self, head: nn.Conv2d, x: Tensor, open_: Tensor) -> Tensor:
        """What the heads of all repairs make of features [B, C, h, w], weighed by the gates [B, R], in float32."""
        if not self.config.heads:
            return head(x).float() * open_.amax(1)[:, None, None, None]
        if x.is_cuda:  # there one large convolution is sooner done than many small ones
            return (head(x).float().unflatten(1, (open_.shape[1], -1)) * open_[:, :, None, None, None]).sum(1)
        return weighed(x, open_, head).float()
