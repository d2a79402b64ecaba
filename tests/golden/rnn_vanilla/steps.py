"""Training steps, evaluations and previews of Recurrent net (Elman)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "TrainStep", "Write"]


class BitsPerCharacter(nn.Module):
    """Cross-entropy of the characters in bits: all nats, over ln 2 and their number.

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
        """Give the bits per character of this batch alone."""
        nats, count = self._nats(logits, target)
        return nats / math.log(2) / count

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Add a batch."""
        nats, count = self._nats(logits, target)
        self.nats += nats.item()
        self.count += int(count)

    def compute(self) -> Tensor:
        """Give the bits per character of all batches; not a number before the first."""
        return torch.tensor(self.nats / math.log(2)) / self.count

    def _nats(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        flat, right = logits.flatten(0, -2).float(), target.flatten()
        ignored = self.ignore_index
        nats = F.cross_entropy(flat, right, ignore_index=ignored, reduction="sum")
        return nats, (right != ignored).sum()


def generate_tokens(
    model: nn.Module, tokens: Tensor, count: int, context: int, temperature: float
) -> Tensor:
    """Append ``count`` tokens, each drawn by the scores that the model gives to the
    last ``context`` of them.

    tokens (B, T) -> (B, T + count); temperature 0 takes the likeliest.
    """
    for _ in range(count):
        logits: Tensor = model(tokens[:, -context:])[:, -1]  # (B, C)
        if temperature == 0:
            following = logits.argmax(dim=-1, keepdim=True)
        else:
            following = torch.multinomial((logits / temperature).softmax(dim=-1), 1)
        tokens = torch.cat([tokens, following], dim=1)
    return tokens


class TrainStep(nn.Module):
    """At each place, how surprising the token was that came next."""

    def __init__(self, rnn_vanilla: nn.Module) -> None:
        super().__init__()
        self.rnn_vanilla = rnn_vanilla

    def forward(self, tokens: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.rnn_vanilla(tokens)  # (B, T, 65)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())  # ()
        return loss, loss * (1 / 0.6931471805599453)


class Evaluate(nn.Module):
    """Bits that each token costs, over a whole split."""

    def __init__(self, rnn_vanilla: nn.Module) -> None:
        super().__init__()
        self.rnn_vanilla = rnn_vanilla
        self.bits = BitsPerCharacter()

    def forward(self, tokens: Tensor, targets: Tensor) -> None:
        self.bits.update(self.rnn_vanilla(tokens), targets)

    def compute(self) -> dict[str, Tensor]:
        return {"bits": self.bits.compute()}

    def reset(self) -> None:
        self.bits.reset()


class Write(nn.Module):
    """The model goes on from the beginning of a text, one token after the other."""

    def __init__(self, rnn_vanilla: nn.Module, context: int = 64) -> None:
        super().__init__()
        self.context = context
        self.rnn_vanilla = rnn_vanilla

    def forward(self, tokens: Tensor) -> Tensor:
        return generate_tokens(self.rnn_vanilla, tokens, 200, self.context, 1.0)
