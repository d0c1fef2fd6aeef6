"""Degradation Prompt: check boxes, free text and a look at the pictures -> CONDITIONING that says what to repair."""

import node_helpers
from comfy_api.latest import io, ui

from ..mmaif.errors import InputError
from ..mmaif.images import stack_sources, to_batch
from ..mmaif.language.sentences import source_sentence, standard_sentence
from ..mmaif.repairs import BOXES, SEVERITIES
from ..mmaif.tasks import TASKS, detect_task
from . import runtime
from .schema import schema

UNSAID = "unsaid"
LEVELS = SEVERITIES[::-1]  # light, strong


class DegradationPrompt(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFDegradationPrompt",
            display_name="Degradation Prompt (MMAIF)",
            search=["image restoration", "repair", "derain", "dehaze", "desnow", "denoise", "deblur", "low light"],
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
                io.Boolean.Input(
                    "auto",
                    optional=True,
                    default=False,
                    tooltip="Look at the pictures and tick what is wrong with them. Connect vae and image_a.",
                ),
                io.Combo.Input(
                    "severity",
                    optional=True,
                    options=[UNSAID, *LEVELS],
                    default=UNSAID,
                    tooltip="How bad it is, said of all that is ticked; in the text say it of each: "
                    "heavy rain and slight noise.",
                ),
                *(
                    io.Combo.Input(
                        f"severity_{letter}",
                        optional=True,
                        options=[UNSAID, "clean", *LEVELS],
                        default=UNSAID,
                        tooltip=f"How bad what is ticked is in image_{letter}; clean: not at all.",
                    )
                    for letter in "ab"
                ),
                io.Vae.Input("vae", optional=True, tooltip="For auto: the VAE of Load MMAIF Model."),
                io.Image.Input("image_a", optional=True, tooltip="For auto: the first source."),
                io.Image.Input("image_b", optional=True, tooltip="For auto: the second source."),
                io.Image.Input("stack", optional=True, tooltip="For auto: more sources of the scene as a batch."),
            ],
            outputs=[
                io.Conditioning.Output(tooltip="For Encode Sources (MMAIF)."),
                io.String.Output(display_name="prompt", tooltip="The whole sentence, as the model reads it."),
            ],
        )

    @classmethod
    def execute(
        cls,
        clip,
        task: str,
        text: str,
        auto: bool = False,
        severity: str = UNSAID,
        severity_a: str = UNSAID,
        severity_b: str = UNSAID,
        vae=None,
        image_a=None,
        image_b=None,
        stack=None,
        **boxes,
    ) -> io.NodeOutput:
        ticked = {name for name in BOXES if boxes.get(name)}
        if auto:
            ticked |= cls._look(vae, task, image_a, image_b, stack)
        said = ("" if level == UNSAID else level for level in (severity, severity_a, severity_b))
        sentence = _sentence(ticked, task, *said)
        prompt = " ".join(filter(None, (sentence, text.strip())))
        conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(prompt))
        values = {"mmaif_unprompted": clip.encode_from_tokens(clip.tokenize(""), return_pooled=True)}  # for guidance
        if task != "auto":
            values["mmaif_task"] = task
        conditioning = node_helpers.conditioning_set_values(conditioning, values)
        return io.NodeOutput(conditioning, prompt, ui=ui.PreviewText(prompt or "(fuse, repair nothing)"))

    @classmethod
    def _look(cls, vae, task: str, image_a, image_b, stack) -> set[str]:
        """What is wrong with the pictures, by the classifier that comes with the VAE."""
        if not isinstance(vae, runtime.FusionVAE):
            raise InputError("auto needs to see the pictures: connect vae with the VAE of Load MMAIF Model.")
        if image_a is None:
            raise InputError("auto needs to see the pictures: connect image_a, and the other sources.")
        given = {"image_a": image_a, "image_b": image_b}
        pictures = {name: to_batch(image, name)[:1] for name, image in given.items() if image is not None}
        for index, frame in enumerate([] if stack is None else to_batch(stack, "stack")):
            pictures[f"stack[{index}]"] = frame[None]
        sources = stack_sources(list(pictures.values()), list(pictures))[0]
        return set(vae.diagnose(sources, detect_task(sources) if task == "auto" else task))


def _sentence(ticked: set[str], task: str, severity: str, *sources: str) -> str:
    """What is ticked in words: of all pictures alike, or of each where something is said of one."""
    sources = sources[:1] if task == "restore" else sources
    if not any(sources):
        return standard_sentence(ticked, severity=severity)
    faults = [{} if said == "clean" else dict.fromkeys(ticked, said or severity) for said in sources]
    return source_sentence(faults, task)
