"""Training steps, evaluations and previews of WaveNet."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Continue", "Evaluate", "NextSample", "TrainStep", "Vectors"]


def mu_law_encode(x: Tensor, channels: int = 256) -> Tensor:
    """Give classes from 0 to ``channels`` - 1 for samples from -1 to 1."""
    mu = channels - 1
    squeezed = x.sign() * (mu * x.abs()).log1p() / math.log1p(mu)
    return ((squeezed + 1) / 2 * mu + 0.5).clamp(0, mu).long()


def mu_law_decode(x: Tensor, channels: int = 256) -> Tensor:
    """Give samples from -1 to 1 for classes from 0 to ``channels`` - 1."""
    mu = channels - 1
    squeezed = 2 * x.float() / mu - 1
    return squeezed.sign() * (squeezed.abs() * math.log1p(mu)).expm1() / mu


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


class Vectors(nn.Module):
    """Each class as a vector with a single 1, in the channels."""

    def __init__(self, classes: int = 256) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, heard: Tensor) -> Tensor:
        return F.one_hot(heard, self.classes).float().movedim(-1, 1)


class TrainStep(nn.Module):
    """At each place, how surprising the next sample was."""

    def __init__(self, wavenet: nn.Module, classes: int = 256) -> None:
        super().__init__()
        self.classes = classes
        self.wavenet = wavenet
        self.vectors = Vectors(classes=classes)

    def forward(self, sound: Tensor) -> tuple[Tensor, Tensor]:
        x = mu_law_encode(sound, self.classes)
        vectors = self.vectors(x[:, :-1])
        loss = F.cross_entropy(self.wavenet(vectors), x[:, 1:])  # ()
        return loss, loss * (1 / 0.6931471805599453)


class Evaluate(nn.Module):
    """Bits that each sample costs, over a whole split."""

    def __init__(self, wavenet: nn.Module, classes: int = 256) -> None:
        super().__init__()
        self.classes = classes
        self.wavenet = wavenet
        self.vectors = Vectors(classes=classes)
        self.bits = BitsPerCharacter()

    def forward(self, sound: Tensor) -> None:
        x = mu_law_encode(sound, self.classes)
        vectors = self.vectors(x[:, :-1])
        vectors = self.wavenet(vectors).movedim(1, -1)
        self.bits.update(vectors, x[:, 1:])

    def compute(self) -> dict[str, Tensor]:
        return {"bits": self.bits.compute()}

    def reset(self) -> None:
        self.bits.reset()


class NextSample(nn.Module):
    """One more sample, drawn by what was heard; the oldest is forgotten."""

    def __init__(self, wavenet: nn.Module, classes: int = 256) -> None:
        super().__init__()
        self.wavenet = wavenet
        self.vectors = Vectors(classes=classes)

    def forward(self, heard: Tensor) -> Tensor:
        vectors = self.vectors(heard)
        vectors = self.wavenet(vectors)[..., -1]  # (B, 256)
        vectors = torch.multinomial(vectors.softmax(dim=-1), 1).squeeze(-1)  # (B,)
        return torch.cat([heard[:, 1:], vectors.unsqueeze(1)], dim=1)


class Continue(nn.Module):
    """A sound, and how the model goes on from its first part."""

    def __init__(
        self,
        wavenet: nn.Module,
        classes: int = 256,
        length: int = 8192,
        ahead: int = 160,
    ) -> None:
        super().__init__()
        self.classes = classes
        self.length = length
        self.ahead = ahead
        self.sample = NextSample(wavenet, classes=classes)

    def forward(self, sound: Tensor) -> Tensor:
        x = mu_law_encode(sound, self.classes)
        heard = x[:, : self.length - self.ahead]  # (B, length - ahead)
        for _ in range(self.ahead):
            heard = self.sample(heard)
        x = torch.cat([x[:, self.ahead :], heard], dim=0)
        return mu_law_decode(x, self.classes)
