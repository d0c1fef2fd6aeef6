"""Which repairs the letters and words of a sentence speak for, whatever their order.

A linear classifier of hashed character n-grams (Cavnar and Trenkle, 1994; Joulin et al., EACL 2017). It learns from a
hundred times as many sentences in the same time as the encoder and errs on others: it knows rare words and slips
of the pen, and nothing of "not" or "only". `text.py` adds its logits to the encoder's.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from unicodedata import normalize
from zlib import crc32

import torch
from torch import Tensor, nn

LONGEST = 5  # letters
WORD = re.compile(r"\w+")


def grams(text: str) -> set[str]:
    """Runs of one to five characters, words, and pairs of words; words begin with a line."""
    text = f" {normalize('NFKC', text).lower().strip()} "
    words = [f"_{word}" for word in WORD.findall(text)]
    runs = (text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1))
    return {*runs, *words, *map("".join, pairwise(words))}


class Grams(nn.Module):
    """Sentences -> a logit per repair that each asks for, [B, R]."""

    def __init__(self, buckets: int, repairs: int, operations: Any = nn):
        super().__init__()
        self.buckets = buckets
        self.rows = operations.Embedding(buckets, repairs)
        nn.init.zeros_(self.rows.weight)

    def forward(self, sentences: Sequence[str]) -> Tensor:
        found = [sorted({crc32(gram.encode()) % self.buckets for gram in ("", *grams(text))}) for text in sentences]
        counts = torch.tensor([len(each) for each in found], device=self.rows.weight.device)
        rows = self.rows(torch.tensor([i for each in found for i in each], device=counts.device)).float()
        of = torch.arange(len(found), device=counts.device).repeat_interleave(counts)
        return rows.new_zeros(len(found), rows.shape[1]).index_add(0, of, rows) / counts.sqrt()[:, None]
