"""Training steps, evaluations and previews of fastText."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Neighbours", "TrainStep"]


class Perplexity(nn.Module):
    """e to the mean cross-entropy of all tokens.

    Logits hold the classes in their last dimension; targets equal to ``ignore_index``
    do not count.
    """

    def __init__(self, ignore_index: int = -100) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.nats = 0.0
        self.count = 0

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the perplexity of this batch alone."""
        nats, count = self._nats(logits, target)
        return (nats / count).exp()

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Add a batch."""
        nats, count = self._nats(logits, target)
        self.nats += nats.item()
        self.count += int(count)

    def compute(self) -> Tensor:
        """Give the perplexity of all batches; not a number before the first."""
        return (torch.tensor(self.nats) / self.count).exp()

    def _nats(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        flat, right = logits.flatten(0, -2).float(), target.flatten()
        ignored = self.ignore_index
        nats = F.cross_entropy(flat, right, ignore_index=ignored, reduction="sum")
        return nats, (right != ignored).sum()


class TrainStep(nn.Module):
    """The right word must be told from words that are drawn by how common they are."""

    def __init__(
        self,
        word_vectors: nn.Module,
        context_vectors: nn.Module,
        negatives: int = 5,
        smoothing: float = 0.75,
    ) -> None:
        super().__init__()
        self.negatives = negatives
        self.smoothing = smoothing
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors

    def forward(
        self, centre: Tensor, spelling: Tensor, context: Tensor, frequency: Tensor
    ) -> Tensor:
        x = self.word_vectors(spelling[centre]).unsqueeze(1)  # (B, 1, 100)
        vectors = self.context_vectors(context.unsqueeze(1))  # (B, 1, 100)
        y = (frequency**self.smoothing).expand(context.shape[0], -1)
        y = torch.multinomial(y, self.negatives, replacement=True)  # (B, negatives)
        y = (self.context_vectors(y) * x).sum(dim=-1)
        x = F.logsigmoid((x * vectors).sum(dim=-1))  # (B, 1)
        y = (x + F.logsigmoid(-y).sum(dim=1, keepdim=True)).mean()  # ()
        return -y  # ()


class Evaluate(nn.Module):
    """Among how many words the model seems to choose, over a whole split."""

    def __init__(
        self,
        word_vectors: nn.Module,
        context_vectors: nn.Module,
        smoothing: float = 0.75,
    ) -> None:
        super().__init__()
        self.smoothing = smoothing
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.perplexity = Perplexity()

    def forward(
        self, centre: Tensor, spelling: Tensor, context: Tensor, frequency: Tensor
    ) -> None:
        x = torch.arange(frequency.shape[0], device=frequency.device).unsqueeze(0)
        y = self.word_vectors(spelling[centre]).unsqueeze(1)  # (B, 1, 100)
        x = self.context_vectors(x).transpose(1, 2)
        x = y @ x + frequency.log() * self.smoothing
        self.perplexity.update(x, context.unsqueeze(1))

    def compute(self) -> dict[str, Tensor]:
        return {"perplexity": self.perplexity.compute()}

    def reset(self) -> None:
        self.perplexity.reset()


class Neighbours(nn.Module):
    """Words that the text never had, and those whose vectors are most alike."""

    def __init__(self, word_vectors: nn.Module) -> None:
        super().__init__()
        self.word_vectors = word_vectors

    def forward(
        self, centre: Tensor, spelling: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        x = self.word_vectors(spelling[centre]).unsqueeze(1)  # (B, 1, 100)
        y = self.word_vectors(spelling).unsqueeze(0)
        y = (F.normalize(x, dim=-1) @ F.normalize(y, dim=-1).mT).squeeze(1)
        _, indices = y.topk(3)
        return centre, indices[:, 1], indices[:, 2]
