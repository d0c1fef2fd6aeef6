"""Single pictures to be repaired: one fault alone, several faults, or pictures that others spoiled."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from ..checks import check_choice, check_number
from ..errors import InputError
from ..images import luminance
from ..language.prompts import Prompt, make_prompt
from ..language.sentences import severity_word
from ..repairs import LOCAL, OPERATOR_REPAIR, REPAIRS, ROWS
from .recipes import Recipe
from .samples import Sample, SampleConfig, SampleMaker, spoil
from .scenes import Scene

INFRARED = 0.15  # share of single faults shown on an infrared picture; stripes always are


@dataclass(frozen=True)
class SingleConfig:
    """Shares of the kinds of samples; what is left of one are recipes of several faults.

    single   one fault alone, drawn by the weights of `menu`
    pairs    spoiled by others
    sources  one source of a scene of several, with the sentence said of all
    other    share of the single faults whose prompt names another fault: all must stay
    absent   share of the single faults that the prompt names and that are not there
    """

    single: float = 0.6
    pairs: float = 0.15
    sources: float = 0.1
    other: float = 0.12
    absent: float = 0.03
    menu: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(REPAIRS, 1.0))
    mixed: SampleConfig = field(default_factory=lambda: SampleConfig(clean=0.0, selective=0.3))

    def __post_init__(self) -> None:
        """Raises InputError for a menu that nothing can be drawn from."""
        for repair, weight in self.menu.items():
            check_choice(repair, "entry of the menu", tuple(REPAIRS))
            check_number(weight, f"menu.{repair}", 0, 1e6)
        if not sum(self.menu.values()):
            raise InputError("menu is empty; give a weight to at least one repair.")


class SingleMaker:
    """seed -> Sample with one source, of `size` x `size` px (0: whole pictures)."""

    def __init__(self, scenes: Sequence[Scene], size: int, config: SingleConfig | None = None):
        self.config = config or SingleConfig()
        self.maker = SampleMaker(scenes, size, self.config.mixed)

    def __call__(self, seed: int) -> Sample:
        rng = random.Random(seed)
        c, draw = self.config, rng.random()
        if draw < c.single:
            return self._single(rng)
        if draw < c.single + c.sources:
            return self.maker.one_source(rng)
        if draw < c.single + c.sources + c.pairs and self.maker.pairs:
            return self.maker.real_pair(rng)
        return self.maker(rng.randrange(1 << 48), "restore")

    def _single(self, rng: random.Random) -> Sample:
        c = self.config
        repair = rng.choices(list(c.menu), list(c.menu.values()))[0]
        severity = round(0.15 + 0.85 * rng.betavariate(2, 2), 3)
        ops = ((rng.choice(ROWS[repair].operators), severity),)
        draw = rng.random()
        named = frozenset({repair})
        if draw < c.other:
            named = frozenset({rng.choice([other for other in REPAIRS if other != repair])})
        elif draw < c.other + c.absent:
            ops = ()
        present = frozenset({repair}) if ops else frozenset()
        level = severity_word(severity)
        levels = {repair: level} if level and repair in named and ops else {}
        prompt = make_prompt(present | named, named, "restore", rng, levels)
        picture = self._infrared(rng) if _thermal(ops, repair, rng) else self.maker._photo(rng)
        return spoiled(picture, ops, named, prompt, rng)

    def _infrared(self, rng: random.Random) -> Tensor:
        """The infrared half of a pair, or a photo in gray."""
        if not self.maker.scenes["vif"] or rng.random() < 0.4:
            return luminance(self.maker._photo(rng)).expand(3, -1, -1)
        return self.maker._vif(rng)[0][1]


def _thermal(ops: tuple[tuple[str, float], ...], repair: str, rng: random.Random) -> bool:
    chance = rng.random() < INFRARED
    return repair == "stripes" or any(name.startswith("ir_") for name, _ in ops) or (chance and repair in LOCAL)


def spoiled(
    picture: Tensor, ops: tuple[tuple[str, float], ...], named: frozenset[str], prompt: Prompt, rng: random.Random
) -> Sample:
    """One picture [3, H, W] with some faults, and the target with those that the prompt does not name."""
    present = frozenset(OPERATOR_REPAIR[name] for name, _ in ops)
    remaining = tuple(op for op in ops if OPERATOR_REPAIR[op[0]] not in named)
    recipe = Recipe("restore", (ops,), named & present, prompt, remaining)
    longest = round(rng.uniform(400, 1100))
    gray = bool((picture[0] == picture[1]).all() and (picture[1] == picture[2]).all())
    source = picture[:1] if gray else picture  # one channel, so its noise has no colour
    sample = spoil(source[None], source, recipe, rng.randrange(1 << 30), longest)
    return Sample(sample.sources, sample.target.expand(3, -1, -1), picture, prompt.text, "restore", recipe)
