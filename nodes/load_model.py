"""Load MMAIF Model: one checkpoint file -> MODEL, CLIP, VAE."""

from comfy_api.latest import io

from ..mmaif.checkpoint import find_shared
from .comfy.clip import make_clip
from .comfy.folders import model_names, model_path, read_model
from .comfy.model import make_model
from .comfy.sampling import compiled
from .comfy.vae import FusionVAE
from .schema import schema


class LoadModel(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFLoadModel",
            display_name="Load MMAIF Model",
            search=["image fusion model", "checkpoint", "infrared", "hdr", "focus stacking"],
            description="Loads a fusion model: the network, the text encoder that reads the prompt, and the VAE.",
            inputs=[
                io.Combo.Input(
                    "model_name",
                    options=model_names(),
                    default="regression",
                    tooltip="The models that come with the pack, then the .safetensors files in models/mmaif.",
                ),
                io.Boolean.Input(
                    "compile",
                    optional=True,
                    default=False,
                    tooltip="Compile all networks with torch.compile: slow once, then faster for all sizes.",
                ),
            ],
            outputs=[
                io.Model.Output(tooltip="The Diffusion Transformer; core samplers run it too."),
                io.Clip.Output(tooltip="Reads prompts; core CLIP Text Encode accepts it."),
                io.Vae.Output(tooltip="Flux latent space (16 channels); core VAE nodes accept it."),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, model_name: str, compile: bool = False) -> str:
        path = model_path(model_name)
        stats = [file.stat() for file in (path, find_shared(path)) if file]
        return ":".join([model_name, str(compile), *(f"{s.st_mtime_ns}:{s.st_size}" for s in stats)])

    @classmethod
    def execute(cls, model_name: str, compile: bool = False) -> io.NodeOutput:
        checkpoint = read_model(model_name)
        model, vae = make_model(checkpoint), FusionVAE(checkpoint)
        if compile:
            model = compiled(model)
            vae.compile()
        return io.NodeOutput(model, make_clip(checkpoint), vae)
