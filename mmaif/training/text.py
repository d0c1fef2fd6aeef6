"""Train the tokenizer and the text encoder: which repairs does a sentence ask for, and which task?"""

import random
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor, nn

from ..checkpoint import save_checkpoint
from ..degradation.phrases import REPAIRS
from ..degradation.prompts import Prompt, corpus, random_prompt
from ..tasks import TASKS
from ..text import TextConfig, TextEncoder
from .loop import LoopConfig, fit, pick_device


@dataclass(frozen=True)
class TextTraining:
    """Prompts are generated as they are needed; `corpus` of them make the vocabulary."""

    out: str = "runs/text"
    loop: LoopConfig = field(default_factory=LoopConfig)
    corpus: int = 40000
    vocabulary: int = 4096
    batch: int = 128
    validation_file: str = ""


def train_tokenizer(texts: list[str], vocabulary: int) -> str:
    """Byte-level BPE (as GPT-2 and Llama use), so that typos and any script have tokens. Returns its JSON."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<pad>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer.to_str()


def read_labelled(path: str | Path) -> list[tuple[str, frozenset[str]]]:
    """Hand-written phrasings: tab-separated columns text, repairs (by comma) and more, one header line."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines()[1:]:
        if line.strip() and not line.startswith("#"):
            text, repairs = line.split("\t")[:2]
            rows.append((text, frozenset(filter(None, (r.strip() for r in repairs.split(","))))))
    return rows


CONFIG = TextTraining


def train(config: TextTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    texts = [prompt.text for prompt in corpus(config.corpus, config.loop.seed)]
    tokenizer = train_tokenizer(texts, config.vocabulary)
    size = Tokenizer.from_str(tokenizer).get_vocab_size()
    model_config = TextConfig(tokenizer=tokenizer, repairs=tuple(REPAIRS), vocabulary=size)
    model = TextEncoder(model_config).to(device)
    nn.init.normal_(model.embedding.weight, std=0.5)
    rng = random.Random(config.loop.seed + 1)
    held_out = [(p.text, p.repairs) for p in corpus(1000, config.loop.seed + 999)]
    hand = read_labelled(config.validation_file) if config.validation_file else []

    def step(_: int) -> dict[str, Tensor]:
        prompts = [random_prompt(rng) for _ in range(config.batch)]
        repairs, tasks = _labels(prompts, device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            pooled = model.encode([_drop_words(p.text, rng) for p in prompts]).pooled
            logits, task_logits = model.repairs(pooled), model.task(pooled)
        named = F.binary_cross_entropy_with_logits(logits.float(), repairs)
        task = F.cross_entropy(task_logits.float(), tasks)
        return {"loss": 3 * named + 0.3 * task, "named": named, "task": task}

    def validate(module: nn.Module) -> dict[str, float]:
        figures = {"exact": exact_share(module, held_out)}
        for count, name in ((1, "one"), (2, "more")):
            rows = [r for r in hand if (len(r[1]) == 1 if count == 1 else len(r[1]) > 1)]
            if rows:
                figures[f"hand_{name}"] = exact_share(module, rows)
        return figures

    def save(module: nn.Module) -> None:
        save_checkpoint(Path(config.out) / "weights.safetensors", {"text": (model_config, module.state_dict())})

    return fit(model, step, validate, save, config.loop, Path(config.out), resume)


@torch.no_grad()
def exact_share(model: TextEncoder, rows: list[tuple[str, frozenset[str]]]) -> float:
    """Share of sentences whose set of named repairs is read exactly (probability over one half)."""
    right = 0
    for begin in range(0, len(rows), 128):
        part = rows[begin : begin + 128]
        chance = model.repairs(model.encode([text for text, _ in part]).pooled)
        for (_, expected), row in zip(part, chance, strict=True):
            named = {name for name, value in zip(model.config.repairs, row.tolist(), strict=True) if value > 0}
            right += named == set(expected)
    return right / len(rows)


def _labels(prompts: list[Prompt], device: torch.device) -> tuple[Tensor, Tensor]:
    repairs = torch.tensor([[float(name in p.repairs) for name in REPAIRS] for p in prompts], device=device)
    tasks = torch.tensor([TASKS.index(p.task or "auto") for p in prompts], device=device)
    return repairs, tasks


def _drop_words(text: str, rng: random.Random) -> str:
    """Now and then a filler word is lost, so that no frame is needed to read a sentence."""
    words = text.split()
    if len(words) > 4 and rng.random() < 0.1:
        fillers = {"the", "a", "please", "this", "of", "from", "in", "my", "these", "photo", "image"}
        words = [w for w in words if w.lower() not in fillers or rng.random() < 0.5]
    return " ".join(words)
