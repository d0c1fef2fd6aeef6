"""The degradation operators by name, and `degrade`, which applies a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..checks import check_number, shown
from ..errors import InputError
from .blur import BLUR
from .compression import JPEG
from .contrast import HIGH_CONTRAST, LOW_CONTRAST
from .exposure import HIGH_EXPOSURE, LOW_EXPOSURE
from .haze import HAZE
from .infrared import IR_NOISE, STRIPES
from .motion import MOTION
from .noise import NOISE
from .rain import RAIN
from .random_stream import Draws, item_seeds
from .resample import LOW_RESOLUTION
from .sensor import SENSOR
from .snow import SNOW
from .variety import Family, pick


@dataclass(frozen=True)
class Operator:
    """One fault and the independent ways to make it, of which each picture draws one: `renderers` holds functions
    (image [C, H, W], severity, draws) -> [C, H, W] with weights. `linear` is whether all of them are; `takes` is what
    else of the picture they can be told: "depth" or "longest"."""

    name: str
    renderers: Family
    linear: bool = False
    takes: str = ""

    def apply(self, image: Tensor, severity: float, draws: Draws, **told: Tensor | int | None) -> Tensor:
        """Spoil `[C, H, W]` by the renderer that is drawn."""
        return pick(self.renderers, draws)(image, severity, draws, **told)


# in the order in which light meets them: air, lens, exposure, sensor, file
OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("haze", HAZE, takes="depth"),
        Operator("rain", RAIN, takes="longest"),
        Operator("snow", SNOW, takes="longest"),
        Operator("gaussian_blur", BLUR, linear=True),
        Operator("motion_blur", MOTION),
        Operator("low_exposure", LOW_EXPOSURE),
        Operator("high_exposure", HIGH_EXPOSURE),
        Operator("low_contrast", LOW_CONTRAST),
        Operator("high_contrast", HIGH_CONTRAST),
        Operator("downsample", LOW_RESOLUTION),
        Operator("sensor_noise", SENSOR),
        Operator("noise", NOISE),
        Operator("ir_noise", IR_NOISE),
        Operator("ir_stripes", STRIPES),
        Operator("jpeg", JPEG),
    )
}
PHYSICAL_ORDER: tuple[str, ...] = tuple(OPERATORS)


def degrade(
    image: Tensor,
    ops: Sequence[tuple[str, float]],
    seed: int | Sequence[int] = 0,
    depth: Tensor | None = None,
    longest: int | None = None,
) -> Tensor:
    """Apply operators in the order given.

    Args:
        image: `[B, C, H, W]` float in 0..1, C = 1 or 3.
        ops: pairs of an operator name and a severity in 0..1; severity 0 changes nothing.
        seed: item i uses `seed + i`; or one seed per item. What an operator draws depends only on the item's
            seed and its own name, so both sources of a scene get the same rain, and so does the clean target.
        depth: `[B, 1, H, W]` in 0 (near) .. 1 (far) for haze; made up from the seed if absent.
        longest: longest side in pixels of the picture that `image` is a crop of, its own if absent: streaks of rain
            and flakes of snow are as large as in that picture.

    Returns:
        `[B, C, H, W]` float32 in 0..1. Differentiable but for `jpeg`.

    Raises:
        InputError: bad shape, unknown operator, severity out of range, wrong number of seeds.
    """
    _check_image(image)
    seeds = item_seeds(seed, len(image))
    ops = [(_known(name), _severity(name, severity)) for name, severity in ops]
    if depth is not None and depth.shape != (len(image), 1, *image.shape[-2:]):
        expected = [len(image), 1, *image.shape[-2:]]
        raise InputError(f"depth has shape {list(depth.shape)}; give {expected}, one map per picture.")
    items = []
    for i, item_seed in enumerate(seeds):
        item = image[i].float()
        known = {"depth": None if depth is None else depth[i], "longest": longest}
        for name, severity in ops:
            if severity == 0:
                continue
            operator = OPERATORS[name]
            told = {operator.takes: known[operator.takes]} if operator.takes else {}
            item = operator.apply(item, severity, Draws(item_seed, name, image.device), **told).clamp(0, 1)
        items.append(item)
    return torch.stack(items)


def parse_ops(text: str) -> list[tuple[str, float]]:
    """Read `"rain:0.6,noise:0.3"`; an empty text is an empty list. Raises InputError naming the bad item."""
    ops = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (part.strip() for part in item.partition(":"))
        _known(name)
        try:
            severity = float(value)
        except ValueError:
            raise InputError(f"'{item}' needs a severity from 0 to 1 after the colon, as in '{name}:0.5'.") from None
        ops.append((name, _severity(name, severity)))
    return ops


def sort_ops(ops: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Put operators in `PHYSICAL_ORDER`, as light meets them; equal names keep their order."""
    return sorted(ops, key=lambda op: PHYSICAL_ORDER.index(_known(op[0])))


def _known(name: str) -> str:
    if not isinstance(name, str) or name not in OPERATORS:
        raise InputError(f"Unknown degradation {shown(name)}; choose from {', '.join(OPERATORS)}.")
    return name


def _severity(name: str, severity: float) -> float:
    return check_number(severity, f"Severity of '{name}'", 0, 1)


def _check_image(image: Tensor) -> None:
    shaped = image.ndim == 4 and image.shape[1] in (1, 3) and image.numel() > 0
    if not (shaped and image.is_floating_point()):
        raise InputError(
            f"degrade got {list(image.shape)} of {image.dtype}; give float pictures [B, C, H, W], C = 1 or 3."
        )
