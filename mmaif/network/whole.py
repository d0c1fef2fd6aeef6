"""Whole pictures through the autoencoder, tile by tile: what the pipeline and the nodes both do with it.

Pictures stay where they are; only tiles of them go to the network's device, and come back into one result.
"""

import torch
from torch import Tensor

from ..tiling import Tiles
from .autoencoder import Autoencoder
from .layers import DOWNSCALE

# Values kept per pixel at the peak, measured at 1024 x 1024 px in bfloat16 on the CPU; float32 keeps fewer.
ENCODING = 40
DECODING = 80
DETAILING = 65  # more for each source


def encode_whole(autoencoder: Autoencoder, pictures: Tensor, tiles: Tiles) -> Tensor:
    """Pictures [B, 3, H, W] in 0..1 of any size -> scaled latents [B, 16, H/8, W/8], rounded up, on the network's
    device."""

    def encode(part: Tensor) -> Tensor:
        return autoencoder.encode(_placed(part, autoencoder))

    return tiles.run(encode, [(pictures, DOWNSCALE)], DOWNSCALE, _bytes(autoencoder, ENCODING), stage="encode")


def decode_whole(
    autoencoder: Autoencoder,
    latent: Tensor,
    size: tuple[int, int],
    tiles: Tiles,
    sources: Tensor | None = None,
    given: Tensor | None = None,
    detail: float = 1.0,
    choice: Tensor | None = None,
) -> Tensor:
    """Scaled latents [B, 16, h, w] -> pictures [B, 3, H, W] in 0..1, float32 on the CPU, cut to `size` (H, W).

    sources [B, N, 3, H, W] in 0..1, their latents `given` [B, N, 16, h, w] and `choice` [B] feed the detail path, see
    `Autoencoder.decode`.
    """
    out = torch.empty(len(latent), 3, *size)
    inputs, cost, names = [(latent, 1)], DECODING, []
    if sources is not None and detail > 0:
        cost += DETAILING * sources.shape[1]
        more = {"sources": (sources, DOWNSCALE), "given": (given, 1), "choice": (choice, 0)}
        names = [name for name, (tensor, _) in more.items() if tensor is not None]
        inputs += [more[name] for name in names]

    def decode(part: Tensor, *others: Tensor) -> Tensor:
        part = _placed(part, autoencoder)
        known = {name: other.to(part.device) for name, other in zip(names, others, strict=True)}
        if "given" in known:
            known["given"] = known["given"].to(part)
        return autoencoder.decode(part, detail=detail, **known)

    return tiles.run(decode, inputs, DOWNSCALE, _bytes(autoencoder, cost), DOWNSCALE, "decode", out)


def _placed(image: Tensor, autoencoder: Autoencoder) -> Tensor:
    """[B, C, H, W] where and how the autoencoder takes it."""
    weight = next(autoencoder.parameters())
    return image.to(weight.device, weight.dtype).contiguous(memory_format=torch.channels_last)


def _bytes(autoencoder: Autoencoder, values: int) -> int:
    return values * next(autoencoder.parameters()).element_size()
