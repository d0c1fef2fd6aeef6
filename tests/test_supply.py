"""What ships is accounted for, and what SECURITY.md promises of the code holds."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from mmaif.__main__ import main
from mmaif.checkpoint import WEIGHTS
from mmaif.checksums import SUMS, check_sums, write_sums
from mmaif.errors import InputError

pytest.importorskip("tomllib")
from scripts.make import provenance  # noqa: E402

ROOT = Path(__file__).parent.parent
SHIPPED = [*(ROOT / "mmaif").rglob("*.py"), *(ROOT / "nodes").rglob("*.py"), ROOT / "__init__.py"]
NETWORK = {"socket", "ssl", "http", "urllib", "requests", "aiohttp", "httpx", "ftplib", "smtplib", "huggingface_hub"}
CODE = {"pickle", "marshal", "shelve", "code", "runpy", "pip", "subprocess", "cloudpickle", "dill"}


def test_the_shipped_weights_are_those_that_were_packed():
    """After new weights: python -m scripts.make.provenance."""
    assert set(check_sums()) == {path.name for path in WEIGHTS.glob("*.safetensors")}


def test_other_weights_are_named(tmp_path):
    for path in WEIGHTS.glob("*.safetensors"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match="SHA256SUMS is missing"):
        check_sums(tmp_path)
    write_sums(tmp_path)
    assert len(check_sums(tmp_path)) == 3
    (tmp_path / "flow.safetensors").write_bytes(b"other")
    with pytest.raises(InputError, match="flow.safetensors are not those that were packed"):
        check_sums(tmp_path)
    (tmp_path / "flow.safetensors").unlink()
    with pytest.raises(InputError, match="flow.safetensors are missing"):
        check_sums(tmp_path)
    write_sums(tmp_path)
    shutil.copyfile(tmp_path / "shared.safetensors", tmp_path / "mine.safetensors")
    with pytest.raises(InputError, match="mine.safetensors are not in SHA256SUMS"):
        check_sums(tmp_path)
    (tmp_path / SUMS).write_bytes(b"\xff")
    with pytest.raises(InputError, match="missing or damaged"):
        check_sums(tmp_path)


def test_check_tells_what_an_issue_needs(capsys):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    for word in ("mmaif", "python", "torch", "memory", "comfyui", "cpu", "float32", "as packed"):
        assert word in said
    assert str(Path.home()) + "/" not in said and str(ROOT) not in said


def test_the_bill_of_materials_is_of_this_tree():
    """After new weights, assets or dependencies: python -m scripts.make.provenance."""
    assert json.loads(provenance.SBOM.read_text()) == provenance.sbom()
    assert provenance.LICENCES.read_text(encoding="utf-8") == provenance.page()


def test_everything_in_assets_is_attributed():
    named = {path.name for path, _, _ in provenance.attributed()}
    assert named == {path.name for path in (ROOT / "assets").iterdir()} - {"ATTRIBUTION.md"}


def test_the_bill_has_what_cyclonedx_asks_for():
    bill = provenance.sbom()
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    names = [part["bom-ref"] for part in bill["components"]]
    assert len(names) == len(set(names))
    assert all(part["type"] and part["name"] and part["licenses"] for part in bill["components"])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_shipped_file_can_reach_the_network_or_run_code(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            if not getattr(node, "level", 0):
                assert not {name.split(".")[0] for name in names} & (NETWORK | CODE), ast.unparse(node)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            assert name not in ("eval", "exec", "compile", "__import__", "os.system", "os.popen"), name
            if name == "torch.load":
                assert any(k.arg == "weights_only" and ast.unparse(k.value) == "True" for k in node.keywords)
            if name.endswith("from_pretrained") and "transformers" in path.read_text():
                assert "local_files_only=True" in ast.unparse(node)
