"""A tiny upscale model that the core's Load Upscale Model loads, where a real one would have to be downloaded."""

from pathlib import Path

import torch


def write_tiny_upscaler(base: Path, scale: int = 2, width: int = 4) -> None:
    """Save a Real-ESRGAN "compact" network without weights: all it adds to plain enlargement is zero.

    It goes into the models of the ComfyUI at `base`, under the name that Fuse then upscale asks for.
    """
    path = base / "models" / "upscale_models" / "RealESRGAN_x2plus.pth"
    path.parent.mkdir(parents=True, exist_ok=True)
    shapes = {
        "body.0.weight": (width, 3, 3, 3),
        "body.0.bias": (width,),
        "body.1.weight": (width,),  # of the activation
        "body.2.weight": (width, width, 3, 3),
        "body.2.bias": (width,),
        "body.3.weight": (width,),
        "body.4.weight": (3 * scale**2, width, 3, 3),
        "body.4.bias": (3 * scale**2,),
    }
    torch.save({"params": {name: torch.zeros(shape) for name, shape in shapes.items()}}, path)
