"""How much memory a network may take, asked of the device."""

from pathlib import Path

import torch

ENOUGH = 1 << 30  # bytes, on the CPU: more makes nothing faster there
UNKNOWN = 2 << 30  # bytes, where a device cannot say what is free
SHARE = 0.7  # of what is free


def working_memory(device: torch.device) -> int:
    """Bytes that a network on `device` may take beside its weights and the pictures."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(SHARE * (free + idle))
    if device.type == "cpu":
        return min(ENOUGH, int(SHARE * available()))
    return UNKNOWN


def available() -> int:
    """Bytes of RAM that can be taken without swapping, `UNKNOWN` where the system does not say."""
    info = Path("/proc/meminfo")
    if info.is_file():
        lines = dict(line.split(":") for line in info.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    try:
        import psutil  # ComfyUI and the extra `benchmark` bring it
    except ImportError:
        return UNKNOWN
    return int(psutil.virtual_memory().available)
