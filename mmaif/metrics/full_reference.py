"""Full-reference measures between a picture and its ground truth, float [B, C, H, W] in 0..1."""

import torch
from torch import Tensor

from .windows import gaussian, halve, moments, per_picture

TAPS = gaussian(11, 1.5)
C1, C2 = 0.01**2, 0.03**2
SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def psnr(image: Tensor, reference: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB per picture, [B]; peak 1, infinite for identical pictures."""
    error = (image.float() - reference.float()).square().flatten(1).mean(1)
    return -10 * torch.log10(error)


def ssim(image: Tensor, reference: Tensor) -> Tensor:
    """Structural similarity per picture, [B], at most 1 (Wang et al. 2004); needs 11 px.

    As published: an 11-tap Gaussian window with sigma 1.5, K1 = 0.01, K2 = 0.03, windows that lie fully
    inside the picture; channels are averaged.
    """
    luminance, structure = _similarity(image.double(), reference.double())
    return per_picture(luminance * structure)


def ms_ssim(image: Tensor, reference: Tensor) -> Tensor:
    """Multi-scale structural similarity per picture, [B], 0..1 (Wang, Simoncelli and Bovik 2003); needs 161 px.

    As the authors' code: five scales with 2x2 means between them, luminance at the coarsest only, the
    published exponents, the structure of a scale averaged before its power is taken (0 if negative).
    Each channel by itself, then their mean; the paper has gray pictures only.
    """
    x, y = image.double(), reference.double()
    product = 1.0
    for scale, exponent in enumerate(SCALES, 1):
        luminance, structure = _similarity(x, y)
        quality = structure if scale < len(SCALES) else luminance * structure
        product = product * quality.mean((-2, -1)).clamp(min=0) ** exponent
        x, y = halve(x), halve(y)
    return per_picture(product)


def _similarity(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The luminance term and the contrast-structure term of SSIM, maps."""
    local = moments(x, y, TAPS)
    luminance = (2 * local.mean_x * local.mean_y + C1) / (local.mean_x.square() + local.mean_y.square() + C1)
    structure = (2 * local.cov + C2) / (local.var_x + local.var_y + C2)
    return luminance, structure
