"""The processes of a training: one alone, or those that `accelerate launch` started, which share their gradients."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import InputError

Losses = dict[str, Tensor]


def rank() -> int:
    """The number of this process among those that were started together; 0 where it runs alone."""
    return int(os.environ.get("RANK", 0))


def processes() -> int:
    """How many were started together."""
    return int(os.environ.get("WORLD_SIZE", 1))


class Step(nn.Module):
    """A stage's step as the forward pass of a module that owns the weights: what accelerate wants to wrap. Of the
    losses only "loss" has gradients."""

    def __init__(self, module: nn.Module, step: Callable[[int], Losses]):
        super().__init__()
        self.module, self.step = module, step

    def forward(self, index: int) -> Losses:
        losses = self.step(index)
        return {name: value if name == "loss" else value.detach() for name, value in losses.items()}


class Alone:
    """One process: nothing is shared."""

    def __init__(self, module: nn.Module, step: Callable[[int], Losses]):
        self.step = Step(module, step)

    def backward(self, loss: Tensor) -> None:
        """Add to the gradients."""
        loss.backward()

    def unshared(self) -> AbstractContextManager[Any]:
        """Inside, gradients are added up and not shared yet."""
        return nullcontext()

    def mean(self, value: float) -> float:
        """A number averaged over all processes."""
        return value

    def leave(self) -> None:
        """End the sharing, when the last of them is done."""


class Together(Alone):
    """One of several processes: accelerate gives all of them the first one's weights and averages their gradients."""

    def __init__(self, module: nn.Module, step: Callable[[int], Losses]):
        accelerate = _accelerate()
        # A step may leave out weights, such as a half that no picture of its batch asks for.
        options = accelerate.DistributedDataParallelKwargs(find_unused_parameters=True)
        # The steps choose their own precision, see `loop.mixed_precision`.
        self.accelerator = accelerate.Accelerator(
            cpu=not torch.cuda.is_available(), mixed_precision="no", kwargs_handlers=[options]
        )
        self.step = self.accelerator.prepare(Step(module, step))

    def backward(self, loss: Tensor) -> None:
        self.accelerator.backward(loss)

    def unshared(self) -> AbstractContextManager[Any]:
        return self.accelerator.no_sync(self.step)

    def mean(self, value: float) -> float:
        number = torch.tensor(value, dtype=torch.float32, device=self.accelerator.device)
        return self.accelerator.reduce(number, "mean").item()

    def leave(self) -> None:
        self.accelerator.wait_for_everyone()  # who goes while others still speak to it makes them abort
        self.accelerator.end_training()


def join(module: nn.Module, step: Callable[[int], Losses]) -> Alone:
    """This process with the others of its training, if there are any."""
    return (Together if processes() > 1 else Alone)(module, step)


def _accelerate() -> Any:
    try:
        import accelerate
    except ImportError as error:
        raise InputError(
            'Training in several processes needs accelerate; install it with pip install "mmaif-image-fusion[train]".'
        ) from error
    return accelerate
