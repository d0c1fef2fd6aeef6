"""python -m mmaif align"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..progress import terminal_bar

if TYPE_CHECKING:
    from ..align.prepare import Wishes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("sources", nargs="+", metavar="PICTURE", help="of one scene; folders and wildcards too")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER", help="for a PNG of each and alignment.json")
    parser.add_argument("--keep-size", action="store_true", help="do not crop to the area that all show")
    parser.add_argument("--task", default="auto", metavar="auto|vif|mef|mff")
    add_wishes(parser, "off")


def add_wishes(parser: argparse.ArgumentParser, ghosts: str = "auto") -> None:
    """The options that say how sources are put right, for every command that does."""
    group = parser.add_argument_group("sources that are not registered, or move")
    ways = "auto|off|translation|similarity|homography"
    group.add_argument("--align", default="auto", metavar=ways, help="how frames may lie; off: only warn")
    group.add_argument("--ghosts", default=ghosts, metavar="auto|off", help="what moves is taken from the reference")
    group.add_argument("--reference", type=int, default=None, metavar="N", help="the frame to follow, from 1")


def wishes_of(options: argparse.Namespace) -> Wishes:
    """What those options say."""
    from ..align.prepare import Wishes

    return Wishes(options.align, options.ghosts, options.reference)


def run(options: argparse.Namespace) -> None:
    """Write the sources as they lie on the reference, and say how each was moved."""
    from ..align.prepare import prepare
    from ..errors import InputError
    from ..files import check_target, made_folder, write_json
    from ..frames import expanded
    from ..sources import as_given
    from ..writing import Written, depth_of, write

    folder = Path(options.output)
    if not os.path.isdir(folder) and check_target(folder, "the output ").exists():
        raise InputError(f"The output {folder} is a file; name a folder.")
    sources = expanded(options.sources)
    given = as_given(sources, list(map(str, sources)))
    frames = given.frames
    if len(frames) < 2:
        raise InputError("align needs two sources or more; name them all.")
    targets = _targets(frames.names, folder)
    wishes = wishes_of(options)
    if wishes.align == "off":
        raise InputError("align cannot be off here; use auto, translation, similarity or homography.")
    prepared = prepare(frames, options.task, wishes, terminal_bar())
    made_folder(folder)
    top, bottom, left, right = (0, None, 0, None) if options.keep_size else prepared.common()
    about = Written(depth_of(targets[0], "auto", given.bits), given.exif, given.gray)
    for picture, target in zip(prepared, targets, strict=True):
        write(picture[0, :, top:bottom, left:right].movedim(0, -1).numpy(), target, about=about)
    report = [motion.data(name) for name, motion in zip(prepared.names, prepared.motions, strict=True)]
    write_json({"task": prepared.tasks[0], "frames": report}, folder / "alignment.json")
    for line in prepared.report():
        print(line)


def _targets(names: list[str], folder: Path) -> list[Path]:
    """A PNG in the folder for each source; the number goes before names that are there twice."""
    stems = [Path(name).stem for name in names]
    return [
        folder / (f"{stem}.png" if stems.count(stem) == 1 else f"{index}_{stem}.png")
        for index, stem in enumerate(stems, 1)
    ]
