"""What newer ComfyUIs offer beyond 0.3.75, used where it is there: nothing else asks which ComfyUI this is."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from comfy_api.latest import io, ui
from torch import Tensor

MORE = 30  # sockets at most; larger stacks come as a batch


def findable(search: Sequence[str], everyday: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """`about` a node with the words that find it: aliases, or else, since older pages search in the
    beginning of names, with the `everyday` ones before its name."""
    words = everyday.split(", ") if everyday else []
    if _knows("search_aliases"):
        return {**about, "search_aliases": [*words, *search]}
    return {**about, "display_name": ": ".join(filter(None, (everyday, about["display_name"])))}


def essential(tab: str) -> dict[str, Any]:
    """Where the node is shown among the essentials."""
    return {"essentials_category": tab} if tab and _knows("essentials_category") else {}


def more_images() -> list[io.Input]:
    """A socket `more` that grows: there is always a free one."""
    if not hasattr(io, "Autogrow"):
        return []
    picture = io.Image.Input("image", optional=True, tooltip="One more source of the same scene.")
    grows = io.Autogrow.TemplatePrefix(picture, prefix="image_", min=0, max=MORE)
    return [io.Autogrow.Input("more", grows, optional=True, tooltip="More sources of the same scene, one by one.")]


def slider() -> list[io.Input]:
    """The widget that shows two pictures with a slider between them; `slid` fills it."""
    return [io.ImageCompare.Input("compare_view", optional=True)] if hasattr(io, "ImageCompare") else []


def slid(before: Tensor, after: Tensor, node: type[io.ComfyNode]) -> dict[str, Any] | None:
    """Two batches [B, H, W, C] for the widget of `slider`; None where there is none."""
    if not slider():
        return None
    pictures = {"a_images": before, "b_images": after}
    return {name: ui.PreviewImage(batch, cls=node).as_dict()["images"] for name, batch in pictures.items()}


def _knows(name: str) -> bool:
    return name in {field.name for field in fields(io.Schema)}
