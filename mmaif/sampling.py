"""From a network to a fused latent: one regression pass, or integrating the flow from noise.

The flow runs along the straight path z_t = (1 - t) z_fused + t noise, t from 1 to 0, with velocity
dz/dt = noise - z_fused (the sign ComfyUI and Flux use; the paper's runs the other way). Nothing here knows
the network beyond a callable.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor], Tensor]  # (z_t [B, C, h, w], t [B]) -> dz/dt
Progress = Callable[[int, int], None]


def schedule(steps: int, shift: float = 1.0) -> list[float]:
    """steps + 1 times from 1 down to 0; shift > 1 spends more of them near the noise (Esser et al. 2024)."""
    if steps < 1:
        raise ValueError(f"steps {steps} must be at least 1.")
    times = [1 - i / steps for i in range(steps + 1)]
    return [shift * t / (1 + (shift - 1) * t) for t in times]


def euler(velocity: Velocity, z: Tensor, times: list[float], progress: Progress | None = None) -> Tensor:
    """First-order integration of dz/dt over `times`."""
    for i, (now, then) in enumerate(zip(times, times[1:], strict=False)):
        z = z + (then - now) * velocity(z, z.new_full((len(z),), now))
        if progress:
            progress(i + 1, len(times) - 1)
    return z


def heun(velocity: Velocity, z: Tensor, times: list[float], progress: Progress | None = None) -> Tensor:
    """Second-order (trapezoid) integration, two evaluations a step but one for the last."""
    for i, (now, then) in enumerate(zip(times, times[1:], strict=False)):
        slope = velocity(z, z.new_full((len(z),), now))
        if then > 0:
            ahead = velocity(z + (then - now) * slope, z.new_full((len(z),), then))
            slope = (slope + ahead) / 2
        z = z + (then - now) * slope
        if progress:
            progress(i + 1, len(times) - 1)
    return z


def noise(shape: tuple[int, ...], seeds: list[int]) -> Tensor:
    """Standard normal [B, ...], one CPU generator per picture, so a batch gets what each would get alone."""
    return torch.stack([torch.randn(shape[1:], generator=torch.Generator().manual_seed(seed)) for seed in seeds])
