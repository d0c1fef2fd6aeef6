"""io.Schema as every node of the pack uses it."""

from dataclasses import fields
from typing import Any

from comfy_api.latest import io

CATEGORY = "MMAIF"


def schema(search: list[str], **about: Any) -> io.Schema:
    """The node's description, in our category; found under the words of `search` too where ComfyUI has such words."""
    if "search_aliases" in {field.name for field in fields(io.Schema)}:
        about["search_aliases"] = search
    return io.Schema(category=CATEGORY, **about)


def advanced(widget: io.WidgetInput) -> io.WidgetInput:
    """The widget, hidden until "Show Advanced" is chosen in the menu of the node."""
    widget.extra_dict = {**(widget.extra_dict or {}), "advanced": True}
    return widget


def tile_input() -> io.Int.Input:
    """The longest side of a tile, an advanced widget."""
    return advanced(
        io.Int.Input(
            "tile",
            optional=True,
            default=0,
            min=0,
            max=16384,
            step=64,
            tooltip="Longest side of a tile in pixels, at least 256; 0: as long as fits into the free memory.",
        )
    )
