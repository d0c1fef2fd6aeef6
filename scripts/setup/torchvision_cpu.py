"""Let a torchvision built for CUDA import on a CPU-only torch; test scaffolding, never part of the pack.

The registry has no CPU build of torchvision. Its compiled operators cannot load without the CUDA libraries,
and then its import fails, because it goes on to describe operators that nobody declared. ComfyUI uses
torchvision for transforms only, so declaring their schemas is enough. `environment.py` copies this file into
the virtual environment, where a `.pth` file imports it at start; it must therefore stay light: torch is
touched only when torchvision is.
"""

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType

SCHEMAS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::roi_align": "(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width, int sampling_ratio, bool aligned) -> Tensor",
}


def declare_operators(folder: Path) -> None:
    """Declare what torchvision describes, unless its compiled operators load and do so themselves."""
    import torch

    try:
        for library in folder.glob("_C*"):
            torch.ops.load_library(str(library))
    except OSError:
        for name, schema in SCHEMAS.items():
            torch.library.define(name, schema)


class TorchvisionFinder:
    """Import hook: `declare_operators` just before the module body of torchvision runs."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Python's usual answer for torchvision, with a loader that declares the operators first."""
        spec = importlib.machinery.PathFinder.find_spec(name) if name == "torchvision" else None
        if spec is None or spec.origin is None:
            return None
        execute = spec.loader.exec_module

        def declare_then_execute(module: ModuleType) -> None:
            declare_operators(Path(spec.origin).parent)
            execute(module)

        spec.loader.exec_module = declare_then_execute
        return spec


sys.meta_path.insert(0, TorchvisionFinder())
