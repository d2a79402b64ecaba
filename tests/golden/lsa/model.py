"""Latent semantic analysis."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["LSA", "Projection", "TfIdf", "chance", "lsa"]


class TfIdf(nn.Module):
    """Each word's count by how rare it is, each document brought to length 1."""

    def forward(self, counts: Tensor, idf: Tensor) -> Tensor:
        return F.normalize(counts * idf, dim=-1)


class Projection(nn.Module):
    """Where documents lie along some directions; these are of chance until others are
    written.
    """

    def __init__(self, vocabulary: int = 5823, factors: int = 100) -> None:
        super().__init__()
        self.components = nn.Buffer(
            1 / vocabulary**0.5 * torch.randn(factors, vocabulary)
        )

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.components.transpose(0, 1)  # (B, factors)


class LSA(nn.Module):
    """Documents by their words, and by few concepts."""

    def __init__(self, vocabulary: int = 5823, factors: int = 100) -> None:
        super().__init__()
        self.idf = nn.Buffer(torch.ones(vocabulary))
        self.tf_idf = TfIdf()
        self.svd = Projection(vocabulary=vocabulary, factors=factors)

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor]:
        x = self.tf_idf(counts, self.idf)
        return self.svd(x), x


def lsa(vocabulary: int = 5823, factors: int = 100) -> LSA:
    """The lsa model with the values of the "paper" preset as defaults."""
    return LSA(vocabulary=vocabulary, factors=factors)


def chance(vocabulary: int = 5823, factors: int = 100) -> Projection:
    """The chance model with the values of the "paper" preset as defaults."""
    return Projection(vocabulary=vocabulary, factors=factors)
