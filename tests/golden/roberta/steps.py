"""Training steps, evaluations and previews of RoBERTa."""

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

    def __init__(self, vocabulary: int = 50265) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def forward(self, tokens: Tensor, chosen: Tensor) -> Tensor:
        x = chosen & (torch.rand(tokens.shape, device=tokens.device) < 0.8)
        y = torch.where(x, torch.full_like(tokens, 3), tokens)
        x = chosen & ~x & (torch.rand(tokens.shape, device=tokens.device) < 0.5)
        return torch.where(x, torch.randint_like(tokens, 4, self.vocabulary), y)


class Hide(nn.Module):
    """Some tokens are chosen, and most of those hidden."""

    def __init__(self, vocabulary: int = 50265, share: float = 0.15) -> None:
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
    """What was hidden, in gaps that are drawn anew each time."""

    def __init__(
        self,
        roberta: nn.Module,
        lm_head: nn.Module,
        vocabulary: int = 50265,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.roberta = roberta
        self.lm_head = lm_head
        self.hide = Hide(vocabulary=vocabulary, share=share)
        self.found_out = Accuracy(class_dim=-1, ignore_index=-100)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        tokens, answers = self.hide(tokens)
        hidden, _, table = self.roberta(tokens)
        logits = self.lm_head(hidden, table)  # (B, T, 50265)
        loss = F.cross_entropy(
            logits.flatten(0, 1), answers.flatten(), ignore_index=-100
        )
        return loss, self.found_out(logits, answers)


class Evaluate(nn.Module):
    """Share of hidden tokens found out."""

    def __init__(
        self,
        roberta: nn.Module,
        lm_head: nn.Module,
        vocabulary: int = 50265,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.roberta = roberta
        self.lm_head = lm_head
        self.hide = Hide(vocabulary=vocabulary, share=share)
        self.found_out = Accuracy(class_dim=-1, ignore_index=-100)

    def forward(self, tokens: Tensor) -> None:
        tokens, answers = self.hide(tokens)
        hidden, _, table = self.roberta(tokens)
        self.found_out.update(self.lm_head(hidden, table), answers)

    def compute(self) -> dict[str, Tensor]:
        return {"found_out": self.found_out.compute()}

    def reset(self) -> None:
        self.found_out.reset()


class Fill(nn.Module):
    """What the model is shown, and what it puts into the gaps."""

    def __init__(
        self,
        roberta: nn.Module,
        lm_head: nn.Module,
        vocabulary: int = 50265,
        share: float = 0.15,
    ) -> None:
        super().__init__()
        self.roberta = roberta
        self.lm_head = lm_head
        self.hide = Hide(vocabulary=vocabulary, share=share)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        shown, answers = self.hide(tokens)
        hidden, _, table = self.roberta(shown)
        x = self.lm_head(hidden, table).argmax(dim=-1)
        return shown, torch.where(answers != -100, x, shown)
