"""Load MMAIF Model: one checkpoint file -> MODEL, CLIP, VAE."""

from pathlib import Path

import folder_paths
from comfy_api.latest import io

from ..mmaif.checkpoint import WEIGHTS, find_shared
from ..mmaif.pipeline import shipped
from . import runtime
from .schema import schema

FOLDER = "mmaif"
_folder = Path(folder_paths.models_dir) / FOLDER
folder_paths.add_model_folder_path(FOLDER, str(_folder))
# The registration leaves the set of extensions empty; ours are safetensors only.
folder_paths.folder_names_and_paths[FOLDER][1].add(".safetensors")


def _names() -> list[str]:
    _folder.mkdir(parents=True, exist_ok=True)
    return shipped() + folder_paths.get_filename_list(FOLDER)


def _path(name: str) -> str:
    if name in shipped():
        return str(WEIGHTS / f"{name}.safetensors")
    return folder_paths.get_full_path_or_raise(FOLDER, name)


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
                    options=_names(),
                    default="regression",
                    tooltip="The models that come with the pack, then the .safetensors files in models/mmaif.",
                ),
            ],
            outputs=[
                io.Model.Output(tooltip="The Diffusion Transformer; core samplers run it too."),
                io.Clip.Output(tooltip="Reads prompts; core CLIP Text Encode accepts it."),
                io.Vae.Output(tooltip="Flux latent space (16 channels); core VAE nodes accept it."),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, model_name: str) -> str:
        path = Path(_path(model_name))
        stats = [file.stat() for file in (path, find_shared(path)) if file]
        return ":".join([model_name, *(f"{s.st_mtime_ns}:{s.st_size}" for s in stats)])

    @classmethod
    def execute(cls, model_name: str) -> io.NodeOutput:
        checkpoint = runtime.read_checkpoint(_path(model_name))
        return io.NodeOutput(
            runtime.make_model(checkpoint), runtime.make_clip(checkpoint), runtime.FusionVAE(checkpoint)
        )
