"""What rides in a CONDITIONING, a list of [tokens, values]: the prompt, the empty prompt, the task and the sources."""

from collections.abc import Sequence
from typing import Any

import comfy.sd
import node_helpers
from torch import Tensor

from ...mmaif.errors import InputError
from ...mmaif.infrared import said_polarity

# Keys of the values. The core knows the first two, and edit models carry their pictures under the first as ours do.
SOURCES = "reference_latents"  # unscaled latents [B, 16, h, w], one for each source
POOLED = "pooled_output"  # the prompt as one vector [1, D]
TASK = "mmaif_task"  # one of `mmaif.tasks.TASKS`; absent for auto
POLARITY = "mmaif_polarity"  # what the prompt says of the infrared, "white" or "black"; absent for nothing
UNPROMPTED = "mmaif_unprompted"  # (tokens, pooled) of the empty prompt, for guidance

# Key of a LATENT: the sources [B, N, 3, H, W] in 0..1 as the prompt has put them right. Core samplers hand it through.
REPAIRED = "mmaif_repaired"

Conditioning = list[Any]


def encode_prompt(clip: comfy.sd.CLIP, prompt: str, task: str) -> Conditioning:
    """The prompt for sources of one task, or of one still to be told from them ("auto")."""
    polarity, prompt = said_polarity(prompt)
    conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(prompt))
    values: dict[str, Any] = {UNPROMPTED: clip.encode_from_tokens(clip.tokenize(""), return_pooled=True)}
    if task != "auto":
        values[TASK] = task
    if polarity != "auto":
        values[POLARITY] = polarity
    return node_helpers.conditioning_set_values(conditioning, values)


def said_of(conditioning: Conditioning) -> Tensor | None:
    """What the networks are told of the prompt, [1, D], if anything."""
    return conditioning[0][1].get(POOLED)


def task_of(conditioning: Conditioning) -> str:
    """The task that the prompt names, or "auto"."""
    return conditioning[0][1].get(TASK, "auto")


def polarity_of(conditioning: Conditioning) -> str:
    """What is hot in the infrared by the prompt, "white" or "black", or "auto"."""
    return conditioning[0][1].get(POLARITY, "auto")


def attach_sources(conditioning: Conditioning, latents: Sequence[Tensor], task: str) -> Conditioning:
    """The prompt with the latents [B, 16, h, w] of each source, and with their task unless it names one."""
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
