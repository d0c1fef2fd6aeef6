"""DiT Fusion Sampler: the convenient front to what the core KSampler does as well."""

import logging
import shutil
from importlib.util import find_spec

import comfy.sample
import latent_preview
import torch
from comfy_api.latest import io
from comfy_api.torch_helpers import set_torch_compile_wrapper

from ..mmaif.errors import InputError
from . import runtime
from .schema import schema

FRAMES_AT_ONCE = 4  # of a batch: a long video takes the memory of these only


class FusionSampler(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFFusionSampler",
            display_name="DiT Fusion Sampler (MMAIF)",
            search=["image fusion", "fuse images", "infrared", "hdr merge", "focus stacking", "restore"],
            description="Fuses and restores in latent space: one pass (regression) or a few steps (flow).",
            inputs=[
                io.Model.Input("model", tooltip="From Load MMAIF Model."),
                io.Conditioning.Input("conditioning", tooltip="From Encode Sources (MMAIF)."),
                io.Latent.Input("latent_image", tooltip="From Encode Sources (MMAIF)."),
                io.Combo.Input(
                    "mode",
                    options=["auto", "regression", "flow"],
                    default="auto",
                    tooltip="auto takes what the model is.",
                ),
                io.Int.Input("steps", default=4, min=1, max=100, tooltip="Flow only; regression takes one pass."),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=True,
                    tooltip="Flow only; regression has nothing random.",
                ),
                io.Boolean.Input(
                    "compile",
                    default=False,
                    tooltip="Compile the blocks with torch.compile: slow once, faster afterwards for the same size.",
                ),
            ],
            outputs=[io.Latent.Output(tooltip="The fused latent, for Decode (MMAIF) or any Flux-family node.")],
        )

    @classmethod
    def execute(cls, model, conditioning, latent_image, mode, steps, seed, compile) -> io.NodeOutput:
        variant = runtime.variant(model)
        if mode not in ("auto", variant):
            raise InputError(f"mode is {mode} but the model is a {variant} model; set mode to auto or load another.")
        if compile:
            model = _compiled(model)
        samples = comfy.sample.fix_empty_latent_channels(model, latent_image["samples"])
        if variant == "regression":
            steps, noise = 1, torch.zeros_like(samples)
        else:
            noise = comfy.sample.prepare_noise(samples, seed, latent_image.get("batch_index"))
        starts = range(0, len(samples), FRAMES_AT_ONCE)
        total = steps * len(starts)
        show = latent_preview.prepare_callback(model, total)
        fused = []
        for index, start in enumerate(starts):
            frames = slice(start, start + FRAMES_AT_ONCE)
            said = runtime.frames_of(conditioning, frames, len(samples))

            def advance(step: int, x0, x, _: int, done: int = index * steps) -> None:
                show(done + step, x0, x, total)  # one bar over all frames

            fused.append(
                comfy.sample.sample(
                    model, noise[frames], steps, 1.0, "euler", "simple", said, said, samples[frames],
                    callback=advance, disable_pbar=len(starts) > 1, seed=seed,
                )  # fmt: skip
            )
        return io.NodeOutput({**latent_image, "samples": torch.cat(fused)})


def _compiled(model):
    """The model with compiled blocks, or itself, with one line in the log, where no compiler is found."""
    on_cuda = model.load_device.type == "cuda"
    found = find_spec("triton") if on_cuda else any(map(shutil.which, ("g++", "clang++", "cl")))
    if not found:
        missing = "triton" if on_cuda else "C++ compiler"
        logging.warning("MMAIF: compile is on but no %s is found; running without.", missing)
        return model
    model = model.clone()
    set_torch_compile_wrapper(model, backend="inductor", keys=runtime.block_keys(model))
    return model
