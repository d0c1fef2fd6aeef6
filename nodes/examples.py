"""The example pictures and videos that the shipped workflows open, put where Load Image finds them."""

import logging
import shutil
from pathlib import Path

import folder_paths

# Not examples/: ComfyUI would serve workflow templates from a folder of that name, and no longer from workflows/.
EXAMPLES = Path(__file__).parent.parent / "assets"


def install_examples() -> None:
    """Copy assets/mmaif_*.jpg and .mp4 to ComfyUI's input folder, unless a file of that name is there already."""
    folder = Path(folder_paths.get_input_directory())
    for picture in sorted(EXAMPLES.glob("mmaif_*.*")):
        target = folder / picture.name
        try:
            if not target.exists():
                shutil.copyfile(picture, target)
        except OSError as error:
            logging.warning("MMAIF: the example %s could not be copied to the input folder (%s).", picture.name, error)
            return
