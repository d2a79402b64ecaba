"""How much nearer vectors lie to their own group than to others."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class SilhouetteScore(nn.Module):
    """Mean of (b - a) / max(a, b) over all examples of a split.

    a is the mean distance to the others of the own group, b that to the nearest other
    group. An example that is alone in its group counts as 0; one group alone has no
    value.
    """

    def __init__(self) -> None:
        """Start with nothing collected."""
        super().__init__()
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
        names, group = torch.unique(groups, return_inverse=True)
        if len(names) < 2:
            return torch.tensor(float("nan"), device=features.device)
        members = F.one_hot(group).float()  # (N, G)
        sizes = members.sum(dim=0)
        exactly = "donot_use_mm_for_euclid_dist"
        total = torch.cdist(features, features, compute_mode=exactly) @ members
        own = members.bool()
        within = total[own] / (sizes[group] - 1).clamp(min=1)
        between = (total / sizes).masked_fill(own, torch.inf).amin(dim=1)
        larger = torch.maximum(within, between).clamp(min=1e-12)
        scores = (between - within) / larger
        return scores.masked_fill(sizes[group] == 1, 0).mean()
