"""Measures of fused and restored pictures, by name in METRICS.

Pictures are float [B, C, H, W] in 0..1, C 1 or 3; sources [B, N, C, H, W]; every measure gives one float32 per
picture, [B]. PSNR, SSIM and MS-SSIM average over the channels, the colour measures use them jointly, and the
fusion measures look at Rec. 601 luma in 0..255, as the papers' tables do. HaarPSI and GMSD stand for the perceptual
measures: LPIPS and DISTS need network weights that come with no package.
"""

from .full_reference import psnr, ssim
from .registry import MAIN, METRICS, Metric, measure, pick

__all__ = ["MAIN", "METRICS", "Metric", "measure", "pick", "psnr", "ssim"]
