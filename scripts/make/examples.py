"""Make the example pictures in assets/.

    python -m scripts.make.examples --data ROOT     the clean ones, from three photos of the training data
    python -m scripts.make.examples                 the spoiled ones and the videos, from the clean ones

ROOT is a data folder with a manifest.tsv that lists the lomiri_* photos. The result is the same on every run.
assets/ATTRIBUTION.md says whose photos these are and what is done to them here.
"""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor

from mmaif.data.makers import defocus_layers, guided_filter, pillbox
from mmaif.data.scenes import read_scenes
from mmaif.degradation import degrade
from mmaif.errors import InputError
from mmaif.images import load_image, to_pil
from scripts.pages.shaken import taken
from scripts.setup.environment import ROOT

ASSETS = ROOT / "assets"
SIZE = (640, 480)
PREFIX = "mmaif_"  # they lie among a user's own pictures in ComfyUI's input folder

# The nearest things of the focus example, drum and beanbag: an outline in pixels of the finished picture.
DRUM = """
36 480 41 453 48 440 33 420 21 402 18 381 22 357 33 339 48 327 65 323 126 323 133 315 148 298 174
272 201 250 218 228 236 215 255 207 284 202 307 208 332 221 355 239 369 254 384 276 393 294 397 317
421 321 449 335 469 355 488 387 499 416 504 446 505 480
"""
# The two dogs of the thermal example.
UPPER_DOG = """
252 45 272 48 287 53 298 61 304 70 315 84 323 90 327 101 327 119 333 136 333 159 329 184 324 197 315
207 303 211 291 202 288 197 292 184 289 177 281 183 266 180 251 173 243 184 238 193 223 190 211 197
200 196 199 174 194 131 196 107 194 88 199 70 214 64 220 53 235 50
"""
LOWER_DOG = """
364 250 352 250 337 251 318 260 307 266 301 285 303 300 298 322 301 343 306 360 309 377 315 392 321
408 320 423 324 435 340 443 352 451 367 448 374 432 372 418 358 403 346 392 338 378 343 374 364 375
380 380 386 371 390 383 387 400 401 405 416 397 426 402 424 383 429 365 424 346 429 328 427 309 416
300 409 285 400 277 392 265 379 259
"""


def photo(root: Path, name: str, box: tuple[float, float, float, float]) -> Tensor:
    """The part `box` (left, top, right, bottom, in shares of the sides) of a photo at SIZE: [3, H, W]."""
    paths = [s.files["A"] for s in read_scenes(root, ["clean_hires"]) if s.name == name]
    if not paths:
        raise InputError(f"The data folder {root} lists no photo {name}: give the folder that does.")
    picture = to_pil(load_image(paths[0]))
    sides = (picture.width, picture.height) * 2
    crop = picture.crop(tuple(round(share * side) for share, side in zip(box, sides, strict=True)))
    return from_pil(crop.resize(SIZE, Image.Resampling.LANCZOS))


def exposures(root: Path) -> dict[str, Tensor]:
    """A sunset bracketed at -2, 0 and +2 EV: the glow in the first, the grass in the last."""
    radiance = linear(photo(root, "lomiri_sunset_by_Aitzol_Berasategi", (0.1115, 0, 1, 1)))
    radiance = radiance * (1 + 6 * radiance.amin(0) ** 6)  # the sun is far brighter than a photo's white
    return {name: display(radiance * 2**stops) for name, stops in (("under", -2), ("mid", 0), ("over", 2))}


def focus(root: Path) -> dict[str, Tensor]:
    """A drum before a room: focused on the drum, and on the room."""
    image = photo(root, "lomiri_Wine_by_Jakkub_Mede", (0, 0.2734, 1, 0.7739))
    matte = outline(DRUM, image, radius=3)
    near_soft, far = defocus_layers(image, matte, radius=5, max_radius=5)
    near_hard, _ = defocus_layers(image, matte, radius=2, max_radius=2)
    nearer = (torch.linspace(0, 1, SIZE[1])[:, None] - 0.55).clamp(min=0) / 0.45  # the floor, from there on
    return {"near": torch.lerp(near_soft, near_hard, nearer), "far": far}


# The stool of the focus example, between drum and wall.
STOOL = "168 -20 600 -20 590 180 560 240 520 285 420 300 360 285 345 240 330 205 230 215 200 190 160 90"
# Example -> the clean picture it is made of, what is done to it, and the seed of that.
SPOILED = {
    "rainy": ("exposures_mid", [("rain", 0.5)], 4),
    "hazy": ("focus_far", [("haze", 0.6)], 4),
    "snowy": ("exposures_mid", [("snow", 0.5)], 5),
    "dark": ("focus_far", [("low_exposure", 0.7), ("sensor_noise", 0.15)], 6),
}
FRAMES, WINDOW, FPS = 8, (320, 240), 4
# Exposure -> how the hand that held the camera had moved: dx, dy in px, degrees, times as large.
SHAKEN = {"under": (0, 0, 0, 1), "mid": (9, -6, 0.8, 1), "over": (-8, 10, -0.7, 1)}
# Of the picture with a painted mask: all below the far hills.
LAND = "-10 286 90 270 170 262 260 258 330 250 400 238 480 210 560 205 660 200 660 500 -10 500"
THERMAL = (320, 240)  # px, as small as such cameras are
COLD, WARM = -4.0, 38.0  # degrees Celsius of the thermal example, black and white
# Of the night scene, one dog each: left, top, right, bottom in pixels.
CUTS = {"lower": (190, 225, 510, 465), "upper": (140, 0, 400, 240)}
NOTES = ((0, 523.25), (0.25, 659.25), (0.5, 783.99), (1, 1046.5))  # when in seconds, Hz: the film's sound
RATE = 44100  # samples of it in a second


def focus_planes(far: Tensor) -> dict[str, Tensor]:
    """Two more planes of focus out of the far picture [3, H, W], soft at the drum: stool and wall."""
    stool = pillbox(outline(STOOL, far, radius=4), 9)
    drum = outline(DRUM, far, radius=3)  # soft already where it is not in focus
    soft = torch.lerp(pillbox(far, 4), far, drum)
    return {"focus_stool": torch.lerp(soft, far, stool), "focus_wall": torch.lerp(far, soft, stool)}


def film(picture: Tensor, operator: str) -> list[Tensor]:
    """A noisy camera that pans over a picture [3, H, W]: FRAMES of WINDOW."""
    small = torch.nn.functional.interpolate(picture[None], scale_factor=0.75, mode="area")
    room = small.shape[-1] - WINDOW[0], small.shape[-2] - WINDOW[1]
    frames = []
    for frame in range(FRAMES):
        left, top = (round(side * (0.05 + 0.9 * frame / (FRAMES - 1))) for side in room)
        view = small[..., top : top + WINDOW[1], left : left + WINDOW[0]]
        frames.append(degrade(view, [(operator, 0.15)], frame)[0])
    return frames


def save_video(frames: list[Tensor], path: Path, sound: bool = False) -> None:
    """Frames [3, H, W] in 0..1, of even sides, as H.264 in MP4; with a few notes where there is to be sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.height, stream.width = frames[0].shape[-2:]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "23"}
        tones = container.add_stream("aac", rate=RATE) if sound else None
        for frame in frames:
            picture = to_pil(frame.expand(3, -1, -1))
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
        if tones is not None:
            for index, wave in enumerate(
                np.split(chime(len(frames) / FPS), range(1024, RATE * len(frames) // FPS, 1024))
            ):
                block = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
                block.sample_rate, block.pts = RATE, 1024 * index
                container.mux(tones.encode(block))
            container.mux(tones.encode())


def chime(seconds: float) -> np.ndarray:
    """NOTES as they are struck and die away: float32 [samples] in -1..1."""
    time = np.arange(round(seconds * RATE)) / RATE
    struck = [np.sin(2 * np.pi * hertz * (time - at)) * np.exp(-4 * (time - at)) * (time >= at) for at, hertz in NOTES]
    return (0.15 * sum(struck)).astype(np.float32)


def counts(infrared: Tensor) -> Image.Image:
    """What the sensor of a thermal camera tells of gray [C, H, W]: hundredths of a Kelvin, 16 bits, THERMAL px."""
    gray = np.asarray(to_pil(infrared.mean(0, keepdim=True).expand(3, -1, -1)).convert("L").resize(THERMAL), np.float64)
    celsius = COLD + (WARM - COLD) * gray / 255
    return Image.fromarray((100 * (celsius + 273.15)).round().astype(np.uint16))


def painted(picture: Tensor) -> Image.Image:
    """[3, H, W] as ComfyUI's mask editor saves it: transparent where the mask is, here all of LAND."""
    numbers = [float(n) for n in LAND.split()]
    clear = Image.new("L", SIZE, 255)
    ImageDraw.Draw(clear).polygon(list(zip(numbers[::2], numbers[1::2], strict=True)), fill=0)
    page = to_pil(picture)
    page.putalpha(clear.filter(ImageFilter.GaussianBlur(4)))
    return page


def save_pairs(folder: Path) -> None:
    """Write pair_KIND_NAME.jpg, the CUTS of visible and infrared: they become two folders among ComfyUI's inputs."""
    for kind in ("visible", "infrared"):
        with Image.open(folder / f"{PREFIX}{kind}.jpg") as picture:
            for name, box in CUTS.items():
                picture.crop(box).save(folder / f"pair_{kind}_{name}.jpg", quality=92)


def visible_infrared(root: Path) -> dict[str, Tensor]:
    """Two dogs in the shadow beside a lamp, and a thermal camera's view of them, painted from the photo."""
    image = photo(root, "lomiri_friends_by_Aitzol_Berasategi", (0, 0.1855, 1, 0.6851))
    dogs = torch.maximum(outline(UPPER_DOG, image, radius=4), outline(LOWER_DOG, image, radius=4))
    return {"visible": night(image), "infrared": thermal(image, dogs)}


def night(image: Tensor) -> Tensor:
    """The scene [3, H, W] in the dark: a warm lamp on the right wall, blue dusk elsewhere."""
    lamp = 0.6 * torch.exp(-(distance(620, 70, 190, 230) ** 2))
    light = lamp * torch.tensor([1.0, 0.80, 0.52]).view(3, 1, 1)
    return display(linear(image) * (light + 0.014 * torch.tensor([0.75, 0.9, 1.25]).view(3, 1, 1)))


def thermal(image: Tensor, dogs: Tensor) -> Tensor:
    """Temperatures [1, H, W] as gray 0..1: cold boards, a house warm inside, warm dogs with warmer faces."""
    gray = image.mean(0, keepdim=True)
    smooth = pillbox(gray, 6)
    relief = pillbox(gray, 1) - smooth
    inside = torch.sigmoid((1 - distance(265, 200, 78, 250)) * 6)  # heat leaks through the open window
    height = torch.linspace(1, 0, SIZE[1])[:, None]
    wall = 0.15 + 0.06 * smooth + 0.2 * relief + 0.13 * inside + 0.05 * height
    body = 0.6 + 0.24 * spots((266, 110, 34, 55), (362, 318, 34, 50))  # the short-haired faces
    body = body + 0.1 * spots((250, 92, 9, 7), (297, 92, 9, 7), (344, 296, 9, 7), (386, 300, 9, 7))  # eyes
    body = body + 0.14 * spots((279, 170, 14, 10)) - 0.24 * spots((284, 131, 13, 9), (366, 346, 13, 10))
    scene = wall + 0.06 * pillbox(dogs, 14)  # warmed air and boards around them
    scene = torch.lerp(scene, body + 0.5 * (gray - smooth), dogs)
    return pillbox(scene, 0.9).clamp(0, 1)


def spots(*ellipses: tuple[float, float, float, float]) -> Tensor:
    """[H, W]: soft bumps of height 1, each (x, y, half width, half height) in pixels."""
    return sum(torch.exp(-(distance(*ellipse) ** 2)) for ellipse in ellipses)


def outline(points: str, image: Tensor, radius: int) -> Tensor:
    """The inside of an outline "x y x y ...", its rim drawn to the edges of the photo: [1, H, W] in 0..1."""
    scale = 4
    numbers = [scale * float(n) for n in points.split()]
    mask = Image.new("L", (SIZE[0] * scale, SIZE[1] * scale))
    ImageDraw.Draw(mask).polygon(list(zip(numbers[::2], numbers[1::2], strict=True)), fill=255)
    matte = from_pil(mask.resize(SIZE, Image.Resampling.LANCZOS))[:1]
    rim = guided_filter(image.mean(0, keepdim=True), matte, radius, epsilon=1e-4)
    band = (matte - pillbox(matte, radius)).abs() > 0.02
    return torch.where(band, rim, matte).sub(0.1).div(0.8).clamp(0, 1)


def distance(x: float, y: float, width: float, height: float) -> Tensor:
    """[H, W]: 0 at (x, y), 1 on the ellipse with these half axes, in pixels."""
    rows = (torch.arange(SIZE[1])[:, None] - y) / height
    return torch.hypot(rows, (torch.arange(SIZE[0]) - x) / width)


def linear(image: Tensor) -> Tensor:
    return image.pow(2.2)


def display(radiance: Tensor) -> Tensor:
    return radiance.clamp(0, 1).pow(1 / 2.2)


def from_pil(picture: Image.Image) -> Tensor:
    channels = len(picture.getbands())
    data = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return data.view(picture.height, picture.width, channels).permute(2, 0, 1).float() / 255


def clean(root: Path) -> dict[str, Tensor]:
    """The clean examples, from the photos."""
    pictures = {f"exposures_{k}": v for k, v in exposures(root).items()}
    pictures |= {f"focus_{k}": v for k, v in focus(root).items()}
    return pictures | visible_infrared(root)


def derived(folder: Path) -> dict[str, Tensor]:
    """The examples that are made of the clean ones in `folder`."""

    def example(name: str) -> Tensor:
        return load_image(folder / f"{PREFIX}{name}.jpg")

    planes = focus_planes(example("focus_far"))
    planes |= {f"handheld_{name}": taken(example(f"exposures_{name}"), pose) for name, pose in SHAKEN.items()}
    spoiled = {name: degrade(example(source)[None], ops, seed)[0] for name, (source, ops, seed) in SPOILED.items()}
    return planes | spoiled


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="data folder with manifest.tsv: make the clean examples anew")
    parser.add_argument("-o", "--output", type=Path, default=ASSETS, help="default: assets/")
    arguments = parser.parse_args()
    folder = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    try:
        save(clean(arguments.data) if arguments.data else {}, folder)
        save(derived(folder), folder)
        counts(load_image(folder / f"{PREFIX}infrared.jpg")).save(folder / f"{PREFIX}thermal.png", optimize=True)
        dusk = degrade(load_image(folder / f"{PREFIX}exposures_mid.jpg")[None], [("low_exposure", 0.5)], 5)[0]
        painted(dusk).save(folder / f"{PREFIX}painted.webp", quality=92, exact=True)
        save_pairs(folder)
        for name, operator in (("visible", "noise"), ("infrared", "ir_noise")):
            frames = film(load_image(folder / f"{PREFIX}{name}.jpg"), operator)
            save_video(frames, folder / f"{PREFIX}{name}.mp4", sound=name == "visible")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def save(pictures: dict[str, Tensor], folder: Path) -> None:
    """Write them as JPEG."""
    for name, image in pictures.items():
        path = folder / f"{PREFIX}{name}.jpg"
        to_pil(image.expand(3, -1, -1)).save(path, quality=92)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    sys.exit(main())
