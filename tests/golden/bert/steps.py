"""Training steps, evaluations and previews of BERT."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Choose", "Evaluate", "Exchange", "Fill", "Hide", "TrainStep"]


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


class Choose(nn.Module):
    """Which tokens are asked for; no marks."""

    def __init__(self, share: float = 0.15) -> None:
        super().__init__()
        self.share = share

    def forward(self, tokens: Tensor) -> Tensor:
        x = torch.rand(tokens.shape, device=tokens.device) < self.share
        return x & (tokens >= 4)


class Exchange(nn.Module):
    """Of the chosen tokens 8 in 10 are hidden, 1 in 10 becomes another."""

    def __init__(self, vocabulary: int = 30522) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def forward(self, tokens: Tensor, chosen: Tensor) -> Tensor:
        x = chosen & (torch.rand(tokens.shape, device=tokens.device) < 0.8)
        y = torch.where(x, torch.full_like(tokens, 3), tokens)
        x = chosen & ~x & (torch.rand(tokens.shape, device=tokens.device) < 0.5)
        return torch.where(x, torch.randint_like(tokens, 4, self.vocabulary), y)


class Hide(nn.Module):
    """Some tokens are chosen, and most of those hidden."""

    def __init__(self, vocabulary: int = 30522, share: float = 0.15) -> None:
        super().__init__()
        self.choose = Choose(share=share)
        self.exchange = Exchange(vocabulary=vocabulary)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        chosen = self.choose(tokens)
        return (
            self.exchange(tokens, chosen),
            torch.where(chosen, tokens, torch.full_like(tokens, -100)),
        )


class TrainStep(nn.Module):
    """What was hidden, and whether the second text follows the first."""

    def __init__(
        self,
        bert: nn.Module,
        cls: nn.Module,
        vocabulary: int = 30522,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.bert = bert
        self.cls = cls
        self.hide = Hide(vocabulary=vocabulary, share=share)

    def forward(
        self, tokens: Tensor, segments: Tensor, follows: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        tokens, answers = self.hide(tokens)
        hidden, pooled, table = self.bert(tokens, segments)
        logits, x = self.cls(hidden, pooled, table)
        masked = F.cross_entropy(
            logits.flatten(0, 1), answers.flatten(), ignore_index=-100
        )
        pair = F.cross_entropy(x, follows)  # ()
        return masked + pair, masked, pair


class Evaluate(nn.Module):
    """Share of hidden tokens found out, and of pairs judged right."""

    def __init__(
        self,
        bert: nn.Module,
        cls: nn.Module,
        vocabulary: int = 30522,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.bert = bert
        self.cls = cls
        self.hide = Hide(vocabulary=vocabulary, share=share)
        self.found_out = Accuracy(class_dim=-1, ignore_index=-100)
        self.pairs = Accuracy()

    def forward(self, tokens: Tensor, segments: Tensor, follows: Tensor) -> None:
        tokens, answers = self.hide(tokens)
        hidden, pooled, table = self.bert(tokens, segments)
        logits, x = self.cls(hidden, pooled, table)
        self.found_out.update(logits, answers)
        self.pairs.update(x, follows)

    def compute(self) -> dict[str, Tensor]:
        return {"found_out": self.found_out.compute(), "pairs": self.pairs.compute()}

    def reset(self) -> None:
        self.found_out.reset()
        self.pairs.reset()


class Fill(nn.Module):
    """What the model is shown, and what it puts into the gaps."""

    def __init__(
        self,
        bert: nn.Module,
        cls: nn.Module,
        vocabulary: int = 30522,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.bert = bert
        self.cls = cls
        self.hide = Hide(vocabulary=vocabulary, share=share)

    def forward(self, tokens: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        shown, answers = self.hide(tokens)
        hidden, pooled, table = self.bert(shown, segments)
        logits, _ = self.cls(hidden, pooled, table)
        return shown, torch.where(answers != -100, logits.argmax(dim=-1), shown)
