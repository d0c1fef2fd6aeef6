"""Everything of the pack that touches ComfyUI's internals: MODEL, CLIP and VAE around the plain library.

Only this file may need a change when ComfyUI moves. Nothing here computes; the networks are mmaif's own,
built from ComfyUI's `operations` so that casting, offloading and patches work as for any core model.
"""

import logging
from pathlib import Path
from typing import Any

import comfy.conds
import comfy.latent_formats
import comfy.model_base
import comfy.model_management
import comfy.model_patcher
import comfy.ops
import comfy.samplers
import comfy.sd
import comfy.supported_models_base
import comfy.utils
import torch
from comfy.ldm.modules.attention import optimized_attention
from torch import Tensor

from ..mmaif.checkpoint import Checkpoint, from_tensors
from ..mmaif.errors import InputError
from ..mmaif.network.autoencoder import Autoencoder
from ..mmaif.network.dit import Condition, DiTConfig, FusionDiT
from ..mmaif.network.parts import fill, load_part, part_config
from ..mmaif.network.text import TextEncoder
from ..mmaif.sampling import shifted
from ..mmaif.tasks import TASKS

LATENT_FORMAT = comfy.latent_formats.Flux


def read_checkpoint(path: str) -> Checkpoint:
    """One of our files, through ComfyUI's own loader."""
    name = Path(path).name
    try:
        tensors, metadata = comfy.utils.load_torch_file(path, safe_load=True, return_metadata=True)
    except Exception as error:  # the loader raises what its parser raises
        raise InputError(f"The checkpoint {name} is damaged or not a safetensors file; fetch it again.") from error
    return from_tensors(tensors, metadata or {}, path).require("dit", "autoencoder", "text")


# --- MODEL ----------------------------------------------------------------------------------------------------


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    return optimized_attention(
        query, key, value, query.shape[1], mask=mask, skip_reshape=True, skip_output_reshape=True
    )


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
            return super().forward(sources, condition).latent
        # Core nodes that change the sampling (shift) count timesteps to 1, or to 1000; sigma is t in all of them.
        sigma = (transformer_options or {}).get("sigmas", timestep)[:1].to(x.device).expand(len(x))
        return super().forward(sources, condition, noisy=x, timestep=sigma).latent


class _FusionModel(comfy.model_base.BaseModel):
    """The MODEL: sources ride in the conditioning as `reference_latents`, as in core edit models."""

    def __init__(self, model_config: Any, model_type: Any, device: Any):
        super().__init__(model_config, model_type, device=device, unet_model=_DiffusionModel)
        self.memory_usage_factor_conds = ("ref_latents",)

    def extra_conds(self, **kwargs: Any) -> dict[str, Any]:
        latents = kwargs.get("reference_latents")
        if not latents:
            raise InputError(
                "The conditioning carries no sources; pass it through Encode Sources (MMAIF) before the sampler."
            )
        pooled = kwargs.get("pooled_output")
        config = self.diffusion_model.config
        if pooled is None or pooled.shape[-1] < config.text_width + config.readings:
            raise InputError(
                "The conditioning was not made by this model's text encoder; connect the CLIP of Load MMAIF Model."
            )
        noise = kwargs["noise"]
        for latent in latents:
            if latent.shape[-2:] != noise.shape[-2:]:
                raise InputError(
                    f"The latent to sample is {noise.shape[-1]}x{noise.shape[-2]} but a source's is "
                    f"{latent.shape[-1]}x{latent.shape[-2]}; use the latent that Encode Sources (MMAIF) gives."
                )
        task = kwargs.get("mmaif_task", "restore" if len(latents) == 1 else "auto")
        conds = comfy.conds
        return {
            "c_crossattn": conds.CONDRegular(kwargs["cross_attn"]),
            "y": conds.CONDRegular(pooled),
            "ref_latents": conds.CONDList([self.process_latent_in(latent) for latent in latents]),
            "task": conds.CONDRegular(torch.tensor([TASKS.index(task)])),
        }

    def extra_conds_shapes(self, **kwargs: Any) -> dict[str, Any]:
        latents = kwargs.get("reference_latents") or []
        channels = self.latent_format.latent_channels
        return {"ref_latents": [1, channels, sum(latent.numel() for latent in latents) // channels]}


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
    """ "regression" or "flow"; raises InputError for a MODEL of another family."""
    network = model.model.diffusion_model
    if not isinstance(network, FusionDiT):
        raise InputError("This MODEL is not an MMAIF model; connect Load MMAIF Model.")
    return network.config.variant


def shifted_sigmas(model: comfy.model_patcher.ModelPatcher, steps: int, shift: float) -> Tensor:
    """The sigmas [steps + 1] of core's "simple" scheduler, shifted on top of the MODEL's own shift."""
    sigmas = comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), "simple", steps)
    return shifted(sigmas, shift)


def unprompted(conditioning: list[Any]) -> list[Any]:
    """The same sources with the empty prompt, from which guidance leads away."""
    out = []
    for _, values in conditioning:
        if "mmaif_unprompted" not in values:
            raise InputError(
                "guidance needs the conditioning of Degradation Prompt (MMAIF); connect it to Encode Sources, "
                "or set guidance to 1."
            )
        tokens, pooled = values["mmaif_unprompted"]
        out.append([tokens, {**values, "pooled_output": pooled}])
    return out


def block_keys(model: comfy.model_patcher.ModelPatcher) -> list[str]:
    """The parts worth compiling, one by one."""
    return [f"diffusion_model.blocks.{i}" for i in range(len(model.model.diffusion_model.blocks))]


def frames_of(conditioning: list[Any], frames: slice, batch: int) -> list[Any]:
    """The conditioning with the source latents of some frames only, out of `batch`."""
    out = []
    for tokens, values in conditioning:
        latents = values.get("reference_latents") or []
        out.append([tokens, {**values, "reference_latents": [z[frames] if len(z) == batch else z for z in latents]}])
    return out


# --- CLIP -----------------------------------------------------------------------------------------------------


class _Tokenizer:
    """Sentences to ids through the encoder's own tokenizer; no embeddings folder, no weights in brackets."""

    def __init__(self, encoder: TextEncoder):
        self.encoder = encoder

    def tokenize_with_weights(self, text: str, return_word_ids: bool = False, **_: Any) -> dict[str, Any]:
        ids = self.encoder.tokenize([text])[0].tolist()
        return {"mmaif": [[(i, 1.0, 0) if return_word_ids else (i, 1.0) for i in ids]]}

    def untokenize(self, pairs: list[Any]) -> list[Any]:
        return [(pair, self.encoder.tokenizer.decode([pair[0]])) for pair in pairs]

    def state_dict(self) -> dict[str, Any]:
        return {}


class _TextModel(torch.nn.Module):
    """TextEncoder under the calls that ComfyUI makes of a text encoder."""

    def __init__(self, encoder: TextEncoder, dtype: torch.dtype, device: Any, model_options: Any = None):
        super().__init__()
        self.encoder = encoder.to(device=device, dtype=dtype)
        self.dtypes = {dtype}

    def set_clip_options(self, options: dict[str, Any]) -> None:
        """There are no layers to skip."""

    def reset_clip_options(self) -> None:
        """There are no layers to skip."""

    def encode_token_weights(self, tokens: dict[str, Any]) -> tuple[Tensor, Tensor]:
        rows = [[pair[0] for pair in row] for row in tokens["mmaif"]]
        device = comfy.model_management.text_encoder_device()
        with torch.no_grad():
            encoded = self.encoder(torch.tensor(rows, device=device))
        out = comfy.model_management.intermediate_device()
        return encoded.tokens.float().to(out), encoded.said.float().to(out)

    def load_sd(self, state: dict[str, Tensor]) -> Any:
        return self.encoder.load_state_dict(state, strict=False)


def make_clip(checkpoint: Checkpoint) -> comfy.sd.CLIP:
    """The text encoder as a CLIP that core CLIP Text Encode accepts."""
    state = checkpoint.tensors["text"]
    encoder = load_part(checkpoint, "text", comfy.ops.manual_cast)

    def clip(dtype: torch.dtype, device: Any, model_options: Any) -> _TextModel:
        return _TextModel(encoder, dtype, device, model_options)

    def tokenizer(embedding_directory: Any = None, tokenizer_data: Any = None) -> _Tokenizer:
        return _Tokenizer(encoder)

    target = comfy.supported_models_base.ClipTarget(tokenizer, clip)
    return comfy.sd.CLIP(
        target,
        parameters=comfy.utils.calculate_parameters(state),
        model_options={"dtype": torch.float32},  # a few MB, and then it reads the same on every device
    )


# --- VAE ------------------------------------------------------------------------------------------------------


class _FirstStage(torch.nn.Module):
    """Autoencoder under the calls of ComfyUI's VAE, on latents as Flux's own VAE gives them (unscaled)."""

    def __init__(self, autoencoder: Autoencoder):
        super().__init__()
        self.autoencoder = autoencoder
        self.latent_format = LATENT_FORMAT()

    def encode(self, image: Tensor) -> Tensor:
        return self.latent_format.process_out(self.autoencoder.encode(image))

    def decode(self, latent: Tensor, sources: Tensor | None = None, detail: float = 1.0) -> Tensor:
        sources = None if sources is None else sources.to(latent)
        return self.autoencoder.decode(self.latent_format.process_in(latent), sources, detail)


class FusionVAE(comfy.sd.VAE):
    """Our autoencoder as a VAE; `decode(z, vae_options={"sources": ..., "detail": ...})` uses the detail path."""

    def __init__(self, checkpoint: Checkpoint):
        # The parent's constructor recognises an architecture by its tensors and knows only the core's; given
        # none of them it sets every default, warns and stops before it loads anything.
        level = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            super().__init__(sd={})
        finally:
            logging.disable(level)
        autoencoder = load_part(checkpoint, "autoencoder")
        manage = comfy.model_management
        has_diagnosis = "diagnosis" in checkpoint.config  # under a megabyte: stays where it is, in float32
        self.diagnosis = load_part(checkpoint, "diagnosis").float() if has_diagnosis else None
        self.latent_channels = autoencoder.config.latent_channels
        self.process_input = self.process_output = _same
        # Measured peaks at 1024x1024 on the CPU, in values per pixel: encode 35, decode 58, with the detail path
        # 175 for two sources and 293 for four (in bfloat16 38, 76, 202 and 308).
        self.memory_used_encode = lambda shape, dtype: 40 * shape[-2] * shape[-1] * manage.dtype_size(dtype)
        self.memory_used_decode = lambda shape, dtype: 310 * 64 * shape[-2] * shape[-1] * manage.dtype_size(dtype)
        self.working_dtypes = [torch.bfloat16, torch.float32]
        self.device = manage.vae_device()
        self.vae_dtype = manage.vae_dtype(self.device, self.working_dtypes)
        self.output_device = manage.intermediate_device()
        self.first_stage_model = _FirstStage(autoencoder).eval().to(self.vae_dtype)
        self.patcher = comfy.model_patcher.ModelPatcher(
            self.first_stage_model, load_device=self.device, offload_device=manage.vae_offload_device()
        )
        self.model_size()

    def diagnose(self, pictures: Tensor, task: str) -> tuple[str, ...]:
        """The repairs that the sources [N, 3, H, W] in 0..1 of one task need."""
        if self.diagnosis is None:
            raise InputError(
                "auto needs a checkpoint with a diagnosis part, and this one has none; "
                "switch auto off, or load another model."
            )
        scale = self.first_stage_model.latent_format.process_in
        return self.diagnosis.see(lambda image: scale(self.encode(image.movedim(1, -1))), pictures, task)  # to BHWC


def _same(image: Tensor) -> Tensor:
    return image
