"""Whether the weights that come with the package are those that were packed."""

import hashlib
from pathlib import Path

from .checkpoint import WEIGHTS
from .errors import InputError
from .files import write_text

SUMS = "SHA256SUMS"  # as sha256sum writes it, and `sha256sum -c` reads it


def sum_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_sums(folder: Path = WEIGHTS) -> Path:
    """Note the sums of all .safetensors files of a folder in the file SHA256SUMS there."""
    lines = [f"{sum_of(path)}  {path.name}\n" for path in sorted(folder.glob("*.safetensors"))]
    write_text("".join(lines), folder / SUMS)
    return folder / SUMS


def check_sums(folder: Path = WEIGHTS) -> list[str]:
    """The names of the files of a folder, if each is there and has the sum that SHA256SUMS notes; else InputError."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        noted = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / SUMS} is missing or damaged; fetch the package again.") from error
    there = {path.name for path in folder.glob("*.safetensors")}
    for name in sorted(noted.keys() | there):
        if name not in there:
            raise InputError(f"The weights {name} are missing; fetch the package again.")
        if name not in noted:
            raise InputError(f"The weights {name} are not in {SUMS}; they came from elsewhere: move them away.")
        if sum_of(folder / name) != noted[name]:
            raise InputError(f"The weights {name} are not those that were packed; fetch the package again.")
    return sorted(noted)
