"""The pictures of a data folder, and a split of them by scene.

A data folder holds `manifest.tsv` with the columns kind, name, origin, licence and files, where files is a
list of `KEY=relative/path`. The keys are those of the manifest:

    vif          A visible, B infrared, and TARGET where `vif_targets/<name>.*` exists
    mef          E0, E1, ... from dark to bright
    mff          A, B, and GT where an exact all-in-focus picture exists
    clean, clean_hires      A
    noise, lowlight         A the clean picture, A_degraded the real degraded one
    pair_*       A degraded by other people's pipelines and cameras, GT clean (see `pairs.py`)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..errors import InputError
from ..images import load_image

__all__ = ["Scene", "load_image", "read_scenes", "split"]

# Frames of one drive or of one room carry near numbers: numbers closer than this stay together.
FRAME_GAP = {"roadscene": 35, "msrs": 30, "nyu": 3, "lol": 1}
# The shipped example pictures are made of the first: what they show was never trained on.
HELD_OUT = {
    "lomiri_Wine_by_Jakkub_Mede",
    "lomiri_friends_by_Aitzol_Berasategi",
    "lomiri_sunset_by_Aitzol_Berasategi",
    # the clean infrared of these is the truth of the pairs val_reco_FMB_ir_*
    "reco_FMB_1",
    "reco_FMB_2",
    "reco_FMB_3",
    "reco_FMB_5",
}
# The same view under two names, found by comparing all the pictures as thumbnails.
SAME_VIEW = {
    "roadscene_FLIR_video_02829": "roadscene_FLIR_09465",
    "bsds_323016": "aymaz_06",
    "aymaz_20": "aymaz_07",
    "d2_Seq13": "d2_Seq12",
    "d2_Seq23": "d2_Seq22",
    "d2_Seq29": "d2_Seq28",
}
VALIDATION_SHARE = 0.08
# What a line of a kind must name.
KEYS = {"vif": ("A", "B"), "mef": ("E0", "E1"), "clean": ("A",), "clean_hires": ("A",)}
SPLIT_SALT = "mmaif-290"  # chosen so that every source of pictures has its share of the small kinds


@dataclass(frozen=True)
class Scene:
    """One line of the manifest. `group` names the place shown: scenes of one group are never split apart."""

    kind: str
    name: str
    group: str
    files: dict[str, Path]

    def exposures(self) -> list[Path]:
        """The exposure stack, dark to bright; empty for other kinds."""
        keys = sorted((k for k in self.files if re.fullmatch(r"E[0-9]{1,6}", k)), key=lambda k: int(k[1:]))
        return [self.files[k] for k in keys]


def read_scenes(root: str | Path, kinds: Iterable[str] | None = None) -> list[Scene]:
    """All scenes under `root` in the order of the manifest, or only those of the named kinds.

    Raises `InputError` for a missing or damaged manifest. The files themselves are not opened.
    """
    root = Path(root)
    manifest = root / "manifest.tsv"
    if not manifest.is_file():
        raise InputError(f"No manifest.tsv in the data folder {root}: give the folder that holds it.")
    rows = []
    for number, line in enumerate(_lines(manifest)[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != 5 or not cells[1] or not all("=" in pair for pair in cells[4].split()):
            raise InputError(f"Line {number} of {manifest} is not 'kind, name, origin, licence, files': repair it.")
        files = {key: root / path for key, path in (pair.split("=", 1) for pair in cells[4].split())}
        if missing := [key for key in KEYS.get(cells[0], ()) if key not in files]:
            raise InputError(f"Line {number} of {manifest} names no file {missing[0]} for {cells[0]}: add it.")
        rows.append((cells[0], cells[1], files))

    targets = {path.stem: path for path in sorted((root / "vif_targets").glob("*.*"))}
    groups = _groups([(kind, name) for kind, name, _ in rows])
    scenes = []
    for (kind, name, files), group in zip(rows, groups, strict=True):
        if kind == "vif" and name in targets:
            files["TARGET"] = targets[name]
        scenes.append(Scene(kind, name, group, files))
    wanted = None if kinds is None else set(kinds)
    return [scene for scene in scenes if wanted is None or scene.kind in wanted]


def _lines(manifest: Path) -> list[str]:
    try:
        return manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{manifest} cannot be read as UTF-8 text: repair it, or check your rights.") from error


def split(scenes: Iterable[Scene], fold: str) -> list[Scene]:
    """The scenes of one fold, "train" or "val" (about 8 %).

    The side is decided by a hash of the group alone, so it does not move when other scenes come or go. The
    photos behind the shipped examples are always "val", and so is what is called "val_..."; the other `pair_*` are
    always "train".
    """
    if fold not in ("train", "val"):
        raise InputError(f"Unknown fold {fold!r}: use 'train' or 'val'.")
    return [scene for scene in scenes if _is_validation(scene) == (fold == "val")]


def _is_validation(scene: Scene) -> bool:
    if scene.kind.startswith("pair_") or scene.name.startswith("val_"):
        return scene.name.startswith("val_")
    if scene.group in HELD_OUT:
        return True
    digest = hashlib.sha256(f"{SPLIT_SALT}:{scene.group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < VALIDATION_SHARE * 2**32


def _groups(rows: list[tuple[str, str]]) -> list[str]:
    """One group per (kind, name): the stem of `_place`, and the first number of a run of frames."""
    places = [_place(kind, SAME_VIEW.get(name, name)) for kind, name in rows]
    first: dict[tuple[str, int], int] = {}
    numbered = sorted({place for place in places if place[1] is not None})
    for stem, run in groupby(numbered, key=lambda place: place[0]):
        gap, start, last = FRAME_GAP[stem.split("_")[0]], None, None
        for _, number in run:
            if last is None or number - last > gap:
                start = number
            first[stem, number] = start
            last = number
    return [stem if number is None else f"{stem}_{first[stem, number]}" for stem, number in places]


def _place(kind: str, name: str) -> tuple[str, int | None]:
    """What a name says about the place: a stem, and the frame number where near numbers mean near views."""
    source = name.split("_")[0]
    if source in FRAME_GAP:
        number = re.search(r"([0-9]{1,12})[DN]?$", name)
        if number:
            return name[: number.start()].rstrip("_"), int(number.group(1))
    if source == "m3svd":  # m3svd_<day>_<time>_<frame>
        return name.rsplit("_", 1)[0], None
    if source == "bsds":  # BSDS numbers are <disc of the Corel collection><picture>; a disc has one theme
        return f"bsds_{int(re.sub(r'[^0-9]', '', name)[:12] or 0) // 1000}", None
    if source == "polyu" and "_" in name:  # polyu_<camera>_<settings...>_<object>_<crop>
        parts = re.sub(r"_+\d+$", "", name).split("_")
        return f"polyu_{parts[1]}_{parts[-1]}", None
    if kind == "mef" and not re.fullmatch(r"d\d+_Seq\d+", name):  # d<set>_<Place><view>, sets overlap
        place = re.sub(r"^d\d+_", "", name)
        return f"mef_{re.sub(r'[0-9]+$', '', place) or place}", None
    return name, None
