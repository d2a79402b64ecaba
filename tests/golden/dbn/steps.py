"""Training steps, evaluations and previews of Deep belief network."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Contrast",
    "Down",
    "Evaluate",
    "FineTune",
    "FreeEnergy",
    "Gibbs",
    "Greedy1",
    "Greedy2",
    "Greedy3",
    "Rebuild",
    "Up",
]


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


class Up(nn.Module):
    """How likely each hidden unit is 1, given the visible ones."""

    def forward(self, visible: Tensor, w: Tensor, hbias: Tensor) -> Tensor:
        return torch.sigmoid(visible @ w + hbias)


class Down(nn.Module):
    """How likely each visible unit is 1, given the hidden ones."""

    def forward(self, hidden: Tensor, w: Tensor, vbias: Tensor) -> Tensor:
        return torch.sigmoid(hidden @ w.transpose(0, 1) + vbias)


class Gibbs(nn.Module):
    """Up and down again, with a throw of the dice each way."""

    def __init__(self) -> None:
        super().__init__()
        self.up = Up()
        self.down = Down()

    def forward(
        self, visible: Tensor, w: Tensor, hbias: Tensor, vbias: Tensor
    ) -> Tensor:
        x = torch.bernoulli(self.up(visible, w, hbias))
        return torch.bernoulli(self.down(x, w, vbias))


class FreeEnergy(nn.Module):
    """How unlikely a visible state is, but for a constant: hidden units summed out."""

    def forward(
        self, visible: Tensor, w: Tensor, hbias: Tensor, vbias: Tensor
    ) -> Tensor:
        return -(visible @ vbias + F.softplus(visible @ w + hbias).sum(dim=1))  # (B,)


class Contrast(nn.Module):
    """Free energy of the data, minus that of where the machine drifts to from there."""

    def __init__(self, chain: int = 1) -> None:
        super().__init__()
        self.chain = chain
        self.drift = Gibbs()
        self.data = FreeEnergy()
        self.dreamt = FreeEnergy()

    def forward(
        self, visible: Tensor, w: Tensor, hbias: Tensor, vbias: Tensor
    ) -> Tensor:
        x = visible
        for _ in range(self.chain):
            x = self.drift(x, w, hbias, vbias)
        energy = self.dreamt(x.detach(), w, hbias, vbias)  # (B,)
        loss: Tensor = (self.data(visible, w, hbias, vbias) - energy).mean(dim=-1)  # ()
        return loss


class Greedy1(nn.Module):
    """Contrastive divergence of machine 1 on the pixels."""

    def __init__(self, rbm1: nn.Module, chain: int = 1) -> None:
        super().__init__()
        self.rbm1 = rbm1
        self.contrast = Contrast(chain=chain)
        self.down = Down()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.bernoulli(torch.flatten(image, 1))
        hidden, w, hbias, vbias = self.rbm1(x)
        return (
            self.contrast(x, w, hbias, vbias),
            F.mse_loss(self.down(hidden, w, vbias), x),
        )


class Greedy2(nn.Module):
    """Contrastive divergence of machine 2 on what 1 held still make of it."""

    def __init__(self, rbm1: nn.Module, rbm2: nn.Module, chain: int = 1) -> None:
        super().__init__()
        self.rbm1 = rbm1
        self.rbm2 = rbm2
        self.contrast = Contrast(chain=chain)
        self.down = Down()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.bernoulli(torch.flatten(image, 1))
        hidden, _, _, _ = self.rbm1(x)
        hidden = torch.bernoulli(hidden.detach())
        x, w, hbias, vbias = self.rbm2(hidden)
        return (
            self.contrast(hidden, w, hbias, vbias),
            F.mse_loss(self.down(x, w, vbias), hidden),
        )


class Greedy3(nn.Module):
    """Contrastive divergence of machine 3 on what 2 held still make of it."""

    def __init__(
        self, rbm1: nn.Module, rbm2: nn.Module, rbm3: nn.Module, chain: int = 1
    ) -> None:
        super().__init__()
        self.rbm1 = rbm1
        self.rbm2 = rbm2
        self.rbm3 = rbm3
        self.contrast = Contrast(chain=chain)
        self.down = Down()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.bernoulli(torch.flatten(image, 1))
        hidden, _, _, _ = self.rbm1(x)
        hidden = torch.bernoulli(hidden.detach())
        hidden, _, _, _ = self.rbm2(hidden)
        hidden = torch.bernoulli(hidden.detach())
        x, w, hbias, vbias = self.rbm3(hidden)
        return (
            self.contrast(hidden, w, hbias, vbias),
            F.mse_loss(self.down(x, w, vbias), hidden),
        )


class FineTune(nn.Module):
    """The stack as one net: cross-entropy, sent back through all of its layers."""

    def __init__(
        self, rbm1: nn.Module, rbm2: nn.Module, rbm3: nn.Module, output: nn.Module
    ) -> None:
        super().__init__()
        self.rbm1 = rbm1
        self.rbm2 = rbm2
        self.rbm3 = rbm3
        self.output = output
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        hidden, _, _, _ = self.rbm1(torch.flatten(image, 1))
        hidden, _, _, _ = self.rbm2(hidden)
        hidden, _, _, _ = self.rbm3(hidden)
        logits = self.output(hidden)  # (B, 10)
        return F.cross_entropy(logits, label), self.accuracy(logits, label)


class Evaluate(nn.Module):
    """Accuracy over a whole split."""

    def __init__(
        self, rbm1: nn.Module, rbm2: nn.Module, rbm3: nn.Module, output: nn.Module
    ) -> None:
        super().__init__()
        self.rbm1 = rbm1
        self.rbm2 = rbm2
        self.rbm3 = rbm3
        self.output = output
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> None:
        hidden, _, _, _ = self.rbm1(torch.flatten(image, 1))
        hidden, _, _, _ = self.rbm2(hidden)
        hidden, _, _, _ = self.rbm3(hidden)
        self.accuracy.update(self.output(hidden), label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Rebuild(nn.Module):
    """Images, and what is left of them after the way up to the top and down again."""

    def __init__(
        self, rbm1: nn.Module, rbm2: nn.Module, rbm3: nn.Module, size: int = 28
    ) -> None:
        super().__init__()
        self.size = size
        self.rbm1 = rbm1
        self.rbm2 = rbm2
        self.rbm3 = rbm3
        self.rbm3_down = Down()
        self.rbm2_down = Down()
        self.rbm1_down = Down()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        hidden, w, _, vbias = self.rbm1(torch.flatten(image, 1))
        hidden, x, _, y = self.rbm2(hidden)
        hidden, rbm3, _, rbm3_2 = self.rbm3(hidden)
        chance = self.rbm3_down(hidden, rbm3, rbm3_2)  # (B, 1000)
        chance = self.rbm2_down(chance, x, y)  # (B, 1000)
        rebuilt = self.rbm1_down(chance, w, vbias).reshape(-1, 1, self.size, self.size)
        return image, rebuilt
