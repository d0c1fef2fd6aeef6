"""Letters and words that speak for a repair, beside the text encoder."""

import dataclasses
from zlib import crc32

import pytest
import torch

from mmaif.network.grams import Grams, grams
from mmaif.network.text import TextConfig, TextEncoder
from mmaif.training.text import train_tokenizer

SENTENCES = ["Remove the rain", "keep the noise", "less grain, please", "nothing"]


@pytest.fixture
def encoder() -> TextEncoder:
    """Untrained, with a classifier of letters and words that knows nothing yet."""
    torch.manual_seed(0)
    tokenizer = train_tokenizer(SENTENCES * 20, 300)
    config = TextConfig(tokenizer, ("rain", "noise"), 300, width=32, hidden=32, full_reading=True, grams=1 << 18)
    return TextEncoder(config).eval()


def teach(encoder: TextEncoder, word: str, logit: float) -> None:
    """The sentence that has the word, of `SENTENCES`, speaks for rain: what no other of them has does."""
    having = next(text for text in SENTENCES if word in text)
    others = set().union(*(grams(text) for text in SENTENCES if text != having))
    for gram in grams(having) - others:
        encoder.grams.rows.weight.data[crc32(gram.encode()) % encoder.grams.buckets, 0] = logit


def test_runs_words_and_pairs_of_words():
    assert {"rain", " rain", "a", "_rain", "_no_rain", "no r"} <= grams("No Rain")
    assert grams("NO  \uff32ain ".strip()) == grams("no  rain")  # full-width letters are the same
    assert grams("") == {" ", "  "}


def test_a_sentence_has_the_same_logits_in_any_batch():
    torch.manual_seed(0)
    network = Grams(512, 3)
    torch.nn.init.normal_(network.rows.weight)
    together = network(SENTENCES)
    assert together.shape == (4, 3)
    for text, logits in zip(SENTENCES, together, strict=True):
        assert torch.allclose(network([text])[0], logits, atol=1e-6)
        assert torch.equal(network([text.upper()]), network([text]))


def test_ids_are_read_as_they_were_typed(encoder: TextEncoder):
    """The classifier learns from sentences and later gets tokens."""
    for text in (
        *SENTENCES,
        "D\u00e9sembue l'image !",
        "\u96e8\u3092\u6d88\u3057\u3066\u3001\u3088\u308d\u3057\u304f",
        "emoji \U0001f327 too",
    ):
        (again,) = encoder.tokenizer.decode_batch(encoder.tokenize([text]).tolist())
        assert grams(again) == grams(text)


def test_logits_are_added_where_nothing_is_left_alone(encoder: TextEncoder):
    plain = TextEncoder(dataclasses.replace(encoder.config, grams=0)).eval()
    plain.load_state_dict(encoder.state_dict(), strict=False)
    before, untaught = (module.readings(SENTENCES) for module in (plain, encoder))
    assert before == untaught
    teach(encoder, "grain", 8.0)
    for module in (plain, encoder):
        torch.nn.init.constant_(module.kept.bias, -20.0)
    after = encoder.readings(SENTENCES)
    assert after[2].repairs["rain"] > 0.99 > 0.9 > before[2].repairs["rain"]
    for index in (0, 1, 3):
        assert after[index].repairs["rain"] == pytest.approx(before[index].repairs["rain"], abs=0.05)
    torch.nn.init.constant_(encoder.kept.bias, 20.0)
    assert encoder.readings(SENTENCES)[2].repairs["rain"] == pytest.approx(before[2].repairs["rain"], abs=1e-4)


def test_slices_of_a_long_prompt_are_read_one_by_one(encoder: TextEncoder):
    torch.nn.init.constant_(encoder.kept.bias, -20.0)
    teach(encoder, "grain", 8.0)
    long = "nothing " * 200 + "less grain, please"
    assert encoder.tokenize([long]).shape[1] > encoder.config.max_tokens
    assert encoder.readings([long])[0].repairs["rain"] > encoder.readings(["nothing " * 200])[0].repairs["rain"]
