"""False colours of a thermal camera back to gray, by the curve that they lie on.

Whatever its name (ironbow, rainbow, lava, inferno ...), a palette is a curve through the colours, and its maker spaces
it so that equal steps of temperature look about equally far apart. So the curve is found in the picture itself: colours
are gathered in boxes, the shortest way through the boxes that avoids long leaps is the curve, and a pixel's gray is how
far along the curve it lies, measured in CIE Lab (eight made palettes: 24 to 31 dB to the true gray, 20 to 33 with RGB
instead). A photo fails the test, since its colours fill space. The darker end is cold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .colour import srgb_to_lab

BOX = 12  # levels of 256 a side of a box of colours
MOST_BOXES = 500  # more than any curve runs through, JPEG's blur of colours included
RARE = 2e-4  # share of the pixels below which a box is noise
NEAR = 0.06  # distance from the curve, of 1, within which smooth parts lie; 3.5 times that at edges, where JPEG blurs
SMOOTHER = (1.0, 0.75, 0.5)  # shares of the pixels, from the smoothest on, that the curve is sought in
ON_CURVE = 0.95  # share of the pixels that must be that near
# What sets a palette apart from a photo of one mood, in CIE Lab: chroma that it reaches, and degrees of hue that its
# colours of some chroma take up. Eight made palettes reach 73 and 41 or more; of 625 photos 23 lie on a curve, and none
# of these comes to 60 and 30.
VIVID, HUES, SOME_CHROMA = 55, 35, 25
TINTED = 0.1  # largest minus smallest channel from which a picture has a colour at all
_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Curve:
    """Points [M, 3] in 0..1 from cold to hot, and their places [M] along the curve in 0..1."""

    points: np.ndarray
    places: np.ndarray

    def of(self, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Colours [K, 3] -> their places [K] on the curve and their distances [K] from it."""
        place, least = np.zeros(len(colours), np.float32), np.full(len(colours), np.inf, np.float32)
        for start, end, a, b in zip(self.points[:-1], self.points[1:], self.places[:-1], self.places[1:], strict=True):
            along = end - start
            share = np.clip((colours - start) @ along / max(float(along @ along), 1e-9), 0, 1)
            away = np.linalg.norm(colours - start - share[:, None] * along, axis=1)
            nearer = away < least
            place[nearer], least[nearer] = (a + share * (b - a))[nearer], away[nearer]
        return place, least


def find_curve(picture: np.ndarray, tints: bool = False) -> Curve | None:
    """The palette of a picture [H, W, 3] in 0..1; None for a photo, for gray, and, without `tints`, for one hue.

    All pixels are tried, then the smoother ones alone: JPEG blurs colours at edges, but what is hot may be all edges.
    """
    step = max(1, int((picture.shape[0] * picture.shape[1] / 250_000) ** 0.5))
    pixels, slopes = _pixels(picture[::step, ::step].astype(np.float32))
    if float(np.quantile(np.ptp(pixels, 1), 0.99)) < TINTED:
        return None
    for share in SMOOTHER:
        smooth = pixels if share == 1 else pixels[slopes <= np.quantile(slopes, share)]
        curve = _curve_of(smooth, tints)
        if curve is not None and _lie_on(curve, smooth, NEAR) and _lie_on(curve, pixels, 3.5 * NEAR):
            return curve
    return None


def _curve_of(pixels: np.ndarray, tints: bool) -> Curve | None:
    """The curve through colours [K, 3], whether they lie on it or not; None if it cannot be a palette's."""
    centres, shares = _boxes(pixels)
    if not 8 <= len(centres) <= MOST_BOXES:
        return None
    points = _smoothed(centres[_longest_way(centres)], centres, shares)
    if len(points) < 5 or not (tints or _many_hues(points)):
        return None
    if points[-1] @ _WEIGHTS < points[0] @ _WEIGHTS:
        points = points[::-1]
    return Curve(points, _places(points))


def _lie_on(curve: Curve, pixels: np.ndarray, near: float) -> bool:
    """Whether nearly all colours [K, 3] are that near to the curve."""
    away = curve.of(pixels[:: max(1, len(pixels) // 20_000)])[1]
    return float((away < near).mean()) >= ON_CURVE


def along_curve(picture: np.ndarray, curve: Curve) -> np.ndarray:
    """Gray [H, W] in 0..1 of a picture [H, W, 3]: how far along the curve each pixel lies."""
    colours = (np.clip(picture, 0, 1) * 255).round().astype(np.uint32)
    packed = (colours[..., 0] << 16) | (colours[..., 1] << 8) | colours[..., 2]
    unique, where = np.unique(packed, return_inverse=True)
    each = np.stack([unique >> 16, (unique >> 8) & 255, unique & 255], -1).astype(np.float32) / 255
    return curve.of(each)[0][where].reshape(packed.shape)


def _many_hues(points: np.ndarray) -> bool:
    """Whether the colours [M, 3] in sRGB are as vivid, and of as many hues, as those of palettes."""
    lab = srgb_to_lab(points)
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    hue = np.sort(hue[chroma > SOME_CHROMA])
    if len(hue) < 2 or chroma.max() < VIVID:
        return False
    return 360 - float(np.diff(hue, append=hue[0] + 360).max()) > HUES


def _places(points: np.ndarray) -> np.ndarray:
    """How far along the curve each of the points [M, 3] in sRGB lies, 0..1, by what the eye sees."""
    lengths = np.linalg.norm(np.diff(srgb_to_lab(points), axis=0), axis=1)
    return np.concatenate([[0], np.cumsum(lengths) / lengths.sum()]).astype(np.float32)


def _pixels(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pixels [K, 3] of a picture [H, W, 3], and how steep it is at each [K]."""
    down = np.abs(np.diff(picture, axis=0, append=picture[-1:])).max(-1)
    right = np.abs(np.diff(picture, axis=1, append=picture[:, -1:])).max(-1)
    return picture.reshape(-1, 3), (down + right).reshape(-1)


def _boxes(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels [K, 3] gathered in boxes of colours: mean colours [M, 3] and shares [M] of those that are not rare."""
    box = (pixels * (255 / BOX)).astype(np.int64)
    _, where, count = np.unique(box @ np.array([1 << 20, 1 << 10, 1]), return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(where, pixels[:, c]) for c in range(3)], -1)
    kept = count >= max(2, RARE * len(pixels))
    return (sums[kept] / count[kept, None]).astype(np.float32), count[kept] / len(pixels)


def _longest_way(centres: np.ndarray) -> list[int]:
    """The boxes along the curve: the longest of the shortest ways, where long leaps cost most."""
    cost = ((centres[:, None] - centres[None]) ** 2).sum(-1) ** 1.5
    start = int(np.argmin(centres @ _WEIGHTS))
    for _ in range(2):  # from the far end of the far end
        start = int(np.argmax(_shortest(cost, start)[0]))
    total, before = _shortest(cost, start)
    way = [int(np.argmax(total))]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    return way


def _shortest(cost: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Dijkstra on a full matrix [M, M]: the cost of the shortest way from `start` to each, and the one before it."""
    count = len(cost)
    total, before, open_ = np.full(count, np.inf), np.full(count, start), np.ones(count, bool)
    total[start] = 0
    for _ in range(count):
        here = int(np.argmin(np.where(open_, total, np.inf)))
        open_[here] = False
        through = total[here] + cost[here]
        better = open_ & (through < total)
        total[better], before[better] = through[better], here
    return total, before


def _smoothed(points: np.ndarray, centres: np.ndarray, shares: np.ndarray, rounds: int = 3) -> np.ndarray:
    """The way through single boxes drawn to the middle of all boxes beside it."""
    for _ in range(rounds):
        if len(points) < 5:
            break
        nearest = ((centres[:, None] - points[None]) ** 2).sum(-1).argmin(1)
        weight = np.bincount(nearest, shares, len(points))
        mean = np.stack([np.bincount(nearest, shares * centres[:, c], len(points)) for c in range(3)], -1)
        points = np.where(weight[:, None] > 0, mean / np.maximum(weight, 1e-12)[:, None], points)
        inner = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
        points = np.concatenate([points[:1], inner, points[-1:]]).astype(np.float32)
    return points
