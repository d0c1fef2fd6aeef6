"""Draw degradations on one sheet: every operator at three severities, or every renderer of a fault beside real ones.

python -m scripts.pages.contact_sheet --image IMG -o OUT.jpg [--ops rain,snow] [--severities 0.3,1] [--seed N]
python -m scripts.pages.contact_sheet --data ROOT -o FOLDER [--ops rain,snow] [--severities 0.3,1] [--seed N]

The second form writes FOLDER/<operator>.png: first pictures that others spoiled (the pair_* kinds of
ROOT/manifest.tsv), then a row per renderer, each cell another photo. Whose is whose should not be plain to see.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mmaif.data.scenes import read_scenes  # noqa: E402
from mmaif.degradation import OPERATORS, degrade, parse_ops  # noqa: E402
from mmaif.degradation.random_stream import Draws  # noqa: E402
from mmaif.errors import InputError  # noqa: E402
from mmaif.images import load_image  # noqa: E402

LABEL = 16  # px above each picture
REAL = {  # where an operator's fault is seen as others make it: kind, and a part of the name
    "haze": (("pair_haze", ""), ("pair_mixed", "MFNet_vi_MFNet_4")),
    "rain": (("pair_rain", ""),),
    "snow": (("mask_snow", ""),),
    "motion_blur": (("pair_motion", ""),),
    "low_exposure": (("pair_lowlight", ""), ("pair_exposure", "_under"), ("lowlight", "")),
    "high_exposure": (("pair_exposure", "_over"),),
    "low_contrast": (("pair_mixed", "_ir_"),),
    "downsample": (("pair_lowres", ""),),
    "noise": (("pair_noise", ""), ("noise", "")),
    "sensor_noise": (("pair_noise", ""), ("noise", "")),
    "ir_noise": (("pair_mixed", "_ir_MFNet_5"), ("pair_mixed", "_ir_260157")),
    "ir_stripes": (("pair_mixed", "_ir_210375"), ("pair_mixed", "_ir_FMB_2")),
    "jpeg": (("pair_jpeg", ""),),
}
ACROSS = 6
Cell = tuple[str, torch.Tensor]


def draw(rows: Sequence[Sequence[Cell]], cell: tuple[int, int]) -> Image.Image:
    """Rows of (label, picture [C, H, W]) in cells of (width, height) px below their labels."""
    step = (cell[0] + 4, cell[1] + LABEL)
    canvas = Image.new("RGB", (max(map(len, rows)) * step[0], len(rows) * step[1]), "white")
    pen = ImageDraw.Draw(canvas)
    for i, row in enumerate(rows):
        for j, (label, picture) in enumerate(row):
            pixels = (picture.expand(3, -1, -1).permute(1, 2, 0) * 255).round().byte().numpy()
            left, top = j * step[0] + 2, i * step[1]
            pen.text((left, top + 2), label, fill="black")
            canvas.paste(Image.fromarray(pixels), (left, top + LABEL))
    return canvas


def sheet(image: torch.Tensor, names: list[str], severities: list[float], seed: int, across: int) -> Image.Image:
    """`names` x `severities` of one picture [1, 3, H, W], `across` operators side by side."""
    cells = []
    for name in names:
        # an infrared camera sees gray
        seen = image.mean(1, keepdim=True) if name.startswith("ir_") else image
        cells += [(f"{name} {severity:g}", degrade(seen, [(name, severity)], seed)[0]) for severity in severities]
    wide = across * len(severities)
    rows = [cells[start : start + wide] for start in range(0, len(cells), wide)]
    return draw(rows, (image.shape[-1], image.shape[-2]))


def fault_sheet(root: Path, name: str, severities: list[float], seed: int, size: int) -> Image.Image:
    """Real pictures with a fault, then rows of each renderer of the operator `name`; cells are crops of `size` px."""
    rng, scenes = random.Random(seed), read_scenes(root)

    def cell(path: Path) -> torch.Tensor:
        image = load_image(path)
        height, width = image.shape[-2:]
        top, left = rng.randint(0, max(0, height - size)), rng.randint(0, max(0, width - size))
        return image[:, top : top + size, left : left + size]

    real = [s for kind, part in REAL.get(name, ()) for s in scenes if s.kind == kind and part in s.name]
    picked = rng.sample(real, min(2 * ACROSS, len(real)))
    rows = [[(s.name[-30:], cell(s.files.get("A_degraded", s.files["A"]))) for s in picked]]
    rows = [rows[0][:ACROSS], rows[0][ACROSS:]]
    infrared = name.startswith("ir_")
    photos = [s for s in scenes if s.kind == ("vif" if infrared else "clean")]
    operator = OPERATORS[name]
    for number, (renderer, _) in enumerate(operator.renderers):
        row = []
        for column in range(ACROSS):
            severity = severities[column % len(severities)]
            image = cell(rng.choice(photos).files["B" if infrared else "A"])
            told = {"longest": 600} if operator.takes == "longest" else {}
            draws = Draws(seed + 100 * number + column, name)
            spoiled = renderer(image[:1] if infrared else image, severity, draws, **told).clamp(0, 1)
            row.append((f"{renderer.__name__} {severity:g}", spoiled))
        rows.append(row)
    return draw([row for row in rows if row], (size, size))


def main(argv: list[str] | None = None) -> int:
    """The command line; 0, or 2 after a message about what to mend."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--image", type=Path, help="one photo: a sheet of all operators")
    what.add_argument("--data", type=Path, help="a data folder: a sheet of all renderers per operator")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--ops", default=",".join(OPERATORS), help="names, separated by commas")
    parser.add_argument("--severities", default="0.3,0.6,1", help="numbers 0..1, separated by commas")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=320, help="longest side of a picture in px, side of a crop")
    parser.add_argument("--across", type=int, default=2, help="operators side by side")
    parser.add_argument("--quality", type=int, default=85, help="JPEG quality of the sheet")
    args = parser.parse_args(argv)
    try:
        pairs = [
            parse_ops(f"{name}:{severity}")[0]
            for name in args.ops.split(",")
            for severity in args.severities.split(",")
        ]
        names = list(dict.fromkeys(name for name, _ in pairs))
        severities = list(dict.fromkeys(severity for _, severity in pairs))
        if args.data:
            args.output.mkdir(parents=True, exist_ok=True)
            for name in names:
                page = fault_sheet(args.data, name, severities, args.seed, args.size)
                page.save(args.output / f"{name}.png")
            return 0
        image = load_image(args.image, args.size)[None]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    sheet(image, names, severities, args.seed, args.across).save(args.output, quality=args.quality)
    return 0


if __name__ == "__main__":
    sys.exit(main())
