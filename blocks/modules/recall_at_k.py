"""How often the nearest neighbours hold one of the own class."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class RecallAtK(nn.Module):
    """Share of examples with one of their class among the ``k`` most similar others.

    Similar is what has the highest cosine, in a whole split.
    """

    def __init__(self, k: int = 1) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.k = k
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.features: list[Tensor] = []
        self.groups: list[Tensor] = []

    def forward(self, features: Tensor, target: Tensor) -> Tensor:
        """Give the value of this batch alone."""
        return self._value(features.float(), target)

    def update(self, features: Tensor, target: Tensor) -> None:
        """Collect a batch."""
        self.features.append(features.detach().float())
        self.groups.append(target)

    def compute(self) -> Tensor:
        """Give the value of all batches; not a number before the first."""
        if not self.features:
            return torch.tensor(float("nan"))
        return self._value(torch.cat(self.features), torch.cat(self.groups))

    def _value(self, features: Tensor, groups: Tensor) -> Tensor:
        count = len(features)
        if count < 2:
            return torch.tensor(float("nan"), device=features.device)
        directions = F.normalize(features, dim=1)
        itself = torch.eye(count, dtype=torch.bool, device=features.device)
        similarity = (directions @ directions.T).masked_fill(itself, -torch.inf)
        nearest = similarity.topk(min(self.k, count - 1), dim=1).indices
        found = (groups[nearest] == groups.unsqueeze(1)).any(dim=1)
        return found.float().mean()
