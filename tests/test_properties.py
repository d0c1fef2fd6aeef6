"""Anything at all in place of values, files and arguments: it works, or it is an InputError of one line."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmaif.__main__ import COMMANDS, main
from mmaif.align.prepare import Wishes
from mmaif.checkpoint import PARTS, from_tensors, load_checkpoint, merge
from mmaif.configuration import build, load
from mmaif.data.pairs import real_pairs
from mmaif.data.scenes import read_scenes, split
from mmaif.degradation import degrade, parse_ops
from mmaif.errors import InputError
from mmaif.files import check_target, made_folder
from mmaif.frames import expanded
from mmaif.images import socket_batch
from mmaif.language.sentences import standard_sentence
from mmaif.network import parts
from mmaif.network.dit import DiTConfig
from mmaif.network.repair import RepairConfig
from mmaif.network.text import TextConfig
from mmaif.pipeline import FusionPipeline, Tiles
from mmaif.reading import read
from mmaif.sampling import FlowSampling
from mmaif.sources import gather, list_of_pictures
from mmaif.tasks import resolve_task
from mmaif.training.detail import DetailTraining
from mmaif.writing import check_output
from scripts.pages.hardening import picture_files

few = settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
# Of any characters, half ones and zero bytes among them.
words = st.one_of(st.text(st.characters(exclude_categories=[]), max_size=12), st.sampled_from(["\ud83d", "\0", "a\nb"]))
sizes = st.one_of(st.integers(-3, 40), st.sampled_from([256, 10**9, 10**30, -(10**30)]))
numbers = st.one_of(sizes, st.floats(allow_subnormal=False), st.booleans(), st.sampled_from([0.5, 1.0, 1e-300, 1e300]))
atoms = st.one_of(st.none(), numbers, words)
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)


@pytest.fixture(autouse=True)
def exact_numbers() -> None:
    """A pipeline rounds the smallest numbers to 0 for the whole process; hypothesis counts on them."""
    torch.set_flush_denormal(False)


def only_refuses(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What the function gives, or None where it refuses in one line; anything else it raises fails the test."""
    try:
        return function(*arguments, **named)
    except InputError as error:
        assert str(error) and len(str(error).splitlines()) == 1 and len(str(error)) < 600, str(error)
        return None


def some(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    """Values for the fields of a dataclass, and for names that it does not have."""
    names = st.sampled_from([*kind.__dataclass_fields__, "unknown"])
    return st.dictionaries(names, values, max_size=4)


# --- configurations, checkpoints, manifests ---------------------------------------------------------------------


@few
@given(st.sampled_from([DiTConfig, TextConfig, RepairConfig, DetailTraining]), st.data())
def test_configurations(kind, data):
    only_refuses(build, kind, data.draw(st.one_of(some(kind), values)))


@few
@given(st.one_of(st.binary(max_size=40), values.map(lambda v: json.dumps(v).encode()), st.just(b"[" * 9999)))
def test_configuration_files(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.json"
        path.write_bytes(content)
        only_refuses(load, DiTConfig, path)


@few
@given(some(DiTConfig), st.lists(st.integers(0, 5), max_size=4))
def test_headers_of_a_network(config, shape):
    """Whatever the header says of the network, it is compared with the tensors before anything is built."""
    metadata = {"format": "mmaif", "version": "1", "config": json.dumps({"dit": config})}
    checkpoint = only_refuses(from_tensors, {"dit.head.weight": torch.zeros(shape)}, metadata, "m.safetensors")
    if checkpoint:
        assert only_refuses(parts.load_part, checkpoint, "dit") is None


@few
@given(
    st.dictionaries(st.sampled_from(["format", "version", "config", "shared"]), words),
    st.one_of(values, st.dictionaries(st.sampled_from([*PARTS, "soul"]), values)),
    st.dictionaries(words, st.just(torch.zeros(1)), max_size=2),
)
def test_headers(metadata, config, tensors):
    said = {"format": "mmaif", "version": "1", "config": json.dumps(config)} | metadata
    checkpoint = only_refuses(from_tensors, tensors, said, "m.safetensors")
    for part in checkpoint.config if checkpoint else ():
        only_refuses(parts.load_part, checkpoint, part)


@few
@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda b: len(b).to_bytes(8, "little") + b)))
def test_files_that_are_no_checkpoints(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.safetensors"
        path.write_bytes(content)
        assert only_refuses(load_checkpoint, path) is None


MANY = "9" * 5000
NAMES = st.one_of(words, st.sampled_from(["msrs_1", "polyu", "polyu_", "bsds_" + MANY, "nyu_" + MANY, "d1_"]))
FILES = st.one_of(
    words, st.sampled_from(["A=a.png", "A=a B=b GT=c", "E0=a E1=b", "A=../../a", "=", "A=a A_degraded=b"])
)
KINDS = st.one_of(words, st.sampled_from(["clean", "vif", "mef", "mff", "noise", "pair_rain", "pair_mixed"]))


@few
@given(st.lists(st.one_of(st.tuples(KINDS, NAMES, words, words, FILES).map("\t".join), words), max_size=4))
def test_manifests(lines):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "manifest.tsv").write_bytes("\n".join(["header", *lines]).encode(errors="surrogatepass"))
        scenes = only_refuses(read_scenes, folder)
        if scenes:
            only_refuses(split, scenes, "train")
            real_pairs(scenes)
            assert [scene.exposures() for scene in scenes]


# --- the Python API ---------------------------------------------------------------------------------------------


@few
@given(st.dictionaries(st.sampled_from([*FlowSampling.__dataclass_fields__]), values))
def test_sampling(options):
    sampling = only_refuses(FlowSampling, **options)
    if sampling and sampling.steps < 50:
        start = sampling.start((1, 1, 2, 2), torch.device("cpu"))
        assert sampling.integrate(lambda z, t: z, start).isfinite().all()


@few
@given(values, words, st.lists(st.tuples(values, values), max_size=2), words)
def test_words_and_numbers(value, text, ops, severity):
    only_refuses(Tiles.planned, torch.device("cpu"), value)
    only_refuses(Wishes(text, text, value).checked, 3)
    only_refuses(Wishes("auto", "auto", value).checked, 3)
    only_refuses(expanded, [f"{text}*"])
    only_refuses(parse_ops, text)
    only_refuses(parse_ops, f"rain:{text}")
    only_refuses(standard_sentence, [text], text, severity)
    only_refuses(resolve_task, value, torch.rand(1, 3, 16, 16))
    only_refuses(check_target, text)
    only_refuses(check_output, f"{text}.png")
    only_refuses(merge, [f"{text}.safetensors"], f"/nowhere/{text}", shared=text)
    if "\0" in text:
        only_refuses(made_folder, f"/nowhere/{text}")


@few
@given(values, st.one_of(words, st.sampled_from(["int8", "FLOAT32"])))
def test_models(value, dtype):
    """Precision, device and name are asked before anything is loaded."""
    assert only_refuses(FusionPipeline.from_pretrained, "regression", "cpu", dtype) is None
    if value not in (None, "cpu", 0):
        assert only_refuses(FusionPipeline.from_pretrained, "regression", value) is None
    assert only_refuses(FusionPipeline.from_pretrained, value, "cpu") is None


SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 4, 16, 17]), max_size=6)
TYPES = st.sampled_from([torch.float32, torch.float16, torch.uint8, torch.int64, torch.bool, torch.complex64])


@few
@given(SHAPES, TYPES, st.floats(width=16, allow_subnormal=False))
def test_pictures(shape, dtype, value):
    """What is no picture is refused, and what is one comes in 0..1."""
    if dtype in (torch.uint8, torch.int64, torch.bool):
        value = 1
    for picture in (torch.full(shape, value, dtype=dtype), np.full(shape, value)):
        only_refuses(read, picture, "image")
    batch = only_refuses(socket_batch, torch.full(shape, value, dtype=dtype), "image")
    if batch is not None:
        assert batch.ndim == 4 and batch.shape[1] == 3 and 0 <= batch.min() and batch.max() <= 1


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return picture_files(tmp_path_factory.mktemp("pictures"))


@few
@given(st.data(), st.integers(0, 99), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6))
def test_picture_files(pictures, data, cut, edits):
    """Whatever a file of any format holds, what is read of it is a picture."""
    whole = data.draw(st.sampled_from(pictures))
    content = bytearray(whole.read_bytes())
    content = content[: len(content) * cut // 100] if cut < 30 else content
    for place, value in edits:
        content[place : place + 1] = bytes([value])
    spoiled = whole.with_name(f"spoiled{whole.suffix}")
    spoiled.write_bytes(content)
    found = only_refuses(gather, [spoiled], ["picture"])
    if found:
        stacked = found.stacked
        assert stacked.ndim == 5 and stacked.isfinite().all() and 0 <= stacked.min() and stacked.max() <= 1


@few
@given(values)
def test_what_is_no_picture(value):
    only_refuses(list_of_pictures, value)
    assert only_refuses(socket_batch, value, "image") is None
    if not isinstance(value, str):
        assert only_refuses(read, value, "image") is None
    only_refuses(degrade, torch.rand(1, 3, 16, 16), [("rain", value)] if not isinstance(value, dict) else [], 0)


# --- the command line -------------------------------------------------------------------------------------------

OPTIONS = ("--detail", "--guidance", "--shift", "--seed", "--steps", "--tile", "--task", "--model", "--device", "--ops")
OPTIONS += ("--align", "--ghosts", "--reference", "--memory", "--strength", "--mask", "--exclude")
TOKENS = st.one_of(
    st.sampled_from([*OPTIONS, "--count", "--size", "--json", "--config", "--photos", "--data", "--minutes", "-o"]),
    st.sampled_from(["nan", "inf", "-1", "1e400", "9" * 30, "", "rain:2", "none.png", "/nowhere/o.png", "meta"]),
    words,
)


@few
@given(st.sampled_from([name for name in COMMANDS if name not in ("benchmark", "check")]), st.lists(TOKENS, max_size=8))
def test_command_line(command, tokens):
    """No picture is there to be read, so nothing succeeds: argparse or a sentence of ours says why."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = main([command, *tokens])
        except SystemExit as end:  # argparse, and --help
            status = end.code
    assert status == 2 or "-h" in " ".join(tokens)
    assert "Traceback" not in told.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_have_a_sentence_for_numbers_that_are_none(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--seed", "x" * 100, "--no-such-option"])
    assert "Traceback" not in capsys.readouterr().err
