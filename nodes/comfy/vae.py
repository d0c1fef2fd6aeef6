"""The autoencoder as a VAE that core VAE nodes accept, with the detail path and the classifier that ride in it."""

import logging

import comfy.model_management
import comfy.model_patcher
import comfy.sd
import torch
from torch import Tensor

from ...mmaif.checkpoint import Checkpoint
from ...mmaif.checks import check_finite
from ...mmaif.compiling import compile_networks
from ...mmaif.errors import InputError
from ...mmaif.memory import ENOUGH, SHARE
from ...mmaif.network.autoencoder import Autoencoder
from ...mmaif.network.parts import load_part
from ...mmaif.network.repair import SourceRepair
from ...mmaif.network.whole import decode_whole, encode_whole
from ...mmaif.progress import Progress
from ...mmaif.tiling import Tiles
from .model import LATENT_FORMAT


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

    def compile(self) -> None:
        """Have the networks compiled at first use, where a compiler is found."""
        stage = self.first_stage_model
        repair = {} if stage.repair is None else stage.repair.networks()
        compile_networks(self.device.type, stage.autoencoder.networks() | repair)

    def tiles(self, longest: int, progress: Progress | None = None) -> Tiles:
        """How pictures of any size go through, with the memory that ComfyUI leaves: tiles of at most `longest` px,
        0 for as long as pays and fits."""
        manage = comfy.model_management
        manage.load_models_gpu([self.patcher], memory_required=manage.minimum_inference_memory())
        free = int(manage.get_free_memory(self.device) * SHARE)
        return Tiles(min(free, ENOUGH) if self.device.type == "cpu" else free, longest or None, progress)

    @torch.inference_mode()
    def encode_sources(self, pictures: Tensor, tiles: Tiles) -> Tensor:
        """Pictures [B, 3, H, W] in 0..1 of any size -> latents [B, 16, H/8, W/8], rounded up."""
        stage = self.first_stage_model
        latents = encode_whole(stage.autoencoder, pictures, tiles)
        return stage.latent_format.process_out(latents.float().to(self.output_device))

    @torch.inference_mode()
    def decode_sources(
        self, latents: Tensor, sources: Tensor, detail: float, tiles: Tiles, choice: Tensor | None = None
    ) -> Tensor:
        """Latents [B, 16, h, w] and sources [B, N, 3, H, W] in 0..1 -> pictures [B, 3, H, W] in 0..1 with the sharpness
        of the sources; choice [B] as `Autoencoder.decode` takes it."""
        stage, size = self.first_stage_model, (sources.shape[-2], sources.shape[-1])
        scaled = stage.latent_format.process_in(latents)
        fused = decode_whole(stage.autoencoder, scaled, size, tiles, sources, detail=detail, choice=choice)
        return fused.to(self.output_device)

    def repair(self, pictures: Tensor, said: Tensor, task: str, tiles: Tiles) -> Tensor:
        """The sources [N, 3, H, W] in 0..1 of one scene, each put right as the prompt `said` [1, said] asks; as they
        are where the checkpoint has no such part, or the prompt comes from a foreign text encoder."""
        network = self.first_stage_model.repair
        if network is None or not network.understands(said):
            return pictures
        return network.scene(pictures, said[0].float().cpu(), task, tiles).to(self.output_device)

    def diagnose(self, pictures: Tensor, task: str) -> dict[str, float]:
        """The repairs that the sources [N, 3, H, W] in 0..1 of one task need, each with its probability."""
        if self.diagnosis is None:
            raise InputError(
                "auto needs a checkpoint with a diagnosis part, and this one has none; "
                "switch auto off, or load another model."
            )
        return self.diagnosis.see(pictures, task)


def check_vae(vae: object) -> None:
    """Raise InputError unless it encodes and decodes as a VAE does."""
    if not all(callable(getattr(vae, name, None)) for name in ("encode", "decode")):
        raise InputError("vae is no VAE; connect the VAE of Load MMAIF Model.")


def _same(image: Tensor) -> Tensor:
    return image
