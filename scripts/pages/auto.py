"""Measure what *auto* sees in pictures with one known fault, and write docs/auto.md with its confusion table.

    python -m scripts.pages.auto --data ROOT [--model NAME] [--photos 24] [--size 320]

ROOT holds a manifest.tsv; only its validation scenes are used.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from mmaif import FusionPipeline
from mmaif.data.scenes import read_scenes, split
from mmaif.degradation import OPERATORS, degrade
from mmaif.repairs import OPERATOR_REPAIR
from scripts.pages.common import DOCS, clean_photos, markdown, photo_options

SEVERITIES = (0.3, 0.6, 0.9)
TEXT = """# What *auto* sees

**auto** of *Degradation Prompt*, and `FusionPipeline.diagnose` in Python, look at the latents of the sources and name
what is wrong with them. The classifier (`mmaif/network/diagnosis.py`, 0.2 M parameters) is trained on the degradation
pipeline; each fault is named only where hardly any undamaged picture would be. It rather misses a fault than invents
one: look at the sentence that shows on the node, and tick what it missed.

Written by `python -m scripts.pages.auto --model {model}`: {photos} held-out photos of {size} px, spoiled in one way at
the severities {severities}. Rows are what was done, columns what was named, in percent of the pictures.

{table}

Infrared pictures have faults of their own ({infrared}); they are spoiled here in gray.
"""


def main() -> None:
    """Measure, then write the page."""
    options = photo_options(__doc__, photos=24)
    photos = clean_photos(split(read_scenes(options.data), "val"), options.photos, options.size)
    infrared = [name for name in OPERATORS if name.startswith("ir_")]
    pipe = FusionPipeline.from_pretrained(options.model)
    text = TEXT.format(
        model=Path(options.model).stem,
        photos=len(photos),
        size=options.size,
        infrared=", ".join(infrared),
        severities=", ".join(f"{s:g}" for s in SEVERITIES),
        table=table(pipe, photos),
    )
    (DOCS / "auto.md").write_text(text)
    print(text)


def table(pipe: FusionPipeline, photos: Sequence[Tensor]) -> str:
    """The confusion table in Markdown."""
    columns = tuple(dict.fromkeys(OPERATOR_REPAIR.values()))
    short = [name.replace("_", " ") for name in columns]
    rows = [["done", *short]]
    for operator in (None, *OPERATORS):
        named: Counter[str] = Counter()
        count = 0
        for severity in SEVERITIES if operator else (0.0,):
            for seed, photo in enumerate(photos):
                picture = photo.mean(0, keepdim=True).expand(3, -1, -1) if (operator or "").startswith("ir_") else photo
                spoiled = degrade(picture[None], [(operator, severity)], seed)[0] if operator else picture
                named.update(pipe.diagnose(spoiled[None, None], "restore")[0])
                count += 1
        right = OPERATOR_REPAIR.get(operator or "")
        cells = [f"{100 * named[name] / count:.0f}" if named[name] else "" for name in columns]
        cells = [f"**{cell or 0}**" if name == right else cell for name, cell in zip(columns, cells, strict=True)]
        rows.append([operator or "nothing", *cells])
    return markdown(rows)


if __name__ == "__main__":
    main()
