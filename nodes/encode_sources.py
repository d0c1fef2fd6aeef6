"""Encode Sources: pictures of one scene -> latents that ride in the CONDITIONING."""

import comfy.utils
import node_helpers
import torch
from comfy_api.latest import io

from ..mmaif.errors import InputError
from ..mmaif.images import stack_sources, to_batch
from ..mmaif.network.layers import DOWNSCALE, pad_to_multiple
from ..mmaif.tasks import detect_task
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
                    "image_a", tooltip="First source; the visible one beside infrared. A batch is a run of frames."
                ),
                io.Image.Input(
                    "image_b", optional=True, tooltip="Second source, same size. Leave free to restore one picture."
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
    def execute(cls, vae, conditioning, image_a, image_b=None, stack=None) -> io.NodeOutput:
        pictures, names = [to_batch(image_a, "image_a")], ["image_a"]
        if image_b is not None:
            pictures.append(to_batch(image_b, "image_b"))
            names.append("image_b")
        for index, frame in enumerate([] if stack is None else to_batch(stack, "stack")):
            pictures.append(frame[None])
            names.append(f"stack[{index}]")
        sources = stack_sources(pictures, names)  # [B, N, 3, H, W]

        progress = comfy.utils.ProgressBar(sources.shape[0] * sources.shape[1])
        latents = []
        for source in sources.unbind(1):
            padded = pad_to_multiple(source, DOWNSCALE).movedim(1, -1)  # BCHW -> BHWC
            frames = []
            for frame in padded.split(1):
                frames.append(vae.encode(frame))
                progress.update(1)
            latents.append(torch.cat(frames))
        if latents[0].ndim != 4 or latents[0].shape[1] != LATENT_CHANNELS:
            raise InputError(
                f"This VAE makes latents of shape {list(latents[0].shape[1:])}; connect one of the Flux family "
                f"({LATENT_CHANNELS} channels), such as the VAE of Load MMAIF Model."
            )
        values = {"reference_latents": latents}
        if "mmaif_task" not in conditioning[0][1]:
            values["mmaif_task"] = detect_task(sources[0])
        conditioning = node_helpers.conditioning_set_values(conditioning, values)
        batch = sources.transpose(0, 1).flatten(0, 1).movedim(1, -1)  # [N * B, H, W, 3]
        # One index for all: samplers give every frame of a film the noise that it would get alone.
        empty = {"samples": torch.zeros_like(latents[0]), "batch_index": [0] * len(latents[0])}
        return io.NodeOutput(conditioning, empty, batch)
