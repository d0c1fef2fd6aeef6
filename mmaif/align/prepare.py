"""Sources as cameras deliver them -> sources that lie on each other, show one moment and have no hot pixels.

One reading of all frames makes small copies, from which everything is decided; a frame is put right when it is asked
for, so that the memory needed is that of the reference and of one group of frames.
"""

from dataclasses import dataclass

import torch

from ..checks import check_choice, check_whole
from ..errors import InputError
from ..frames import Frames
from ..images import check_same_size, is_gray, luminance
from ..progress import Progress, stage
from ..tasks import resolve_task
from .estimate import Copies, reduced
from .motion import WAYS, motions
from .notes import told, warned
from .scene import CHEAP, Prepared, Scene, alike
from .spikes import spikes

GHOSTS = ("auto", "off")
SIDE = 1280  # px, longer side of the copies that motion is read from
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
        check_choice(self.align, "align", WAYS)
        check_choice(self.ghosts, "ghosts", GHOSTS)
        if self.reference is not None:
            check_whole(self.reference, "reference", 1, count)
        return self


def prepare(frames: Frames, task: str, wishes: Wishes, progress: Progress | None = None, warn: bool = True) -> Prepared:
    """Frames of one or more scenes, decided upon; task: as `mmaif.tasks` names them. warn: say which of those that are
    not to be aligned seem shifted, which takes a look at them."""
    wishes.checked(len(frames))
    scenes = _look(frames, task, progress, wishes)
    for scene in scenes:
        _decide(scene, task, wishes)
    prepared = Prepared(frames, scenes)
    if wishes.align != "off":
        prepared.notes += told(scenes[0])
    elif warn:
        prepared.notes += warned(scenes[0])
    for scene in scenes:
        scene.copies, scene.thumbs = [], []
    return prepared


def _decide(scene: Scene, task: str, wishes: Wishes) -> None:
    """Task, reference, motions, and what is to be done about ghosts and spikes."""
    scene.task = resolve_task(task, torch.cat(alike(scene.thumbs)))
    _check_sizes(scene)
    many = len(scene.copies) > 1
    stack = many and scene.task in ("mef", "mff")
    scene.reference = best_reference(scene) if stack else 0
    if wishes.reference is not None:
        scene.reference = wishes.reference - 1
    scene.ghosts = stack and wishes.ghosts == "auto"
    if not stack:
        scene.spikes = []
    if wishes.align != "off" and many and scene.task != "restore":
        copies = [Copies(copy) for copy in alike(scene.copies)]
        found = motions(copies, scene.reference, scene.task, wishes.align)
        scene.motions = [each.of_size(scene.size) for each in found]


def _look(frames: Frames, task: str, progress: Progress | None, wishes: Wishes) -> list[Scene]:
    """One reading of everything; spikes are looked for where the task may be one of stacks."""
    stack = len(frames) > 1 and task not in ("vif", "restore")
    heard = stage(progress, "read") if len(frames) > 2 else None
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
            scene.copies.append(reduced(luminance(row), side))
            scene.thumbs.append(reduced(row, CHEAP))
            scene.gray = scene.gray and is_gray(row)
            scene.means.append(float(row.mean(dtype=torch.float64)))
            if stack and row.shape[-2:] == scene.size:
                scene.spikes.append(spikes(row, len(frames)))
        if heard:
            heard(index + 1, len(frames))
    return scenes


def _check_sizes(scene: Scene) -> None:
    """Raise InputError unless sizes are one, or infrared has the proportions of the visible picture."""
    proportions = [width / height for height, width in scene.sizes]
    fits = scene.task == "vif" and all(abs(each / proportions[0] - 1) <= PROPORTION for each in proportions)
    if not fits or min(scene.size) < 16:
        check_same_size([torch.empty(0, *size) for size in scene.sizes], scene.names)
    if len(scene.spikes) < len(scene.sizes):
        scene.spikes = []


def best_reference(scene: Scene) -> int:
    """Of a bracket the frame with least black and white; of a focus stack the one with most contrast between
    neighbouring pixels. The order of the frames does not matter."""
    gray = scene.copies
    if scene.task == "mef":
        lost = [float(((g < 0.04) | (g > 0.96)).float().mean()) + 0.2 * abs(float(g.mean()) - 0.45) for g in gray]
        return min(range(len(gray)), key=lambda i: (round(lost[i], 4), scene.means[i]))
    sharp = [float(g.diff(dim=-1).square().mean() + g.diff(dim=-2).square().mean()) for g in gray]
    return max(range(len(gray)), key=lambda i: (sharp[i], scene.means[i]))
