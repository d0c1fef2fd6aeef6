"""What a batch has done: a journal that grows line by line and survives a kill, and the report made from it."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ..errors import InputError
from ..files import check_target, written_whole
from .manifest import Item

JOURNAL = "journal.jsonl"
SETTINGS = "batch.json"
FIELDS = ("output", "status", "sources", "prompt", "task", "width", "height", "seconds", "device", "error")


@dataclass(frozen=True)
class Row:
    """What became of an item. status: done, found (it was there already) or failed, `error` then says why."""

    output: str
    status: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    device: str = ""
    error: str = ""
    metrics: Mapping[str, float | None] = field(default_factory=dict)


class Journal:
    """The rows of a run in a folder, one JSON object a line; one process writes it at a time."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / JOURNAL
        try:
            self.file: TextIO = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self.path} cannot be written ({error.strerror}); check your rights to it.") from error
        _lock(self.file, folder)
        if self.path.stat().st_size:
            self.file.write("\n")  # a line that a kill cut off ends here

    def add(self, row: Row) -> None:
        """Append one row, for good."""
        self.file.write(json.dumps(asdict(row)) + "\n")
        self.file.flush()

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows so far, as far as they are whole."""
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    continue

    def close(self) -> None:
        """Let another process write."""
        self.file.close()


def _lock(file: TextIO, folder: Path) -> None:
    """Keep others out while this process lives, where the system can."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(f"Another batch is writing to {folder}; wait for it or name another folder.") from error
    except OSError:
        return  # a file system without locks


def check_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Note what a run is made with; InputError where the folder holds a run that was made with something else."""
    path = folder / SETTINGS
    folder.mkdir(parents=True, exist_ok=True)
    now = json.loads(json.dumps(settings))
    if path.is_file():
        then = json.loads(path.read_text(encoding="utf-8"))
        for name in now:
            if then.get(name) != now[name]:
                raise InputError(
                    f"The pictures in {folder} were made with another {name} ({then.get(name)!r}, now {now[name]!r}); "
                    "go on with the same, or name another folder."
                )
        return
    with written_whole(path) as partial:
        partial.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")


def check_report(path: Path) -> Path:
    """The path, if a report can be written there: to be asked before any work is done."""
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise InputError(f"The report {path} has no known suffix; end it in .csv or .parquet.")
    if path.suffix.lower() == ".parquet":
        _parquet()
    return check_target(path, "the report ")


def write_report(items: Sequence[Item], rows: Iterable[Mapping[str, Any]], metrics: Sequence[str], path: Path) -> None:
    """A table with a row for each item that something is known of, its last one, in the order of the items."""
    last = {row["output"]: json.dumps(row) for row in rows}
    names = [*FIELDS, *metrics]
    table = (_line(item, json.loads(last[item.output]), metrics) for item in items if item.output in last)
    with written_whole(path) as partial:
        if path.suffix.lower() == ".parquet":
            _write_parquet(list(table), names, partial)
            return
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(table)


def _line(item: Item, row: Mapping[str, Any], metrics: Sequence[str]) -> dict[str, Any]:
    line = {name: row.get(name) for name in FIELDS}
    line |= {"sources": "|".join(item.sources), "prompt": item.prompt, "task": item.task}
    return line | {name: row["metrics"].get(name) for name in metrics}


def _write_parquet(lines: list[dict[str, Any]], names: Sequence[str], path: Path) -> None:
    pyarrow, parquet = _parquet()
    kinds = {"width": pyarrow.int32(), "height": pyarrow.int32(), "seconds": pyarrow.float64()}
    kinds |= {name: pyarrow.string() for name in FIELDS if name not in kinds}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.float64())) for name in names])
    parquet.write_table(pyarrow.Table.from_pylist(lines, schema), path)


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise InputError(
            'A report in Parquet needs pyarrow; install it with pip install "mmaif-image-fusion[fleet]", or use .csv.'
        ) from error
    return pyarrow, parquet
