"""Pictures in rows and columns on one sheet, with words over the columns, under the pictures or beside the rows."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from PIL import Image, ImageDraw, ImageFont

Row = Sequence[Image.Image | None]  # None leaves its cell empty
BAND = 20  # px, the height of a line of words
MARGIN = 4  # px left of words


def grid(
    rows: Sequence[Row],
    titles: Sequence[str] = (),
    labels: Sequence[Sequence[str]] = (),
    notes: Sequence[str] = (),
    gap: int = 4,
    background: str = "white",
    notes_width: int = 260,
) -> Image.Image:
    """One sheet of all pictures, each at its size in a cell of the largest one's.

    Args:
        rows: pictures from left to right; rows may differ in length.
        titles: one per column, over it.
        labels: one per picture, under it.
        notes: one per row, at its right, `notes_width` px wide; they may hold line breaks.
        gap: px between cells.
    """
    pictures = [picture for picture in chain.from_iterable(rows) if picture is not None]
    width, height = max(p.width for p in pictures), max(p.height for p in pictures)
    across, down = width + gap, height + gap + (BAND if labels else 0)
    top, columns = BAND if titles else 0, max(map(len, rows))
    size = (columns * across - gap + (notes_width if notes else 0), top + len(rows) * down - gap)
    sheet = Image.new("RGB", size, background)
    pen = ImageDraw.Draw(sheet)
    pen.font = default_font()
    for x, title in enumerate(titles):
        pen.text((x * across + MARGIN, 3), fitting(pen, title, width - 2 * MARGIN), "black")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            if picture is not None:
                sheet.paste(picture, (x * across, top + y * down))
        for x, label in enumerate(labels[y] if labels else ()):
            place = (x * across + MARGIN, top + y * down + height + 3)
            pen.text(place, fitting(pen, label, width - 2 * MARGIN), "black")
        if notes:
            pen.multiline_text((columns * across + MARGIN, top + y * down + MARGIN), notes[y], "black")
    return sheet


def folded(rows: Sequence[Row]) -> list[list[Image.Image | None]]:
    """The second half of the rows beside the first, so that a sheet of many rows is not too long."""
    half = (len(rows) + 1) // 2
    return [[*left, *right] for left, right in zip_longest(rows[:half], rows[half:], fillvalue=())]


def default_font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's own, 13 px."""
    try:
        return ImageFont.load_default(13)
    except (TypeError, ImportError):  # Pillow before 10.1, or built without FreeType
        return ImageFont.load_default()


def fitting(pen: ImageDraw.ImageDraw, text: str, width: int) -> str:
    """The text, or as much of its end as fits into `width` px."""
    if pen.textlength(text) <= width:
        return text
    while len(text) > 1 and pen.textlength("..." + text) > width:
        text = text[1:]
    return "..." + text
