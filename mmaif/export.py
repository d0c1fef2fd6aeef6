"""The regression pipeline as one ONNX file, for programs that have no PyTorch; checked against it before it is kept.

Everything is fixed in it: the size, the number of sources, the prompt and the task. Whole pictures go through, in
float32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from .errors import InputError
from .files import written_whole
from .network.dit import Condition
from .pipeline import FusionPipeline
from .sources import chosen_from, finished

NEEDS = ("onnx", "onnxscript", "onnxruntime")
FAITHFUL = 45.0  # dB to PyTorch, below which a file is not kept
STEP = 16  # px, of which sides are multiples
OPSET = 18


@dataclass(frozen=True)
class Exporting:
    """What the file is for: pictures of height x width px, how many of them, and what is asked of them."""

    height: int = 480
    width: int = 640
    sources: int = 2
    prompt: str = ""
    task: str = "auto"
    detail: float = 1.0

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be exported."""
        if self.height % STEP or self.width % STEP or min(self.height, self.width) < 2 * STEP:
            raise InputError(f"The size {self.width}x{self.height} must be multiples of {STEP}, at least {2 * STEP}.")
        if self.sources < 1:
            raise InputError("sources must be at least 1.")


class Fusion(nn.Module):
    """Sources [1, N, 3, H, W] in 0..1 -> the fused picture [1, 3, H, W] in 0..1, under one prompt and task."""

    def __init__(self, pipe: FusionPipeline, prompt: str, task: str, detail: float, choice: Tensor):
        super().__init__()
        self.dit, self.autoencoder, self.detail = pipe.dit, pipe.autoencoder, detail
        self.tasks = [task]
        self.register_buffer("choice", choice)
        condition = pipe.condition([prompt], [task])
        self.register_buffer("tokens", condition.tokens)
        self.register_buffer("pooled", condition.pooled)
        self.register_buffer("task", condition.task)

    def forward(self, sources: Tensor) -> Tensor:
        """[1, N, 3, H, W] -> [1, 3, H, W]."""
        latents = self.autoencoder.encoder(sources.flatten(0, 1)).unflatten(0, sources.shape[:2])
        fused = self.dit(latents, Condition(self.tokens, None, self.pooled, self.task)).latent
        decoded = self.autoencoder.decode(fused, sources, self.detail, latents, self.choice)
        return finished(decoded, sources, self.tasks, self.detail)


def export(pipe: FusionPipeline, path: str | Path, given: Exporting) -> float:
    """Write the ONNX file; returns how near it comes to PyTorch, PSNR in dB.

    The pipeline is to be a regression in float32 on the CPU. Raises InputError where it is not, where a package is
    missing, or where the file does not do what PyTorch does.
    """
    if missing := [name for name in NEEDS if not find_spec(name)]:
        raise InputError(f"export needs {', '.join(missing)}; pip install the extra [export].")
    if pipe.dit.config.variant != "regression" or pipe.dtype != torch.float32 or pipe.device.type != "cpu":
        raise InputError("Only a regression model in float32 on the CPU can be exported.")
    if pipe.asks_repair(given.prompt):
        raise InputError("A checkpoint with a part 'repair' is exported for fusing alone; leave the prompt empty.")
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(given.sources, 3, given.height // STEP, given.width // STEP, generator=generator)
    sources = nn.functional.interpolate(coarse, (given.height, given.width), mode="bilinear")[None]
    choice = chosen_from([given.task], sources, sources)  # nothing is repaired
    network = Fusion(pipe, given.prompt, given.task, given.detail, choice).eval()
    with torch.no_grad(), written_whole(path) as part:
        names = {"input_names": ["sources"], "output_names": ["fused"]}
        torch.onnx.export(
            network, (sources,), str(part), dynamo=True, external_data=False, opset_version=OPSET, **names
        )
        error = (runner(part)(sources) - network(sources)).square().mean()
        near = float(-10 * torch.log10(error))
        if near < FAITHFUL:
            raise InputError(f"The exported file is only {near:.0f} dB near to PyTorch and was not kept.")
    return near


def runner(path: Path) -> Callable[[Tensor], Tensor]:
    """The exported file as a function of sources, run by ONNX Runtime on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda sources: torch.from_numpy(session.run(["fused"], {"sources": sources.numpy()})[0])
