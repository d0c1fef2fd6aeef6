"""Measure the autoencoder of a checkpoint beside its teacher and write docs/autoencoder.md with a picture of crops.

    python -m scripts.pages.autoencoder --data ROOT --teachers FOLDER [--model regression]

Held-out pictures only: photos (the middle 448 x 320), and visible + infrared street scenes.
"""

import argparse
import time
from pathlib import Path

import torch
from torch import Tensor

from mmaif import FusionPipeline
from mmaif.data.makers import focus_stack
from mmaif.data.scenes import load_image, read_scenes, split
from mmaif.grid import grid
from mmaif.images import to_pil
from mmaif.metrics import psnr
from mmaif.tiling import tiled
from mmaif.training.teacher import load_teacher
from scripts.pages.common import DOCS

HEIGHT, WIDTH = 320, 448
TEXT = """# Autoencoder and detail path

The pictures are encoded into Flux's latent space (16 channels, an eighth of the size) and fused there. The
encoder and the decoder are our own, small and trained from scratch against the teacher taef1 (MIT, by
madebyollin), and so interchangeable with it. A latent cannot hold every leaf; the **detail path** therefore
lets the sources' own sharpness through at decode wherever the fused latent agrees with them.

Written by `python -m scripts.pages.autoencoder` from `{model}` on pictures held out of training: {photos} photos,
{streets} visible and infrared street pictures. PSNR in dB, bfloat16, {threads} CPU threads.

## Encode, decode

| encoder -> decoder | photos | street scenes |
|---|---|---|
{reconstruction}

| 640 x 480 | encode | decode |
|---|---|---|
{speed}

Decoding a 768 x 512 picture in tiles of 256 pixels agrees with decoding it whole to {tiles:.0f} dB in the interior.

## Detail path

| sources | latent | best source | decoded | with the detail path |
|---|---|---|---|---|
{detail}

![Crops](autoencoder_crops.jpg)

From left to right: source, teacher's round trip, ours, ours with the detail path.
"""


def main() -> None:
    """Measure, then write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--model", default="regression")
    arguments = parser.parse_args()
    scenes = split(read_scenes(arguments.data), "val")
    photos = torch.stack([_middle(load_image(s.files["A"])) for s in scenes if s.kind.startswith("clean")])
    streets = torch.stack(
        [_middle(load_image(s.files[k])) for s in scenes if s.kind == "vif" for k in "AB" if _large(s.files[k])]
    )
    ours = FusionPipeline.from_pretrained(arguments.model).autoencoder
    encoder, decoder = (part.bfloat16() for part in load_teacher(arguments.teachers))
    encoders = {"teacher": encoder, "ours": ours.encoder}
    decoders = {"teacher": decoder, "ours": lambda z: ours.decoder(z)[0]}

    with torch.inference_mode():
        rows = []
        for source, first in encoders.items():
            for target, second in decoders.items():
                cells = [_quality(_each(lambda x, a=first, b=second: b(a(x)), p), p) for p in (photos, streets)]
                rows.append(f"| {source} -> {target} | {cells[0]:.2f} | {cells[1]:.2f} |")
        picture = torch.nn.functional.interpolate(photos[:1], (480, 640), mode="bicubic").clamp(0, 1)
        speed = [
            f"| {name} | {_seconds(encoders[name], picture) * 1000:.0f} ms "
            f"| {_seconds(decoders[name], encoders[name](_half(picture))) * 1000:.0f} ms |"
            for name in encoders
        ]
        text = TEXT.format(
            model=arguments.model,
            photos=len(photos),
            streets=len(streets),
            threads=torch.get_num_threads(),
            reconstruction="\n".join(rows),
            speed="\n".join(speed),
            tiles=_tiling(ours, photos[0]),
            detail="\n".join(_detail(ours, photos)),
        )
        crops = []
        for photo in (photos[1], photos[4], streets[0]):
            image = _half(photo[None])
            z = ours.encoder(image)
            row = (image, decoder(encoder(image)), ours.decode(z), ours.decode(z, torch.stack([image, image], 1)))
            crops.append([to_pil(p[0, :, 64:224, 96:320]) for p in row])
        grid(crops, gap=0).save(DOCS / "autoencoder_crops.jpg", quality=95)
    (DOCS / "autoencoder.md").write_text(text)
    print(text)


def _detail(ours: torch.nn.Module, photos: Tensor) -> list[str]:
    """Rows of the table: itself with itself, ideal focus pairs, noisy pairs."""
    noisy = torch.Generator().manual_seed(0)
    suites = {
        "a clean picture and itself": lambda p, i: torch.stack([p, p]),
        "clean synthetic focus pair": lambda p, i: focus_stack(p, i, 2)[0],
        "noise of sigma 25 in both": lambda p, i: (
            torch.stack([p, p]) + torch.randn(2, *p.shape, generator=noisy) * 25 / 255
        ).clamp(0, 1),
    }
    rows = []
    for name, make in suites.items():
        sums = torch.zeros(3)
        for index, photo in enumerate(photos):
            sources, target = make(photo, index), photo[None]
            latent = ours.encoder(_half(target))
            sharp = ours.decode(latent, _half(sources[None]))
            best = max(psnr(source[None], target).clamp(max=60).item() for source in sources)
            sums += torch.tensor([best, psnr(ours.decode(latent), target).item(), psnr(sharp, target).item()])
        best, plain, sharp = (sums / len(photos)).tolist()
        shown = "-" if best >= 60 else f"{best:.1f}"
        rows.append(f"| {name} | of the clean picture | {shown} | {plain:.1f} | {sharp:.1f} |")
    return rows


def _tiling(ours: torch.nn.Module, photo: Tensor) -> float:
    """PSNR of tiled against whole decode, 64 pixels off the border."""
    large = torch.nn.functional.interpolate(photo[None], (512, 768), mode="bicubic").clamp(0, 1)
    latent = ours.encoder(_half(large))
    whole, parts = ours.decode(latent), tiled(ours.decode, [(latent, 1)], 32, 16, 8)
    inside = (..., slice(64, -64), slice(64, -64))
    return psnr(parts[inside].float(), whole[inside]).item()


def _each(function: object, pictures: Tensor) -> Tensor:
    return torch.cat([function(_half(p[None])).float() for p in pictures]).clamp(0, 1)


def _quality(pictures: Tensor, truth: Tensor) -> float:
    return psnr(pictures, truth).mean().item()


def _seconds(function: object, *inputs: Tensor) -> float:
    given = [_half(i) for i in inputs]
    times = []
    for _ in range(7):
        began = time.perf_counter()
        function(*given)
        times.append(time.perf_counter() - began)
    return sorted(times)[3]


def _half(image: Tensor) -> Tensor:
    return image.bfloat16().contiguous(memory_format=torch.channels_last) if image.ndim == 4 else image.bfloat16()


def _large(path: Path) -> bool:
    height, width = load_image(path).shape[-2:]
    return height >= HEIGHT and width >= WIDTH


def _middle(image: Tensor) -> Tensor:
    """The middle of a picture, turned where it is upright; a smaller one is enlarged first."""
    image = image.expand(3, -1, -1)
    if image.shape[-2] > image.shape[-1]:
        image = image.transpose(-1, -2)
    scale = max(HEIGHT / image.shape[-2], WIDTH / image.shape[-1])
    if scale > 1:
        size = (round(image.shape[-2] * scale), round(image.shape[-1] * scale))
        image = torch.nn.functional.interpolate(image[None], size, mode="bicubic").clamp(0, 1)[0]
    top, left = (image.shape[-2] - HEIGHT) // 2, (image.shape[-1] - WIDTH) // 2
    return image[:, top : top + HEIGHT, left : left + WIDTH]


if __name__ == "__main__":
    main()
