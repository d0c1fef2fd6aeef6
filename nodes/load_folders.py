"""Load Folders: two folders of pictures -> lists of pairs that belong together by name, for a run of each pair."""

from pathlib import Path

import folder_paths
from comfy_api.latest import io
from torch import Tensor

from ..mmaif.batch.manifest import Item, read_items
from ..mmaif.checks import check_whole, shown
from ..mmaif.errors import InputError
from ..mmaif.images import read_scene
from .comfy.progress import counted
from .schema import advanced, schema

NONE = "none"
MOST = 1_000_000


class LoadFolders(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        folders = folder_paths.get_input_subfolders()
        return schema(
            node_id="MMAIFLoadFolders",
            display_name="Load Folders (MMAIF)",
            search=["batch", "folder of pairs", "directory", "load images", "image list", "dataset"],
            description="Loads the pictures of two folders that have one name, suffixes apart, as lists: what follows "
            "runs once for each pair. All stays in memory to the end; for thousands run python -m mmaif batch.",
            inputs=[
                io.Combo.Input(
                    "folder_a",
                    options=folders,
                    tooltip="A folder in the input folder; it says which pairs there are. Folders in it count too.",
                ),
                io.Combo.Input(
                    "folder_b",
                    options=[NONE, *folders],
                    default=NONE,
                    tooltip="The folder of the partners, which have the same names; suffixes may differ. "
                    "none: single pictures.",
                ),
                advanced(
                    io.Int.Input(
                        "first",
                        optional=True,
                        default=1,
                        min=1,
                        max=MOST,
                        tooltip="The pair to begin with, counted from 1 in the order of names.",
                    )
                ),
                advanced(
                    io.Int.Input(
                        "most",
                        optional=True,
                        default=0,
                        min=0,
                        max=MOST,
                        tooltip="How many pairs at most; 0 takes all. All are in memory at once.",
                    )
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="image_a",
                    is_output_list=True,
                    tooltip="The pictures of folder_a, one by one, for image_a of Encode Sources (MMAIF).",
                ),
                io.Image.Output(
                    display_name="image_b",
                    is_output_list=True,
                    tooltip="Their partners, for image_b; of single pictures nothing, as if it were not connected.",
                ),
                io.String.Output(
                    display_name="name",
                    is_output_list=True,
                    tooltip="The name of each pair, without suffix; for filename_prefix of Save Image.",
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, folder_a: str, folder_b: str = NONE, first: int = 1, most: int = 0) -> str:
        paths = [path for item in _items(folder_a, folder_b) for path in item.sources]
        stats = [(path, Path(path).stat()) for path in paths]
        return "\n".join([f"{first}:{most}", *(f"{path}:{s.st_mtime_ns}:{s.st_size}" for path, s in stats)])

    @classmethod
    def execute(cls, folder_a: str, folder_b: str = NONE, first: int = 1, most: int = 0) -> io.NodeOutput:
        items = _part(_items(folder_a, folder_b), first, most)
        lacking = [item for item in items if item.problem]
        if lacking:
            more = f" and {len(lacking) - 1} more have" if len(lacking) > 1 else " has"
            raise InputError(
                f"{_called(lacking[0].sources[0])}{more} no partner of that name in folder_b, {folder_b}; "
                "put it there, or take this one out of folder_a."
            )
        scenes = [_pair(item) for item in counted(items)]
        names = [Path(item.output).with_suffix("").as_posix() for item in items]
        # The second of a single picture is None, what a socket without a link gives: core cannot run empty lists.
        return io.NodeOutput([a for a, _ in scenes], [b for _, b in scenes], names)


def _items(folder_a: str, folder_b: str) -> list[Item]:
    """The pairs, in the order of names, as `python -m mmaif batch` finds them."""
    return read_items([_path(folder) for folder in (folder_a, *([] if folder_b == NONE else [folder_b]))], "")


def _path(folder: str) -> str:
    """The path of a folder; InputError for one that is not in ComfyUI's input folder: a workflow may be anybody's."""
    if folder not in folder_paths.get_input_subfolders():
        raise InputError(f"There is no folder {shown(folder)} in ComfyUI's input folder; put it there and choose it.")
    return str(_root() / folder)


def _root() -> Path:
    return Path(folder_paths.get_input_directory())


def _called(path: str) -> str:
    """A picture as the widgets name its folder."""
    return Path(path).relative_to(_root()).as_posix()


def _part(items: list[Item], first: int, most: int) -> list[Item]:
    """`most` of them, or all for 0, from the `first`, counted from 1."""
    start, count = check_whole(first, "first", 1, MOST) - 1, check_whole(most, "most", 0, MOST)
    if start >= len(items):
        raise InputError(f"first is {first}, but there are {len(items)} in folder_a; use 1 to {len(items)}.")
    return items[start : start + count if count else None]


def _pair(item: Item) -> tuple[Tensor, Tensor | None]:
    """The pictures [B, H, W, 3] of a pair, levelled together as batch does; None for the second of a single one."""
    pictures = read_scene(item.sources, [_called(path) for path in item.sources])
    first, *rest = [picture.movedim(1, -1) for picture in pictures]  # BCHW -> BHWC
    return first, rest[0] if rest else None
