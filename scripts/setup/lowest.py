"""Run tests on the lowest versions that pyproject.toml allows of what running needs and of the extra `photo`.

    python -m scripts.setup.lowest [tests/test_library.py ...]

They are installed beside the environment, which stays as it is: torch, which is left to the user, is the one there, and
a library without a wheel for this machine is left out.
"""

import os
import subprocess
import sys

from scripts.make.provenance import requirements
from scripts.setup.environment import CACHE, ROOT

FOLDER = CACHE / "lowest"
TESTS = ("library", "files", "reading", "writing", "infrared", "hardening", "properties", "cli", "fuse")


def main() -> int:
    """Install, then hand pytest's exit status on."""
    for name, versions, extra in requirements():
        if name != "torch" and extra in ("", "photo"):
            wanted = f"{name}=={versions.removeprefix('>=')}"
            pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--upgrade", "--target", FOLDER, wanted]
            print(wanted, "" if subprocess.run(pip).returncode == 0 else "is left out", flush=True)
    tests = sys.argv[1:] or [f"tests/test_{name}.py" for name in TESTS]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(FOLDER), str(ROOT)])}
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
