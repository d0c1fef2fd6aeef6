"""The sources of one scene, of any kind, made ready for a network: read, levelled, arranged, filled, stacked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from .checks import check_choice, check_text, kind_of
from .contrast import SHARE, with_contrast
from .covers import filled, union
from .errors import InputError
from .frames import Frames, Sources
from .images import cover_of, is_gray, luminance, stack_sources, tensor_of
from .infrared import arrange, said_polarity
from .masks import fitted, mask_of
from .reading import read_all
from .stacks import surveyed
from .tasks import TASKS, same_bracket

log = logging.getLogger("mmaif")


def list_of_pictures(sources: Any) -> list[Any]:
    """The sources of a scene as a list; a picture alone, or what must not be gone through twice, is refused."""
    if not isinstance(sources, (list, tuple)):
        raise InputError(f"sources are {kind_of(sources)}; give a list of pictures, such as [a, b].")
    if not sources:
        raise InputError("No sources given; pass at least one picture.")
    return list(sources)


def gather(
    sources: Sequence[Any],
    names: Sequence[str],
    task: str = "auto",
    prompt: str = "",
    polarity: str = "auto",
    exclude: Sequence[Any] = (),
) -> Sources:
    """Paths, pictures of Pillow, arrays or tensors of one scene -> what a network fuses.

    All pages of a TIFF file are sources, and so is each picture of a lone batch that is to be fused. `exclude` holds,
    for each source, None or a mask (see `mmaif.masks.mask_of`), white where it takes no part, like what is transparent.
    A long stack of files of which nothing is excluded stays on the disk, see `mmaif.stacks`.
    """
    check_choice(task, "task", TASKS)
    said, prompt = said_polarity(check_text(prompt, "prompt"))
    if not exclude and (stack := surveyed(sources, names)):
        return replace(stack, prompt=prompt)
    raws, names = read_all(sources, names)
    pictures, covers = [tensor_of(raw) for raw in raws], [cover_of(raw) for raw in raws]
    covers = _less(covers, pictures, exclude, names)
    if len(pictures) == 1 and len(pictures[0]) > 1:
        pictures, covers, names = _frames(pictures[0], covers[0], names[0], task)
    pair = arrange(pictures, names, task, said if polarity == "auto" else polarity)
    covers = [covers[index] for index in pair.order]
    covers = [_resized(cover, picture) for cover, picture in zip(covers, pair.pictures, strict=True)]
    stacked = stack_sources(pair.pictures, [names[index] for index in pair.order])
    ready = filled(stacked.unbind(1), covers, pair.infrared)
    notes = [f"{name}: {note}" for raw, name in zip(raws, names, strict=False) for note in raw.notes]
    return Sources(
        Frames.held(ready, [names[index] for index in pair.order], covers),
        prompt,
        union(covers),
        max(raw.bits for raw in raws),
        raws[pair.order[0] if len(raws) > 1 else 0].exif,
        is_gray(stacked),
        [*dict.fromkeys([*notes, *pair.notes])],
    )


def as_given(sources: Sequence[Any], names: Sequence[str]) -> Sources:
    """Sources of any kind as they are, of any size: nothing arranged or filled, for what gives them back."""
    if stack := surveyed(sources, names):
        return stack
    raws, names = read_all(sources, names)
    pictures, covers = [tensor_of(raw) for raw in raws], [cover_of(raw) for raw in raws]
    notes = [f"{name}: {note}" for raw, name in zip(raws, names, strict=True) for note in raw.notes]
    frames, gray = Frames.held(pictures, names, covers), all(map(is_gray, pictures))
    return Sources(frames, bits=max(raw.bits for raw in raws), exif=raws[0].exif, gray=gray, notes=notes)


def _less(
    covers: Sequence[Tensor | None], pictures: Sequence[Tensor], exclude: Sequence[Any], names: Sequence[str]
) -> list[Tensor | None]:
    """Alpha [B, 1, H, W] of each source less what is excluded."""
    if exclude and len(exclude) != len(pictures):
        raise InputError(f"There are {len(exclude)} masks to exclude for {len(pictures)} sources; give one for each.")
    out = list(covers)
    for index, mask in enumerate(exclude):
        if mask is not None:
            name = f"The mask of {names[index]}"
            left = 1 - fitted(mask_of(mask, name), pictures[index].shape, name)
            out[index] = left if out[index] is None else left * out[index]
    return out


def chosen_from(tasks: Sequence[str], sources: Tensor, repaired: Tensor) -> Tensor:
    """Which scenes [B], 1 or 0, are focus stacks [B, N, 3, H, W] of which nothing was repaired: each pixel of theirs is
    that of one source."""
    scenes = zip(tasks, sources, repaired, strict=True)
    chosen = [task == "mff" and len(each) > 1 and torch.equal(each, mended) for task, each, mended in scenes]
    return torch.tensor(chosen, dtype=torch.float32)


def finished(fused: Tensor, sources: Tensor, tasks: Sequence[str], detail: float = 1.0) -> Tensor:
    """Fused pictures [B, 3, H, W] in 0..1 of sources [B, N, 3, H, W], a task for each: exposures and visible +
    infrared get local contrast of their sources, a visible + infrared pair its visible colour, by the share `detail`.
    """
    sources = sources.to(fused)
    rich = [task in ("vif", "mef") and sources.shape[1] > 1 for task in tasks]
    if any(rich) and detail:
        fused = with_contrast(fused, sources, torch.tensor([SHARE * detail * each for each in rich]).to(fused))
    return in_visible_colour(fused, sources, tasks, detail)


def in_visible_colour(fused: Tensor, sources: Tensor, tasks: Sequence[str], detail: float = 1.0) -> Tensor:
    """Fused pictures [B, 3, H, W] of sources [B, N, 3, H, W], a task for each: a visible + infrared pair keeps the
    fused luminance and has the colour of its visible picture, by the share `detail`; all others stay."""
    pairs = [sources.shape[1] == 2 and task == "vif" for task in tasks]
    if not any(pairs):
        return fused
    visible = sources[:, 0].to(fused)
    recoloured = (visible + (luminance(fused) - luminance(visible))).clamp(0, 1)
    share = torch.tensor([detail * pair for pair in pairs]).to(fused)
    return torch.lerp(fused, recoloured, share[:, None, None, None])


def coloured(fused: Tensor, gray: bool) -> Tensor:
    """The fused picture [B, 3, H, W], without colour where its sources have none."""
    return luminance(fused).expand_as(fused).contiguous() if gray else fused


def _frames(
    batch: Tensor, cover: Tensor | None, name: str, task: str
) -> tuple[list[Tensor], list[Tensor | None], list[str]]:
    """A lone batch [B, 3, H, W]: sources of one scene for a task that fuses, else a run of frames."""
    if task in ("auto", "restore"):
        if task == "auto" and same_bracket(batch):
            log.warning(
                "%s holds %d pictures that look like exposures of one scene, but each is restored alone; "
                "give them as a list or as a stack, or name the task mef.",
                *(name, len(batch)),
            )
        return [batch], [cover], [name]
    covers = [None] * len(batch) if cover is None else list(cover.split(1))
    return list(batch.split(1)), covers, [f"{name}[{index}]" for index in range(len(batch))]


def _resized(cover: Tensor | None, picture: Tensor) -> Tensor | None:
    """Alpha [B, 1, h, w] at the size of its picture."""
    if cover is None or cover.shape[-2:] == picture.shape[-2:]:
        return cover
    return torch.nn.functional.interpolate(cover, picture.shape[-2:], mode="bilinear", align_corners=False)
