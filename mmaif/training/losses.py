"""Losses that more than one stage minimises."""

from torch import Tensor


def charbonnier(error: Tensor) -> Tensor:
    """Mean of sqrt(error^2 + 1e-6): absolute error, smooth at zero (Charbonnier et al. 1994)."""
    return (error.square() + 1e-6).sqrt().mean()


def decibels(error: Tensor) -> Tensor:
    """The log of each sample's mean square error, averaged (as in NAFNet, Chen et al. 2022): PSNR as a loss, by
    which a nearly perfect sample still counts. error [B, ...]."""
    return (error.square().flatten(1).mean(1) + 1e-5).log().mean()


def latent_loss(predicted: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared plus mean absolute error: the first for what is far off, the second for what is close."""
    error = predicted - wanted
    return error.square().mean() + error.abs().mean()
