"""All measures by name, and `measure`, which takes several at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ..errors import InputError
from . import colour, edges, exposure, fidelity, full_reference, perception, single, statistics


@dataclass(frozen=True)
class Metric:
    """One measure.

    function   (image), (image, reference) or (image, sources), by `needs` -> [B]
    direction  which way is better; "none" where more can be good or bad
    smallest   shortest side in px that it is defined for
    """

    name: str
    function: Callable[..., Tensor]
    needs: Literal["reference", "sources", "nothing"]
    direction: Literal["higher", "lower", "none"]
    smallest: int = 4


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("psnr", full_reference.psnr, "reference", "higher"),
        Metric("ssim", full_reference.ssim, "reference", "higher", 11),
        Metric("ms_ssim", full_reference.ms_ssim, "reference", "higher", 161),
        Metric("haarpsi", full_reference.haarpsi, "reference", "higher"),
        Metric("gmsd", full_reference.gmsd, "reference", "lower"),
        Metric("delta_e", colour.delta_e, "reference", "lower"),
        Metric("chroma", colour.chroma, "reference", "lower"),
        Metric("qabf", edges.qabf, "sources", "higher"),
        Metric("nabf", edges.nabf, "sources", "lower"),
        Metric("vif", fidelity.vif, "sources", "higher", 41),
        Metric("viff", fidelity.viff, "sources", "higher", 41),
        Metric("mef_ssim", exposure.mef_ssim, "sources", "higher", 41),
        Metric("mef_ssim_colour", exposure.mef_ssim_colour, "sources", "higher", 41),
        Metric("ssim_sources", exposure.ssim_sources, "sources", "higher", 11),
        Metric("qcb", perception.qcb, "sources", "higher"),
        Metric("mi", statistics.mutual_information, "sources", "higher"),
        Metric("scd", statistics.sum_of_correlations, "sources", "higher"),
        Metric("cc", statistics.correlation_coefficient, "sources", "higher"),
        Metric("chroma_first", colour.chroma_first, "sources", "lower"),
        Metric("en", single.entropy, "nothing", "none"),
        Metric("sd", single.deviation, "nothing", "none"),
        Metric("sf", single.spatial_frequency, "nothing", "none"),
        Metric("ag", single.average_gradient, "nothing", "none"),
        Metric("blur", single.blur, "nothing", "lower", 11),
        Metric("noise", single.noise, "nothing", "lower"),
    )
}
MAIN = ("psnr", "ssim", "delta_e", "qabf", "nabf", "vif", "mef_ssim", "ssim_sources", "blur", "noise")


def pick(names: Sequence[str] | None, sources: bool, reference: bool) -> list[Metric]:
    """The measures of these names, or all that can be taken, in the order of METRICS.

    Raises InputError for unknown names and for measures whose reference or sources are missing.
    """
    given = {"nothing": True, "sources": sources, "reference": reference}
    if names is None:
        return [metric for metric in METRICS.values() if given[metric.needs]]
    for name in names:
        if name not in METRICS:
            raise InputError(f"There is no metric {name!r}; choose from {', '.join(METRICS)}.")
        if not given[METRICS[name].needs]:
            raise InputError(f"The metric {name} needs the {METRICS[name].needs}; give them too or leave it out.")
    return [metric for metric in METRICS.values() if metric.name in names]


@torch.no_grad()
def measure(
    metrics: Sequence[Metric], image: Tensor, sources: Tensor | None = None, reference: Tensor | None = None
) -> dict[str, Tensor]:
    """Each metric by name, [B]; NaN where the pictures are smaller than it is defined for."""
    partner = {"nothing": (), "sources": (sources,), "reference": (reference,)}
    values = {}
    for metric in metrics:
        if min(image.shape[-2:]) < metric.smallest:
            values[metric.name] = torch.full((len(image),), torch.nan)
        else:
            values[metric.name] = metric.function(image, *partner[metric.needs])
    return values
