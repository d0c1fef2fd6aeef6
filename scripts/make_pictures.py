"""Draw the README's montage and the workflows' thumbnails from the shipped model and example pictures.

    python scripts/make_pictures.py
"""

from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

from mmaif import FusionPipeline
from mmaif.degradation import degrade
from mmaif.images import load_image, to_pil

ROOT = Path(__file__).parent.parent
WIDTH, HEIGHT, LABEL = 400, 300, 24
THUMBNAILS = {
    "fuse_visible_infrared": ("visible", "infrared"),
    "fuse_exposures": ("exposures_under", "exposures_over"),
    "fuse_focus": ("focus_near", "focus_far"),
}


def example(name: str) -> torch.Tensor:
    """[H, W, 3] in 0..1."""
    return load_image(ROOT / "assets" / f"mmaif_{name}.jpg").movedim(0, -1)


def spoiled(image: torch.Tensor, *ops: tuple[str, float]) -> torch.Tensor:
    """The picture with some degradations, always the same ones."""
    return degrade(image.movedim(-1, 0)[None], ops, 5)[0].movedim(0, -1)


def montage(rows: list[tuple[list[torch.Tensor], list[str]]]) -> Image.Image:
    """Rows of pictures with a label under each."""
    columns = max(len(pictures) for pictures, _ in rows)
    sheet = Image.new("RGB", (columns * (WIDTH + 4), len(rows) * (HEIGHT + LABEL)), "white")
    font = ImageFont.load_default(15)
    for y, (pictures, labels) in enumerate(rows):
        for x, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
            place = (x * (WIDTH + 4), y * (HEIGHT + LABEL))
            sheet.paste(to_pil(picture.movedim(-1, 0)).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), place)
            ImageDraw.Draw(sheet).text((place[0] + 4, place[1] + HEIGHT + 2), label, "black", font)
    return sheet


def main() -> None:
    """Write docs/montage.jpg and workflows/*.jpg."""
    pipe = FusionPipeline.from_pretrained("regression")
    rows = []
    for name, sources in THUMBNAILS.items():
        pictures = [example(source) for source in sources]
        fused = pipe(pictures)
        rows.append(([*pictures, fused], [*sources, "fused"]))
        to_pil(fused.movedim(-1, 0)).resize((512, 384), Image.Resampling.LANCZOS).save(
            ROOT / "workflows" / f"{name}.jpg", quality=88
        )
    near, far = (spoiled(example(name), ("haze", 0.6)) for name in ("focus_near", "focus_far"))
    rows.append(([near, far, pipe([near, far], "dehaze")], ["near, hazy", "far, hazy", '"dehaze"']))
    for operator, prompt in (("low_exposure", "too dark, brighten it"), ("rain", "remove the rain")):
        picture = spoiled(example("exposures_mid"), (operator, 0.5))
        rows.append(([picture, pipe([picture]), pipe([picture], prompt)], [operator, "no prompt", f'"{prompt}"']))
    montage(rows).save(ROOT / "docs" / "montage.jpg", quality=86)


if __name__ == "__main__":
    main()
