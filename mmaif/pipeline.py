"""Sources + prompt -> fused picture, in one object that needs nothing but a checkpoint."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from . import sampling
from .align.prepare import Wishes, prepare
from .align.scene import Prepared
from .checkpoint import Checkpoint, checkpoint_path, load_checkpoint
from .errors import InputError
from .frames import expanded
from .groups import fuse_frames, fuse_in_groups
from .images import is_gray, to_pil
from .language.sentences import standard_sentence
from .language.understanding import Understanding, understanding
from .network.autoencoder import Autoencoder
from .network.diagnosis import Diagnosis
from .network.dit import Condition, FusionDiT
from .network.layers import DOWNSCALE, pad_to_multiple
from .network.parts import load_part
from .network.repair import SourceRepair, said_of_sources
from .network.text import TextEncoder
from .network.text_t5 import T5Text, is_t5, load_t5
from .progress import Progress, StepProgress
from .progress import stage as stage_of
from .sampling import FlowSampling
from .sources import coloured, gather
from .tasks import TASKS, resolve_task
from .tiling import tiled

TILE_OVERLAP = 128  # pixels
DEFAULT_TILE = 1024
OPTIONS = ("task", "detail", "tile", "progress", "polarity", "align", "ghosts", "reference")
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True)
class Tiles:
    """How big pictures are cut, in latent pixels, and who is told how far each stage has come."""

    side: int
    overlap: int
    progress: Progress | None

    @classmethod
    def of(cls, longest: int | None, progress: Progress | None) -> "Tiles":
        """Tiles of at most `longest` pixels a side: 0 for none, None for the default."""
        longest = DEFAULT_TILE if longest is None else longest
        if longest and longest < 2 * TILE_OVERLAP:
            raise InputError(f"The tile {longest} is too small; use 0 (none) or at least {2 * TILE_OVERLAP} pixels.")
        return cls((longest or 1 << 20) // DOWNSCALE, TILE_OVERLAP // DOWNSCALE, progress)

    def run(
        self, function: Callable[..., Tensor], inputs: list[tuple[Tensor, int]], scale: int = 1, stage: str = ""
    ) -> Tensor:
        """function(*inputs) tile by tile, see `mmaif.tiling.tiled`; nobody is told without a stage."""
        return tiled(function, inputs, self.side, self.overlap, scale, self.told(stage) if stage else None)

    def told(self, name: str) -> StepProgress | None:
        """What to call with the work done and all the work of a stage, where anybody listens."""
        return stage_of(self.progress, name)


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
        repair: SourceRepair | None = None,
    ):
        self.device, self.dtype = torch.device(device), dtype
        self.dit = dit.to(self.device, dtype)
        self.autoencoder = autoencoder.to(self.device, dtype, memory_format=torch.channels_last)
        self.text = text.to(self.device, torch.float32)  # tiny, and exact everywhere
        self.diagnosis = None if diagnosis is None else diagnosis.to(self.device, torch.float32)
        self.repair = None if repair is None else repair.to(self.device, dtype, memory_format=torch.channels_last)

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
        if dtype is not None and dtype not in DTYPES:
            raise InputError(f"Unknown dtype {dtype!r}; use {', '.join(DTYPES)}.")
        device = _usable(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        path = checkpoint_path(name_or_path)
        checkpoint = load_checkpoint(path).require("dit", "autoencoder", "text")
        text_folder = text_folder or path.parent / checkpoint.config["text"].get("name", "")
        return cls(
            load_part(checkpoint, "dit"),
            load_part(checkpoint, "autoencoder"),
            _load_text(checkpoint, text_folder),
            device,
            DTYPES[dtype or "bfloat16"],
            *(load_part(checkpoint, part) if part in checkpoint.config else None for part in ("diagnosis", "repair")),
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
        polarity: str = "auto",
        align: str = "auto",
        ghosts: str = "auto",
        reference: int | None = None,
        **flow: Any,
    ) -> Any:
        """Fuse one or more sources of one scene.

        sources: PIL pictures, arrays or tensors [H, W, C] or [B, H, W, C] in 0..1, paths, folders and wildcards; same
        size, but for infrared beside visible. prompt: what to repair, "" to fuse only. task: auto, vif, mef, mff,
        restore. detail: 0..1, how much of the sources' sharpness to let through. tile: longest tile side in pixels, 0
        for none. polarity: of the infrared: white or black (dark is hot); auto: white, unless the prompt says
        black-hot. align, ghosts, reference: how sources are laid onto each other and rid of what moves, see
        `mmaif.align.prepare.Wishes`. flow: for flow models, the fields of `mmaif.sampling.FlowSampling` (steps, seed,
        guidance ...).
        Returns the kind of the first source: a PIL picture for PIL and paths, else an array or tensor [H, W, 3] or
        [B, H, W, 3]; with alpha as the last channel where no source shows anything.
        """
        sampling = _flow_sampling(flow)
        sources = expanded(sources)
        if not sources:
            raise InputError("No sources given; pass at least one picture.")
        names = [str(s) if isinstance(s, (str, Path)) else f"Source {i + 1}" for i, s in enumerate(sources)]
        given = gather(sources, names, task, prompt, polarity)
        frames = prepare(given.frames, task, Wishes(align, ghosts, reference), progress)
        for note in frames.notes:
            logging.getLogger(__name__).warning(note)
        fused = self.fuse_prepared(frames, given.prompt, detail, tile, progress, sampling)
        fused = coloured(fused, given.gray)
        return _like(sources[0], fused if given.alpha is None else torch.cat([fused, given.alpha], 1))

    @torch.inference_mode()
    def fuse_prepared(
        self,
        frames: Prepared,
        prompt: str = "",
        detail: float = 1.0,
        tile: int | None = None,
        progress: Progress | None = None,
        flow: FlowSampling | None = None,
    ) -> Tensor:
        """The same on prepared frames, a group of them in memory at a time -> [B, 3, H, W] on the CPU."""
        return self._in_groups(
            lambda few, again: fuse_frames(few, frames, frames.brightness, again),
            [prompt] * len(frames.tasks),
            frames.tasks,
            detail,
            Tiles.of(tile, progress),
            flow or FlowSampling(),
        )

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
        """The same on sources [B, N, 3, H, W] in 0..1, of vif the visible one first, with one prompt each ->
        [B, 3, H, W] on the CPU; gray where all sources are. More sources than the network fuses at once are fused in
        groups, see `mmaif.groups`."""
        tasks = [resolve_task(task, each) for each in sources]
        fused = self._in_groups(
            lambda few, again: fuse_in_groups(few, sources, again=again),
            prompts,
            tasks,
            detail,
            Tiles.of(tile, progress),
            flow or FlowSampling(),
        )
        return coloured(fused, is_gray(sources))

    def _in_groups(
        self,
        run: Callable[[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]], Tensor],
        prompts: Sequence[str],
        tasks: Sequence[str],
        detail: float,
        tiles: Tiles,
        flow: FlowSampling,
    ) -> Tensor:
        """run(fuse, again): see `mmaif.groups`; what groups gave is not repaired once more."""

        def few(prompts: Sequence[str]) -> Callable[[Tensor], Tensor]:
            return lambda group: self._fuse_few(group, prompts, tasks, detail, flow, tiles)

        return run(few(prompts), few([""] * len(prompts)))

    def _fuse_few(
        self,
        sources: Tensor,
        prompts: Sequence[str],
        tasks: Sequence[str],
        detail: float,
        flow: FlowSampling,
        tiles: Tiles,
    ) -> Tensor:
        """`fuse` for as many sources as the network fuses at once."""
        scenes, (height, width) = sources.shape[:2], sources.shape[-2:]
        if self.repair is not None:
            sources = self._repaired(sources, prompts, tasks, tiles)
        image = self._placed(pad_to_multiple(sources.flatten(0, 1)))

        latents = tiles.run(self.autoencoder.encoder, [(image, DOWNSCALE)], stage="encode").unflatten(0, scenes)
        fused = self._sample(latents, prompts, tasks, flow, tiles)

        def decode(latent: Tensor, pictures: Tensor | None = None, given: Tensor | None = None) -> Tensor:
            return self.autoencoder.decode(latent, pictures, detail, given)

        looked_at = [(image.unflatten(0, scenes), DOWNSCALE), (latents, 1)] if detail > 0 else []
        out = tiles.run(decode, [(fused, 1), *looked_at], DOWNSCALE, "decode")
        return out[..., :height, :width].float().cpu()

    @torch.inference_mode()
    def diagnose(self, sources: Tensor, task: str = "auto") -> list[tuple[str, ...]]:
        """Sources [B, N, 3, H, W] in 0..1 -> what each row of them needs, as repairs such as "noise"."""
        if self.diagnosis is None:
            raise InputError("This checkpoint cannot name what is wrong with a picture; use one that ships.")

        def encode(picture: Tensor) -> Tensor:
            return self.autoencoder.encode(self._placed(picture))

        return [self.diagnosis.see(encode, row, resolve_task(task, row)) for row in sources]

    def auto_prompt(self, sources: Tensor, prompt: str = "", task: str = "auto") -> str:
        """The prompt that repairs what is seen in one scene, sources [N, 3, H, W] in 0..1, and what `prompt` asks."""
        (found,) = self.diagnose(sources[None], task)
        return f"{standard_sentence(found)} {prompt}".strip()

    @torch.inference_mode()
    def understand(self, prompt: str) -> Understanding:
        """What is understood of a prompt; `mmaif.language.understanding.sentence` says it in words."""
        if isinstance(self.text, T5Text):
            raise InputError("This checkpoint's T5 cannot say what it understands; use one that ships.")
        return understanding(prompt, self.text.readings)

    def _repaired(self, sources: Tensor, prompts: Sequence[str], tasks: Sequence[str], tiles: Tiles) -> Tensor:
        """Sources [B, N, 3, H, W] in 0..1, each put right as its prompt asks."""
        said = self.text.encode(list(prompts)).said
        if not self.repair.understands(said):
            return sources
        rows = torch.cat([said_of_sources(row, task, sources.shape[1]) for row, task in zip(said, tasks, strict=True)])
        side, overlap = tiles.side * DOWNSCALE, tiles.overlap * DOWNSCALE
        pictures = sources.flatten(0, 1).to(self.device)
        return self.repair.whole(pictures, rows, side, overlap, tiles.told("repair")).view_as(sources)

    def _placed(self, image: Tensor) -> Tensor:
        """[B, 3, H, W] where and how the autoencoder takes it."""
        return image.to(self.device, self.dtype).contiguous(memory_format=torch.channels_last)

    def _sample(
        self, latents: Tensor, prompts: Sequence[str], tasks: Sequence[str], flow: FlowSampling, tiles: Tiles
    ) -> Tensor:
        """Source latents [B, N, 16, h, w], a prompt and a task each -> fused latent [B, 16, h, w]."""
        latents = latents.contiguous()
        if self.dit.config.variant == "regression":
            return tiles.run(self._network(prompts, tasks), [(latents, 1)], stage="fuse")

        def velocity(said: Sequence[str]) -> sampling.Velocity:
            network = self._network(said, tasks)

            def slope(z: Tensor, time: Tensor) -> Tensor:
                given = [(latents, 1), (z.to(self.dtype), 1)]
                return tiles.run(lambda sources, noisy: network(sources, noisy=noisy, timestep=time), given).float()

            return slope

        slope = velocity(prompts)
        if flow.guidance != 1:
            slope = sampling.guided(slope, velocity([""] * len(prompts)), flow.guidance)
        start = flow.start((len(latents), *latents.shape[2:]), self.device)
        return flow.integrate(slope, start, self.dit.config.shift, tiles.told("fuse")).to(self.dtype)

    def _network(self, prompts: Sequence[str], tasks: Sequence[str]) -> Callable[..., Tensor]:
        """The transformer under these prompts and tasks: a function of the source latents and what a flow adds."""
        encoded = self.text.encode(list(prompts))
        task = torch.tensor([TASKS.index(name) for name in tasks], device=self.device)
        condition = Condition(encoded.tokens.to(self.dtype), encoded.mask, encoded.said.to(self.dtype), task)
        return lambda latents, **flow: self.dit(latents, condition, **flow).latent


def _usable(device: str) -> str:
    """The device, or an InputError where torch cannot use it."""
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f"The device {device!r} is not usable here; try cpu.") from error
    return device


def _load_text(checkpoint: Checkpoint, folder: str | Path) -> TextEncoder | T5Text:
    """The text encoder of a checkpoint: its own, or for one that was trained with T5 the T5 in `folder`."""
    config = checkpoint.config["text"]
    return load_t5(config, folder) if is_t5(config) else load_part(checkpoint, "text")


def _flow_sampling(options: dict[str, Any]) -> FlowSampling:
    """FlowSampling from named options; raises InputError for a name it does not have."""
    if unknown := set(options) - {f.name for f in fields(FlowSampling)}:
        known = ", ".join(("prompt", *OPTIONS, *(f.name for f in fields(FlowSampling))))
        raise InputError(f"Unknown option {sorted(unknown)[0]!r}; use {known}.")
    return FlowSampling(**options)


def _like(source: Any, fused: Tensor) -> Any:
    if isinstance(source, (str, Path, Image.Image)):
        return to_pil(fused[0])
    out = fused.movedim(1, -1)  # BCHW -> BHWC
    out = out if source.ndim == 4 else out[0]
    return out.numpy() if isinstance(source, np.ndarray) else out.to(source.device)
