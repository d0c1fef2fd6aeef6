"""Turn a workflow as the web page saves it (UI format) into the prompt that ComfyUI's `/prompt` takes (API
format).

The web page does this in JavaScript; without a browser it has to be done here. A UI node keeps the values of
its widgets in a bare list, whose order only the server's `/object_info` knows; that is most of the work.
Subgraphs are not handled.
"""

from __future__ import annotations

from typing import Any

MUTED, BYPASSED = 2, 4  # values of a node's "mode"; 0 is an ordinary node
NOTES = {"Note", "MarkdownNote"}
GROWS = "COMFY_DYNAMICCOMBO_V3"  # of newer ComfyUIs: each option brings widgets of its own
WIDGET_TYPES = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", GROWS}
SEEDS = {"seed", "noise_seed"}
AFTER_GENERATE = {"fixed", "increment", "increment-wrap", "decrement", "randomize"}


class WorkflowError(ValueError):
    """A workflow that the web page could not run either; the message names the node."""


def is_widget(spec: list[Any]) -> bool:
    """Whether an input of `/object_info`, [type, options], is a widget rather than a bare socket."""
    options = spec[1] if len(spec) > 1 else {}
    hidden = options.get("forceInput") or (spec[0] == GROWS and options.get("hidden"))
    return (isinstance(spec[0], list) or spec[0] in WIDGET_TYPES) and not hidden


def is_seed(name: str, spec: list[Any]) -> bool:
    """Whether the web page puts a "control after generate" widget behind this one."""
    options = spec[1] if len(spec) > 1 else {}
    return bool(options.get("control_after_generate", spec[0] == "INT" and name in SEEDS))


def label(node: dict[str, Any]) -> str:
    """How messages name a node."""
    return f"node {node['id']} ({node['type']})"


def brought(name: str, spec: list[Any], value: Any) -> list[tuple[str, list[Any]]]:
    """The widgets that come with this value of one that grows, named after it."""
    options = spec[1]["options"] if spec[0] == GROWS else []
    inputs = next((option["inputs"] for option in options if option["key"] == value), {})
    inner = {**inputs.get("required", {}), **inputs.get("optional", {})}
    return [(f"{name}.{key}", each) for key, each in inner.items() if is_widget(each)]


def widget_values(node: dict[str, Any], info: dict[str, Any]) -> dict[str, Any]:
    """Give the values in a node's `widgets_values` the names they have in its `/object_info` entry."""
    optional = info["input"].get("optional", {})
    specs = {**info["input"].get("required", {}), **optional}
    specs = {name: spec for name, spec in specs.items() if is_widget(spec)}
    values = node.get("widgets_values") or []
    if isinstance(values, dict):
        return {name: values[name] for name in specs if name in values}
    left, named, waiting = list(values), {}, list(specs.items())
    while waiting:
        name, spec = waiting.pop(0)
        if not left:
            if name in optional or "." in name:  # saved before the widget was there
                break
            raise WorkflowError(f"{label(node)} has no value for '{name}'")
        named[name] = left.pop(0)
        waiting = brought(name, spec, named[name]) + waiting
        if is_seed(name, spec) and (not left or left.pop(0) not in AFTER_GENERATE):
            raise WorkflowError(f"{label(node)}: the value after '{name}' must be one of {sorted(AFTER_GENERATE)}")
    if left not in ([], ["image"]):  # "image" belongs to the upload button of Load Image
        raise WorkflowError(f"{label(node)} has values left over: {left}")
    return named


class Links:
    """The links of a workflow, followed through the nodes that exist on the page only."""

    def __init__(self, workflow: dict[str, Any]) -> None:
        self.nodes = {node["id"]: node for node in workflow["nodes"]}
        self.origins: dict[int, tuple[int, int]] = {}  # link id -> (node id, output slot)
        for link in workflow.get("links", []):
            if isinstance(link, dict):
                self.origins[link["id"]] = (link["origin_id"], link["origin_slot"])
            else:
                self.origins[link[0]] = (link[1], link[2])

    def value(self, link: int | None) -> Any:
        """What arrives over a link: [node id, slot], a primitive's value, or None where nothing does."""
        if link is None:
            return None
        if link not in self.origins:
            raise WorkflowError(f"link {link} leads nowhere")
        node_id, slot = self.origins[link]
        node = self.nodes[node_id]
        if node.get("mode") == MUTED:
            return None
        if node["type"] == "PrimitiveNode":
            return node["widgets_values"][0]
        if node["type"] == "Reroute":
            return self.value(node["inputs"][0].get("link"))
        if node.get("mode") == BYPASSED:
            wanted = node["outputs"][slot]["type"]
            passing = [i.get("link") for i in node.get("inputs", []) if i["type"] == wanted]
            return self.value(passing[0]) if passing else None
        return [str(node_id), slot]


def to_api(workflow: dict[str, Any], object_info: dict[str, Any]) -> dict[str, Any]:
    """Convert a UI workflow to an API prompt, {node id: {"class_type", "inputs", "_meta"}}.

    Args:
        workflow: the parsed JSON that the web page saves.
        object_info: the server's `/object_info`.

    Raises:
        WorkflowError: a node the server does not have, or values that do not match its widgets.
    """
    links = Links(workflow)
    prompt = {}
    for node in workflow["nodes"]:
        if node["type"] in NOTES | {"PrimitiveNode", "Reroute"} or node.get("mode") in (MUTED, BYPASSED):
            continue
        info = object_info.get(node["type"])
        if info is None:
            raise WorkflowError(f"{label(node)} is of a type this ComfyUI does not have")
        inputs = widget_values(node, info)
        # A list as a value would read as a link.
        inputs = {name: {"__value__": v} if isinstance(v, list) else v for name, v in inputs.items()}
        for socket in node.get("inputs", []):
            value = links.value(socket.get("link"))
            if value is not None:
                inputs[socket["name"]] = value
        title = node.get("title") or info.get("display_name") or node["type"]
        prompt[str(node["id"])] = {"class_type": node["type"], "inputs": inputs, "_meta": {"title": title}}
    return prompt
