"""The command line as a whole: it is light until a command runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from mmaif.__main__ import COMMANDS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)])
def test_help_is_quick(words):
    """Nothing heavy is imported to explain a command."""
    code = (
        "import sys\nfrom mmaif.__main__ import main\n"
        f"try: main({[*words, '--help']})\n"
        "except SystemExit as end: assert end.code == 0\n"
        "sys.exit(sorted({'torch', 'numpy', 'PIL', 'safetensors'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in words or COMMANDS)
