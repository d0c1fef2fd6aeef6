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
from ..mmaif.sampling import SAMPLERS
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
                io.Combo.Input(
                    "sampler",
                    optional=True,
                    options=list(SAMPLERS),
                    default="euler",
                    tooltip="Flow only. heun is of second order: twice the work per step.",
                ),
                io.Float.Input(
                    "shift",
                    optional=True,
                    default=1.0,
                    min=0.1,
                    max=20.0,
                    step=0.1,
                    tooltip="Flow only, on top of the model's own: above 1 more steps shape the whole, below 1 detail.",
                ),
                io.Float.Input(
                    "guidance",
                    optional=True,
                    default=1.0,
                    min=0.0,
                    max=10.0,
                    step=0.1,
                    tooltip="Flow only. Above 1 exaggerates what the prompt asks for, at twice the work; 1 is off.",
                ),
            ],
            outputs=[io.Latent.Output(tooltip="The fused latent, for Decode (MMAIF) or any Flux-family node.")],
        )

    @classmethod
    def execute(
        cls,
        model,
        conditioning,
        latent_image,
        mode: str,
        steps: int,
        seed: int,
        compile: bool,
        sampler: str = "euler",
        shift: float = 1.0,
        guidance: float = 1.0,
    ) -> io.NodeOutput:
        variant = runtime.variant(model)
        if mode not in ("auto", variant):
            raise InputError(f"mode is {mode} but the model is a {variant} model; set mode to auto or load another.")
        if compile:
            model = _compiled(model)
        samples = comfy.sample.fix_empty_latent_channels(model, latent_image["samples"])
        if variant == "regression":
            steps, noise, sampler, shift, guidance = 1, torch.zeros_like(samples), "euler", 1.0, 1.0
        else:
            noise = comfy.sample.prepare_noise(samples, seed, latent_image.get("batch_index"))
        unsaid = conditioning if guidance == 1 else runtime.unprompted(conditioning)
        sigmas = runtime.shifted_sigmas(model, steps, shift)
        starts = range(0, len(samples), FRAMES_AT_ONCE)
        total = steps * len(starts)
        show = latent_preview.prepare_callback(model, total)
        fused = []
        for index, start in enumerate(starts):
            frames = slice(start, start + FRAMES_AT_ONCE)
            positive, negative = (runtime.frames_of(c, frames, len(samples)) for c in (conditioning, unsaid))

            def advance(step: int, x0, x, _: int, done: int = index * steps) -> None:
                show(done + step, x0, x, total)  # one bar over all frames

            fused.append(
                comfy.sample.sample(
                    model,
                    noise[frames],
                    steps,
                    guidance,
                    sampler,
                    "simple",
                    positive,
                    negative,
                    samples[frames],
                    sigmas=sigmas,
                    callback=advance,
                    disable_pbar=len(starts) > 1,
                    seed=seed,
                )
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
