"""Decode: fused latent + sources -> picture as sharp as its sources."""

import comfy.utils
import torch
from comfy_api.latest import io

from ..mmaif.errors import InputError
from ..mmaif.images import to_batch
from ..mmaif.network.layers import DOWNSCALE
from . import runtime
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
    def execute(cls, vae, samples, sources=None, detail: float = 1.0) -> io.NodeOutput:
        latents = samples["samples"]
        if sources is None or not isinstance(vae, runtime.FusionVAE):
            image = vae.decode(latents)
            return io.NodeOutput(image if sources is None else image[:, : sources.shape[1], : sources.shape[2]])
        batch, (height, width) = len(latents), sources.shape[1:3]
        if len(sources) % batch:
            raise InputError(
                f"sources holds {len(sources)} pictures, which is no multiple of the {batch} latents; "
                "connect the sources output of the same Encode Sources (MMAIF)."
            )
        if -(-height // DOWNSCALE) > latents.shape[-2] or -(-width // DOWNSCALE) > latents.shape[-1]:
            raise InputError(
                f"sources are {width}x{height} but the latent decodes to "
                f"{latents.shape[-1] * DOWNSCALE}x{latents.shape[-2] * DOWNSCALE}; give sources of that size."
            )
        pictures = to_batch(sources, "sources").unflatten(0, (-1, batch)).transpose(0, 1)  # [B, N, 3, H, W]
        progress = comfy.utils.ProgressBar(batch)
        out = []
        for latent, given in zip(latents.split(1), pictures.split(1), strict=True):
            out.append(vae.decode(latent, vae_options={"sources": given, "detail": detail}))
            progress.update(1)
        return io.NodeOutput(torch.cat(out)[:, :height, :width])
