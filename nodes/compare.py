"""Compare: fused picture beside its sources, with the main metrics in words."""

import comfy.utils
import numpy as np
import torch
from comfy_api.latest import io

from ..mmaif.errors import InputError
from ..mmaif.evaluation.montage import montage
from ..mmaif.evaluation.tables import describe
from ..mmaif.images import to_batch
from ..mmaif.metrics import MAIN, measure, pick
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
    def execute(cls, fused, sources, reference=None) -> io.NodeOutput:
        images, truths = to_batch(fused, "fused"), None if reference is None else to_batch(reference, "reference")
        stacks = to_batch(sources, "sources")
        _check(images, stacks, truths)
        stacks = stacks.unflatten(0, (-1, len(images))).transpose(0, 1)  # [B, N, 3, H, W]
        metrics = [metric for metric in pick(None, True, truths is not None) if metric.name in MAIN]

        progress = comfy.utils.ProgressBar(len(images))
        sheets, scores = [], []
        for index, (image, stack) in enumerate(zip(images, stacks, strict=True)):
            truth = None if truths is None else truths[index % len(truths)]
            values = measure(metrics, image[None], stack[None], None if truth is None else truth[None])
            scores.append({name: value.item() for name, value in values.items()})
            columns = {f"source {number}": source for number, source in enumerate(stack, 1)} | {"fused": image}
            columns |= {} if truth is None else {"reference": truth}
            sheet = montage(columns, None if truth is None else "reference")
            sheets.append(torch.from_numpy(np.asarray(sheet, np.float32) / 255))
            progress.update(1)
        table = f"```\n{describe(scores, metrics)}\n```"  # Preview as Text reads Markdown
        return io.NodeOutput(torch.stack(sheets), table)


def _check(images: torch.Tensor, sources: torch.Tensor, truths: torch.Tensor | None) -> None:
    """Raise InputError unless the batches and sizes fit together."""
    if len(sources) % len(images):
        raise InputError(
            f"sources holds {len(sources)} pictures, which is no multiple of the {len(images)} fused ones; "
            "connect the sources output of the same Encode Sources (MMAIF)."
        )
    if truths is not None and len(truths) not in (1, len(images)):
        raise InputError(
            f"reference holds {len(truths)} pictures but fused holds {len(images)}; give one, or one for each."
        )
    height, width = images.shape[-2:]
    for name, pictures in (("sources", sources), ("reference", truths)):
        if pictures is not None and pictures.shape[-2:] != (height, width):
            raise InputError(
                f"{name} is {pictures.shape[-1]}x{pictures.shape[-2]} but fused is {width}x{height}; "
                "resize or crop them to one size."
            )
    if min(height, width) < 16:
        raise InputError(f"fused is {width}x{height}; pictures must be at least 16x16.")
