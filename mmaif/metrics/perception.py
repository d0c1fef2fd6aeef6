"""Qcb, a fusion measure by a model of human contrast vision."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .windows import luma, slide


def qcb(image: Tensor, sources: Tensor) -> Tensor:
    """Q_CB, 0..1, higher is better, 1 for identical pictures (Chen and Blum 2009).

    Fused [B, C, H, W] and sources [B, N, C, H, W] in 0..1 -> [B], on luma. Filtering by contrast sensitivity (a
    difference of Gaussians over frequency), local contrast, masking, and the smaller over the larger contrast,
    weighted by the salience of each source. Constants as in Z. Liu's public code, which is followed too where
    it is more definite than the paper: each picture is first stretched to 0..255 and rounded.
    """
    pictures = torch.cat([luma(image)[:, None], luma(sources)], 1)  # [B, 1 + N, H, W]
    contrast = _masked_contrast(_see(_stretch(pictures)))
    fused, given = contrast[:, :1], contrast[:, 1:]
    larger = torch.maximum(fused, given)
    kept = torch.where(larger > 0, torch.minimum(fused, given) / larger.clamp(min=1e-300), 1.0)
    salience = given.square() + 1e-30  # the same for all where there is nothing to see
    salience = salience / salience.sum(1, keepdim=True)
    return (salience * kept).sum(1).mean((-2, -1)).float()


def _stretch(gray: Tensor) -> Tensor:
    low, high = gray.amin((-2, -1), keepdim=True), gray.amax((-2, -1), keepdim=True)
    return torch.where(high > low, 255 * (gray - low) / (high - low).clamp(min=1e-9), gray).round()


def _see(gray: Tensor) -> Tensor:
    """Filter by contrast sensitivity, the picture taken to span as many degrees as it has frequencies / 15."""
    height, width = gray.shape[-2:]
    v = torch.fft.fftfreq(height, 1 / height, dtype=torch.float64, device=gray.device)[:, None] / 15
    u = torch.fft.rfftfreq(width, 1 / width, dtype=torch.float64, device=gray.device)[None] / 15
    squared = u.square() + v.square()
    sensitivity = torch.exp(-squared / 15.3870**2) - 0.7622 * torch.exp(-squared / 1.3456**2)
    return torch.fft.irfft2(torch.fft.rfft2(gray) * sensitivity, s=(height, width))


def _masked_contrast(seen: Tensor) -> Tensor:
    """|C|^3 / (C^2 + 0.0001) of the local contrast C = (narrow mean) / (wide mean) - 1."""
    padded = F.pad(seen, (15, 15, 15, 15))
    narrow, wide = (slide(padded, _bell(sigma)) for sigma in (2.0, 4.0))
    contrast = (narrow / wide - 1).abs()
    return contrast**3 / (contrast.square() + 1e-4)


def _bell(sigma: float) -> list[float]:
    """31 taps of a Gaussian density: its true, not its truncated sum is 1."""
    offsets = torch.arange(-15, 16, dtype=torch.float64)
    return (torch.exp(-offsets.square() / (2 * sigma**2)) / (sigma * (2 * torch.pi) ** 0.5)).tolist()
