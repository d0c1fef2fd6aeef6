"""Pictures of one scene side by side, with the places where they differ most enlarged below."""

import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ..images import to_pil
from ..metrics.windows import luma

CELL = 320  # px, the width of a cell at most
GAP, LABEL = 4, 20  # px
FRAMES = ("#ff9020", "#20c0ff")
ENLARGE = 5  # a crop is this much narrower than the picture


def montage(pictures: dict[str, Tensor], truth: str | None = None, cell: int = CELL) -> Image.Image:
    """A sheet with one column per picture: the whole of it, and two enlarged crops.

    Args:
        pictures: label -> [3, H, W] in 0..1, all of one size.
        truth: the label to which the others are compared to find the crops; without one, the crops are where
            the pictures disagree most about detail.
        cell: width of a column in px; small pictures are enlarged to it.
    """
    height, width = next(iter(pictures.values())).shape[-2:]
    cell_height = max(1, round(cell * height / width))
    boxes = crops(pictures, truth)
    rows = 1 + len(boxes)
    size = (len(pictures) * (cell + GAP) - GAP, LABEL + rows * (cell_height + GAP) - GAP)
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    for column, (label, picture) in enumerate(pictures.items()):
        left, image = column * (cell + GAP), to_pil(picture)
        pen.text((left + 4, 3), _fitting(pen, label, cell - 8), fill="black", font=default_font())
        sheet.paste(image.resize((cell, cell_height), Image.Resampling.LANCZOS), (left, LABEL))
        for row, (box, colour) in enumerate(zip(boxes, FRAMES, strict=False), 1):
            x, y = cell / width, cell_height / height
            inside = (left + box[0] * x, LABEL + box[1] * y, left + box[2] * x - 1, LABEL + box[3] * y - 1)
            pen.rectangle(inside, outline=colour, width=2)
            top = LABEL + row * (cell_height + GAP)
            sheet.paste(image.resize((cell, cell_height), Image.Resampling.BICUBIC, box), (left, top))
            pen.rectangle((left, top, left + cell - 1, top + cell_height - 1), outline=colour, width=3)
    return sheet


def crops(pictures: dict[str, Tensor], truth: str | None) -> list[tuple[int, int, int, int]]:
    """Up to two boxes (left, top, right, bottom) without overlap that show the differences best."""
    difference = _differences(pictures, truth)
    height, width = difference.shape
    box_height, box_width = max(8, height // ENLARGE), max(8, width // ENLARGE)
    if box_height > height or box_width > width:
        return []
    scores = F.avg_pool2d(difference[None, None].float(), (box_height, box_width), stride=1)[0, 0]
    found: list[tuple[int, int, int, int]] = []
    for _ in FRAMES:
        top, left = divmod(int(scores.argmax()), scores.shape[1])
        if scores[top, left] < 0:  # everything left overlaps
            break
        found.append((left, top, left + box_width, top + box_height))
        scores[max(0, top - box_height + 1) : top + box_height, max(0, left - box_width + 1) : left + box_width] = -1
    return found


def _differences(pictures: dict[str, Tensor], truth: str | None) -> Tensor:
    """How far the pictures are apart per pixel, [H, W]: from the truth, or else in their detail."""
    gray = {label: luma(picture) for label, picture in pictures.items()}
    if truth is not None:
        others = [(value - gray[truth]).abs() for label, value in gray.items() if label != truth]
        return torch.stack(others).amax(0) if others else torch.zeros_like(gray[truth])
    stack = torch.stack(list(gray.values()))[:, None]
    around = F.avg_pool2d(F.pad(stack, (3, 3, 3, 3), mode="replicate"), 7, stride=1)
    detail = (stack - around).abs()[:, 0]
    return detail.amax(0) - detail.amin(0)


def default_font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's own, 13 px."""
    try:
        return ImageFont.load_default(13)
    except (TypeError, ImportError):  # Pillow before 10.1, or built without FreeType
        return ImageFont.load_default()


def _fitting(pen: ImageDraw.ImageDraw, text: str, width: int) -> str:
    """The text, or as much of its end as fits."""
    if pen.textlength(text, font=default_font()) <= width:
        return text
    while len(text) > 1 and pen.textlength("..." + text, font=default_font()) > width:
        text = text[1:]
    return "..." + text
