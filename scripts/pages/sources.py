"""Measure what becomes of sources that were not taken from a tripod, and write docs/sources.md.

    python -m scripts.pages.sources --data ROOT [--model NAME] [--photos 8] [--size 480] [--show FOLDER]

ROOT holds a manifest.tsv; only its validation scenes are used. With --show one example of each kind is written there.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from mmaif import FusionPipeline
from mmaif.align.prepare import Wishes, prepare
from mmaif.align.warp import half_side, warped
from mmaif.data.makers import focus_stack
from mmaif.data.scenes import Scene, read_scenes, split
from mmaif.frames import Frames
from mmaif.images import load_image, save_image
from scripts.pages.common import DOCS, clean_photos, markdown, photo_options
from scripts.pages.shaken import MARGIN, Pose, exposed, film, matrix, shaken, speckled, taken, walker

EDGE = 24  # px at the border that are not compared: what came into view there was never seen
STOPS = (-2.0, 0.0, 2.0)


@dataclass
class Bench:
    """The model, the photos [3, H, W], the pairs, and where examples are shown, if anywhere."""

    model: str
    pipe: FusionPipeline
    photos: list[Tensor]
    pairs: Sequence[Scene]
    show: Path | None

    def fused(self, frames: Sequence[Tensor], task: str, wishes: Wishes) -> tuple[Tensor, int]:
        """Frames [3, H, W] -> fused [3, H, W], and the frame that the others followed."""
        prepared = prepare(
            Frames.held([each[None] for each in frames], list(map(str, range(len(frames))))), task, wishes
        )
        return self.pipe.fuse(prepared, [""])[0], prepared.reference

    def keep(self, name: str, *pictures: Tensor) -> None:
        """The first example of a kind, side by side."""
        if self.show is not None and not (self.show / f"{name}.png").exists():
            save_image(torch.cat(pictures, -1), self.show / f"{name}.png")


def held(frames: Sequence[Tensor]) -> Frames:
    """Frames [3, H, W] of one scene."""
    return Frames.held([each[None] for each in frames], [f"frame {i + 1}" for i in range(len(frames))])


def psnr(a: Tensor, b: Tensor) -> float:
    """dB inside the border."""
    inside = (..., slice(EDGE, -EDGE), slice(EDGE, -EDGE))
    return float(-10 * (a[inside] - b[inside]).square().mean().clamp_min(1e-9).log10())


def within(photo: Tensor) -> Tensor:
    """A photo with its margin as a camera that keeps still sees it."""
    return photo[:, MARGIN:-MARGIN, MARGIN:-MARGIN]


def unsteady(bench: Bench, _: Path) -> list[list[str]]:
    """Registered, moved and left so, laid back by what is known of the motion, and aligned: dB to the photo."""
    rows = [["frames", "registered", "moved, `--align off`", "laid back exactly", "aligned", "within 1 dB", "worst"]]
    for task, name in (("mef", "three exposures in the hand"), ("mff", "two focused, breathing")):
        found: list[list[float]] = []
        for seed, photo in enumerate(bench.photos):
            stack, poses = _moved_stack(photo, seed, task)
            moved = [taken(frame, pose) for frame, pose in zip(stack, poses, strict=True)]
            aligned, reference = bench.fused(moved, task, Wishes())
            back = [_laid_back(frame, pose, poses[reference]) for frame, pose in zip(moved, poses, strict=True)]
            others = [bench.fused(each, task, Wishes("off", "off"))[0] for each in ([*map(taken, stack)], moved, back)]
            truths = [taken(photo, pose) for pose in poses]
            truth = truths[reference]
            best = max(psnr(others[1], each) for each in truths)
            found.append([psnr(others[0], within(photo)), best, psnr(others[2], truth), psnr(aligned, truth)])
            bench.keep(f"held_{task}", others[1], aligned, truth)
        means = [f"{statistics.mean(column):.1f}" for column in zip(*found, strict=True)]
        behind = [row[2] - row[3] for row in found]
        good = sum(each <= 1 for each in behind)
        rows.append([name, *means, f"{good} of {len(behind)}", f"{max(behind):.1f} dB"])
    return rows


def _laid_back(frame: Tensor, pose: Pose, reference: Pose) -> Tensor:
    """A frame [3, H, W] as it is seen from the pose of the reference."""
    size = tuple(frame.shape[-2:])
    motion = matrix(pose, size) @ torch.linalg.inv(matrix(reference, size))
    return frame if pose == reference else warped(frame[None], motion)[0]


def _moved_stack(photo: Tensor, seed: int, task: str) -> tuple[list[Tensor], list[Pose]]:
    """The frames of a photo with its margin, and how the camera was held for each."""
    if task == "mef":
        return [exposed(photo, stop) for stop in STOPS], [shaken(3 * seed + i, 12, 1) for i in range(3)]
    frames, _ = focus_stack(photo, seed)
    return list(frames), [shaken(seed, 0), shaken(seed, 1, 0, 0.03)]


def parallax(bench: Bench, _: Path) -> list[list[str]]:
    """Infrared 8 px beside its place: what is found of it, beyond what the pair was off by itself."""
    rows = [["pairs", "off by themselves, median", "aligned at 8 px", "found within 1.5 px", "median error"]]
    errors, used, before = [], 0, []
    for seed, pair in enumerate(bench.pairs):
        visible, infrared = (load_image(pair.files[key], 640) for key in "AB")
        way = shaken(seed, 1.0)[:2]
        dx, dy = (each / math.hypot(*way) * 8 for each in way)
        found = [_shift(visible, infrared, (x, y, 0.0, 1.0)) for x, y in ((0, 0), (dx, dy))]
        errors.append(math.hypot(found[1][0] - found[0][0] - dx, found[1][1] - found[0][1] - dy))
        before.append(math.hypot(*found[0]))
        used += found[1] != (0.0, 0.0)
    good = sum(each <= 1.5 for each in errors)
    middle, off = statistics.median(errors), statistics.median(before)
    return [*rows, [str(len(errors)), f"{off:.1f} px", str(used), str(good), f"{middle:.1f} px"]]


def _shift(visible: Tensor, infrared: Tensor, pose: Pose) -> tuple[float, float]:
    """How far in px the middle of the infrared picture is found away when it was moved by the pose."""
    frames = held([within(visible), taken(infrared, pose)])
    motion = prepare(frames, "vif", Wishes()).motions[1]
    return tuple((motion.matrix[:2, 2] * half_side(motion.size)).tolist())


def walking(bench: Bench, _: Path) -> list[list[str]]:
    """How strongly somebody who walks through is seen at the three places: strongest and second strongest."""
    rows = [["", "strongest", "second", "second, ghosts off"]]
    for task in ("mef", "mff"):
        found = []
        for seed, photo in enumerate(bench.photos):
            photo, clothes = within(photo), within(bench.photos[seed - 1]).flip(-1)
            stops = STOPS if task == "mef" else (0.0, 0.0, 0.0)
            empty = [exposed(photo, stop) for stop in stops]
            walks = [walker(photo, clothes, place) for place in (0.2, 0.5, 0.8)]
            frames = [exposed(each, stop) for (each, _), stop in zip(walks, stops, strict=True)]
            wheres = [where for _, where in walks]
            nobody, _ = bench.fused(empty, task, Wishes("off", "off"))
            seen = []
            for wishes in (Wishes(), Wishes("off", "off")):
                got, _ = bench.fused(frames, task, wishes)
                bench.keep(f"walk_{task}_{wishes.ghosts}", *frames, got)
                own = [(f - e).abs().mean(0)[w].mean() for f, e, w in zip(frames, empty, wheres, strict=True)]
                shares = [float((got - nobody).abs().mean(0)[w].mean() / o) for w, o in zip(wheres, own, strict=True)]
                seen.append(sorted(shares, reverse=True))
            found.append((seen[0][0], seen[0][1], seen[1][1]))
        rows.append([task, *(f"{statistics.median(column):.2f}" for column in zip(*found, strict=True))])
    return rows


def hot(bench: Bench, _: Path) -> list[list[str]]:
    """Bad pixels that are left of 60 in each frame."""
    rows = [["frames", "left", "left, held in the hand", "of the photo's own changed"]]
    for count in (2, 3, 5):
        left, hand, harmed = [], [], []
        for seed, photo in enumerate(bench.photos):
            photo = (photo * 240 + 8).round() / 255
            poses = [shaken(seed * 9 + i, 12, 1) for i in range(count)]
            for column, clean in ((left, [within(photo)] * count), (hand, [taken(photo, pose) for pose in poses])):
                frames = [speckled(each, 100 * seed + i) for i, each in enumerate(clean)]
                wishes = Wishes("auto" if column is hand else "off", "off", 1)
                prepared = prepare(held(frames), "mff", wishes)
                first = (prepared[0][0] - clean[0]).abs().amax(0)
                column.append(int((first > 0.2).sum()))
            untouched = prepare(held(clean), "mff", wishes)
            harmed.append(int(((untouched[0][0] - clean[0]).abs().amax(0) > 0.05).sum()))
        rows.append([str(count), *(f"{statistics.mean(each):.1f}" for each in (left, hand, harmed))])
    return rows


def films(bench: Bench, folder: Path) -> list[list[str]]:
    """Two films of 30 frames, one with sound, noise over a scene in which one thing moves: what the fused one keeps."""
    import av

    visible, infrared = (load_image(bench.pairs[0].files[key], 320) for key in "AB")
    height, width = (side // 2 * 2 for side in visible.shape[-2:])
    generator = torch.Generator().manual_seed(0)
    names = [folder / "visible.mp4", folder / "infrared.mp4"]
    for name, picture, sound in zip(names, (visible, infrared), (True, False), strict=True):
        frames = []
        for index in range(30):
            frame = picture[:, :height, :width].clone()
            frame[:, height // 2 : height // 2 + 24, 4 * index : 4 * index + 24] = 0.9
            noise = torch.randn(3, height, width, generator=generator) * 0.01
            frames.append((frame + noise).clamp(0, 1))
        film(frames, name, 24, sound)
    out = folder / "fused.mp4"
    subprocess.run([sys.executable, "-m", "mmaif", "fuse", *map(str, names), "-o", str(out)], check=True)
    still = slice(0, height // 2 - 16)
    rows = [["film", "frames", "rate", "seconds of sound", "flicker in what keeps still"]]
    for name in (*names, out):
        with av.open(str(name)) as file:
            rate = float(file.streams.video[0].average_rate)
            seen = torch.stack([torch.from_numpy(f.to_ndarray(format="rgb24")) for f in file.decode(video=0)])
        with av.open(str(name)) as file:
            length = sum(f.samples / f.sample_rate for f in file.decode(audio=0)) if file.streams.audio else 0.0
        flicker = float(seen[:, still].float().std(0).mean()) / 255
        rows.append([name.stem, str(len(seen)), f"{rate:g}", f"{length:.2f}", f"{flicker:.4f}"])
    return rows


def long_stack(bench: Bench, folder: Path) -> list[list[str]]:
    """Minutes of one core and memory for folders of frames of 2 MP, and what 12 MP would take."""
    photo = torch.nn.functional.interpolate(bench.photos[0][None], (1250, 1600), mode="bicubic").clamp(0, 1)[0]
    rows = [["frames", "minutes of one core, 2 MP", "GB, 2 MP", "minutes, 12 MP", "GB, 12 MP"]]
    for count in (24, 100):
        at = folder / f"stack_{count}"
        at.mkdir()
        frames, _ = focus_stack(photo, 1, 8)
        for index in range(count):
            save_image(frames[index % 8], at / f"frame_{index:03}.png")
        command = [sys.executable, "-c", _MEASURED, str(at), str(folder / "out.png"), bench.model]
        seconds, kilobytes = map(
            float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        )
        figures = [seconds / 60, kilobytes / 2**20, 6 * seconds / 60, _AT_REST + 6 * (kilobytes / 2**20 - _AT_REST)]
        rows.append([str(count), *(f"{figure:.1f}" for figure in figures)])
    return rows


_AT_REST = 0.6  # GB of a process that has loaded torch and the model
_MEASURED = """
import contextlib, io, resource, sys, torch
from mmaif.__main__ import main
torch.set_num_threads(1)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    status = main(["fuse", sys.argv[1], "-o", sys.argv[2], "--model", sys.argv[3], "--task", "mff"])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(status)
"""
TEXT = """# Sources as cameras deliver them

Files are read at their own depth, in sRGB, upright, with their transparency; thermal counts, palettes and polarities
are told from the values (`mmaif/reading/`, `mmaif/infrared.py`). Then the frames of a scene are laid onto each other,
rid of what moves and of single bad pixels (`mmaif/align/`), where that is sure; what is not sure is left alone.

```
python -m mmaif fuse bracket/ -o out.tif                  a folder, or "stack/*.tif", or all pages of a TIFF
python -m mmaif fuse a.jpg b.jpg -o out.jpg --align off   auto, off, translation, similarity, homography; off only warns
python -m mmaif fuse stack/ -o out.png --ghosts off       what moves is taken from one frame: auto, off
python -m mmaif fuse stack/ -o out.png --reference 2      the frame that the others follow, from 1
python -m mmaif fuse visible.mp4 infrared.mp4 -o out.mp4  frame by frame: rate and sound of the first are kept
python -m mmaif align bracket/ -o aligned                 a PNG of each, and alignment.json
```

In ComfyUI *Align Sources (MMAIF)* does it; *Encode Sources* warns of shifted sources. Core's *Load Image Dataset from
Folder* and *Rebatch Images* make one batch of a folder, which goes into *image_a*.

More than eight files stay on the disk: they are read once to be judged and again a group at a time, so the memory
needed is that of eight frames and some MB for each. Order does not matter. Stacks with transparent or excluded parts,
or with several pages in one file, are held in memory, and so is each scene of a `batch`.

Written by `python -m scripts.pages.sources --model {model}`: {photos} held-out photos of {size} px, {pairs} held-out
pairs. Frames are moved by Pillow, not by the code that is measured.

## Hands and breathing lenses

Up to 12 px and 1 degree for each of three exposures (-2, 0, +2 stops); 3 % between two focused frames. dB to the photo,
moved as the frame that the others follow. *Laid back exactly*: the same frames, the motion being known; what is lost
there is lost by looking between pixels twice. *Within 1 dB* of that.

{unsteady}

## Infrared beside the visible picture

8 px in any direction. The pairs are not perfectly registered by themselves; what counts is the difference.

{parallax}

## Somebody walks through

Somebody in the colours of another photo stands at three places in three frames. How strongly each is seen, as a share
of how far it stands out of its own frame (median):

{walking}

## Hot and dead pixels

60 in each frame, at other places in each. What is left of them in the first frame, and how many of the photo's own
pixels change where none is bad:

{hot}

## Films

Two films of 30 frames with noise and one thing that moves. Flicker: standard deviation over time where nothing moves.

{films}

## Long stacks

A folder of frames of 2 MP on one core of a CPU, and six times that for 12 MP:

{long_stack}
"""


def main() -> None:
    """Measure, then write the page."""
    options = photo_options(__doc__, photos=8, show=True)
    scenes = split(read_scenes(options.data), "val")
    pairs = [scene for scene in scenes if scene.kind == "vif"][: 4 * options.photos]
    photos = clean_photos(scenes, options.photos, options.size + 2 * MARGIN)
    if options.show:
        options.show.mkdir(exist_ok=True)
    bench = Bench(options.model, FusionPipeline.from_pretrained(options.model, "cpu"), photos, pairs, options.show)
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        for measure in (unsteady, parallax, walking, hot, films, long_stack):
            tables[measure.__name__] = markdown(measure(bench, Path(folder)))
            print(tables[measure.__name__], flush=True)
    model, photos, size = Path(options.model).stem, len(photos), options.size
    text = TEXT.format(model=model, photos=photos, size=size, pairs=len(pairs), **tables)
    (DOCS / "sources.md").write_text(text)


if __name__ == "__main__":
    main()
