"""The benchmark command on tiny pictures, and what it measures with."""

import json
import time

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from mmaif import FusionPipeline, compiling
from mmaif.__main__ import main
from mmaif.evaluation import stopwatch
from mmaif.evaluation.baselines import available
from mmaif.evaluation.plot import COLOURS
from mmaif.evaluation.report import STAGES, Benchmark, Run, Settings

CPU = torch.device("cpu")
RUN = Run("mmaif", "float32", False, 320)


@pytest.fixture(scope="module")
def pipe() -> FusionPipeline:
    return FusionPipeline.from_pretrained("regression", "cpu", "float32")


def test_report_and_plot(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(stopwatch, "matrix_rate", lambda *_: 2e12)
    out, plot = tmp_path / "out.json", tmp_path / "plot.png"
    words = ["--sizes", "64,48", "--repeats", "2", "--sources", "3", "--dtypes", "float32", "--baselines"]
    assert main(["benchmark", *words, "--device", "cpu", "--json", str(out), "--plot", str(plot)]) == 0
    report = json.loads(out.read_text(), parse_constant=pytest.fail)
    assert json.loads(json.dumps(Benchmark.from_json(report).to_json())) == report
    assert report["settings"]["sizes"] == [48, 64] and report["machine"]["torch"] == torch.__version__
    assert report["matrix_flops_per_second"] == {"float32": 2e12}
    found = {(row["method"], row["size"], row["stage"]) for row in report["rows"]}
    ours = {("mmaif", size, stage) for size in (48, 64) for stage in (*STAGES, "other", "total")}
    assert found == ours | {(name, size, "total") for size in (48, 64) for name in available()}
    for row in report["rows"]:
        low, high = row["quartiles"]
        assert low <= row["seconds"] <= high
        if row["pixels_per_second"] is not None:
            assert row["pixels_per_second"] == pytest.approx(row["size"] ** 2 / row["seconds"])
        if row["matrix_share"] is not None:
            work = row["flops_per_pixel"] * row["size"] ** 2
            assert row["matrix_share"] == pytest.approx(work / row["seconds"] / 2e12)
    counted = {row["stage"]: row["flops_per_pixel"] for row in report["rows"] if row["size"] == 64}
    assert (counted["other"] or 0) < 200 and all(counted[stage] > 100 for stage in STAGES)

    text = capsys.readouterr().out
    assert text.splitlines()[0].split()[:3] == ["method", "px", "encode"]
    assert "3 sources; medians of 2 runs" in text and "float32 2.00" in text
    with Image.open(plot) as sheet:
        pixels = np.asarray(sheet.convert("RGB")).reshape(-1, 3)
    for colour in COLOURS[: 1 + len(available())]:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (pixels == wanted).all(1).sum() > 50, colour


def test_stages_make_up_the_whole(pipe):
    sources = stopwatch.scene(320, 2)
    with stopwatch.Recorder(CPU, pipe) as recorder:
        rows = recorder.measure(
            lambda: pipe.fuse(sources, ["remove the noise"], "mff", tile=256), 1, RUN, {"decode": 1e9}, 1e12
        )
    seconds = {row.stage: row.seconds for row in rows}
    assert list(seconds) == [*STAGES, "other", "total"]
    assert sum(seconds.values()) == pytest.approx(2 * seconds["total"]) and min(seconds.values()) >= 0
    decode = next(row for row in rows if row.stage == "decode")
    assert decode.matrix_share == pytest.approx(1e9 / seconds["decode"] / 1e12)
    parts = (pipe.autoencoder.encoder, pipe.text, pipe.dit, pipe.autoencoder.decoder, pipe.autoencoder.detail)
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in parts)  # nothing is left behind


def counted_by_hand(network: nn.Module, run) -> int:
    """FLOPs of the convolutions and linear layers of a network, from the sizes of what they give."""
    total = 0

    def add(layer: nn.Module, _, out: torch.Tensor) -> None:
        nonlocal total
        total += 2 * out.numel() * layer.weight[0].numel()

    hooks = [m.register_forward_hook(add) for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    run()
    for hook in hooks:
        hook.remove()
    return total


def test_flops_are_those_counted_by_hand(pipe):
    sources = stopwatch.scene(64, 2)

    def run() -> None:
        pipe.fuse(sources, ["remove the noise"], "mff")

    with stopwatch.Recorder(CPU, pipe) as recorder:
        flops = recorder.flops(run)
    parts = pipe.autoencoder
    for stage, network in (("encode", parts.encoder), ("decode", parts.decoder), ("detail", parts.detail)):
        assert flops[stage] == counted_by_hand(network, run), stage
    tokens = pipe.text.tokenize(["remove the noise"]).shape[1]
    attention = 4 * tokens**2 * pipe.text.config.width * pipe.text.config.depth  # two products per head and layer
    by_hand = counted_by_hand(pipe.text, lambda: pipe.text.encode(["remove the noise"]))
    assert by_hand < flops["text"] and flops["text"] == pytest.approx(by_hand + attention, rel=0.02)
    assert flops["total"] == sum(flops[stage] for stage in STAGES)


def test_peak_memory_is_what_a_run_needed():
    pytest.importorskip("psutil")

    def hungry() -> None:
        block = torch.ones(50_000_000)  # 200 MB
        time.sleep(0.2)
        del block

    with stopwatch.Recorder(CPU) as recorder:
        (row,) = recorder.measure(hungry, 1, RUN, {}, None)
    assert 150e6 < row.working_bytes < 300e6 and row.peak_bytes > row.working_bytes
    assert row.stage == "total" and row.flops_per_pixel is None and row.matrix_share is None


def test_peak_memory_belongs_to_its_stage(pipe):
    pytest.importorskip("psutil")
    sources, kept = stopwatch.scene(64, 2), []

    def wasteful(*_) -> None:
        kept.append(torch.ones(50_000_000))
        time.sleep(0.2)
        kept.clear()

    hook = pipe.dit.norm.register_forward_hook(wasteful)
    with stopwatch.Recorder(CPU, pipe) as recorder:
        peaks, held = recorder.peaks(lambda: pipe.fuse(sources, ["remove the noise"], "mff"))
    hook.remove()
    assert set(peaks) == {*STAGES, "total"}
    assert peaks["sample"] == peaks["total"] > held + 150e6
    assert max(peaks["encode"], peaks["text"], peaks["decode"]) < peaks["sample"] - 100e6


def test_without_psutil_memory_is_not_told(monkeypatch):
    monkeypatch.setattr(stopwatch, "find_spec", lambda name: None)
    with stopwatch.Recorder(CPU) as recorder:
        (row,) = recorder.measure(lambda: torch.ones(1000).sum(), 2, RUN, {}, None)
    assert row.peak_bytes is None and row.working_bytes is None and row.seconds > 0


def test_quartiles():
    assert stopwatch.quartiles([3.0]) == (3.0, 3.0)
    assert stopwatch.quartiles([4.0, 1.0, 2.0, 3.0]) == (1.75, 3.25)


def test_matrix_rate_is_positive():
    assert stopwatch.matrix_rate(CPU, torch.float32, 0.01) > 1e8


def test_scenes_are_the_same_each_time():
    assert stopwatch.scene(48, 3).shape == (1, 3, 3, 48, 48)
    assert torch.equal(stopwatch.scene(48, 3), stopwatch.scene(48, 3))
    assert 0 <= stopwatch.scene(48, 3).min() and stopwatch.scene(48, 3).max() <= 1


def test_compilation_needs_a_compiler(capsys, monkeypatch):
    monkeypatch.setattr(compiling.shutil, "which", lambda name: None)
    assert main(["benchmark", "--sizes", "64", "--device", "cpu", "--compile"]) == 2
    assert "--compile needs a C++ compiler" in capsys.readouterr().err


def test_mistakes_are_named(tmp_path, capsys):
    for words, message in (
        (["--sizes", "512x512"], "no list of numbers"),
        (["--sizes", "8"], "at least 16 px"),
        (["--repeats", "0"], "a whole number from 1"),
        (["--dtypes", "int8"], "Unknown dtype 'int8'"),
        (["--plot", str(tmp_path / "plot.xyz")], "no picture suffix that can be written"),
        (["--json", str(tmp_path / "no" / "out.json")], "does not exist"),
        (["--model", "nothing"], "No model 'nothing'"),
    ):
        assert main(["benchmark", "--sizes", "64", *words]) == 2
        assert message in capsys.readouterr().err
    assert Settings().sizes == (512, 1024, 2048)
