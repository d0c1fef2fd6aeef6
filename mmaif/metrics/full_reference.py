"""Full-reference measures between a picture and its ground truth, float [B, C, H, W] in 0..1."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .windows import gaussian, halve, luma, moments, per_picture

TAPS = gaussian(11, 1.5)
C1, C2 = 0.01**2, 0.03**2
SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


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


def gmsd(image: Tensor, reference: Tensor) -> Tensor:
    """Gradient magnitude similarity deviation, 0 (ideal) .. 0.5, lower is better, [B] (Xue, Zhang, Mou and Bovik 2014).

    How unevenly edges have changed, which the eye minds most. As the authors' code: luma in 0..255 at half size,
    Prewitt gradients with zeros around the picture, c = 170, the sample deviation of the map.
    """
    strengths = []
    for gray in (luma(image), luma(reference)):
        x = F.pad(halve(gray), (1, 1, 1, 1))
        down = x[..., :-2, :] + x[..., 1:-1, :] + x[..., 2:, :]
        across = x[..., :-2] + x[..., 1:-1] + x[..., 2:]
        strengths.append(torch.hypot(down[..., 2:] - down[..., :-2], across[..., 2:, :] - across[..., :-2, :]) / 3)
    return _alike(*strengths, 170).flatten(1).std(1).float()


def haarpsi(image: Tensor, reference: Tensor) -> Tensor:
    """Haar wavelet perceptual similarity index, 0..1, higher is better, [B] (Reisenhofer, Bosse et al. 2018).

    As the authors' code with its constants: YIQ in 0..255 at half size, zeros around the picture. The two fine
    Haar scales say where edges are alike, the third how much a place counts; colour counts like a third direction.
    Gray pictures have no colour term, as in the paper.
    """
    pictures = [image.double(), reference.double()]
    planes = [halve(255 * (picture if picture.shape[1] == 1 else _yiq(picture))) for picture in pictures]
    ours, theirs = (_haar(x[:, 0]) for x in planes)  # each: scale -> [B, 2, H, W]
    likeness = (_alike(ours[0], theirs[0], 30) + _alike(ours[1], theirs[1], 30)) / 2
    weights = torch.maximum(ours[2], theirs[2])
    if planes[0].shape[1] == 3:
        colour = _alike(*(_window_sums(x[:, 1:], 2).abs() / 4 for x in planes), 30).mean(1, keepdim=True)
        likeness = torch.cat([likeness, colour], 1)
        weights = torch.cat([weights, weights.mean(1, keepdim=True)], 1)
    weights = weights + 1e-9  # flat pictures: all places count the same
    pooled = (torch.sigmoid(4.2 * likeness) * weights).flatten(1).sum(1) / weights.flatten(1).sum(1)
    return (torch.logit(pooled) / 4.2).square().float()


def _alike(x: Tensor, y: Tensor, constant: float) -> Tensor:
    """1 where both are equal, towards 0 where one is much smaller."""
    return (2 * x * y + constant) / (x.square() + y.square() + constant)


def _yiq(image: Tensor) -> Tensor:
    return torch.einsum("ij, bjhw -> bihw", torch.tensor(YIQ, dtype=image.dtype, device=image.device), image)


def _haar(gray: Tensor) -> list[Tensor]:
    """Strength of both directions of the Haar wavelets of 2, 4 and 8 px: [B, H, W] -> three times [B, 2, H, W]."""
    return [torch.stack([_wavelet(gray, side), _wavelet(gray.mT, side).mT], 1).abs() for side in (2, 4, 8)]


def _wavelet(gray: Tensor, side: int) -> Tensor:
    """Left half minus right half of every window, over `side`, zeros around the picture: same size."""
    half = side // 2
    halves = _sums(_sums(F.pad(gray, (half - 1, half, half - 1, half)).mT, side).mT, half)
    return (halves[..., :-half] - halves[..., half:]) / side


def _window_sums(x: Tensor, side: int) -> Tensor:
    """Sums over windows of an even side, zeros around the picture: same size."""
    half = side // 2
    return _sums(_sums(F.pad(x, (half - 1, half, half - 1, half)), side).mT, side).mT


def _sums(x: Tensor, length: int) -> Tensor:
    """Sums of `length` neighbours along the last axis."""
    return sum(x[..., start : x.shape[-1] - length + 1 + start] for start in range(length))
