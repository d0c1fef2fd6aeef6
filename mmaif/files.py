"""Files that are whole or not there at all: written beside their place, then moved onto it."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import InputError


def check_target(path: str | Path, role: str = "") -> Path:
    """The path, if its folder is there and no folder is in its place: to be asked before any work is done.

    role: what the file is to the user, "--json " or "the output ", for the InputError.
    """
    path = Path(path)
    if not path.absolute().parent.is_dir():
        raise InputError(f"The folder of {role}{path} does not exist; create it first.")
    if path.is_dir():
        raise InputError(f"{role[:1].upper()}{role[1:]}{path} is a folder; name a file.")
    return path


@contextmanager
def written_whole(path: str | Path, *failures: type[Exception]) -> Iterator[Path]:
    """A path beside `path`, with the same suffix, to write to; on leaving, what was written replaces `path`.

    Whatever stops the writing, an interruption too, leaves `path` as it was and nothing beside it. Raises InputError
    where nothing can be written: for every OSError, and for what else the caller's writer raises then (`failures`).
    """
    path = check_target(path)
    partial = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}.partial{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except (OSError, *failures) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be written ({reason}); check the disk and your rights to it.") from error
    finally:
        partial.unlink(missing_ok=True)


def write_json(data: Any, path: str | Path) -> None:
    """Write what `json` can hold, NaN and infinity excluded."""
    with written_whole(path) as partial:
        partial.write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", encoding="utf-8")
