"""Images <-> latents, and the detail path that makes a decoded picture as sharp as its sources.

The latent space is Flux's: 16 channels at an eighth of the resolution, stored scaled as
``(z - 0.1159) * 0.3611``. Everything is convolutional with no image-wide normalisation, so a tile sees
what the whole picture sees. Images are float [B, 3, H, W] in 0..1, H and W multiples of 8.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fusion import FusionConfig, FusionPath, mix
from .layers import ResidualBlock, pad_to, pad_to_multiple, residual_blocks, zeroed


@dataclass(frozen=True)
class AutoencoderConfig:
    """Channels and residual blocks at a half, a quarter (`fine`) and an eighth (`deep`) of the resolution."""

    latent_channels: int = 16
    encoder_fine: int = 96
    encoder_deep: int = 128
    encoder_blocks: tuple[int, int] = (2, 3)
    decoder_half: int = 48
    decoder_fine: int = 96
    decoder_deep: int = 160
    decoder_blocks: tuple[int, int, int] = (2, 3, 4)
    detail_half: int = 32
    detail_quarter: int = 80
    detail_deep: int = 128
    detail_blocks: tuple[int, int] = (3, 2)
    fusion: FusionConfig | None = None  # of the detail path; None: that of 0.4.0


class Encoder(nn.Module):
    """Image [B, 3, H, W] in 0..1 -> scaled latent [B, 16, H/8, W/8]."""

    def __init__(self, config: AutoencoderConfig, operations: Any = nn):
        super().__init__()
        fine, deep = config.encoder_fine, config.encoder_deep
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),
            operations.Conv2d(48, fine, 3, padding=1),
            *residual_blocks(config.encoder_blocks[0], fine, operations),
            nn.PixelUnshuffle(2),
            operations.Conv2d(4 * fine, deep, 1),
            *residual_blocks(config.encoder_blocks[1], deep, operations),
            operations.Conv2d(deep, config.latent_channels, 3, padding=1),
        )

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image * 2 - 1)


class Decoder(nn.Module):
    """Scaled latent [B, 16, h, w] -> image [B, 3, 8h, 8w] (unclamped) and features [B, C, 2h, 2w]."""

    def __init__(self, config: AutoencoderConfig, operations: Any = nn):
        super().__init__()
        half, fine, deep = config.decoder_half, config.decoder_fine, config.decoder_deep
        self.deep = nn.Sequential(
            operations.Conv2d(config.latent_channels, deep, 3, padding=1),
            *residual_blocks(config.decoder_blocks[2], deep, operations),
            operations.Conv2d(deep, 4 * fine, 1),
            nn.PixelShuffle(2),
        )
        self.fine = nn.Sequential(*residual_blocks(config.decoder_blocks[1], fine, operations))
        self.to_image = nn.Sequential(
            operations.Conv2d(fine, 4 * half, 1),
            nn.PixelShuffle(2),
            *residual_blocks(config.decoder_blocks[0], half, operations),
            nn.ReLU(),
            operations.Conv2d(half, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        features = self.fine(self.deep(latent))
        return self.to_image(features) * 0.5 + 0.5, features


class DetailPath(nn.Module):
    """Lets source detail into the decoded picture where the fused latent agrees with it.

    Every output pixel is a convex mix of the sources (each with a gain per channel) and the decoded picture,
    whose luminance then moves towards that of some sources, plus a residual:

        m = sum_i w_i (1 + g_i) S_i + w_0 D,    out = m + sum_i l_i (Y(S_i) - Y(m)) + r

    The mix copies pixels exactly; the luminance term brings infrared structure in and leaves colour alone.
    The branch per source is shared and sources meet only through mean and maximum, so any number fits in any
    order. What the prompt asks for is read from how far the fused latent is from the source's own: a network that
    was told to repair nothing leaves the latent alone, also where the decoded pictures would look alike.
    """

    def __init__(self, config: AutoencoderConfig, operations: Any = nn):
        super().__init__()
        half, quarter, deep = config.detail_half, config.detail_quarter, config.detail_deep
        features, (fine_blocks, deep_blocks) = config.decoder_fine, config.detail_blocks
        self.stem = nn.Sequential(
            nn.PixelUnshuffle(2), operations.Conv2d(24, half, 3, padding=1), ResidualBlock(half, operations)
        )
        self.down = nn.Sequential(nn.PixelUnshuffle(2), operations.Conv2d(4 * half, quarter, 1))
        self.change = nn.Sequential(
            operations.Conv2d(config.latent_channels, deep, 3, padding=1),
            nn.ReLU(),
            operations.Conv2d(deep, 4 * quarter, 1),
            nn.PixelShuffle(2),
        )
        self.meet = nn.Sequential(
            operations.Conv2d(quarter + features, quarter, 3, padding=1), ResidualBlock(quarter, operations)
        )
        self.gather = operations.Conv2d(2 * quarter + features, quarter, 1)
        self.deep = nn.Sequential(
            nn.PixelUnshuffle(2),
            operations.Conv2d(4 * quarter, deep, 1),
            *residual_blocks(deep_blocks, deep, operations),
            operations.Conv2d(deep, 4 * quarter, 1),
            nn.PixelShuffle(2),
        )
        self.body = nn.Sequential(
            *residual_blocks(fine_blocks, quarter, operations),
            operations.Conv2d(quarter, 4 * half, 1),
            nn.PixelShuffle(2),
        )
        self.source_head = nn.Sequential(
            operations.Conv2d(2 * half, half, 3, padding=1), nn.ReLU(), operations.Conv2d(half, 20, 3, padding=1)
        )
        self.decoded_head = nn.Sequential(nn.ReLU(), operations.Conv2d(half, 16, 3, padding=1))
        for head in (self.source_head, self.decoded_head):
            head[-1].weight.data.mul_(0.1)
        zeroed(self.change[2])

    def forward(
        self, sources: Tensor, decoded: Tensor, features: Tensor, change: Tensor, choice: Tensor | None = None
    ) -> Tensor:
        """sources [B, N, 3, H, W], decoded [B, 3, H, W], features [B, C, H/4, W/4] and change [B, N, 16, H/8, W/8],
        the fused latent minus that of each source, and choice [B], see `FusionPath` -> [B, 3, H, W]."""
        b, n = sources.shape[:2]
        each = sources.flatten(0, 1).to(decoded.dtype)
        difference = each - decoded.repeat_interleave(n, 0)
        stem = self.stem(torch.cat([each * 2 - 1, difference], 1).contiguous(memory_format=torch.channels_last))
        seen = self.down(stem) + self.change(change.flatten(0, 1).to(decoded.dtype))
        met = self.meet(torch.cat([seen, features.repeat_interleave(n, 0)], 1)).unflatten(0, (b, n))
        gathered = self.gather(torch.cat([met.mean(1), met.amax(1), features], 1))
        body = self.body(gathered + self.deep(gathered))
        per_source = self.source_head(torch.cat([stem, body.repeat_interleave(n, 0)], 1))
        per_source = F.pixel_shuffle(per_source, 2).float().unflatten(0, (b, n))  # [B, N, 5, H, W]
        shared = F.pixel_shuffle(self.decoded_head(body), 2).float()  # [B, 4, H, W]
        return mix(sources, decoded, per_source, shared, choice)


class Autoencoder(nn.Module):
    """Encoder, decoder and detail path, kept together as they ship together."""

    def __init__(self, config: AutoencoderConfig | None = None, operations: Any = nn):
        super().__init__()
        self.config = config or AutoencoderConfig()
        self.encoder = Encoder(self.config, operations)
        self.decoder = Decoder(self.config, operations)
        c = self.config
        self.detail = (
            FusionPath(c.fusion, c.latent_channels, c.decoder_fine, operations)
            if c.fusion
            else DetailPath(c, operations)
        )
        for module in self.modules():
            if isinstance(module, ResidualBlock):
                module.conv2.weight.data.mul_(0.1)

    def networks(self) -> dict[str, nn.Module]:
        """The parts by name."""
        return {"encoder": self.encoder, "decoder": self.decoder, "detail path": self.detail}

    def encode(self, image: Tensor) -> Tensor:
        """[B, 3, H, W] in 0..1 -> scaled latent [B, 16, H/8, W/8]; sizes are padded up to multiples of 8."""
        return self.encoder(pad_to_multiple(image))

    def decode(
        self,
        latent: Tensor,
        sources: Tensor | None = None,
        detail: float = 1.0,
        given: Tensor | None = None,
        choice: Tensor | None = None,
    ) -> Tensor:
        """Scaled latent [B, 16, h, w] -> image [B, 3, 8h, 8w] in 0..1.

        sources [B, N, 3, H, W] in 0..1 (H <= 8h, W <= 8w, padded to fit) feed the detail path; `detail`
        0..1 blends from the plain decode to the full detail path. given [B, N, 16, h, w] are the latents of the
        sources, which are encoded here where they are not at hand. choice [B] is 1 for scenes from whose sources each
        pixel is chosen, see `FusionPath`.
        """
        decoded, features = self.decoder(latent)
        if sources is None or detail <= 0:
            return decoded.float().clamp(0, 1)
        padded = pad_to(sources.flatten(0, 1), decoded.shape[-2:]).unflatten(0, sources.shape[:2])
        if given is None:
            given = self.encoder(padded.flatten(0, 1).to(latent)).unflatten(0, padded.shape[:2])
        sharp = self.detail(padded, decoded, features, latent.unsqueeze(1) - given, choice)
        return torch.lerp(decoded.float(), sharp.float(), float(min(detail, 1.0))).clamp(0, 1)
