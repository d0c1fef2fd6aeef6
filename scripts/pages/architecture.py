"""Draw docs/architecture.svg: how a picture and a prompt travel, and which room imports which.

    python -m scripts.pages.architecture

The arrows of the second half come from the table of docs/architecture.md, which the tests read too.
"""

import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from scripts.setup.environment import ROOT

PAGE, PICTURE = ROOT / "docs" / "architecture.md", ROOT / "docs" / "architecture.svg"
WIDTH, HEIGHT = 1180, 944
INK, QUIET = "#1f2933", "#52606d"
START = 'text-anchor="start"'

BLUE, GREEN, SAND, GREY = (
    "#dbeafe",
    "#dcfce7",
    "#fdf0d5",
    "#eef1f4",
)  # pictures, words, training and measuring, the rest


@dataclass(frozen=True)
class Room:
    """A row of the table: its modules, named from the inside of mmaif/, and the rooms that they may import."""

    name: str
    modules: tuple[str, ...]
    imports: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """A labelled rectangle, in pixels; `note` is wrapped below the name."""

    x: int
    y: int
    width: int
    height: int
    name: str
    note: str
    fill: str = GREY
    dashed: bool = False


def read_rooms(text: str = "") -> list[Room]:
    """The rooms of the table in a page, by default of docs/architecture.md."""
    text = text or PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z]+) \|(.*?)\|(.*?)\|$", text.split("| room |")[1], re.M)
    return [Room(name, tuple(re.findall(r"`(.+?)`", m)), tuple(re.findall(r"[a-z]+", i))) for name, m, i in rows]


def shortest(rooms: Iterable[Room]) -> list[tuple[str, str]]:
    """(room, imported room) without the arrows that follow from others."""
    direct = {room.name: set(room.imports) for room in rooms}
    return [
        (name, target)
        for name, targets in direct.items()
        for target in sorted(targets)
        if not any(target in direct[other] for other in targets)
    ]


# --- what is where ---

JOURNEY = (
    Box(40, 70, 150, 66, "sources", "[B, N, 3, H, W] in 0..1", BLUE),
    Box(260, 70, 180, 66, "encode", "network/autoencoder.py", BLUE),
    Box(510, 70, 190, 66, "transformer", "network/dit.py", BLUE),
    Box(770, 70, 180, 66, "decode", "network/autoencoder.py", BLUE),
    Box(1020, 70, 120, 66, "picture", "[B, 3, H, W]", BLUE),
    Box(40, 214, 150, 66, "prompt", '"remove the rain"', GREEN),
    Box(260, 214, 180, 66, "text encoder", "tokenizer and network: network/text.py", GREEN),
    Box(510, 214, 190, 66, "condition", "tokens, mask, pooled, task", GREEN),
    Box(770, 214, 180, 66, "flow", "sampling.py: a few steps from noise", BLUE, True),
)
PLACES = {
    "nodes": Box(40, 392, 300, 62, "nodes/", "one file per node; only nodes/comfy/ touches ComfyUI's insides"),
    "cli": Box(470, 392, 240, 62, "cli", "one light file per command", SAND),
    "training": Box(470, 502, 240, 62, "training", "the loop, and one file per stage", SAND),
    "evaluation": Box(880, 502, 260, 62, "evaluation", "reports, baselines, montage, benchmark", SAND),
    "batch": Box(190, 502, 220, 62, "batch", "tables, folders, devices, Ray", BLUE),
    "pipeline": Box(40, 612, 240, 62, "pipeline", "sources + prompt to picture, in tiles", BLUE),
    "data": Box(470, 612, 240, 62, "data", "scenes, recipes, samples", SAND),
    "network": Box(40, 734, 130, 74, "network", "transformer, autoencoder, text", BLUE),
    "align": Box(190, 734, 110, 74, "align", "motion, ghosts, bad pixels", BLUE),
    "sentences": Box(320, 734, 130, 74, "sentences", "all of language that running needs", GREEN),
    "language": Box(476, 734, 170, 74, "language", "the grammar of training prompts", GREEN),
    "degradation": Box(680, 734, 180, 74, "degradation", "rain, noise, blur ...: operators only", SAND),
    "metrics": Box(892, 734, 248, 74, "metrics", "functions of pictures and their registry", SAND),
    "ground": Box(40, 862, 1100, 56, "ground", ""),
}
OTHERS = Box(880, 392, 260, 62, "scripts/  tests/", "use all of it; nobody imports them", dashed=True)
SEEN = ("nodes", "pipeline")  # follows from others, and is the one that matters most
LANES = {("nodes", "degradation"): 400, ("training", "metrics"): 760}  # x where an arrow passes between the boxes


# --- drawing ---


def words(x: float, y: float, text: str, size: int = 12, colour: str = QUIET, more: str = "") -> str:
    """A line of text, centred at x unless `more` says otherwise."""
    anchor = "" if "text-anchor" in more else 'text-anchor="middle" '
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" {anchor}{more}>{escape(text)}</text>'


def rectangle(box: Box) -> str:
    """A box with its words."""
    dash = ' stroke-dasharray="5 4"' if box.dashed else ""
    lines = textwrap.wrap(box.note, max(1, int(box.width / 6.4)))
    middle, top = box.x + box.width / 2, box.y + box.height / 2 - 8 * len(lines) + 5
    return "\n".join(
        [
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="8" fill="{box.fill}" '
            f'stroke="{INK}" stroke-width="1.2"{dash}/>',
            words(middle, top, box.name, 15, INK, 'font-weight="bold"'),
            *(words(middle, top + 17 + 15 * index, line) for index, line in enumerate(lines)),
        ]
    )


def arrow(path: str, dashed: bool = False, colour: str = INK) -> str:
    """A path, in SVG's letters, that ends in an arrow head."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" marker-end="url(#head)"{dash}/>'


def journey() -> list[str]:
    """The upper half."""
    parts = [words(40, 30, "How a picture and a prompt travel", 18, INK, f'font-weight="bold" {START}')]
    for left, right in zip(JOURNEY[:4], JOURNEY[1:5], strict=True):
        parts.append(arrow(f"M{left.x + left.width} 103 H{right.x - 3}"))
    for left, right in zip(JOURNEY[5:7], JOURNEY[6:8], strict=True):
        parts.append(arrow(f"M{left.x + left.width} 247 H{right.x - 3}"))
    parts += [
        arrow("M115 70 C115 36 150 44 200 44 H790 C840 44 860 44 860 66"),
        words(620, 36, "detail path: what is sharp in the sources"),
        words(475, 94, "latents"),
        words(735, 94, "fused"),
        arrow("M605 214 V140"),
        arrow("M115 136 V210", dashed=True),
        words(128, 170, "auto: network/diagnosis.py sees,", more=START),
        words(128, 185, "language/sentences.py says it", more=START),
        arrow("M690 136 C690 176 780 172 800 210", dashed=True),
        arrow("M850 214 C836 160 760 166 703 124", dashed=True),
        words(830, 168, "noisy latent, time; velocity", more=START),
    ]
    return [*parts, *map(rectangle, JOURNEY)]


def house(rooms: Sequence[Room]) -> list[str]:
    """The lower half: the rooms, and an arrow for every import that does not follow from others."""
    pairs = [*shortest(rooms), SEEN]
    sideways = [pair for pair in pairs if PLACES[pair[0]].y == PLACES[pair[1]].y]
    down = [pair for pair in pairs if pair not in sideways]
    ends: dict[str, list[str]] = defaultdict(list)  # "out of room" or "into room" -> the rooms at the other ends
    for above, below in down:
        ends[f"out {above}"].append(below)
        ends[f"in {below}"].append(above)

    def foot(side: str, name: str, other: str) -> float:
        """Where on the edge of a room's box an arrow starts or ends: side by side, in the order of the other ends."""
        order = sorted(ends[f"{side} {name}"], key=lambda n: (PLACES[n].x + PLACES[n].width / 2, -PLACES[n].y))
        box = PLACES[name]
        return box.x + box.width * (order.index(other) + 1) / (len(order) + 1)

    parts = [
        words(40, 344, "Which room imports which", 18, INK, f'font-weight="bold" {START}'),
        words(
            40, 366, "An arrow points at what is imported; what follows from other arrows is left out.", 13, more=START
        ),
    ]
    for above, below in down:
        x1, y1 = foot("out", above, below), PLACES[above].y + PLACES[above].height
        x2, y2 = foot("in", below, above), PLACES[below].y - 3
        if PLACES[below].width > 1000:  # the ground lies under everything
            path = f"M{x1:g} {y1} V{y2}"
        elif lane := LANES.get((above, below)):
            path = f"M{x1:g} {y1} C{x1:g} {y1 + 40} {lane} {y1 + 10} {lane} {y1 + 60} "
            path += f"V{y2 - 70} C{lane} {y2 - 20} {x2:g} {y2 - 50} {x2:g} {y2}"
        else:
            middle = (y1 + y2) / 2
            path = f"M{x1:g} {y1} C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2}"
        parts.append(arrow(path))
    for right, left in sideways:
        height = PLACES[left].y + PLACES[left].height / 2
        parts.append(arrow(f"M{PLACES[right].x} {height:g} H{PLACES[left].x + PLACES[left].width + 3}"))
    parts += [rectangle(box) for name, box in PLACES.items() if name != "ground"]
    (ground,) = (room for room in rooms if room.name == "ground")
    box = PLACES["ground"]
    parts.append(rectangle(Box(box.x, box.y, box.width, box.height, "ground", ", ".join(ground.modules))))
    return [*parts, rectangle(OTHERS)]


def draw(rooms: Sequence[Room]) -> str:
    """The picture as SVG."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="DejaVu Sans, Verdana, Helvetica, sans-serif">'
    )
    marker = (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{INK}"/></marker></defs>'
    )
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return "\n".join([head, marker, paper, *journey(), *house(rooms), "</svg>", ""])


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(read_rooms()), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
