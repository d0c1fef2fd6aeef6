"""A scene of which all is decided, and its frames put right one by one, when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from ..frames import Frames
from .estimate import reduced
from .ghosts import curve, moved
from .motion import Motion
from .spikes import Spikes, clipped, own_spikes, without
from .warp import common_area, cover, warped

CHEAP = 384  # px, longer side of the copies that curves and warnings are read from


@dataclass
class Scene:
    """What is known of one scene of N frames, in their order.

    size: (H, W) of the first frame, which all get. copies [1, 1, h, w]: luminance to tell motion by; thumbs
    [1, 3, h, w]: to tell the task by. shown: the reference as it is fused, [1, 3, H, W].
    """

    names: list[str]
    size: tuple[int, int]
    sizes: list[tuple[int, int]] = field(default_factory=list)
    copies: list[Tensor] = field(default_factory=list)
    thumbs: list[Tensor] = field(default_factory=list)
    means: list[float] = field(default_factory=list)
    spikes: list[Spikes] = field(default_factory=list)
    motions: list[Motion] = field(default_factory=list)
    task: str = "auto"
    reference: int = 0
    ghosts: bool = False
    gray: bool = True
    shown: Tensor | None = None

    def moves(self, index: int) -> bool:
        """Whether a frame is moved onto the reference."""
        return bool(self.motions) and self.motions[index].used

    def covered(self, index: int) -> Tensor:
        """What the camera of a frame saw of what the reference shows, but for a pixel at its border: bool [H, W]."""
        if not self.moves(index):
            return torch.ones(self.size, dtype=torch.bool)
        return cover(self.motions[index].matrix, self.size, 1)

    def nearest(self, index: int) -> int:
        """The frame that is most like a frame in brightness."""
        others = [i for i in range(len(self.means)) if i != index]
        return min(others, key=lambda i: abs(self.means[i] - self.means[index]))


class Prepared(Frames):
    """Frames put right. tasks: what each scene is. gray: no frame has a colour. notes: a sentence about everything that
    was done or is to be known."""

    def __init__(self, frames: Frames, scenes: Sequence[Scene]):
        super().__init__([lambda i=i: self._read(i) for i in range(len(frames))], frames.names, frames.covers)
        self._frames, self._scenes = frames, scenes
        self.tasks = [scene.task for scene in scenes]
        self.gray = all(scene.gray for scene in scenes)
        self.brightness = torch.tensor([scene.means for scene in scenes], dtype=torch.float64)  # [B, N]
        self.notes: list[str] = []

    @property
    def shape(self) -> tuple[int, ...]:
        """(B, N, 3, H, W), without reading anything."""
        return len(self._scenes), len(self), 3, *self._scenes[0].size

    @property
    def reference(self) -> int:
        """The frame of the first scene that the others follow."""
        return self._scenes[0].reference

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
            picture = without(picture, self._own(scene, row, index))
        if index == scene.reference:
            return picture
        if scene.moves(index):
            picture = warped(picture, scene.motions[index].matrix)
        needs = scene.task != "vif" and (scene.moves(index) or scene.ghosts)
        return self._still(picture, scene, row, index) if needs else picture

    def _own(self, scene: Scene, row: int, index: int) -> Tensor:
        """The spikes of a frame that no other has, and a frame that is not black or white there bears witness."""
        nearest = scene.nearest(index)
        at = own_spikes(scene.spikes, index, scene.size, nearest, [motion.matrix for motion in scene.motions])
        if len(at) and scene.task == "mef":
            witness = fitted(self._frames[nearest], scene.size)[row : row + 1]
            at = at[~clipped(witness, at)]
        return at

    def _still(self, picture: Tensor, scene: Scene, row: int, index: int) -> Tensor:
        """The frame with what moves, and what its camera did not see, after the reference at the frame's exposure."""
        first, seen = self._reference(scene, row), scene.covered(index)
        there, first_there = self._there(scene, row, index), self._there(scene, row, scene.reference)
        if scene.moves(index):  # what fills transparent parts was put there before they were moved
            picture = torch.where((~there & first_there)[None, None], first, picture)
        both = seen & there & first_there
        small = reduced(first, CHEAP)
        told_by = F.interpolate(both[None, None].float(), small.shape[-2:], mode="nearest")[0, 0] > 0.5
        fit = curve(small, reduced(picture, CHEAP), told_by)
        share = (~seen & there)[None, None].float()
        if scene.ghosts:
            share = torch.maximum(share, moved(first, picture, fit, both, scene.task))
        return picture + (fit(first) - picture) * share if bool(share.any()) else picture

    def _reference(self, scene: Scene, row: int) -> Tensor:
        """The reference as it is fused, [1, 3, H, W], kept."""
        if scene.shown is None:
            given = fitted(self._frames[scene.reference], scene.size)[row : row + 1]
            scene.shown = self._put_right(given, scene, row, scene.reference)
        return scene.shown

    def _there(self, scene: Scene, row: int, index: int) -> Tensor:
        """Where a frame, as it lies on the reference, is not transparent: bool [H, W]."""
        alpha = self.covers[index]
        if alpha is None:
            return torch.ones(scene.size, dtype=torch.bool)
        alpha = fitted(alpha[row : row + 1], scene.size)
        if scene.moves(index):
            alpha = warped(alpha, scene.motions[index].matrix, "bilinear")
        return alpha[0, 0] > 0.99


def fitted(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """[B, C, h, w] at the size (H, W) of the first source."""
    if tuple(picture.shape[-2:]) == size:
        return picture
    return F.interpolate(picture, size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)


def alike(copies: Sequence[Tensor]) -> list[Tensor]:
    """Copies [1, C, h, w] at the size of the first one."""
    return [fitted(copy, tuple(copies[0].shape[-2:])) for copy in copies]
