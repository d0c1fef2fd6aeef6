"""Load Thermal: a file of a thermal camera -> a gray picture in which hot is white, and what was done to it."""

import os
from pathlib import Path

import folder_paths
from comfy_api.latest import io, ui

from ..mmaif.checks import shown
from ..mmaif.errors import InputError
from ..mmaif.infrared import POLARITIES, read_thermal
from .schema import schema

MORE = (".tif", ".tiff", ".npy", ".exr")  # what browsers may not know as pictures


class LoadThermal(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return schema(
            node_id="MMAIFLoadThermal",
            display_name="Load Thermal (MMAIF)",
            search=["thermal", "infrared", "radiometric", "flir", "tiff 16 bit", "ironbow", "black hot", "load image"],
            description="Loads a thermal picture as gray, hot is white: sensor counts and temperatures are stretched, "
            "false colours such as ironbow or rainbow are taken back. The text says what was done.",
            inputs=[
                io.Combo.Input(
                    "image",
                    options=_files(),
                    upload=io.UploadType.image,
                    tooltip="A file of the input folder: 8 or 16 bit PNG, TIFF of counts, Kelvin or Celsius, JPEG ...",
                ),
                io.Combo.Input(
                    "polarity",
                    options=list(POLARITIES),
                    default="auto",
                    tooltip="What is hot in the file; auto leaves it to Encode Sources. black inverts it.",
                ),
                io.Float.Input(
                    "low",
                    default=0.5,
                    min=0.0,
                    max=99.0,
                    step=0.1,
                    tooltip="Percentile of the sensor values that becomes black.",
                ),
                io.Float.Input(
                    "high",
                    default=99.5,
                    min=1.0,
                    max=100.0,
                    step=0.1,
                    tooltip="Percentile of the sensor values that becomes white.",
                ),
            ],
            outputs=[
                io.Image.Output(tooltip="For image_b of Encode Sources (MMAIF); all pages of a TIFF as a batch."),
                io.String.Output(display_name="report", tooltip="What the file held and what was done to it."),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, image: str, **_: object) -> str:
        path = Path(folder_paths.get_annotated_filepath(image))
        found = path.stat() if path.is_file() else None
        return f"{path}:{found.st_mtime_ns}:{found.st_size}" if found else str(path)

    @classmethod
    def execute(cls, image: str, polarity: str, low: float, high: float) -> io.NodeOutput:
        pictures, notes = read_thermal(_path(image), image, polarity, low, high)
        report = "\n".join(notes)
        return io.NodeOutput(pictures.movedim(1, -1), report, ui=ui.PreviewText(report))  # BCHW -> BHWC


def _path(image: str) -> Path:
    """The file of that name; InputError for one outside ComfyUI's folders, since a workflow may come from anybody."""
    path = os.path.abspath(folder_paths.get_annotated_filepath(image))
    folders = (folder_paths.get_input_directory, folder_paths.get_output_directory, folder_paths.get_temp_directory)
    if not any(Path(path).is_relative_to(os.path.abspath(folder())) for folder in folders):
        raise InputError(f"image {shown(image)} is not in ComfyUI's input folder; put it there and choose it.")
    return Path(path)


def _files() -> list[str]:
    """The pictures in the input folder."""
    folder = Path(folder_paths.get_input_directory())
    names = [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    pictures = set(folder_paths.filter_files_content_types(names, ["image"]))
    return sorted(pictures.union(name for name in names if name.lower().endswith(MORE)))
