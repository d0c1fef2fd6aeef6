"""What rides in a CONDITIONING, a list of [tokens, values]: the prompt, the empty prompt, the task and the sources.

A prompt of which something is wanted only in part, or only in places, is several entries. Each has core's own
`strength` and `mask`, so that core samplers weigh their latents; our sampler and Decode weigh their pictures.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import comfy.sd
import node_helpers
import torch
import torch.nn.functional as F
from torch import Tensor

from ...mmaif.checks import check_finite
from ...mmaif.errors import InputError
from ...mmaif.infrared import said_polarity
from ...mmaif.language.strengths import shares
from ...mmaif.language.understanding import Understanding
from ...mmaif.masks import feathered
from .clip import understand

# Keys of the values. The core knows the first two, and edit models carry their pictures under the first as ours do.
SOURCES = "reference_latents"  # unscaled latents [B, 16, h, w], one for each source
POOLED = "pooled_output"  # the prompt as one vector [1, D]
TASK = "mmaif_task"  # one of `mmaif.tasks.TASKS`; absent for auto; of a LATENT too, as resolved from the sources
POLARITY = "mmaif_polarity"  # what the prompt says of the infrared, "white" or "black"; absent for nothing
UNPROMPTED = "mmaif_unprompted"  # (tokens, pooled) of the empty prompt, for guidance
STRENGTH, MASK = "strength", "mask"  # what an entry counts for among others, and where, [B, H, W]; core's own keys

# Key of a LATENT: the sources [B, N, 3, H, W] in 0..1 as the prompt has put them right. Core samplers hand it through.
REPAIRED = "mmaif_repaired"

LATENT_CHANNELS = 16  # of the Flux family

# Key of a LATENT whose prompt is several entries: a list of `Part`, one for each.
PARTS = "mmaif_parts"

Conditioning = list[Any]


def latents_of(latent: Any, name: str, channels: int | None = None) -> Tensor:
    """The samples [B, C, h, w] of a LATENT; InputError naming `name` unless they are those of pictures,
    of `channels` where that is given."""
    samples = latent.get("samples") if isinstance(latent, Mapping) else None
    if not isinstance(samples, Tensor):
        raise InputError(f"{name} is no LATENT; connect the latent of a sampler or of Encode Sources (MMAIF).")
    if samples.ndim != 4 or 0 in samples.shape or (channels is not None and samples.shape[1] != channels):
        kind = "is a video's" if samples.ndim == 5 else f"has shape {list(samples.shape)}"
        raise InputError(
            f"{name} {kind}; connect the latent [B, {channels or 'C'}, h, w] of pictures, of the Flux family."
        )
    return check_finite(samples, name, "lower the guidance of the sampler, or load another model")


def check_prompt(conditioning: Any, name: str = "conditioning") -> None:
    """Raise InputError unless this is a CONDITIONING that says something: at least one pair of finite tokens [B, T, D]
    and values."""
    if not isinstance(conditioning, (list, tuple)) or not conditioning:
        raise InputError(f"{name} is empty; connect Degradation Prompt (MMAIF) or CLIP Text Encode.")
    for pair in conditioning:
        shaped = isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[1], Mapping)
        if not shaped or not isinstance(pair[0], Tensor) or pair[0].ndim != 3 or 0 in pair[0].shape:
            raise InputError(f"{name} holds no tokens; connect Degradation Prompt (MMAIF) or CLIP Text Encode.")
        check_finite(pair[0], f"{name}: the prompt", "encode it anew with the CLIP of Load MMAIF Model")
        pooled = pair[1].get(POOLED)
        if pooled is not None:
            check_finite(pooled, f"{name}: the pooled prompt", "encode it anew with the CLIP of Load MMAIF Model")


class Part(NamedTuple):
    """One entry of a prompt: what it counts for, [1 or B, 1, H or 1, W or 1], the sources [B, N, 3, H, W] as it has put
    them right (None: as they are), and, once sampled, its latents and the mean of all entries' [B, 16, h, w]."""

    weight: Tensor
    repaired: Tensor | None
    latents: Tensor | None = None
    mean: Tensor | None = None


def encode_prompt(
    clip: comfy.sd.CLIP, prompt: str, task: str, strength: Mapping[str, float] | None = None
) -> Conditioning:
    """The prompt for sources of one task, or of one still to be told from them ("auto"), at a strength per repair."""
    if not isinstance(clip, comfy.sd.CLIP):
        raise InputError("clip is no text encoder; connect the CLIP of Load MMAIF Model.")
    polarity, prompt = said_polarity(prompt)

    def read(prompt: str) -> Understanding:
        if (understood := understand(clip, prompt)) is None:
            raise InputError("A strength needs the CLIP of Load MMAIF Model; connect that, or set all strengths to 1.")
        return understood

    wanted = shares([prompt], strength or {}, read)
    conditioning: Conditioning = []
    for share in wanted:
        entry = clip.encode_from_tokens_scheduled(clip.tokenize(share.prompts[0]))
        counted = {STRENGTH: share.weight} if len(wanted) > 1 else {}
        conditioning += node_helpers.conditioning_set_values(entry, counted)
    values: dict[str, Any] = {UNPROMPTED: clip.encode_from_tokens(clip.tokenize(""), return_pooled=True)}
    if task != "auto":
        values[TASK] = task
    if polarity != "auto":
        values[POLARITY] = polarity
    return node_helpers.conditioning_set_values(conditioning, values)


def masked(conditioning: Conditioning, mask: Tensor) -> Conditioning:
    """The prompt inside a mask [B, H, W] alone, and the empty one elsewhere."""
    inside = feathered(mask[:, None].float())[:, 0]
    (empty, *_) = unprompted(conditioning)
    outside = [empty[0], {**empty[1], STRENGTH: 1.0}]
    return [
        *node_helpers.conditioning_set_values(conditioning, {MASK: inside}),
        *node_helpers.conditioning_set_values([outside], {MASK: 1 - inside}),
    ]


def weight_of(values: Mapping[str, Any]) -> Tensor:
    """What an entry counts for, [1 or B, 1, H or 1, W or 1]."""
    mask = values.get(MASK)
    return values.get(STRENGTH, 1.0) * (torch.ones(1, 1, 1, 1) if mask is None else mask[:, None])


def task_of(conditioning: Conditioning) -> str:
    """The task that the prompt names, or "auto"."""
    return conditioning[0][1].get(TASK, "auto")


def polarity_of(conditioning: Conditioning) -> str:
    """What is hot in the infrared by the prompt, "white" or "black", or "auto"."""
    return conditioning[0][1].get(POLARITY, "auto")


def weighed(pictures: Sequence[Tensor], parts: Sequence[Part]) -> Tensor:
    """The mean of latents or pictures [B, C, h, w], one for each part, each as much as that counts for."""
    sides = pictures[0].shape[-2:]
    weights = [F.interpolate(part.weight.to(pictures[0]), sides, mode="area") for part in parts]
    return torch.stack([weight * each for weight, each in zip(weights, pictures, strict=True)]).sum(0)


def attach_sources(conditioning: Conditioning, latents: Sequence[Tensor], task: str) -> Conditioning:
    """Entries with the latents [B, 16, h, w] of each source, and with their task unless they name one."""
    values: dict[str, Any] = {SOURCES: list(latents)}
    if task_of(conditioning) == "auto":
        values[TASK] = task
    return node_helpers.conditioning_set_values(conditioning, values)


def unprompted(conditioning: Conditioning) -> Conditioning:
    """The same sources with the empty prompt, from which guidance leads away."""
    out = []
    for _, values in conditioning:
        if UNPROMPTED not in values:
            raise InputError(
                "guidance needs the conditioning of Degradation Prompt (MMAIF); connect it to Encode Sources, "
                "or set guidance to 1."
            )
        tokens, pooled = values[UNPROMPTED]
        out.append([tokens, {**values, POOLED: pooled}])
    return out


def frames_of(conditioning: Conditioning, frames: slice, batch: int) -> Conditioning:
    """The conditioning with the source latents of some frames only, out of `batch`."""
    out = []
    for tokens, values in conditioning:
        latents = values.get(SOURCES) or []
        out.append([tokens, {**values, SOURCES: [z[frames] if len(z) == batch else z for z in latents]}])
    return out
