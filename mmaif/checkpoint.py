"""One .safetensors file <-> the modules, with every configuration in its metadata.

Tensors are named `part.name`, the parts being those of `PARTS`. The metadata holds `format`
("mmaif"), `version` and `config`, a JSON object with one entry per part. A training stage writes a file
with its own part only; `merge` joins such files into the one that ships. Checkpoints that stand on the same
frozen parts can leave them to a second file: `shared` in the metadata is its name, and it lies in the same
folder or comes with the package. The complete checkpoints that ship go by their names.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from .checks import check_finite, shown
from .configuration import parse
from .errors import InputError
from .files import check_target, made_folder, written_whole

FORMAT_VERSION = "1"
WEIGHTS = Path(__file__).parent / "weights"
SHARED = "shared.safetensors"
PARTS = ("dit", "autoencoder", "text", "diagnosis", "repair")
Parts = Mapping[str, tuple[Any, Mapping[str, Tensor]]]


def shipped() -> list[str]:
    """Names of the checkpoints that come with the package."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors") if path.name != SHARED)


def checkpoint_path(name_or_path: str | Path) -> Path:
    """A shipped name or a file -> its path; raises InputError for neither."""
    if str(name_or_path) in shipped():
        return WEIGHTS / f"{name_or_path}.safetensors"
    if not isinstance(name_or_path, (str, Path)) or Path(name_or_path).suffix != ".safetensors":
        raise InputError(f"No model {shown(str(name_or_path))}; use {', '.join(shipped())} or a .safetensors file.")
    return Path(name_or_path)


@dataclass(frozen=True)
class Checkpoint:
    """Configuration and tensors of each part, still in the precision of the file."""

    config: dict[str, dict[str, Any]]
    tensors: dict[str, dict[str, Tensor]]

    def require(self, *parts: str) -> "Checkpoint":
        """Self, or an InputError that names the parts which are not there."""
        missing = [part for part in parts if part not in self.config]
        if missing:
            raise InputError(f"The checkpoint lacks {', '.join(missing)}; use a complete MMAIF checkpoint.")
        return self


def save_checkpoint(path: str | Path, parts: Parts, dtype: torch.dtype | None = None, shared: str = "") -> None:
    """Write {part: (config dataclass or dict, state dict)} to `path`, whole or not at all.

    shared: name of the file that holds the parts which this one lacks.
    """
    made_folder(Path(path).parent)
    config = {part: asdict(c) if is_dataclass(c) else dict(c) for part, (c, _) in parts.items()}
    tensors = {
        f"{part}.{name}": tensor.detach().to("cpu", dtype or tensor.dtype).contiguous()
        for part, (_, state) in parts.items()
        for name, tensor in state.items()
    }
    metadata = {"format": "mmaif", "version": FORMAT_VERSION, "config": json.dumps(config)}
    if shared:
        metadata["shared"] = shared
    write_safetensors(path, tensors, metadata)


def write_safetensors(path: str | Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors and what is said of them to `path`, whole or not at all."""
    with written_whole(path, SafetensorError) as partial:
        partial.write_bytes(save(dict(tensors), dict(metadata)))  # save_file moves a file of its own under the name


def load_checkpoint(path: str | Path) -> Checkpoint:
    """Read `path`; raises InputError when it is missing, damaged, or not one of ours. What the file says of itself is
    checked before any tensor is read."""
    path = Path(path)
    tensors, metadata = _opened(path)
    return from_tensors(tensors, metadata, path)


def check_header(path: str | Path) -> None:
    """Raise InputError unless what the file says of itself is one of ours; no tensor is read."""
    _opened(Path(path), read=False)


def _opened(path: Path, read: bool = True) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors (none without `read`) and metadata of a file whose header is in order."""
    if not path.is_file():
        raise InputError(f"The checkpoint {path} does not exist; check the name or the path.")
    try:
        with safe_open(path, "pt") as file:
            metadata, names = file.metadata() or {}, list(file.keys())
            _configuration(metadata, names, path.name)
            return {name: file.get_tensor(name) for name in names} if read else {}, metadata
    except (SafetensorError, OSError, AttributeError, MemoryError) as error:  # AttributeError: a type torch lacks
        reason = " ".join(str(error)[:120].split())
        raise InputError(f"The checkpoint {path} is damaged ({reason}); fetch it again.") from error


def _configuration(metadata: Mapping[str, str], names: Iterable[str], file: str) -> dict[str, dict[str, Any]]:
    """The configuration of each part in the file, if metadata and names of tensors agree on what these are."""
    if metadata.get("format") != "mmaif":
        raise InputError(f"{file} is not an MMAIF checkpoint; choose one made for this node pack.")
    if metadata.get("version") != FORMAT_VERSION:
        raise InputError(
            f"{file} has checkpoint version {str(metadata.get('version'))[:20]}, this release reads {FORMAT_VERSION}; "
            "update the node pack or the checkpoint."
        )
    if "config" not in metadata:
        raise InputError(f"{file} lacks its configuration; fetch the checkpoint again.")
    config = parse(metadata["config"], f"The configuration in {file}")
    if not isinstance(config, dict) or not all(isinstance(part, dict) for part in config.values()):
        raise InputError(f"The configuration in {file} is not one object for each part; fetch the checkpoint again.")
    if unknown := sorted(set(config) - set(PARTS)):
        raise InputError(f"{file} has an unknown part {shown(unknown[0])}; update the node pack.")
    if strange := sorted(name for name in names if name.partition(".")[0] not in config):
        raise InputError(f"{file} has a tensor {shown(strange[0])} of no part in its configuration; fetch it again.")
    return config


def from_tensors(tensors: Mapping[str, Tensor], metadata: Mapping[str, str], path: str | Path) -> Checkpoint:
    """Sort the tensors of the file `path` into parts and add those of the file that it shares with others."""
    path = Path(path)
    config = _configuration(metadata, tensors, path.name)
    parts: dict[str, dict[str, Tensor]] = {part: {} for part in config}
    for key, tensor in tensors.items():
        check_finite(tensor, f"{path.name}: {key}", "these weights are spoiled, fetch the checkpoint again")
        part, _, rest = key.partition(".")
        parts[part][rest] = tensor
    if metadata.get("shared"):
        more = _shared(path, metadata["shared"])
        config, parts = {**more.config, **config}, {**more.tensors, **parts}
    return Checkpoint(config, parts)


def find_shared(path: Path, name: str = SHARED) -> Path | None:
    """The file `name` that the checkpoint `path` shares with others: beside it, or else with the package."""
    return next((folder / name for folder in (path.parent, WEIGHTS) if (folder / name).is_file()), None)


def _shared(path: Path, name: str) -> Checkpoint:
    found = find_shared(path, check_shared_name(name, path))
    if not found:
        raise InputError(f"The checkpoint {path.name} needs {name}, which is not beside it; fetch both again.")
    tensors, metadata = _opened(found)
    if metadata.get("shared"):
        raise InputError(f"{name}, which {path.name} shares, shares another file in turn; fetch both again.")
    return from_tensors(tensors, metadata, found)


def check_shared_name(name: str, path: Path) -> str:
    """The name, if it is that of another .safetensors file in the folder of the checkpoint `path`."""
    if Path(name).suffix != ".safetensors" or set(name) & set("/\\:\0") or name.startswith("."):
        raise InputError(f"The shared file {shown(name)} of {path.name} is no plain name; use one like {SHARED}.")
    if name.casefold() == path.name.casefold():
        raise InputError(f"{path.name} names itself as the file that it shares; give the two different names.")
    return name


def merge(paths: Iterable[str | Path], out: str | Path, dtype: torch.dtype = torch.bfloat16, shared: str = "") -> None:
    """Join files with different parts into one; a later file adds to an earlier one, or replaces modules of its parts.
    A part that shares some modules with the earlier one and brings others is another network, and replaces it.

    shared: if given, all but the Diffusion Transformer goes to a file of that name beside `out`; where there is nothing
    else, that file must be there already, and is left as it is.
    """
    if shared:
        check_shared_name(shared, Path(out))
    if Path(out).suffix != ".safetensors":
        raise InputError(f"The output {out} is no checkpoint; end it in .safetensors.")
    check_target(out, "the output ")
    config: dict[str, dict[str, Any]] = {}
    tensors: dict[str, dict[str, Tensor]] = {}
    for path in paths:
        checkpoint = load_checkpoint(path)
        for part, state in checkpoint.tensors.items():
            config[part] = checkpoint.config[part]
            new, known = _modules(state), _modules(tensors.get(part, {}))
            left = {} if new & known and new - known else tensors.get(part, {})
            tensors[part] = {name: left[name] for name in left if not _modules([name]) & new} | dict(state)
    parts = {part: (config[part], tensors[part]) for part in config}
    if shared:
        rest, beside = {part: parts.pop(part) for part in list(parts) if part != "dit"}, Path(out).parent / shared
        if rest:
            save_checkpoint(beside, rest, dtype)
        elif not beside.is_file():
            raise InputError(f"{beside} is not there and the files given have no part for it; add the other parts.")
    save_checkpoint(out, parts, dtype, shared)


def _modules(names: Iterable[str]) -> set[str]:
    """The modules that tensors belong to."""
    return {name.partition(".")[0] for name in names}
