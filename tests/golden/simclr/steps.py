"""Training steps, evaluations and previews of SimCLR."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Likeness", "Probe", "TrainStep", "Views"]


def nt_xent_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Give how hard each view's twin is to find: (B, F), (B, F) -> (2B,).

    No view is compared with itself.
    """
    views = F.normalize(torch.cat([first, second]), dim=1)
    count = len(first)
    itself = torch.eye(2 * count, dtype=torch.bool, device=views.device)
    logits = (views @ views.T / temperature).masked_fill(itself, -torch.inf)
    twins = torch.arange(2 * count, device=views.device).roll(count)
    return F.cross_entropy(logits, twins, reduction="none")


class LinearProbe(nn.Module):
    """Accuracy of a linear classifier that saw ``per_class`` examples of each class.

    A ridge regression to one-hot classes is fitted on the first ``per_class`` examples
    of each, and scored on all others; ``repeats`` fits, each on the next examples of
    every class, are averaged, as many as there are examples for.
    """

    def __init__(
        self,
        per_class: int = 5,
        repeats: int = 1,
        penalty: float = 1.0,
    ) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.per_class = per_class
        self.repeats = repeats
        self.penalty = penalty
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.features: list[Tensor] = []
        self.target: list[Tensor] = []

    def forward(self, features: Tensor, target: Tensor) -> Tensor:
        """Give the accuracy within this batch alone; not a number where it is short."""
        return self._score(features, target)

    def update(self, features: Tensor, target: Tensor) -> None:
        """Collect a batch."""
        self.features.append(features.detach())
        self.target.append(target.detach())

    def compute(self) -> Tensor:
        """Give the accuracy over all batches; not a number before the first."""
        if not self.features:
            return torch.tensor(float("nan"))
        return self._score(torch.cat(self.features), torch.cat(self.target))

    def _score(self, features: Tensor, target: Tensor) -> Tensor:
        x = features.detach().cpu().double().flatten(1)
        target = target.cpu()
        x = (x - x.mean(dim=0)) / x.std(dim=0, correction=0).clamp(min=1e-6)
        x = F.pad(x, (0, 1), value=1.0)
        order = self._place_in_class(target)
        fits = min(self.repeats, self._smallest_class(target) // self.per_class)
        turns = [order // self.per_class == turn for turn in range(max(1, fits))]
        scores = [self._fit_and_score(x, target, seen) for seen in turns]
        return torch.stack(scores).mean()

    def _place_in_class(self, target: Tensor) -> Tensor:
        """Count how many of its class came before each example."""
        one_hot = F.one_hot(target)
        return (one_hot.cumsum(dim=0) * one_hot).sum(dim=1) - 1

    def _smallest_class(self, target: Tensor) -> int:
        """Count the examples of the class that has the fewest, but some."""
        counts = target.bincount()
        return int(counts[counts > 0].min())

    def _fit_and_score(self, x: Tensor, target: Tensor, seen: Tensor) -> Tensor:
        known, wanted = x[seen], F.one_hot(target)[seen].double()
        square = known.T @ known + self.penalty * torch.eye(x.shape[1]).double()
        weights = torch.linalg.solve(square, known.T @ wanted)
        right: Tensor = (x[~seen] @ weights).argmax(dim=1) == target[~seen]
        return right.float().mean()


class TrainStep(nn.Module):
    """Each view must find its twin among all other views of the batch."""

    def __init__(self, simclr: nn.Module, temperature: float = 0.5) -> None:
        super().__init__()
        self.temperature = temperature
        self.simclr = simclr

    def forward(self, view_a: Tensor, view_b: Tensor) -> Tensor:
        projection, _ = self.simclr(view_a)
        projection_b, _ = self.simclr(view_b)
        return nt_xent_loss(projection, projection_b, self.temperature).mean()  # ()


class Probe(nn.Module):
    """What a linear classifier reads off a view's representation, from one label of
    each class.
    """

    def __init__(self, simclr: nn.Module) -> None:
        super().__init__()
        self.simclr = simclr
        self.probe = LinearProbe(per_class=1, repeats=30)

    def forward(self, view_a: Tensor, label: Tensor) -> None:
        _, representation = self.simclr(view_a)
        self.probe.update(representation, label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.probe.compute()}

    def reset(self) -> None:
        self.probe.reset()


class Views(nn.Module):
    """The two views of each image that are to mean the same."""

    def forward(self, view_a: Tensor, view_b: Tensor) -> tuple[Tensor, Tensor]:
        return view_a, view_b


class Likeness(nn.Module):
    """How alike the views are: a row for each, a column for each twin, twins on the
    diagonal.
    """

    def __init__(self, simclr: nn.Module) -> None:
        super().__init__()
        self.simclr = simclr

    def forward(self, view_a: Tensor, view_b: Tensor) -> Tensor:
        projection, _ = self.simclr(view_a)
        projection_b, _ = self.simclr(view_b)
        term = F.normalize(projection_b, dim=-1).mT
        likeness = F.normalize(projection, dim=-1) @ term  # (B, B)
        return likeness
