"""Samples in tar files: what is written comes back, other readers read it, and every process has its own share."""

from __future__ import annotations

import tarfile
from itertools import islice
from pathlib import Path

import pytest
import torch

from mmaif.__main__ import main
from mmaif.data.samples import SampleMaker
from mmaif.data.shards import ShardStream, read_shard, shard_names, write_shards
from mmaif.data.synthesize import own_scenes
from mmaif.errors import InputError
from mmaif.images import save_image


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three made-up photos."""
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(3):
        coarse = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
        picture = torch.nn.functional.interpolate(coarse, (96, 120), mode="bicubic").clamp(0, 1)
        save_image(picture[0], folder / f"{seed}.png")
    return folder


@pytest.fixture(scope="module")
def shards(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five samples of 64 px in three shards, as the command line writes them."""
    out = tmp_path_factory.mktemp("shards")
    words = ["synthesize", "--photos", str(photos), "-o", str(out), "--count", "5", "--size", "64", "--shards", "2"]
    assert main(words) == 0
    return out


def test_samples_come_back(photos: Path, shards: Path) -> None:
    maker = SampleMaker(own_scenes(photos, None, None), 64)
    read = [sample for name in shard_names(str(shards)) for sample in read_shard(name)]
    assert len(read) == 5
    for seed, sample in enumerate(read):
        made = maker(seed)
        assert (sample.recipe, sample.prompt, sample.task) == (made.recipe, made.prompt, made.task)
        for name in ("sources", "target", "clean"):
            assert (getattr(sample, name) - getattr(made, name).clamp(0, 1)).abs().max() <= 0.5 / 255 + 1e-6


def test_their_files_lie_as_webdataset_wants_them(shards: Path) -> None:
    with tarfile.open(shards / "samples-00001.tar") as tar:
        names = tar.getnames()
    assert [name for name in names if name.endswith(".json")] == ["00000002.json", "00000003.json"]
    assert names[0] == "00000002.source1.png" and names == sorted(names, key=lambda name: name.split(".")[0])


def test_what_is_written_is_kept(photos: Path, shards: Path) -> None:
    before = [path.stat().st_mtime_ns for path in sorted(shards.iterdir())]
    write_shards(SampleMaker(own_scenes(photos, None, None), 64), shards, 5, 2)
    assert [path.stat().st_mtime_ns for path in sorted(shards.iterdir())] == before


def test_a_stream_is_endless_and_cut_to_size(shards: Path) -> None:
    seen = list(islice(ShardStream(str(shards), 32, 7), 12))
    assert all(sample.target.shape == (3, 32, 32) for sample in seen)
    assert len({sample.prompt for sample in seen[:5]}) == len({sample.prompt for sample in seen[5:10]})
    again = list(islice(ShardStream(str(shards / "*.tar"), 32, 7), 12))
    assert all(torch.equal(a.target, b.target) for a, b in zip(seen, again, strict=True))


def test_urls_have_ranges_and_streams(shards: Path) -> None:
    assert shard_names("s3://all/x-{08..10}.tar") == ["s3://all/x-08.tar", "s3://all/x-09.tar", "s3://all/x-10.tar"]
    pytest.importorskip("pyarrow")
    assert len(list(read_shard((shards / "samples-00000.tar").as_uri()))) == 2


def test_wrong_shards_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shards"):
        shard_names(str(tmp_path))
    (tmp_path / "bad.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(InputError, match="cannot be read"):
        list(read_shard(str(tmp_path / "bad.tar")))
