"""From a network to a fused latent: one regression pass, or integrating the flow from noise.

The flow runs along the straight path z_t = (1 - t) z_fused + t noise, t from 1 to 0, with velocity
dz/dt = noise - z_fused (the sign ComfyUI and Flux use; the paper's runs the other way). Nothing here knows
the network beyond a callable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from .checks import check_choice, check_number, check_seed, check_whole
from .progress import StepProgress

Velocity = Callable[[Tensor, Tensor], Tensor]  # (z_t [B, C, h, w], t [B]) -> dz/dt
Time = TypeVar("Time", float, Tensor)
MAX_STEPS = 1000
LEAST_SHIFT = 0.01  # below, all steps but the first would lie at the picture


@dataclass(frozen=True)
class FlowSampling:
    """How to integrate a flow network; a regression network needs none of it.

    steps: 1 to 1000. seed: of the noise; every picture of a batch starts from the noise it would have alone.
    sampler: euler, or heun (second order, twice the work). shift: above 1 more of the steps lie near the noise than the
    network's own shift puts there, below 1 fewer.
    guidance: 1 follows the prompt, more exaggerates what it changes against an empty one (at twice the work).
    noise_device: cpu, whose noise is the same on every machine, or the network's own ("device").
    """

    steps: int = 4
    seed: int = 0
    sampler: str = "euler"
    shift: float = 1.0
    guidance: float = 1.0
    noise_device: str = "cpu"

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be sampled."""
        check_whole(self.steps, "steps", 1, MAX_STEPS)
        check_seed(self.seed)
        check_choice(self.sampler, "sampler", tuple(SAMPLERS))
        check_choice(self.noise_device, "noise_device", ("cpu", "device"))
        check_number(self.shift, "shift", LEAST_SHIFT, 100)
        check_number(self.guidance, "guidance", 0, 100)

    @property
    def passes(self) -> int:
        """How often a flow network is run."""
        return (2 * self.steps - 1 if self.sampler == "heun" else self.steps) * (1 if self.guidance == 1 else 2)

    def start(self, shape: tuple[int, ...], device: torch.device) -> Tensor:
        """The noise [B, C, h, w], float32, on `device`."""
        return noise(shape, self.seed, device if self.noise_device == "device" else torch.device("cpu")).to(device)

    def integrate(
        self, velocity: Velocity, z: Tensor, own_shift: float = 1.0, progress: StepProgress | None = None
    ) -> Tensor:
        """From the noise to the fused latent; `own_shift` is the network's, and shifts multiply."""
        return SAMPLERS[self.sampler](velocity, z, schedule(self.steps, self.shift * own_shift), progress)


def schedule(steps: int, shift: float = 1.0) -> list[float]:
    """steps + 1 times from 1 down to 0; shift > 1 spends more of them near the noise (Esser et al. 2024)."""
    if steps < 1:
        raise ValueError(f"steps {steps} must be at least 1.")
    return [shifted(1 - i / steps, shift) for i in range(steps + 1)]


def shifted(time: Time, shift: float) -> Time:
    """A time in 0..1, or a tensor of them, moved towards the noise (Esser et al. 2024)."""
    return shift * time / (1 + (shift - 1) * time)


def euler(velocity: Velocity, z: Tensor, times: list[float], progress: StepProgress | None = None) -> Tensor:
    """First-order integration of dz/dt over `times`."""
    for i, (now, then) in enumerate(zip(times, times[1:], strict=False)):
        z = z + (then - now) * velocity(z, z.new_full((len(z),), now))
        if progress:
            progress(i + 1, len(times) - 1)
    return z


def heun(velocity: Velocity, z: Tensor, times: list[float], progress: StepProgress | None = None) -> Tensor:
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


def guided(said: Velocity, unsaid: Velocity, guidance: float) -> Velocity:
    """What the prompt changes in the velocity, times `guidance` (classifier-free guidance, Ho and Salimans 2022). The
    empty prompt needs no training of its own: it fuses and repairs nothing."""
    if guidance == 1:
        return said

    def velocity(z: Tensor, time: Tensor) -> Tensor:
        return torch.lerp(unsaid(z, time), said(z, time), guidance)

    return velocity


def noise(shape: tuple[int, ...], seed: int, device: torch.device | str = "cpu") -> Tensor:
    """Standard normal [B, ...], the same for every picture, so that a batch gets what each would get alone and a film
    does not flicker."""
    generator = torch.Generator(device).manual_seed(seed)
    return torch.randn((1, *shape[1:]), generator=generator, device=device).repeat(shape[0], *(1 for _ in shape[1:]))


SAMPLERS = {"euler": euler, "heun": heun}
