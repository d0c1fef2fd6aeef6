"""Degradation Prompt: check boxes and free text -> CONDITIONING that says what to repair."""

import node_helpers
from comfy_api.latest import io

from ..mmaif.degradation.prompts import standard_sentence
from ..mmaif.tasks import TASKS

# Check box -> tooltip. The names are the repairs of the prompt generator.
BOXES = {
    "blur": "Sharpen soft or out-of-focus pictures.",
    "motion_blur": "Undo camera shake and moving blur.",
    "low_resolution": "Restore detail lost to a low resolution.",
    "noise": "Remove sensor noise and grain.",
    "jpeg": "Remove JPEG blocks and ringing.",
    "rain": "Remove rain streaks.",
    "snow": "Remove falling snow.",
    "haze": "Remove haze, fog and smoke.",
    "low_exposure": "Brighten pictures that are too dark.",
    "high_exposure": "Recover pictures that are too bright.",
    "low_contrast": "Give flat pictures their contrast back.",
    "high_contrast": "Soften pictures that are too harsh.",
    "stripes": "Remove the stripes of an infrared sensor.",
}


class DegradationPrompt(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="MMAIFDegradationPrompt",
            display_name="Degradation Prompt (MMAIF)",
            category="MMAIF",
            description="Says what to repair while fusing. Nothing ticked and no text: fuse, and repair nothing.",
            inputs=[
                io.Clip.Input("clip", tooltip="The CLIP of Load MMAIF Model."),
                io.Combo.Input(
                    "task",
                    options=list(TASKS),
                    default="auto",
                    tooltip="vif: visible + infrared, mef: exposures, mff: focus, restore: one picture; "
                    "auto: told from the pictures.",
                ),
                io.String.Input(
                    "text",
                    multiline=True,
                    default="",
                    tooltip="What to repair in your own words; added to what is ticked below. "
                    "What is not named stays, as in: remove the rain but keep the grain.",
                ),
                *(io.Boolean.Input(name, default=False, tooltip=tip) for name, tip in BOXES.items()),
            ],
            outputs=[
                io.Conditioning.Output(tooltip="For Encode Sources (MMAIF)."),
                io.String.Output(display_name="prompt", tooltip="The whole sentence, as the model reads it."),
            ],
        )

    @classmethod
    def execute(cls, clip, task: str, text: str, **boxes: bool) -> io.NodeOutput:
        ticked = [name for name in BOXES if boxes.get(name)]
        prompt = " ".join(filter(None, (standard_sentence(ticked), text.strip())))
        conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(prompt))
        if task != "auto":
            conditioning = node_helpers.conditioning_set_values(conditioning, {"mmaif_task": task})
        return io.NodeOutput(conditioning, prompt)
