"""Train the tokenizer and the text encoder: what does a sentence ask for, how severe is it, what is to stay?

Generated prompts give the labels. MiniLM gives what they cannot, the meaning of words that no prompt holds: its
embeddings start ours, and the pooled vector follows its vectors of prompts and of sentences of everyday words.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor, nn
from torch.nn import Linear

from ..checkpoint import load_checkpoint, save_checkpoint
from ..configuration import build
from ..errors import InputError
from ..language.distraction import everyday
from ..language.prompts import Prompt, corpus, mixed_prompts
from ..language.tongues import LANGUAGES
from ..network.text import Encoded, Reading, TextConfig, TextEncoder
from ..repairs import REPAIRS, SEVERITIES
from ..tasks import TASKS
from .loop import LoopConfig, fit, mixed_precision, pick_device, rank, resumed_step, stream_seed
from .minilm import MiniLM
from .shared import load_frozen

FILLERS = frozenset(("the", "a", "please", "this", "of", "from", "in", "my", "these", "photo", "image"))
LONGEST = 360  # letters of a prompt to learn from; about as many as fit one slice
SAID_WEIGHT = 4.0  # what a severity that is said weighs against one that is not
EVERYDAY = (
    "{a}",
    "the {a}",
    "{a} {b}",
    "remove the {a}",
    "keep the {a}",
    "there is {a} in the picture",
    "it looks {a}",
    "my {a} and the {b}",
    "we saw the {a} at the {b}",
    "a photo of {a}",
    "it was {a} that day",
    "make it {a}",
)


@dataclass(frozen=True)
class TextTraining:
    """Prompts are generated as they are needed; `corpus` of them make the vocabulary.

    tongues            share of the prompts in other languages than English, in turn
    start              weights of an encoder to begin from, as wide and not deeper, whatever its vocabulary
    faithful           weight of the loss against what `start`, whose tokenizer is kept then, makes of prompts that it
                       reads right: networks that know its vectors need not be trained anew
    distraction        share of the prompts strewn with everyday words, of which the package wordfreq has lists
    distillation       weight of the loss against MiniLM's vectors; 0 does without MiniLM
    distilled_prompts  how many prompts MiniLM reads, once
    everyday_words     how many of MiniLM's words get two sentences each
    validation_file    phrasings in English written by hand
    validation_tongues folder of such files in other languages, <language>.tsv
    """

    out: str = "runs/text"
    start: str = ""
    faithful: float = 0.0
    loop: LoopConfig = field(default_factory=LoopConfig)
    corpus: int = 40000
    tongues: float = 0.4
    vocabulary: int = 8192
    depth: int = 4
    hidden: int = 512
    batch: int = 64
    dropout: float = 0.1
    spelling_dropout: float = 0.05
    distraction: float = 0.0
    distillation: float = 0.0
    distilled_prompts: int = 8000
    everyday_words: int = 8000
    validation_file: str = ""
    validation_tongues: str = ""


class Labelled(NamedTuple):
    """A sentence and what it means: `severity` as (repair, level), `foreign` where it wishes for what is no repair."""

    text: str
    repairs: frozenset[str]
    kept: frozenset[str]
    severity: frozenset[tuple[str, str]] = frozenset()
    task: str = ""
    foreign: bool = False


class _Student(nn.Module):
    """The encoder and, for training alone, a projection of its pooled vector to the teacher's space."""

    def __init__(self, config: TextConfig, teacher_width: int):
        super().__init__()
        self.encoder = TextEncoder(config)
        self.project = Linear(config.width, teacher_width)


def train_tokenizer(texts: Sequence[str], vocabulary: int) -> str:
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


def read_labelled(path: str | Path) -> list[Labelled]:
    """Hand-written phrasings: tab-separated columns under a header line: text, repairs and kept (by comma), and, where
    the file has them, severity ("rain strong", by comma), task, and foreign ("yes" or nothing)."""
    header, *lines = Path(path).read_text(encoding="utf-8").splitlines()
    rows = []
    for line in filter(str.strip, lines):
        cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
        names = {name: frozenset(filter(None, cells.get(name, "").split(","))) for name in ("repairs", "kept")}
        severity = frozenset(tuple(said.split()) for said in cells.get("severity", "").split(",") if said)
        foreign = cells.get("foreign") == "yes"
        rows.append(Labelled(cells["text"], **names, severity=severity, task=cells.get("task", ""), foreign=foreign))
    return rows


def by_hand(file: str, folder: str) -> tuple[list[Labelled], dict[str, list[Labelled]]]:
    """Phrasings in English, and in other languages by language; none of what is not named."""
    return read_labelled(file) if file else [], {table.stem: read_labelled(table) for table in _tables(folder)}


def taught_prompts(rng: random.Random, tongues: float, distraction: float) -> Iterator[Prompt]:
    """Prompts for ever, a share of `tongues` in other languages and a share of `distraction` strewn with everyday
    words; InputError where these are asked for and their package is missing."""
    words = {language: everyday(language) for language in ("en", *LANGUAGES)} if distraction else None
    return mixed_prompts(rng, tongues, words, distraction)


def _tables(folder: str) -> list[Path]:
    """The files of phrasings in a folder; none for no folder."""
    if folder and not Path(folder).is_dir():
        raise InputError(f"There is no folder {folder} of phrasings; name one as validation_tongues, or none.")
    return sorted(Path(folder).glob("*.tsv")) if folder else []


CONFIG = TextTraining


def train(config: TextTraining, resume: bool = False) -> dict[str, float]:
    """Run the stage; weights go to `out`/weights.safetensors."""
    device = pick_device()
    out, seed = Path(config.out), config.loop.seed
    rng = random.Random(stream_seed("text", seed, rank(), resumed_step(config.out, resume)))
    teacher = MiniLM(device) if config.distillation else None
    texts = [prompt.text for prompt in corpus(config.corpus, seed, config.tongues)]
    words = teacher.words(config.everyday_words) if teacher else []
    before = load_frozen("text", config.start, device) if config.faithful else None
    if before is not None:
        tokenizer = before.config.tokenizer
    elif resume and (out / "weights.safetensors").is_file():  # the tables of phrases may have grown meanwhile
        tokenizer = load_checkpoint(out / "weights.safetensors").require("text").config["text"]["tokenizer"]
    else:
        tokenizer = train_tokenizer(texts + 20 * words, config.vocabulary)
    spelling = Tokenizer.from_str(tokenizer)
    spelling.model.dropout = config.spelling_dropout
    model_config = TextConfig(
        tokenizer=tokenizer,
        repairs=REPAIRS,
        vocabulary=spelling.get_vocab_size(),
        depth=config.depth,
        hidden=config.hidden,
        pool_heads=8,
        full_reading=True,
        foreign=True,
        dropout=config.dropout,
    )
    torch.manual_seed(seed)
    english = [prompt.text for prompt in corpus(config.distilled_prompts, seed)] if teacher else []  # all it can read
    lessons, vectors = _lessons(teacher, english, words, out)
    student = _Student(model_config, vectors.shape[1]).to(device)
    _initialise(student.encoder, teacher, config.start)
    held_out = [
        Labelled(p.text, p.repairs, p.kept, frozenset(p.severity), p.task, p.foreign) for p in corpus(1000, seed + 999)
    ]
    hand, tongues = by_hand(config.validation_file, config.validation_tongues)
    prompts = _batches(config.batch, rng, taught_prompts(rng, config.tongues, config.distraction))

    def step(_: int) -> dict[str, Tensor]:
        batch = next(prompts)
        taught = rng.sample(range(len(lessons)), min(config.batch // 4, len(lessons)))
        sentences = [_drop_words(p.text, rng) for p in batch] + [lessons[i] for i in taught]
        ids = student.encoder.tokenize(sentences, spelling).to(device)
        with mixed_precision(device):
            encoded = student.encoder(ids)
            pooled = encoded.pooled
            losses = _label_losses(student.encoder, pooled[: len(batch)], batch)
            if before is not None:
                with torch.no_grad():
                    old = before(ids)
                losses["drift"] = config.faithful * _drift(encoded, old, _read_right(old, batch))
            if taught:
                cosine = F.cosine_similarity(student.project(pooled[len(batch) :]).float(), vectors[taught].to(device))
                losses["distilled"] = config.distillation * (1 - cosine).mean()
        return {"loss": torch.stack(tuple(losses.values())).sum(), **losses}

    def validate(module: _Student) -> dict[str, float]:
        figures = {"exact": share_exact(module.encoder, held_out), **share_known(module.encoder, held_out)}
        for name, rows in kinds(hand).items():
            figures[name] = share_exact(module.encoder, rows)
        figures |= {language: share_exact(module.encoder, rows) for language, rows in tongues.items()}
        if hand:
            figures["spared"] = share_spared(module.encoder, [row for row in hand if row.kept])
        return figures

    def save(module: _Student) -> None:
        save_checkpoint(out / "weights.safetensors", {"text": (model_config, module.encoder.state_dict())})

    return fit(student, step, validate, save, config, resume)


def kinds(rows: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    """Phrasings by what they ask for; those kinds only that occur."""
    sorted_rows = {
        "none": [row for row in rows if not row.repairs],
        "one": [row for row in rows if len(row.repairs) == 1],
        "two or three": [row for row in rows if len(row.repairs) in (2, 3)],
        "all but": [row for row in rows if len(row.repairs) > 6 and row.kept],
    }
    return {name: part for name, part in sorted_rows.items() if part}


@torch.no_grad()
def readings(model: TextEncoder, rows: Sequence[Labelled]) -> list[Reading]:
    """How each sentence is read."""
    texts = [row.text for row in rows]
    return [each for begin in range(0, len(texts), 128) for each in model.readings(texts[begin : begin + 128])]


def predict(model: TextEncoder, rows: Sequence[Labelled]) -> list[frozenset[str]]:
    """The repairs that each sentence is read to ask for (probability over one half)."""
    return [frozenset(n for n, chance in each.repairs.items() if chance > 0.5) for each in readings(model, rows)]


def share_exact(model: TextEncoder, rows: Sequence[Labelled]) -> float:
    """Share of sentences whose set of named repairs is read exactly."""
    return sum(read == row.repairs for read, row in zip(predict(model, rows), rows, strict=True)) / len(rows)


def share_spared(model: TextEncoder, rows: Sequence[Labelled]) -> float:
    """Share of sentences of which nothing is repaired that they ask to leave alone."""
    return sum(not read & row.kept for read, row in zip(predict(model, rows), rows, strict=True)) / len(rows)


def share_known(model: TextEncoder, rows: Sequence[Labelled]) -> dict[str, float]:
    """Of severities said of repairs asked for the share that is found, and of those found the share that is said; the
    share of sentences whose wishes are rightly told ours or foreign."""
    read = readings(model, rows)
    said = [{pair for pair in row.severity if pair[0] in row.repairs} for row in rows]
    found = [set(each.severity.items()) for each in read]
    right = sum(len(a & b) for a, b in zip(said, found, strict=True))
    foreign = sum((each.foreign > 0.5) == row.foreign for each, row in zip(read, rows, strict=True))
    return {
        "severity": right / max(sum(map(len, said)), 1),
        "severity_right": right / max(sum(map(len, found)), 1),
        "foreign": foreign / len(rows),
    }


def _lessons(teacher: MiniLM | None, prompts: list[str], words: list[str], out: Path) -> tuple[list[str], Tensor]:
    """Sentences and the teacher's vectors of them, centred: what all of them share teaches nothing."""
    if teacher is None:
        return [], torch.zeros(0, 1)
    rng = random.Random(0)
    everyday = [rng.choice(EVERYDAY).format(a=word, b=rng.choice(words)) for word in words for _ in range(2)]
    texts = prompts + everyday
    vectors = teacher.cached(texts, out / "minilm.pt")
    return texts, F.normalize(vectors - vectors.mean(0))


@torch.no_grad()
def _initialise(model: TextEncoder, teacher: MiniLM | None, start: str) -> None:
    """Embeddings from the teacher, or all from the weights `start`, where the teacher places pieces new to them and
    layers that they lack begin as the identity."""
    config = model.config
    pieces = [model.tokenizer.decode([i]) for i in range(config.vocabulary)]
    taught = teacher.pieces(pieces, config.width) if teacher else torch.randn(config.vocabulary, config.width)
    embeddings = 0.5 * taught
    if start:
        state = load_checkpoint(start).require("text").tensors["text"]
        old = build(TextConfig, load_checkpoint(start).config["text"])
        own = Tokenizer.from_str(old.tokenizer).get_vocab()
        known = {new: own[piece] for piece, new in model.tokenizer.get_vocab().items() if piece in own}
        table = state.pop("embedding.weight").float()[list(known.values())]
        state["pool.weight"] = state["pool.weight"].expand(config.pool_heads, -1)
        state["pool.bias"] = state["pool.bias"].expand(config.pool_heads)
        for layer in model.layers[old.depth :]:
            layer.out.weight.zero_()
            layer.project.weight.zero_()
        model.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=False)
        x = taught[list(known)]  # ridge regression from the teacher's space to that of `start`
        ridge = torch.linalg.solve(x.T @ x + len(x) * 0.1 * torch.eye(config.width), x.T @ (table - table.mean(0)))
        embeddings = taught @ ridge + table.mean(0)
        embeddings[list(known)] = table
    model.embedding.weight.copy_(embeddings)


def _batches(size: int, rng: random.Random, prompts: Iterator[Prompt]) -> Iterator[list[Prompt]]:
    """Batches for ever of those prompts that are read in one slice, those of about one length together, which saves
    padding."""
    drawn = (prompt for prompt in prompts if len(prompt.text) <= LONGEST)
    while True:
        prompts = sorted(islice(drawn, 16 * size), key=lambda prompt: len(prompt.text))
        begins = list(range(0, len(prompts), size))
        rng.shuffle(begins)
        yield from (prompts[begin : begin + size] for begin in begins)


def _label_losses(model: TextEncoder, pooled: Tensor, prompts: Sequence[Prompt]) -> dict[str, Tensor]:
    """Weighted losses of the heads."""
    device = pooled.device
    repairs, kept = label_of(prompts, device)
    foreign = torch.tensor([float(p.foreign) for p in prompts], device=device)
    tasks = torch.tensor([TASKS.index(p.task or "auto") for p in prompts], device=device)
    binary = F.binary_cross_entropy_with_logits
    return {
        "named": 3 * binary(model.repairs(pooled).float(), repairs, 1 + 3 * kept),  # to repair these is the worst error
        "kept": binary(model.kept(pooled).float(), kept),
        "severity": 0.5 * severity_loss(model.severity(pooled).float(), prompts),
        "task": 0.3 * F.cross_entropy(model.task(pooled).float(), tasks),
        "foreign": 0.5 * binary(model.foreign(pooled)[:, 0].float(), foreign),
    }


def label_of(prompts: Sequence[Prompt], device: torch.device) -> tuple[Tensor, Tensor]:
    """1 for each repair that is asked for, and that is to be left alone, else 0, [B, R]."""
    sets = ([p.repairs for p in prompts], [p.kept for p in prompts])
    asked, kept = (
        torch.tensor([[float(n in names) for n in REPAIRS] for names in each], device=device) for each in sets
    )
    return asked, kept


def _read_right(read: Encoded, prompts: Sequence[Prompt]) -> Tensor:
    """Which sentences [B] are read as they are meant; beyond the prompts, where nothing is known, all are."""
    asked, kept = (read.readings.unflatten(1, (4, -1))[: len(prompts), i] > 0.5 for i in range(2))
    wishes, spared = label_of(prompts, asked.device)
    right = ((asked == wishes) & (kept == spared)).all(1)
    return F.pad(right, (0, len(read.pooled) - len(prompts)), value=True)


def _drift(now: Encoded, old: Encoded, of: Tensor) -> Tensor:
    """Squared differences of vectors and of tokens, over the sentences `of` [B], relative to the old ones' squares."""
    shares = []
    for new, known in ((now.pooled, old.pooled), (now.tokens, old.tokens)):
        new, known = new[of].float(), known[of].float()
        shares.append((new - known).square().sum() / known.square().sum().clamp_min(1e-6))  # of none: 0
    return sum(shares)


def severity_loss(logits: Tensor, prompts: Sequence[Prompt]) -> Tensor:
    """Of logits [B, R * levels], over the repairs that are asked for: of any other a severity says nothing. Most
    are named without one, so those that have one weigh more."""
    said = [dict(p.severity) for p in prompts]
    target = torch.tensor([[[float(s.get(n) == level) for level in SEVERITIES] for n in REPAIRS] for s in said])
    asked = torch.tensor([[float(name in p.repairs) for name in REPAIRS] for p in prompts]).to(logits)
    loss = F.binary_cross_entropy_with_logits(
        logits.unflatten(1, (len(REPAIRS), -1)),
        target.to(logits),
        reduction="none",
        pos_weight=logits.new_tensor(SAID_WEIGHT),
    )
    return (loss.mean(-1) * asked).sum() / asked.sum().clamp(min=1)


def _drop_words(text: str, rng: random.Random) -> str:
    """Now and then a filler word is lost, so that no frame is needed to read a sentence."""
    words = text.split()
    if len(words) > 4 and rng.random() < 0.1:
        words = [w for w in words if w.lower() not in FILLERS or rng.random() < 0.5]
    return " ".join(words)
