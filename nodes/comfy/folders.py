"""ComfyUI's folders: the checkpoints in models/mmaif, and the example pictures among the inputs."""

import logging
from pathlib import Path

import comfy.utils
import folder_paths

from ...mmaif.checkpoint import Checkpoint, check_header, checkpoint_path, from_tensors, shipped
from ...mmaif.checks import shown
from ...mmaif.errors import InputError
from ...mmaif.files import made_folder, written_whole

FOLDER = "mmaif"
# Not examples/: ComfyUI would serve workflow templates from a folder of that name, and no longer from workflows/.
EXAMPLES = Path(__file__).parents[2] / "assets"


def register_models() -> None:
    """Make models/mmaif, and let ComfyUI list the checkpoints in it."""
    folder = Path(folder_paths.models_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    folder_paths.add_model_folder_path(FOLDER, str(folder))
    # The registration leaves the set of extensions empty; ours are safetensors only.
    folder_paths.folder_names_and_paths[FOLDER][1].add(".safetensors")


def model_names() -> list[str]:
    """The models that come with the pack, then the files in models/mmaif."""
    return shipped() + folder_paths.get_filename_list(FOLDER)


def model_path(name: str) -> Path:
    """The file of one of `model_names`."""
    if name in shipped():
        return checkpoint_path(name)
    path = folder_paths.get_full_path(FOLDER, name) if name in model_names() else None
    if path is None:
        raise InputError(f"There is no model {shown(name)}; put it into models/{FOLDER}, or choose another.")
    return Path(path)


def read_model(name: str) -> Checkpoint:
    """The checkpoint of one of `model_names`, through ComfyUI's own loader; InputError for a file that is none."""
    path = model_path(name)
    check_header(path)
    try:
        tensors, metadata = comfy.utils.load_torch_file(str(path), safe_load=True, return_metadata=True)
    except Exception as error:  # the loader raises what its parser raises
        raise InputError(f"The checkpoint {path.name} is damaged or not a safetensors file; fetch it again.") from error
    return from_tensors(tensors, metadata or {}, path).require("dit", "autoencoder", "text")


def install_examples() -> None:
    """Copy assets/mmaif_*.* and pair_*.*, which the shipped workflows open, to ComfyUI's input folder, unless a file of
    that name is there already."""
    folder = Path(folder_paths.get_input_directory())
    for picture in sorted([*EXAMPLES.glob("mmaif_*.*"), *EXAMPLES.glob("pair_*.*")]):
        target = folder / _example_name(picture.name)
        try:
            if not target.exists():
                made_folder(target.parent)
                with written_whole(target) as partial:
                    partial.write_bytes(picture.read_bytes())
        except (InputError, OSError) as error:
            logging.warning("MMAIF: the example %s could not be copied to the input folder (%s).", picture.name, error)
            return


def _example_name(name: str) -> str:
    """Where an example goes below the input folder: pair_KIND_NAME.jpg becomes NAME.jpg in a folder of its kind."""
    return "/".join(["mmaif_pairs", *name.split("_", 2)[1:]]) if name.startswith("pair_") else name
