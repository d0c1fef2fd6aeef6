"""DiT Fusion Sampler: the convenient front to what the core KSampler does as well."""

from comfy_api.latest import io

from ..mmaif.checks import check_choice, check_number, check_whole
from ..mmaif.errors import InputError
from ..mmaif.network.dit import VARIANTS
from ..mmaif.sampling import SAMPLERS, FlowSampling
from .comfy.conditioning import MASK, PARTS, STRENGTH, weighed
from .comfy.model import variant
from .comfy.sampling import compiled, sample
from .schema import schema

MODES = ("auto", *VARIANTS)
MOST_STEPS = 100
SHIFTS = (0.1, 20.0)
GUIDANCES = (0.0, 10.0)


class FusionSampler(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFFusionSampler",
            display_name="DiT Fusion Sampler (MMAIF)",
            search=["image fusion", "fuse images", "infrared", "hdr merge", "focus stacking", "restore"],
            description="Fuses and restores in latent space: one pass (regression) or a few steps (flow).",
            inputs=[
                io.Model.Input("model", tooltip="From Load MMAIF Model."),
                io.Conditioning.Input("conditioning", tooltip="From Encode Sources (MMAIF)."),
                io.Latent.Input("latent_image", tooltip="From Encode Sources (MMAIF)."),
                io.Combo.Input(
                    "mode",
                    options=list(MODES),
                    default="auto",
                    tooltip="auto takes what the model is.",
                ),
                io.Int.Input(
                    "steps", default=4, min=1, max=MOST_STEPS, tooltip="Flow only; regression takes one pass."
                ),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=True,
                    tooltip="Flow only; regression has nothing random.",
                ),
                io.Boolean.Input(
                    "compile",
                    default=False,
                    tooltip="Compile the blocks with torch.compile: slow once, faster afterwards.",
                ),
                io.Combo.Input(
                    "sampler",
                    optional=True,
                    options=list(SAMPLERS),
                    default="euler",
                    tooltip="Flow only. heun is of second order: twice the work per step.",
                ),
                io.Float.Input(
                    "shift",
                    optional=True,
                    default=1.0,
                    min=SHIFTS[0],
                    max=SHIFTS[1],
                    step=0.1,
                    tooltip="Flow only, on top of the model's own: above 1 more steps shape the whole, below 1 detail.",
                ),
                io.Float.Input(
                    "guidance",
                    optional=True,
                    default=1.0,
                    min=GUIDANCES[0],
                    max=GUIDANCES[1],
                    step=0.1,
                    tooltip="Flow only. Above 1 exaggerates what the prompt asks for, at twice the work; 1 is off.",
                ),
            ],
            outputs=[io.Latent.Output(tooltip="The fused latent, for Decode (MMAIF) or any Flux-family node.")],
        )

    @classmethod
    def execute(
        cls,
        model: io.Model.Type,
        conditioning: io.Conditioning.Type,
        latent_image: io.Latent.Type,
        mode: str,
        steps: int,
        seed: int,
        compile: bool,
        sampler: str = "euler",
        shift: float = 1.0,
        guidance: float = 1.0,
    ) -> io.NodeOutput:
        kind = variant(model)
        check_choice(mode, "mode", MODES)
        check_whole(steps, "steps", 1, MOST_STEPS)
        check_number(shift, "shift", *SHIFTS)
        check_number(guidance, "guidance", *GUIDANCES)
        if mode not in ("auto", kind):
            raise InputError(f"mode is {mode} but the model is a {kind} model; set mode to auto or load another.")
        if compile:
            model = compiled(model)
        flow = FlowSampling(steps=steps, seed=seed, sampler=sampler, shift=shift, guidance=guidance)
        parts = latent_image.get(PARTS)
        if not parts or len(parts) != len(conditioning):
            return io.NodeOutput({**latent_image, "samples": sample(model, conditioning, latent_image, flow)})
        alone = [
            [tokens, {k: v for k, v in values.items() if k not in (STRENGTH, MASK)}] for tokens, values in conditioning
        ]
        latents = [sample(model, [entry], latent_image, flow) for entry in alone]
        mean = weighed(latents, parts)
        parts = [part._replace(latents=each, mean=mean) for part, each in zip(parts, latents, strict=True)]
        return io.NodeOutput({**latent_image, "samples": mean, PARTS: parts})
