"""Numbers in which faults of a picture show: its tones, details, specks, ridges, blocks, spectrum and stripes.

Two in three are logarithms, so that noise twice as strong is one step more; none grows with the size of the picture.
"""

import math
from collections.abc import Sequence

import numpy as np
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
CELL = 16  # px, side of the squares in which bright ridges are compared with dark ones
COUNT = 536  # of the numbers


def traces(picture: Tensor) -> Tensor:
    """[3, H, W] in 0..1, of any size -> [COUNT] in float32, on the CPU: the same of every device."""
    rgb = picture.float().cpu()
    height, width = rgb.shape[-2:]
    rgb = F.pad(rgb[None], (0, max(0, LEAST - width), 0, max(0, LEAST - height)), "replicate")
    gray = luminance(rgb)
    blue, red = rgb[:, 2:] - gray, rgb[:, :1] - gray
    found = [_tones(rgb, gray), _details(gray, SCALES), _details(blue, COLOR_SCALES), _details(red, COLOR_SCALES)]
    found += [_blocks(plane, turned) for plane in (gray, blue, red) for turned in (False, True)]
    return torch.cat([*found, _specks(gray), _spectrum(gray), _stripes(gray), _ridges(gray)])


def _quantiles(values: Tensor, at: Sequence[float]) -> Tensor:
    """[..., H, W] -> [..., Q] of each plane, in a tenth of the time of `Tensor.quantile`."""
    planes = values.flatten(-2)
    ranked = np.sort(planes[..., :: math.ceil(planes.shape[-1] / FEW)].numpy())
    place = np.asarray(at, np.float32) * np.float32(ranked.shape[-1] - 1)
    below = place.astype(int)
    low, high = ranked[..., below], ranked[..., np.minimum(below + 1, ranked.shape[-1] - 1)]
    return torch.from_numpy(low + (high - low) * (place - below).astype(np.float32))


def _tones(rgb: Tensor, gray: Tensor) -> Tensor:
    """Of brightness, dark channel (He et al., CVPR 2009), bright channel and saturation; what is clipped."""
    dark = -F.max_pool2d(-rgb.amin(1, keepdim=True), 15, 4, 7)
    bright = F.max_pool2d(rgb.amax(1, keepdim=True), 15, 4, 7)
    clipped = torch.stack([(gray < 4 / 255).float().mean(), (gray > 251 / 255).float().mean()])
    return torch.cat(
        [
            _quantiles(gray[0, 0], (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)),
            _quantiles(dark[0, 0], (0.05, 0.5, 0.95)),
            _quantiles(bright[0, 0], (0.05, 0.5, 0.95)),
            _quantiles(rgb[0].amax(0) - rgb[0].amin(0), (0.25, 0.5, 0.9)),
            (clipped + 1e-3).log(),
            gray.std()[None],
        ]
    )


def _details(plane: Tensor, scales: int) -> Tensor:
    """Of the Haar bands of each scale: how strong they are, and how strong where they are weakest - the noise."""
    found = []
    for _ in range(scales):
        a, b, c, d = F.pixel_unshuffle(plane[..., : plane.shape[-2] // 2 * 2, : plane.shape[-1] // 2 * 2], 2)[0]
        bands = torch.stack([a - b - c + d, a - b + c - d, a + b - c - d]) / 2
        power = bands.square()
        strong = (_quantiles(bands.abs(), (0.1, 0.25, 0.5, 0.75, 0.9, 0.98)) + 1e-3).log()
        weak = (_quantiles(F.avg_pool2d(power, 4), (0.02, 0.1, 0.3)) + 1e-6).log() / 2
        tails = (power.square().mean((1, 2)) + 1e-8).log() - 2 * (power.mean((1, 2)) + 1e-4).log()
        found.append(torch.cat([strong, weak, tails[:, None]], 1).flatten())
        plane = (a + b + c + d)[None, None] / 4
    return torch.cat(found)


def _specks(gray: Tensor) -> Tensor:
    """Of what is narrow and bright, and narrow and dark (top-hats of Meyer, 1979), on three scales: how much there is;
    and to which side details lean. Rain and snow are bright."""
    found = []
    for _ in range(3):
        for plane in (gray, -gray):
            hat = plane - _highest(-_highest(-plane))
            found.append((_quantiles(hat[0, 0], (0.5, 0.9, 0.98, 0.995)) + 1e-3).log())
        fine = gray - F.avg_pool2d(gray, SPECK, 1, SPECK // 2, count_include_pad=False)
        lean = (fine**3).mean() / (fine.square().mean() + 1e-6) ** 1.5
        found.append((lean.sign() * lean.abs().sqrt())[None])
        gray = F.avg_pool2d(gray, 2)
    return torch.cat(found)


def _highest(plane: Tensor) -> Tensor:
    """[1, 1, H, W] -> the highest value of the 5 x 5 px (`SPECK`) around each, in a tenth of the time of a pooling."""
    for _ in range(2):
        padded = F.pad(plane, (2, 2), value=-math.inf)
        two = torch.maximum(padded[..., 1:], padded[..., :-1])
        four = torch.maximum(two[..., 2:], two[..., :-2])
        plane = torch.maximum(four[..., 1:], padded[..., :-4]).mT
    return plane


def _blocks(plane: Tensor, turned: bool) -> Tensor:
    """How far the steps at one of eight columns (rows) stand out (after Wang, Sheikh and Bovik, ICIP 2002), on the mean
    and the median of the picture, as steps and as what they exceed their neighbours by."""
    plane = plane.mT if turned else plane
    steps = plane.diff(dim=-1).abs()
    padded = F.pad(steps, (1, 1))
    beyond = (steps - (padded[..., :-2] + steps + padded[..., 2:]) / 3).clamp_min(0)
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


def _ridges(gray: Tensor) -> Tensor:
    """Of thin lines and of dots, bright ones and dark ones, on three scales (eigenvalues of the Hessian; Steger, PAMI
    1998): how strong they are, how far lines run one way and which, and how much brighter than dark they are from
    square to square. Rain is bright lines that run one way, snow bright dots, and both lie over calm skies too."""
    found = []
    for _ in range(3):
        plane = F.avg_pool2d(F.pad(gray, (1, 1, 1, 1), "replicate"), 2, 1)
        plane = F.pad(F.avg_pool2d(plane, 2, 1), (1, 1, 1, 1), "replicate")
        middle = plane[..., 1:-1, 1:-1]
        across = plane[..., 1:-1, 2:] + plane[..., 1:-1, :-2] - 2 * middle
        down = plane[..., 2:, 1:-1] + plane[..., :-2, 1:-1] - 2 * middle
        skew = (plane[..., 2:, 2:] + plane[..., :-2, :-2] - plane[..., 2:, :-2] - plane[..., :-2, 2:]) / 4
        mean, half = (across + down) / 2, (across - down) / 2
        radius = torch.hypot(half, skew)
        way = torch.stack([half, skew]) / (radius + 1e-6)  # cosine and sine of twice the angle
        cells = []
        for sign in (-1, 1):  # bright, dark
            line = (sign * mean + radius - (sign * mean - radius).abs()).clamp_min(0)
            dot = (sign * mean - radius).clamp_min(0)
            found.append((_quantiles(line[0, 0], (0.8, 0.95, 0.99)) + 1e-3).log())
            found.append((_quantiles(dot[0, 0], (0.97, 0.99, 0.998)) + 1e-3).log())
            for weight in (line, line.square()):
                run = (sign * way * weight).mean((1, 2, 3, 4)) / (weight.mean() + 1e-7)
                found.append(torch.cat([run, run.norm()[None]]))
            cells += [(F.max_pool2d(each, CELL)[0, 0] + 1e-3).log() for each in (line, dot)]
        line, dot, dark_line, dark_dot = cells
        compared = torch.stack([line - dark_line, dot - dark_dot, line, dot])
        found.append(_quantiles(compared, (0.1, 0.3, 0.5, 0.7, 0.9)).flatten())
        gray = F.avg_pool2d(gray, 2)
    return torch.cat(found)
