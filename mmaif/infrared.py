"""The infrared picture of a pair: found, freed of its palette, put second, fitted to the visible one, hot white."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .checks import check_choice, check_number
from .errors import InputError
from .images import luminance, tensor_of
from .reading import read_all
from .reading.palettes import Curve, along_curve, find_curve
from .tasks import detect_task, looks_gray

POLARITIES = ("auto", "white", "black")
SURE = 3.0  # logit from which an infrared picture is taken for black-hot without being told
SHAPES_DIFFER = 0.06  # share by which the shapes of two pictures may differ and still be stretched onto each other

# "The infrared is black-hot" as a clause of its own, and the bare words.
_HOT = r"(?P<not>(?:not|isn't|nicht|pas)\s+)?(?P<hot>black|white)[\s-]*hot\b"
_THERMAL = r"(?:infrared|thermal|ir|flir|heat|second)"
_CLAUSE = (
    rf"(?:\b(?:and|but|where|as|while)\s+)?(?:\b(?:the|my|this|its?)\s+)?\b{_THERMAL}(?:\s+\w+){{0,2}}\s+(?:is|are|was)"
)
_SAYS = re.compile(
    rf"(?:{_CLAUSE}\s+(?:in\s+)?)?(?:\bit\s+is\s+)?{_HOT}(?:\s+(?:mode|polarity|palette))?", re.IGNORECASE
)
_CHINESE = {"\u9ed1\u70ed": "black", "\u9ed1\u71b1": "black", "\u767d\u70ed": "white", "\u767d\u71b1": "white"}


@dataclass
class Pair:
    """Pictures [B, 3, H, W] each in the order that a network wants, where each was given, and what was done."""

    pictures: list[Tensor]
    order: list[int]
    infrared: int | None = None
    notes: list[str] = field(default_factory=list)


def said_polarity(prompt: str) -> tuple[str, str]:
    """What a prompt says of the infrared, "white", "black" or "auto" for nothing, and the prompt without that."""
    said = "auto"

    def noted(match: re.Match[str]) -> str:
        nonlocal said
        hot = match["hot"].lower()
        said = hot if not match["not"] else ("white" if hot == "black" else "black")
        return ""

    rest = _SAYS.sub(noted, prompt)
    for word, polarity in _CHINESE.items():
        if word in rest:
            rest, said = rest.replace(word, ""), polarity
    if said == "auto":
        return said, prompt
    rest = re.sub(r"\s*([,;.])(?:\s*[,;.])+", r"\1", re.sub(r"\s{2,}", " ", rest))
    return said, re.sub(r"\s+([,;.])", r"\1", rest).strip(" ,;.")


def arrange(pictures: Sequence[Tensor], names: Sequence[str], task: str = "auto", polarity: str = "auto") -> Pair:
    """Sources [B, 3, H, W] in 0..1 of one scene each -> the same, with an infrared one as the network wants it.

    Of two sources for "vif", or for "auto" where they prove to be such a pair, the infrared one is the one in false
    colours, else the one that is gray beside colours, else the second. polarity "black": dark is hot in it.
    """
    check_choice(polarity, "polarity", POLARITIES)
    pair = Pair(list(pictures), list(range(len(pictures))))
    if len(pictures) == 2 and task in ("auto", "vif"):
        _find(pair, names, task)
    if len(pictures) == 1 and polarity == "black":
        pair.infrared = 0
    if pair.infrared is None:
        return pair
    seen = polarity == "auto" and len(pictures) == 2 and looks_black_hot(*_visible_first(pair))
    if seen or polarity == "black":
        pair.pictures[pair.infrared] = 1 - pair.pictures[pair.infrared]
        how = "looks black-hot and was inverted (polarity white leaves it)" if seen else "black-hot, inverted"
        pair.notes.append(f"{names[pair.infrared]}: {how}")
    if pair.infrared == 0 and len(pictures) == 2:
        pair.pictures, pair.order, pair.infrared = pair.pictures[::-1], [1, 0], 1
        pair.notes.append(f"{names[0]} is the infrared one and was taken as the second")
    return pair


def looks_black_hot(visible: Tensor, infrared: Tensor) -> bool:
    """Whether dark is hot in an infrared picture, beside the visible one, [B, 3, H, W] of one size; only if sure.

    A warm ground under a cold sky, a few hot things and no likeness to the light, weighed by a logistic fit to the 230
    pairs of the training data and their negatives (tenfold: 55 % of the negatives are seen, of the 230 one wrongly).
    """
    heat, light = (F.adaptive_avg_pool2d(luminance(each[:1].float()), (60, 80))[0, 0] for each in (infrared, visible))
    low, high = torch.quantile(heat, heat.new_tensor([0.005, 0.995]))
    heat = ((heat - low) / (high - low + 1e-6)).clamp(0, 1)
    if bool((light.amax() - light.amin()) < 0.02) or bool(high - low < 0.02):
        return False
    shape, other = ((each - each.mean()) / (each.std() + 1e-6) for each in (heat, light))
    skew, like = (shape**3).mean(), (shape * other).mean()
    sky = heat[:15].mean() - heat[30:].mean()
    return float(-0.385 * skew + 7.319 * sky + 0.45 * like + 5.212 * (heat.mean() - 0.5)) > SURE


def read_thermal(
    source: Any, name: str, polarity: str = "auto", low: float = 0.5, high: float = 99.5
) -> tuple[Tensor, list[str]]:
    """A thermal picture of any kind -> gray [B, 3, H, W] in 0..1, hot is white, and what was done, a sentence each.

    Sensor values, those of all pages alike, are stretched from percentile `low` to `high`.
    """
    low, high = check_number(low, "low", 0, 100), check_number(high, "high", 0, 100)
    if low >= high:
        raise InputError(f"The percentiles {low:g} and {high:g} are out of order; use 0 to 100, the lower first.")
    raws, names = read_all([source], [name], quantiles=(low / 100, high / 100), counts=True)
    pictures, notes = [], [note for raw in raws for note in raw.notes]
    for raw in raws:
        picture = tensor_of(raw)
        gray = None if looks_gray(picture[:1]) else without_palette(picture, tints=True)
        if gray is not None:
            notes.append("false colours taken back to gray")
        elif raw.space == "rgb" and not looks_gray(picture[:1]):
            notes.append("colours that lie on no palette: their luminance was taken")
        pictures.append(luminance(picture).expand_as(picture) if gray is None else gray)
    batch = torch.cat(pictures)
    if polarity == "black":
        batch, notes = 1 - batch, [*notes, "black-hot: inverted"]
    size = f"{batch.shape[-1]}x{batch.shape[-2]}, {raws[0].bits} bits"
    size += f", {len(names)} pages" if len(names) > 1 else ""
    return batch, [size, *dict.fromkeys(notes or ["gray of 8 bits, taken as it is"])]


def without_palette(picture: Tensor, tints: bool = False) -> Tensor | None:
    """False colours [B, 3, H, W] to gray [B, 3, H, W], by the palette of the first frame; None if there is none."""
    curve = _curve(picture, tints)
    return None if curve is None else _along(picture, curve)


def fitted(picture: Tensor, size: tuple[int, int], name: str, other: str) -> Tensor:
    """[B, 3, H, W] resized to `size` (height, width) of `other`; InputError where the shapes do not agree."""
    height, width = picture.shape[-2:]
    if (height, width) == tuple(size):
        return picture
    shape = width / height * size[0] / size[1]
    if abs(shape - 1) > SHAPES_DIFFER:
        raise InputError(
            f"{name} is {width}x{height} but {other} is {size[1]}x{size[0]}, another shape; crop them to the same view."
        )
    return F.interpolate(picture, size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)


def _find(pair: Pair, names: Sequence[str], task: str) -> None:
    """Set the infrared one of two sources, freed of its palette and fitted; nothing where they are no such pair."""
    index, curve = _infrared_of(pair.pictures, task)
    visible, given = pair.pictures[1 - index], pair.pictures[index]
    infrared = given if curve is None else _along(given, curve)
    if task == "auto" and not _go_together(visible, infrared, index):
        return
    pair.infrared = index
    pair.pictures[index] = fitted(infrared, visible.shape[-2:], names[index], names[1 - index])
    if curve is not None:
        pair.notes.append(f"{names[index]}: false colours taken back to gray")
    if given.shape != pair.pictures[index].shape:
        size = f"{visible.shape[-1]}x{visible.shape[-2]}"
        pair.notes.append(f"{names[index]}: resized to {size}, the size of {names[1 - index]}")


def _infrared_of(pictures: Sequence[Tensor], task: str) -> tuple[int, Curve | None]:
    """Which of two is the infrared one if there is one, and the palette that it is in."""
    gray = [looks_gray(picture[:1]) for picture in pictures]
    for tints in (False, True) if task == "vif" and not any(gray) else (False,):
        curves = [None if is_gray else _curve(each, tints) for is_gray, each in zip(gray, pictures, strict=True)]
        if sum(curve is not None for curve in curves) == 1:
            index = 0 if curves[0] is not None else 1
            return index, curves[index]
    return (gray.index(True) if sum(gray) == 1 else 1), None


def _go_together(visible: Tensor, infrared: Tensor, index: int) -> bool:
    """Whether the two look like a visible + infrared pair, the infrared one given at `index`."""
    if not _same_shape(infrared, visible):
        return False
    small = infrared[:1]
    if infrared.shape[-2:] != visible.shape[-2:]:
        small = F.interpolate(small, visible.shape[-2:], mode="area")
    frames = [visible[:1], small] if index else [small, visible[:1]]
    return detect_task(torch.cat(frames)) == "vif"


def _visible_first(pair: Pair) -> tuple[Tensor, Tensor]:
    return pair.pictures[1 - pair.infrared], pair.pictures[pair.infrared]


def _same_shape(a: Tensor, b: Tensor) -> bool:
    return abs(a.shape[-1] / a.shape[-2] * b.shape[-2] / b.shape[-1] - 1) <= SHAPES_DIFFER


def _curve(picture: Tensor, tints: bool) -> Curve | None:
    return find_curve(picture[0].movedim(0, -1).cpu().numpy(), tints)


def _along(picture: Tensor, curve: Curve) -> Tensor:
    gray = np.stack([along_curve(frame.movedim(0, -1).cpu().numpy(), curve) for frame in picture])
    return torch.from_numpy(gray)[:, None].expand(-1, 3, -1, -1).to(picture).contiguous()
