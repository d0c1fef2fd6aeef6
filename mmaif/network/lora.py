"""Low-rank changes of a network's weights, in the key format of ComfyUI's own LoRA Loader.

For a layer `blocks.0.attention.qkv` of the transformer a file holds `diffusion_model.blocks.0.attention.qkv` with
`.lora_up.weight` [O, r], `.lora_down.weight` [r, I] (of a convolution [O, r, 1, 1] and [r, I, kh, kw]), `.alpha` and,
where a layer has one, `.diff_b` [O], what is added to its bias: W + strength * alpha / r * up down.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ..errors import InputError
from ..files import written_whole

PREFIX = "diffusion_model."
SMALLEST = 16  # layers with fewer inputs or outputs are left alone: at rank 8 they would not get smaller


class LoRA(nn.Module):
    """Low-rank changes of the linear layers and convolutions of a network, which itself stays as it is. New, they
    change nothing."""

    def __init__(self, network: nn.Module, rank: int = 8):
        super().__init__()
        self.names = [name for name, layer in network.named_modules() if _fits(layer)]
        self.rank = rank
        self.up, self.down, self.bias = nn.ParameterList(), nn.ParameterList(), nn.ParameterDict()
        for index, name in enumerate(self.names):
            layer = network.get_submodule(name)
            outputs, inputs, *kernel = layer.weight.shape
            self.up.append(torch.zeros(outputs, rank, *(1 for _ in kernel)))
            self.down.append(torch.randn(rank, inputs, *kernel) / layer.weight[0].numel() ** 0.5)
            if layer.bias is not None:
                self.bias[str(index)] = torch.zeros(outputs)

    def changes(self) -> dict[str, Tensor]:
        """Parameter of the network -> what is to be added to it."""
        changes = {}
        for index, (name, up, down) in enumerate(zip(self.names, self.up, self.down, strict=True)):
            change = up.flatten(1) @ down.flatten(1)
            changes[f"{name}.weight"] = change.view(len(up), *down.shape[1:])
            if str(index) in self.bias:
                changes[f"{name}.bias"] = self.bias[str(index)]
        return changes

    def changed(self, network: nn.Module) -> dict[str, Tensor]:
        """Parameters of the network with the changes, for `torch.func.functional_call`."""
        own = dict(network.named_parameters())
        return {name: own[name] + change.to(own[name]) for name, change in self.changes().items()}

    def save(self, path: str | Path, about: Mapping[str, str]) -> None:
        """Write the file that ComfyUI's LoRA Loader and `apply` read."""
        tensors = {}
        for index, (name, up, down) in enumerate(zip(self.names, self.up, self.down, strict=True)):
            tensors[f"{PREFIX}{name}.lora_up.weight"] = up
            tensors[f"{PREFIX}{name}.lora_down.weight"] = down
            tensors[f"{PREFIX}{name}.alpha"] = torch.tensor(float(self.rank))
            if str(index) in self.bias:
                tensors[f"{PREFIX}{name}.diff_b"] = self.bias[str(index)]
        tensors = {key: tensor.detach().cpu().float().contiguous() for key, tensor in tensors.items()}
        with written_whole(path, SafetensorError) as partial:
            save_file(tensors, partial, {"format": "pt", **about})


def _fits(layer: nn.Module) -> bool:
    plain = isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.groups == 1)
    return plain and min(layer.weight.shape[:2]) >= SMALLEST


@torch.no_grad()
def apply(network: nn.Module, path: str | Path, strength: float = 1.0) -> None:
    """Add the changes of a file to the weights of the transformer; InputError where it is no LoRA of this one."""
    try:
        with safe_open(path, "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise InputError(f"The LoRA {path} cannot be read ({error}); check the path.") from error
    own = dict(network.named_parameters())
    changes = _changes(tensors)
    for name, change in changes.items():
        if name not in own or own[name].shape != change.shape:
            raise InputError(f"The LoRA {path} is of another model: it changes {name}; use one made for this model.")
    if not changes:
        raise InputError(f"{path} holds no LoRA in ComfyUI's format; make one with finetune.")
    for name, change in changes.items():
        own[name] += strength * change.to(own[name])


def _changes(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    changes = {}
    for key, up in tensors.items():
        name = key.removeprefix(PREFIX)
        if key.endswith(".diff_b"):
            changes[f"{name.removesuffix('.diff_b')}.bias"] = up
        elif key.endswith(".lora_up.weight"):
            layer = key.removesuffix(".lora_up.weight")
            down = tensors[f"{layer}.lora_down.weight"]
            scale = tensors.get(f"{layer}.alpha", torch.tensor(float(len(down)))) / len(down)
            change = scale * (up.flatten(1) @ down.flatten(1))
            changes[f"{layer.removeprefix(PREFIX)}.weight"] = change.view(len(up), *down.shape[1:])
    return changes
