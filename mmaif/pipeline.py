"""Sources + prompt -> fused picture, in one object that needs nothing but a checkpoint."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from . import sampling
from .align.prepare import Wishes, prepare
from .align.scene import Prepared
from .checkpoint import Checkpoint, checkpoint_path, load_checkpoint
from .checks import check_choice, check_finite, check_number, check_text, kind_of, shown
from .compiling import compile_networks
from .errors import InputError
from .frames import expanded
from .groups import fuse_frames, fuse_in_groups, groups_of
from .images import is_gray, to_pil
from .language.sentences import standard_sentence
from .language.strengths import shares
from .language.understanding import Understanding, understanding
from .masks import fitted, mask_of, weights
from .network import lora as low_rank
from .network.autoencoder import Autoencoder
from .network.diagnosis import Diagnosis
from .network.dit import PASSING, PASSING_SOURCE, Condition, FusionDiT
from .network.layers import DOWNSCALE
from .network.parts import load_part
from .network.repair import SourceRepair
from .network.text import TextEncoder
from .network.text_t5 import T5Text, is_t5, load_t5, t5_name
from .network.whole import decode_whole, encode_whole
from .precision import quickest
from .progress import Progress, Steps
from .sampling import FlowSampling
from .sources import chosen_from, coloured, finished, gather, list_of_pictures
from .tasks import TASKS, resolve_task
from .tiling import Tiles

FINITE = "use dtype bfloat16 or float32, less guidance, or another checkpoint"
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


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
        compile: bool = False,
        lora: str | Path | None = None,
    ) -> "FusionPipeline":
        """Load a shipped checkpoint by name or any by path.

        device: a torch device, by default an accelerator where there is one. dtype: float32, bfloat16 or
        float16, by default bfloat16, or float32 where that is quicker. text_folder: for a checkpoint trained with
        a T5 encoder, where that is; by default beside the checkpoint. compile: torch.compile the networks at first
        use. lora: a file of `finetune`, whose changes are added to the transformer.
        """
        torch.set_flush_denormal(True)
        if dtype is not None:
            check_choice(dtype, "dtype", tuple(DTYPES))
        device = _usable(("cuda" if torch.cuda.is_available() else "cpu") if device is None else device)
        path = checkpoint_path(name_or_path)
        checkpoint = load_checkpoint(path).require("dit", "autoencoder", "text")
        text_folder = text_folder or path.parent / t5_name(checkpoint.config["text"])
        dit = load_part(checkpoint, "dit")
        if lora:
            low_rank.apply(dit.float(), lora)
        pipe = cls(
            dit,
            load_part(checkpoint, "autoencoder"),
            _load_text(checkpoint, text_folder),
            device,
            DTYPES[dtype] if dtype else quickest(torch.device(device).type),
            *(load_part(checkpoint, part) if part in checkpoint.config else None for part in ("diagnosis", "repair")),
        )

        if compile:
            pipe.compile()
        return pipe

    def compile(self) -> bool:
        """Have all networks but the text encoder compiled at first use, see `mmaif.compiling`; whether they can be."""
        return compile_networks(self.device.type, self.networks())

    def networks(self) -> dict[str, nn.Module]:
        """What can be compiled, by the name that the log gives it."""
        parts = {"transformer": self.dit, **self.autoencoder.networks()}
        return parts if self.repair is None else parts | self.repair.networks()

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
        memory: int | None = None,
        strength: Mapping[str, float] | None = None,
        mask: Any = None,
        exclude: Sequence[Any] = (),
        **flow: Any,
    ) -> Any:
        """Fuse one or more sources of one scene.

        sources: PIL pictures, arrays or tensors [H, W, C] or [B, H, W, C] in 0..1, paths, folders and wildcards; same
        size, but for infrared beside visible. prompt: what to repair, "" to fuse only. task: auto, vif, mef, mff,
        restore. detail: 0..1, how much of the sources' sharpness to let through. tile: longest tile side in pixels, 0
        for none; by default as long as pays and fits. polarity: of the infrared: white or black (dark is hot); auto:
        white, unless the prompt says black-hot. align, ghosts, reference: how sources are laid onto each other and rid
        of what moves, see `mmaif.align.prepare.Wishes`. memory: bytes that may be taken beside the weights and the
        pictures; by default what is free.
        strength: how much of a repair that the prompt asks for, 0..1, as in {"noise": 0.4}; 1 where nothing is said.
        mask: white where repairs are wanted, a picture or [H, W]; elsewhere sources are fused as without words.
        exclude: for each source None or a mask, white where the source takes no part. flow: for flow models, the
        fields of `mmaif.sampling.FlowSampling` (steps, seed, guidance ...).
        Returns the kind of the first source: a PIL picture for PIL and paths, else an array or tensor [H, W, 3] or
        [B, H, W, 3]; with alpha as the last channel where no source shows anything.
        """
        sources = expanded(list_of_pictures(sources))
        names = [str(s) if isinstance(s, (str, Path)) else f"Source {i + 1}" for i, s in enumerate(sources)]
        given = gather(sources, names, task, prompt, polarity, exclude)
        inside = None if mask is None else mask_of(mask)
        sampling = _flow_sampling(flow)
        frames = prepare(given.frames, task, Wishes(align, ghosts, reference), progress)
        for note in frames.notes:
            logging.getLogger(__name__).warning(note)
        prompts = [given.prompt] * len(frames.tasks)
        fused = self.fuse(frames, prompts, task, detail, tile, progress, sampling, memory, strength, inside)
        return _like(sources[0], fused if given.alpha is None else torch.cat([fused, given.alpha], 1))

    @torch.inference_mode()
    def fuse(
        self,
        sources: Tensor | Prepared,
        prompts: Sequence[str],
        task: str = "auto",
        detail: float = 1.0,
        tile: int | None = None,
        progress: Progress | None = None,
        flow: FlowSampling | None = None,
        memory: int | None = None,
        strength: Mapping[str, float] | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """The same on sources [B, N, 3, H, W] in 0..1, of vif the visible one first, with one prompt each ->
        [B, 3, H, W] on the CPU; gray where all sources are. The mask is [B or 1, 1, H, W] in 0..1. More sources than
        the network fuses at once are fused in groups, see `mmaif.groups`. Prepared sources know their task, and only
        one group of them is in memory at a time.

        With strengths between 0 and 1, or with a mask, pictures are blended that are fused under other words: one
        fusion more for each strength, and one for the mask.
        """
        tiles = Tiles.planned(self.device, tile, memory, progress)
        check_number(detail, "detail", 0, 1)
        if isinstance(sources, Prepared):
            tasks, gray = sources.tasks, sources.gray
            grouped = partial(fuse_frames, frames=sources, brightness=sources.brightness)
        else:
            _check_scenes(sources)
            tasks, gray = [resolve_task(task, each) for each in sources], is_gray(sources)
            grouped = partial(fuse_in_groups, sources=sources)
        _check_prompts(prompts, len(tasks))
        flow = flow or FlowSampling()

        def few(prompts: Sequence[str]) -> Callable[[Tensor], Tensor]:
            return lambda group: self._fuse_few(group, prompts, tasks, detail, flow, tiles.part(next(part), total))

        wishes = shares(prompts, strength or {}, self.understand)
        counted = weights([share.weight for share in wishes], None if mask is None else fitted(mask, sources.shape))
        nothing, total, part = [""] * len(prompts), groups_of(sources.shape[1]) * len(counted), count()
        blend = sum(
            weight * grouped(few(said), again=few(nothing))
            for weight, said in zip(counted, [*(share.prompts for share in wishes), nothing], strict=False)
        )
        return check_finite(coloured(blend, gray), "The fused picture", FINITE)

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
        asked, given = self.condition(prompts, tasks), sources
        if self.repair is not None:
            sources = self._repaired(sources, asked.pooled, tasks, tiles)
        latents = encode_whole(self.autoencoder, sources.flatten(0, 1), tiles).unflatten(0, sources.shape[:2])
        fused = check_finite(self._sample(latents, asked, tasks, flow, tiles), "The fused latent", FINITE)
        size = (sources.shape[-2], sources.shape[-1])
        choice = chosen_from(tasks, given, sources)
        decoded = decode_whole(self.autoencoder, fused, size, tiles, sources, latents, detail, choice)
        return finished(decoded, sources, tasks, detail)

    @torch.inference_mode()
    def diagnose(self, sources: Tensor, task: str = "auto") -> list[dict[str, float]]:
        """Sources [B, N, 3, H, W] in 0..1 -> what each row of them needs: repairs such as "noise", each with its
        probability."""
        if self.diagnosis is None:
            raise InputError("This checkpoint cannot name what is wrong with a picture; use one that ships.")
        return [self.diagnosis.see(row, resolve_task(task, row)) for row in sources]

    def auto_prompt(self, sources: Tensor, prompt: str = "", task: str = "auto") -> str:
        """The prompt that repairs what is seen in one scene, sources [N, 3, H, W] in 0..1, and what `prompt` asks."""
        (found,) = self.diagnose(sources[None], task)
        return f"{standard_sentence(found)} {prompt}".strip()

    @torch.inference_mode()
    def asks_repair(self, prompt: str) -> bool:
        """Whether sources are put right under this prompt before they are fused."""
        return self.repair is not None and self.repair.is_asked(self.text.encode([prompt]).said.cpu())

    @torch.inference_mode()
    def understand(self, prompt: str) -> Understanding:
        """What is understood of a prompt; `mmaif.language.understanding.sentence` says it in words."""
        if isinstance(self.text, T5Text):
            raise InputError("This checkpoint's T5 cannot say what it understands; use one that ships.")
        return understanding(prompt, self.text.readings)

    def _repaired(self, sources: Tensor, said: Tensor, tasks: Sequence[str], tiles: Tiles) -> Tensor:
        """Sources [B, N, 3, H, W] in 0..1, each put right as what is said [B, said] asks."""
        said = said.float().cpu()
        if not self.repair.understands(said):
            return sources
        scenes = zip(sources, said, tasks, strict=True)
        return torch.stack([self.repair.scene(*scene, tiles) for scene in scenes])

    def _placed(self, image: Tensor) -> Tensor:
        """[B, 3, H, W] where and how the autoencoder takes it."""
        return image.to(self.device, self.dtype).contiguous(memory_format=torch.channels_last)

    def _sample(
        self, latents: Tensor, asked: Condition, tasks: Sequence[str], flow: FlowSampling, tiles: Tiles
    ) -> Tensor:
        """Source latents [B, N, 16, h, w], what is asked and a task of each -> fused latent [B, 16, h, w]."""
        latents, config = latents.contiguous(), self.dit.config
        regression = config.variant == "regression"
        scenes, sources, _, height, width = latents.shape
        cost = (PASSING + PASSING_SOURCE * sources) * latents.element_size()
        rows = min(scenes, tiles.rows(height * DOWNSCALE, width * DOWNSCALE, cost))
        groups = [slice(start, start + rows) for start in range(0, scenes, rows)]
        passes = 1 if regression else flow.passes
        after = Steps(tiles.told("fuse"), passes * len(groups) * self.dit.steps)

        def network(condition: Condition) -> sampling.Velocity:
            def run(z: Tensor | None = None, time: Tensor | None = None) -> Tensor:
                out = []
                for group in groups:
                    given = {} if z is None else {"noisy": z[group].to(self.dtype), "timestep": time[group]}
                    out.append(self.dit(latents[group], condition.rows(group), after=after, **given).latent)
                return torch.cat(out).to(latents if z is None else z)

            return run

        if regression:
            return network(asked)()
        slope = network(asked)
        if flow.guidance != 1:
            slope = sampling.guided(slope, network(self.condition([""] * len(tasks), tasks)), flow.guidance)
        start = flow.start((len(latents), *latents.shape[2:]), self.device)
        return flow.integrate(slope, start, config.shift).to(self.dtype)

    def condition(self, prompts: Sequence[str], tasks: Sequence[str]) -> Condition:
        """What the transformer is asked for, a prompt and a task for each scene."""
        encoded = self.text.encode(list(prompts))
        task = torch.tensor([TASKS.index(name) for name in tasks], device=self.device)
        mask = None if bool(encoded.mask.all()) else encoded.mask  # without one attention takes its quick path
        return Condition(encoded.tokens.to(self.dtype), mask, encoded.said.to(self.dtype), task)


def _usable(device: str | torch.device) -> str:
    """The device, or an InputError where torch cannot calculate on it, as on "meta"."""
    try:
        torch.ones(1, device=device).item()
    except Exception as error:  # every backend raises its own
        raise InputError(f"The device {shown(str(device))} is not usable here; try cpu.") from error
    return str(device)


def _check_scenes(sources: Tensor) -> None:
    """Raise InputError unless these are sources [B, N, 3, H, W] of at least 16x16."""
    shaped = isinstance(sources, Tensor) and sources.ndim == 5 and sources.shape[2] == 3 and sources.numel() > 0
    if not shaped or not sources.is_floating_point() or min(sources.shape[-2:]) < 16:
        raise InputError(
            f"sources are {kind_of(sources)}; give float pictures [B, N, 3, H, W] in 0..1, at least 16x16 each."
        )
    check_finite(sources, "sources", "mend the pictures")


def _check_prompts(prompts: Sequence[str], scenes: int) -> None:
    """Raise InputError unless there is a sentence for each scene."""
    if isinstance(prompts, str) or len(prompts) != scenes:
        raise InputError(f"There are {scenes} scenes; give a list of as many prompts.")
    for prompt in prompts:
        check_text(prompt, "prompt")


def _load_text(checkpoint: Checkpoint, folder: str | Path) -> TextEncoder | T5Text:
    """The text encoder of a checkpoint: its own, or for one that was trained with T5 the T5 in `folder`."""
    config = checkpoint.config["text"]
    return load_t5(config, folder) if is_t5(config) else load_part(checkpoint, "text")


def _flow_sampling(options: dict[str, Any]) -> FlowSampling:
    """FlowSampling from named options; raises InputError for a name it does not have."""
    if unknown := set(options) - {f.name for f in fields(FlowSampling)}:
        known = ", ".join(f.name for f in fields(FlowSampling))
        raise InputError(
            f"Unknown option {sorted(unknown)[0]!r}; use prompt, task, detail, tile, memory, progress, polarity, "
            f"align, ghosts, reference, strength, mask, exclude, {known}."
        )
    return FlowSampling(**options)


def _like(source: Any, fused: Tensor) -> Any:
    if isinstance(source, (str, Path, Image.Image)):
        return to_pil(fused[0])
    out = fused.movedim(1, -1)  # BCHW -> BHWC
    out = out if source.ndim == 4 else out[0]
    return out.numpy() if isinstance(source, np.ndarray) else out.to(source.device)
