"""How far two clouds of features are apart."""

import torch
from torch import Tensor, nn


class FrechetDistance(nn.Module):
    """Distance of two Gaussians with the features' means and covariances.

    Sums are kept in double precision, so the features themselves are not. There must be
    two examples of each kind; below that the value is not a number.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.samples: tuple[Tensor, Tensor] | None = None
        self.real: tuple[Tensor, Tensor] | None = None
        self.counts = (0, 0)

    def forward(self, samples: Tensor, real: Tensor) -> Tensor:
        """Give the distance in this batch alone."""
        counts = (len(samples), len(real))
        return self._distance(self._sums(samples), self._sums(real), counts)

    def update(self, samples: Tensor, real: Tensor) -> None:
        """Add a batch."""
        self.samples = self._added(self.samples, self._sums(samples))
        self.real = self._added(self.real, self._sums(real))
        self.counts = (self.counts[0] + len(samples), self.counts[1] + len(real))

    def compute(self) -> Tensor:
        """Give the distance in all batches; not a number before the first."""
        if self.samples is None or self.real is None:
            return torch.tensor(float("nan"))
        return self._distance(self.samples, self.real, self.counts)

    def _sums(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Add up features and their products, in double precision on the CPU."""
        x = features.detach().cpu().double()
        return x.sum(dim=0), x.T @ x

    def _added(
        self, before: tuple[Tensor, Tensor] | None, more: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        return more if before is None else (before[0] + more[0], before[1] + more[1])

    def _distance(
        self,
        samples: tuple[Tensor, Tensor],
        real: tuple[Tensor, Tensor],
        counts: tuple[int, int],
    ) -> Tensor:
        if min(counts) < 2:
            return torch.tensor(float("nan"))
        mean, covariance = self._gaussian(*samples, counts[0])
        true_mean, true_covariance = self._gaussian(*real, counts[1])
        # the trace of the root of the product: the root of its eigenvalues, summed
        values, vectors = torch.linalg.eigh(covariance)
        root = vectors * values.clamp(min=0).sqrt() @ vectors.T
        shared = torch.linalg.eigvalsh(root @ true_covariance @ root)
        overlap = 2 * shared.clamp(min=0).sqrt().sum()
        spread = covariance.trace() + true_covariance.trace() - overlap
        distance: Tensor = (mean - true_mean).square().sum() + spread
        return distance.float()

    def _gaussian(
        self, total: Tensor, products: Tensor, count: int
    ) -> tuple[Tensor, Tensor]:
        mean = total / count
        covariance = (products - count * torch.outer(mean, mean)) / (count - 1)
        return mean, covariance
