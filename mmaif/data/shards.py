"""Samples in tar files, as WebDataset reads them: written by `synthesize --shards`, read back by the trainers.

A sample is the files of one name in a row: NNNNNNNN.source1.png, .source2.png ..., .clean.png, .target.png, .json.
Shards may lie here, behind http(s)://, or where pyarrow's file systems reach (s3://, gs://).
"""

import io
import json
import random
import tarfile
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from glob import glob
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ..errors import InputError
from ..files import written_whole
from ..images import to_pil
from ..language.prompts import Prompt
from ..progress import Progress, stage
from .recipes import Recipe
from .samples import Sample, SampleMaker

SHUFFLED = 64  # samples that wait to be drawn from at random


def write_shards(
    maker: SampleMaker,
    out: Path,
    count: int,
    each: int,
    seed: int = 0,
    task: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write `count` samples to out/samples-NNNNN.tar, `each` to a file; files that are there already are kept."""
    if task is not None and task not in maker.tasks():
        raise InputError(f"The task {task!r} needs other pictures; with these there are {', '.join(maker.tasks())}.")
    out.mkdir(parents=True, exist_ok=True)
    told, paths = stage(progress, "samples"), []
    for start in range(0, count, each):
        path = out / f"samples-{start // each:05d}.tar"
        paths.append(path)
        if path.exists():
            continue
        with written_whole(path) as partial, tarfile.open(partial, "w") as tar:
            for index in range(start, min(start + each, count)):
                for name, data in _files(maker(seed + index, task)):
                    _add(tar, f"{index:08d}.{name}", data)
                if told:
                    told(index + 1, count)
    return paths


def _files(sample: Sample) -> Iterator[tuple[str, bytes]]:
    """The files of a sample, without its number."""
    pictures = {f"source{i + 1}": source for i, source in enumerate(sample.sources)}
    for name, picture in {**pictures, "clean": sample.clean, "target": sample.target}.items():
        buffer = io.BytesIO()
        to_pil(picture).save(buffer, "PNG", compress_level=3)
        yield f"{name}.png", buffer.getvalue()
    yield "json", json.dumps(asdict(sample.recipe), default=sorted).encode()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def shard_names(pattern: str) -> list[str]:
    """The shards of a glob, of a folder, or of a URL with {00000..00012} in it; InputError for none."""
    head, brace, rest = pattern.partition("{")
    if brace:
        span, _, tail = rest.partition("}")
        first, dots, last = span.partition("..")
        if not (dots and first.isdigit() and last.isdigit()):
            raise InputError(f"The shards {pattern} have no range in their braces; write {{00000..00012}}.")
        return [f"{head}{number:0{len(first)}d}{tail}" for number in range(int(first), int(last) + 1)]
    if "://" in pattern:
        return [pattern]
    found = sorted(glob(f"{pattern}/*.tar" if Path(pattern).is_dir() else pattern))
    if not found:
        raise InputError(f"There are no shards at {pattern}; write them with synthesize --shards.")
    return found


def read_shard(name: str) -> Iterator[Sample]:
    """The samples of one shard, in their order, read as a stream."""
    try:
        with _opened(name) as stream, tarfile.open(fileobj=stream, mode="r|*") as tar:
            for files in _grouped(tar):
                yield _sample(files)
    except (OSError, tarfile.TarError, KeyError, json.JSONDecodeError) as error:
        raise InputError(f"The shard {name} cannot be read ({error}); write or fetch it again.") from error


def _opened(name: str) -> BinaryIO:
    if name.startswith(("http://", "https://")):
        return urllib.request.urlopen(name)
    if "://" not in name:
        return open(name, "rb")
    try:
        from pyarrow import fs
    except ImportError as error:
        raise InputError(f'{name} needs pyarrow; install it with pip install "mmaif-image-fusion[fleet]".') from error
    system, inside = fs.FileSystem.from_uri(name)
    return system.open_input_stream(inside)


def _grouped(tar: Iterable[tarfile.TarInfo]) -> Iterator[dict[str, bytes]]:
    """Suffix -> content, for each run of files with one name."""
    number, files = "", {}
    for info in tar:
        name, _, suffix = info.name.rpartition("/")[2].partition(".")
        if name != number and files:
            yield files
            files = {}
        number, files[suffix] = name, tar.extractfile(info).read()
    if files:
        yield files


def _sample(files: Mapping[str, bytes]) -> Sample:
    told = json.loads(files["json"])
    said = told["prompt"]
    severity = tuple((repair, how) for repair, how in said["severity"])
    prompt = Prompt(said["text"], frozenset(said["repairs"]), frozenset(said["kept"]), said["task"], severity)
    ops = tuple(_ops(each) for each in told["ops"])
    recipe = Recipe(told["task"], ops, frozenset(told["named"]), prompt, _ops(told["remaining"]))
    sources = [_picture(files[f"source{i + 1}.png"]) for i in range(sum(name.startswith("source") for name in files))]
    target, clean = _picture(files["target.png"]), _picture(files["clean.png"])
    return Sample(torch.stack(sources), target, clean, prompt.text, recipe.task, recipe)


def _ops(pairs: Sequence[Sequence[Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, severity) for name, severity in pairs)


def _picture(data: bytes) -> Tensor:
    with Image.open(io.BytesIO(data)) as image:
        return torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1).float() / 255


class ShardStream(IterableDataset):
    """Endless samples of some shards, cropped to `size`, in an order that the seed decides; every worker of a
    DataLoader reads shards of its own."""

    def __init__(self, pattern: str, size: int, seed: int):
        self.names, self.size, self.seed = shard_names(pattern), size, seed

    def __iter__(self) -> Iterator[Sample]:
        torch.set_num_threads(1)
        worker = get_worker_info()
        index, step = (worker.id, worker.num_workers) if worker else (0, 1)
        rng = random.Random(self.seed + index)
        waiting: list[Sample] = []
        while True:
            names = self.names[index::step] or self.names
            for name in rng.sample(names, len(names)):
                for sample in read_shard(name):
                    waiting.append(sample)
                    if len(waiting) > SHUFFLED:
                        yield cropped(waiting.pop(rng.randrange(len(waiting))), self.size, rng)
            while waiting:  # few shards might never fill the store
                yield cropped(waiting.pop(rng.randrange(len(waiting))), self.size, rng)


def cropped(sample: Sample, size: int, rng: random.Random) -> Sample:
    """The same random square of all the pictures of a sample, mirrored half of the time; 0: the whole."""
    height, width = sample.target.shape[-2:]
    if not size or (height, width) == (size, size):
        return sample
    if min(height, width) < size:
        raise InputError(f"The shards hold pictures of {width}x{height}, smaller than crops of {size}.")
    top, left = rng.randint(0, height - size), rng.randint(0, width - size)
    cut = (..., slice(top, top + size), slice(left, left + size))
    pictures = [picture[cut] for picture in (sample.sources, sample.target, sample.clean)]
    if rng.random() < 0.5:
        pictures = [picture.flip(-1) for picture in pictures]
    return Sample(*pictures, sample.prompt, sample.task, sample.recipe)
