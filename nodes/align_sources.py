"""Align Sources: pictures of one scene laid onto each other, and what moves in them taken from one."""

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.align.motion import WAYS
from ..mmaif.align.prepare import Wishes, prepare
from ..mmaif.align.scene import Prepared
from ..mmaif.errors import InputError
from ..mmaif.images import socket_pictures
from ..mmaif.sources import as_given
from ..mmaif.tasks import TASKS
from .comfy.progress import counted
from .schema import schema


class AlignSources(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFAlignSources",
            display_name="Align Sources (MMAIF)",
            search=["register images", "auto align", "hand-held bracket", "focus breathing", "parallax", "deghost"],
            description="Lays pictures of one scene onto each other where that is sure, and takes what moves from one.",
            inputs=[
                io.Image.Input(
                    "image_a", tooltip="First source; the visible one beside infrared. Alone, a batch of all sources."
                ),
                io.Image.Input("image_b", optional=True, tooltip="Second source."),
                io.Image.Input("stack", optional=True, tooltip="More sources of the same scene as a batch."),
                io.Combo.Input(
                    "align",
                    options=list(WAYS),
                    default="auto",
                    tooltip="How frames may lie. auto: turned and enlarged, in perspective if need be; infrared moved.",
                ),
                io.Combo.Input(
                    "ghosts",
                    options=["auto", "off"],
                    default="auto",
                    tooltip="auto: what moves between brackets or focus frames is taken from the reference alone.",
                ),
                io.Combo.Input(
                    "task",
                    options=[task for task in TASKS if task != "restore"],
                    default="auto",
                    tooltip="vif: visible + infrared. mef: exposures. mff: focus. auto looks at the pictures.",
                ),
                io.Int.Input(
                    "reference",
                    default=0,
                    min=0,
                    max=9999,
                    tooltip="The source that stays as it is, counted from 1; 0 chooses the best.",
                ),
                io.Boolean.Input("crop", default=True, tooltip="Cut to the area that all sources show."),
            ],
            outputs=[
                io.Image.Output(display_name="image_a", tooltip="The first source, aligned."),
                io.Image.Output(display_name="image_b", tooltip="The second one, if there is any."),
                io.Image.Output(display_name="stack", tooltip="The others as a batch, if there are any."),
                io.String.Output(display_name="report", tooltip="How each source was moved, and how sure that is."),
            ],
        )

    @classmethod
    def execute(
        cls,
        image_a: Tensor,
        image_b: Tensor | None = None,
        stack: Tensor | None = None,
        align: str = "auto",
        ghosts: str = "auto",
        task: str = "auto",
        reference: int = 0,
        crop: bool = True,
    ) -> io.NodeOutput:
        pictures = socket_pictures(image_a, image_b, stack)
        if alone := len(pictures) == 1:
            pictures = {f"image_a[{index}]": frame for index, frame in enumerate(image_a.split(1))}
        if len(pictures) < 2:
            raise InputError("image_a is the only source; connect image_b or stack too.")
        frames = as_given(list(pictures.values()), list(pictures)).frames
        prepared = prepare(frames, task, Wishes(align, ghosts, reference or None))
        first, *rest = _aligned(prepared, crop)
        report = "\n".join(prepared.report())
        if alone:
            return io.NodeOutput(torch.cat([first, *rest]), None, None, report)
        second = None if image_b is None else rest.pop(0)
        return io.NodeOutput(first, second, torch.cat(rest) if rest else None, report)


def _aligned(prepared: Prepared, crop: bool) -> list[Tensor]:
    """Each source [B, H, W, C] as it lies on the others."""
    top, bottom, left, right = prepared.common() if crop else (0, None, 0, None)
    indices = counted(list(range(len(prepared))))
    return [prepared[index][..., top:bottom, left:right].movedim(1, -1) for index in indices]  # BCHW -> BHWC
