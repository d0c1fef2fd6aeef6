"""Training samples: degraded sources, a prompt, and the picture that the prompt asks for.

A sample is decided by its seed alone. The clean pair comes from real visible + infrared pairs, from real
exposure stacks, or from photos through the pair makers, so that the truth is exact; a recipe then spoils
each source. What the prompt does not name stays in the target: the same operator with the same seed. A share
of the samples are pictures that others spoiled, with their truth.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ..degradation import degrade, estimate_depth
from ..degradation.chains import Ops, turns
from ..groups import MOST
from ..language.prompts import make_prompt
from ..repairs import OPERATOR_REPAIR, ROWS
from .makers import exposure_stack, focus_stack
from .pairs import Pair, real_pairs
from .recipes import Recipe, sample_recipe
from .scenes import Scene, load_image
from .targets import exposure_pair, mef_target, vif_target
from .thermal import made_infrared

SCENE_WIDE = frozenset({"rain", "snow", "haze"})  # what hangs in the air is the same for every source
KINDS = ("clean", "clean_hires", "vif", "mef", "mff")
LONGEST = 1100  # larger pictures are reduced on loading
SCALES = (1.0, 1.0, 1.4, 2.0)  # how much larger than the sample crops are cut before they are reduced
SEEN_DEPTH = 0.5  # share of the haze that follows a depth guessed from the picture
PAIR_SEVERITY = 0.6  # what is noted for real faults, whose severity nobody measured
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
    frames: tuple[float, ...] = (0.72, 0.1, 0.06, 0.04, 0.03, 0.03, 0.02)  # of 2, 3 .. 8 exposures or focus settings
    pairs: float = 0.15  # of all samples: spoiled by others, where there are such pairs
    made_vif: float = 0.5  # of the visible + infrared ones: made from a photo


class SampleMaker:
    """seed -> Sample from some scenes. Pictures are decoded once and kept as bytes.

    `size` is the side of the square crops in pixels; 0 takes whole pictures.
    """

    def __init__(self, scenes: Sequence[Scene], size: int, config: SampleConfig | None = None):
        self.size, self.config = size, config or SampleConfig()
        self.scenes = {kind: [s for s in scenes if s.kind == kind] for kind in KINDS}
        self.photos = self.scenes["clean"] + 6 * self.scenes["clean_hires"]
        self.pairs: dict[str, list[Pair]] = {}
        for pair in real_pairs(scenes):
            self.pairs.setdefault(pair.kind, []).append(pair)
        self.cache: dict[str, Tensor] = {}

    def tasks(self) -> list[str]:
        """The tasks that these scenes can serve."""
        fusion = [("vif", self.scenes["vif"]), ("mef", self.scenes["mef"] or self.photos), ("mff", self.photos)]
        return [task for task, scenes in [*fusion, ("restore", self.photos)] if scenes]

    def __call__(self, seed: int, task: str | None = None) -> Sample:
        rng = random.Random(seed)
        c = self.config
        if task is None and self.pairs and rng.random() < c.pairs:
            return self.real_pair(rng)
        return spoil(*self._scene(rng, task or self._task(rng, self.tasks())))

    def one_source(self, rng: random.Random) -> Sample:
        """One source of a scene of several, with the sentence that is said of all of them, and as target that source
        freed of what the sentence names. Often it has none of it: then it must stay, though its neighbour is mended."""
        fusion = [task for task in self.tasks() if task != "restore"]
        sources, clean, recipe, seed, longest = self._scene(rng, self._task(rng, fusion))
        which = rng.randrange(len(sources))
        told = _told(clean, recipe, seed, longest)
        picture, own, left = sources[which], recipe.ops[which], {OPERATOR_REPAIR[name] for name, _ in recipe.remaining}
        staying = tuple(op for op in own if OPERATOR_REPAIR[op[0]] in left)
        spoiled, target = (_source(picture, which, recipe.task, ops, seed, told) for ops in (own, staying))
        return Sample(spoiled[None], target, picture, recipe.prompt.text, recipe.task, recipe)

    def _task(self, rng: random.Random, tasks: Sequence[str]) -> str:
        return rng.choices(tasks, [getattr(self.config, name) for name in tasks])[0]

    def _scene(self, rng: random.Random, task: str) -> tuple[Tensor, Tensor, Recipe, int, int | None]:
        """What `spoil` takes: clean sources and their truth, the recipe, the seed, and the size of the picture."""
        sources, clean = getattr(self, f"_{task}")(rng)
        recipe = sample_recipe(task, rng, len(sources), self.config.clean, self.config.selective)
        seed = rng.randrange(1 << 30)
        longest = round(math.exp(rng.uniform(*map(math.log, PICTURES)))) if self.size else None
        return sources, clean, recipe, seed, longest

    def real_pair(self, rng: random.Random) -> Sample:
        """A sample of task "restore" that others spoiled, every kind as often as the others. Now and then the prompt
        names nothing of what is wrong: then all stays. The severities in the recipe are not measured."""
        pair = rng.choice(self.pairs[rng.choice(list(self.pairs))])
        stack = self._cached(f"{pair.kind}/{pair.name}", lambda: torch.stack(pair.load(LONGEST)))
        degraded, truth = self._crop(stack, rng, (1.0,))
        named = frozenset() if rng.random() < self.config.selective else pair.repairs
        ops = tuple((ROWS[repair].operators[0], PAIR_SEVERITY) for repair in sorted(pair.repairs))
        prompt = make_prompt(pair.repairs, named, "restore", rng)
        recipe = Recipe("restore", (ops,), named, prompt, () if named else ops)
        return Sample(degraded[None], truth if named else degraded, truth, prompt.text, "restore", recipe)

    def _vif(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        if self.photos and rng.random() < self.config.made_vif:
            photo = self._photo(rng)
            infrared = made_infrared(photo, rng.randrange(1 << 30)).expand(3, -1, -1)
            return torch.stack([photo, infrared]), vif_target(photo, infrared)
        scene = rng.choice(self.scenes["vif"])

        def load() -> Tensor:
            visible, infrared = _load(scene, "A"), _load(scene, "B")
            return torch.stack([visible, infrared, vif_target(visible, infrared)])

        visible, infrared, target = self._crop(self._cached(scene, load), rng)
        return torch.stack([visible, infrared]), target

    def _mef(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        frames = self._frames(rng)
        if self.photos and (not self.scenes["mef"] or rng.random() < 0.6):
            photo = self._photo(rng)
            return exposure_stack(photo, rng.randrange(1 << 30), frames), photo
        scene = rng.choice(self.scenes["mef"])

        def load() -> Tensor:  # the pair first, then what fusing 2, 3 .. of them gives
            stack = torch.stack([load_image(path, LONGEST) for path in scene.exposures()])
            pair = exposure_pair(stack)
            rest = [i for i in range(len(stack)) if i not in pair]
            stack = stack[[*pair, *rest][:MOST]]
            return torch.cat([stack, *(mef_target(stack[:n])[None] for n in range(2, len(stack) + 1))])

        stack = self._crop(self._cached(scene, load), rng)
        count = (len(stack) + 1) // 2
        frames = min(frames, count)
        return stack[:frames], stack[count + frames - 2]

    def _mff(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        exact = [s for s in self.scenes["mff"] if {"A", "B", "GT"} <= s.files.keys()]
        if exact and rng.random() < 0.25:
            scene = rng.choice(exact)
            stack = self._cached(scene, lambda: torch.stack([_load(scene, key) for key in ("A", "B", "GT")]))
            near, far, truth = self._crop(stack, rng)
            return torch.stack([near, far]), truth
        photo = self._photo(rng)
        frames = self._frames(rng)
        return focus_stack(photo, rng.randrange(1 << 30), frames)[0], photo

    def _restore(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        photo = self._photo(rng)
        return photo[None], photo

    def _frames(self, rng: random.Random) -> int:
        """How many sources a stack has."""
        return 2 + rng.choices(range(len(self.config.frames)), self.config.frames)[0]

    def _photo(self, rng: random.Random) -> Tensor:
        scene = rng.choice(self.photos)
        return self._crop(self._cached(scene, lambda: _load(scene, "A")[None]), rng)[0]

    def _cached(self, scene: Scene | str, load: Callable[[], Tensor]) -> Tensor:
        # a photo and a pair may share their name
        name = scene if isinstance(scene, str) else f"{scene.kind}/{scene.name}"
        if name not in self.cache:
            self.cache[name] = (load() * 255).round().to(torch.uint8)
        return self.cache[name]

    def _crop(self, stack: Tensor, rng: random.Random, scales: Sequence[float] = SCALES) -> Tensor:
        """The same random square of every picture in [N, 3, H, W], from a random scale, maybe mirrored."""
        height, width = stack.shape[-2:]
        if not self.size:
            return stack.float() / 255
        largest = min(height, width)
        side = min(largest, max(self.size, round(self.size * rng.choice(scales))))
        top, left = rng.randint(0, height - side), rng.randint(0, width - side)
        crop = stack[..., top : top + side, left : left + side].float() / 255
        if side != self.size:
            crop = F.interpolate(crop, (self.size, self.size), mode="bicubic", antialias=True).clamp(0, 1)
        return crop.flip(-1) if rng.random() < 0.5 else crop


def spoil(sources: Tensor, clean: Tensor, recipe: Recipe, seed: int, longest: int | None = None) -> Sample:
    """Apply a recipe to clean sources [N, 3, H, W] and, as far as its prompt leaves it, to the truth. `longest` is the
    longest side of the picture that they are a crop of."""
    first: dict[tuple[str, int], int] = {}
    spoiled = []
    told = _told(clean, recipe, seed, longest)
    for index, (source, ops) in enumerate(zip(sources, recipe.ops, strict=True)):
        for turn in turns(ops):
            first.setdefault(turn, index)
        spoiled.append(_source(source, index, recipe.task, ops, seed, told))
    target = _apply(clean, recipe.remaining, seed, lambda turn: first.get(turn, 0), told)
    return Sample(torch.stack(spoiled), target, clean, recipe.prompt.text, recipe.task, recipe)


def _source(source: Tensor, index: int, task: str, ops: Ops, seed: int, told: dict[str, Tensor | int | None]) -> Tensor:
    """The source [3, H, W] number `index` of a scene under operators of its own."""
    thermal = task == "vif" and index == 1  # one channel, so its noise has no colour
    return _apply(source[:1] if thermal else source, ops, seed, lambda turn: index, told).expand(3, -1, -1)


def _told(clean: Tensor, recipe: Recipe, seed: int, longest: int | None) -> dict[str, Tensor | int | None]:
    """What the operators know of the scene: the size of its picture, and now and then a depth guessed from it."""
    hazy = any(name == "haze" for own in recipe.ops for name, _ in own)
    if hazy and random.Random(seed).random() < SEEN_DEPTH:
        return {"longest": longest, "depth": estimate_depth(clean[None], seed)}
    return {"longest": longest}


def _seed(seed: int, name: str, turn: int, source: int) -> int:
    """The second of two like operators draws anew, and so does every source what is its own."""
    return seed + 104729 * turn + (0 if name in SCENE_WIDE else 7919 * source)


def _apply(
    image: Tensor,
    ops: Ops,
    seed: int,
    source_of: Callable[[tuple[str, int]], int],
    told: dict[str, Tensor | int | None],
) -> Tensor:
    """Operators on a picture [C, H, W], each with the seed of its turn and its source."""
    batch = image[None]
    for turn, op in zip(turns(ops), ops, strict=True):
        batch = degrade(batch, [op], _seed(seed, *turn, source_of(turn)), **told)
    return batch[0]


def _load(scene: Scene, key: str) -> Tensor:
    return load_image(scene.files[key], LONGEST)
