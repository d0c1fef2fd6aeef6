"""What a batch is to fuse: rows of sources, prompt, task and output, from folders, globs or a table.

Folders and globs: each is one source of every scene, and pictures of one name belong together. In a folder a picture's
name is its path from there without suffix; in a glob it is what the wildcards stand for, so that `shots/*_vi.png` and
`shots/*_ir.png` meet. The first says which scenes there are; a scene that another lacks is reported, not fused.

A table (.csv, .tsv, .parquet): a row per scene, the sources in the columns `source1`, `source2` and so on, and, where
they are there, `prompt`, `task`, `output` and `reference`. Paths count from the table, outputs from the output folder.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image

from ..errors import InputError
from ..tasks import TASKS
from . import storage

TABLES = (".csv", ".tsv", ".parquet")
WILD = re.compile(r"[*?\[]")
ANY = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]")
COLUMNS = ("prompt", "task", "output", "reference")


@dataclass(frozen=True)
class Item:
    """One scene: paths of its sources, what is asked, and where the picture goes. `problem` says why it cannot be."""

    sources: tuple[str, ...]
    output: str
    prompt: str = ""
    task: str = "auto"
    reference: str = ""
    problem: str = ""


def read_items(
    sources: Sequence[str], output: str, prompt: str = "", task: str = "auto", suffix: str = ".png"
) -> list[Item]:
    """The items of folders, of globs or of one table, each with its own output below the folder `output`.

    prompt, task: for rows that say nothing of them. suffix: of outputs without a name of their own.
    """
    if task not in TASKS:
        raise InputError(f"Unknown task {task!r}; use {', '.join(TASKS)}.")
    if suffix.lower() not in Image.registered_extensions():
        raise InputError(f"{suffix} is no known picture suffix; use .png or .jpg.")
    tables = [name for name in sources if PurePosixPath(name).suffix.lower() in TABLES and not _is_glob(name)]
    if tables and len(sources) > 1:
        raise InputError(f"{tables[0]} is a table and names all sources itself; give nothing beside it.")
    items = list(_of_table(tables[0], prompt, task) if tables else _of_folders(sources, prompt, task))
    if not items:
        raise InputError(f"{sources[0]} holds nothing to fuse; check it.")
    return _placed(items, output, suffix)


def _placed(items: Iterable[Item], folder: str, suffix: str) -> list[Item]:
    """The items with whole output paths; InputError where two of them would write one file."""
    placed: dict[str, Item] = {}
    known = Image.registered_extensions()
    for item in items:
        name = item.output if PurePosixPath(item.output).suffix.lower() in known else item.output + suffix
        path = storage.join(folder, name)
        if path in placed:
            raise InputError(f"Both {placed[path].sources[0]} and {item.sources[0]} would become {path}; rename one.")
        placed[path] = Item(item.sources, path, item.prompt, item.task, item.reference, item.problem)
    return list(placed.values())


def _of_folders(sources: Sequence[str], prompt: str, task: str) -> Iterator[Item]:
    (first, scenes), *others = [(source, pictures(source)) for source in sources]
    for name, path in scenes.items():
        missing = [source for source, found in others if name not in found]
        problem = f"{missing[0]} has no picture named {name}, as {first} has." if missing else ""
        partners = (found[name] for _, found in others if name in found)
        yield Item((path, *partners), name, prompt, task, "", problem)


def pictures(source: str) -> dict[str, str]:
    """Name -> path of the pictures in a folder or of a glob; InputError for none and for two of one name."""
    found: dict[str, str] = {}
    for name, path in sorted(_matches(source) if _is_glob(source) else _below(source)):
        if name in found:
            raise InputError(f"{found[name]} and {path} have one name; keep one of them.")
        found[name] = path
    if not found:
        raise InputError(f"{source} holds no pictures; check the path.")
    return found


def _is_glob(source: str) -> bool:
    """Whether it holds wildcards and is not a folder whose name has brackets."""
    return bool(WILD.search(source)) and not Path(source).is_dir()


def _below(folder: str) -> Iterator[tuple[str, str]]:
    known = Image.registered_extensions()
    for path in storage.listing(folder):
        pure = PurePosixPath(path)
        if pure.suffix.lower() in known and not any(part.startswith(".") for part in pure.parts):
            yield str(pure.with_suffix("")), storage.join(folder, path)


def _matches(glob: str) -> Iterator[tuple[str, str]]:
    """(what the wildcards stand for, path) of the pictures that fit a glob: *, ?, [..] inside a name, ** across. What
    stands for the suffix is no part of the name."""
    folder = glob[: WILD.search(glob).start()].rpartition("/")[0]
    folder = folder or ("/" if glob.startswith("/") else ".")
    rest = glob.removeprefix("./" if folder == "." else folder).lstrip("/")
    stem, dot, suffix = rest.rpartition(".")
    if not dot or "/" in suffix:
        stem, suffix = rest, "*"
    names, suffixes = re.compile(_expression(stem)), re.compile(_expression(suffix))
    known = Image.registered_extensions()
    for path in storage.listing(folder):
        name, _, ending = path.rpartition(".")
        match = names.fullmatch(name)
        if match and suffixes.fullmatch(ending) and f".{ending.lower()}" in known:
            yield "/".join(part.strip("/") for part in match.groups() if part), storage.join(folder, path)


def _expression(glob: str) -> str:
    """A glob as a regular expression with a group for each wildcard."""
    out, last = "", 0
    for wild in ANY.finditer(glob):
        text = wild.group()
        meaning = {"**/": "((?:[^/]+/)*)", "**": "(.*)", "*": "([^/]*)", "?": "([^/])"}.get(text, f"({text})")
        out += re.escape(glob[last : wild.start()]) + meaning.replace("[!", "[^")
        last = wild.end()
    return out + re.escape(glob[last:])


def _of_table(path: str, prompt: str, task: str) -> Iterator[Item]:
    with storage.local_copy(path) as copy:
        rows = list(_rows(copy, path))
    folder = path.rpartition("/")[0] if storage.is_remote(path) else str(Path(path).parent)
    for number, row in enumerate(rows, 1):
        yield _item(row, f"Row {number} of {path}", folder, prompt, task)


def _item(row: Mapping[str, Any], where: str, folder: str, prompt: str, task: str) -> Item:
    columns = sorted((name for name in row if re.fullmatch(r"source\d*", name)), key=lambda n: int(n[6:] or 0))
    sources = tuple(storage.join(folder, str(row[name])) for name in columns if row[name])
    if not sources:
        raise InputError(f"{where} names no source; give its path in a column source1.")
    own = {name: str(row.get(name) or "") for name in COLUMNS}
    task = own["task"] or task
    if task not in TASKS:
        raise InputError(f"{where} asks for the task {task!r}; use {', '.join(TASKS)}.")
    output = own["output"] or PurePosixPath(sources[0]).stem
    reference = storage.join(folder, own["reference"]) if own["reference"] else ""
    return Item(sources, output, own["prompt"] or prompt, task, reference)


def _rows(copy: Path, name: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a table, as mappings from column to value."""
    if not copy.is_file():
        raise InputError(f"The table {name} does not exist; check the path.")
    if copy.suffix.lower() == ".parquet":
        try:
            from pyarrow import ArrowException, parquet
        except ImportError as error:
            raise InputError(
                f'{name} needs pyarrow; install it with pip install "mmaif-image-fusion[fleet]", or use CSV.'
            ) from error
        try:
            yield from parquet.read_table(copy).to_pylist()
        except (ArrowException, OSError) as error:
            raise InputError(f"{name} is no Parquet table ({error}); mend it.") from error
        return
    try:
        with copy.open(newline="", encoding="utf-8-sig") as file:
            yield from csv.DictReader(file, delimiter="\t" if copy.suffix.lower() == ".tsv" else ",")
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{name} is no table of text ({error}); save it as UTF-8.") from error
