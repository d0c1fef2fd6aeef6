"""A whole run: what is finished is left alone, what becomes of the rest is noted, and a report is made of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..progress import Progress, stage
from . import storage
from .manifest import Item
from .report import Journal, Row, check_settings, write_report

Fusing = Callable[[Sequence[Item]], Iterable[Row]]


@dataclass(frozen=True)
class Place:
    """Where the pictures of a run go, and the folder on this machine with its journal; of URIs it is beside us."""

    output: str

    @property
    def notes(self) -> Path:
        """The folder of the journal and of the report."""
        return Path(f"{PurePosixPath(self.output).name}_batch") if storage.is_remote(self.output) else Path(self.output)


def run(
    items: Sequence[Item],
    output: str,
    settings: Any,
    fusing: Fusing,
    report: Path,
    progress: Progress | None = None,
) -> Counter[str]:
    """Fuse what is not there yet; how many items were done, found and failed.

    settings: a dataclass with `metrics`; a run that goes on must have the same. fusing: items -> what became of each.
    The report is written however the run ends.
    """
    place = Place(output)
    check_settings(place.notes, asdict(settings))
    journal = Journal(place.notes)
    try:
        _sweep(place)
        todo, counts = _todo(items, output, journal)
        told = stage(progress, "fused")
        for number, row in enumerate(fusing(todo) if todo else (), 1):
            journal.add(row)
            counts[row.status] += 1
            if told:
                told(number, len(todo))
        return counts
    finally:
        write_report(items, journal.rows(), settings.metrics, report)
        journal.close()


def _todo(items: Sequence[Item], output: str, journal: Journal) -> tuple[list[Item], Counter[str]]:
    """The items without a picture; those with one are noted where the journal does not know of it."""
    there = storage.present((item.output for item in items), output)
    known = {row["output"]: row["status"] for row in journal.rows()}
    for path in sorted(there):
        if known.get(path, "failed") == "failed":  # killed between the picture and its line
            journal.add(Row(path, "found"))
    return [item for item in items if item.output not in there], Counter(found=len(there))


def _sweep(place: Place) -> None:
    """Remove what a killed run was writing."""
    if not storage.is_remote(place.output):
        for path in Path(place.output).rglob(".*.partial*"):
            path.unlink(missing_ok=True)


def on_this_machine(settings: Any, devices: Sequence[str]) -> Fusing:
    """Fusing in this process on one device, in a process for each on several."""

    def fuse(items: Sequence[Item]) -> Iterator[Row]:
        if len(devices) > 1:
            from .devices import spread

            yield from spread(items, settings, devices)
            return
        from .runner import Runner

        yield from Runner(settings, devices[0])(items)

    return fuse
