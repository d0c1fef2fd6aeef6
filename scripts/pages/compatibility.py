"""Try the pack on the ComfyUI at hand and enter what happened into docs/compatibility.md.

    python -m scripts.pages.compatibility [--only server,options,page] [-k WORDS]

COMFYUI_PATH names another ComfyUI than the one of `make setup`, COMFYUI_PYTHON its interpreter, and
COMFYUI_OPTIONS="--front-end-root FOLDER" another page. A run renews what it ran in the line of its versions and keeps
all else. With -k, as pytest has it, a part of the tests runs, and the line says so.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from mmaif.files import write_text
from scripts.comfy.page import Page, no_browser
from scripts.comfy.server import ComfyServer
from scripts.pages.common import DOCS, markdown
from scripts.setup.environment import ROOT

TARGET = DOCS / "compatibility.md"
TESTS = {"server": "tests/test_server.py", "options": "tests/test_options.py", "page": "tests/test_browser.py"}
NOT_RUN = "not run"
ENDS = {"failure": "failed", "error": "failed", "skipped": "skipped"}  # as a report calls it, and in words
HEADER = ["ComfyUI", "page", "torch, Python", "nodes, ours", *TESTS, "tried on"]
PAGE = """# Which ComfyUI

Written by `python -m scripts.pages.compatibility`, one line for each ComfyUI and page that it was started on; not to be
edited. All on the CPU, in Chromium.

{lines}

- **server**: every shipped workflow gives the picture it should, sockets, translations, help pages and templates are
  served, runs are cancelled, core samplers and decoders do the same, bad input is answered in a sentence
  (`tests/test_server.py`).
- **options**: the same under the options that people start ComfyUI with, as far as this one has them: half precision,
  the VAE on the CPU, channels last, split attention, deterministic (`tests/test_options.py`).
- **page**: in a real browser every template loads and runs, on the canvas and in Nodes 2.0, everyday words find the
  pack, help pages open, the first picture takes at most five clicks, and the console holds no error of ours
  (`tests/test_browser.py`).

## What failed

{failed}

## What differs

All that asks which ComfyUI this is lies in `nodes/comfy/newer.py`: sources one by one (a socket that grows), search
words, essentials, the slider of *Compare*. Everything else of the pack is the same everywhere. No node and no input was
ever renamed, so nothing needs ComfyUI's node replacement: *image_a*, *image_b* and *stack* of old workflows are there
beside the socket that grows.
"""


def main() -> None:
    """Start it, ask for its versions, run the tests on it, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(TESTS), help="server, options, page: which tests")
    parser.add_argument("-k", default="", metavar="WORDS", help="as pytest has it: a part of them")
    options = parser.parse_args()
    line = versions()
    tried = set(options.only.split(","))
    failed = []
    for name, file in TESTS.items():
        counts, names = tests(file, options.k) if name in tried else (NOT_RUN, [])
        line.append(counts)
        failed += names
    enter([*line, time.strftime("%Y-%m-%d")], failed, [TESTS[name] for name in tried])


def versions() -> list[str]:
    """What the ComfyUI at hand says of itself, its page and its nodes."""
    with tempfile.TemporaryDirectory() as folder, ComfyServer(Path(folder)) as comfy:
        system, nodes = comfy.get("/system_stats")["system"], comfy.object_info()
        page = "not looked at"
        if not no_browser():
            with Page(comfy) as window:
                page = window.script("return window.__COMFYUI_FRONTEND_VERSION__")
    ours = sum(name.startswith("MMAIF") for name in nodes)
    where = f"{system['pytorch_version']}, {system['python_version'].split()[0]}"
    return [system["comfyui_version"], page, where, f"{len(nodes)}, {ours}"]


def tests(file: str, words: str) -> tuple[str, list[str]]:
    """What became of the tests in a file, in words, and the names of those that failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        part = ["-k", words] if words else []
        subprocess.run([sys.executable, "-m", "pytest", file, "-q", f"--junitxml={report}", *part], cwd=ROOT)
        cases = list(ElementTree.parse(report).iter("testcase"))
    ends = {case.get("name"): "".join(each.tag for each in case if each.tag in ENDS) for case in cases}
    counted = Counter(ENDS.get(end, "passed") for end in ends.values())
    said = ", ".join(f"{count} {word}" for word, count in sorted(counted.items(), key=lambda each: each[0] != "passed"))
    failed = [f"{file}: {name}" for name, end in ends.items() if ENDS.get(end) == "failed"]
    return (f"{said} (of a part)" if words else said), failed


def enter(line: list[str], failed: list[str], ran: list[str]) -> None:
    """Write the page with this line, what failed in the files that `ran`, and all else that it holds already."""
    old = TARGET.read_text(encoding="utf-8").splitlines() if TARGET.is_file() else []
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in old if row.startswith("| ")]
    before = next((row for row in rows if row[:2] == line[:2]), line)
    line = [was if now == NOT_RUN else now for was, now in zip(before, line, strict=True)]
    rows = [row for row in rows if row[0] != HEADER[0] and row[:2] != line[:2]]
    key = f"- {line[0]}, page {line[1]}: `"
    begin, end = (old.index(title) for title in ("## What failed", "## What differs")) if old else (0, 0)
    renewed = tuple(key + file for file in ran)
    kept = [each for each in old[begin:end] if each.startswith("- ") and not each.startswith(renewed)]
    failures = [*kept, *(f"{key}{name}`" for name in failed)]
    rows = sorted([*rows, line], key=lambda row: [[int(n) for n in v.split(".") if n.isdigit()] for v in row[:2]])
    write_text(PAGE.format(lines=markdown([HEADER, *rows]), failed="\n".join(failures) or "Nothing."), TARGET)
    print(TARGET.relative_to(ROOT))


if __name__ == "__main__":
    main()
