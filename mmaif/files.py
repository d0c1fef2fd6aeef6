"""Files that are whole or not there at all: written beside their place, then moved onto it."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import InputError

try:
    import fcntl
except ImportError:  # Windows: what a killed process leaves behind stays
    fcntl = None  # type: ignore[assignment]

LONGEST_NAME = 255  # bytes, on every file system in use
LEAST_SPACE = 1 << 16  # bytes that a disk must have left before any work is done
SLOTS = 16  # processes that write one file at the same time under names that are found again


def check_target(path: str | Path, role: str = "") -> Path:
    """The path, if a file can be written there as far as can be foreseen: to be asked before any work is done.

    role: what the file is to the user, "--json " or "the output ", for the InputError.
    """
    path, begin = Path(path), f"{role[:1].upper()}{role[1:]}{path}"
    if not _is_name(path):
        start = begin[:80].replace("\0", "")
        raise InputError(f"{start}... is no name for a file; give a shorter one of plain characters.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(f"The folder of {role}{path} does not exist; create it first.")
    if path.is_dir():
        raise InputError(f"{begin} is a folder; name a file.")
    if path.exists() and not path.is_file():
        raise InputError(f"{begin} is a device or a pipe; name a file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{begin} cannot be written: its folder is read-only; choose another.")
    with suppress(OSError):  # not every file system tells
        if shutil.disk_usage(folder).free < LEAST_SPACE:
            raise InputError(f"{begin} cannot be written: the disk is full; make room.")
    return path


def _is_name(path: Path) -> bool:
    """Whether a file system can hold the name: encoded, without zero bytes and not too long."""
    try:
        return b"\0" not in os.fsencode(path) and len(os.fsencode(path.name)) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False


def made_folder(path: str | Path, role: str = "") -> Path:
    """The folder, made with those above it where it is not there; `role` as in `check_target`."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"The folder {role}{path} cannot be made ({reason}); choose another.") from error
    return path


@contextmanager
def written_whole(path: str | Path, *failures: type[Exception]) -> Iterator[Path]:
    """A path beside `path`, with the same suffix, to write to; on leaving, what was written replaces `path`.

    Whatever stops the writing, an interruption too, leaves `path` as it was and nothing beside it; what a killed
    process left is taken by the next one that writes the same file. Raises InputError where nothing can be written:
    for every OSError, and for what else the caller's writer raises then (`failures`).
    """
    path = check_target(path)
    partial, lock = None, None
    try:
        partial, lock = _own_partial(path)
        yield partial
        partial = partial.replace(path) and None  # from here on the name is another writer's
    except (OSError, *failures) as error:
        raise unwritable(path, error) from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def unwritable(path: str | Path, error: Exception) -> InputError:
    """The InputError for what the system said when `path` was written."""
    reason = getattr(error, "strerror", None) or str(error)
    return InputError(f"{path} cannot be written ({reason}); check the disk and your rights to it.")


def _own_partial(path: Path) -> tuple[Path, int | None]:
    """A partial file that no other process writes to, and the descriptor that holds its lock, if there are locks."""
    for slot in range(SLOTS):
        partial = _partial(path, f"{slot}")
        lock = _lock(partial)
        if lock is not None:
            for later in range(slot + 1, SLOTS):
                _remove_abandoned(_partial(path, f"{later}"))
            return partial, lock
    return _partial(path, secrets.token_hex(4)), None


def _partial(path: Path, word: str) -> Path:
    return path.with_name(f".{path.stem[:40]}.{word}.partial{path.suffix if len(path.suffix) <= 40 else ''}")


def _lock(partial: Path) -> int | None:
    """A descriptor of the file, made where it is not there, that holds its lock until it is closed or the process ends;
    None where another holds it, or where there are no locks."""
    while fcntl is not None:
        lock = os.open(partial, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(lock), os.stat(partial)):
                return lock
        except FileNotFoundError:
            pass  # it was moved to its place before we had the lock: once more
        except OSError:
            os.close(lock)
            return None
        os.close(lock)
    return None


def _remove_abandoned(partial: Path) -> None:
    if partial.exists() and (lock := _lock(partial)) is not None:
        partial.unlink(missing_ok=True)
        os.close(lock)


def write_json(data: Any, path: str | Path) -> None:
    """Write what `json` can hold, NaN and infinity excluded."""
    write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", path)


def write_text(text: str, path: str | Path) -> None:
    """Write text as UTF-8."""
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def append_line(text: str, path: str | Path) -> None:
    """Add one line to a log; what is there already stays whatever happens."""
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise unwritable(path, error) from error
