"""Mixture of gated linear units: a few experts chosen per token and one that always runs."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class GLU(nn.Module):
    """W_out (silu(W_gate x) * W_in x) (Shazeer 2020, SwiGLU)."""

    def __init__(self, width: int, hidden: int, operations: Any = nn):
        super().__init__()
        self.gate_in = operations.Linear(width, 2 * hidden)
        self.out = operations.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.gate_in(x).chunk(2, -1)
        return self.out(F.silu(gate) * value)


class MixtureGLU(nn.Module):
    """shared(x) + sum over the top-k routed experts of p_e(x) expert_e(x), token by token.

    p is the softmax over all experts, renormalised over the chosen ones.
    """

    def __init__(self, width: int, hidden: int, experts: int = 4, top_k: int = 2, operations: Any = nn):
        super().__init__()
        if not 1 <= top_k <= experts:
            raise ValueError(f"top_k {top_k} must lie between 1 and the {experts} experts.")
        self.top_k = top_k
        self.router = operations.Linear(width, experts, bias=False)
        self.shared = GLU(width, hidden, operations)
        self.experts = nn.ModuleList(GLU(width, hidden, operations) for _ in range(experts))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, L, D] -> (output [B, L, D], load-balance loss, a scalar that is 1 at perfect balance)."""
        tokens = x.flatten(0, 1)
        probabilities = self.router(tokens).float().softmax(-1)
        weights, chosen = probabilities.topk(self.top_k, -1)
        weights = (weights / weights.sum(-1, keepdim=True)).to(x.dtype)
        out = self.shared(tokens)
        for index, expert in enumerate(self.experts):
            token, slot = (chosen == index).nonzero(as_tuple=True)
            mixed = expert(tokens[token]) * weights[token, slot, None]
            out = out.index_add(0, token, mixed.to(out.dtype))
        return out.view_as(x), load_balance(probabilities, chosen)


def load_balance(probabilities: Tensor, chosen: Tensor) -> Tensor:
    """experts * sum_e (share of choices of e) * (mean probability of e) (Fedus et al. 2021, eq. 4)."""
    experts = probabilities.shape[-1]
    share = torch.zeros(experts, device=chosen.device).index_add_(
        0, chosen.flatten(), torch.ones(chosen.numel(), device=chosen.device)
    )
    return experts * (share / chosen.numel() * probabilities.mean(0)).sum()
