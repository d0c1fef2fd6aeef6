"""Attacks on everything that takes a value, a file or a place: one sentence each, nothing wrong in silence, nothing
half-written. What is drawn at random lies in test_properties.py."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from mmaif import FusionPipeline
from mmaif.__main__ import main
from mmaif.checkpoint import PARTS, WEIGHTS, load_checkpoint, merge, save_checkpoint
from mmaif.configuration import build, load
from mmaif.data.samples import SampleMaker
from mmaif.data.single import SingleConfig
from mmaif.data.synthesize import own_scenes, synthesize
from mmaif.errors import InputError
from mmaif.files import check_target, made_folder, write_json, written_whole
from mmaif.images import save_image, socket_pictures
from mmaif.network import parts
from mmaif.network.diagnosis import Diagnosis, DiagnosisConfig
from mmaif.network.dit import DiTConfig
from mmaif.network.text import TextConfig, TextEncoder
from mmaif.reading import read
from mmaif.sampling import FlowSampling
from mmaif.sources import gather
from mmaif.writing import Written, write

ROOT = Path(__file__).parent.parent
BIG = 10**30


@pytest.fixture(scope="module")
def shipped() -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    """Metadata and tensors of the shipped regression network."""
    with safe_open(WEIGHTS / "regression.safetensors", "pt") as file:
        return file.metadata(), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", "cpu")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    save_image(torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0)), path)
    return path


def sentence(error: Any) -> str:
    """The one line of an InputError."""
    text = str(error)
    assert text and len(text.splitlines()) == 1 and len(text) < 500, text
    return text


def refused(capsys: Any, *arguments: object) -> str:
    """What the command line says of input that it refuses: one line, exit status 2."""
    assert main([str(a) for a in arguments]) == 2
    text = capsys.readouterr().err
    assert text.startswith("mmaif: ") and text.count("\n") == 1, text
    return text


# --- checkpoints ----------------------------------------------------------------------------------------------


def changed(config: Mapping[str, Any], **values: Any) -> str:
    return json.dumps({**config, "dit": {**config["dit"], **values}})


CONFIGS: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "no JSON": (lambda c: "{", "not valid JSON"),
    "nested": (lambda c: "[" * 100_000, "nested too deeply|not valid JSON"),
    "a list": (lambda c: "[]", "not one object for each part"),
    "a part that is a number": (lambda c: json.dumps({**c, "dit": 3}), "not one object for each part"),
    "an unknown part": (lambda c: json.dumps({**c, "soul": {}}), "unknown part 'soul'"),
    "no network": (lambda c: "{}", "of no part"),
    "width": (lambda c: changed(c, width=10**9), "width is 1000000000"),
    "depth": (lambda c: changed(c, depth=10**6), "depth is 1000000"),
    "depth of another": (lambda c: changed(c, depth=9), "blocks.8.*is missing"),
    "less depth": (lambda c: changed(c, depth=7), "blocks.7.*belongs to nothing"),
    "another width": (lambda c: changed(c, width=128), "does not fit its configuration"),
    "no width": (lambda c: changed(c, width=0), "describes no network|does not fit"),
    "negative": (lambda c: changed(c, hidden=-1), "hidden is -1"),
    "heads": (lambda c: changed(c, heads=0), "describes no network|does not fit"),
    "text": (lambda c: changed(c, width="256"), "width is '256'; give a whole number"),
    "a fraction": (lambda c: changed(c, width=256.5), "give a whole number"),
    "true": (lambda c: changed(c, width=True), "give a whole number"),
    "null": (lambda c: changed(c, width=None), "give a whole number"),
    "NaN": (lambda c: changed(c, eta=float("nan")), "eta is nan; give a number"),
    "variant": (lambda c: changed(c, variant="magic"), "variant 'magic'"),
    "an unknown entry": (lambda c: changed(c, colour=3), "Unknown entry 'colour'"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_configurations_that_lie(tmp_path, shipped, name):
    """Each in one sentence, within a second and without building anything."""
    metadata, tensors = shipped
    change, words = CONFIGS[name]
    config = json.loads(metadata["config"])
    path = tmp_path / "model.safetensors"
    save_file(tensors, path, {**metadata, "config": change(config)})
    began = time.process_time()
    with pytest.raises(InputError, match=words) as caught:
        parts.load_part(load_checkpoint(path), "dit")
    assert time.process_time() - began < 2 and sentence(caught.value)


def test_absurd_sizes_take_no_memory(tmp_path, shipped, picture):
    """A network of 10**9 channels is refused by a process that may not have them."""
    metadata, tensors = shipped
    path = tmp_path / "wide.safetensors"
    config = changed(json.loads(metadata["config"]), width=60_000, hidden=60_000)
    save_file(dict(list(tensors.items())[:2]), path, {**metadata, "config": config})
    code = (
        "import resource, torch\n"
        "from mmaif.checkpoint import load_checkpoint\nfrom mmaif.errors import InputError\n"
        "from mmaif.network.parts import load_part\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"try: load_part(load_checkpoint({str(path)!r}), 'dit')\n"
        "except InputError: pass\n"
        "else: raise SystemExit('loaded')\n"
        "grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024\n"
        "raise SystemExit(None if grown < 200 else f'{grown} MB')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_spoiled_weights_are_named(tmp_path, shipped, value):
    """A single value among 15 million, at load: not a black picture later."""
    metadata, tensors = shipped
    name = sorted(tensors)[7]
    spoiled = tensors[name].clone()
    spoiled.view(-1)[0] = value
    save_file({**tensors, name: spoiled}, tmp_path / "nan.safetensors", metadata)
    with pytest.raises(InputError, match=f"nan.safetensors: {name} holds NaN or infinite values"):
        load_checkpoint(tmp_path / "nan.safetensors")


def test_half_precision_weights_whose_sum_overflows_are_whole(tmp_path):
    state = {"x": torch.full((100,), 60000.0, dtype=torch.float16), "y": torch.full((9,), 3e38)}
    save_checkpoint(tmp_path / "big.safetensors", {"dit": ({}, state)})
    assert set(load_checkpoint(tmp_path / "big.safetensors").tensors["dit"]) == {"x", "y"}


@pytest.mark.parametrize(
    ("shared", "words"),
    [
        ("model.safetensors", "names itself"),
        ("../shared.safetensors", "no plain name"),
        ("/etc/passwd", "no plain name"),
        ("a\\b.safetensors", "no plain name"),
        ("other.safetensors", "shares another file in turn"),
        ("none.safetensors", "is not beside it"),
    ],
)
def test_shared_files_stay_in_the_folder(tmp_path, shipped, shared, words):
    metadata, tensors = shipped
    save_file(tensors, tmp_path / "other.safetensors", {**metadata, "shared": "third.safetensors"})
    save_file(tensors, tmp_path / "model.safetensors", {**metadata, "shared": shared})
    with pytest.raises(InputError, match=words) as caught:
        load_checkpoint(tmp_path / "model.safetensors")
    sentence(caught.value)


def test_headers_that_lie(tmp_path, shipped):
    metadata, tensors = shipped
    path = tmp_path / "model.safetensors"
    for change in ({"config": None}, {"version": None}, {"format": "pt"}, {"version": "9" * 10_000}):
        said = {k: v for k, v in {**metadata, **change}.items() if v is not None}
        save_file(tensors, path, said)
        with pytest.raises(InputError) as caught:
            load_checkpoint(path)
        sentence(caught.value)
    for data in (b"", b"\0" * 7, (1 << 62).to_bytes(8, "little") + b"{}", b"PK\3\4" * 30, b"\x80\x04K\x01."):
        path.write_bytes(data)
        with pytest.raises(InputError, match="damaged"):
            load_checkpoint(path)


def test_tokenizers_that_are_none():
    whole = load_checkpoint(WEIGHTS / "regression.safetensors").config["text"]
    for tokenizer in ("", "{}", "null", '{"version":"1.0","model":{"type":"BPE","vocab":{},"merges":[]}}'):
        with pytest.raises(InputError, match="tokenizer") as caught:
            TextEncoder(build(TextConfig, {**whole, "tokenizer": tokenizer}))
        sentence(caught.value)
    with pytest.raises(InputError, match="tokenizer has 8192 words and the text encoder 100"):
        TextEncoder(build(TextConfig, {**whole, "vocabulary": 100}))


def test_a_t5_folder_elsewhere_is_refused(tmp_path, shipped):
    for name in ("../t5", "/etc", ".."):
        text = {"kind": "t5", "name": name, "width": 256}
        other = load_checkpoint(WEIGHTS / "regression.safetensors")
        state = {part: (other.config[part], other.tensors[part]) for part in ("dit", "autoencoder")}
        save_checkpoint(tmp_path / "t5.safetensors", state | {"text": (text, {})})
        with pytest.raises(InputError, match="no plain name"):
            FusionPipeline.from_pretrained(tmp_path / "t5.safetensors")


def test_the_known_parts_are_those_that_can_be_built():
    assert set(PARTS) == set(parts.PARTS)


def test_pack_keeps_apart_what_it_writes(tmp_path):
    config = DiagnosisConfig(repairs=("rain",), widths=(8,))
    path = tmp_path / "part.safetensors"
    save_checkpoint(path, {"diagnosis": (config, Diagnosis(config).state_dict())})
    out = tmp_path / "out.safetensors"
    for shared in ("out.safetensors", "OUT.safetensors", "../up.safetensors", "/up.safetensors", "no_suffix"):
        with pytest.raises(InputError):
            merge([path], out, shared=shared)
    with pytest.raises(InputError, match="end it in .safetensors"):
        merge([path], tmp_path / "out.png")
    assert list(tmp_path.iterdir()) == [path]


def test_configuration_files(tmp_path):
    path = tmp_path / "c.json"
    for text in ("[]", "3", "null", '"text"', "[" * 100_000, '{"width": ' + "9" * 5000 + "}", '{"heads": [1]}'):
        path.write_text(text)
        with pytest.raises(InputError) as caught:
            load(DiTConfig, path)
        sentence(caught.value)
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(InputError, match="not valid JSON"):
        load(DiTConfig, path)


def test_menus_of_faults():
    for menu in ({}, {"rain": 0}, {"rain": "1"}, {"rain": float("nan")}, {"soul": 1}, {3: 1}, [1], 5):
        with pytest.raises(InputError, match="menu"):
            build(SingleConfig, {"menu": menu})


def test_sentences_stay_on_one_line():
    """Whatever is quoted in them."""
    text = str(InputError("a\nb\x00\u2028c \ud83d" + "x" * 5000))
    assert len(text.splitlines()) == 1 and len(text) < 1100 and text.isprintable() and text.encode()


# --- values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"guidance": float("nan")},
        {"guidance": "2"},
        {"guidance": None},
        {"shift": float("nan")},
        {"shift": 1e-300},
        {"steps": 2.5},
        {"steps": True},
        {"seed": BIG},
        {"seed": -BIG},
        {"seed": 1.0},
        {"sampler": ["euler"]},
        {"noise_device": None},
    ],
)
def test_sampling_refuses_what_is_no_value(options):
    ((name, _),) = options.items()
    with pytest.raises(InputError, match=name) as caught:
        FlowSampling(**options)
    sentence(caught.value)


GRAY = np.full((32, 32, 3), 0.5, np.float32)
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "a generator": ({"sources": (a for a in [GRAY])}, "give a list"),
    "a path alone": ({"sources": "a.png"}, "give a list"),
    "a tensor alone": ({"sources": torch.rand(2, 32, 32, 3)}, "give a list"),
    "nothing": ({"sources": [None]}, "Source 1 is of kind NoneType"),
    "a list of numbers": ({"sources": [[1, 2, 3]]}, "Source 1"),
    "no pictures": ({"sources": [np.zeros((0, 32, 32, 3), np.float32)]}, "no picture is in it"),
    "no pixels": ({"sources": [torch.zeros(0, 0, 3)]}, "no picture is in it"),
    "complex": ({"sources": [GRAY.astype(complex)]}, "Source 1"),
    "objects": ({"sources": [np.array([[object()]])]}, "Source 1"),
    "words": ({"sources": [np.array([["a"]])]}, "Source 1"),
    "no memory": ({"sources": [torch.empty(32, 32, 3, device="meta")]}, "Source 1"),
    "sparse": ({"sources": [torch.rand(32, 32, 3).to_sparse()]}, "Source 1"),
    "a video": ({"sources": [torch.rand(1, 2, 32, 32, 3)]}, "shape"),
    "too small": ({"sources": [GRAY[:9, :9]]}, "at least 16x16"),
    "NaN": ({"sources": [GRAY * np.nan]}, "NaN"),
    "no detail": ({"detail": float("nan")}, "detail nan"),
    "detail in words": ({"detail": "1"}, "detail '1'"),
    "too much detail": ({"detail": 1.5}, "detail 1.5"),
    "half a character": ({"prompt": "rain \ud83d"}, "prompt holds half a character"),
    "a number as prompt": ({"prompt": 3}, "prompt is int"),
    "a book as prompt": ({"prompt": "rain " * 100_000}, "prompt has 500000 characters"),
    "a fraction of a tile": ({"tile": 512.5}, "tile 512.5"),
    "a negative tile": ({"tile": -1}, "tile -1"),
    "no task": ({"task": None}, "task None"),
    "no way to align": ({"align": "sideways"}, "align 'sideways'"),
    "no wish for ghosts": ({"ghosts": None}, "ghosts None"),
    "no such reference": ({"reference": 2}, "reference 2"),
    "a reference in words": ({"reference": "first"}, "reference 'first'"),
    "a seed of 100 bits": ({"seed": 1 << 100}, "seed"),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_cannot_be(pipe, name):
    values, words = CALLS[name]
    with pytest.raises(InputError, match=words) as caught:
        pipe(**{"sources": [GRAY], **values})
    sentence(caught.value)


def test_views_of_every_stride_are_pictures(pipe):
    turned = GRAY[::-1, ::-1]
    assert np.allclose(pipe([turned]), pipe([np.ascontiguousarray(turned)]))


@pytest.mark.parametrize(
    "sources", [torch.rand(1, 3, 32, 32), torch.rand(0, 1, 3, 32, 32), torch.rand(1, 1, 4, 32, 32)]
)
def test_tensors_of_other_shapes(pipe, sources):
    with pytest.raises(InputError, match="sources are"):
        pipe.fuse(sources, [""])


def test_a_prompt_for_each_scene(pipe):
    for prompts in ("", [], ["", ""], [None]):
        with pytest.raises(InputError, match="prompt"):
            pipe.fuse(torch.rand(1, 1, 3, 32, 32), prompts)


@pytest.mark.parametrize("device", ["meta", "warp", "cuda:99", "", "mps:7", "cpu:x", "\ud83d"])
def test_devices_that_cannot_calculate(device):
    with pytest.raises(InputError, match="not usable") as caught:
        FusionPipeline.from_pretrained("regression", device)
    sentence(caught.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_comes_out_is_looked_at(pipe, value, monkeypatch):
    """Wherever a network gives no numbers, a sentence takes the place of a black picture."""
    for network in (pipe.dit, pipe.autoencoder.decoder):
        (bias,) = [p for name, p in network.named_parameters() if name.endswith("bias")][-1:]
        before = bias.data.clone()
        bias.data.fill_(value)
        try:
            with pytest.raises(InputError, match="holds NaN or infinite values; use dtype"):
                pipe([GRAY], "")
        finally:
            bias.data.copy_(before)


@pytest.mark.parametrize("picture", ["/etc/hostname", Path("a.png"), 3, [1], Image.new("RGB", (32, 32))])
def test_sockets_open_no_files(picture):
    with pytest.raises(InputError, match="image_b is .* connect a node with an IMAGE output"):
        socket_pictures(torch.rand(1, 32, 32, 3), picture)


def test_command_line_values(tmp_path, capsys, picture):
    out = tmp_path / "out.png"
    for options in (
        ["--detail", "nan"],
        ["--guidance", "nan"],
        ["--shift", "1e-300"],
        ["--seed", str(BIG)],
        ["--task", "vfi"],
        ["--sampler", "dpm"],
        ["--device", "meta"],
        ["--dtype", "int8"],
        ["--prompt", "rain \udcff"],
        ["--tile", "7"],
        ["--memory", "nan"],
        ["--align", "sideways"],
        ["--ghosts", "some"],
        ["--reference", "2"],
    ):
        assert options[0].strip("-") in refused(capsys, "fuse", picture, "-o", out, *options)
    assert "severity" in refused(capsys, "degrade", picture, "-o", out, "--ops", "rain:nan").lower()
    assert "--seed" in refused(capsys, "degrade", picture, "-o", out, "--ops", "rain:1", "--seed", BIG)
    photos = ["--photos", tmp_path, "-o", tmp_path / "set"]
    assert "--count" in refused(capsys, "synthesize", *photos, "--count", 0)
    assert "--size" in refused(capsys, "synthesize", *photos, "--size", 10**9)
    assert "--severity" in refused(capsys, "validate", "--data", tmp_path, "--severity", "nan")
    assert "--repeats" in refused(capsys, "benchmark", "--repeats", 10**9)
    assert not out.exists() and sorted(path.name for path in tmp_path.iterdir()) == ["picture.png"]


# --- pictures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a\0.png", "a\ud83d.png", "x" * 300, "", "/dev/zero", "pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path, name):
    if name == "pipe":
        os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match="check the path|cannot be opened") as caught:
        read(tmp_path / name, "picture")
    sentence(caught.value)


def claims() -> dict[str, bytes]:
    """Small files that say they hold some 10**10 values, and one that holds a program."""
    png, array, script = io.BytesIO(), io.BytesIO(), io.BytesIO()
    header = struct.pack(">4sIIBBBBB", b"IHDR", 1 << 17, 1 << 17, 16, 2, 0, 0, 0)
    png.write(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)))
    np.lib.format.write_array_header_1_0(array, {"descr": "<f4", "fortran_order": False, "shape": (1 << 17, 1 << 17)})
    np.save(script, np.array([print], dtype=object), allow_pickle=True)
    tags = [(256, 1 << 17), (257, 1 << 17), (258, 32), (259, 1), (262, 1), (273, 8), (278, 1 << 17), (279, 1 << 31)]
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags))
    tiff += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4)
    ppm = b"P6\n131072 131072\n65535\n" + bytes(99)
    hdr = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 131072 +X 131072\n" + bytes(99)
    made = {"png": png.getvalue(), "npy": array.getvalue(), "tif": tiff, "ppm": ppm, "hdr": hdr}
    return made | {"program.npy": script.getvalue()}


@pytest.mark.parametrize("name", claims())
def test_files_that_claim_more_than_they_hold(tmp_path, name):
    """A sentence, and never memory for what is claimed; nothing is unpickled."""
    (tmp_path / f"a.{name}").write_bytes(claims()[name])
    with pytest.raises(InputError, match="too large|cannot be read") as caught:
        read(tmp_path / f"a.{name}", "picture")
    sentence(caught.value)


def test_pictures_of_pillow_that_are_damaged_or_closed(picture):
    data = picture.read_bytes()
    cut, closed = Image.open(io.BytesIO(data[: len(data) // 2])), Image.open(picture)
    closed.close()
    for image in (cut, closed):
        with pytest.raises(InputError, match="Source 1 cannot be read: it is damaged or closed"):
            read(image, "Source 1")


def test_values_beyond_all_floats_are_no_nan(tmp_path):
    wide, alpha, none = np.full((20, 20, 1), 1e300), np.full((20, 20, 4), 0.5), np.full((20, 20), np.nan)
    wide[0], alpha[0, 0, 3] = 0, np.nan
    assert gather([wide], ["a"]).stacked.isfinite().all()
    np.save(tmp_path / "alpha.npy", alpha)
    np.save(tmp_path / "none.npy", none)
    assert gather([tmp_path / "alpha.npy"], ["a"]).stacked.isfinite().all()
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.npy", "a")


def test_damaged_files_are_one_line_at_the_command_line(tmp_path):
    """The libraries of pictures have more to say, none of which helps."""
    picture = tmp_path / "a.tif"
    write(np.full((20, 20, 3), 0.5), picture, about=Written("16"))
    for place in (17, 30, 57):
        data = bytearray(picture.read_bytes())
        data[place] ^= 255
        picture.write_bytes(data)
    command = [sys.executable, "-m", "mmaif", "degrade", picture, "-o", tmp_path / "o.png", "--ops", "noise:0.1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and done.stderr.startswith("mmaif: "), done.stderr


# --- writing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".psd", ".xyz", "", ".png.partial"])
def test_formats_that_are_only_read_are_refused(tmp_path, suffix):
    with pytest.raises(InputError, match="no picture suffix"):
        save_image(torch.rand(3, 16, 16), tmp_path / f"out{suffix}")


def test_places_that_will_not_do_are_told_before_the_work(tmp_path, capsys, picture):
    for out, words in (
        (tmp_path / f"{'x' * 300}.png", "no name for a file"),
        (tmp_path / "a\0b.png", "no name for a file"),
        (tmp_path / "a\ud83d.png", "no name for a file"),
        (tmp_path / "picture.png" / "out.png", "does not exist"),
        (Path("/dev/null"), "device or a pipe"),
    ):
        with pytest.raises(InputError, match=words):
            check_target(out)
    with pytest.raises(InputError, match="cannot be made"):
        made_folder(picture / "below")
    assert "cannot be made" in refused(capsys, "synthesize", "--photos", tmp_path, "-o", picture, "--count", 1)


def test_a_read_only_folder_and_a_full_disk_are_foreseen(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="its folder is read-only"):
        check_target(tmp_path / "a.png")
    monkeypatch.undo()
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(InputError, match="the disk is full"):
        check_target(tmp_path / "a.png")


def test_what_a_killed_writer_left_is_taken_away_by_the_next(tmp_path):
    pytest.importorskip("fcntl")
    path = tmp_path / "out.json"
    (tmp_path / ".out.0.partial.json").write_text("half of a longer text than the next")
    (tmp_path / ".out.1.partial.json").write_text("half")
    (tmp_path / ".outer.0.partial.json").write_text("another's")
    write_json([1], path)
    assert json.loads(path.read_text()) == [1]
    assert sorted(p.name for p in tmp_path.iterdir()) == [".outer.0.partial.json", "out.json"]


def test_half_written_pictures_are_no_photos(tmp_path, picture):
    (tmp_path / ".b.0.partial.png").write_bytes(b"half")
    assert [scene.name for scene in own_scenes(tmp_path, None, None)] == ["picture"]


def test_two_writers_at_once_do_not_meet(tmp_path):
    path = tmp_path / "out.txt"
    with written_whole(path) as first, written_whole(path) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first" and list(tmp_path.iterdir()) == [path]


def test_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    """kill -9 in the middle of writing a large file again and again."""
    path = tmp_path / "out.json"
    code = (
        f"from mmaif.files import write_json\nprint(flush=True)\n"
        f"for n in range(10**6): write_json([n] * 200_000, {str(path)!r})"
    )
    for moment in (0.02, 0.1, 0.23):
        child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        if path.exists():
            numbers = json.loads(path.read_text())
            assert len(numbers) == 200_000 and len(set(numbers)) == 1
    write_json([], path)
    assert list(tmp_path.iterdir()) == [path]


def test_stopping_by_hand_is_no_traceback(tmp_path, capsys, monkeypatch, picture):
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mmaif.images.load_image", stop)
    assert main(["degrade", str(picture), "-o", str(tmp_path / "o.png"), "--ops", "rain:0.5"]) == 130
    assert capsys.readouterr().err == "mmaif: Stopped.\n"
    monkeypatch.setattr("mmaif.images.load_image", lambda *_: torch.empty(1 << 50))
    assert "not enough memory" in refused(capsys, "degrade", picture, "-o", tmp_path / "o.png", "--ops", "rain:0.5")


def test_a_set_goes_on_where_a_full_disk_stopped_it(tmp_path):
    """Files that may not grow beyond 3 kB stand for the disk: nothing looks finished, and the rest comes later."""
    resource = pytest.importorskip("resource")
    photos = tmp_path / "photos"
    photos.mkdir()
    save_image(torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1)), photos / "a.png")
    maker = SampleMaker(own_scenes(photos, None, None), 32)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    synthesize(maker, whole, 3, task="restore")

    def full_after_the_first(stage: str, done: int, total: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(InputError, match="cannot be written"):
            synthesize(maker, stopped, 3, task="restore", progress=full_after_the_first)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (stopped / "manifest.jsonl").exists() and not list(stopped.glob(".*"))
    with pytest.raises(InputError, match="unfinished set of other options"):
        synthesize(maker, stopped, 3, seed=9, task="restore")
    (stopped / "unfinished.jsonl").write_text((stopped / "unfinished.jsonl").read_text() + '{"half')
    done: list[int] = []
    synthesize(maker, stopped, 3, task="restore", progress=lambda stage, index, total: done.append(index))
    assert done == [2, 3]  # the first was whole
    assert {p.name: p.read_bytes() for p in whole.iterdir()} == {p.name: p.read_bytes() for p in stopped.iterdir()}


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_ctrl_c_ends_the_process_with_130(tmp_path, picture):
    code = (
        "import signal, sys\nfrom mmaif import __main__, images\n"
        "images.load_image = lambda *_: signal.raise_signal(signal.SIGINT)\n"
        f"sys.exit(__main__.main(['degrade', {str(picture)!r}, '-o', {str(tmp_path / 'o.png')!r}, '--ops', 'rain:1']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "mmaif: Stopped.\n")


def test_pack_replaces_a_part_that_is_another_network(tmp_path):
    modules = {"old": ("look", "out"), "new": ("hidden", "out"), "module": ("out",), "more": ("other",)}
    for number, (name, kept) in enumerate(modules.items()):
        state = {f"{module}.weight": torch.full((1,), float(number)) for module in kept}
        save_checkpoint(tmp_path / f"{name}.safetensors", {"diagnosis": ({"name": name}, state)})
    for later, names in (("new", {"hidden", "out"}), ("module", {"look", "out"}), ("more", {"look", "out", "other"})):
        merge([tmp_path / f"{name}.safetensors" for name in ("old", later)], tmp_path / "both.safetensors")
        both = load_checkpoint(tmp_path / "both.safetensors")
        assert {name.partition(".")[0] for name in both.tensors["diagnosis"]} == names
        assert both.config["diagnosis"] == {"name": later}
