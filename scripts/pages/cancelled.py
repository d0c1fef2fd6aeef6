"""How soon a fusion of 12 megapixels stops when it is cancelled in a real ComfyUI, for docs/speed.md.

python -m scripts.pages.cancelled          print the table alone
"""

import tempfile
import threading
import time
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from scripts.comfy.server import ComfyServer, shipped
from scripts.pages.common import markdown

SIZE = (4000, 3000)
WORKFLOW = "Fuse visible and infrared"
SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85)  # of the time that a whole run takes
TEXT = "Remove the noise."


def main() -> None:
    print(markdown(cancelled()))


def cancelled() -> Sequence[Sequence[str]]:
    """Rows of a table: when a run was cancelled, how long it took to stop, and whether the next one was right."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        with ComfyServer(base) as comfy:
            small = shipped(WORKFLOW, comfy.object_info())
            large = deepcopy(small)
            for node in large.values():
                if node["class_type"] == "LoadImage":
                    name = f"large_{node['inputs']['image']}"
                    Image.open(base / "input" / node["inputs"]["image"]).resize(SIZE).save(base / "input" / name)
                    node["inputs"]["image"] = name
                if node["class_type"] == "MMAIFDegradationPrompt":
                    node["inputs"]["text"] = TEXT
            before = comfy.run(small).main_image(small)
            whole = comfy.run(spoken(large, 0), timeout=600).seconds
            rows = [["cancelled after", "of a run of", "stops within"]]
            for number, share in enumerate(SHARES, 1):
                took = stopped(comfy, spoken(large, number), share * whole)
                rows.append([f"{share * whole:.1f} s", f"{whole:.1f} s", f"{took:.1f} s"])
            after = comfy.run(spoken(small, 9)).main_image(small)
    if ImageChops.difference(before, after).getbbox():
        raise SystemExit("The picture after the cancelled runs is another one.")
    return rows


def spoken(prompt: dict[str, Any], number: int) -> dict[str, Any]:
    """The prompt with other blanks at its end, so that nothing of the run before is found in the cache."""
    changed = deepcopy(prompt)
    for node in changed.values():
        if node["class_type"] == "MMAIFDegradationPrompt":
            node["inputs"]["text"] += " " * number
    return changed


def stopped(comfy: ComfyServer, prompt: dict[str, Any], delay: float) -> float:
    """Seconds from the moment of cancelling to the end of the run."""
    moment: list[float] = []

    def cancel() -> None:
        moment.append(time.monotonic())
        comfy.interrupt()

    timer = threading.Timer(delay, cancel)
    timer.start()
    result = comfy.run(prompt, timeout=600)
    ended = time.monotonic()
    timer.cancel()
    if not result.interrupted:
        raise SystemExit(f"The run was not interrupted: {result.errors or 'it was over before'}")
    return ended - moment[0]


if __name__ == "__main__":
    main()
