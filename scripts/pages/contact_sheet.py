"""Draw every degradation operator at three severities on one sheet.

python -m scripts.pages.contact_sheet --image IMG -o OUT.jpg [--ops rain,snow] [--severities 0.3,1] [--seed N]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from mmaif.degradation import OPERATORS, degrade, parse_ops
from mmaif.errors import InputError
from mmaif.images import load_image

LABEL = 16  # px above each picture


def sheet(image: torch.Tensor, names: list[str], severities: list[float], seed: int, across: int) -> Image.Image:
    """Cells of `names` x `severities` with labels, `across` operators side by side."""
    height, width = image.shape[-2:]
    cell = (width + 4, height + LABEL)
    rows = -(-len(names) // across)
    columns = across * len(severities)
    canvas = Image.new("RGB", (columns * cell[0], rows * cell[1]), "white")
    pen = ImageDraw.Draw(canvas)
    for i, name in enumerate(names):
        for j, severity in enumerate(severities):
            # an infrared camera sees gray
            seen = image.mean(1, keepdim=True) if name.startswith("ir_") else image
            spoiled = degrade(seen, [(name, severity)], seed)[0].expand(3, -1, -1)
            pixels = (spoiled.permute(1, 2, 0) * 255).round().byte().numpy()
            left = (i % across * len(severities) + j) * cell[0] + 2
            top = i // across * cell[1]
            pen.text((left, top + 2), f"{name} {severity:g}", fill="black")
            canvas.paste(Image.fromarray(pixels), (left, top + LABEL))
    return canvas


def main(argv: list[str] | None = None) -> int:
    """The command line; 0, or 2 after a message about what to mend."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--ops", default=",".join(OPERATORS), help="names, separated by commas")
    parser.add_argument("--severities", default="0.3,0.6,1", help="numbers 0..1, separated by commas")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=320, help="longest side of a picture in px")
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
        image = load_image(args.image, args.size)[None]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    sheet(image, names, severities, args.seed, args.across).save(args.output, quality=args.quality)
    return 0


if __name__ == "__main__":
    sys.exit(main())
