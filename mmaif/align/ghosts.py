"""What moves between the frames of a stack is taken from one frame, the reference, at each frame's own exposure.

What a frame should show follows from the reference by a curve for each channel, read off all pixels that lie on each
other: it is right where the scene keeps still, however the frames are exposed. Where a frame shows another thing, by
more than noise, blur and a pixel of misregistration explain, the curve's value takes its place.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .edges import edges
from .estimate import reduced

BINS = 48  # of a curve
SIDE = 720  # px, longer side of the copies that are compared
BEYOND = {"mef": 0.05, "mff": 0.09}  # difference that noise explains, beside what the curve leaves open
SOFT = {"mef": 0.002, "mff": 0.015}  # sigma of the blur before comparing, share of the longer side: focus is no motion
SMALLEST = 0.0004  # share of the picture that moves at least: smaller things are edges
MOST = 0.4  # share of the picture above which it is another scene, light or focus, not motion
SAME = 0.45  # correlation of edges from which a region shows the same thing
FEW = 12  # pixels of a bin that say something
MANY = 0.002  # share of all pixels from which a channel has its own value there
CALM = 0.6  # share of pixels that keep still if the common curve is right


@dataclass(frozen=True)
class Curve:
    """What a frame shows where the reference has a value: middle and spread [C, BINS], by even steps of 0..1."""

    middle: Tensor
    spread: Tensor

    def __call__(self, reference: Tensor, table: Tensor | None = None) -> Tensor:
        """The frame [1, C, H, W] as it should look by the reference [1, C, H, W]."""
        table = self.middle if table is None else table
        place = reference.clamp(0, 1) * (BINS - 1)
        low = place.floor().clamp_max(BINS - 2)
        part, low = place - low, low.long()
        channels = zip(table, low.unbind(1), part.unbind(1), strict=True)
        return torch.stack([row[at] + (row[at + 1] - row[at]) * share for row, at, share in channels], 1)


def curve(reference: Tensor, frame: Tensor, where: Tensor) -> Curve:
    """The curve from the reference to the frame, [1, C, H, W] each, by the pixels of `where` [H, W].

    All channels share a first curve, which tells what moves; without that each channel gets its own where enough of
    its pixels have a value, the common one elsewhere, and beyond all values a straight line to black or white.
    """
    still, moving = reference[0][:, where], frame[0][:, where]  # [C, n]
    first = Curve(*(row.expand(len(still), -1) for row in _whole(*_binned(still, moving))))
    error, bound = (moving - _looked_up(first.middle, still)).abs(), 0.06 + 2 * _looked_up(first.spread, still)
    calm = (error < bound).all(0)
    if float(calm.float().mean()) > CALM:
        still, moving = still[:, calm], moving[:, calm]
    together = _binned(still, moving)
    enough = max(FEW, MANY * still.shape[1])
    rows = []
    for each, seen in zip(still[:, None], moving[:, None], strict=True):
        own = _binned(each, seen)
        rows.append(_whole(*(torch.where(own[2] >= enough, a, b) for a, b in zip(own, together, strict=True))))
    return Curve(*(torch.stack(each) for each in zip(*rows, strict=True)))


def _looked_up(tables: Tensor, values: Tensor) -> Tensor:
    """tables [C, BINS] at values [C, n]."""
    return Curve(tables, tables)(values[None, ..., None])[0, ..., 0]


def _binned(still: Tensor, moving: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """By the values of `still` [C, n]: median of `moving` [C, n], 1.5 times the median distance from it (NaN each where
    there are too few pixels), and how many there are: [BINS] each."""
    order, moving = (still.clamp(0, 1) * (BINS - 1)).round().long().flatten(), moving.flatten()
    middle, spread = torch.full((BINS,), torch.nan), torch.full((BINS,), torch.nan)
    counts = torch.bincount(order, minlength=BINS).float()
    for index, values in enumerate(moving[order.argsort()].split(counts.long().tolist())):
        if len(values) >= FEW:
            middle[index] = values.median()
            off = (values - middle[index]).abs()
            # black and white of the reference may be anything darker or brighter
            spread[index] = off.quantile(0.9) if index in (0, BINS - 1) else off.median() * 1.5
    return middle, spread, counts


def _whole(middle: Tensor, spread: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Bins [BINS] without the NaN: rising, by straight lines, and through black and white beyond the ends."""
    known = middle.isfinite().nonzero()[:, 0].tolist()
    if not known:
        return torch.linspace(0, 1, BINS), torch.ones(BINS)
    at, rising, wide = known, _rising(middle[known], counts[known]), spread[known]
    if at[-1] < BINS - 1:
        end = torch.maximum(rising[-1:], _beyond(known, rising))
        at, rising, wide = [*at, BINS - 1], torch.cat([rising, end]), torch.cat([wide, wide[-1:]])
    if at[0] > 0:
        at, rising, wide = [0, *at], torch.cat([rising.new_zeros(1), rising]), torch.cat([wide[:1], wide])
    return _lines(at, rising), _lines(at, wide)


def _rising(values: Tensor, weights: Tensor) -> Tensor:
    """The nearest values [n] that never fall: neighbours in the wrong order share their weighted mean."""
    runs: list[list[float]] = []  # mean, weight, length
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        runs.append([value, weight, 1])
        while len(runs) > 1 and runs[-2][0] > runs[-1][0]:
            mean, much, length = runs.pop()
            before = runs[-1]
            before[0] = (before[0] * before[1] + mean * much) / (before[1] + much)
            before[1], before[2] = before[1] + much, before[2] + length
    return torch.tensor([mean for mean, _, length in runs for _ in range(int(length))])


def _beyond(known: list[int], middle: Tensor) -> Tensor:
    """The value [1] at white by the ratio at the last bin that is known: an exposure multiplies."""
    return (middle[-1:] * (BINS - 1) / max(known[-1], 1)).clamp(0, 1)


def _lines(at: list[int], values: Tensor) -> Tensor:
    """Values at some bins, the first and the last among them, -> all BINS of them, by straight lines."""
    places, stops = torch.arange(BINS), torch.tensor(at)
    right = torch.searchsorted(stops, places).clamp_max(len(at) - 1)
    left = (right - 1).clamp_min(0)
    gap = (stops[right] - stops[left]).clamp_min(1)
    return values[left] + (values[right] - values[left]) * ((places - stops[left]) / gap).clamp(0, 1)


def moved(reference: Tensor, frame: Tensor, fit: Curve, where: Tensor, task: str) -> Tensor:
    """Where the frame [1, C, H, W] shows another thing than the reference: soft, [1, 1, H, W] in 0..1.

    where: bool [H, W], what the frame shows at all.
    """
    size = reference.shape[-2:]
    still, moving = reduced(reference, SIDE), reduced(frame, SIDE)
    seen = F.interpolate(where[None, None].float(), still.shape[-2:], mode="bilinear", antialias=True) > 0.99
    longer = max(still.shape[-2:])
    sigma = max(0.8, SOFT[task] * longer)
    reach = 2 * round(sigma) + 1 if task == "mff" else 3
    expected, open_to = blurred(fit(still), sigma), blurred(fit(still, fit.spread), sigma)
    moving = blurred(moving, sigma)
    over = moving - F.max_pool2d(expected, reach, 1, reach // 2)
    under = -F.max_pool2d(-expected, reach, 1, reach // 2) - moving
    excess = torch.maximum(over, under) / (BEYOND[task] + 2 * open_to)
    excess = excess.amax(1, keepdim=True) * seen
    mask = regions(excess, max(3, round(0.006 * longer) | 1))
    if float(mask.mean()) > MOST:
        mask = torch.zeros_like(mask)
    mask = unlike(mask, edges(still, False), edges(reduced(frame, SIDE), False))
    soft = blurred(mask, max(1.0, 0.003 * longer))
    return F.interpolate(soft, size, mode="bilinear", align_corners=False)


def regions(excess: Tensor, radius: int) -> Tensor:
    """Whole things out of excess [1, 1, H, W], 1 at the bound: seeds that fill a window, grown over what is half as
    sure and a little beyond. 0 or 1."""
    core = F.avg_pool2d((excess > 1).float(), radius, 1, radius // 2) > 0.6
    core = core.float()
    if float(core.mean()) < SMALLEST:
        return torch.zeros_like(core)
    likely = (F.avg_pool2d((excess > 0.5).float(), 3, 1, 1) > 0.4).float()
    grown = core
    for _ in range(4 * radius):
        wider = torch.maximum(grown, F.max_pool2d(grown, 3, 1, 1) * likely)
        if torch.equal(wider, grown):
            break
        grown = wider
    closed = -F.max_pool2d(-F.max_pool2d(grown, 2 * radius + 1, 1, radius), 2 * radius + 1, 1, radius)
    return F.max_pool2d(closed, 5, 1, 2)


def unlike(mask: Tensor, still: Tensor, moving: Tensor) -> Tensor:
    """The mask [1, 1, H, W] without the regions in which both pictures, given by their edges [1, 2, H, W], show the
    same thing in other colours: a camera may draw saturated ones by a curve of their own."""
    if not bool(mask.any()):
        return mask
    labels = labelled(mask)
    wide = F.max_pool2d(labels, 5, 1, 2).long()[0, 0]
    product, left, right = ((a * b).sum(1)[0] for a, b in ((still, moving), (still, still), (moving, moving)))
    sums = [torch.bincount(wide.flatten(), each.flatten(), int(wide.max()) + 1) for each in (product, left, right)]
    same = sums[0] / (sums[1] * sums[2]).sqrt().clamp_min(1e-9) > SAME
    return mask * ~same[labels.long()]


def labelled(mask: Tensor) -> Tensor:
    """The connected parts of a mask [1, 1, H, W] of 0 and 1 as numbers from 1, 0 outside; found on a quarter of the
    size, so that parts a few pixels from each other are one."""
    small = F.max_pool2d(mask, 4, 4, ceil_mode=True)
    labels = torch.arange(1.0, small.numel() + 1).view_as(small) * small
    while True:
        wider = F.max_pool2d(labels, 3, 1, 1) * small
        if torch.equal(wider, labels):
            break
        labels = wider
    numbers = labels.unique(return_inverse=True)[1].view_as(labels).float()
    numbers = numbers + (1 if bool(small.all()) else 0)
    return F.interpolate(numbers, scale_factor=4, mode="nearest")[..., : mask.shape[-2], : mask.shape[-1]] * mask


def blurred(image: Tensor, sigma: float) -> Tensor:
    """[B, C, H, W] through a Gaussian, the border drawn out."""
    reach = max(1, round(2.5 * sigma))
    reach = min(reach, min(image.shape[-2:]) - 1)
    tap = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2).to(image)
    tap = (tap / tap.sum()).expand(image.shape[1], 1, 1, -1)
    image = F.conv2d(F.pad(image, (reach, reach, 0, 0), mode="replicate"), tap, groups=image.shape[1])
    return F.conv2d(F.pad(image, (0, 0, reach, reach), mode="replicate"), tap.mT, groups=image.shape[1])
