"""A workflow in the web page's format, built node by node: what `workflows.py` writes with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mmaif.repairs import REPAIRS

BYPASSED = 4
# Where the page searches in names only, these begin with everyday words, which a title need not.
TITLES = {
    "MMAIFDegradationPrompt": "Degradation Prompt (MMAIF)",
    "MMAIFEncodeSources": "Encode Sources (MMAIF)",
    "MMAIFFusionSampler": "DiT Fusion Sampler (MMAIF)",
}
TITLE_BAR = 30  # pixels above a node's position
INPUT, OUTPUT = -10, -20  # the node ids that stand for the sockets of a subgraph's own box


@dataclass(frozen=True)
class Kind:
    """The sockets ("name:TYPE", or "TYPE" named by its type) and the widgets, in order, of a node."""

    inputs: str = ""
    outputs: str = ""
    widgets: dict[str, Any] = field(default_factory=dict)


KINDS = {
    "CLIPTextEncode": Kind("clip:CLIP", "CONDITIONING", {"text": ""}),
    "ConditioningZeroOut": Kind("conditioning:CONDITIONING", "CONDITIONING"),
    "CreateVideo": Kind("images:IMAGE audio:AUDIO", "VIDEO", {"fps": 8.0}),
    "DualCLIPLoader": Kind("", "CLIP", {"clip_name1": "", "clip_name2": "", "type": "flux", "device": "default"}),
    "FluxGuidance": Kind("conditioning:CONDITIONING", "CONDITIONING", {"guidance": 3.5}),
    "GetVideoComponents": Kind("video:VIDEO", "images:IMAGE audio:AUDIO fps:FLOAT"),
    "ImageBatch": Kind("image1:IMAGE image2:IMAGE", "IMAGE"),
    "ImageBlur": Kind("image:IMAGE", "IMAGE", {"blur_radius": 6, "sigma": 3.0}),
    "ImageCompositeMasked": Kind(
        "destination:IMAGE source:IMAGE mask:MASK", "IMAGE", {"x": 0, "y": 0, "resize_source": False}
    ),
    "ImageStitch": Kind(
        "image1:IMAGE image2:IMAGE",
        "IMAGE",
        {"direction": "right", "match_image_size": True, "spacing_width": 8, "spacing_color": "white"},
    ),
    "ImageToMask": Kind("image:IMAGE", "MASK", {"channel": "red"}),
    "ImageUpscaleWithModel": Kind("upscale_model:UPSCALE_MODEL image:IMAGE", "IMAGE"),
    "KSampler": Kind(
        "model:MODEL positive:CONDITIONING negative:CONDITIONING latent_image:LATENT",
        "LATENT",
        {
            "seed": 0,
            "control_after_generate": "fixed",
            "steps": 20,
            "cfg": 1.0,
            "sampler_name": "euler",
            "scheduler": "simple",
            "denoise": 0.5,
        },
    ),
    "LoadImage": Kind("", "IMAGE MASK", {"image": "", "upload": "image"}),
    "LoadVideo": Kind("", "VIDEO", {"file": "", "upload": "image"}),
    "MarkdownNote": Kind(widgets={"text": ""}),
    "MaskToImage": Kind("mask:MASK", "IMAGE"),
    "PreviewAny": Kind("source:*"),
    "PreviewImage": Kind("images:IMAGE"),
    "SaveImage": Kind("images:IMAGE", "", {"filename_prefix": "MMAIF"}),
    "SaveVideo": Kind("video:VIDEO", "", {"filename_prefix": "MMAIF", "format": "auto", "codec": "auto"}),
    "SetLatentNoiseMask": Kind("samples:LATENT mask:MASK", "LATENT"),
    "StringConcatenate": Kind("", "STRING", {"string_a": "", "string_b": "", "delimiter": ""}),
    "ThresholdMask": Kind("mask:MASK", "MASK", {"value": 0.5}),
    "UNETLoader": Kind("", "MODEL", {"unet_name": "", "weight_dtype": "default"}),
    "UpscaleModelLoader": Kind("", "UPSCALE_MODEL", {"model_name": ""}),
    "VAEDecode": Kind("samples:LATENT vae:VAE", "IMAGE"),
    "VAELoader": Kind("", "VAE", {"vae_name": ""}),
    "MMAIFAlignSources": Kind(
        "image_a:IMAGE image_b:IMAGE stack:IMAGE",
        "image_a:IMAGE image_b:IMAGE stack:IMAGE report:STRING",
        {"align": "auto", "ghosts": "auto", "task": "auto", "reference": 0, "crop": True},
    ),
    "MMAIFCompare": Kind("fused:IMAGE sources:IMAGE reference:IMAGE", "montage:IMAGE metrics:STRING"),
    "MMAIFDecode": Kind("vae:VAE samples:LATENT sources:IMAGE", "IMAGE", {"detail": 1.0, "tile": 0}),
    "MMAIFDegrade": Kind(
        "image:IMAGE",
        "IMAGE prompt:STRING",
        {
            "operator_1": "rain",
            "severity_1": 0.5,
            "operator_2": "none",
            "severity_2": 0.5,
            "operator_3": "none",
            "severity_3": 0.5,
            "seed": 0,
            "control_after_generate": "fixed",
        },
    ),
    "MMAIFDegradationPrompt": Kind(
        "clip:CLIP vae:VAE image_a:IMAGE image_b:IMAGE stack:IMAGE",
        "CONDITIONING prompt:STRING",
        {
            "task": "auto",
            "text": "",
            **dict.fromkeys(REPAIRS, False),
            "auto": False,
            **dict.fromkeys(("severity", "severity_a", "severity_b"), "unsaid"),
            **{f"{name}_strength": 1.0 for name in REPAIRS},
        },
    ),
    "MMAIFEncodeSources": Kind(
        "vae:VAE conditioning:CONDITIONING image_a:IMAGE image_b:IMAGE stack:IMAGE mask:MASK",
        "CONDITIONING LATENT sources:IMAGE",
        {"tile": 0},
    ),
    "MMAIFFusionSampler": Kind(
        "model:MODEL conditioning:CONDITIONING latent_image:LATENT",
        "LATENT",
        {
            "mode": "auto",
            "steps": 4,
            "seed": 0,
            "control_after_generate": "fixed",
            "compile": False,
            "sampler": "euler",
            "shift": 1.0,
            "guidance": 1.0,
        },
    ),
    "MMAIFLoadFolders": Kind(
        "", "image_a:IMAGE image_b:IMAGE name:STRING", {"folder_a": "", "folder_b": "none", "first": 1, "most": 0}
    ),
    "MMAIFLoadModel": Kind("", "MODEL CLIP VAE", {"model_name": "regression", "compile": False}),
    "MMAIFLoadThermal": Kind(
        "", "IMAGE report:STRING", {"image": "", "polarity": "auto", "low": 0.5, "high": 99.5, "upload": "image"}
    ),
}
Socket = tuple[int, int]  # node id, output slot


def _sockets(text: str) -> list[dict[str, Any]]:
    pairs = [(word.split(":")[0], word.split(":")[-1]) for word in text.split()]
    return [{"name": name, "type": type_} for name, type_ in pairs]


@dataclass
class Graph:
    """Nodes, links and groups in the order in which they are added."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[list[Any]] = field(default_factory=list)  # id, origin, slot, target, slot, type
    groups: list[dict[str, Any]] = field(default_factory=list)
    app: dict[str, Any] = field(default_factory=dict)  # what newer pages show of it as an app

    def node(
        self,
        kind: str,
        pos: tuple[int, int],
        size: tuple[int, int],
        title: str = "",
        bypassed: bool = False,
        values: dict[str, Any] | None = None,
        **sources: Socket,
    ) -> int:
        """Add a node and return its id.

        `values` overrides defaults of widgets; `sources` maps an input socket or a widget to where its value
        comes from.
        """
        about, values = KINDS[kind], values or {}
        wrong = set(values) - set(about.widgets)
        if wrong:
            raise ValueError(f"{kind} has no widget {sorted(wrong)}")
        inputs = _sockets(about.inputs)
        linked = [name for name in sources if name in about.widgets]
        inputs += [{"name": name, "type": self.type_of(sources[name]), "widget": {"name": name}} for name in linked]
        identity = len(self.nodes) + 1
        node = {
            "id": identity,
            "type": kind,
            "pos": list(pos),
            "size": list(size),
            "flags": {},
            "order": identity - 1,
            "mode": BYPASSED if bypassed else 0,
            "inputs": [{**socket, "link": None} for socket in inputs],
            "outputs": [{**socket, "links": []} for socket in _sockets(about.outputs)],
            "properties": {"Node name for S&R": kind},
            "widgets_values": list((about.widgets | values).values()),
        }
        if title := title or TITLES.get(kind, ""):
            node["title"] = title
        self.nodes.append(node)
        names = [socket["name"] for socket in inputs]
        for name, origin in sources.items():
            self.link(origin, (identity, names.index(name)))
        return identity

    def type_of(self, origin: Socket) -> str:
        """The type of an output."""
        return self.nodes[origin[0] - 1]["outputs"][origin[1]]["type"]

    def link(self, origin: Socket, target: Socket) -> int:
        """Connect an output to an input, each (node id, slot), and return the link's id."""
        identity = len(self.links) + 1
        socket = self.nodes[target[0] - 1]["inputs"][target[1]] if target[0] > 0 else {}
        outputs = self.nodes[origin[0] - 1]["outputs"] if origin[0] > 0 else []
        type_ = socket["type"] if socket else outputs[origin[1]]["type"]
        self.links.append([identity, *origin, *target, type_])
        socket["link"] = identity
        if outputs:
            outputs[origin[1]]["links"].append(identity)
        return identity

    def group(self, title: str, nodes: list[int], color: str = "#3f789e") -> None:
        """A titled frame around some nodes."""
        boxes = [self.nodes[node - 1]["pos"] + self.nodes[node - 1]["size"] for node in nodes]
        left, top = min(box[0] for box in boxes) - 20, min(box[1] for box in boxes) - TITLE_BAR - 50
        right, bottom = (max(box[i] + box[i + 2] for box in boxes) + 20 for i in (0, 1))
        frame = {"id": len(self.groups) + 1, "title": title, "bounding": [left, top, right - left, bottom - top]}
        self.groups.append({**frame, "color": color, "flags": {}})

    def needs(self, node: int, folder: str, *addresses: str) -> None:
        """Where the files are to be had that a node loads from a folder under models: the page offers them."""
        models = [{"name": url.split("/")[-1], "url": url, "directory": folder} for url in addresses]
        self.nodes[node - 1]["properties"]["models"] = models

    def shown_as_app(self, widgets: list[tuple[int, str]], outputs: list[int]) -> None:
        """What the page's app mode shows: (node id, widget name) to fill in, and the nodes of the results."""
        self.app = {"linearData": {"inputs": [list(widget) for widget in widgets], "outputs": outputs}}

    def data(self, name: str) -> dict[str, Any]:
        """The whole file."""
        return {
            "id": str(uuid5(NAMESPACE_URL, f"mmaif/{name}")),
            "revision": 0,
            "last_node_id": len(self.nodes),
            "last_link_id": len(self.links),
            "nodes": self.nodes,
            "links": self.links,
            "groups": self.groups,
            "config": {},
            "extra": {"ds": {"scale": 0.6, "offset": [560, 200]}, **self.app},
            "version": 0.4,
        }

    def boxed(self, name: str, inputs: list[str], outputs: dict[str, Socket], shown: list[Socket]) -> dict[str, Any]:
        """The file of a subgraph blueprint: this graph in one box.

        Args:
            inputs: "name:TYPE" of the box; links from (INPUT, slot) come from them.
            outputs: name -> the socket of this graph that it shows.
            shown: (node id, widget name) of the widgets on the box.
        """
        for slot, origin in enumerate(outputs.values()):
            self.link(origin, (OUTPUT, slot))
        keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
        links = [dict(zip(keys, link, strict=True)) for link in self.links]
        names = {"in": _sockets(" ".join(inputs)), "out": []}
        for slot, output in enumerate(outputs):
            type_ = next(link["type"] for link in links if (link["target_id"], link["target_slot"]) == (OUTPUT, slot))
            names["out"].append({"name": output, "type": type_})
        ends = {"in": ("origin", INPUT), "out": ("target", OUTPUT)}
        sockets = {
            side: [
                {
                    "id": str(uuid5(NAMESPACE_URL, f"mmaif/{name}/{side}/{slot}")),
                    **socket,
                    "pos": [0, 20 * slot],
                    "linkIds": [k["id"] for k in links if (k[f"{end}_id"], k[f"{end}_slot"]) == (node, slot)],
                }
                for slot, socket in enumerate(names[side])
            ]
            for side, (end, node) in ends.items()
        }
        identity = str(uuid5(NAMESPACE_URL, f"mmaif/subgraph/{name}"))
        subgraph = {
            "id": identity,
            "version": 1,
            "revision": 0,
            "config": {},
            "name": name,
            "state": {
                "lastGroupId": len(self.groups),
                "lastNodeId": len(self.nodes),
                "lastLinkId": len(links),
                "lastRerouteId": 0,
            },
            "inputNode": {"id": INPUT, "bounding": [-520, 300, 120, 100]},
            "outputNode": {"id": OUTPUT, "bounding": [1500, 300, 120, 80]},
            "inputs": sockets["in"],
            "outputs": sockets["out"],
            "widgets": [],
            "nodes": self.nodes,
            "groups": self.groups,
            "links": links,
            "extra": {},
        }
        box = {
            "id": 1,
            "type": identity,
            "title": name,
            "pos": [0, 0],
            "size": [400, 520],
            "flags": {},
            "order": 0,
            "mode": 0,
            "inputs": [{**socket, "link": None} for socket in names["in"]],
            "outputs": [{**socket, "links": []} for socket in names["out"]],
            "properties": {"proxyWidgets": [[str(node), widget] for node, widget in shown]},
            "widgets_values": [],
        }
        whole = Graph([box]).data(name)
        return whole | {"definitions": {"subgraphs": [subgraph]}}


def save(data: dict[str, Any], path: Path) -> None:
    """Write a file as the web page does, but readable."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n")
