"""Files are written whole or not at all, and mistakes are named."""

import json

import pytest
import torch

from mmaif.checkpoint import save_checkpoint
from mmaif.errors import InputError
from mmaif.files import write_json, written_whole
from mmaif.images import save_image


def test_what_was_written_replaces_the_file(tmp_path):
    path = tmp_path / f"{'long ' * 40}.txt"
    for text in ("first", "second"):
        with written_whole(path) as partial:
            partial.write_text(text)
            assert partial.parent == tmp_path and partial.suffix == ".txt" and partial != path
        assert path.read_text() == text and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, InputError])
def test_whatever_stops_it_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "out.json"
    write_json({"a": 1}, path)
    with pytest.raises(error), written_whole(path) as partial:
        partial.write_text("half")
        raise error
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json({"a": float("nan")}, path)
    assert json.loads(path.read_text()) == {"a": 1} and list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written_are_named(tmp_path):
    with pytest.raises(InputError, match="The folder of .*none/out.json does not exist; create it first"):
        write_json({}, tmp_path / "none" / "out.json")
    with pytest.raises(InputError, match="is a folder; name a file"):
        write_json({}, tmp_path)
    (tmp_path / "out.png").mkdir()
    with pytest.raises(InputError, match="The output .*out.png is a folder; name a file"):
        save_image(torch.rand(3, 16, 16), tmp_path / "out.png")


def test_a_full_disk_is_named(tmp_path):
    """Files that may not grow beyond 1 kB stand for the disk."""
    resource = pytest.importorskip("resource")
    big = torch.rand(3, 64, 64)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        for name, write in (
            ("a.png", lambda path: save_image(big, path)),
            ("a.json", lambda path: write_json([0] * 1000, path)),
            ("a.safetensors", lambda path: save_checkpoint(path, {"dit": ({}, {"x": big})})),
        ):
            with pytest.raises(InputError, match=f"{name} cannot be written .*[Ff]ile too large"):
                write(tmp_path / name)
        with (
            pytest.raises(InputError, match="a.pt cannot be written"),
            written_whole(tmp_path / "a.pt", RuntimeError) as p,
        ):
            torch.save(big, p)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())
