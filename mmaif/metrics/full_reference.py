"""Full-reference measures between a picture and its ground truth, float [B, C, H, W] in 0..1."""

import torch
import torch.nn.functional as F
from torch import Tensor


def psnr(image: Tensor, reference: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB per picture, [B]; peak 1, infinite for identical pictures."""
    error = (image.float() - reference.float()).square().flatten(1).mean(1)
    return -10 * torch.log10(error)


def ssim(image: Tensor, reference: Tensor) -> Tensor:
    """Structural similarity per picture, [B], at most 1 (Wang et al. 2004).

    As published: an 11-tap Gaussian window with sigma 1.5, K1 = 0.01, K2 = 0.03, windows that lie fully
    inside the picture; channels are averaged.
    """
    channels = image.shape[1]
    offsets = torch.arange(11, dtype=torch.float64, device=image.device) - 5
    taps = torch.exp(-offsets.square() / (2 * 1.5**2))
    taps = taps / taps.sum()

    def blur(x: Tensor) -> Tensor:
        x = F.conv2d(x, taps.view(1, 1, 1, -1).expand(channels, 1, 1, -1), groups=channels)
        return F.conv2d(x, taps.view(1, 1, -1, 1).expand(channels, 1, -1, 1), groups=channels)

    x, y = image.double(), reference.double()  # variances are small differences of large means
    mean_x, mean_y = blur(x), blur(y)
    var_x = blur(x * x) - mean_x.square()
    var_y = blur(y * y) - mean_y.square()
    covariance = blur(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    structure = (2 * covariance + c2) / (var_x + var_y + c2)
    return (luminance * structure).flatten(1).mean(1).float()
