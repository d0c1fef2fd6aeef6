"""Prompt -> tokens and one pooled vector: a small T5-style encoder with its own subword tokenizer.

As in T5 (Raffel et al. 2020): RMS norms without bias before each part, relative position buckets shared
by all layers, gated GELU (T5 1.1). A learned attention pools the tokens. Linear heads read the pooled
vector as the repairs that the sentence asks for and their severity, what it wants left alone, and its task;
they train the encoder and let a user interface say how a prompt was understood.

A prompt longer than the encoder reads at once is read in slices, cut where a sentence ends if one does; what any slice
asks for, or asks to leave alone, the prompt does.
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
from .grams import Grams

CONTEXT_SLICES = 4  # so many slices' tokens are handed on; the heads read all of them
GRAMS_WEIGHT = 0.6  # each reader was taught to be right alone: what both see would count twice
# Where a slice may end, the best place first; a script without blanks is cut at any token.
CUTS = (".!?;\n\u3002\uff01\uff1f\uff1b", ",:\uff0c\u3001\uff1a", " ")


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
    foreign: bool = False  # a head for wishes that are none of the repairs
    grams: int = 0  # rows of a classifier of letters and words, whose logits are added where nothing is left alone


class Encoded(NamedTuple):
    """tokens [B, T, C], mask [B, T] (true = a real token), pooled [B, C], and how the sentence is understood, [B, 4 R]:
    the probability per repair that it is asked for, that it is to be left alone, that it is called strong, and light
    (the last two 0 where it is not asked for). An encoder without heads has no such values. Of a prompt in slices the
    tokens follow one another, `pooled` is the mean, and the probabilities are the highest of any slice."""

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
    foreign   probability that it wishes for something that is no repair; 0 for an encoder without that head
    """

    repairs: dict[str, float]
    task: str
    kept: dict[str, float]
    severity: dict[str, str]
    foreign: float = 0.0


class _Heads(NamedTuple):
    """Probabilities of every head: asked, kept [B, R], severity [B, R, levels], task [B, tasks], foreign [B]."""

    asked: Tensor
    kept: Tensor
    severity: Tensor
    task: Tensor
    foreign: Tensor


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
    """Token ids [B, T] (0 = padding) -> Encoded; `encode` takes sentences.

    Ids longer than `max_tokens` are slices of that many each, as `tokenize` lays them out.
    """

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
        if config.foreign:
            self.foreign = operations.Linear(config.width, 1)
        if config.grams:
            self.grams = Grams(config.grams, len(config.repairs), operations)

    def forward(self, ids: Tensor) -> Encoded:
        return self._read(ids)[0]

    def _read(self, ids: Tensor) -> tuple[Encoded, _Heads]:
        """Ids [B, T] -> Encoded, and what the heads say of each prompt."""
        prompts, length = ids.shape
        slices = ids.reshape(-1, min(length, self.config.max_tokens))
        used = slices[:, 0] != 0
        tokens, mask, pooled = self._encode(slices[used])
        heads = self._heads(pooled, slices[used])
        if len(slices) == prompts:
            return Encoded(tokens, mask, pooled, _told(heads)), heads

        def spread(values: Tensor) -> Tensor:
            """[used slices, ...] -> [B, slices, ...], 0 where a prompt has no more of them."""
            out = values.new_zeros(len(slices), *values.shape[1:])
            out[used] = values
            return out.unflatten(0, (prompts, -1))

        count = used.view(prompts, -1).sum(1, keepdim=True)
        heads = _joined(_Heads(*map(spread, heads)))
        context = _in_a_row(spread(tokens).flatten(1, 2), spread(mask).flatten(1, 2))
        kept = CONTEXT_SLICES * self.config.max_tokens
        tokens, mask = (values[:, :kept] for values in context)
        return Encoded(tokens, mask, spread(pooled).sum(1) / count.to(pooled), _told(heads)), heads

    def _encode(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Ids [B, T] of at most `max_tokens` -> tokens, mask, pooled."""
        mask = ids != 0
        x = F.dropout(self.embedding(ids), self.config.dropout, self.training)
        bias = self._position_bias(ids.shape[1], ids.device)
        bias = bias.masked_fill(~mask[:, None, None], float("-inf"))
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        share = self.pool(x).float().masked_fill(~mask[..., None], float("-inf")).softmax(1).to(x)
        pooled = share[..., None] * x.unflatten(-1, (self.config.pool_heads, -1))
        return x * mask[..., None], mask, pooled.sum(1).flatten(1)

    def _heads(self, pooled: Tensor, ids: Tensor) -> _Heads:
        asked = self.repairs(pooled)
        kept, levels, foreign = torch.zeros_like(asked), len(SEVERITIES), asked.new_zeros(len(asked))
        severity = asked.new_zeros(*asked.shape, levels)
        if self.config.full_reading:
            kept = self.kept(pooled).sigmoid()
            severity = self.severity(pooled).sigmoid().unflatten(1, (-1, levels))
        if self.config.foreign:
            foreign = self.foreign(pooled)[:, 0].sigmoid()
        if self.config.grams:
            letters = self.grams(self.tokenizer.decode_batch(ids.tolist())).to(asked)
            asked = asked + GRAMS_WEIGHT * letters * (1 - kept)
        return _Heads(asked.sigmoid(), kept, severity, self.task(pooled).softmax(1), foreign)

    def tokenize(self, prompts: Sequence[str], tokenizer: Tokenizer | None = None) -> Tensor:
        """Sentences -> ids [B, T], each ending in the end token, padded with 0; where one has more than `max_tokens`,
        T is a multiple of that and each slice ends so.

        `tokenizer` stands in for the encoder's own, such as one with BPE dropout while training.
        """
        limit, tokenizer = self.config.max_tokens, tokenizer or self.tokenizer
        rows = [_slices(tokenizer, prompt.strip().lower(), limit) for prompt in prompts]
        most = max(map(len, rows))
        longest = max(len(part) for row in rows for part in row) if most == 1 else limit
        ids = torch.zeros(len(rows), most, longest, dtype=torch.long)
        for row, parts in zip(ids, rows, strict=True):
            for place, part in zip(row, parts, strict=False):
                place[: len(part)] = torch.tensor(part)
        return ids.flatten(1)

    def encode(self, prompts: Sequence[str]) -> Encoded:
        """Sentences -> Encoded, on the device of the weights."""
        return self(self.tokenize(prompts).to(self.pool.weight.device))

    def read(self, prompt: str) -> tuple[dict[str, float], str]:
        """Probability per repair that the sentence asks for it, and the task it names ("auto" for none)."""
        return self.readings([prompt])[0][:2]

    def readings(self, prompts: Sequence[str]) -> list[Reading]:
        """How each sentence is understood."""
        _, heads = self._read(self.tokenize(prompts).to(self.pool.weight.device))
        here = (each.detach().float().cpu() for each in heads)
        return [self._reading(_Heads(*row)) for row in zip(*here, strict=True)]

    def _reading(self, heads: _Heads) -> Reading:
        """The heads of one sentence by name."""
        names = self.config.repairs
        asked = dict(zip(names, heads.asked.tolist(), strict=True))
        kept = dict(zip(names, heads.kept.tolist(), strict=True)) if self.config.full_reading else {}
        severity = {
            name: SEVERITIES[int(levels.argmax())]
            for name, levels in zip(names, heads.severity, strict=True)
            if asked[name] > 0.5 and levels.max() > 0.5
        }
        return Reading(asked, TASKS[int(heads.task.argmax())], kept, severity, float(heads.foreign))

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


def _told(heads: _Heads) -> Tensor:
    """What the networks are told of the heads, [B, 4 R]."""
    severity = (heads.asked[..., None] * heads.severity).transpose(1, 2).flatten(1)
    return torch.cat([heads.asked, heads.kept, severity], 1)


def _joined(heads: _Heads) -> _Heads:
    """Heads of slices [B, slices, ...] -> of prompts: the highest of any slice, and the task of the one that names it
    most clearly. A severity counts where its slice asks for the repair."""
    severity = (heads.severity * (heads.asked[..., None] > 0.5)).amax(1)
    unnamed = heads.task[..., 0] + (heads.task.sum(-1) == 0)  # a slice that is none names nothing
    clearest = unnamed.argmin(1)
    task = heads.task[torch.arange(len(clearest), device=clearest.device), clearest]
    return _Heads(heads.asked.amax(1), heads.kept.amax(1), severity, task, heads.foreign.amax(1))


def _in_a_row(tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Tokens [B, T, C] and their mask [B, T] with the real ones first, cut to the longest."""
    order = mask.long().argsort(dim=1, descending=True, stable=True)[:, : int(mask.sum(1).max())]
    return tokens.take_along_dim(order[..., None], 1), mask.take_along_dim(order, 1)


def _slices(tokenizer: Tokenizer, text: str, limit: int) -> list[list[int]]:
    """The ids of a text, in slices of at most `limit` that end in the end token; always at least one."""
    encoding = tokenizer.encode(text)
    if len(encoding.ids) <= limit:
        return [encoding.ids]
    (*ids, end), offsets, slices, begin = encoding.ids, encoding.offsets, [], 0
    while begin < len(ids):
        stop = begin + limit - 1
        if stop < len(ids):
            stop = _cut([text[first:last] for first, last in offsets[begin : stop + 1]], begin)
        slices.append([*ids[begin:stop], end])
        begin = stop
    return slices


def _cut(pieces: Sequence[str], begin: int) -> int:
    """Where to end a slice that starts at token `begin`, by the text of its tokens and of the one after: the last good
    place, unless that leaves less than a quarter."""
    for marks in CUTS:
        for place in range(len(pieces) - 1, len(pieces) // 4, -1):
            if pieces[place - 1][-1:] in tuple(marks) or (marks == " " and pieces[place][:1] == " "):
                return begin + place
    return begin + len(pieces) - 1


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
