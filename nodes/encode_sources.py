"""Encode Sources: pictures of one scene -> latents that ride in the CONDITIONING."""

import logging

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.align.notes import warnings
from ..mmaif.checks import check_finite
from ..mmaif.errors import InputError
from ..mmaif.images import join_sources, socket_pictures
from ..mmaif.masks import fitted
from ..mmaif.network.layers import pad_to_multiple
from ..mmaif.sources import gather
from ..mmaif.tasks import resolve_task
from ..mmaif.tiling import Tiles
from .comfy.conditioning import (
    LATENT_CHANNELS,
    PARTS,
    POOLED,
    REPAIRED,
    TASK,
    Part,
    attach_sources,
    check_prompt,
    masked,
    polarity_of,
    task_of,
    weight_of,
)
from .comfy.newer import more_images
from .comfy.progress import bar, counted
from .comfy.vae import FusionVAE, check_vae
from .schema import schema, tile_input


class EncodeSources(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFEncodeSources",
            display_name="Encode Sources (MMAIF)",
            everyday="Infrared, HDR, focus stack",
            search=["image fusion", "thermal", "exposure bracket", "merge images", "blend images"],
            essentials="Image Tools",
            description="Encodes the pictures to fuse and attaches them to the conditioning, as reference latents.",
            inputs=[
                io.Vae.Input("vae", tooltip="The VAE of Load MMAIF Model; any Flux VAE or taef1 fits too."),
                io.Conditioning.Input("conditioning", tooltip="From Degradation Prompt (MMAIF) or CLIP Text Encode."),
                io.Image.Input(
                    "image_a",
                    tooltip="First source. A batch is a run of frames, or alone, with a task "
                    "that fuses, the sources of one scene.",
                ),
                io.Image.Input(
                    "image_b",
                    optional=True,
                    tooltip="Second source, same size (infrared is fitted). Free: one picture.",
                ),
                io.Image.Input(
                    "stack", optional=True, tooltip="More sources of the same scene as a batch: brackets, focus stacks."
                ),
                *more_images(),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="Repair only here; elsewhere the sources are fused as without words. One fusion more.",
                ),
                tile_input(),
            ],
            outputs=[
                io.Conditioning.Output(tooltip="The prompt with the sources; for the sampler, positive and negative."),
                io.Latent.Output(tooltip="An empty latent of the right size for the sampler."),
                io.Image.Output(display_name="sources", tooltip="All sources as one batch, for Decode (MMAIF)."),
            ],
        )

    @classmethod
    def execute(
        cls,
        vae: io.Vae.Type,
        conditioning: io.Conditioning.Type,
        image_a: Tensor,
        image_b: Tensor | None = None,
        stack: Tensor | None = None,
        mask: Tensor | None = None,
        tile: int = 0,
        more: dict[str, Tensor | None] | None = None,
    ) -> io.NodeOutput:
        check_vae(vae)
        check_prompt(conditioning)
        pictures = socket_pictures(image_a, image_b, stack, **(more or {}))
        said = task_of(conditioning), "", polarity_of(conditioning)
        given = gather(list(pictures.values()), list(pictures), *said)
        sources = given.stacked  # [B, N, 3, H, W]
        task = resolve_task(task_of(conditioning), sources[0])
        for line in warnings(sources[0], task, given.frames.names):
            logging.warning("MMAIF: %s", line)
        tiles = vae.tiles(tile, bar()) if isinstance(vae, FusionVAE) else None
        if mask is not None:
            conditioning = masked(conditioning, fitted(mask[:, None], sources.shape)[:, 0])
        out, parts, plain = [], [], None
        for tokens, values in conditioning:
            repaired = _repaired(vae, sources, values.get(POOLED), task, tiles) if tiles else None
            if repaired is not None:
                latents = _encoded(vae, repaired, tiles)
            else:
                latents = plain = plain or _encoded(vae, sources, tiles)
            out += attach_sources([[tokens, values]], latents, task)
            parts.append(Part(weight_of(values), repaired))
        # One index for all: samplers give every frame of a film the noise that it would get alone.
        empty = {"samples": torch.zeros_like(latents[0]), "batch_index": [0] * len(sources), TASK: task}
        if any(part.repaired is not None for part in parts):
            shown = [part.weight[:, None] * (sources if part.repaired is None else part.repaired) for part in parts]
            empty[REPAIRED] = torch.stack(shown).sum(0)
        if len(parts) > 1:
            empty[PARTS] = parts
        return io.NodeOutput(out, empty, join_sources(sources).movedim(1, -1))  # BCHW -> BHWC


def _encoded(vae: io.Vae.Type, sources: Tensor, tiles: Tiles | None) -> tuple[Tensor, ...]:
    """Sources [B, N, 3, H, W] -> one latent [B, 16, h, w] for each; a foreign VAE takes one picture at a time."""
    batch = join_sources(sources)  # [N * B, 3, H, W]
    if tiles:
        encoded = vae.encode_sources(batch, tiles)
    else:
        frames = counted(batch.split(1))
        encoded = torch.cat([vae.encode(pad_to_multiple(frame).movedim(1, -1)) for frame in frames])
    latents = encoded.split(len(sources))
    for latent in latents:
        _check(latent)
    return latents


def _repaired(vae: FusionVAE, sources: Tensor, said: Tensor | None, task: str, tiles: Tiles) -> Tensor | None:
    """Sources [B, N, 3, H, W] put right as the prompt asks, where the VAE knows how and there is anything to do."""
    if said is None:
        return None
    scenes = enumerate(sources)
    repaired = torch.stack([vae.repair(scene, said, task, tiles.part(i, len(sources))) for i, scene in scenes])
    return None if torch.equal(repaired, sources) else repaired


def _check(latent: Tensor) -> None:
    """Raise InputError unless the latent [B, C, h, w] is one of Flux's space."""
    if latent.ndim != 4 or latent.shape[1] != LATENT_CHANNELS:
        raise InputError(
            f"This VAE makes latents of shape {list(latent.shape[1:])}; connect one of the Flux family "
            f"({LATENT_CHANNELS} channels), such as the VAE of Load MMAIF Model."
        )
    check_finite(latent, "The latent of a source", "load another VAE, or start ComfyUI with --fp32-vae")
