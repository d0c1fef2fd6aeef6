"""Encode Sources: pictures of one scene -> latents that ride in the CONDITIONING."""

import logging

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.align.notes import warnings
from ..mmaif.errors import InputError
from ..mmaif.images import join_sources, socket_pictures
from ..mmaif.network.layers import pad_to_multiple
from ..mmaif.sources import gather
from ..mmaif.tasks import resolve_task
from .comfy.conditioning import REPAIRED, attach_sources, polarity_of, said_of, task_of
from .comfy.progress import counted
from .comfy.vae import FusionVAE
from .schema import schema

LATENT_CHANNELS = 16


class EncodeSources(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFEncodeSources",
            display_name="Encode Sources (MMAIF)",
            search=["image fusion", "infrared", "thermal", "exposure bracket", "hdr", "focus stack", "merge images"],
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
    ) -> io.NodeOutput:
        pictures = socket_pictures(image_a, image_b, stack)
        said = task_of(conditioning), "", polarity_of(conditioning)
        given = gather(list(pictures.values()), list(pictures), *said)
        sources = given.stacked  # [B, N, 3, H, W]
        task = resolve_task(task_of(conditioning), sources[0])
        for line in warnings(sources[0], task, given.frames.names):
            logging.warning("MMAIF: %s", line)
        repaired = _repaired(vae, sources, said_of(conditioning), task)
        batch = join_sources(sources if repaired is None else repaired)  # [N * B, 3, H, W]
        encoded = [vae.encode(pad_to_multiple(frame).movedim(1, -1)) for frame in counted(batch.split(1))]
        latents = torch.cat(encoded).split(len(sources))  # one [B, 16, h, w] for each source
        _check(latents[0])
        # One index for all: samplers give every frame of a film the noise that it would get alone.
        empty = {"samples": torch.zeros_like(latents[0]), "batch_index": [0] * len(sources)}
        if repaired is not None:
            empty[REPAIRED] = repaired
        batch = join_sources(sources).movedim(1, -1)  # BCHW -> BHWC
        return io.NodeOutput(attach_sources(conditioning, latents, task), empty, batch)


def _repaired(vae: io.Vae.Type, sources: Tensor, said: Tensor | None, task: str) -> Tensor | None:
    """Sources [B, N, 3, H, W] put right as the prompt asks, where the VAE knows how and there is anything to do."""
    if not isinstance(vae, FusionVAE) or said is None:
        return None
    repaired = torch.stack([vae.repair(scene, said, task) for scene in sources])
    return None if torch.equal(repaired, sources) else repaired


def _check(latent: Tensor) -> None:
    """Raise InputError unless the latent [B, C, h, w] is one of Flux's space."""
    if latent.ndim != 4 or latent.shape[1] != LATENT_CHANNELS:
        raise InputError(
            f"This VAE makes latents of shape {list(latent.shape[1:])}; connect one of the Flux family "
            f"({LATENT_CHANNELS} channels), such as the VAE of Load MMAIF Model."
        )
