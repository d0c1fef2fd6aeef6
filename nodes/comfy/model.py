"""The Diffusion Transformer as a MODEL that core samplers run."""

from typing import Any

import comfy.conds
import comfy.latent_formats
import comfy.model_base
import comfy.model_management
import comfy.model_patcher
import comfy.supported_models_base
import comfy.utils
import torch
from comfy.ldm.modules.attention import optimized_attention
from torch import Tensor

from ...mmaif.checkpoint import Checkpoint
from ...mmaif.checks import check_finite
from ...mmaif.errors import InputError
from ...mmaif.groups import fewer_sources, fuse_in_groups
from ...mmaif.network.dit import Condition, DiTConfig, FusionDiT
from ...mmaif.network.parts import fill, part_config
from ...mmaif.tasks import TASKS
from .conditioning import POOLED, SOURCES, TASK

LATENT_FORMAT = comfy.latent_formats.Flux


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    return optimized_attention(
        query, key, value, query.shape[1], mask=mask, skip_reshape=True, skip_output_reshape=True
    )


def _stop_if_cancelled() -> None:
    """Between blocks, of which one on a large picture takes a second on a CPU."""
    if not torch.compiler.is_compiling():
        comfy.model_management.throw_exception_if_processing_interrupted()


class _DiffusionModel(FusionDiT):
    """FusionDiT under the call that ComfyUI makes of a diffusion model."""

    def __init__(self, config: DiTConfig, dtype: torch.dtype, device: Any, operations: Any):
        super().__init__(config, operations, _attention)
        self.dtype = dtype
        self.to(device=device, dtype=dtype)

    def forward(
        self,
        x: Tensor,
        timestep: Tensor,
        context: Tensor,
        y: Tensor,
        ref_latents: list[Tensor],
        task: Tensor,
        transformer_options: dict[str, Any] | None = None,
        **_: Any,
    ) -> Tensor:
        sources = torch.stack([latent.to(x) for latent in ref_latents], 1)
        condition = Condition(context, None, y, task)
        if self.config.variant == "regression":
            return fuse_in_groups(
                lambda group: FusionDiT.forward(self, group, condition, after=_stop_if_cancelled).latent, sources
            )
        # Core nodes that change the sampling (shift) count timesteps to 1, or to 1000; sigma is t in all of them.
        sigma = (transformer_options or {}).get("sigmas", timestep)[:1].to(x.device).expand(len(x))

        def velocity(group: Tensor) -> Tensor:
            return FusionDiT.forward(self, group, condition, noisy=x, timestep=sigma, after=_stop_if_cancelled).latent

        def estimate(group: Tensor) -> Tensor:
            return x - sigma[:, None, None, None] * velocity(group)

        return velocity(fewer_sources(estimate, sources))


class _FusionModel(comfy.model_base.BaseModel):
    """The MODEL: sources ride in the conditioning as reference latents, as in core edit models."""

    def __init__(self, model_config: Any, model_type: Any, device: Any):
        super().__init__(model_config, model_type, device=device, unet_model=_DiffusionModel)
        self.memory_usage_factor_conds = ("ref_latents",)

    def extra_conds(self, **kwargs: Any) -> dict[str, Any]:
        latents, pooled = kwargs.get(SOURCES), kwargs.get(POOLED)
        self._check(latents, pooled, kwargs.get("cross_attn"), kwargs["noise"])
        task = kwargs.get(TASK, "restore" if len(latents) == 1 else "auto")
        conds = comfy.conds
        return {
            "c_crossattn": conds.CONDRegular(kwargs["cross_attn"]),
            "y": conds.CONDRegular(pooled),
            "ref_latents": conds.CONDList([self.process_latent_in(latent) for latent in latents]),
            "task": conds.CONDRegular(torch.tensor([TASKS.index(task)])),
        }

    def extra_conds_shapes(self, **kwargs: Any) -> dict[str, Any]:
        latents = kwargs.get(SOURCES) or []
        channels = self.latent_format.latent_channels
        return {"ref_latents": [1, channels, sum(latent.numel() for latent in latents) // channels]}

    def _check(self, latents: Any, pooled: Tensor | None, tokens: Tensor | None, noise: Tensor) -> None:
        """Raise InputError unless the conditioning has sources, this model's prompt, and the size of the noise."""
        if not latents:
            raise InputError(
                "The conditioning carries no sources; pass it through Encode Sources (MMAIF) before the sampler."
            )
        config, channels = self.diffusion_model.config, self.latent_format.latent_channels
        known = tokens is not None and pooled is not None and tokens.shape[-1] == config.text_width
        if not known or pooled.shape[-1] < config.text_width + config.readings:
            raise InputError(
                "The conditioning was not made by this model's text encoder; connect the CLIP of Load MMAIF Model."
            )
        check_finite(tokens, "The prompt", "encode it anew with the CLIP of Load MMAIF Model")
        check_finite(pooled, "The pooled prompt", "encode it anew with the CLIP of Load MMAIF Model")
        for latent in latents:
            if latent.ndim != 4 or latent.shape[1] != channels:
                raise InputError(
                    f"A source's latent has shape {list(latent.shape)}; encode the sources with a VAE of the Flux "
                    f"family ({channels} channels) in Encode Sources (MMAIF)."
                )
            if latent.shape[-2:] != noise.shape[-2:]:
                raise InputError(
                    f"The latent to sample is {noise.shape[-1]}x{noise.shape[-2]} but a source's is "
                    f"{latent.shape[-1]}x{latent.shape[-2]}; use the latent that Encode Sources (MMAIF) gives."
                )
            check_finite(latent, "The latent of a source", "encode the sources anew")


class _ModelConfig(comfy.supported_models_base.BASE):
    unet_extra_config: dict[str, Any] = {}
    latent_format = LATENT_FORMAT
    memory_usage_factor = 0.6


def make_model(checkpoint: Checkpoint) -> comfy.model_patcher.ModelPatcher:
    """The Diffusion Transformer as a MODEL: IMG_TO_IMG for regression, FLOW for flow."""
    state = checkpoint.tensors["dit"]
    config = part_config(checkpoint, "dit")
    parameters = comfy.utils.calculate_parameters(state)
    manage = comfy.model_management
    load_device = manage.get_torch_device()
    model_config = _ModelConfig({"config": config})
    model_config.sampling_settings = {"shift": config.shift, "multiplier": 1.0}
    dtype = manage.unet_dtype(
        model_params=parameters,
        supported_dtypes=model_config.supported_inference_dtypes,
        weight_dtype=comfy.utils.weight_dtype(state),
    )
    model_config.set_inference_dtype(
        dtype, manage.unet_manual_cast(dtype, load_device, model_config.supported_inference_dtypes)
    )
    kinds = comfy.model_base.ModelType
    kind = kinds.FLOW if config.variant == "flow" else kinds.IMG_TO_IMG
    offload_device = manage.unet_offload_device()
    model = _FusionModel(model_config, kind, device=offload_device)
    fill(model.diffusion_model, checkpoint, "dit")
    return comfy.model_patcher.ModelPatcher(model, load_device=load_device, offload_device=offload_device)


def variant(model: comfy.model_patcher.ModelPatcher) -> str:
    """The variant of an MMAIF model, "regression" or "flow"; InputError for a MODEL of another family."""
    network = getattr(getattr(model, "model", None), "diffusion_model", None)
    if not isinstance(network, FusionDiT):
        raise InputError("This MODEL is not an MMAIF model; connect Load MMAIF Model.")
    return network.config.variant
