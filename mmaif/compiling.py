"""torch.compile for the networks: whether it can work here, what is compiled, and what happens where it fails."""

import logging
import os
import shutil
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import nn

log = logging.getLogger("mmaif")
CACHE = Path("~/.cache/mmaif/compiled")  # what a first run compiled, the next finds there


def missing_compiler(device_type: str) -> str | None:
    """What torch.compile lacks for "cuda", "cpu" ...: "triton" or "a C++ compiler"; None where it lacks nothing."""
    if device_type == "cuda":
        return None if find_spec("triton") else "triton"
    return None if any(map(shutil.which, ("g++", "clang++", "cl"))) else "a C++ compiler"


def compile_networks(device_type: str, networks: Mapping[str, nn.Module]) -> bool:
    """Have networks compiled when they are first used, for all sizes at once; their names are for the log.

    Of one with `blocks`, which repeat themselves, one block is compiled and serves for all. Hooks stay outside. False,
    after one line in the log, where no compiler is found.
    """
    if missing := missing_compiler(device_type):
        log.warning("MMAIF: compile is on but %s is missing; running without.", missing)
        return False
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(CACHE.expanduser()))
    log.info("MMAIF: networks are compiled when they are first used, which takes minutes once and seconds later on.")
    for name, network in networks.items():
        for part in getattr(network, "blocks", [network]):
            part.forward = Compiled(part.forward, name)
    return True


class Compiled:
    """A function that is compiled at its first call, and runs as it was where that fails."""

    def __init__(self, plain: Callable[..., Any], name: str):
        self.plain, self.name = plain, name
        self.quick: Callable[..., Any] | None = torch.compile(plain, fullgraph=True, dynamic=True)
        self.fresh = True

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self.quick is None:
            return self.plain(*given, **named)
        began = time.perf_counter()
        try:
            out = self.quick(*given, **named)
        except RuntimeError as error:  # of dynamo, of inductor, of the compiler that it calls
            self.quick = None
            log.warning("MMAIF: the %s cannot be compiled (%s); running without.", self.name, _first_line(error))
            return self.plain(*given, **named)
        if self.fresh and (seconds := time.perf_counter() - began) > 1:
            log.info("MMAIF: compiled the %s in %.0f s.", self.name, seconds)
        self.fresh = False
        return out


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
