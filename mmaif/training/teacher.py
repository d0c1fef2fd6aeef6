"""taef1 (MIT, madebyollin): the tiny autoencoder whose latent space ours shares. Training and tests only."""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import Conv2d

from ..errors import InputError


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        conv = [Conv2d(64, 64, 3, padding=1) for _ in range(3)]
        self.conv = nn.Sequential(conv[0], nn.ReLU(), conv[1], nn.ReLU(), conv[2])

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.conv(x) + x)


class Clamp(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x / 3) * 3


def _down() -> list[nn.Module]:
    return [Conv2d(64, 64, 3, padding=1, stride=2, bias=False), Block(), Block(), Block()]


def _up() -> list[nn.Module]:
    return [Block(), Block(), Block(), nn.Upsample(scale_factor=2), Conv2d(64, 64, 3, padding=1, bias=False)]


def build_teacher() -> dict[str, nn.Module]:
    """The untrained encoder and decoder, in the layout of the files taef1_encoder and taef1_decoder."""
    return {
        "encoder": nn.Sequential(
            Conv2d(3, 64, 3, padding=1), Block(), *_down(), *_down(), *_down(), Conv2d(64, 16, 3, padding=1)
        ),
        "decoder": nn.Sequential(
            Clamp(),
            Conv2d(16, 64, 3, padding=1),
            nn.ReLU(),
            *_up(),
            *_up(),
            *_up(),
            Block(),
            Conv2d(64, 3, 3, padding=1),
        ),
    }


def load_teacher(folder: str | Path) -> tuple[nn.Module, nn.Module]:
    """The frozen encoder ([B, 3, H, W] in 0..1 -> scaled [B, 16, H/8, W/8]) and decoder (its inverse)."""
    parts = build_teacher()
    for name, module in parts.items():
        path = Path(folder) / f"taef1_{name}.safetensors"
        if not path.is_file():
            raise InputError(f"The teacher {path} is missing; point `teachers` in the config at its folder.")
        module.load_state_dict(load_file(path))
        module.float().eval().requires_grad_(False).to(memory_format=torch.channels_last)
    return parts["encoder"], parts["decoder"]
