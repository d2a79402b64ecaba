"""How well vectors point where they should."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class MeanCosineSimilarity(nn.Module):
    """Mean of the cosine between vectors, each counted once."""

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the mean of this batch alone."""
        return self._cosines(prediction, target).mean()

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        cosines = self._cosines(prediction, target)
        self.total += cosines.sum().item()
        self.count += cosines.numel()

    def compute(self) -> Tensor:
        """Give the mean of all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count

    def _cosines(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.cosine_similarity(prediction.float(), target.float(), dim=-1)
