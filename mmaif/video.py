"""Films fused frame by frame through PyAV: a few frames in memory, the frame rate and the sound of the first film kept.

What a film is, and how its sources lie, is decided once, so that nothing jumps; what keeps still in all sources is
averaged over time, so that the fusion flickers no more than they do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .align.prepare import Wishes, prepare
from .align.scene import fitted
from .align.warp import warped
from .errors import InputError
from .files import check_target, written_whole
from .frames import Frames
from .progress import Progress, stage

if TYPE_CHECKING:
    from types import ModuleType

CODECS = {".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".webm": "libvpx-vp9"}
READABLE = {*CODECS, ".avi", ".m4v", ".mpg", ".mpeg", ".wmv", ".ts", ".mts"}
LOOKED_AT = (0, 8, 16)  # frames by which a film is judged
KEEPS_STILL = 0.02  # change of a source from one frame to the next, averaged over NEAR px, that is noise
NEAR = 7
FRESH = 0.4  # share of the newest frame where nothing moves


def is_film(path: str | Path) -> bool:
    """Whether a path is that of a film, by its suffix."""
    return Path(path).suffix.lower() in READABLE


def check_films(sources: Sequence[str], output: str) -> Path:
    """The output, if films are to be fused into one there; InputError for mixtures, and where PyAV is missing."""
    pictures = [source for source in sources if not is_film(source)]
    if pictures:
        raise InputError(f"{pictures[0]} is no film but {output} is to be one; give films only, or name a picture.")
    if Path(output).suffix.lower() not in CODECS:
        raise InputError(f"The output {output} has no suffix that films are written with; use {', '.join(CODECS)}.")
    _av()
    return check_target(output, "the output ")


def _av() -> ModuleType:
    """PyAV, or a sentence about how to get it."""
    try:
        import av
    except ImportError as error:
        raise InputError("Films need PyAV, which is not installed: pip install av.") from error
    return av


@dataclass(frozen=True)
class Rig:
    """How the films of one scene belong together. size: (H, W); matrices: [3, 3] or None for each; notes: in words."""

    task: str
    size: tuple[int, int]
    matrices: list[Tensor | None]
    notes: list[str]

    def stacked(self, moment: Sequence[Tensor]) -> Tensor:
        """One frame [1, 3, h, w] of each film -> sources [1, N, 3, H, W] that lie on each other."""
        rows = []
        for picture, matrix in zip(moment, self.matrices, strict=True):
            picture = fitted(picture, self.size)
            rows.append(picture if matrix is None else warped(picture, matrix))
        return torch.stack(rows, 1)


def judged(moments: Sequence[Sequence[Tensor]], names: Sequence[str], task: str, wishes: Wishes) -> Rig:
    """The rig by a few moments of the films: the task of most of them, the motion that is surest."""
    wishes = Wishes(wishes.align, "off", wishes.reference)
    found = []
    for moment in moments:
        found.append(prepare(Frames.held(moment, names), task, wishes))
    tasks = [each.tasks[0] for each in found]
    task = max(tasks, key=tasks.count)
    found = [each for each in found if each.tasks[0] == task]
    best = max(found, key=lambda each: sum(motion.judged.confidence * motion.used for motion in each.motions))
    matrices = [motion.matrix if motion.used else None for motion in best.motions] or [None] * len(names)
    return Rig(task, tuple(moments[0][0].shape[-2:]), matrices, best.notes)


@dataclass
class Calm:
    """Fused frames without flicker: where no source moves, a running mean over time."""

    before: Tensor | None = None
    shown: Tensor | None = field(default=None)

    def __call__(self, fused: Tensor, sources: Tensor) -> Tensor:
        """fused [1, 3, H, W] of sources [1, N, 3, H, W] -> the frame to show."""
        if self.before is not None and self.shown is not None:
            change = (sources - self.before)[0].mean(1, keepdim=True)
            change = F.avg_pool2d(change, NEAR, 1, NEAR // 2, count_include_pad=False).abs().amax(0, keepdim=True)
            moves = F.max_pool2d(((change - KEEPS_STILL) / KEEPS_STILL).clamp(0, 1), NEAR, 1, NEAR // 2)
            fused = self.shown + (fused - self.shown) * (FRESH + (1 - FRESH) * moves)
        self.before, self.shown = sources, fused
        return fused


@dataclass(frozen=True)
class Moment:
    """A frame [1, 3, h, w] of a film, and when it is shown: pts in units of `base` seconds, from the start."""

    picture: Tensor
    pts: int
    base: Fraction

    @property
    def seconds(self) -> float:
        """When, from the start."""
        return float(self.pts * self.base)


def frames_of(film: Any) -> Iterator[Moment]:
    """The frames of an open film, upright, one by one."""
    stream = film.streams.video[0]
    stream.thread_type = "AUTO"
    first = None
    for index, frame in enumerate(film.decode(stream)):
        base = frame.time_base or Fraction(1) / (stream.average_rate or 25)
        pts = index if frame.pts is None else frame.pts
        first = pts if first is None else first
        picture = torch.from_numpy(frame.to_ndarray(format="rgb24")).movedim(-1, 0)[None].float() / 255
        turns = round(getattr(frame, "rotation", 0) / 90) % 4
        yield Moment(torch.rot90(picture, turns, (-2, -1)).contiguous(), pts - first, base)


def together(films: Sequence[Iterator[Moment]]) -> Iterator[list[Moment]]:
    """For each frame of the first film the frames of the others that are shown then; ends with the shortest."""
    lead, *others = films
    current: list[Moment | None] = [next(film, None) for film in others]
    following: list[Moment | None] = [next(film, None) for film in others]
    for moment in lead:
        for index, film in enumerate(others):
            while (ahead := following[index]) is not None and ahead.seconds <= moment.seconds + 0.004:
                current[index], following[index] = ahead, next(film, None)
            now = current[index]
            if now is None or (following[index] is None and now.seconds + 0.1 < moment.seconds):
                return
        yield [moment, *(each for each in current if each is not None)]


def fuse_films(
    fuse: Callable[[Tensor, str], Tensor],
    sources: Sequence[str],
    output: str | Path,
    task: str = "auto",
    wishes: Wishes | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Fuse films into one file; returns what is to be known, a line each.

    fuse: takes sources [1, N, 3, H, W] and the task of the film to [1, 3, H, W].
    """
    av = _av()
    wishes = (wishes or Wishes()).checked(len(sources))
    rig = _rig(av, sources, task, wishes)
    films = [_opened(av, source) for source in sources]
    try:
        total = films[0].streams.video[0].frames
        told = stage(progress, "film") if total else None
        calm = Calm()
        with written_whole(output, av.FFmpegError, ValueError) as partial, av.open(str(partial), "w") as out:
            writer = _Writer(av, out, films[0].streams.video[0], Path(output).suffix.lower())
            writer.plan_sound(sources)
            for count, moments in enumerate(together([frames_of(film) for film in films]), 1):
                stacked = rig.stacked([moment.picture for moment in moments])
                writer.write(calm(fuse(stacked, rig.task), stacked), moments[0])
                if told:
                    told(min(count, total), total)
            writer.close()
    finally:
        for film in films:
            film.close()
    return [f"Task of the film: {rig.task}.", *rig.notes]


def _rig(av: ModuleType, sources: Sequence[str], task: str, wishes: Wishes) -> Rig:
    """The rig by the first seconds of the films."""
    films = [_opened(av, source) for source in sources]
    try:
        run = together([frames_of(film) for film in films])
        some = [m for index, m in enumerate(islice(run, LOOKED_AT[-1] + 1)) if index in LOOKED_AT]
    finally:
        for film in films:
            film.close()
    if not some:
        raise InputError(f"{sources[0]} holds no frames; give a film that does.")
    return judged([[each.picture for each in moments] for moments in some], sources, task, wishes)


def _opened(av: ModuleType, source: str) -> Any:
    """A film open for reading that has pictures."""
    if not os.path.isfile(source):
        raise InputError(f"No film at {source}: check the path.")
    try:
        film = av.open(str(source))
    except (OSError, ValueError) as error:  # FFmpegError is one of either
        raise InputError(f"The film {source} cannot be read: it is damaged or of an unknown format.") from error
    if not film.streams.video:
        film.close()
        raise InputError(f"The film {source} has no pictures; give one that has.")
    return film


class _Writer:
    """A film being written: pictures at the times of the first film's, its sound as it is."""

    def __init__(self, av: ModuleType, out: Any, like: Any, suffix: str):
        self.av, self.out, self.suffix = av, out, suffix
        self.stream = out.add_stream(CODECS[suffix], rate=like.average_rate or Fraction(25))
        self.stream.pix_fmt = "yuv420p"
        self.stream.options = {"crf": "18"}
        self.sized = False
        self.sound: Any = None

    def plan_sound(self, sources: Sequence[str]) -> None:
        """Take the sound of the first film that has any, where the file can hold it as it is."""
        for source in sources:
            film = _opened(self.av, source)
            if film.streams.audio:
                try:
                    self.sound = film, film.streams.audio[0], self.out.add_stream_from_template(film.streams.audio[0])
                    return
                except (ValueError, OSError) as error:
                    film.close()
                    raise InputError(
                        f"The sound of {source} does not fit into a {self.suffix} file; write an .mkv."
                    ) from error
            film.close()

    def write(self, picture: Tensor, moment: Moment) -> None:
        """One frame [1, 3, H, W]; sides become even, as the codec wants them."""
        height, width = (side // 2 * 2 for side in picture.shape[-2:])
        if not self.sized:
            self.stream.width, self.stream.height, self.sized = width, height, True
            self.stream.codec_context.time_base = moment.base
        values = (picture[0, :, :height, :width].clamp(0, 1) * 255).round().to(torch.uint8).movedim(0, -1)
        frame = self.av.VideoFrame.from_ndarray(values.contiguous().numpy(), format="rgb24")
        frame.pts, frame.time_base = moment.pts, moment.base
        self.out.mux(self.stream.encode(frame))

    def close(self) -> None:
        """What the encoder still holds, and the sound."""
        self.out.mux(self.stream.encode())
        if self.sound is None:
            return
        film, given, copied = self.sound
        for packet in film.demux(given):
            if packet.dts is not None:
                packet.stream = copied
                self.out.mux(packet)
        film.close()
