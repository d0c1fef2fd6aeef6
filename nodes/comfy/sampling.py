"""Running a MODEL as the core KSampler does, some frames at a time."""

import logging
from collections.abc import Mapping
from typing import Any

import comfy.sample
import comfy.samplers
import latent_preview
import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.torch_helpers import set_torch_compile_wrapper
from torch import Tensor

from ...mmaif.checks import check_finite
from ...mmaif.compiling import missing_compiler
from ...mmaif.sampling import FlowSampling, shifted
from .conditioning import LATENT_CHANNELS, Conditioning, check_prompt, frames_of, latents_of, unprompted
from .model import variant

FRAMES_AT_ONCE = 4  # of a batch: a long video takes the memory of these only


def sample(model: ModelPatcher, conditioning: Conditioning, latent: Mapping[str, Any], flow: FlowSampling) -> Tensor:
    """The fused latents [B, 16, h, w]; `latent` is a LATENT with samples of that shape. Regression takes one step from
    nothing, whatever `flow` says."""
    check_prompt(conditioning)
    samples = comfy.sample.fix_empty_latent_channels(model, latents_of(latent, "latent_image"))
    latents_of({"samples": samples}, "latent_image", LATENT_CHANNELS)
    if variant(model) == "regression":
        flow, noise = FlowSampling(steps=1, seed=flow.seed), torch.zeros_like(samples)
    else:
        noise = comfy.sample.prepare_noise(samples, flow.seed, latent.get("batch_index"))
    negative = conditioning if flow.guidance == 1 else unprompted(conditioning)
    sigmas = shifted_sigmas(model, flow.steps, flow.shift)

    starts = range(0, len(samples), FRAMES_AT_ONCE)
    total = flow.steps * len(starts)
    show = latent_preview.prepare_callback(model, total)
    fused = []
    for index, start in enumerate(starts):
        frames = slice(start, start + FRAMES_AT_ONCE)

        def advance(step: int, x0: Tensor, x: Tensor, _: int, done: int = index * flow.steps) -> None:
            show(done + step, x0, x, total)  # one bar over all frames

        out = comfy.sample.sample(
            model,
            noise[frames],
            flow.steps,
            flow.guidance,
            flow.sampler,
            "simple",
            *(frames_of(each, frames, len(samples)) for each in (conditioning, negative)),
            samples[frames],
            sigmas=sigmas,
            callback=advance,
            disable_pbar=len(starts) > 1,
            seed=flow.seed,
        )
        fused.append(out)
    return check_finite(torch.cat(fused), "The fused latent", "lower the guidance, or load another model")


def shifted_sigmas(model: ModelPatcher, steps: int, shift: float) -> Tensor:
    """The sigmas [steps + 1] of core's "simple" scheduler, shifted on top of the MODEL's own shift."""
    sigmas = comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), "simple", steps)
    return shifted(sigmas, shift)


def compiled(model: ModelPatcher) -> ModelPatcher:
    """The model with compiled blocks, or itself, with one line in the log, where no compiler is found."""
    if missing := missing_compiler(model.load_device.type):
        logging.warning("MMAIF: compile is on but %s is missing; running without.", missing)
        return model
    model = model.clone()
    blocks = range(len(model.model.diffusion_model.blocks))
    set_torch_compile_wrapper(
        model, backend="inductor", dynamic=True, keys=[f"diffusion_model.blocks.{i}" for i in blocks]
    )
    return model
