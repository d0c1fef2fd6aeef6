"""Pictures of one scene side by side, with the places where they differ most enlarged below."""

import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from torch import Tensor

from ..grid import grid
from ..images import to_pil
from ..metrics.windows import luma

CELL = 320  # px, the width of a cell at most
FRAMES = ("#ff9020", "#20c0ff")
ENLARGE = 5  # a crop is this much narrower than the picture
Box = tuple[int, int, int, int]  # left, top, right, bottom in px


def montage(pictures: dict[str, Tensor], truth: str | None = None, cell: int = CELL) -> Image.Image:
    """A sheet with one column per picture: the whole of it, and two enlarged crops.

    Args:
        pictures: label -> [3, H, W] in 0..1, all of one size.
        truth: the label to which the others are compared to find the crops; without one, the crops are where
            the pictures disagree most about detail.
        cell: width of a column in px; small pictures are enlarged to it.
    """
    height, width = next(iter(pictures.values())).shape[-2:]
    size = (cell, max(1, round(cell * height / width)))
    boxes = crops(pictures, truth)
    images = [to_pil(picture) for picture in pictures.values()]
    rows = [[_whole(image, size, boxes) for image in images]]
    rows += [[_crop(image, size, box, colour) for image in images] for box, colour in zip(boxes, FRAMES, strict=False)]
    return grid(rows, titles=list(pictures))


def _whole(image: Image.Image, size: tuple[int, int], boxes: list[Box]) -> Image.Image:
    """The picture at `size`, with frames where the boxes are."""
    small = image.resize(size, Image.Resampling.LANCZOS)
    x, y = size[0] / image.width, size[1] / image.height
    for (left, top, right, bottom), colour in zip(boxes, FRAMES, strict=False):
        inside = (left * x, top * y, right * x - 1, bottom * y - 1)
        ImageDraw.Draw(small).rectangle(inside, outline=colour, width=2)
    return small


def _crop(image: Image.Image, size: tuple[int, int], box: Box, colour: str) -> Image.Image:
    """What is in the box, enlarged to `size`."""
    large = image.resize(size, Image.Resampling.BICUBIC, box)
    ImageDraw.Draw(large).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=colour, width=3)
    return large


def crops(pictures: dict[str, Tensor], truth: str | None) -> list[Box]:
    """Up to two boxes (left, top, right, bottom) without overlap that show the differences best."""
    difference = _differences(pictures, truth)
    height, width = difference.shape
    box_height, box_width = max(8, height // ENLARGE), max(8, width // ENLARGE)
    if box_height > height or box_width > width:
        return []
    scores = F.avg_pool2d(difference[None, None].float(), (box_height, box_width), stride=1)[0, 0]
    found: list[Box] = []
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
