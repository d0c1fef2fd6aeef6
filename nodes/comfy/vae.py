"""The autoencoder as a VAE that core VAE nodes accept, with the detail path and the classifier that ride in it."""

import logging

import comfy.model_management
import comfy.model_patcher
import comfy.sd
import torch
from torch import Tensor

from ...mmaif.checkpoint import Checkpoint
from ...mmaif.checks import check_finite
from ...mmaif.errors import InputError
from ...mmaif.network.autoencoder import Autoencoder
from ...mmaif.network.parts import load_part
from ...mmaif.network.repair import SourceRepair, said_of_sources
from .model import LATENT_FORMAT

REPAIR_TILE, REPAIR_OVERLAP = 1024, 128  # px
REPAIR_VALUES = 120  # kept for each pixel of a tile while it is repaired


class _FirstStage(torch.nn.Module):
    """Autoencoder under the calls of ComfyUI's VAE, on latents as Flux's own VAE gives them (unscaled)."""

    def __init__(self, autoencoder: Autoencoder, repair: SourceRepair | None):
        super().__init__()
        self.autoencoder, self.repair = autoencoder, repair
        self.latent_format = LATENT_FORMAT()

    def encode(self, image: Tensor) -> Tensor:
        return self.latent_format.process_out(self.autoencoder.encode(image))

    def decode(self, latent: Tensor, sources: Tensor | None = None, detail: float = 1.0) -> Tensor:
        check_finite(latent, "The latent to decode", "lower the guidance of the sampler, or load another model")
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
        repair = load_part(checkpoint, "repair") if "repair" in checkpoint.config else None
        self.first_stage_model = _FirstStage(autoencoder, repair).eval().to(self.vae_dtype)
        self.patcher = comfy.model_patcher.ModelPatcher(
            self.first_stage_model, load_device=self.device, offload_device=manage.vae_offload_device()
        )
        self.model_size()

    def repair(self, pictures: Tensor, said: Tensor, task: str) -> Tensor:
        """The sources [N, 3, H, W] in 0..1 of one scene, each put right as the prompt `said` [1, said] asks; as they
        are where the checkpoint has no such part, or the prompt comes from a foreign text encoder."""
        network = self.first_stage_model.repair
        if network is None or not network.understands(said):
            return pictures
        height, width = pictures.shape[-2:]
        needed = REPAIR_VALUES * min(height, REPAIR_TILE) * min(width, REPAIR_TILE) * len(pictures)
        manage = comfy.model_management
        manage.load_models_gpu([self.patcher], memory_required=needed * manage.dtype_size(self.vae_dtype))
        rows = said_of_sources(said[0].float(), task, len(pictures)).to(self.device)
        given = pictures.to(self.device)
        return network.whole(given, rows, REPAIR_TILE, REPAIR_OVERLAP).to(self.output_device)

    def diagnose(self, pictures: Tensor, task: str) -> tuple[str, ...]:
        """The repairs that the sources [N, 3, H, W] in 0..1 of one task need."""
        if self.diagnosis is None:
            raise InputError(
                "auto needs a checkpoint with a diagnosis part, and this one has none; "
                "switch auto off, or load another model."
            )
        scale = self.first_stage_model.latent_format.process_in
        return self.diagnosis.see(lambda image: scale(self.encode(image.movedim(1, -1))), pictures, task)  # to BHWC


def check_vae(vae: object) -> None:
    """Raise InputError unless it encodes and decodes as a VAE does."""
    if not all(callable(getattr(vae, name, None)) for name in ("encode", "decode")):
        raise InputError("vae is no VAE; connect the VAE of Load MMAIF Model.")


def _same(image: Tensor) -> Tensor:
    return image
