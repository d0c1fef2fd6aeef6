"""Decode: fused latent + sources -> picture as sharp as its sources."""

from itertools import count

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.checks import check_finite, check_number
from ..mmaif.errors import InputError
from ..mmaif.groups import fuse_in_groups, groups_of
from ..mmaif.images import is_gray, socket_batch, split_sources
from ..mmaif.network.layers import DOWNSCALE
from ..mmaif.sources import chosen_from, coloured, finished
from ..mmaif.tiling import Tiles
from .comfy.conditioning import LATENT_CHANNELS, PARTS, REPAIRED, TASK, Part, latents_of, weighed
from .comfy.progress import bar
from .comfy.vae import FusionVAE, check_vae
from .schema import schema, tile_input


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
                tile_input(),
            ],
            outputs=[io.Image.Output(tooltip="The fused picture.")],
        )

    @classmethod
    def execute(
        cls,
        vae: io.Vae.Type,
        samples: io.Latent.Type,
        sources: Tensor | None = None,
        detail: float = 1.0,
        tile: int = 0,
    ) -> io.NodeOutput:
        check_vae(vae)
        latents = latents_of(samples, "samples", LATENT_CHANNELS if isinstance(vae, FusionVAE) else None)
        detail = check_number(detail, "detail", 0, 1)
        if sources is None:
            return io.NodeOutput(_finite(vae.decode(latents)))
        batch = socket_batch(sources, "sources")
        height, width = batch.shape[-2:]
        if not isinstance(vae, FusionVAE):
            return io.NodeOutput(_finite(vae.decode(latents)[:, :height, :width]))
        scenes = split_sources(batch, len(latents), "latents")  # [B, N, 3, H, W]
        if -(-height // DOWNSCALE) > latents.shape[-2] or -(-width // DOWNSCALE) > latents.shape[-1]:
            raise InputError(
                f"sources are {width}x{height} but the latent decodes to "
                f"{latents.shape[-1] * DOWNSCALE}x{latents.shape[-2] * DOWNSCALE}; give sources of that size."
            )
        parts = [part for part in samples.get(PARTS, ()) if part.mean is not None and torch.equal(part.mean, latents)]
        if not parts:  # one prompt, or latents that have changed since
            parts = [Part(torch.ones(1, 1, 1, 1), samples.get(REPAIRED), latents)]
        tiles, pictures = vae.tiles(tile, bar()), []
        for index, part in enumerate(parts):
            fits = part.repaired is not None and part.repaired.shape == scenes.shape
            shown = part.repaired if fits else scenes
            tasks = [samples.get(TASK, "auto")] * len(scenes)
            choice = chosen_from(tasks, scenes, shown.to(scenes))
            picture = _decode(vae, part.latents, shown, detail, tiles.part(index, len(parts)), choice)
            pictures.append(finished(picture, shown.to(picture), tasks, detail))
        image = coloured(weighed(pictures, parts), is_gray(scenes))
        return io.NodeOutput(_finite(image.movedim(1, -1)))  # BCHW -> BHWC


def _finite(picture: Tensor) -> Tensor:
    return check_finite(picture, "The decoded picture", "load another VAE, or start ComfyUI with --fp32-vae")


def _decode(vae: FusionVAE, latents: Tensor, sources: Tensor, detail: float, tiles: Tiles, choice: Tensor) -> Tensor:
    """The pictures [B, 3, H, W] of latents [B, 16, h, w] and their sources [B, N, 3, H, W], a few of them at a time."""
    total, part = groups_of(sources.shape[1]), count()

    def decode(group: Tensor) -> Tensor:
        return vae.decode_sources(latents, group, detail, tiles.part(next(part), total), choice)

    return fuse_in_groups(decode, sources)
