"""Training samples: degraded sources, a prompt, and the picture that the prompt asks for.

A sample is decided by its seed alone. The clean pair comes from real visible + infrared pairs, from real
exposure stacks, or from photos through the pair makers, so that the truth is exact; a recipe then spoils
each source. What the prompt does not name stays in the target: the same operator with the same seed.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ..degradation import degrade
from .makers import exposure_stack, focus_stack
from .recipes import Recipe, sample_recipe
from .scenes import Scene, load_image
from .targets import exposure_pair, mef_target, vif_target

SCENE_WIDE = frozenset({"rain", "snow", "haze"})  # what hangs in the air is the same for every source
KINDS = ("clean", "clean_hires", "vif", "mef", "mff")
LONGEST = 1100  # larger pictures are reduced on loading
PICTURES = (320, 1100)  # longest side of the pictures that crops stand for, which sets the size of rain and snow


@dataclass(frozen=True)
class Sample:
    """sources [N, 3, S, S], target and clean [3, S, S] in 0..1; `clean` is the truth with nothing left in."""

    sources: Tensor
    target: Tensor
    clean: Tensor
    prompt: str
    task: str
    recipe: Recipe


@dataclass(frozen=True)
class SampleConfig:
    """Shares of the tasks and kinds of prompt."""

    vif: float = 0.3
    mef: float = 0.2
    mff: float = 0.25
    restore: float = 0.25
    clean: float = 0.15
    selective: float = 0.25
    frames: tuple[float, ...] = (0.85, 0.1, 0.05)  # of 2, 3, 4 sources in exposure and focus stacks


class SampleMaker:
    """seed -> Sample from some scenes. Pictures are decoded once and kept as bytes.

    `size` is the side of the square crops in pixels; 0 takes whole pictures.
    """

    def __init__(self, scenes: Sequence[Scene], size: int, config: SampleConfig | None = None):
        self.size, self.config = size, config or SampleConfig()
        self.scenes = {kind: [s for s in scenes if s.kind == kind] for kind in KINDS}
        self.photos = self.scenes["clean"] + 6 * self.scenes["clean_hires"]
        self.cache: dict[str, Tensor] = {}

    def tasks(self) -> list[str]:
        """The tasks that these scenes can serve."""
        fusion = [("vif", self.scenes["vif"]), ("mef", self.scenes["mef"] or self.photos), ("mff", self.photos)]
        return [task for task, scenes in [*fusion, ("restore", self.photos)] if scenes]

    def __call__(self, seed: int, task: str | None = None) -> Sample:
        rng = random.Random(seed)
        c = self.config
        if task is None:
            tasks = self.tasks()
            task = rng.choices(tasks, [getattr(c, name) for name in tasks])[0]
        sources, clean = getattr(self, f"_{task}")(rng)
        recipe = sample_recipe(task, rng, len(sources), c.clean, c.selective)
        seed = rng.randrange(1 << 30)
        longest = round(math.exp(rng.uniform(*map(math.log, PICTURES)))) if self.size else None
        return spoil(sources, clean, recipe, seed, longest)

    def _vif(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        scene = rng.choice(self.scenes["vif"])

        def load() -> Tensor:
            visible, infrared = _load(scene, "A"), _load(scene, "B")
            return torch.stack([visible, infrared, vif_target(visible, infrared)])

        visible, infrared, target = self._crop(self._cached(scene, load), rng)
        return torch.stack([visible, infrared]), target

    def _mef(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        frames = 1 + rng.choices((1, 2, 3), self.config.frames)[0]
        if self.photos and (not self.scenes["mef"] or rng.random() < 0.6):
            photo = self._photo(rng)
            return exposure_stack(photo, rng.randrange(1 << 30), frames), photo
        scene = rng.choice(self.scenes["mef"])

        def load() -> Tensor:  # at most four frames, the pair first, then what fusing 2, 3 .. of them gives
            stack = torch.stack([load_image(path, LONGEST) for path in scene.exposures()])
            pair = exposure_pair(stack)
            rest = [i for i in range(len(stack)) if i not in pair]
            stack = stack[[*pair, *rest][:4]]
            return torch.cat([stack, *(mef_target(stack[:n])[None] for n in range(2, len(stack) + 1))])

        stack = self._crop(self._cached(scene, load), rng)
        count = (len(stack) + 1) // 2
        frames = min(frames, count)
        return stack[:frames], stack[count + frames - 2]

    def _mff(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        exact = [s for s in self.scenes["mff"] if "GT" in s.files]
        if exact and rng.random() < 0.25:
            scene = rng.choice(exact)
            stack = self._cached(scene, lambda: torch.stack([_load(scene, key) for key in ("A", "B", "GT")]))
            near, far, truth = self._crop(stack, rng)
            return torch.stack([near, far]), truth
        photo = self._photo(rng)
        frames = 1 + rng.choices((1, 2, 3), self.config.frames)[0]
        return focus_stack(photo, rng.randrange(1 << 30), frames)[0], photo

    def _restore(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        photo = self._photo(rng)
        return photo[None], photo

    def _photo(self, rng: random.Random) -> Tensor:
        scene = rng.choice(self.photos)
        return self._crop(self._cached(scene, lambda: _load(scene, "A")[None]), rng)[0]

    def _cached(self, scene: Scene, load: Callable[[], Tensor]) -> Tensor:
        name = f"{scene.kind}/{scene.name}"  # a photo and a pair may share their name
        if name not in self.cache:
            self.cache[name] = (load() * 255).round().to(torch.uint8)
        return self.cache[name]

    def _crop(self, stack: Tensor, rng: random.Random) -> Tensor:
        """The same random square of every picture in [N, 3, H, W], from a random scale, maybe mirrored."""
        height, width = stack.shape[-2:]
        if not self.size:
            return stack.float() / 255
        largest = min(height, width)
        side = min(largest, max(self.size, round(self.size * rng.choice((1.0, 1.0, 1.4, 2.0)))))
        top, left = rng.randint(0, height - side), rng.randint(0, width - side)
        crop = stack[..., top : top + side, left : left + side].float() / 255
        if side != self.size:
            crop = F.interpolate(crop, (self.size, self.size), mode="bicubic", antialias=True).clamp(0, 1)
        return crop.flip(-1) if rng.random() < 0.5 else crop


def spoil(sources: Tensor, clean: Tensor, recipe: Recipe, seed: int, longest: int | None = None) -> Sample:
    """Apply a recipe to clean sources [N, 3, H, W] and, as far as its prompt leaves it, to the truth. `longest` is the
    longest side of the picture that they are a crop of."""
    first: dict[str, int] = {}
    spoiled = []
    for index, (source, ops) in enumerate(zip(sources, recipe.ops, strict=True)):
        for name, _ in ops:
            first.setdefault(name, index)
        thermal = recipe.task == "vif" and index == 1  # one channel, so its noise has no colour
        image = _apply(source[:1] if thermal else source, ops, lambda name, i=index: _seed(seed, name, i), longest)
        spoiled.append(image.expand(3, -1, -1))
    target = _apply(clean, recipe.remaining, lambda name: _seed(seed, name, first.get(name, 0)), longest)
    return Sample(torch.stack(spoiled), target, clean, recipe.prompt.text, recipe.task, recipe)


def _seed(seed: int, name: str, source: int) -> int:
    return seed if name in SCENE_WIDE else seed + 7919 * source


def _apply(
    image: Tensor, ops: Sequence[tuple[str, float]], seed_of: Callable[[str], int], longest: int | None
) -> Tensor:
    batch = image[None]
    for name, severity in ops:
        batch = degrade(batch, [(name, severity)], seed_of(name), longest=longest)
    return batch[0]


def _load(scene: Scene, key: str) -> Tensor:
    return load_image(scene.files[key], LONGEST)
