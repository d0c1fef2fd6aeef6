"""One graph per network for all sizes, nothing in it that would halt a GPU, and what happens where compiling fails."""

import logging
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from mmaif import FusionPipeline, compiling, precision
from mmaif.compiling import Compiled, compile_networks
from mmaif.network import windows
from mmaif.network.autoencoder import Autoencoder, AutoencoderConfig
from mmaif.network.dit import Condition, DiTConfig, FusionDiT
from mmaif.network.repair import RepairConfig, SourceRepair
from mmaif.network.restorer import RestorerConfig
from mmaif.network.tone import ToneConfig
from mmaif.pipeline import DTYPES

SMALL = {"width": 32, "depth": 2, "heads": 2, "hidden": 16, "text_width": 8, "refine": 8, "refine_blocks": 1}
TINY = AutoencoderConfig(16, 8, 8, (1, 1), 4, 8, 8, (1, 1, 1), 4, 8, 8, (1, 1))
ASKED = torch.cat([torch.rand(1, 256), torch.ones(1, 52)], 1)
Case = tuple[nn.Module, Callable[[int, int], tuple[torch.Tensor, ...]]]


def transformer(phases: int = 2) -> FusionDiT:
    return FusionDiT(DiTConfig(**SMALL, phases=phases)).eval().requires_grad_(False)


def condition(rows: int) -> Condition:
    return Condition(torch.rand(rows, 5, 8), None, torch.rand(rows, 8), torch.ones(rows, dtype=torch.long))


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Graphs of one test do not count in another."""
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def networks() -> dict[str, Case]:
    """Each network, and what it takes for a picture of 8h x 8w px."""
    parts = Autoencoder(TINY).eval().requires_grad_(False)
    tone, restorer = ToneConfig(widths=(4, 4, 4, 8), blocks=1, words=8), RestorerConfig(widths=(4, 4, 8, 8), words=8)
    repair = SourceRepair(RepairConfig(tone, restorer)).eval().requires_grad_(False)

    def seen(h: int, w: int) -> tuple[torch.Tensor, ...]:
        pictures = torch.rand(2, 2, 3, 8 * h, 8 * w), torch.rand(2, 3, 8 * h, 8 * w)
        return *pictures, torch.rand(2, 8, 2 * h, 2 * w), torch.rand(2, 2, 16, h, w)

    return {
        "transformer": (transformer(), lambda h, w: (torch.rand(2, 2, 16, h, w), condition(2))),
        "encoder": (parts.encoder, lambda h, w: (torch.rand(2, 3, 8 * h, 8 * w),)),
        "decoder": (parts.decoder, lambda h, w: (torch.rand(2, 16, h, w),)),
        "detail path": (parts.detail, seen),
        "restorer": (repair.restorer, lambda h, w: (*torch.rand(2, 1, 3, 8 * h, 8 * w).unbind(0), ASKED)),
        "repair": (repair, lambda h, w: (torch.rand(1, 3, 8 * h, 8 * w), ASKED)),
    }


def first(out: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    return out if isinstance(out, torch.Tensor) else out[0]


@pytest.mark.parametrize("name", ["transformer", "encoder", "decoder", "detail path", "restorer"])
def test_one_graph_serves_all_sizes(name):
    network, given = networks()[name]
    graphs = []

    def backend(graph: torch.fx.GraphModule, _: list[torch.Tensor]) -> Callable[..., tuple[torch.Tensor, ...]]:
        graphs.append(graph)
        return graph.forward

    quick = torch.compile(network, fullgraph=True, dynamic=True, backend=backend)
    with torch.no_grad():
        for size in ((10, 14), (18, 22), (26, 10)):  # no number of channels, which would be taken for the same
            call = given(*size)
            assert torch.allclose(first(quick(*call)), first(network(*call)), atol=1e-5)
    # oneDNN takes convolutions on the smallest pictures another way, which is a graph of its own
    assert len(graphs) == 1 + (name == "restorer")


def test_large_pictures_are_one_graph_more(monkeypatch):
    monkeypatch.setattr(windows, "LARGE", 20)
    network, graphs = transformer(1), []
    quick = torch.compile(network, fullgraph=True, dynamic=True, backend=lambda g, _: graphs.append(g) or g.forward)
    with torch.no_grad():
        for size in ((68, 70), (90, 68), (72, 100)):
            call = (torch.rand(2, 2, 16, *size), condition(2))
            assert torch.allclose(quick(*call).latent, network(*call).latent, atol=1e-5)
    assert len(graphs) == 1


class Halting(TorchDispatchMode):
    """Collects what would make a GPU wait for the CPU: values that are read, shapes that depend on them, lists that are
    made tensors."""

    WAITS = ("_local_scalar_dense", "nonzero", "masked_select", "equal", "is_nonzero", "lift_fresh", "unique")

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket.__name__ in self.WAITS:
            self.found.append(str(func))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", ["transformer", "encoder", "decoder", "detail path", "restorer", "repair"])
def test_nothing_in_a_pass_halts_a_gpu(name, monkeypatch):
    monkeypatch.setattr(windows, "LARGE", 20)
    network, given = networks()[name]
    with torch.no_grad(), Halting() as halting:
        torch.tensor([1.0])
        assert halting.found == ["aten.lift_fresh.default"]  # it sees what it is to see
        halting.found.clear()
        call = given(40, 36)
        halting.found.clear()
        network(*call)
    assert halting.found == []


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", ["transformer", "encoder", "decoder", "detail path", "restorer", "repair"])
def test_no_pass_synchronises(name):
    network, given = networks()[name]
    network.to("cuda", torch.bfloat16)

    def there(value):
        if isinstance(value, Condition):
            return Condition(*(None if part is None else there(part) for part in value))
        return value.to("cuda", torch.bfloat16 if value.is_floating_point() else value.dtype)

    call = [there(value) for value in given(40, 36)]
    with torch.no_grad():
        network(*call)
        torch.cuda.set_sync_debug_mode("error")
        try:
            network(*call)
        finally:
            torch.cuda.set_sync_debug_mode("default")


def test_what_cannot_be_compiled_runs_as_it_was(caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("no such compiler\nand more")

    twice = Compiled(lambda x: x * 2, "doubler")
    monkeypatch.setattr(twice, "quick", broken)
    with caplog.at_level(logging.WARNING, "mmaif"):
        assert torch.equal(twice(torch.ones(2)), torch.full((2,), 2.0))
        assert torch.equal(twice(torch.ones(2)), torch.full((2,), 2.0))
    assert [record.message for record in caplog.records] == [
        "MMAIF: the doubler cannot be compiled (no such compiler); running without."
    ]


def test_blocks_are_compiled_and_hooks_stay_outside(monkeypatch):
    monkeypatch.setattr(compiling, "missing_compiler", lambda _: None)
    compiled = []
    monkeypatch.setattr(torch, "compile", lambda plain, **how: compiled.append(how) or plain)
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR", raising=False)
    network, seen = transformer(), []
    whole = network(torch.zeros(1, 1, 16, 4, 4), condition(1)).latent.shape
    assert compile_networks("cpu", {"transformer": network})
    assert compiled == 2 * [{"fullgraph": True, "dynamic": True}]
    network.blocks[0].register_forward_hook(lambda *_: seen.append(1))
    assert network(torch.zeros(1, 1, 16, 4, 4), condition(1)).latent.shape == whole and len(seen) == 2


def test_one_block_serves_for_all(monkeypatch):
    monkeypatch.setattr(compiling, "missing_compiler", lambda _: None)
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "unused")
    plain, graphs = torch.compile, []

    def backend(graph: torch.fx.GraphModule, _: list[torch.Tensor]) -> Callable[..., tuple[torch.Tensor, ...]]:
        graphs.append(graph)
        return graph.forward

    def counted(function: Callable[..., torch.Tensor], **how: bool) -> Callable[..., torch.Tensor]:
        return plain(function, backend=backend, **how)

    monkeypatch.setattr(torch, "compile", counted)
    network = FusionDiT(DiTConfig(**{**SMALL, "depth": 6})).eval().requires_grad_(False)
    compile_networks("cpu", {"transformer": network})
    with torch.no_grad():
        for size in ((12, 14), (18, 22)):
            network(torch.rand(2, 2, 16, *size), condition(2))
    assert 2 <= len(graphs) <= 3  # the first block has no values of another, the second some in another layout


def test_without_a_compiler_one_line_is_said(caplog, monkeypatch):
    monkeypatch.setattr(compiling.shutil, "which", lambda _: None)
    network = transformer()
    with caplog.at_level(logging.WARNING, "mmaif"):
        assert not compile_networks("cpu", {"transformer": network})
    assert "a C++ compiler is missing" in caplog.text and len(caplog.records) == 1
    assert not isinstance(network.blocks[0].forward, Compiled)


def test_precision_is_what_is_quickest(monkeypatch):
    for half, full, wanted in ((1.0, 2.0, "bfloat16"), (1.0, 0.9, "bfloat16"), (2.0, 1.0, "float32")):
        monkeypatch.setattr(precision, "_seconds", lambda dtype, h=half, f=full: h if dtype == torch.bfloat16 else f)
        precision.quickest.cache_clear()
        assert precision.quickest("cpu") == DTYPES[wanted]
    precision.quickest.cache_clear()
    assert precision.quickest("cuda") == torch.bfloat16


def test_the_pipeline_names_its_networks():
    pipe = FusionPipeline.from_pretrained("regression", "cpu", "float32")
    assert set(pipe.networks()) >= {"transformer", "encoder", "decoder", "detail path"}
