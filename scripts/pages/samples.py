"""Draw random training samples of one task with their prompts: sources | what the prompt asks for | the clean truth.

    python -m scripts.pages.samples --photos DIR --visible DIR --infrared DIR -o docs/samples

writes docs/samples_vif.jpg, _mef.jpg, _mff.jpg and _restore.jpg. Use pictures whose licence lets you show them.
"""

import argparse
import sys
import textwrap
from pathlib import Path

from PIL import Image

from mmaif.data.samples import Sample, SampleMaker
from mmaif.data.synthesize import own_scenes
from mmaif.errors import InputError
from mmaif.grid import grid
from mmaif.images import to_pil

ROWS, SIZE = 6, 192


def pictures(sample: Sample) -> list[Image.Image | None]:
    """Sources, what the prompt asks for, and the clean truth."""
    sources = list(sample.sources[:2]) if len(sample.sources) > 1 else [sample.sources[0], None]
    return [None if each is None else to_pil(each) for each in (*sources, sample.target, sample.clean)]


def words(sample: Sample) -> str:
    """The prompt and what was done to each source, in lines."""
    ops = [", ".join(f"{name} {severity:.1f}" for name, severity in each) or "clean" for each in sample.recipe.ops[:2]]
    lines = textwrap.wrap(f'"{sample.prompt}"', 40) + [""] + [line for o in ops for line in textwrap.wrap(o, 40)]
    return "\n".join(lines[:12])


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
        samples = [maker(arguments.seed + index, task) for index in range(ROWS)]
        page = grid([pictures(sample) for sample in samples], notes=[words(sample) for sample in samples])
        page.save(f"{arguments.output}_{task}.jpg", quality=88)
    return 0


if __name__ == "__main__":
    sys.exit(main())
