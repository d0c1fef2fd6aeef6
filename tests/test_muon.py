"""Muon in the quickest precision against that of torch, and on convolutions."""

import pytest
import torch
from torch import nn

from mmaif.training import muon


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(48, 160), (160, 48)])
def test_singular_values_come_to_one(monkeypatch, shape, precision):
    monkeypatch.setattr(muon, "quickest", lambda device_type: precision)
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(muon.orthogonal(matrix))
    assert values.min() > 0.5 and values.max() < 1.35
    assert torch.linalg.svdvals(matrix).max() > 5


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon")
@pytest.mark.parametrize("shape", [(64, 200), (200, 64)])
def test_steps_are_those_of_torch(shape):
    draw = torch.Generator().manual_seed(0)
    begin = 0.02 * torch.randn(shape, generator=draw)
    ours, theirs = nn.Parameter(begin.clone()), nn.Parameter(begin.clone())
    settings = {"lr": 0.01, "weight_decay": 0.1}
    optimizers = (
        muon.Orthogonal([ours], **settings),
        torch.optim.Muon([theirs], adjust_lr_fn="match_rms_adamw", **settings),
    )
    for _ in range(3):
        gradient = torch.randn(shape, generator=draw)
        for weight, optimizer in zip((ours, theirs), optimizers, strict=True):
            weight.grad = gradient.clone()
            optimizer.step()
    moved = (theirs - begin).norm()
    assert moved > 0.1 and (ours - theirs).norm() < 0.03 * moved  # theirs is of bfloat16
    optimizers[0].load_state_dict(optimizers[1].state_dict())  # a state of before is taken up
    assert torch.equal(optimizers[0].state[ours]["momentum_buffer"], optimizers[1].state[theirs]["momentum_buffer"])


def test_convolutions_of_either_memory_format_move_alike():
    draw = torch.Generator().manual_seed(0)
    begin, gradient = (torch.randn(16, 12, 3, 3, generator=draw) for _ in range(2))
    moved = []
    for memory in (torch.contiguous_format, torch.channels_last):
        weight = nn.Parameter(begin.clone().to(memory_format=memory))
        weight.grad = gradient.clone().to(memory_format=memory)
        muon.Muon([weight], 0.01, 0.0).step()
        moved.append((weight - begin).flatten(1).detach())
    assert moved[0].norm() > 0.05
    for step in moved:  # one turn of the matrix, whatever the order of its columns
        assert torch.allclose(torch.linalg.svdvals(step), torch.linalg.svdvals(moved[0]), rtol=1e-3)
    assert torch.allclose(moved[0], moved[1], atol=1e-4)
