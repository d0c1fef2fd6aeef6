"""Compare: fused picture beside its sources, with the main metrics in words."""

import numpy as np
import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.errors import InputError
from ..mmaif.evaluation.montage import montage
from ..mmaif.evaluation.tables import describe
from ..mmaif.images import check_same_size, socket_batch, split_sources
from ..mmaif.metrics import MAIN, measure, pick
from .comfy.progress import counted
from .schema import schema


class Compare(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFCompare",
            display_name="Compare (MMAIF)",
            search=["image fusion metrics", "before after", "psnr", "ssim", "evaluate"],
            description="Puts the fused picture beside its sources, enlarges where they differ, and measures it.",
            inputs=[
                io.Image.Input("fused", tooltip="The fused picture, or a batch of them."),
                io.Image.Input(
                    "sources", tooltip="All sources as one batch, from Encode Sources (MMAIF) or Batch Images."
                ),
                io.Image.Input(
                    "reference", optional=True, tooltip="The true picture, where there is one: adds PSNR, SSIM, colour."
                ),
            ],
            outputs=[
                io.Image.Output(display_name="montage", tooltip="Sources, fused and reference with enlarged crops."),
                io.String.Output(
                    display_name="metrics", tooltip="The main metrics as a table; connect to Preview as Text."
                ),
            ],
        )

    @classmethod
    def execute(cls, fused: Tensor, sources: Tensor, reference: Tensor | None = None) -> io.NodeOutput:
        images, batch = socket_batch(fused, "fused"), socket_batch(sources, "sources")
        truths = None if reference is None else socket_batch(reference, "reference")
        stacks = split_sources(batch, len(images), "fused ones")  # [B, N, 3, H, W]
        _check(images, batch, truths)
        metrics = [metric for metric in pick(None, True, truths is not None) if metric.name in MAIN]

        sheets, scores = [], []
        for index, image in counted(list(enumerate(images))):
            truth = None if truths is None else truths[index % len(truths)]
            values = measure(metrics, image[None], stacks[index][None], None if truth is None else truth[None])
            scores.append({name: value.item() for name, value in values.items()})
            columns = {f"source {number}": source for number, source in enumerate(stacks[index], 1)} | {"fused": image}
            columns |= {} if truth is None else {"reference": truth}
            sheet = montage(columns, None if truth is None else "reference")
            sheets.append(torch.from_numpy(np.asarray(sheet, np.float32) / 255))
        table = f"```\n{describe(scores, metrics)}\n```"  # Preview as Text reads Markdown
        return io.NodeOutput(torch.stack(sheets), table)


def _check(images: Tensor, sources: Tensor, truths: Tensor | None) -> None:
    """Raise InputError unless there is one true picture for all or one for each, and all sizes are one."""
    if truths is not None and len(truths) not in (1, len(images)):
        raise InputError(
            f"reference holds {len(truths)} pictures but fused holds {len(images)}; give one, or one for each."
        )
    pictures = {"fused": images, "sources": sources} | ({} if truths is None else {"reference": truths})
    check_same_size(list(pictures.values()), list(pictures))
