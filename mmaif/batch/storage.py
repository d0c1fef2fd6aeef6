"""Files by path or by URI (s3://, gs://, file://): listed, read and written whole. URIs go through pyarrow."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError

URI = re.compile(r"^[a-z][a-z0-9+.-]+://")


def is_remote(path: str) -> bool:
    """Whether a path is a URI."""
    return bool(URI.match(path))


def join(folder: str, name: str) -> str:
    """A name below a folder; names that are whole paths or URIs stay as they are."""
    if is_remote(name) or Path(name).is_absolute():
        return name
    return f"{folder.rstrip('/')}/{name}" if is_remote(folder) else str(Path(folder) / name)


def exists(path: str) -> bool:
    """Whether there is a file."""
    if not is_remote(path):
        return Path(path).is_file()
    system, inside = _system(path)
    return system.get_file_info(inside).is_file


def present(paths: Iterable[str], folder: str) -> set[str]:
    """Those of many files, most of them below `folder`, that are there."""
    if not is_remote(folder):
        return {path for path in paths if exists(path)}
    paths = set(paths)
    there = {join(folder, name) for name in listing(folder)}
    return (paths & there) | {path for path in paths - there if not path.startswith(folder) and exists(path)}


def listing(folder: str) -> list[str]:
    """Every file below a folder, by its path from there, sorted; InputError where there is no such folder."""
    if not is_remote(folder):
        root = Path(folder)
        if not root.is_dir():
            raise InputError(f"The folder {folder} does not exist; check the path.")
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    system, inside = _system(folder)
    selector = _pyarrow_fs().FileSelector(inside, allow_not_found=True, recursive=True)
    try:
        found = system.get_file_info(selector)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be listed ({error}); check it and your rights.") from error
    return sorted(info.path[len(inside.rstrip("/")) + 1 :] for info in found if info.is_file)


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """A path on this machine to read from; of a URI a copy, which goes again."""
    if not is_remote(path):
        yield Path(path)
        return
    system, inside = _system(path)
    with tempfile.TemporaryDirectory(prefix="mmaif") as folder:
        copy = Path(folder) / inside.rsplit("/", 1)[-1]
        try:
            with system.open_input_stream(inside) as stream, copy.open("wb") as file:
                while chunk := stream.read(1 << 20):
                    file.write(chunk)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error}); check it and your rights.") from error
        yield copy


@contextmanager
def stored_whole(uri: str) -> Iterator[Path]:
    """A path on this machine to write to; on leaving, what was written is stored as the URI, whole or not at all.

    Object storage shows an object once it is closed; in other file systems it is renamed.
    """
    system, inside = _system(uri)
    with tempfile.TemporaryDirectory(prefix="mmaif") as folder:
        copy = Path(folder) / inside.rsplit("/", 1)[-1]
        yield copy
        try:
            _upload(system, copy, inside)
        except OSError as error:
            raise InputError(f"{uri} cannot be written ({error}); check it and your rights.") from error


def _upload(system: Any, copy: Path, inside: str) -> None:
    objects = system.type_name in ("s3", "gcs", "abfs")
    target = inside if objects else f"{inside}.partial"
    if not objects:
        system.create_dir(inside.rsplit("/", 1)[0], recursive=True)
    with system.open_output_stream(target) as stream:
        stream.write(copy.read_bytes())
    if not objects:
        system.move(target, inside)


def _system(uri: str) -> tuple[Any, str]:
    """pyarrow's file system of a URI, and the path inside it."""
    try:
        return _pyarrow_fs().FileSystem.from_uri(uri)
    except (ValueError, OSError) as error:
        raise InputError(f"{uri} is no place that pyarrow knows ({error}); use s3://, gs:// or a path.") from error


def _pyarrow_fs() -> Any:
    try:
        from pyarrow import fs
    except ImportError as error:
        raise InputError('URIs need pyarrow; install it with pip install "mmaif-image-fusion[fleet]".') from error
    return fs
