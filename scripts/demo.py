"""`make demo`: fuse the example pictures by a shipped workflow in a real ComfyUI, through its HTTP API."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

from scripts.comfy.server import ComfyError, ComfyServer, WorkflowError, to_api
from scripts.setup.environment import CACHE, ROOT, SetupError, comfyui_python, probe

OUTPUT = ROOT / "demo_output"


def has_accelerator() -> bool:
    """Whether torch can use more than the CPU; where it cannot, ComfyUI starts with `--cpu` only."""
    if sys.platform != "darwin" and not shutil.which("nvidia-smi") and not shutil.which("rocminfo"):
        return False
    code = "import torch; print(int(torch.cuda.is_available() or torch.backends.mps.is_available()))"
    return probe(code, comfyui_python()) == "1"


def demo(workflow: Path) -> list[Path]:
    """Run a workflow and return where its pictures were saved."""
    print(f"[demo] starting ComfyUI ({'GPU' if (gpu := has_accelerator()) else 'CPU'})", flush=True)
    started = time.monotonic()
    with ComfyServer(CACHE / "base", cpu=not gpu) as comfy:
        print(f"[demo] it answers after {time.monotonic() - started:.1f} s; running {workflow.name}", flush=True)
        try:
            prompt = to_api(json.loads(workflow.read_text()), comfy.object_info())
        except WorkflowError as error:  # most likely the pack did not load, and the log says why
            raise comfy.trouble(f"{workflow.name} does not fit this ComfyUI: {error}") from None
        result = comfy.run(prompt, timeout=600)
        if result.errors:
            raise comfy.trouble(f"{workflow.name} did not run: {' '.join(result.errors)}")
        if not result.images:
            raise comfy.trouble(f"{workflow.name} made no picture")
    OUTPUT.mkdir(exist_ok=True)
    paths = []
    for image in [image for images in result.images.values() for image in images]:
        number = f"_{len(paths) + 1}" if paths else ""
        paths.append(OUTPUT / f"{workflow.stem}{number}.png")
        image.save(paths[-1])
    for path in paths:
        print(f"Fused picture: {path.relative_to(ROOT)}")
    print(f"Fusing took {result.seconds:.1f} s, the model's loading included.")
    return paths


def main() -> int:
    """Entry of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workflow", nargs="?", type=Path, default=ROOT / "workflows" / "Fuse visible and infrared.json")
    try:
        demo(parser.parse_args().workflow)
    except (ComfyError, SetupError, OSError) as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
