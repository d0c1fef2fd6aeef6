"""Pictures that several tests spoil, and how alike two pictures are."""

from __future__ import annotations

import torch


def scene(height: int = 72, width: int = 96, channels: int = 3, seed: int = 5) -> torch.Tensor:
    """A picture `[1, C, H, W]` with smooth shading, edges and texture, values in 0.03..0.97."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.linspace(0, 1, height)[:, None]
    x = torch.linspace(0, 1, width)
    layers = []
    for i in range(channels):
        shade = 0.5 + 0.35 * torch.sin(4 * x + i) * torch.cos(3 * y - i)
        edges = 0.25 * ((8 * x + 5 * y + i).floor() % 2) - 0.12
        layers.append(shade + edges + 0.08 * torch.randn(height, width, generator=generator))
    return torch.stack(layers)[None].clamp(0.03, 0.97)


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(-10 * torch.log10((a - b).square().mean()))
