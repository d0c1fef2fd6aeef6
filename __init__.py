"""ComfyUI entry of the MMAIF image-fusion pack. The library itself is the folder mmaif/."""

from comfy_api.latest import ComfyExtension, io

from .nodes import NODES
from .nodes.comfy.folders import install_examples, register_models

WEB_DIRECTORY = "./web"


class MMAIFExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return NODES


async def comfy_entrypoint() -> MMAIFExtension:
    register_models()
    install_examples()
    return MMAIFExtension()


__all__ = ["WEB_DIRECTORY", "comfy_entrypoint"]
