"""What a sentence says, brought to the pixels: one short vector for a whole network, a gain and an offset per block.

FiLM is Perez et al. 2018. All that is said of a picture is one row `said` [B, pooled + 4 R]: the text encoder's pooled
vector and its readings of R repairs, asked for, kept, strong and light (`Encoded.said`).
"""

from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import zeroed

# A reading below the first counts as nothing, from the second as certain: small false readings change no pixel at all.
GATE = (0.2, 0.6)


class Words(nn.Module):
    """What is said [B, pooled + 4 R] -> what every block of a network sees, [B, width + R].

    The gates of the repairs stand beside the digest of the whole: as numbers of the order of one, on which a block can
    act from the first step. Through the digest alone networks learn several times as slowly to tell faults apart.
    """

    def __init__(self, pooled: int, readings: int, width: int, operations: Any = nn):
        super().__init__()
        self.asked = slice(pooled, pooled + readings)
        self.outputs = width + readings
        said = pooled + 4 * readings
        self.layers = nn.Sequential(
            operations.Linear(said, width), nn.SiLU(), operations.Linear(width, width), nn.SiLU()
        )

    def forward(self, said: Tensor) -> Tensor:
        """[B, said] -> [B, outputs]."""
        said = said.to(self.layers[0].weight.dtype)
        return torch.cat([self.layers(said), gate(said[:, self.asked]).to(said.dtype)], 1)


class FilmBlock(nn.Module):
    """A residual block whose hidden channels the words weigh and shift; it begins as one that they do not touch.

    With `repairs` each convolution is the shared one plus, weighed by their gates, one of each repair's own (CondConv,
    Yang et al. 2019): as many operations as before, and no repair is learned at the cost of another.
    """

    def __init__(self, width: int, words: int, operations: Any = nn, repairs: int = 0):
        super().__init__()
        self.conv1 = operations.Conv2d(width, width, 3, padding=1)
        self.conv2 = operations.Conv2d(width, width, 3, padding=1)
        self.film = zeroed(operations.Linear(words, 2 * width))
        own = range(2 if repairs else 0)
        self.experts = nn.ModuleList(zeroed(operations.Conv2d(width, repairs * width, 3, padding=1)) for _ in own)

    def forward(self, x: Tensor, words: Tensor, open_: Tensor | None = None) -> Tensor:
        """x [B, width, h, w], words [B, words], gates [B, repairs] -> [B, width, h, w]."""
        gain, offset = self.film(words)[..., None, None].chunk(2, 1)
        hidden = torch.addcmul(offset, self._convolved(0, x, open_), 1 + gain)
        return x + self._convolved(1, hidden, open_)

    def _convolved(self, which: int, x: Tensor, open_: Tensor | None) -> Tensor:
        shared = (self.conv1, self.conv2)[which]
        return weighed(F.relu(x), open_, self.experts[which], shared) if self.experts else shared(F.relu(x))


def gate(asked: Tensor) -> Tensor:
    """Probabilities that repairs are asked for [B, R] -> weights [B, R] in 0..1, exactly 0 for small ones."""
    low, high = GATE
    return ((asked.float() - low) / (high - low)).clamp(0, 1)


def weighed(x: Tensor, shares: Tensor, repairs: nn.Conv2d, shared: nn.Conv2d | None = None) -> Tensor:
    """Features [B, C, h, w] -> those of one convolution per picture: the sum of the repairs' own, one above the other
    in `repairs`, weighed by their shares [B, R], and of the shared one. As convolutions are linear, R cost what one
    does."""
    alike = torch.is_grad_enabled() and not x.is_cuda and bool((shares == shares[0]).all())  # a batch of one repair
    shares = (shares[:1] if alike else shares).to(repairs.weight.dtype)
    weight = shares @ repairs.weight.unflatten(0, (shares.shape[1], -1)).flatten(1)
    weight = weight.view(len(shares), -1, *repairs.weight.shape[1:])
    bias = shares @ repairs.bias.view(shares.shape[1], -1)
    if shared is not None:
        weight, bias = weight + shared.weight, bias + shared.bias
    if alike:
        return F.conv2d(x, weight[0], bias[0], padding=repairs.padding)
    return torch.cat([F.conv2d(x[i : i + 1], weight[i], bias[i], padding=repairs.padding) for i in range(len(x))])


class Part(Protocol):
    """What the configuration of a part says of its words: which columns of `asked`, after `pooled`, open its gate."""

    repairs: tuple[int, ...]
    pooled: int
    readings: int


def gates(said: Tensor, part: Part) -> Tensor:
    """What is said [B, said] -> the weights of the part's own repairs [B, r], see `gate`."""
    asked = said[:, part.pooled : part.pooled + part.readings]
    return gate(torch.stack([asked[:, repair] for repair in part.repairs], 1))  # indexing by a list would halt a GPU
