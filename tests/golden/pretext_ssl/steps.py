"""Training steps, evaluations and previews of Pretext task: rotation."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Probe", "Rotations", "TrainStep", "Turned"]


class Accuracy(nn.Module):
    """Share of targets that are among the ``top_k`` highest logits.

    ``class_dim`` is the dimension of the classes in the logits; targets equal to
    ``ignore_index`` do not count.
    """

    def __init__(
        self,
        top_k: int = 1,
        class_dim: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.top_k = top_k
        self.class_dim = class_dim
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.right = 0
        self.count = 0

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._right(logits, target).float().mean()

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        right = self._right(logits, target)
        self.right += int(right.sum())
        self.count += right.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.right) / self.count

    def _right(self, logits: Tensor, target: Tensor) -> Tensor:
        best = logits.topk(self.top_k, dim=self.class_dim).indices
        right = (best == target.unsqueeze(self.class_dim)).any(dim=self.class_dim)
        if self.ignore_index is not None:
            right = right[target != self.ignore_index]
        return right


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
    """Each image in four directions, and which of them is which."""

    def __init__(self, pretext_ssl: nn.Module) -> None:
        super().__init__()
        self.pretext_ssl = pretext_ssl
        self.accuracy = Accuracy()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = image.rot90(1, dims=(-2, -1))
        y = image.rot90(2, dims=(-2, -1))
        y = torch.stack([image, x, y, image.rot90(3, dims=(-2, -1))], dim=1)
        logits, _ = self.pretext_ssl(torch.flatten(y, 0, 1))
        y = torch.arange(y.shape[1], device=y.device).expand(y.shape[0], -1)  # (B, 4)
        y = torch.flatten(y, 0)  # (4*B,)
        return F.cross_entropy(logits, y), self.accuracy(logits, y)


class Probe(nn.Module):
    """What a linear classifier reads off a view's representation, from one label of
    each class.
    """

    def __init__(self, pretext_ssl: nn.Module) -> None:
        super().__init__()
        self.pretext_ssl = pretext_ssl
        self.probe = LinearProbe(per_class=1, repeats=30)

    def forward(self, view_a: Tensor, label: Tensor) -> None:
        _, representation = self.pretext_ssl(view_a)
        self.probe.update(representation, label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.probe.compute()}

    def reset(self) -> None:
        self.probe.reset()


class Rotations(nn.Module):
    """How often a turn is told, over a whole split."""

    def __init__(self, pretext_ssl: nn.Module) -> None:
        super().__init__()
        self.pretext_ssl = pretext_ssl
        self.accuracy = Accuracy()

    def forward(self, image: Tensor) -> None:
        x = image.rot90(1, dims=(-2, -1))
        y = image.rot90(2, dims=(-2, -1))
        y = torch.stack([image, x, y, image.rot90(3, dims=(-2, -1))], dim=1)
        logits, _ = self.pretext_ssl(torch.flatten(y, 0, 1))
        y = torch.arange(y.shape[1], device=y.device).expand(y.shape[0], -1)  # (B, 4)
        self.accuracy.update(logits, torch.flatten(y, 0))

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Turned(nn.Module):
    """Images, turned, and turned back as the net says: where it wavers, several at
    once.
    """

    def __init__(self, pretext_ssl: nn.Module) -> None:
        super().__init__()
        self.pretext_ssl = pretext_ssl

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        turned = image.rot90(1, dims=(-2, -1))
        logits, _ = self.pretext_ssl(turned)
        x = turned.rot90(-1, dims=(-2, -1))
        y = turned.rot90(-2, dims=(-2, -1))
        y = torch.stack([turned, x, y, turned.rot90(-3, dims=(-2, -1))], dim=1)
        return turned, torch.einsum("bk,bkchw->bchw", F.softmax(logits, dim=1), y)
