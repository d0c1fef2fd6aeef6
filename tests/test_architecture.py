"""The arrows of the house: what may import what, by the table of docs/architecture.md, read from the sources alone.

An import that the table does not allow is a question of design: ask whether the code belongs into another room before
allowing it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.pages.architecture import PICTURE, draw, read_rooms

ROOT = Path(__file__).resolve().parents[1]
ROOMS = read_rooms()
HOMES = {module: room.name for room in ROOMS for module in room.modules}
ARROWS = {room.name: room.imports for room in ROOMS}

# What a node may use of ComfyUI; whatever changes from release to release is for nodes/comfy/ alone.
OFFERED = ("comfy_api", "comfy.utils", "folder_paths", "node_helpers")
OF_UTILS = "ProgressBar"
COMFYUI = ("comfy", "comfy_api", "comfy_execution", "comfy_extras", "latent_preview", "folder_paths", "node_helpers")


def room(module: str) -> str:
    """The room of a module of the library: the row that names it, or else the package it lies in; "" without one."""
    inside = module.removeprefix("mmaif.")
    while inside and inside not in HOMES:
        inside = inside.rpartition(".")[0]
    return HOMES.get(inside, "")


def modules(folder: str) -> dict[str, Path]:
    """Dotted name -> file of every module under a folder; a package goes by its own name."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imports(name: str, path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of all that a file imports, at its top or later; relative names made whole."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # one dot is the package itself; nodes/ lies beside mmaif/, so that "..mmaif" is whole already
            kept = package[: len(package) - node.level + 1] if node.level else []
            base = [*kept, *(node.module or "").split(".")] if node.module else kept
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)


def arrows(folder: str) -> Iterator[tuple[str, str, str]]:
    """("file:line", module, imported module of the library) for every import of one's own under a folder."""
    library = modules("mmaif")
    for name, path in modules(folder).items():
        found = set()
        for line, target in imports(name, path):
            # `from .images import load_image` names what lies in a module: the module is what counts
            while target and target not in library:
                target = target.rpartition(".")[0]
            if target and target != name:
                found.add((line, target))
        yield from ((f"{path.relative_to(ROOT)}:{line}", name, target) for line, target in sorted(found))


def test_every_module_has_a_room() -> None:
    """A new file is placed before it imports anything."""
    assert [name for name in modules("mmaif") if name != "mmaif" and not room(name)] == []


def test_no_arrow_goes_up() -> None:
    """Every import inside the library is one that the table allows."""
    wrong = []
    for where, name, target in arrows("mmaif"):
        if "mmaif" in (name, target):  # the front door, mmaif/__init__.py, hands out the pipeline
            continue
        here, there = room(name), room(target)
        if here != there and there not in ARROWS[here]:
            wrong.append(f"{where}: {here} imports {target} ({there})")
    assert wrong == []


def test_no_import_circle() -> None:
    """Nowhere, not even by imports inside functions."""
    graph: dict[str, set[str]] = {name: set() for name in modules("mmaif")}
    for _, name, target in arrows("mmaif"):
        graph[name].add(target)
    while leaves := [name for name, targets in graph.items() if not targets]:
        for leaf in leaves:
            del graph[leaf]
        for targets in graph.values():
            targets.difference_update(leaves)
    # what is left is in a circle or above one; drop those that nothing in it imports
    while tops := [name for name in graph if not any(name in targets for targets in graph.values())]:
        for top in tops:
            del graph[top]
    assert {name: sorted(targets) for name, targets in graph.items()} == {}


def test_nodes_import_nothing_that_only_trains() -> None:
    """The nodes run: neither the grammar of training prompts, nor data, nor trainers, nor the command line."""
    wrong = []
    for where, _, target in arrows("nodes"):
        there = room(target)
        if target == "mmaif" or there not in ARROWS["nodes"]:
            wrong.append(f"{where}: {target} ({there or 'the front door'})")
    assert wrong == []


def test_only_one_folder_touches_the_insides_of_comfyui() -> None:
    """Outside nodes/comfy/ a node uses what ComfyUI offers to nodes, and no more."""
    wrong = []
    for name, path in modules("nodes").items():
        if f"{name}.".startswith("nodes.comfy."):
            continue
        used = {
            (node.lineno, f"comfy.utils.{node.attr}")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "comfy.utils"
        }
        for line, target in sorted(used.union(imports(name, path))):
            offered = any(f"{target}.".startswith(f"{module}.") for module in OFFERED)
            if target.startswith("comfy.utils."):
                offered = target.removeprefix("comfy.utils.") == OF_UTILS
            if target.split(".")[0] in COMFYUI and not offered:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {target}")
    assert wrong == []


def test_the_page_speaks_of_what_there_is() -> None:
    """No row outlives its modules, and the picture is drawn from this table."""
    there = {name.removeprefix("mmaif.") for name in modules("mmaif")}
    assert [name for name in HOMES if name not in there] == []
    assert {name for allowed in ARROWS.values() for name in allowed} <= set(ARROWS)
    assert PICTURE.read_text(encoding="utf-8") == draw(ROOMS)
