"""Decode: fused latent + sources -> picture as sharp as its sources."""

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.errors import InputError
from ..mmaif.groups import fuse_in_groups
from ..mmaif.images import is_gray, split_sources, to_batch
from ..mmaif.network.layers import DOWNSCALE
from ..mmaif.sources import coloured
from .comfy.conditioning import REPAIRED
from .comfy.progress import counted
from .comfy.vae import FusionVAE
from .schema import schema


class Decode(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFDecode",
            display_name="Decode (MMAIF)",
            search=["image fusion decode", "vae decode detail"],
            description="Decodes a fused latent. With the sources connected, their sharp detail comes through "
            "wherever it belongs to the fused picture.",
            inputs=[
                io.Vae.Input("vae", tooltip="The VAE of Load MMAIF Model; others decode without the detail path."),
                io.Latent.Input("samples", tooltip="The fused latent."),
                io.Image.Input("sources", optional=True, tooltip="From Encode Sources (MMAIF)."),
                io.Float.Input(
                    "detail",
                    default=1.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="How much of the sources' sharpness to let through; 0 is the plain decode.",
                ),
            ],
            outputs=[io.Image.Output(tooltip="The fused picture.")],
        )

    @classmethod
    def execute(
        cls, vae: io.Vae.Type, samples: io.Latent.Type, sources: Tensor | None = None, detail: float = 1.0
    ) -> io.NodeOutput:
        latents = samples["samples"]
        if sources is None:
            return io.NodeOutput(vae.decode(latents))
        height, width = sources.shape[1:3]
        if not isinstance(vae, FusionVAE):
            return io.NodeOutput(vae.decode(latents)[:, :height, :width])
        scenes = split_sources(to_batch(sources, "sources"), len(latents), "latents")  # [B, N, 3, H, W]
        if -(-height // DOWNSCALE) > latents.shape[-2] or -(-width // DOWNSCALE) > latents.shape[-1]:
            raise InputError(
                f"sources are {width}x{height} but the latent decodes to "
                f"{latents.shape[-1] * DOWNSCALE}x{latents.shape[-2] * DOWNSCALE}; give sources of that size."
            )
        repaired = samples.get(REPAIRED)
        shown = scenes if repaired is None or repaired.shape != scenes.shape else repaired
        pairs = list(zip(latents.split(1), shown.split(1), strict=True))
        out = [_decode(vae, latent, given, detail) for latent, given in counted(pairs)]
        image = coloured(torch.cat(out), is_gray(scenes))
        return io.NodeOutput(image.movedim(1, -1)[:, :height, :width])  # BCHW -> BHWC


def _decode(vae: FusionVAE, latent: Tensor, sources: Tensor, detail: float) -> Tensor:
    """The picture [1, 3, 8h, 8w] of a latent [1, 16, h, w] and its sources [1, N, 3, H, W], a few of them at a time."""

    def decode(group: Tensor) -> Tensor:
        image = vae.decode(latent, vae_options={"sources": group, "detail": detail}).movedim(-1, 1)
        return image[..., : sources.shape[-2], : sources.shape[-1]]

    return fuse_in_groups(decode, sources)
