"""The precision in which networks are quickest here, found by trying."""

import time
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

MARGIN = 1.2  # float32 takes twice the memory: it has to be so much quicker


@cache
def quickest(device_type: str) -> torch.dtype:
    """bfloat16, or float32 where that is clearly quicker, as on a CPU that has to imitate bfloat16. Tried once."""
    if device_type != "cpu":
        return torch.bfloat16
    half, full = (_seconds(dtype) for dtype in (torch.bfloat16, torch.float32))
    return torch.float32 if full * MARGIN < half else torch.bfloat16


def _seconds(dtype: torch.dtype, repeats: int = 4) -> float:
    """The least time that a convolution and a product of the networks' sizes take."""
    image = torch.zeros(1, 64, 96, 96, dtype=dtype).contiguous(memory_format=torch.channels_last)
    weight = torch.zeros(64, 64, 3, 3, dtype=dtype)
    left, right = torch.zeros(1024, 256, dtype=dtype), torch.zeros(256, 1024, dtype=dtype)

    def work() -> Tensor:
        return F.conv2d(image, weight, padding=1).sum() + (left @ right).sum()

    best = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
