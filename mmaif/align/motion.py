"""The motion of each frame of a scene against one of them, where it can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ..checks import check_choice
from .confidence import Judgement, judge
from .estimate import MOTIONS, Copies, estimate
from .warp import displacement, half_side, similarity

WAYS = ("auto", "off", *MOTIONS)
TRUST = {False: 0.25, True: 0.15}  # blind -> confidence; unrelated pictures reach 0.12 and 0.05
CLEARLY = 0.1  # more confidence than before: blocks that were apart lie on each other
GAIN = {False: 0.012, True: 0.03}  # blind -> or else more correlation of edges than before, and then
STILL = {False: 0.4, True: 1.0}  # at least so many pixels of motion; less is left alone
WARNING = 1.5  # px from which a fusion warns


@dataclass(frozen=True)
class Motion:
    """A frame against the reference: matrix [3, 3] (`mmaif.align.warp`), in a picture of size (H, W).

    judged: how sure that is. used: False where the frame was left as it is, `matrix` then being the identity; sure:
    whether that is because it lies right, and not because nothing could be told.
    """

    matrix: Tensor
    size: tuple[int, int]
    judged: Judgement
    used: bool
    sure: bool

    @property
    def pixels(self) -> float:
        """How far the corners move at most."""
        return displacement(self.matrix, self.size)

    def of_size(self, size: tuple[int, int]) -> "Motion":
        """The same, read off copies, in the pixels of a picture of (H, W)."""
        return replace(self, size=size)

    def words(self, name: str) -> str:
        """One line about it, for people."""
        trust = f"confidence {self.judged.confidence:.2f}"
        if not self.used:
            return f"{name}: {'lies right' if self.sure else 'not sure, left alone'} ({trust})"
        return f"{name}: {described(self.matrix, self.size)} ({trust})"

    def data(self, name: str) -> dict[str, Any]:
        """The same for programs; the matrix is in pixels, from a place (x, y) of the reference to one of the frame."""
        height, width = self.size
        unit = half_side(self.size)
        grid = [[unit, 0.0, (width - 1) / 2], [0.0, unit, (height - 1) / 2], [0.0, 0.0, 1.0]]
        to_pixels = torch.tensor(grid, dtype=torch.float64)
        matrix = to_pixels @ self.matrix @ torch.linalg.inv(to_pixels)
        return {
            "name": name,
            "matrix": (matrix / matrix[2, 2]).tolist(),
            "confidence": round(self.judged.confidence, 3),
            "aligned": self.used,
            "sure": self.sure,
        }


def described(matrix: Tensor, size: tuple[int, int]) -> str:
    """A matrix in words: "moved 6.0 px right, 3.0 px down, turned 0.50 degrees, 1.000 times as large"."""
    unit = half_side(size)
    m = matrix / matrix[2, 2]
    dx, dy = float(m[0, 2]) * unit, float(m[1, 2]) * unit
    across, down = "right" if dx >= 0 else "left", "down" if dy >= 0 else "up"
    words = [f"moved {abs(dx):.1f} px {across}, {abs(dy):.1f} px {down}"]
    turn = math.degrees(math.atan2(float(m[1, 0] - m[0, 1]), float(m[0, 0] + m[1, 1])))
    scale = float(torch.linalg.det(m[:2, :2]).abs().sqrt())
    if abs(turn) >= 0.005:
        words.append(f"turned {turn:.2f} degrees")
    if abs(scale - 1) >= 0.0005:
        words.append(f"{scale:.3f} times as large")
    if float(m[2, :2].abs().max()) > 1e-4:
        words.append("in perspective")
    return ", ".join(words)


def motions(frames: Sequence[Copies], reference: int, task: str, align: str = "auto") -> list[Motion]:
    """The motion of every frame against frame `reference`, of the way `align`: one of WAYS but "off".

    A frame that cannot be told against the reference is tried by way of its neighbours in brightness: those that were
    told already show what it shows.
    """
    check_choice(align, "align", WAYS)
    blind = task == "vif"
    found: dict[int, Motion] = {reference: _none(frames[reference])}
    light = [float(copies.levels[0].mean()) for copies in frames]
    for index in sorted(range(len(frames)), key=lambda i: abs(light[i] - light[reference])):
        if index == reference:
            continue
        motion = between(frames[reference], frames[index], blind, align)
        if not (motion.used or motion.sure):
            told = [i for i, each in found.items() if each.used or each.sure]
            near = min(told, key=lambda i: abs(light[i] - light[index]))
            if near != reference:
                motion = _through(found[near], between(frames[near], frames[index], blind, align))
        found[index] = motion
    return [found[index] for index in range(len(frames))]


def between(reference: Copies, frame: Copies, blind: bool, align: str = "auto") -> Motion:
    """The motion from one picture to another; none where it is not sure or not worth it."""
    still, moving = reference.picture, frame.picture
    before = judge(still, moving, similarity(), blind)
    matrix, after = _best(reference, frame, blind, align)
    size = tuple(still.shape[-2:])
    clearer = after.confidence >= before.confidence + CLEARLY
    likelier = after.likeness >= before.likeness + GAIN[blind] and after.confidence >= before.confidence - 0.05
    far = displacement(matrix, size) >= STILL[blind]
    if after.confidence >= TRUST[blind] and far and (clearer or likelier):
        return Motion(matrix, size, after, True, True)
    return Motion(similarity(), size, before, False, before.confidence >= TRUST[blind])


def _best(reference: Copies, frame: Copies, blind: bool, align: str) -> tuple[Tensor, Judgement]:
    """The matrix and its judgement; with "auto" a richer motion is taken where it is clearly better."""
    simple = {True: "translation", False: "similarity"}[blind] if align == "auto" else align
    matrix = estimate(reference, frame, simple, blind)
    judged = judge(reference.picture, frame.picture, matrix, blind)
    if align == "auto":
        richer = "similarity" if blind else "homography"
        start = None if blind else matrix
        other = estimate(reference, frame, richer, blind, start)
        verdict = judge(reference.picture, frame.picture, other, blind)
        if verdict.confidence >= judged.confidence + CLEARLY or (
            not blind and verdict.confidence >= judged.confidence and verdict.likeness > judged.likeness + GAIN[blind]
        ):
            return other, verdict
    return matrix, judged


def _through(first: Motion, second: Motion) -> Motion:
    """The motion to a frame by way of another one."""
    if not (second.used or second.sure):
        return second
    matrix = second.matrix @ first.matrix
    confidence = min(first.judged.confidence, second.judged.confidence)
    judged = Judgement(confidence, second.judged.likeness, second.judged.blocks)
    return Motion(matrix, first.size, judged, first.used or second.used, True)


def _none(frame: Copies) -> Motion:
    """The reference against itself."""
    return Motion(similarity(), tuple(frame.picture.shape[-2:]), Judgement(1.0, 1.0, 0), False, True)
