"""Folders of pictures that belong together by their names without suffix."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image
from torch import Tensor

from ..errors import InputError
from ..images import load_image


def parse_methods(fused: Sequence[str]) -> dict[str, Path]:
    """`NAME=DIR` or `DIR`, which is then named after itself -> name: folder."""
    methods: dict[str, Path] = {}
    for text in fused:
        name, equals, folder = text.partition("=")
        if not equals or Path(text).is_dir():
            name, folder = Path(text).absolute().name, text
        if not name or not folder:
            raise InputError(f"--fused {text} has no name or no folder; write NAME=DIR.")
        if name in methods:
            raise InputError(f"Two folders of --fused are called {name}; tell them apart by NAME=DIR.")
        methods[name] = Path(folder)
    return methods


def match(folders: Mapping[str, Path]) -> dict[str, list[Path]]:
    """Scene -> one file per folder, in the folders' order; the first folder says which scenes.

    folders: what to call each in an error ("source folder 1") -> where it is.
    """
    listings = {label: _pictures(label, folder) for label, folder in folders.items()}
    (first, scenes), *others = listings.items()
    for label, files in others:
        missing = sorted(set(scenes) - set(files))
        if missing:
            raise InputError(
                f"{label[0].upper()}{label[1:]}, {folders[label]}, has no picture named {_some(missing)}, as "
                f"{first} has; give it the same names (suffixes may differ)."
            )
    return {scene: [files[scene] for files in listings.values()] for scene in sorted(scenes)}


def load_scene(files: Sequence[Path]) -> list[Tensor]:
    """The pictures of one scene, [3, H, W] each; they must be of one size."""
    pictures = [load_image(path) for path in files]
    height, width = pictures[0].shape[-2:]
    for path, picture in zip(files, pictures, strict=True):
        if picture.shape[-2:] != (height, width):
            raise InputError(
                f"{path} is {picture.shape[-1]}x{picture.shape[-2]} but {files[0]} is {width}x{height}; "
                "pictures of one scene must be of one size."
            )
    if min(height, width) < 16:
        raise InputError(f"{files[0]} is {width}x{height}; pictures must be at least 16x16.")
    return pictures


def _pictures(label: str, folder: Path) -> dict[str, Path]:
    """Name without suffix -> file, for the pictures right in a folder."""
    if not folder.is_dir():
        raise InputError(f"{label[0].upper()}{label[1:]}, {folder}, does not exist or is no folder; check the path.")
    known = Image.registered_extensions()
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in known or path.name.startswith(".") or not path.is_file():
            continue
        if path.stem in found:
            raise InputError(f"{folder} holds both {found[path.stem].name} and {path.name}; keep one per name.")
        found[path.stem] = path
    if not found:
        raise InputError(f"{label[0].upper()}{label[1:]}, {folder}, holds no pictures; put them right into it.")
    return found


def _some(names: Sequence[str]) -> str:
    """Up to three names and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
