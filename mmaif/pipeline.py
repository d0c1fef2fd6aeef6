"""Sources + prompt -> fused picture, in one object that needs nothing but a checkpoint."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from . import sampling
from .checkpoint import SHARED, WEIGHTS, Checkpoint, load_checkpoint
from .errors import InputError
from .images import stack_sources, to_batch, to_pil
from .language.prompts import standard_sentence
from .network.autoencoder import Autoencoder
from .network.diagnosis import Diagnosis
from .network.dit import Condition, FusionDiT
from .network.layers import DOWNSCALE, pad_to_multiple
from .network.parts import load_part
from .network.text import TextEncoder
from .network.text_t5 import T5Text, is_t5, load_t5
from .sampling import FlowSampling
from .tasks import TASKS, resolve_task
from .tiling import tiled

TILE_OVERLAP = 128  # pixels
DEFAULT_TILE = 1024
Progress = Callable[[str, int, int], None]


def shipped() -> list[str]:
    """Names of the checkpoints that come with the package."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors") if path.name != SHARED)


def checkpoint_path(name_or_path: str | Path) -> Path:
    """A shipped name or a file -> its path; raises InputError for neither."""
    if str(name_or_path) in shipped():
        return WEIGHTS / f"{name_or_path}.safetensors"
    if Path(name_or_path).suffix != ".safetensors":
        raise InputError(f"No model {str(name_or_path)!r}; use {', '.join(shipped())} or a .safetensors file.")
    return Path(name_or_path)


def load_text(checkpoint: Checkpoint, folder: str | Path | None = None) -> TextEncoder | T5Text:
    """The text encoder of a checkpoint: its own, or for one that was trained with T5 the T5 in `folder`."""
    config = checkpoint.require("text").config["text"]
    return load_t5(config, folder) if is_t5(config) else load_part(checkpoint, "text")


class FusionPipeline:
    """`pipe = FusionPipeline.from_pretrained("regression"); pipe([a, b], prompt="remove the rain")`."""

    def __init__(
        self,
        dit: FusionDiT,
        autoencoder: Autoencoder,
        text: TextEncoder | T5Text,
        device: str,
        dtype: torch.dtype,
        diagnosis: Diagnosis | None = None,
    ):
        self.device, self.dtype = torch.device(device), dtype
        self.dit = dit.to(self.device, dtype)
        self.autoencoder = autoencoder.to(self.device, dtype, memory_format=torch.channels_last)
        self.text = text.to(self.device, torch.float32)  # tiny, and exact everywhere
        self.diagnosis = None if diagnosis is None else diagnosis.to(self.device, torch.float32)

    @classmethod
    def from_pretrained(
        cls,
        name_or_path: str | Path = "regression",
        device: str | None = None,
        dtype: str | None = None,
        text_folder: str | Path | None = None,
    ) -> "FusionPipeline":
        """Load a shipped checkpoint by name or any by path.

        device: a torch device, by default an accelerator where there is one. dtype: float32, bfloat16 or
        float16, by default bfloat16. text_folder: for a checkpoint trained with a T5 encoder, where that is; by
        default beside the checkpoint.
        """
        torch.set_flush_denormal(True)
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        dtypes = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
        if dtype is not None and dtype not in dtypes:
            raise InputError(f"Unknown dtype {dtype!r}; use {', '.join(dtypes)}.")
        try:
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:
            raise InputError(f"The device {device!r} is not usable here; try cpu.") from error
        path = checkpoint_path(name_or_path)
        checkpoint = load_checkpoint(path).require("dit", "autoencoder", "text")
        text_folder = text_folder or path.parent / checkpoint.config["text"].get("name", "")
        return cls(
            load_part(checkpoint, "dit"),
            load_part(checkpoint, "autoencoder"),
            load_text(checkpoint, text_folder),
            device,
            dtypes[dtype or "bfloat16"],
            load_part(checkpoint, "diagnosis") if "diagnosis" in checkpoint.config else None,
        )

    @torch.inference_mode()
    def __call__(
        self,
        sources: Sequence[Any],
        prompt: str = "",
        task: str = "auto",
        detail: float = 1.0,
        tile: int | None = None,
        progress: Progress | None = None,
        **flow: Any,
    ) -> Any:
        """Fuse one or more registered sources of one scene.

        sources: PIL pictures, arrays or tensors [H, W, C] or [B, H, W, C] in 0..1, paths; same size; for
        vif the visible one first. prompt: what to repair, "" to fuse only. task: auto, vif, mef, mff,
        restore. detail: 0..1, how much of the sources' sharpness to let through. tile: longest tile side in pixels, 0
        for none. flow: for flow models, the fields of `mmaif.sampling.FlowSampling` (steps, seed, guidance ...).
        Returns the kind of the first source: a PIL picture for PIL and paths, else an array or tensor [H, W, 3] or
        [B, H, W, 3].
        """
        if not sources:
            raise InputError("No sources given; pass at least one picture.")
        names = [str(s) if isinstance(s, (str, Path)) else f"Source {i + 1}" for i, s in enumerate(sources)]
        stacked = stack_sources([to_batch(s, name) for s, name in zip(sources, names, strict=True)], names)
        fused = self.fuse(stacked, [prompt] * len(stacked), task, detail, tile, progress, flow_sampling(flow))
        return _like(sources[0], fused)

    @torch.inference_mode()
    def fuse(
        self,
        sources: Tensor,
        prompts: Sequence[str],
        task: str = "auto",
        detail: float = 1.0,
        tile: int | None = None,
        progress: Progress | None = None,
        flow: FlowSampling | None = None,
    ) -> Tensor:
        """The same on sources [B, N, 3, H, W] in 0..1 with one prompt each -> [B, 3, H, W] on the CPU."""
        height, width = sources.shape[-2:]
        b, n = sources.shape[:2]
        tile = DEFAULT_TILE if tile is None else tile
        if tile and tile < 2 * TILE_OVERLAP:
            raise InputError(f"The tile {tile} is too small; use 0 (none) or at least {2 * TILE_OVERLAP} pixels.")
        side, overlap = (tile or 1 << 20) // DOWNSCALE, TILE_OVERLAP // DOWNSCALE
        tasks = [resolve_task(task, each) for each in sources]
        sources = pad_to_multiple(sources.flatten(0, 1)).to(self.device, self.dtype)
        image = sources.contiguous(memory_format=torch.channels_last)

        latents = tiled(self.autoencoder.encoder, [(image, DOWNSCALE)], side, overlap, 1, _stage(progress, "encode"))
        flow = flow or FlowSampling()
        fused = self.sample(latents.unflatten(0, (b, n)), prompts, tasks, flow, side, overlap, progress)

        def decode(latent: Tensor, *source: Tensor) -> Tensor:
            pictures, given = (x.unflatten(0, (b, n)) for x in source) if source else (None, None)
            return self.autoencoder.decode(latent, pictures, detail, given)

        inputs = [(fused, 1)] + ([(image, DOWNSCALE), (latents, 1)] if detail > 0 else [])
        out = tiled(decode, inputs, side, overlap, DOWNSCALE, _stage(progress, "decode"))
        return out[..., :height, :width].float().cpu()

    @torch.inference_mode()
    def diagnose(self, sources: Tensor, task: str = "auto") -> list[tuple[str, ...]]:
        """Sources [B, N, 3, H, W] in 0..1 -> what each row of them needs, as repairs such as "noise"."""
        if self.diagnosis is None:
            raise InputError("This checkpoint cannot name what is wrong with a picture; use one that ships.")
        return [self.diagnosis.see(self._encode, row, resolve_task(task, row)) for row in sources]

    def auto_prompt(self, sources: Tensor, prompt: str = "", task: str = "auto") -> str:
        """The prompt that repairs what is seen in one scene, sources [N, 3, H, W] in 0..1, and what `prompt` asks."""
        (found,) = self.diagnose(sources[None], task)
        return f"{standard_sentence(found)} {prompt}".strip()

    def _encode(self, image: Tensor) -> Tensor:
        image = image.to(self.device, self.dtype).contiguous(memory_format=torch.channels_last)
        return self.autoencoder.encode(image)

    def sample(
        self,
        latents: Tensor,
        prompts: Sequence[str],
        tasks: Sequence[str],
        flow: FlowSampling,
        tile: int,
        overlap: int,
        progress: Progress | None = None,
    ) -> Tensor:
        """Source latents [B, N, 16, h, w] -> fused latent [B, 16, h, w], tile and overlap in latent pixels."""
        task = torch.tensor([TASKS.index(name) for name in tasks], device=self.device)
        flat = latents.flatten(1, 2)

        def network(said: Sequence[str]) -> Callable[..., Tensor]:
            encoded = self.text.encode(list(said))
            condition = Condition(encoded.tokens.to(self.dtype), encoded.mask, encoded.said.to(self.dtype), task)

            def predict(sources: Tensor, **flow: Tensor) -> Tensor:
                return self.dit(sources.unflatten(1, (-1, latents.shape[2])), condition, **flow).latent

            return predict

        if self.dit.config.variant == "regression":
            return tiled(network(prompts), [(flat, 1)], tile, overlap, 1, _stage(progress, "fuse"))

        def velocity(said: Sequence[str]) -> sampling.Velocity:
            predict = network(said)

            def tiles(z: Tensor, time: Tensor) -> Tensor:
                given = [(flat, 1), (z.to(self.dtype), 1)]
                return tiled(lambda s, noisy: predict(s, noisy=noisy, timestep=time), given, tile, overlap).float()

            return tiles

        slope = velocity(prompts)
        if flow.guidance != 1:
            slope = sampling.guided(slope, velocity([""] * len(prompts)), flow.guidance)
        start = flow.start((len(latents), *latents.shape[2:]), self.device)
        return flow.integrate(slope, start, self.dit.config.shift, _stage(progress, "fuse")).to(self.dtype)


def flow_sampling(options: dict[str, Any]) -> FlowSampling:
    """FlowSampling from named options; raises InputError for a name it does not have."""
    if unknown := set(options) - {f.name for f in fields(FlowSampling)}:
        known = ", ".join(f.name for f in fields(FlowSampling))
        raise InputError(f"Unknown option {sorted(unknown)[0]!r}; use prompt, task, detail, tile, progress, {known}.")
    return FlowSampling(**options)


def _stage(progress: Progress | None, name: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: progress(name, done, total)) if progress else None


def _like(source: Any, fused: Tensor) -> Any:
    if isinstance(source, (str, Path, Image.Image)):
        return to_pil(fused[0])
    out = fused.movedim(1, -1)  # BCHW -> BHWC
    out = out if source.ndim == 4 else out[0]
    return out.numpy() if isinstance(source, np.ndarray) else out.to(source.device)
