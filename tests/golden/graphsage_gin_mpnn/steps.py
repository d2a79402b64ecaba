"""Training steps, evaluations and previews of GraphSAGE, GIN and gated graph
networks."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Classify", "Evaluate", "TrainStep"]


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


class TrainStep(nn.Module):
    """The whole graph at once; only the labels in the mask are looked at."""

    def __init__(self, graphsage_gin_mpnn: nn.Module) -> None:
        super().__init__()
        self.graphsage_gin_mpnn = graphsage_gin_mpnn
        self.accuracy = Accuracy(ignore_index=-100)

    def forward(
        self, x: Tensor, edge_index: Tensor, label: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        logits = self.graphsage_gin_mpnn(x, edge_index)
        x = torch.where(mask, label, torch.full_like(label, -100))
        return F.cross_entropy(logits, x, ignore_index=-100), self.accuracy(logits, x)


class Evaluate(nn.Module):
    """Accuracy over the vertices in the mask."""

    def __init__(self, graphsage_gin_mpnn: nn.Module) -> None:
        super().__init__()
        self.graphsage_gin_mpnn = graphsage_gin_mpnn
        self.accuracy = Accuracy(ignore_index=-100)

    def forward(
        self, x: Tensor, edge_index: Tensor, label: Tensor, mask: Tensor
    ) -> None:
        logits = self.graphsage_gin_mpnn(x, edge_index)
        self.accuracy.update(
            logits, torch.where(mask, label, torch.full_like(label, -100))
        )

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Classify(nn.Module):
    """The most likely class of every vertex."""

    def __init__(self, graphsage_gin_mpnn: nn.Module) -> None:
        super().__init__()
        self.graphsage_gin_mpnn = graphsage_gin_mpnn

    def forward(self, x: Tensor, edge_index: Tensor) -> tuple[Tensor, Tensor]:
        return edge_index, self.graphsage_gin_mpnn(x, edge_index).argmax(dim=1)
