"""Among how many tokens a language model seems to choose."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class Perplexity(nn.Module):
    """e to the mean cross-entropy of all tokens.

    Logits hold the classes in their last dimension; targets equal to ``ignore_index``
    do not count.
    """

    def __init__(self, ignore_index: int = -100) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.nats = 0.0
        self.count = 0

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the perplexity of this batch alone."""
        nats, count = self._nats(logits, target)
        return (nats / count).exp()

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Add a batch."""
        nats, count = self._nats(logits, target)
        self.nats += nats.item()
        self.count += int(count)

    def compute(self) -> Tensor:
        """Give the perplexity of all batches; not a number before the first."""
        return (torch.tensor(self.nats) / self.count).exp()

    def _nats(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        flat, right = logits.flatten(0, -2).float(), target.flatten()
        ignored = self.ignore_index
        nats = F.cross_entropy(flat, right, ignore_index=ignored, reduction="sum")
        return nats, (right != ignored).sum()
