"""The program of docs/api.md, on a real ComfyUI."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.server
def test_the_program_of_the_page_runs(comfy, workflow_prompt, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", page, re.S).group(1)
    names: dict = {}
    exec(compile(program, "docs/api.md", "exec"), names)  # noqa: S102 (our own page)
    workflow = tmp_path / "restore.json"
    workflow.write_text(json.dumps(workflow_prompt("Restore picture")))
    with Image.open(ROOT / "assets" / "mmaif_dark.jpg") as image:
        image.resize((96, 64)).save(tmp_path / "small_dark.png")
    client = names["Comfy"](f"http://{comfy.address}")
    data = names["repair"](client, workflow, tmp_path / "small_dark.png", "remove the noise")
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (96, 64)
