"""One .safetensors file <-> the modules, with every configuration in its metadata.

Tensors are named `part.name`, the parts being autoencoder, text, diagnosis and dit. The metadata holds `format`
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
from safetensors.torch import save_file
from torch import Tensor

from .errors import InputError
from .files import written_whole

FORMAT_VERSION = "1"
WEIGHTS = Path(__file__).parent / "weights"
SHARED = "shared.safetensors"
Parts = Mapping[str, tuple[Any, Mapping[str, Tensor]]]


def shipped() -> list[str]:
    """Names of the checkpoints that come with the package."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors") if path.name != SHARED)


def checkpoint_path(name_or_path: str | Path) -> Path:
    """A shipped name or a file -> its path; raises InputError for neither."""
    if str(name_or_path) in shipped():
        return WEIGHTS / f"{name_or_path}.safetensors"
    if Path(name_or_path).suffix != ".safetensors":
        raise InputError(f"No model {str(name_or_path)!r}; use {', '.join(shipped())} or a .safetensors file.")
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
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    config = {part: asdict(c) if is_dataclass(c) else dict(c) for part, (c, _) in parts.items()}
    tensors = {
        f"{part}.{name}": tensor.detach().to("cpu", dtype or tensor.dtype).contiguous()
        for part, (_, state) in parts.items()
        for name, tensor in state.items()
    }
    metadata = {"format": "mmaif", "version": FORMAT_VERSION, "config": json.dumps(config)}
    if shared:
        metadata["shared"] = shared
    with written_whole(path, SafetensorError) as partial:
        save_file(tensors, partial, metadata)


def load_checkpoint(path: str | Path) -> Checkpoint:
    """Read `path`; raises InputError when it is missing, damaged, or not one of ours."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"The checkpoint {path} does not exist; check the name or the path.")
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise InputError(f"The checkpoint {path} is damaged ({error}); fetch it again.") from error
    return from_tensors(tensors, metadata, path)


def from_tensors(tensors: Mapping[str, Tensor], metadata: Mapping[str, str], path: str | Path) -> Checkpoint:
    """Sort the tensors of the file `path` into parts and add those of the file that it shares with others."""
    name = Path(path).name
    if metadata.get("format") != "mmaif":
        raise InputError(f"{name} is not an MMAIF checkpoint; choose one made for this node pack.")
    if metadata.get("version") != FORMAT_VERSION:
        raise InputError(
            f"{name} has checkpoint version {metadata.get('version')}, this release reads {FORMAT_VERSION}; "
            "update the node pack or the checkpoint."
        )
    config = json.loads(metadata["config"])
    parts: dict[str, dict[str, Tensor]] = {part: {} for part in config}
    for key, tensor in tensors.items():
        part, _, rest = key.partition(".")
        parts[part][rest] = tensor
    if metadata.get("shared"):
        more = _shared(Path(path), metadata["shared"])
        config, parts = {**more.config, **config}, {**more.tensors, **parts}
    return Checkpoint(config, parts)


def find_shared(path: Path, name: str = SHARED) -> Path | None:
    """The file `name` that the checkpoint `path` shares with others: beside it, or else with the package."""
    return next((folder / name for folder in (path.parent, WEIGHTS) if (folder / name).is_file()), None)


def _shared(path: Path, name: str) -> Checkpoint:
    if found := find_shared(path, name):
        return load_checkpoint(found)
    raise InputError(f"The checkpoint {path.name} needs {name}, which is not beside it; fetch both again.")


def merge(paths: Iterable[str | Path], out: str | Path, dtype: torch.dtype = torch.bfloat16, shared: str = "") -> None:
    """Join files with different parts into one; a later file adds to or replaces an earlier one's tensors.

    shared: if given, all but the Diffusion Transformer goes to a file of that name beside `out`; where there is nothing
    else, that file must be there already, and is left as it is.
    """
    config: dict[str, dict[str, Any]] = {}
    tensors: dict[str, dict[str, Tensor]] = {}
    for path in paths:
        checkpoint = load_checkpoint(path)
        for part, state in checkpoint.tensors.items():
            config[part] = checkpoint.config[part]
            tensors.setdefault(part, {}).update(state)
    parts = {part: (config[part], tensors[part]) for part in config}
    if shared:
        rest, beside = {part: parts.pop(part) for part in list(parts) if part != "dit"}, Path(out).parent / shared
        if rest:
            save_checkpoint(beside, rest, dtype)
        elif not beside.is_file():
            raise InputError(f"{beside} is not there and the files given have no part for it; add the other parts.")
    save_checkpoint(out, parts, dtype, shared)
