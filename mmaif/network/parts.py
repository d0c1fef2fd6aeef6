"""The parts of a checkpoint: which configuration and which network each is, and the one way to load them."""

from typing import Any

from torch import nn

from ..checkpoint import Checkpoint
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


def part_config(checkpoint: Checkpoint, name: str) -> Any:
    """The configuration of the part `name`; raises InputError where the checkpoint lacks it or holds another kind."""
    kind, _ = PARTS[name]
    return build(kind, checkpoint.require(name).config[name], f"the checkpoint's {name}")


def load_part(checkpoint: Checkpoint, name: str, operations: Any = nn) -> Any:
    """The network `name`, built with the layers of `operations`, frozen and in the precision of the file."""
    _, network = PARTS[name]
    return fill(network(part_config(checkpoint, name), operations=operations), checkpoint, name, keep_precision=False)


def fill(module: nn.Module, checkpoint: Checkpoint, name: str, keep_precision: bool = True) -> Any:
    """The module with the tensors of the part `name` in it, frozen; in its own precision or in that of the file."""
    tensors = checkpoint.tensors[name]
    try:
        module.load_state_dict(upgrade_dit(tensors) if name == "dit" else tensors, assign=not keep_precision)
    except RuntimeError as error:
        raise InputError(f"The checkpoint's {name} does not fit this release; update one of them.") from error
    return module.eval().requires_grad_(False)
