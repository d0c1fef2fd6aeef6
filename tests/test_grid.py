"""Sheets of pictures in rows and columns."""

import numpy as np
from PIL import Image

from mmaif.grid import BAND, fitting, folded, grid

RED, BLUE = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")


def colour(sheet: Image.Image, x: int, y: int) -> tuple[int, ...]:
    return sheet.getpixel((x, y))


def test_rows_and_columns_without_words():
    sheet = grid([[RED, BLUE], [None, RED], [BLUE]], gap=0, background="black")
    assert sheet.size == (120, 120)
    assert [colour(sheet, x, y) for y in (20, 60, 100) for x in (30, 90)] == [
        (255, 0, 0),
        (0, 0, 255),
        (0, 0, 0),
        (255, 0, 0),
        (0, 0, 255),
        (0, 0, 0),
    ]


def test_words_have_room_beside_the_pictures():
    plain, words = grid([[RED, BLUE], [BLUE, RED]]), ("over", "this")
    assert plain.size == (124, 84)
    titled = grid([[RED, BLUE], [BLUE, RED]], titles=words)
    labelled = grid([[RED, BLUE], [BLUE, RED]], labels=[words, words])
    noted = grid([[RED, BLUE], [BLUE, RED]], notes=["one\ntwo", "three"], notes_width=100)
    assert titled.size == (124, 84 + BAND) and colour(titled, 5, BAND) == (255, 0, 0)
    assert labelled.size == (124, 84 + 2 * BAND) and colour(labelled, 5, 44 + BAND) == (0, 0, 255)
    assert noted.size == (224, 84)
    for sheet, box in ((titled, (0, 0, 124, BAND)), (labelled, (0, 40, 124, 40 + BAND)), (noted, (124, 0, 224, 40))):
        assert (np.asarray(sheet.crop(box).convert("L")) < 100).sum() > 20  # ink


def test_long_words_lose_their_beginning():
    import PIL.ImageDraw

    pen = PIL.ImageDraw.Draw(RED.copy())
    assert fitting(pen, "short", 60) == "short"
    cut = fitting(pen, "a very long label indeed", 60)
    assert cut.startswith("...") and cut.endswith("deed") and pen.textlength(cut) <= 60


def test_many_rows_are_folded():
    assert folded([[1, 2], [3, 4], [5, 6]]) == [[1, 2, 5, 6], [3, 4]]
    assert folded([[1], [2], [3], [4]]) == [[1, 3], [2, 4]]
