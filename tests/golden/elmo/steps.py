"""Training steps, evaluations and previews of ELMo."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "EvaluateReading", "LearnSenses", "Pretrain", "Senses"]


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


class Pretrain(nn.Module):
    """How surprising each word is to who has read up to it, and to who reads
    backwards.
    """

    def __init__(self, elmo: nn.Module, softmax: nn.Module) -> None:
        super().__init__()
        self.elmo = elmo
        self.softmax = softmax

    def forward(self, characters: Tensor, words: Tensor) -> Tensor:
        _, forward, backward = self.elmo(characters)
        logits = self.softmax(forward[:, :-1])
        last = self.softmax(backward[:, 1:])
        x = F.cross_entropy(logits.flatten(0, 1), words[:, 1:].flatten())  # ()
        y = F.cross_entropy(last.flatten(0, 1), words[:, :-1].flatten())  # ()
        return (x + y) / 2  # ()


class LearnSenses(nn.Module):
    """The few sentences whose senses are known; what reads them stays as it is."""

    def __init__(self, elmo: nn.Module, mix: nn.Module, tagger: nn.Module) -> None:
        super().__init__()
        self.elmo = elmo
        self.mix = mix
        self.tagger = tagger

    def forward(self, characters: Tensor, sense: Tensor) -> Tensor:
        layers, _, _ = self.elmo(characters)
        layers = self.mix(layers)
        loss = F.cross_entropy(self.tagger(layers).flatten(0, 1), sense.flatten())  # ()
        return loss


class EvaluateReading(nn.Module):
    """Among how many words each direction seems to choose, over a whole split."""

    def __init__(self, elmo: nn.Module, softmax: nn.Module) -> None:
        super().__init__()
        self.elmo = elmo
        self.softmax = softmax
        self.perplexity_forward = Perplexity()
        self.perplexity_backward = Perplexity()

    def forward(self, characters: Tensor, words: Tensor) -> None:
        _, forward, backward = self.elmo(characters)
        logits = self.softmax(forward[:, :-1])
        last = self.softmax(backward[:, 1:])
        self.perplexity_forward.update(logits, words[:, 1:])
        self.perplexity_backward.update(last, words[:, :-1])

    def compute(self) -> dict[str, Tensor]:
        return {
            "forward": self.perplexity_forward.compute(),
            "backward": self.perplexity_backward.compute(),
        }

    def reset(self) -> None:
        self.perplexity_forward.reset()
        self.perplexity_backward.reset()


class Evaluate(nn.Module):
    """How often the sense of a word is told, over a whole split."""

    def __init__(self, elmo: nn.Module, mix: nn.Module, tagger: nn.Module) -> None:
        super().__init__()
        self.elmo = elmo
        self.mix = mix
        self.tagger = tagger
        self.accuracy = Accuracy(class_dim=-1)

    def forward(self, characters: Tensor, sense: Tensor) -> None:
        layers, _, _ = self.elmo(characters)
        layers = self.mix(layers)  # (B, T, 1024)
        self.accuracy.update(self.tagger(layers), sense)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Senses(nn.Module):
    """A word from the middle of each sentence, what it is taken for and what it was
    meant as.
    """

    def __init__(self, elmo: nn.Module, mix: nn.Module, tagger: nn.Module) -> None:
        super().__init__()
        self.elmo = elmo
        self.mix = mix
        self.tagger = tagger

    def forward(
        self, characters: Tensor, words: Tensor, sense: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        layers, _, _ = self.elmo(characters)
        layers = self.mix(layers)  # (B, T, 1024)
        layers = self.tagger(layers).argmax(dim=2)
        return words[:, 8], layers[:, 8].float(), sense[:, 8].float()
