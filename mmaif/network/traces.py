"""Numbers in which faults of a picture show: its tones, details, specks, blocks, spectrum and stripes.

Two in three are logarithms, so that noise twice as strong is one step more; none grows with the size of the picture.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..images import luminance

LEAST = 64  # a smaller picture is padded to this side
FEW = 1 << 14  # of more values than these, every n-th counts for a quantile
TILE = 64  # of the spectrum, and of these half overlap
RINGS = (0.03, 0.08, 0.14, 0.2, 0.27, 0.35, 0.43, 0.5, 0.71)  # borders, in cycles per pixel
WEDGES = 8
BLOCK = 8  # of JPEG
SCALES, COLOR_SCALES = 4, 2
SPECK = 5  # widest, at each of three scales
COUNT = 404  # of the numbers


def traces(picture: Tensor) -> Tensor:
    """[3, H, W] in 0..1, of any size -> [COUNT] in float32, on the CPU: the same of every device."""
    rgb = picture.float().cpu()
    height, width = rgb.shape[-2:]
    rgb = F.pad(rgb[None], (0, max(0, LEAST - width), 0, max(0, LEAST - height)), "replicate")
    gray = luminance(rgb)
    blue, red = rgb[:, 2:] - gray, rgb[:, :1] - gray
    found = [_tones(rgb, gray), _details(gray, SCALES), _details(blue, COLOR_SCALES), _details(red, COLOR_SCALES)]
    found += [_blocks(plane, turned) for plane in (gray, blue, red) for turned in (False, True)]
    return torch.cat([*found, _specks(gray), _spectrum(gray), _stripes(gray)])


def _quantiles(values: Tensor, at: Sequence[float]) -> Tensor:
    flat = values.flatten()
    flat = flat[:: math.ceil(flat.numel() / FEW)]
    return flat.quantile(torch.tensor(at))


def _tones(rgb: Tensor, gray: Tensor) -> Tensor:
    """Of brightness, dark channel (He et al., CVPR 2009), bright channel and saturation; what is clipped."""
    dark = -F.max_pool2d(-rgb.amin(1, keepdim=True), 15, 4, 7)
    bright = F.max_pool2d(rgb.amax(1, keepdim=True), 15, 4, 7)
    clipped = torch.stack([(gray < 4 / 255).float().mean(), (gray > 251 / 255).float().mean()])
    return torch.cat(
        [
            _quantiles(gray, (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)),
            _quantiles(dark, (0.05, 0.5, 0.95)),
            _quantiles(bright, (0.05, 0.5, 0.95)),
            _quantiles(rgb.amax(1) - rgb.amin(1), (0.25, 0.5, 0.9)),
            (clipped + 1e-3).log(),
            gray.std()[None],
        ]
    )


def _details(plane: Tensor, scales: int) -> Tensor:
    """Of the Haar bands of each scale: how strong they are, and how strong where they are weakest - the noise."""
    found = []
    for _ in range(scales):
        a, b, c, d = F.pixel_unshuffle(plane[..., : plane.shape[-2] // 2 * 2, : plane.shape[-1] // 2 * 2], 2)[0]
        for band in (a - b - c + d, a - b + c - d, a + b - c - d):
            band = band[None] / 2
            local = F.avg_pool2d(band.square(), 4)
            found.append((_quantiles(band.abs(), (0.1, 0.25, 0.5, 0.75, 0.9, 0.98)) + 1e-3).log())
            found.append((_quantiles(local, (0.02, 0.1, 0.3)) + 1e-6).log() / 2)
            tails = (band**4).mean() + 1e-8, band.square().mean() + 1e-4
            found.append((tails[0].log() - 2 * tails[1].log())[None])
        plane = (a + b + c + d)[None, None] / 4
    return torch.cat(found)


def _specks(gray: Tensor) -> Tensor:
    """Of what is narrow and bright, and narrow and dark (top-hats of Meyer, 1979), on three scales: how much there is;
    and to which side details lean. Rain and snow are bright."""
    found = []
    for _ in range(3):
        for plane in (gray, -gray):
            eroded = -F.max_pool2d(-plane, SPECK, 1, SPECK // 2)
            hat = plane - F.max_pool2d(eroded, SPECK, 1, SPECK // 2)
            found.append((_quantiles(hat, (0.5, 0.9, 0.98, 0.995)) + 1e-3).log())
        fine = gray - F.avg_pool2d(gray, SPECK, 1, SPECK // 2, count_include_pad=False)
        lean = (fine**3).mean() / (fine.square().mean() + 1e-6) ** 1.5
        found.append((lean.sign() * lean.abs().sqrt())[None])
        gray = F.avg_pool2d(gray, 2)
    return torch.cat(found)


def _blocks(plane: Tensor, turned: bool) -> Tensor:
    """How far the steps at one of eight columns (rows) stand out (after Wang, Sheikh and Bovik, ICIP 2002), on the mean
    and the median of the picture, as steps and as what they exceed their neighbours by."""
    plane = plane.mT if turned else plane
    steps = plane.diff(dim=-1).abs()
    beyond = (steps - F.avg_pool2d(steps, (1, 3), 1, (0, 1))).clamp_min(0)
    found = []
    for values in (steps, beyond):
        columns = values.mean((0, 1, 2))
        phases = columns[: len(columns) // BLOCK * BLOCK].unflatten(0, (-1, BLOCK))
        for phase in (phases.mean(0), phases.median(0).values):
            ranked = (phase.sort().values + 1e-5).log()
            found += [ranked[-1] - ranked[BLOCK // 2 - 1], ranked[-1] - ranked[-2]]
    return torch.stack(found)


def _spectrum(gray: Tensor) -> Tensor:
    """Power in rings and wedges of frequency: blur, what was enlarged, and the direction of motion and rain."""
    window = torch.hann_window(TILE)
    tiles = F.unfold(gray - gray.mean(), TILE, stride=TILE // 2)[0].T.unflatten(1, (TILE, TILE))
    power = torch.fft.fft2(tiles * window[:, None] * window).abs().square().mean(0)
    y, x = torch.meshgrid(*[torch.fft.fftfreq(TILE)] * 2, indexing="ij")
    ring = torch.bucketize((x.square() + y.square()).sqrt(), torch.tensor(RINGS), right=True) - 1
    wedge = ((torch.atan2(y, x) / math.pi * WEDGES + 0.5).floor() % WEDGES).long()
    inside = (ring >= 0) & (ring < len(RINGS) - 1)
    where = (ring * WEDGES + wedge)[inside]
    sums = torch.zeros(WEDGES * (len(RINGS) - 1)).index_add(0, where, power[inside])
    counts = torch.bincount(where, minlength=len(sums))
    return (sums / counts.clamp_min(1) + 1e-4).log()


def _stripes(gray: Tensor) -> Tensor:
    """Steps between the means of neighbouring columns, and rows: mean and median."""
    steps = [gray[0, 0].mean(along).diff().abs() for along in (0, 1)]
    return (torch.stack([value for s in steps for value in (s.mean(), s.median())]) + 1e-4).log()
