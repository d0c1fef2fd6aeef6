"""The parts of a checkpoint: which configuration and which network each is, and the one way to load them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from ..checkpoint import Checkpoint
from ..checks import shown
from ..configuration import build
from ..errors import InputError
from .autoencoder import Autoencoder, AutoencoderConfig
from .diagnosis import Diagnosis, DiagnosisConfig
from .dit import DiTConfig, FusionDiT
from .repair import RepairConfig, SourceRepair
from .text import TextConfig, TextEncoder
from .upgrade import upgrade_dit

# name -> configuration, network
PARTS: dict[str, tuple[type, type[nn.Module]]] = {
    "dit": (DiTConfig, FusionDiT),
    "autoencoder": (AutoencoderConfig, Autoencoder),
    "text": (TextConfig, TextEncoder),
    "diagnosis": (DiagnosisConfig, Diagnosis),
    "repair": (RepairConfig, SourceRepair),
}


MOST_WIDE, MOST_DEEP = 1 << 20, 64  # what a configuration may say of a size, and of how often something is repeated
REPEATED = ("depth", "blocks", "phases", "experts", "heads", "top_k", "patch")


def part_config(checkpoint: Checkpoint, name: str) -> Any:
    """The configuration of the part `name`, if its network can be built of the tensors in the checkpoint: InputError
    where the part is missing or of another kind, or its shapes are others. Only shapes are looked at."""
    kind, network = PARTS[name]
    config = build(kind, checkpoint.require(name).config[name], f"the checkpoint's {name}")
    _check_sizes(asdict(config), f"the checkpoint's {name}")
    try:
        with torch.device("meta"):
            wanted = network(config).state_dict()
    except InputError:
        raise
    except Exception as error:  # layers raise what they like for shapes that cannot be
        reason = shown(str(error), 120)
        raise InputError(f"The configuration of the checkpoint's {name} describes no network: {reason}.") from error
    _check_shapes(wanted, _tensors(checkpoint, name), name)
    return config


def _check_sizes(values: Mapping[str, Any], where: str) -> None:
    """Raise InputError for a size that no network has, before anybody tries to build one."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            _check_sizes(value, f"{where}.{name}")
            continue
        most = MOST_DEEP if name.endswith(REPEATED) else MOST_WIDE
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, (int, float)) and not 0 <= one <= most:
                raise InputError(f"{where}.{name} is {shown(one)}; no checkpoint goes beyond 0 to {most}.")
        if isinstance(value, tuple) and len(value) > MOST_DEEP:
            raise InputError(f"{where}.{name} has {len(value)} values; no checkpoint has more than {MOST_DEEP}.")


def _check_shapes(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], name: str) -> None:
    """Raise InputError unless the tensors of the part `name` are those that its configuration asks for."""
    for key in sorted(wanted.keys() | given.keys()):
        if key not in given or key not in wanted:
            fault = "is missing" if key not in given else "belongs to nothing"
        elif wanted[key].shape != given[key].shape:
            fault = f"is {list(given[key].shape)} and should be {list(wanted[key].shape)}"
        else:
            continue
        raise InputError(
            f"The checkpoint's {name} does not fit its configuration: {shown(key, 80)} {fault}; "
            "fetch the checkpoint again, or update the node pack."
        )


def _tensors(checkpoint: Checkpoint, name: str) -> Mapping[str, Tensor]:
    """The tensors of the part `name` under the names of today."""
    tensors = checkpoint.tensors[name]
    if name != "dit":
        return tensors
    try:
        return upgrade_dit(tensors)
    except Exception as error:  # shapes of no release
        raise InputError(f"The checkpoint's {name} has shapes of no release; fetch it again.") from error


def load_part(checkpoint: Checkpoint, name: str, operations: Any = nn) -> Any:
    """The network `name`, built with the layers of `operations`, frozen and in the precision of the file."""
    _, network = PARTS[name]
    return fill(network(part_config(checkpoint, name), operations=operations), checkpoint, name, keep_precision=False)


def fill(module: nn.Module, checkpoint: Checkpoint, name: str, keep_precision: bool = True) -> Any:
    """The module with the tensors of the part `name` in it, frozen; in its own precision or in that of the file."""
    try:
        module.load_state_dict(_tensors(checkpoint, name), assign=not keep_precision)
    except RuntimeError as error:
        raise InputError(f"The checkpoint's {name} does not fit this release; update one of them.") from error
    return module.eval().requires_grad_(False)
