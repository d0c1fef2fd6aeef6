"""Random draws that depend on a seed, or on the item seed and the operator name, and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from numbers import Integral
from typing import TypeVar

import torch
from torch import Tensor

from ..errors import InputError

Picked = TypeVar("Picked")


class Stream:
    """Random numbers of one seed. They are drawn on the CPU and moved to `device`, so a GPU sees the same ones."""

    def __init__(self, seed: int, device: torch.device | str = "cpu") -> None:
        self.generator = torch.Generator().manual_seed(int(seed) % 2**63)
        self.device = torch.device(device)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """One number in [low, high)."""
        return low + (high - low) * torch.rand((), generator=self.generator).item()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.uniform() < probability

    def choice(self, count: int) -> int:
        """One integer in 0 .. count - 1."""
        return int(torch.randint(count, (), generator=self.generator))

    def pick(self, *options: tuple[Picked, float]) -> Picked:
        """One of (thing, share); the shares sum to 1."""
        ticket = self.uniform()
        for thing, share in options:
            ticket -= share
            if ticket < 0:
                return thing
        return options[-1][0]

    def uniforms(self, *shape: int) -> Tensor:
        """Numbers in [0, 1) of the given shape."""
        return torch.rand(*shape, generator=self.generator).to(self.device)

    def normals(self, *shape: int) -> Tensor:
        """Standard normal numbers of the given shape."""
        return torch.randn(*shape, generator=self.generator).to(self.device)

    def planes(self, channels: int, height: int, width: int) -> Tensor:
        """Standard normal `[channels, height, width]`; the first planes do not depend on how many follow."""
        return torch.stack([self.normals(height, width) for _ in range(channels)])


class Draws(Stream):
    """The stream of random numbers that one operator uses on one picture.

    The stream is a function of `(seed, name)` only, so the same rain falls on both sources of a scene, on the
    clean target, alone or in a batch, whatever other operators ran before.
    """

    def __init__(self, seed: int, name: str, device: torch.device | str = "cpu") -> None:
        # hash() of a str changes from run to run; a cryptographic digest does not
        digest = hashlib.blake2b(f"{int(seed)}/{name}".encode(), digest_size=4).digest()
        super().__init__(int.from_bytes(digest, "little"), device)


def item_seeds(seed: int | Sequence[int], count: int) -> list[int]:
    """One seed per picture: `seed + i` from one integer, or the given `count` seeds."""
    seeds = [seed + i for i in range(count)] if isinstance(seed, Integral) else list(seed)
    if len(seeds) != count:
        raise InputError(f"seed has {len(seeds)} values for {count} pictures; give one integer or one each.")
    return [int(s) for s in seeds]
