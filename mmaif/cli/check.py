"""python -m mmaif check"""

import argparse
import os
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = (
    "torch",
    "numpy",
    "pillow",
    "safetensors",
    "tokenizers",
    "einops",
    "tifffile",
    "av",
    "transformers",
    "triton",
)
GIB = 1 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command: there are none."""


def run(options: argparse.Namespace) -> None:
    """Print what an issue needs to know of this machine, then verify the shipped weights. No path is in it, no name of
    a user and nothing that is sent anywhere."""
    for name, value in diagnosis():
        print(f"{name:<12} {value}")
    from ..checksums import check_sums

    print(f"{'weights':<12} {', '.join(check_sums())}: as packed")


def diagnosis() -> Iterator[tuple[str, str]]:
    """What is asked first of everybody who reports a fault: (what, how it is here)."""
    from .. import __version__

    yield "mmaif", __version__
    yield "python", f"{platform.python_version()} ({sys.implementation.name})"
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} processors"
    yield "memory", _memory()
    yield "packages", ", ".join(f"{name} {version}" for name, version in _versions())
    yield "comfyui", _comfyui()
    yield from _devices()


def _versions() -> Iterator[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "missing"


def _memory() -> str:
    try:
        pages, free, size = (os.sysconf(f"SC_{name}") for name in ("PHYS_PAGES", "AVPHYS_PAGES", "PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # Windows
        return "unknown"
    return f"{pages * size / GIB:.1f} GiB, {free * size / GIB:.1f} free"


def _comfyui() -> str:
    """The version of the ComfyUI that this folder is a custom node of, or that COMFYUI_PATH names."""
    pack = Path(__file__).absolute().parents[2]
    named = os.environ.get("COMFYUI_PATH")
    for folder in (*([Path(named)] if named else []), *pack.parents[1:2]):
        file = folder / "comfyui_version.py"
        if file.is_file() and (found := re.search(r'"([\w.+-]+)"', file.read_text(errors="replace"))):
            return found[1]
    return "none around this folder"


def _devices() -> Iterator[tuple[str, str]]:
    """Each device that torch knows, what it is, and the precisions it multiplies in."""
    import torch

    from ..compiling import missing_compiler

    yield "cpu", f"{torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads, {_dtypes('cpu')}"
    for index in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(index)
        yield f"cuda:{index}", f"{about.name}, {about.total_memory / GIB:.1f} GiB, {_dtypes(f'cuda:{index}')}"
    if torch.backends.mps.is_available():
        yield "mps", _dtypes("mps")
    lacks = missing_compiler("cuda" if torch.cuda.is_available() else "cpu")
    yield "compile", f"{lacks} is missing" if lacks else "can work"


def _dtypes(device: str) -> str:
    """The precisions of the pipeline that a device can multiply matrices in."""
    import torch

    from ..pipeline import DTYPES

    found = []
    for name, dtype in DTYPES.items():
        try:
            one = torch.ones(8, 8, device=device, dtype=dtype)
            found += [name] if (one @ one)[0, 0].item() == 8 else []
        except Exception:  # every backend raises its own
            continue
    return " ".join(found) or "no precision works"
