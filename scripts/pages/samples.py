"""Draw random training samples of one task with their prompts: sources | what the prompt asks for | the clean truth.

    python -m scripts.pages.samples --photos DIR --visible DIR --infrared DIR -o docs/samples

writes docs/samples_vif.jpg, _mef.jpg, _mff.jpg and _restore.jpg. Use pictures whose licence lets you show them.
"""

import argparse
import sys
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from mmaif.data.samples import Sample, SampleMaker
from mmaif.data.synthesize import own_scenes
from mmaif.errors import InputError
from mmaif.images import to_pil

ROWS, SIZE, TEXT = 6, 192, 260


def draw(sample: Sample) -> Image.Image:
    """One row: pictures, then the prompt and what was done to each source."""
    pictures = [*sample.sources[:2], sample.target, sample.clean]
    row = Image.new("RGB", (4 * SIZE + TEXT, SIZE), "white")
    for index, picture in enumerate(pictures[-4:] if len(sample.sources) > 1 else [pictures[0], *pictures]):
        if len(sample.sources) > 1 or index != 1:
            row.paste(to_pil(picture), (index * SIZE, 0))
    ops = [", ".join(f"{name} {severity:.1f}" for name, severity in each) or "clean" for each in sample.recipe.ops[:2]]
    lines = textwrap.wrap(f'"{sample.prompt}"', 40) + [""] + [line for o in ops for line in textwrap.wrap(o, 40)]
    ImageDraw.Draw(row).multiline_text((4 * SIZE + 8, 6), "\n".join(lines[:14]), "black", ImageFont.load_default(12))
    return row


def main() -> int:
    """Write one page per task that the pictures can serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("photos", "visible", "infrared"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("-o", "--output", required=True, help="start of the file names")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        maker = SampleMaker(own_scenes(arguments.photos, arguments.visible, arguments.infrared), SIZE)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    for task in maker.tasks():
        page = Image.new("RGB", (4 * SIZE + TEXT, ROWS * (SIZE + 4)), "white")
        for index in range(ROWS):
            page.paste(draw(maker(arguments.seed + index, task)), (0, index * (SIZE + 4)))
        page.save(f"{arguments.output}_{task}.jpg", quality=88)
    return 0


if __name__ == "__main__":
    sys.exit(main())
