"""Whether torch.compile can work here at all, asked before it fails in the middle of a run."""

import shutil
from importlib.util import find_spec


def missing_compiler(device_type: str) -> str | None:
    """What torch.compile lacks for "cuda", "cpu" ...: "triton" or "a C++ compiler"; None where it lacks nothing."""
    if device_type == "cuda":
        return None if find_spec("triton") else "triton"
    return None if any(map(shutil.which, ("g++", "clang++", "cl"))) else "a C++ compiler"
