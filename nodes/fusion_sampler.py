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


class FusionSampler(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="MMAIFFusionSampler",
            display_name="DiT Fusion Sampler (MMAIF)",
            category="MMAIF",
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
        fused = comfy.sample.sample(
            model, noise, steps, 1.0, "euler", "simple", conditioning, conditioning, samples,
            callback=latent_preview.prepare_callback(model, steps), seed=seed,
        )  # fmt: skip
        return io.NodeOutput({**latent_image, "samples": fused})


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
