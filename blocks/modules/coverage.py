"""How much of the variety of real examples made samples have."""

import torch
from torch import Tensor, nn


class Coverage(nn.Module):
    """Share of real examples that have a sample near: in the ball of their neighbours.

    The ball reaches to the ``neighbours``-th nearest other real example; after Naeem et
    al., Reliable fidelity and diversity metrics for generative models, 2020. 1 is full
    variety; a generator that always makes the same has almost 0.
    """

    def __init__(self, neighbours: int = 5) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.neighbours = neighbours
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.samples: list[Tensor] = []
        self.real: list[Tensor] = []

    def forward(self, samples: Tensor, real: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._covered(samples.flatten(1).float(), real.flatten(1).float())

    def update(self, samples: Tensor, real: Tensor) -> None:
        """Collect a batch."""
        self.samples.append(samples.detach().flatten(1).float())
        self.real.append(real.detach().flatten(1).float())

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        if not self.samples:
            return torch.tensor(float("nan"))
        return self._covered(torch.cat(self.samples), torch.cat(self.real))

    def _covered(self, samples: Tensor, real: Tensor) -> Tensor:
        number = min(self.neighbours + 1, len(real))  # each is its own nearest
        reach = torch.cdist(real, real).kthvalue(number, dim=1).values
        nearest = torch.cdist(real, samples).amin(dim=1)
        return (nearest < reach).float().mean()
