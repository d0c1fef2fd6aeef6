"""Sources as cameras deliver them -> sources that lie on each other, show one moment and have no hot pixels.

One reading of all frames makes small copies, from which everything is decided; a frame is put right when it is asked
for, so that the memory needed is that of the reference and of one group of frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import InputError
from ..frames import Frames
from ..images import check_same_size, luminance
from ..progress import Progress, stage
from ..tasks import resolve_task
from .estimate import Copies, reduced
from .ghosts import Curve, curve, moved
from .motion import WARNING, Motion, check_way, motions
from .spikes import Spikes, clipped, own_spikes, spikes, without
from .warp import common_area, cover, warped

SIDE = 1280  # px, longer side of the copies that motion is read from
CHEAP = 384  # px, the same for a warning
PROPORTION = 0.03  # difference of width to height up to which infrared of another size is fitted


@dataclass(frozen=True)
class Wishes:
    """align: auto, off, translation, similarity, homography. ghosts: auto, off. reference: the frame that the others
    follow, from 1; None for the best."""

    align: str = "auto"
    ghosts: str = "auto"
    reference: int | None = None

    def checked(self, count: int) -> "Wishes":
        """Itself; raises InputError for what there is not."""
        check_way(self.align)
        if self.ghosts not in ("auto", "off"):
            raise InputError(f"Unknown ghosts {self.ghosts!r}; use auto or off.")
        if self.reference is not None and not 1 <= self.reference <= count:
            raise InputError(f"The reference {self.reference} is none of the {count} sources; use 1 to {count}.")
        return self


@dataclass
class Scene:
    """What is known of one scene of N frames: copies [1, 3, h, w] to decide by, brightness and spikes of each."""

    names: list[str]
    size: tuple[int, int]  # of the first frame, (H, W)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    copies: list[Tensor] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    spikes: list[Spikes] = field(default_factory=list)
    motions: list[Motion] = field(default_factory=list)
    curves: list[Curve | None] = field(default_factory=list)
    task: str = "auto"
    reference: int = 0
    ghosts: bool = False
    shown: Tensor | None = None  # the reference as it is fused, [1, 3, H, W]


class Prepared(Frames):
    """Frames put right. task: what they are. notes: a sentence about everything that was done or is to be known."""

    def __init__(self, frames: Frames, scenes: Sequence[Scene]):
        super().__init__([lambda i=i: self._read(i) for i in range(len(frames))], frames.names, frames.covers)
        self._frames, self._scenes = frames, scenes
        self.tasks = [scene.task for scene in scenes]
        self.brightness = torch.tensor([scene.means for scene in scenes], dtype=torch.float64)  # [B, N]
        self.notes: list[str] = []

    @property
    def motions(self) -> list[Motion]:
        """Of the first scene, one for each frame; none where nothing was aligned."""
        return self._scenes[0].motions

    def report(self) -> list[str]:
        """A line for each frame: how it lay, and how sure that is."""
        first = self._scenes[0]
        if not first.motions:
            return [f"Nothing to align: {len(self)} source(s), task {first.task}."]
        lines = [f"{self.names[first.reference]}: the reference"]
        pairs = enumerate(zip(self.names, first.motions, strict=True))
        return lines + [motion.words(name) for index, (name, motion) in pairs if index != first.reference]

    def common(self) -> tuple[int, int, int, int]:
        """(top, bottom, left, right) of the area that all frames show, in all scenes."""
        covers = [cover(each.matrix, scene.size) for scene in self._scenes for each in scene.motions]
        height, width = self._scenes[0].size
        return common_area(torch.stack(covers)) if covers else (0, height, 0, width)

    def _read(self, index: int) -> Tensor:
        picture = fitted(self._frames[index], self._scenes[0].size)
        rows = zip(picture.split(1), self._scenes, strict=True)
        return torch.cat([self._put_right(row, scene, b, index) for b, (row, scene) in enumerate(rows)])

    def _put_right(self, picture: Tensor, scene: Scene, row: int, index: int) -> Tensor:
        """Frame `index` [1, 3, H, W] of a scene, `row` of the batch."""
        if scene.spikes:
            picture = without(picture, self._own(scene, row, index, picture))
        if index == scene.reference or not scene.motions:
            return picture if not scene.ghosts or index == scene.reference else self._still(picture, scene, row, index)
        motion = scene.motions[index]
        if motion.used:
            picture = warped(picture, motion.matrix)
        needs = scene.task != "vif" and (motion.used or scene.ghosts)
        return self._still(picture, scene, row, index) if needs else picture

    def _own(self, scene: Scene, row: int, index: int, picture: Tensor) -> Tensor:
        """The spikes of a frame that no other has, and a frame that is not black or white there bears witness."""
        means = torch.tensor(scene.means, dtype=torch.float64)
        gaps = (means - means[index]).abs()
        gaps[index] = float("inf")
        nearest = int(gaps.argmin())
        at = own_spikes(scene.spikes, index, scene.size, nearest, [motion.matrix for motion in scene.motions])
        if len(at) and scene.task == "mef":
            witness = fitted(self._frames[nearest], scene.size)[row : row + 1]
            at = at[~clipped(witness, at)]
        return at

    def _still(self, picture: Tensor, scene: Scene, row: int, index: int) -> Tensor:
        """The frame with what moves, and what its camera did not see, after the reference at the frame's exposure."""
        if scene.shown is None:
            first = fitted(self._frames[scene.reference], scene.size)[row : row + 1]
            scene.shown = self._put_right(first, scene, row, scene.reference)
        shown = torch.ones(scene.size, dtype=torch.bool)
        if scene.motions:
            shown = cover(scene.motions[index].matrix, scene.size, 1)
        there, first = self._there(scene, row, index), self._there(scene, row, scene.reference)
        if scene.motions and scene.motions[index].used:
            # what was filled before the frame was moved
            picture = torch.where((~there & first)[None, None], scene.shown, picture)
        where = shown & there & first
        small = reduced(scene.shown, CHEAP)
        seen = F.interpolate(where[None, None].float(), small.shape[-2:], mode="nearest")[0, 0] > 0.5
        fit = curve(small, reduced(picture, CHEAP), seen)
        share = (~shown & there)[None, None].float()
        if scene.ghosts:
            share = torch.maximum(share, moved(scene.shown, picture, fit, where, scene.task))
        if not bool(share.any()):
            return picture
        return picture + (fit(scene.shown) - picture) * share

    def _there(self, scene: Scene, row: int, index: int) -> Tensor:
        """Where a frame, as it lies on the reference, is not transparent: bool [H, W]."""
        alpha = self.covers[index]
        if alpha is None:
            return torch.ones(scene.size, dtype=torch.bool)
        alpha = fitted(alpha[row : row + 1], scene.size)
        if scene.motions:
            alpha = warped(alpha, scene.motions[index].matrix, "bilinear")
        return alpha[0, 0] > 0.99


def prepare(frames: Frames, task: str, wishes: Wishes, progress: Progress | None = None) -> Prepared:
    """Frames of one or more scenes, decided upon; task: as `mmaif.tasks` names them."""
    wishes.checked(len(frames))
    scenes = _look(frames, progress, wishes)
    for scene in scenes:
        scene.task = resolve_task(task, torch.cat([_alike(copy, scene.copies[0]) for copy in scene.copies]))
        _check_sizes(scene)
        many = len(frames) > 1
        scene.reference = 0 if scene.task == "vif" or not many else best_reference(scene)
        if wishes.reference is not None:
            scene.reference = wishes.reference - 1
        scene.ghosts = many and wishes.ghosts == "auto" and scene.task in ("mef", "mff")
        if not many or scene.task not in ("mef", "mff"):
            scene.spikes = []
        if many and scene.task in ("vif", "mef", "mff") and wishes.align != "off":
            copies = [Copies(_alike(copy, scene.copies[0])) for copy in scene.copies]
            scene.motions = motions(copies, scene.reference, scene.task, wishes.align)
            scene.motions = [_of_size(each, scene.size) for each in scene.motions]
    prepared = Prepared(frames, scenes)
    for scene in scenes[:1]:
        prepared.notes += notes(scene, wishes)
    for scene in scenes:
        scene.copies = []
    return prepared


def _look(frames: Frames, progress: Progress | None, wishes: Wishes) -> list[Scene]:
    """One reading of everything."""
    told = stage(progress, "read") if len(frames) > 2 else None
    scenes: list[Scene] = []
    side = CHEAP if wishes.align == "off" else SIDE
    for index, picture in enumerate(frames):
        if not scenes:
            scenes = [Scene(frames.names, tuple(picture.shape[-2:])) for _ in picture]
        if len(picture) != len(scenes):
            raise InputError(
                f"{frames.names[index]} holds {len(picture)} pictures but {frames.names[0]} holds {len(scenes)}; "
                "match them."
            )
        for row, scene in zip(picture.split(1), scenes, strict=True):
            scene.sizes.append(tuple(row.shape[-2:]))
            scene.copies.append(reduced(row, side) if max(row.shape[-2:]) > side else row)
            scene.means.append(float(row.mean(dtype=torch.float64)))
            if row.shape[-2:] == scene.size and len(frames) > 1:
                scene.spikes.append(spikes(row, len(frames)))
        if told:
            told(index + 1, len(frames))
    return scenes


def _check_sizes(scene: Scene) -> None:
    """Raise InputError unless sizes are one, or infrared has the proportions of the visible picture."""
    proportions = [width / height for height, width in scene.sizes]
    fits = scene.task == "vif" and all(abs(each / proportions[0] - 1) <= PROPORTION for each in proportions)
    if not fits or min(scene.size) < 16:
        check_same_size([torch.empty(0, *size) for size in scene.sizes], scene.names)
    if len(scene.spikes) < len(scene.sizes):
        scene.spikes = []


def fitted(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """[B, C, h, w] at the size (H, W) of the first source."""
    if tuple(picture.shape[-2:]) == size:
        return picture
    return F.interpolate(picture, size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)


def _alike(copy: Tensor, first: Tensor) -> Tensor:
    """A copy at the size of the first one."""
    return fitted(copy, tuple(first.shape[-2:]))


def _of_size(motion: Motion, size: tuple[int, int]) -> Motion:
    """A motion read off copies, in the picture's own pixels."""
    return Motion(motion.matrix, size, motion.judged, motion.used, motion.sure)


def best_reference(scene: Scene) -> int:
    """Of a bracket the frame with least black and white; of a focus stack the one with most contrast between
    neighbouring pixels. The order of the frames does not matter."""
    gray = [luminance(copy) for copy in scene.copies]
    if scene.task == "mef":
        lost = [float(((g < 0.04) | (g > 0.96)).float().mean()) + 0.2 * abs(float(g.mean()) - 0.45) for g in gray]
        return min(range(len(gray)), key=lambda i: (round(lost[i], 4), scene.means[i]))
    sharp = [float(g.diff(dim=-1).square().mean() + g.diff(dim=-2).square().mean()) for g in gray]
    return max(range(len(gray)), key=lambda i: (sharp[i], scene.means[i]))


def notes(scene: Scene, wishes: Wishes) -> list[str]:
    """What people should know of a scene, a line each."""
    if len(scene.copies) < 2 or scene.task not in ("vif", "mef", "mff"):
        return []
    if wishes.align == "off":
        pictures = torch.cat([_alike(copy, scene.copies[0]) for copy in scene.copies])
        return warnings(pictures, scene.task, scene.names, scene.size)
    told = [(name, motion) for name, motion in zip(scene.names, scene.motions, strict=True)]
    moved_ones = [motion.words(name) for name, motion in told if motion.used]
    unsure = [name for name, motion in told if not (motion.used or motion.sure)]
    lines = [f"Aligned to {scene.names[scene.reference]}: {'; '.join(moved_ones)}."] if moved_ones else []
    if unsure and scene.task != "vif":
        lines.append(f"Not sure how {', '.join(unsure)} lie(s): left alone.")
    return lines


def warnings(pictures: Tensor, task: str, names: Sequence[str], size: tuple[int, int] | None = None) -> list[str]:
    """Which of registered sources [N, 3, H, W] seem shifted, a line for each; looked at on small copies, in a moment.

    size: (H, W) of the sources where the pictures are reductions.
    """
    if len(pictures) < 2 or task not in ("vif", "mef", "mff"):
        return []
    size = size or tuple(pictures.shape[-2:])
    copies = [Copies(reduced(picture, CHEAP)) for picture in pictures.split(1)]
    lines = []
    for name, each in zip(
        names, motions(copies, 0, task, "translation" if task == "vif" else "similarity"), strict=True
    ):
        pixels = _of_size(each, size).pixels
        if each.used and pixels >= WARNING * max(1.0, max(size) / CHEAP):
            lines.append(f"{name} seems shifted by about {pixels:.0f} px: use Align Sources (or fuse --align auto).")
    return lines
