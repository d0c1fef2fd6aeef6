"""Mixture of gated linear units: a few experts chosen per token and one that always runs."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

AT_ONCE = 4096  # tokens outside training


class MixtureGLU(nn.Module):
    """shared(x) + sum over the top-k routed experts of p_e(x) expert_e(x), token by token.

    An expert is W_out (silu(W_gate x) * W_in x) + b (Shazeer 2020, SwiGLU); p is the softmax over all experts,
    renormalised over the chosen ones. All of them run at once, as one wide gated product whose hidden units are weighed
    by p, which is 0 for experts that were not chosen: the same sum as picking out tokens for each expert, in shapes
    that do not depend on the choice. So torch.compile sees one graph, and a GPU is never asked what was chosen.
    """

    def __init__(self, width: int, hidden: int, experts: int = 4, top_k: int = 2, operations: Any = nn):
        super().__init__()
        if not 1 <= top_k <= experts:
            raise ValueError(f"top_k {top_k} must lie between 1 and the {experts} experts.")
        self.top_k, self.hidden = top_k, hidden
        self.router = operations.Linear(width, experts, bias=False)
        self.gate = operations.Linear(width, (1 + experts) * hidden)  # the shared expert's units come first
        self.value = operations.Linear(width, (1 + experts) * hidden)
        self.out = operations.Linear((1 + experts) * hidden + experts, width)  # the last inputs: b of each expert

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, L, D] -> (output [B, L, D], load-balance loss, a scalar that is 1 at perfect balance). Of large
        pictures some tokens go at a time, whose units stay in the cache, and the loss is the mean over these."""
        if self.training or torch.compiler.is_compiling() or x.shape[1] <= AT_ONCE:
            return self._mixed(x)
        parts = [self._mixed(part) for part in x.split(AT_ONCE, 1)]
        return torch.cat([out for out, _ in parts], 1), torch.stack([balance for _, balance in parts]).mean()

    def _mixed(self, x: Tensor) -> tuple[Tensor, Tensor]:
        probabilities = self.router(x).float().softmax(-1)
        chosen = probabilities >= probabilities.topk(self.top_k, -1).values[..., -1:]
        weights = probabilities * chosen
        weights = (weights / weights.sum(-1, keepdim=True)).to(x.dtype)
        units = F.silu(self.gate(x)) * self.value(x)
        shared, routed = units.split([self.hidden, units.shape[-1] - self.hidden], -1)
        routed = (routed.unflatten(-1, (-1, self.hidden)) * weights[..., None]).flatten(-2)
        return self.out(torch.cat([shared, routed, weights], -1)), load_balance(probabilities, chosen)


def load_balance(probabilities: Tensor, chosen: Tensor) -> Tensor:
    """experts * sum_e (share of choices of e) * (mean probability of e) (Fedus et al. 2021, eq. 4); both are
    [B, L, experts], `chosen` true where an expert runs."""
    experts = probabilities.shape[-1]
    share = chosen.float().flatten(0, 1).mean(0)
    return experts * (share / share.sum() * probabilities.flatten(0, 1).mean(0)).sum()
