"""The regression pipeline as an ONNX file, which does what PyTorch does."""

import pytest
import torch

from mmaif import FusionPipeline
from mmaif import export as exporting
from mmaif.__main__ import main
from mmaif.errors import InputError
from mmaif.export import NEEDS, Exporting, export
from mmaif.metrics import psnr


def fails(capsys, *words: str) -> str:
    assert main(["export", *words]) == 2
    return capsys.readouterr().err


def test_a_file_does_what_pytorch_does(tmp_path):
    for name in NEEDS:
        pytest.importorskip(name)
    pipe, path = FusionPipeline.from_pretrained("regression", "cpu", "float32"), tmp_path / "fused.onnx"
    assert export(pipe, path, Exporting(64, 96, 2, "", "mff")) >= exporting.FAITHFUL
    sources = torch.rand(1, 2, 3, 64, 96)
    wanted = pipe.fuse(sources, [""], "mff")
    assert psnr(exporting.runner(path)(sources), wanted) > 45
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_does_something_else_is_not_kept(tmp_path, monkeypatch):
    for name in NEEDS:
        pytest.importorskip(name)
    monkeypatch.setattr(exporting, "runner", lambda path: lambda sources: torch.zeros(1, 3, 32, 32))
    with pytest.raises(InputError, match="not kept"):
        export(FusionPipeline.from_pretrained("regression", "cpu", "float32"), tmp_path / "x.onnx", Exporting(32, 32))
    assert not list(tmp_path.iterdir())


def test_mistakes_are_named(tmp_path, capsys, monkeypatch):
    out = str(tmp_path / "fused.onnx")
    assert "640x480" in fails(capsys, "-o", out, "--size", "big")
    assert "multiples of 16" in fails(capsys, "-o", out, "--size", "100x64")
    assert "sources" in fails(capsys, "-o", out, "--sources", "0")
    assert "detail" in fails(capsys, "-o", out, "--detail", "2")
    assert "folder" in fails(capsys, "-o", str(tmp_path / "no" / "fused.onnx"))
    monkeypatch.setattr(exporting, "find_spec", lambda name: None)
    assert "the extra [export]" in fails(capsys, "-o", out, "--size", "64x64")
    monkeypatch.setattr(exporting, "find_spec", lambda name: name)
    assert "regression" in fails(capsys, "-o", out, "--size", "64x64", "--model", "flow")
    assert not list(tmp_path.iterdir())
