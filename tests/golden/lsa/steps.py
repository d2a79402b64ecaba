"""Training steps, evaluations and previews of Latent semantic analysis."""

from operator import attrgetter

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Decompose", "Evaluate", "Neighbours", "Rarity", "TfIdf"]


class VarianceRatio(nn.Module):
    """Sum of the variances of all numbers of one, over that of the other."""

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.sums: list[Tensor] | None = None
        self.count = 0

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._ratio([self._sums(a), self._sums(b)], len(a))

    def update(self, a: Tensor, b: Tensor) -> None:
        """Add a batch."""
        before = self.sums or [torch.zeros(()), torch.zeros(())]
        self.sums = [old + self._sums(x) for old, x in zip(before, (a, b), strict=True)]
        self.count += len(a)

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if self.sums is None:
            return torch.tensor(float("nan"))
        return self._ratio(self.sums, self.count)

    def _sums(self, x: Tensor) -> Tensor:
        """Add up each number and its square, in double precision on the CPU: (2, F)."""
        flat = x.detach().cpu().double().reshape(len(x), -1)
        return torch.stack([flat.sum(dim=0), flat.square().sum(dim=0)])

    def _ratio(self, sums: list[Tensor], count: int) -> Tensor:
        a, b = ((squares - total.square() / count).sum() for total, squares in sums)
        ratio: Tensor = a / b
        return ratio.float()


def assign(model: nn.Module, key: str, value: Tensor) -> Tensor:
    """Write a value to the parameter or buffer of that key, if the model is training.

    Give the value, so that what needs it waits for the writing.
    """
    kept: Tensor = attrgetter(key)(model)
    if kept.shape != value.shape:
        wanted, came = tuple(kept.shape), tuple(value.shape)
        raise ValueError(f"Expected a value {wanted} for {key}; {came} came.")
    if model.training:
        with torch.no_grad():
            kept.copy_(value)
    return value


def truncated_svd(matrix: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """Take a matrix apart, and keep the k largest singular values.

    (..., M, N) -> (..., M, k), (..., k), (..., k, N). The largest number of each row of
    the last is positive, since the signs of both sides could be turned together. Where
    there are fewer values, zeros follow.
    """
    u, s, vh = torch.linalg.svd(matrix, full_matrices=False)
    more = max(k - s.shape[-1], 0)
    u, s = (F.pad(part, (0, more))[..., :k] for part in (u, s))
    vh = F.pad(vh, (0, 0, 0, more))[..., :k, :]
    largest = vh.abs().argmax(dim=-1, keepdim=True)
    signs = vh.gather(-1, largest).sign()  # (..., k, 1)
    return u * signs.mT, s, vh * signs


class Rarity(nn.Module):
    """1 - log of the share of documents that have each word, with one more that has
    them all.
    """

    def forward(self, counts: Tensor) -> Tensor:
        x = F.pad((counts > 0).float(), (0, 0, 0, 1), value=1.0).mean(dim=0)
        return 1.0 - x.log()


class TfIdf(nn.Module):
    """Each word's count by how rare it is, each document brought to length 1."""

    def forward(self, counts: Tensor, idf: Tensor) -> Tensor:
        return F.normalize(counts * idf, dim=-1)


class Decompose(nn.Module):
    """All documents at once: what is found is written into the model."""

    def __init__(self, lsa: nn.Module, factors: int = 100) -> None:
        super().__init__()
        self.factors = factors
        self.lsa = lsa
        self.rarity = Rarity()
        self.tf_idf = TfIdf()
        self.explained = VarianceRatio()

    def forward(self, counts: Tensor) -> Tensor:
        x = assign(self.lsa, "idf", self.rarity(counts))
        x = self.tf_idf(counts, x)
        u, s, vh = truncated_svd(x, self.factors)
        explained: Tensor = self.explained(
            u * s @ assign(self.lsa, "svd.components", vh), x
        )
        return explained


class Evaluate(nn.Module):
    """How much of the variance of documents is kept, and how much chance would keep."""

    def __init__(self, lsa: nn.Module, chance: nn.Module) -> None:
        super().__init__()
        self.lsa = lsa
        self.chance = chance
        self.explained = VarianceRatio()
        self.by_chance = VarianceRatio()
        self.times_chance = VarianceRatio()

    def forward(self, counts: Tensor) -> None:
        concepts, x = self.lsa(counts)
        places = self.chance(x)  # (B, 100)
        self.explained.update(concepts, x)
        self.by_chance.update(places, x)
        self.times_chance.update(concepts, places)

    def compute(self) -> dict[str, Tensor]:
        return {
            "explained": self.explained.compute(),
            "by_chance": self.by_chance.compute(),
            "times_chance": self.times_chance.compute(),
        }

    def reset(self) -> None:
        self.explained.reset()
        self.by_chance.reset()
        self.times_chance.reset()


class Neighbours(nn.Module):
    """The word that marks each document most, and the words that are nearest to it."""

    def __init__(self, lsa: nn.Module) -> None:
        super().__init__()
        self.lsa = lsa

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        _, x = self.lsa(counts)
        concepts, _ = self.lsa(torch.eye(counts.shape[1], device=counts.device))
        x = concepts.index_select(0, x.argmax(dim=1)).unsqueeze(1)  # (B, 1, 100)
        x = F.normalize(x, dim=-1) @ F.normalize(concepts.unsqueeze(0), dim=-1).mT
        _, indices = x.squeeze(1).topk(3)
        return indices[:, 0], indices[:, 1], indices[:, 2]
