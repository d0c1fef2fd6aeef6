"""Weights of release 0.4.0 in the layout of today: the same function, so nothing has to be trained again for it."""

from collections.abc import Mapping

import torch
from torch import Tensor


def upgrade_dit(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of a FusionDiT of 0.4.0 -> those of the same network now; newer ones are returned as they are.

    Patches that did not overlap become a convolution with zeros at the rim, linear heads the middle of a convolution,
    and the experts of a mixture one wide product.
    """
    if tensors.get("mixer.embed.weight", torch.empty(0, 0, 0, 0)).ndim == 4:
        return dict(tensors)
    out = {name: tensor for name, tensor in tensors.items() if ".mixture." not in name}
    patch = round(len(tensors["mixer.pixel_score.weight"]) ** 0.5)
    for name in ("mixer.embed", "embed_noisy"):
        if f"{name}.weight" in out:
            out[f"{name}.weight"] = _overlapping(out[f"{name}.weight"], patch)
    out["mixer.pixel_score.weight"] = _middle(out["mixer.pixel_score.weight"])
    rows = out["mixer.embed.weight"].shape[1] * patch**2  # those of the latent come first
    for kind in ("weight", "bias"):
        out[f"head.{kind}"], out[f"features.{kind}"] = out[f"head.{kind}"].tensor_split([rows])
    out["head.weight"] = _middle(out["head.weight"])
    for mixture in sorted({name.split(".mixture.")[0] for name in tensors if ".mixture." in name}):
        part = {k.split(".mixture.")[1]: v for k, v in tensors.items() if k.startswith(f"{mixture}.mixture.")}
        out |= {f"{mixture}.mixture.{name}": tensor for name, tensor in _wide(part).items()}
    return out


def _overlapping(weight: Tensor, patch: int) -> Tensor:
    """A patch embedding [D, C p q] -> convolution [D, C, k, k] of stride `patch` that begins a pixel earlier."""
    side = patch + 1 + patch % 2
    wide = weight.new_zeros(len(weight), weight.shape[1] // patch**2, side, side)
    wide[:, :, 1 : 1 + patch, 1 : 1 + patch] = weight.unflatten(1, (-1, patch, patch))
    return wide


def _middle(weight: Tensor) -> Tensor:
    """A linear layer [O, I] -> convolution [O, I, 3, 3]."""
    wide = weight.new_zeros(*weight.shape, 3, 3)
    wide[..., 1, 1] = weight
    return wide


def _wide(part: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of a mixture with a shared GLU and a list of experts -> those of the wide product."""
    count = 1 + max(int(name.split(".")[1]) for name in part if name.startswith("experts."))
    units = ["shared", *(f"experts.{i}" for i in range(count))]
    out = {"router.weight": part["router.weight"]}
    for kind in ("weight", "bias"):
        pairs = [part[f"{unit}.gate_in.{kind}"].chunk(2) for unit in units]
        out[f"gate.{kind}"] = torch.cat([gate for gate, _ in pairs])
        out[f"value.{kind}"] = torch.cat([value for _, value in pairs])
    biases = torch.stack([part[f"{unit}.out.bias"] for unit in units[1:]], 1)
    out["out.weight"] = torch.cat([*(part[f"{unit}.out.weight"] for unit in units), biases], 1)
    out["out.bias"] = part["shared.out.bias"]
    return out
