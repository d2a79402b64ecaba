"""How far made samples lie from real examples."""

import torch
from torch import Tensor, nn


class NearestNeighbourDistance(nn.Module):
    """Mean distance of each sample to the nearest real example.

    With ``relative`` it is divided by the same of the real examples among themselves:
    1 is as close as real ones are. Real examples must not be those trained on, or
    copying them would win.
    """

    def __init__(self, relative: bool = True) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.relative = relative
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.samples: list[Tensor] = []
        self.real: list[Tensor] = []

    def forward(self, samples: Tensor, real: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._distance(samples.flatten(1).float(), real.flatten(1).float())

    def update(self, samples: Tensor, real: Tensor) -> None:
        """Collect a batch."""
        self.samples.append(samples.detach().flatten(1).float())
        self.real.append(real.detach().flatten(1).float())

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if not self.samples:
            return torch.tensor(float("nan"))
        return self._distance(torch.cat(self.samples), torch.cat(self.real))

    def _distance(self, samples: Tensor, real: Tensor) -> Tensor:
        distance = torch.cdist(samples, real).amin(dim=1).mean()
        if not self.relative:
            return distance
        among_real = torch.cdist(real, real).fill_diagonal_(torch.inf)
        return distance / among_real.amin(dim=1).mean()
