"""Write the workflows that ship (UI format) from one description each, so that they stay alike.

    python scripts/make_workflows.py
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

FOLDER = Path(__file__).parent.parent / "workflows"
BOXES = (
    "blur", "motion_blur", "low_resolution", "noise", "jpeg", "rain", "snow", "haze",
    "low_exposure", "high_exposure", "low_contrast", "high_contrast", "stripes",
)  # fmt: skip

# node -> input sockets, output sockets (name, type)
SOCKETS: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {
    "LoadImage": ([], [("IMAGE", "IMAGE"), ("MASK", "MASK")]),
    "SaveImage": ([("images", "IMAGE")], []),
    "ImageBatch": ([("image1", "IMAGE"), ("image2", "IMAGE")], [("IMAGE", "IMAGE")]),
    "MMAIFLoadModel": ([], [("MODEL", "MODEL"), ("CLIP", "CLIP"), ("VAE", "VAE")]),
    "MMAIFDegradationPrompt": ([("clip", "CLIP")], [("CONDITIONING", "CONDITIONING"), ("prompt", "STRING")]),
    "MMAIFEncodeSources": (
        [
            ("vae", "VAE"), ("conditioning", "CONDITIONING"),
            ("image_a", "IMAGE"), ("image_b", "IMAGE"), ("stack", "IMAGE"),
        ],
        [("CONDITIONING", "CONDITIONING"), ("LATENT", "LATENT"), ("sources", "IMAGE")],
    ),
    "MMAIFFusionSampler": (
        [("model", "MODEL"), ("conditioning", "CONDITIONING"), ("latent_image", "LATENT")],
        [("LATENT", "LATENT")],
    ),
    "MMAIFDecode": ([("vae", "VAE"), ("samples", "LATENT"), ("sources", "IMAGE")], [("IMAGE", "IMAGE")]),
}  # fmt: skip


@dataclass
class Workflow:
    """Nodes, links and groups in the order in which they are added."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[list[Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)

    def node(
        self,
        kind: str,
        pos: tuple[int, int],
        size: tuple[int, int],
        widgets: list[Any] | None = None,
        title: str | None = None,
        **sources: tuple[int, int],
    ) -> int:
        """Add a node; `sources` maps an input socket to (node id, output slot). Returns its id."""
        inputs, outputs = SOCKETS.get(kind, ([], []))
        identity = len(self.nodes) + 1
        node = {
            "id": identity, "type": kind, "pos": list(pos), "size": list(size), "flags": {},
            "order": identity - 1, "mode": 0,
            "inputs": [{"name": name, "type": type_, "link": None} for name, type_ in inputs],
            "outputs": [{"name": name, "type": type_, "links": []} for name, type_ in outputs],
            "properties": {"Node name for S&R": kind}, "widgets_values": widgets or [],
        }  # fmt: skip
        if title:
            node["title"] = title
        for slot, socket in enumerate(node["inputs"]):
            if socket["name"] in sources:
                origin, out = sources[socket["name"]]
                link = len(self.links) + 1
                self.links.append([link, origin, out, identity, slot, socket["type"]])
                socket["link"] = link
                self.nodes[origin - 1]["outputs"][out]["links"].append(link)
        self.nodes.append(node)
        return identity

    def note(self, text: str, pos: tuple[int, int], size: tuple[int, int]) -> None:
        """A note in Markdown."""
        self.node("MarkdownNote", pos, size, [text])

    def group(self, title: str, box: tuple[int, int, int, int], color: str = "#3f789e") -> None:
        """A titled frame: x, y, width, height."""
        self.groups.append(
            {"id": len(self.groups) + 1, "title": title, "bounding": list(box), "color": color, "flags": {}}
        )

    def save(self, name: str) -> None:
        """Write workflows/NAME.json."""
        data = {
            "id": str(uuid5(NAMESPACE_URL, f"mmaif/{name}")), "revision": 0, "last_node_id": len(self.nodes),
            "last_link_id": len(self.links), "nodes": self.nodes, "links": self.links, "groups": self.groups,
            "config": {}, "extra": {"ds": {"scale": 0.75, "offset": [140, 260]}}, "version": 0.4,
        }  # fmt: skip
        (FOLDER / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")


def fuse(name: str, pictures: list[str], task: str, text: str, note: str) -> None:
    """The standard graph: load, say what to repair, encode, sample, decode, save."""
    w = Workflow()
    model = w.node("MMAIFLoadModel", (0, 0), (300, 120), ["regression"])
    loaded = [
        w.node("LoadImage", (0, 200 + 340 * i), (300, 314), [f"mmaif_{picture}.jpg", "image"], title=picture)
        for i, picture in enumerate(pictures)
    ]
    prompt = w.node(
        "MMAIFDegradationPrompt", (360, 0), (340, 500), [task, text, *[False] * len(BOXES)], clip=(model, 1)
    )
    sources = {"image_a": (loaded[0], 0)}
    if len(loaded) > 1:
        sources["image_b"] = (loaded[1], 0)
    encode = w.node(
        "MMAIFEncodeSources", (760, 0), (280, 150), vae=(model, 2), conditioning=(prompt, 0), **sources
    )
    sampler = w.node(
        "MMAIFFusionSampler", (760, 210), (280, 240), ["auto", 4, 0, "fixed", False],
        model=(model, 0), conditioning=(encode, 0), latent_image=(encode, 1),
    )  # fmt: skip
    decode = w.node(
        "MMAIFDecode", (1100, 0), (260, 110), [1.0], vae=(model, 2), samples=(sampler, 0), sources=(encode, 2)
    )
    w.node("SaveImage", (1100, 170), (480, 420), [f"MMAIF/{name}"], images=(decode, 0))
    w.note(note, (360, 560), (680, 200))
    w.group("1. Model and sources", (-20, -80, 340, 680 + 340 * (len(loaded) - 1) - 60))
    w.group("2. What to repair", (340, -80, 380, 600), "#8a6d3b")
    w.group("3. Fuse", (740, -80, 320, 600), "#4b8a5a")
    w.group("4. Picture", (1080, -80, 520, 690), "#6b4b8a")
    w.save(name)


def main() -> None:
    """Write every workflow."""
    fuse(
        "fuse_visible_infrared", ["visible", "infrared"], "vif", "",
        "### Visible + infrared\nThe visible picture goes into **image_a**, the infrared one into **image_b**. "
        "The result keeps the visible colours and shows what only the infrared sees.\n\n"
        "Noisy, hazy or dark sources? Tick what is wrong, or write it: *remove the haze and the noise*. "
        "What you do not name stays as it is.\n\nThe infrared example is a synthetic thermal rendering.",
    )  # fmt: skip
    fuse(
        "fuse_exposures", ["exposures_under", "exposures_over"], "mef", "",
        "### Exposure bracket\nOne dark and one bright picture of the same scene; their order does not matter. "
        "The result shows sky and ground.\n\nMore than two: batch the others (Batch Images) into **stack**.",
    )  # fmt: skip
    fuse(
        "fuse_focus", ["focus_near", "focus_far"], "mff", "",
        "### Focus stack\nTwo pictures focused near and far; their order does not matter. "
        "The result is sharp in both planes.\n\nMore than two: batch the others (Batch Images) into **stack**.",
    )  # fmt: skip


if __name__ == "__main__":
    main()
