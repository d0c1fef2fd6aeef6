"""The modernised Diffusion Transformer of MMAIF: source latents + prompt -> fused latent or velocity.

Read top to bottom: configuration, how sources meet, one block, the network. Tokens live on their grid
[B, H, W, D] outside attention.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..tasks import TASKS
from .attention import Attention, ValueResidualAttention, rotary_2d
from .layers import ResidualBlock, pad_to_multiple, zeroed
from .moe import MixtureGLU
from .naf import NAFBlock

VARIANTS = ("regression", "flow")

# Values kept at the peak per pixel of the picture, and more for each source; measured at 12 megapixels.
PASSING = 40
PASSING_SOURCE = 10


@dataclass(frozen=True)
class DiTConfig:
    """Shape of the network. `variant` decides whether it sees a noisy latent and a timestep.

    `refine` channels in `refine_blocks` residual blocks finish the picture at the latent's own resolution.
    `phases` is the number of passes outside training, each on a patch grid shifted by one more latent pixel
    both ways, whose mean is the prediction: with 2 the grid of the patches cancels out of smooth skies.
    `readings` is how many values of how the prompt is understood follow the text encoder's pooled vector.
    For flow, `residual` is how far a regression stays from the truth (RMS per latent value, see
    `FusionDiT.forward`), and `shift` how much the times of sampling lean towards the noise (`sampling.schedule`).
    """

    variant: str = "regression"
    latent_channels: int = 16
    patch: int = 2
    width: int = 256
    depth: int = 8
    heads: int = 4
    experts: int = 4
    top_k: int = 2
    hidden: int = 256
    modulation_rank: int = 32
    eta: float = 0.5
    position_grid: int = 16
    text_width: int = 256
    readings: int = 0
    refine: int = 64
    refine_blocks: int = 3
    phases: int = 1
    residual: float = 0.3
    shift: float = 1.0

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"variant {self.variant!r} is not one of {', '.join(VARIANTS)}.")


class Condition(NamedTuple):
    """What a batch is asked for: prompt tokens [B, T, C] with mask [B, T] (None: all real), pooled vector with
    its readings [B, C], and task [B] (index into TASKS)."""

    tokens: Tensor
    mask: Tensor | None
    pooled: Tensor
    task: Tensor

    def rows(self, some: slice) -> "Condition":
        """The condition of some rows of the batch."""
        return Condition(*(None if value is None else value[some] for value in self))


class Prediction(NamedTuple):
    """A latent [B, 16, h, w] (regression) or velocity (flow), and the mean load-balance loss."""

    latent: Tensor
    balance: Tensor


def patch_embedding(config: DiTConfig, operations: Any = nn) -> nn.Module:
    """Latent [B, C, h, w] -> tokens [B, D, h / patch, w / patch] of patches that overlap by a latent pixel, so that
    neighbouring tokens know of each other's rim and no grid of patches shows."""
    patch = config.patch
    return operations.Conv2d(config.latent_channels, config.width, patch + 1 + patch % 2, patch, padding=1)


def on_grid(layer: nn.Module, latent: Tensor) -> Tensor:
    """The convolution's output on [B, C, h, w], as tokens [B, H, W, D]."""
    return layer(latent.contiguous(memory_format=torch.channels_last)).movedim(1, -1)


class SourceMixer(nn.Module):
    """Any number of source latents -> one grid of tokens, the same whichever source comes first.

    Each source is embedded alone by shared weights, sees the mean over all of them, and wins its share of
    every token channel by a softmax over the sources. Where order carries meaning (visible + infrared) a
    role embedding says which is which. Also returns the sources mixed per latent pixel, from which the
    regression network predicts its residual. Cost is linear in the number of sources.
    """

    def __init__(self, config: DiTConfig, operations: Any = nn):
        super().__init__()
        self.patch = config.patch
        width = config.width
        self.embed = patch_embedding(config, operations)
        self.role = nn.Parameter(torch.zeros(3, width))
        self.alone = NAFBlock(width, operations)
        self.exchange = operations.Linear(2 * width, width)
        self.together = NAFBlock(width, operations)
        self.score_value = operations.Linear(width, 2 * width)
        self.pixel_score = operations.Conv2d(width, config.patch**2, 3, padding=1)

    def forward(self, sources: Tensor, roles: Tensor) -> tuple[Tensor, Tensor]:
        """sources [B, N, C, h, w], roles [B, N] -> tokens [B, H, W, D], mixed latent [B, C, h, w]."""
        b, n = sources.shape[:2]
        x = on_grid(self.embed, sources.flatten(0, 1)) + self.role.to(sources)[roles.flatten()][:, None, None]
        x = self.alone(x)
        mean = x.unflatten(0, (b, n)).mean(1).repeat_interleave(n, 0)
        x = self.together(x + self.exchange(torch.cat([x, mean], -1)))
        score, value = self.score_value(x).unflatten(0, (b, n)).chunk(2, -1)
        tokens = (score.softmax(1) * value).sum(1)
        share = F.pixel_shuffle(self.pixel_score(x.movedim(-1, 1)), self.patch).unflatten(0, (b, n))
        return tokens, (share.softmax(1) * sources).sum(1)


class Modulation(NamedTuple):
    """What the condition does to one layer, [B, 1, 1, D] each: y = layer(norm(x) (1 + scale) + shift), x + gate y."""

    scale: Tensor
    shift: Tensor
    gate: Tensor

    def into(self, x: Tensor) -> Tensor:
        """The input of the layer, from a normalised x [B, H, W, D]."""
        return x * (1 + self.scale) + self.shift


class LowRankModulation(nn.Module):
    """LoRA-AdaLN: condition [B, D] -> a Modulation for each of some layers, through rank r.

    At the start scales and shifts are 0 and gates 1. With gates of 0 attention and experts weighed 1 % after 400 steps;
    instead their output layers start at zero. A last layer has nothing to be added to, hence no gate (then 1).
    """

    def __init__(self, width: int, rank: int, layers: int, gated: bool = True, operations: Any = nn):
        super().__init__()
        start = (0.0, 0.0, 1.0) if gated else (0.0, 0.0)
        self.layers, self.values = layers, len(start)
        self.down = operations.Linear(width, rank, bias=False)
        self.up = operations.Linear(rank, layers * self.values * width)
        nn.init.zeros_(self.up.weight)
        self.up.bias.data.copy_(torch.tensor(start).repeat(layers).repeat_interleave(width))

    def forward(self, condition: Tensor) -> list[Modulation]:
        values = self.up(self.down(F.silu(condition)))[:, None, None].chunk(self.layers * self.values, -1)
        one = values[0].new_ones(())
        starts = range(0, len(values), self.values)
        return [Modulation(*(*values[i : i + self.values], one)[:3]) for i in starts]


class Block(nn.Module):
    """Position -> NAF -> modulated attention -> modulated mixture GLU; the identity when new."""

    def __init__(self, config: DiTConfig, operations: Any = nn, attention: Attention = F.scaled_dot_product_attention):
        super().__init__()
        width, grid = config.width, config.position_grid
        self.position = nn.Parameter(torch.zeros(1, width, grid, grid))
        self.naf = NAFBlock(width, operations)
        self.modulation = LowRankModulation(width, config.modulation_rank, 2, operations=operations)
        self.norm1 = operations.LayerNorm(width, elementwise_affine=False)
        self.attention = ValueResidualAttention(width, config.heads, config.eta, operations, attention)
        self.norm2 = operations.LayerNorm(width, elementwise_affine=False)
        self.mixture = MixtureGLU(width, config.hidden, config.experts, config.top_k, operations)
        zeroed(self.attention.out)
        zeroed(self.mixture.out)

    def forward(
        self,
        x: Tensor,
        condition: Tensor,
        angles: Tensor,
        context: Tensor | None = None,
        mask: Tensor | None = None,
        previous: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """x [B, H, W, D] -> (x, attention values for the next block, load-balance loss)."""
        height, width = x.shape[1:3]
        position = F.interpolate(self.position.to(x), (height, width), mode="bilinear", align_corners=False)
        x = self.naf(x + position.movedim(1, -1))
        attend, mix = self.modulation(condition)
        y = attend.into(self.norm1(x)).flatten(1, 2)
        y, values = self.attention(y, angles, context, mask, previous, (height, width))
        x = x + attend.gate * y.unflatten(1, (height, width))
        y = mix.into(self.norm2(x)).flatten(1, 2)
        y, balance = self.mixture(y)
        return x + mix.gate * y.unflatten(1, (height, width)), values, balance


class Refiner(nn.Module):
    """What the tokens say, spread over their patches, is finished at the latent's own resolution.

    A token covers 16 x 16 pixels; these convolutions look across the borders between tokens, which would
    otherwise show in smooth skies, and at single latent pixels, where noise and fine structure differ.
    """

    def __init__(self, config: DiTConfig, operations: Any = nn):
        super().__init__()
        width = config.refine
        self.enter = operations.Conv2d(width + 2 * config.latent_channels, width, 3, padding=1)
        if config.variant == "flow":
            self.enter_noisy = zeroed(operations.Conv2d(config.latent_channels, width, 3, padding=1))
        self.blocks = nn.Sequential(*(ResidualBlock(width, operations) for _ in range(config.refine_blocks)))
        self.leave = zeroed(operations.Conv2d(width, config.latent_channels, 3, padding=1))

    def forward(self, features: Tensor, predicted: Tensor, mixed: Tensor, noisy: Tensor | None = None) -> Tensor:
        """features [B, refine, h, w], latents [B, C, h, w] -> correction [B, C, h, w]."""
        x = torch.cat([features, predicted.to(features), mixed.to(features)], 1)
        x = self.enter(x.contiguous(memory_format=torch.channels_last))
        if noisy is not None:
            x = x + self.enter_noisy(noisy.to(features).contiguous(memory_format=torch.channels_last))
        return self.leave(F.relu(self.blocks(x)))


class FusionDiT(nn.Module):
    """Both variants. Regression: f(sources, prompt) = fused latent. Flow: velocity at (z_t, t).

    A new flow network is the regression network with inputs for z_t and t that begin at zero, so it takes its
    weights as they are, and its first step, from pure noise, then begins as the regression.
    """

    def __init__(
        self,
        config: DiTConfig | None = None,
        operations: Any = nn,
        attention: Attention = F.scaled_dot_product_attention,
    ):
        super().__init__()
        self.config = config = config or DiTConfig()
        width, patch = config.width, config.patch
        self.mixer = SourceMixer(config, operations)
        self.task = nn.Parameter(torch.zeros(len(TASKS), width))
        self.pooled = operations.Linear(config.text_width + config.readings, width)
        self.context = operations.Linear(config.text_width, width)
        self.context_norm = operations.LayerNorm(width)
        if config.variant == "flow":
            self.embed_noisy = zeroed(patch_embedding(config, operations))
            self.time1 = operations.Linear(width, width)
            self.time2 = zeroed(operations.Linear(width, width))
        self.blocks = nn.ModuleList(Block(config, operations, attention) for _ in range(config.depth))
        self.norm = operations.LayerNorm(width, elementwise_affine=False)
        self.modulation = LowRankModulation(width, config.modulation_rank, 1, False, operations)
        self.head = zeroed(operations.Conv2d(width, config.latent_channels * patch**2, 3, padding=1))
        self.features = operations.Linear(width, config.refine * patch**2)
        self.refiner = Refiner(config, operations)

    @property
    def steps(self) -> int:
        """How many steps a forward pass outside training takes: mixer, blocks and refiner of each phase."""
        return self.config.phases * (len(self.blocks) + 2)

    def forward(
        self,
        sources: Tensor,
        condition: Condition,
        *,
        noisy: Tensor | None = None,
        timestep: Tensor | None = None,
        after: Callable[[], None] | None = None,
    ) -> Prediction:
        """Source latents [B, N, 16, h, w] and the condition; for flow also a noisy latent [B, 16, h, w] and a timestep
        [B] in 0..1 (1 = noise). Any h, w: padded to whole patches inside, cropped after. `after` is called after each
        of its `steps`.

        The flow network's own output m is an estimate of the fused latent, off by s = `residual`; z_t holds another,
        z_t / (1 - t), off by t / (1 - t). Weighed by their precision they give the velocity

            v = ((t - s^2 (1 - t)) z_t - t m) / (s^2 (1 - t)^2 + t^2),

        which is the regression at t = 1, and near t = 0 asks of m no more than it can know: a preconditioning as in
        Karras et al. 2022, for the straight path and a conditional mean."""
        if self.config.variant == "regression":
            noisy = timestep = None
        elif noisy is None or timestep is None:
            raise ValueError("The flow variant needs a noisy latent and a timestep.")
        n, _, h, w = sources.shape[1:]
        order = torch.arange(n, device=sources.device).clamp(max=1) + 1
        roles = torch.where((condition.task == TASKS.index("vif"))[:, None], order, 0)
        said = condition.pooled[:, : self.config.text_width + self.config.readings]
        asked = self.pooled(said) + self.task.to(said)[condition.task]
        if timestep is not None:
            time = sinusoidal(timestep, self.config.width).to(asked)
            asked = asked + self.time2(F.silu(self.time1(time)))
        context = self.context_norm(self.context(condition.tokens))

        latents, balances = [], []
        for shift in range(1 if self.training else self.config.phases):
            around = _margin(sources.flatten(0, 1), shift).unflatten(0, sources.shape[:2])
            shifted = None if noisy is None else _margin(noisy, shift)
            latent, balance = self._on_one_grid(around, shifted, roles, asked, context, condition.mask, after)
            latents.append(latent[..., shift : shift + h, shift : shift + w])
            balances.append(balance)
        latent = sum(latents) / len(latents)
        if noisy is not None:
            latent = _velocity(latent, noisy, timestep, self.config.residual)
        return Prediction(latent, sum(balances) / len(balances))

    def _on_one_grid(
        self,
        sources: Tensor,
        noisy: Tensor | None,
        roles: Tensor,
        asked: Tensor,
        context: Tensor,
        mask: Tensor | None,
        after: Callable[[], None] | None,
    ) -> Prediction:
        """One pass of mixer, blocks and head, all of it on the patch grid that begins at the first pixel; asked [B, D]
        is prompt, task and timestep."""
        h, w = sources.shape[-2:]
        patch = self.config.patch
        padded = pad_to_multiple(sources.flatten(0, 1), patch).unflatten(0, sources.shape[:2])
        x, mixed = self.mixer(padded, roles)
        if noisy is not None:
            noisy = pad_to_multiple(noisy, patch)
            x = x + on_grid(self.embed_noisy, noisy)
        if after is not None:
            after()

        angles = rotary_2d(x.shape[1], x.shape[2], self.config.width // self.config.heads, x.device)
        values, balances = None, []
        for block in self.blocks:
            x, values, balance = block(x, asked, angles, context, mask, values)
            balances.append(balance)
            if after is not None:
                after()

        (last,) = self.modulation(asked)
        x = last.into(self.norm(x))
        out = F.pixel_shuffle(self.head(x.movedim(-1, 1)), patch)
        features = F.pixel_shuffle(self.features(x).movedim(-1, 1), patch)
        latent = mixed + out + self.refiner(features, out, mixed, noisy)
        if after is not None:
            after()
        return Prediction(latent[..., :h, :w], torch.stack(balances).mean())


def _velocity(fused: Tensor, noisy: Tensor, timestep: Tensor, residual: float) -> Tensor:
    t, z, variance = timestep.float()[:, None, None, None], noisy.float(), residual**2
    return (((t - variance * (1 - t)) * z - t * fused.float()) / (variance * (1 - t) ** 2 + t**2)).to(noisy.dtype)


def _margin(latent: Tensor, pixels: int) -> Tensor:
    return F.pad(latent, (pixels,) * 4, mode="replicate") if pixels else latent


def sinusoidal(timestep: Tensor, dim: int) -> Tensor:
    """Timesteps [B] in 0..1 -> features [B, dim] (Vaswani et al. 2017), scaled to the usual 0..1000."""
    half = dim // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, device=timestep.device) / half)
    angles = timestep.float()[:, None] * 1000 * frequencies
    return torch.cat([angles.cos(), angles.sin()], -1)
