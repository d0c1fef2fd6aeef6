"""Measures of fused and restored pictures."""

from .full_reference import psnr, ssim

__all__ = ["psnr", "ssim"]
