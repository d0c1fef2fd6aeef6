"""What the scripts that write the pages of docs/ have in common."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from mmaif.data.samples import SampleConfig, SampleMaker
from mmaif.data.scenes import Scene
from scripts.setup.environment import ROOT

DOCS = ROOT / "docs"
NAMES = {"vif": "visible + infrared", "mef": "exposures", "mff": "focus", "restore": "one picture"}


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its header."""
    header, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([header, "|" + "---|" * len(rows[0]), *others])


def put_into(page: Path, tables: dict[str, str]) -> None:
    """Put each table between `<!-- NAME -->` and the next `<!-- end -->` of a page."""
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text = re.sub(pattern, lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text, flags=re.S)
    page.write_text(text, encoding="utf-8")


def photo_options(description: str, photos: int, model: str = "regression", show: bool = False) -> argparse.Namespace:
    """The command line of a page that measures a model on `photos` held-out photos; show: with a folder for these."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default=model)
    parser.add_argument("--photos", type=int, default=photos)
    parser.add_argument("--size", type=int, default=320, help="side of the photos in px")
    if show:
        parser.add_argument("--show", type=Path, metavar="FOLDER", help="for an example of each kind")
    return parser.parse_args()


def clean_photos(scenes: Sequence[Scene], count: int, size: int) -> list[Tensor]:
    """The first `count` clean photos [3, size, size] that these scenes give, always the same."""
    maker = SampleMaker(scenes, size, SampleConfig(clean=1.0))
    return [maker(seed, "restore").clean for seed in range(count)]
