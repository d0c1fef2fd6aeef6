"""Degrade: spoil clean pictures on purpose, for test cases and looks."""

import torch
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.checks import check_choice, check_number, check_seed
from ..mmaif.degradation import OPERATORS, degrade, sort_ops
from ..mmaif.images import socket_batch
from ..mmaif.language.sentences import standard_sentence
from ..mmaif.repairs import OPERATOR_REPAIR
from .comfy.progress import counted
from .schema import schema

SLOTS = (1, 2, 3)
NONE = "none"


class Degrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        choices = [NONE, *OPERATORS]
        operators = []
        for slot in SLOTS:
            operators += [
                io.Combo.Input(
                    f"operator_{slot}",
                    options=choices,
                    default="rain" if slot == 1 else NONE,
                    tooltip="What to spoil the picture with; applied in the order in which light meets them.",
                ),
                io.Float.Input(
                    f"severity_{slot}", default=0.5, min=0.0, max=1.0, step=0.05, tooltip="0: nothing, 1: worst."
                ),
            ]
        return schema(
            node_id="MMAIFDegrade",
            display_name="Degrade (MMAIF)",
            search=["add rain", "add snow", "add fog", "add noise", "synthetic degradation"],
            description="Adds rain, snow, haze, noise, blur, darkness and more, and says how to ask for the repair.",
            inputs=[
                io.Image.Input("image", tooltip="One picture or a batch; every picture gets its own draw."),
                *operators,
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFF,
                    control_after_generate=True,
                    tooltip="Two sources of one scene with the same seed get the same rain.",
                ),
            ],
            outputs=[
                io.Image.Output(tooltip="The spoiled pictures."),
                io.String.Output(display_name="prompt", tooltip="A sentence that asks for the repair of all of it."),
            ],
        )

    @classmethod
    def execute(cls, image: Tensor, seed: int, **slots: str | float) -> io.NodeOutput:
        ops = []
        for slot in SLOTS:
            name = check_choice(slots[f"operator_{slot}"], f"operator_{slot}", (NONE, *OPERATORS))
            severity = check_number(slots[f"severity_{slot}"], f"severity_{slot}", 0, 1)
            ops += [(name, severity)] if name != NONE and severity > 0 else []
        ops, seed = sort_ops(ops), check_seed(seed)
        pictures = list(enumerate(socket_batch(image, "image").split(1)))
        spoiled = torch.cat([degrade(picture, ops, seed + index) for index, picture in counted(pictures)])
        prompt = standard_sentence({OPERATOR_REPAIR[name] for name, _ in ops})
        return io.NodeOutput(spoiled.movedim(1, -1), prompt)  # BCHW -> BHWC
