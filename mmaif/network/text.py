"""Prompt -> tokens and one pooled vector: a small T5-style encoder with its own subword tokenizer.

As in T5 (Raffel et al. 2020): RMS norms without bias before each part, relative position buckets shared
by all layers, gated GELU (T5 1.1). A learned attention pools the tokens. Linear heads read the pooled
vector as the repairs that the sentence asks for and their severity, what it wants left alone, and its task;
they train the encoder and let a user interface say how a prompt was understood.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from einops import rearrange
from tokenizers import Tokenizer
from torch import Tensor, nn

from ..errors import InputError
from ..repairs import SEVERITIES
from ..tasks import TASKS


@dataclass(frozen=True)
class TextConfig:
    """Shape of the encoder; `tokenizer` is the JSON of a `tokenizers.Tokenizer`, `repairs` the class names."""

    tokenizer: str
    repairs: tuple[str, ...]
    vocabulary: int = 4096
    width: int = 256
    depth: int = 4
    heads: int = 4
    hidden: int = 512
    buckets: int = 32
    max_distance: int = 64
    max_tokens: int = 96
    pool_heads: int = 1  # shares of attention in the pooled vector
    full_reading: bool = False  # heads for what is to be left alone and for severities, besides repairs and task
    dropout: float = 0.0  # of the embeddings, while training only


class Encoded(NamedTuple):
    """tokens [B, T, C], mask [B, T] (true = a real token), pooled [B, C], and how the sentence is understood, [B, 4 R]:
    the probability per repair that it is asked for, that it is to be left alone, that it is called strong, and light
    (the last two 0 where it is not asked for). An encoder without heads has no such values."""

    tokens: Tensor
    mask: Tensor
    pooled: Tensor
    readings: Tensor

    @property
    def said(self) -> Tensor:
        """[B, C + 4 R], all that the networks are told of a sentence besides its tokens."""
        return torch.cat([self.pooled, self.readings], -1)


class Reading(NamedTuple):
    """How a sentence is understood.

    repairs   probability per repair that the sentence asks for it
    task      vif, mef, mff or restore, "auto" where the sentence names none
    kept      probability per repair that it is to be left alone; empty for an encoder without that head
    severity  "strong" or "light" for repairs asked for whose severity the sentence names
    """

    repairs: dict[str, float]
    task: str
    kept: dict[str, float]
    severity: dict[str, str]


class _Layer(nn.Module):
    def __init__(self, config: TextConfig, operations: Any):
        super().__init__()
        self.heads = config.heads
        self.norm1 = operations.RMSNorm(config.width, eps=1e-6)
        self.qkv = operations.Linear(config.width, 3 * config.width, bias=False)
        self.out = operations.Linear(config.width, config.width, bias=False)
        self.norm2 = operations.RMSNorm(config.width, eps=1e-6)
        self.gate_in = operations.Linear(config.width, 2 * config.hidden, bias=False)
        self.project = operations.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        query, key, value = rearrange(
            self.qkv(self.norm1(x)), "b t (three h d) -> three b h t d", three=3, h=self.heads
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query))
        x = x + self.out(rearrange(mixed, "b h t d -> b t (h d)"))
        gate, value = self.gate_in(self.norm2(x)).chunk(2, -1)
        return x + self.project(F.gelu(gate, approximate="tanh") * value)


class TextEncoder(nn.Module):
    """Token ids [B, T] (0 = padding) -> Encoded; `encode` takes sentences."""

    def __init__(self, config: TextConfig, operations: Any = nn):
        super().__init__()
        self.config = config
        self.tokenizer = read_tokenizer(config)
        self.embedding = operations.Embedding(config.vocabulary, config.width)
        self.position = operations.Embedding(config.buckets, config.heads)
        self.layers = nn.ModuleList(_Layer(config, operations) for _ in range(config.depth))
        self.norm = operations.RMSNorm(config.width, eps=1e-6)
        self.pool = operations.Linear(config.width, config.pool_heads)
        self.repairs = operations.Linear(config.width, len(config.repairs))
        self.task = operations.Linear(config.width, len(TASKS))
        if config.full_reading:
            self.kept = operations.Linear(config.width, len(config.repairs))
            self.severity = operations.Linear(config.width, len(SEVERITIES) * len(config.repairs))

    def forward(self, ids: Tensor) -> Encoded:
        mask = ids != 0
        x = F.dropout(self.embedding(ids), self.config.dropout, self.training)
        bias = self._position_bias(ids.shape[1], ids.device)
        bias = bias.masked_fill(~mask[:, None, None], float("-inf"))
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        share = self.pool(x).float().masked_fill(~mask[..., None], float("-inf")).softmax(1).to(x)
        pooled = share[..., None] * x.unflatten(-1, (self.config.pool_heads, -1))
        pooled = pooled.sum(1).flatten(1)
        return Encoded(x * mask[..., None], mask, pooled, self._read(pooled))

    def _read(self, pooled: Tensor) -> Tensor:
        asked = self.repairs(pooled).sigmoid()
        kept = severity = torch.zeros_like(asked)
        if self.config.full_reading:
            kept = self.kept(pooled).sigmoid()
            levels = self.severity(pooled).sigmoid().unflatten(1, (-1, len(SEVERITIES)))
            severity = (asked[..., None] * levels).transpose(1, 2).flatten(1)
        else:
            severity = severity.repeat(1, len(SEVERITIES))
        return torch.cat([asked, kept, severity], 1)

    def tokenize(self, prompts: Sequence[str], tokenizer: Tokenizer | None = None) -> Tensor:
        """Sentences -> ids [B, T], each ending in the end token, padded with 0.

        `tokenizer` stands in for the encoder's own, such as one with BPE dropout while training.
        """
        limit, tokenizer = self.config.max_tokens, tokenizer or self.tokenizer
        rows = [tokenizer.encode(prompt.strip().lower()).ids[:limit] for prompt in prompts]
        longest = max(len(row) for row in rows)
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows])

    def encode(self, prompts: Sequence[str]) -> Encoded:
        """Sentences -> Encoded, on the device of the weights."""
        return self(self.tokenize(prompts).to(self.pool.weight.device))

    def read(self, prompt: str) -> tuple[dict[str, float], str]:
        """Probability per repair that the sentence asks for it, and the task it names ("auto" for none)."""
        return self.readings([prompt])[0][:2]

    def readings(self, prompts: Sequence[str]) -> list[Reading]:
        """How each sentence is understood."""
        pooled = self.encode(prompts).pooled
        names = self.config.repairs
        asked = self.repairs(pooled).float().sigmoid().tolist()
        tasks = [TASKS[index] for index in self.task(pooled).argmax(1).tolist()]
        kept: list[dict[str, float]] = [{} for _ in prompts]
        severity: list[dict[str, str]] = [{} for _ in prompts]
        if self.config.full_reading:
            kept = [dict(zip(names, row, strict=True)) for row in self.kept(pooled).float().sigmoid().tolist()]
            chances = self.severity(pooled).float().unflatten(1, (len(names), -1)).sigmoid()
            for found, row, levels in zip(severity, asked, chances, strict=True):
                for name, chance, level in zip(names, row, levels, strict=True):
                    if chance > 0.5 and level.max() > 0.5:
                        found[name] = SEVERITIES[int(level.argmax())]
        return [
            Reading(dict(zip(names, row, strict=True)), *rest)
            for row, *rest in zip(asked, tasks, kept, severity, strict=True)
        ]

    def _position_bias(self, length: int, device: torch.device) -> Tensor:
        positions = torch.arange(length, device=device)
        buckets = relative_bucket(positions[None] - positions[:, None], self.config.buckets, self.config.max_distance)
        return self.position(buckets).permute(2, 0, 1)[None].float()


def read_tokenizer(config: TextConfig) -> Tokenizer:
    """The tokenizer of a configuration, if its words and the vocabulary are the same."""
    try:
        tokenizer = Tokenizer.from_str(config.tokenizer)
        end = tokenizer.encode("").ids
    except Exception as error:  # the library raises nothing more exact
        raise InputError("The checkpoint's tokenizer cannot be read; fetch the checkpoint again.") from error
    most = max(tokenizer.get_vocab().values(), default=-1)
    if not end or most >= config.vocabulary:
        raise InputError(
            f"The checkpoint's tokenizer has {most + 1} words and the text encoder {config.vocabulary}; "
            "fetch the checkpoint again."
        )
    return tokenizer


def relative_bucket(distance: Tensor, buckets: int, max_distance: int) -> Tensor:
    """T5's bidirectional buckets: half for each direction, exact when near, logarithmic when far."""
    half = buckets // 2
    side = (distance > 0).long() * half
    distance = distance.abs()
    exact = half // 2
    far = exact + (
        torch.log(distance.float().clamp(min=1) / exact) / math.log(max_distance / exact) * (half - exact)
    ).long().clamp(max=half - exact - 1)
    return side + torch.where(distance < exact, distance, far)
