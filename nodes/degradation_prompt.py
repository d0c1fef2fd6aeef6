"""Degradation Prompt: check boxes, free text and a look at the pictures -> CONDITIONING that says what to repair."""

from typing import Any

from comfy_api.latest import io
from torch import Tensor

from ..mmaif.checks import check_choice, check_text
from ..mmaif.errors import InputError
from ..mmaif.images import socket_pictures
from ..mmaif.language.sentences import source_sentence, standard_sentence
from ..mmaif.language.understanding import seen, sentence
from ..mmaif.repairs import BOXES, SEVERITIES
from ..mmaif.sources import gather
from ..mmaif.tasks import TASKS, resolve_task
from .comfy.clip import understand
from .comfy.conditioning import encode_prompt
from .comfy.vae import FusionVAE
from .schema import advanced, schema

UNSAID = "unsaid"
LEVELS = SEVERITIES[::-1]  # light, strong


class DegradationPrompt(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFDegradationPrompt",
            display_name="Degradation Prompt (MMAIF)",
            everyday="Derain, dehaze, denoise",
            search=[
                "image restoration",
                "repair",
                "desnow",
                "deblur",
                "low light",
                "remove rain",
                "remove fog",
                "sharpen",
            ],
            essentials="Image Tools",
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
                    advanced(
                        io.Combo.Input(
                            f"severity_{letter}",
                            optional=True,
                            options=[UNSAID, "clean", *LEVELS],
                            default=UNSAID,
                            tooltip=f"How bad what is ticked is in image_{letter}; clean: not at all.",
                        )
                    )
                    for letter in "ab"
                ),
                *(
                    advanced(
                        io.Float.Input(
                            strength_of(name),
                            optional=True,
                            default=1.0,
                            min=0.0,
                            max=1.0,
                            step=0.05,
                            tooltip="How much of this repair, where it is asked for; 0 leaves the fault. "
                            "Each value between 0 and 1 costs one fusion more.",
                        )
                    )
                    for name in BOXES
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
        clip: io.Clip.Type,
        task: str,
        text: str,
        auto: bool = False,
        severity: str = UNSAID,
        severity_a: str = UNSAID,
        severity_b: str = UNSAID,
        vae: io.Vae.Type | None = None,
        image_a: Tensor | None = None,
        image_b: Tensor | None = None,
        stack: Tensor | None = None,
        **boxes: Any,
    ) -> io.NodeOutput:
        check_choice(task, "task", TASKS)
        check_choice(severity, "severity", (UNSAID, *LEVELS))
        for name, level in (("severity_a", severity_a), ("severity_b", severity_b)):
            check_choice(level, name, (UNSAID, "clean", *LEVELS))
        check_text(text, "text")
        ticked = {name for name in BOXES if boxes.get(name)}
        strength = {name: boxes.get(strength_of(name), 1.0) for name in BOXES}
        found: dict[str, float] = {}
        if auto:
            found = _seen(vae, task, image_a, image_b, stack)
            ticked |= set(found)
        said = ("" if level == UNSAID else level for level in (severity, severity_a, severity_b))
        prompt = " ".join(filter(None, (_sentence(ticked, task, *said), text.strip())))
        conditioning = encode_prompt(clip, prompt, task, strength)
        return io.NodeOutput(conditioning, prompt, ui={"text": (_shown(clip, prompt, found),), "seen": tuple(found)})


def strength_of(name: str) -> str:
    """The widget that says how much of a repair is wanted."""
    return f"{name}_strength"


def _shown(clip: io.Clip.Type, prompt: str, found: dict[str, float]) -> str:
    """The prompt, and below it what is understood of it and what auto saw."""
    understood = understand(clip, prompt)
    return "\n".join(filter(None, (prompt, understood and sentence(understood), found and seen(found))))


def _seen(
    vae: io.Vae.Type | None, task: str, image_a: Tensor | None, image_b: Tensor | None, stack: Tensor | None
) -> dict[str, float]:
    """What is wrong with the pictures and how probably, by the classifier that comes with the VAE; of a film, with its
    first frame."""
    if not isinstance(vae, FusionVAE):
        raise InputError("auto needs to see the pictures: connect vae with the VAE of Load MMAIF Model.")
    if image_a is None:
        raise InputError("auto needs to see the pictures: connect image_a, and the other sources.")
    pictures = socket_pictures(image_a, image_b, stack)
    if len(pictures) > 1 or task in ("auto", "restore"):
        pictures = {name: frames[:1] for name, frames in pictures.items()}
    (sources,) = gather(list(pictures.values()), list(pictures), task).stacked  # [N, 3, H, W]
    return vae.diagnose(sources, resolve_task(task, sources))


def _sentence(ticked: set[str], task: str, severity: str, *sources: str) -> str:
    """What is ticked in words: of all pictures alike, or of each where something is said of one."""
    sources = sources[:1] if task == "restore" else sources
    if not any(sources):
        return standard_sentence(ticked, severity=severity)
    faults = [{} if said == "clean" else dict.fromkeys(ticked, said or severity) for said in sources]
    return source_sentence(faults, task)
