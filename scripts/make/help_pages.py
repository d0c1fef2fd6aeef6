"""Write the help pages in the languages of locales/, from the names and tooltips there: web/docs/<node>/<language>.md.

    python -m scripts.make.help_pages

What a node does, its inputs and outputs come from nodeDefs.json, the headings and an example from help.json. The
English pages are written by hand. A test holds the pages against this.
"""

import json
from pathlib import Path
from typing import Any

from mmaif.files import write_text
from scripts.setup.environment import ROOT

LOCALES, DOCS = ROOT / "locales", ROOT / "web" / "docs"
LANGUAGES = sorted(path.parent.name for path in LOCALES.glob("*/help.json"))
FEW = 4  # names that stand for one text; of more, the first and the last
Texts = dict[str, dict[str, str]]  # input or output -> "name" and "tooltip"


def read(language: str, name: str) -> dict[str, Any]:
    """One of the files of a language."""
    return json.loads((LOCALES / language / name).read_text(encoding="utf-8"))


def page(language: str, node: str) -> str:
    """The help page of a node."""
    about, words = read(language, "nodeDefs.json")[node], read(language, "help.json")
    parts = [f"# {about['display_name']}", about["description"]]
    parts += [f"## {words['inputs']}", listed(about["inputs"])] if about["inputs"] else []
    parts += [f"## {words['outputs']}", listed(about["outputs"], keys=False)]
    parts += [f"## {words['example']}", words[node], f"![{about['display_name']}]({picture(node)})"]
    return "\n\n".join(parts) + "\n"


def listed(texts: Texts, keys: bool = True) -> str:
    """Each text once, after the names that it belongs to; with the names that the page has in English."""
    named: dict[str, list[str]] = {}
    for key, text in texts.items():
        named.setdefault(text["tooltip"], []).append(f"**{text['name']}**" + (f" (`{key}`)" if keys else ""))
    return "\n".join(f"- {', '.join(few(names))}: {tooltip}" for tooltip, names in named.items())


def few(names: list[str]) -> list[str]:
    """The names, or of many the first, dots, and the last."""
    return names if len(names) <= FEW else [names[0], "...", names[-1]]


def picture(node: str) -> str:
    """What the node does, or else the node."""
    return next(name for what in ("does", "node") if (DOCS / (name := f"{node}_{what}.jpg")).is_file())


def main() -> None:
    """Write all of them."""
    for language in LANGUAGES:
        for path in sorted(DOCS.glob("*.md")):
            target: Path = DOCS / path.stem / f"{language}.md"
            target.parent.mkdir(exist_ok=True)
            write_text(page(language, path.stem), target)


if __name__ == "__main__":
    main()
