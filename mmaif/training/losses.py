"""Losses that more than one stage minimises."""

from torch import Tensor


def charbonnier(error: Tensor) -> Tensor:
    """Mean of sqrt(error^2 + 1e-6): absolute error, smooth at zero (Charbonnier et al. 1994)."""
    return (error.square() + 1e-6).sqrt().mean()
