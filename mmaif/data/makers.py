"""Pairs with an exact ground truth, made from one clean photo.

`exposure_stack` and `focus_stack` turn a photo into the frames a camera would have taken of the same scene
with other exposures or other focus; the photo itself is then the perfect fusion of these frames. All
randomness comes from the integer seed: the same photo, seed and options give the same frames.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..degradation.random_stream import Stream
from ..errors import InputError
from ..images import linear_to_srgb, luminance, srgb_to_linear


def exposure_stack(image: Tensor, seed: int, frames: int = 2) -> Tensor:
    """Exposure brackets of a photo, dark to bright: [3, H, W] in 0..1 -> [N, 3, H, W] in steps of 1/255.

    The photo is linearised with a random camera response, its highlights are stretched by up to 0.7 EV (a
    scene has more range than a photo), and each frame is gain, clipping, the same response and 8-bit
    rounding. Gains spread from -3..-1 EV to +1..+3 EV around a random middle. The darkest frame clips
    nothing that the photo still shows.
    """
    _check(image, frames)
    rng = Stream(seed)
    encode, decode = _response(rng)
    radiance = decode(image.clamp(0, 1))
    radiance = radiance / (1 - rng.uniform(0, 0.38) * radiance)  # inverse Reinhard: opens the highlights
    middle = rng.uniform(-0.4, 0.3)
    dark, bright = middle - rng.uniform(1, 3), middle + rng.uniform(1, 3)
    gains = torch.linspace(dark, bright, frames)
    gains[1:-1] += (rng.uniforms(frames - 2) - 0.5) * 0.5 * (bright - dark) / (frames - 1)
    exposed = (radiance * gains.to(image).exp2().view(-1, 1, 1, 1)).clamp(0, 1)
    return encode(exposed).mul(255).round_().div_(255)


def focus_stack(image: Tensor, seed: int, frames: int = 2, max_radius: float = 6.0) -> tuple[Tensor, Tensor]:
    """A focus stack of a photo, near focus to far focus.

    image [3, H, W] in 0..1 -> frames [N, 3, H, W] in 0..1 and depth [1, H, W] in 0 (near) .. 1 (far). Frame
    i is focused on depth i / (N - 1). The scene is either N layers that occlude one another or one surface
    of continuous depth; defocus is a disc whose radius, 1..`max_radius` px between neighbouring layers,
    grows with the distance from the focus. Where a frame is in focus and nothing blurred reaches, it equals
    the photo bit for bit.
    """
    _check(image, frames)
    rng = Stream(seed)
    radius = 1 + (max_radius - 1) * rng.uniform() ** 1.5  # small defocus is the commoner and the harder
    if rng.chance(0.2):
        depth = _surface(image, rng)
        return _defocus_surface(image, depth, radius, frames), depth
    mattes = _mattes(image, rng, frames)
    return defocus_layers(image, mattes, radius, max_radius), 1 - mattes.mean(0, keepdim=True)


def exposure_stacks(images: Tensor, seeds: Sequence[int], frames: int = 2) -> Tensor:
    """`exposure_stack` over a batch: [B, 3, H, W] and B seeds -> [B, N, 3, H, W]."""
    return torch.stack([exposure_stack(i, s, frames) for i, s in zip(images, seeds, strict=True)])


def focus_stacks(
    images: Tensor, seeds: Sequence[int], frames: int = 2, max_radius: float = 6.0
) -> tuple[Tensor, Tensor]:
    """`focus_stack` over a batch: [B, 3, H, W] and B seeds -> [B, N, 3, H, W] and [B, 1, H, W]."""
    pairs = [focus_stack(i, s, frames, max_radius) for i, s in zip(images, seeds, strict=True)]
    return torch.stack([p[0] for p in pairs]), torch.stack([p[1] for p in pairs])


def pillbox(image: Tensor, radius: float) -> Tensor:
    """Blur [C, H, W] with a disc of `radius` pixels, anti-aliased rim, edges replicated."""
    reach = min(math.ceil(radius), min(image.shape[-2:]) - 1)
    axis = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    kernel = (radius + 0.5 - torch.hypot(axis[:, None], axis)).clamp(0, 1)
    kernel = (kernel / kernel.sum()).expand(image.shape[0], 1, -1, -1)
    padded = F.pad(image[None], (reach,) * 4, mode="replicate").to(memory_format=torch.channels_last)
    return F.conv2d(padded, kernel, groups=image.shape[0])[0]


def guided_filter(guide: Tensor, field: Tensor, radius: int, epsilon: float = 1e-3) -> Tensor:
    """Smooth a field [1, H, W] but keep the edges of a guide [1, H, W]: He, Sun and Tang (2010).

    radius: of the smoothing, in pixels; epsilon: variance of the guide below which nothing is an edge. The
    coefficients are computed at half size (the "fast guided filter").
    """
    small_guide, small = (F.avg_pool2d(x[None], 2, ceil_mode=True) for x in (guide, field))
    sides = [min(2 * (radius // 2) + 1, 2 * ((n - 1) // 2) + 1) for n in small.shape[-2:]]

    def box(x: Tensor) -> Tensor:
        rows = F.avg_pool2d(x, (sides[0], 1), 1, (sides[0] // 2, 0), count_include_pad=False)
        return F.avg_pool2d(rows, (1, sides[1]), 1, (0, sides[1] // 2), count_include_pad=False)

    mean_guide, mean = box(small_guide), box(small)
    slope = (box(small_guide * small) - mean_guide * mean) / (box(small_guide**2) - mean_guide**2 + epsilon)
    offset = mean - slope * mean_guide
    slope, offset = (
        F.interpolate(box(x), guide.shape[-2:], mode="bilinear", align_corners=False) for x in (slope, offset)
    )
    return (slope * guide + offset)[0]


# Camera response -------------------------------------------------------------------------------------------


def _response(rng: Stream) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """A random response, radiance 0..1 -> code 0..1, and its inverse: sRGB, or a gamma with a shoulder."""
    if rng.chance(0.4):
        return linear_to_srgb, srgb_to_linear
    gamma, c = rng.uniform(1.8, 2.6), rng.uniform(0.6, 8)  # small c: a soft shoulder, as of film

    def encode(x: Tensor) -> Tensor:
        return ((1 + c) * x / (x + c)).pow(1 / gamma)

    def decode(y: Tensor) -> Tensor:
        x = y.pow(gamma)
        return c * x / (1 + c - x)

    return encode, decode


# Defocus ---------------------------------------------------------------------------------------------------


def defocus_layers(image: Tensor, mattes: Tensor, radius: float, max_radius: float) -> Tensor:
    """Frames [N, 3, H, W] of N layers. mattes [N - 1, H, W] rise: mattes[l] covers the layers 0 (near) .. l.

    Every layer goes on behind the nearer ones with colours spread from its visible part, so that a blurred
    near layer uncovers a plausible background and a blurred background takes no colour from what stands
    before it.
    """
    count = len(mattes) + 1
    covers = torch.cat([torch.zeros_like(mattes[:1]), mattes, torch.ones_like(mattes[:1])])[:, None]
    hidden, cover = covers[:-1], covers[1:]
    seen = torch.cat([(cover - hidden) * image, cover - hidden], 1)  # [N, 4, H, W], premultiplied
    spread = pillbox(seen.flatten(0, 1), radius).view_as(seen)
    colour = seen[:, :3] + hidden * (spread[:, :3] + 1e-3 * image) / (spread[:, 3:] + 1e-3)
    layers = torch.cat([colour, cover], 1)

    blurred = {(0, 1): spread[0]}  # the nearest layer hides nothing: its spread is its defocus
    for index in range(count):
        for distance in range(1, 1 + max(index, count - 1 - index)):
            if (index, distance) not in blurred:
                blurred[index, distance] = pillbox(layers[index], min(radius * distance, max_radius))
        blurred[index, 0] = layers[index]

    frames = []
    for focus in range(count):
        frame = image  # never seen: the matte of the farthest layer is 1
        for index in reversed(range(count)):
            layer = blurred[index, abs(index - focus)]
            frame = layer[:3] + (1 - layer[3:]) * frame if index < count - 1 else layer[:3]
        frames.append(frame)
    return torch.stack(frames).clamp_(0, 1)


def _defocus_surface(image: Tensor, depth: Tensor, radius: float, frames: int) -> Tensor:
    """Frames [N, 3, H, W] of one surface. depth [1, H, W]; blur varies by mixing discs of growing radius."""
    blurred = torch.stack([image, *(pillbox(image, radius * k / 3) for k in (1, 2, 3))])
    reach = 0.5 / (frames - 1)  # depth of field: neighbouring frames just meet
    stack = []
    for i in range(frames):
        level = ((depth - i / (frames - 1)).abs() - reach).clamp(min=0) / reach * 3  # 3 is the full radius
        weights = (1 - (level.clamp(max=3) - torch.arange(4).to(image).view(4, 1, 1)).abs()).clamp(min=0)
        stack.append(torch.where(level == 0, image, (weights[:, None] * blurred).sum(0)))
    return torch.stack(stack).clamp_(0, 1)


# Depth -----------------------------------------------------------------------------------------------------


def _mattes(image: Tensor, rng: Stream, layers: int) -> Tensor:
    """[layers - 1, H, W], rising: mattes of the near parts of a random scene, with hard or soft rims."""
    field = rng.pick((_noise, 0.25), (_plane, 0.15), (_objects, 0.25), (_guided, 0.35))(image, rng)
    sample = field[..., ::4, ::4].flatten().sort().values
    jitter = (rng.uniforms(layers - 1) - 0.5) * 0.8 / layers
    share = torch.linspace(0, 1, layers + 1)[1:-1] + jitter
    cuts = sample[(share * (len(sample) - 1)).long()].sort().values
    mattes = (field <= cuts.view(-1, 1, 1)).to(image)
    rim = (1, 1, 3, 5)[int(rng.uniform(0, 4))]
    if rim > 1:
        mattes = F.avg_pool2d(mattes[None], rim, 1, rim // 2, count_include_pad=False)[0]
    return mattes


def _surface(image: Tensor, rng: Stream) -> Tensor:
    """A continuous depth [1, H, W] over 0..1: a tilted plane, at times with hills."""
    depth = _plane(image, rng)
    if rng.chance(0.5):
        hills = _noise(image, rng)
        depth = depth + hills * 0.3 * depth.std() / (hills.std() + 1e-6)
    low, high = depth.min(), depth.max()
    return (depth - low) / (high - low).clamp(min=1e-6)


def _noise(image: Tensor, rng: Stream) -> Tensor:
    """Smooth blobs [1, H, W]: two octaves of interpolated noise."""
    height, width = image.shape[-2:]
    cells = int(rng.uniform(3, 8))
    field = torch.zeros(1, height, width)
    for octave, strength in ((1, 1.0), (3, rng.uniform(0, 0.4))):
        grid = rng.normals(1, 1, cells * octave, cells * octave)
        field += strength * F.interpolate(grid, (height, width), mode="bicubic", align_corners=False)[0]
    return field.to(image)


def _plane(image: Tensor, rng: Stream) -> Tensor:
    """A ramp [1, H, W] in any direction; more often the ground, near at the bottom."""
    height, width = image.shape[-2:]
    angle = rng.uniform(-0.5, 0.5) if rng.chance(0.5) else rng.uniform(0, 2 * math.pi)
    y = torch.linspace(1, -1, height)[:, None] * math.cos(angle)
    return (y + torch.linspace(-1, 1, width) * math.sin(angle))[None].to(image)


def _objects(image: Tensor, rng: Stream) -> Tensor:
    """Distance-like field [1, H, W] of a few star-convex things: low inside, rising outward."""
    height, width = image.shape[-2:]
    ys, xs = torch.linspace(0, 1, height)[:, None], torch.linspace(0, 1, width)
    field = torch.full((height, width), math.inf)
    for _ in range(int(rng.uniform(1, 5))):
        dy = (ys - rng.uniform(0.1, 0.9)) / rng.uniform(0.6, 1.6)
        dx = xs - rng.uniform(0.1, 0.9)
        theta = torch.atan2(dy, dx)
        rim = 1.0
        for k in range(2, 5):
            rim = rim + rng.uniform(0, 0.5 / k) * torch.cos(k * theta + rng.uniform(0, 6.28))
        field = torch.minimum(field, torch.hypot(dx, dy) / (rim * rng.uniform(0.5, 1.5)))
    return field[None].to(image)


def _guided(image: Tensor, rng: Stream) -> Tensor:
    """Noise and luminance [1, H, W] whose contours follow the edges of the photo."""
    luma = luminance(image)
    mix = rng.uniform(-1.5, 1.5)  # negative: the bright parts are near
    field = _noise(image, rng) + mix * (luma - luma.mean()) / (luma.std() + 1e-3)
    return guided_filter(luma, field, 2 * int(rng.uniform(4, 12)))


# Checks ----------------------------------------------------------------------------------------------------


def _check(image: Tensor, frames: int) -> None:
    if image.dim() != 3 or image.shape[0] != 3 or not image.is_floating_point():
        shape = list(image.shape)
        raise InputError(f"The photo must be a float tensor [3, H, W], not {image.dtype} {shape}.")
    if min(image.shape[-2:]) < 16:
        size = f"{image.shape[-1]}x{image.shape[-2]}"
        raise InputError(f"The photo has {size} pixels: use one of at least 16x16.")
    if frames < 2:
        raise InputError(f"A stack of {frames} frames fuses nothing: ask for at least 2.")
