"""Training steps, evaluations and previews of Restricted Boltzmann machine."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Contrast",
    "Down",
    "Dream",
    "Evaluate",
    "FreeEnergy",
    "Gibbs",
    "LogPartition",
    "TrainStep",
    "Turn",
    "Up",
]


class MeanMetric(nn.Module):
    """Mean of values, each example counted once.

    A value for each example is averaged as it is. A single number is the mean of its
    batch: it counts as often as ``like`` has examples, so that a short last batch
    weighs less.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, value: Tensor, like: Tensor | None = None) -> Tensor:
        """Give the mean of this batch alone."""
        return value.float().mean()

    def update(self, value: Tensor, like: Tensor | None = None) -> None:
        """Add a batch."""
        count = value.numel()
        if value.dim() == 0 and like is not None:
            count = like.shape[0]
        self.total += value.float().mean().item() * count
        self.count += count

    def compute(self) -> Tensor:
        """Give the mean of all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count


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


class TrainStep(nn.Module):
    """Contrastive divergence, and how well one step up and down rebuilds."""

    def __init__(self, rbm: nn.Module, chain: int = 1) -> None:
        super().__init__()
        self.rbm = rbm
        self.contrast = Contrast(chain=chain)
        self.down = Down()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.flatten(image, 1)
        x = (x >= 0.5).type_as(x)
        hidden, w, hbias, vbias = self.rbm(x)
        return (
            self.contrast(x, w, hbias, vbias),
            F.mse_loss(self.down(hidden, w, vbias), x),
        )


class Turn(nn.Module):
    """A little more of the weights: what it gains, and a step of sampling."""

    def __init__(self) -> None:
        super().__init__()
        self.high = FreeEnergy()
        self.low = FreeEnergy()
        self.step = Gibbs()

    def forward(
        self,
        visible: Tensor,
        gain: Tensor,
        before: Tensor,
        after: Tensor,
        w: Tensor,
        hbias: Tensor,
        vbias: Tensor,
    ) -> tuple[Tensor, Tensor]:
        w_after = w * after
        hbias_after = hbias * after
        vbias_after = vbias * after
        energy = self.high(visible, w * before, hbias * before, vbias * before)  # (B,)
        gain = gain + (energy - self.low(visible, w_after, hbias_after, vbias_after))
        return gain, self.step(visible, w_after, hbias_after, vbias_after)


class LogPartition(nn.Module):
    """The logarithm of the sum over all states, by annealed importance sampling: a walk
    for each image.
    """

    def __init__(self, turns: int = 1000) -> None:
        super().__init__()
        self.turns = turns
        self.turn = Turn()

    def forward(
        self, visible: Tensor, w: Tensor, hbias: Tensor, vbias: Tensor
    ) -> Tensor:
        x = torch.linspace(0.0, 1.0, self.turns + 1, device=visible.device)
        gain = visible.new_zeros(visible.shape[0])  # (B,)
        visible = torch.bernoulli(torch.full_like(visible, 0.5))
        y: Tensor = x[:-1]  # (turns,)
        x = x[1:]  # (turns,)
        x_2 = gain
        for before_t, after_t in zip(y.unbind(dim=0), x.unbind(dim=0), strict=True):
            x_2, visible = self.turn(visible, x_2, before_t, after_t, w, hbias, vbias)
        x = F.softplus(torch.zeros_like(torch.cat([hbias, vbias], dim=0)))
        y = x_2.logsumexp(dim=0) - gain.logsumexp(dim=0)  # ()
        return y + x.sum(dim=0)  # ()


class Evaluate(nn.Module):
    """Nats that an image costs, by free energy and an estimate of the constant."""

    def __init__(self, rbm: nn.Module) -> None:
        super().__init__()
        self.rbm = rbm
        self.energy = FreeEnergy()
        self.partition = LogPartition()
        self.nats = MeanMetric()

    def forward(self, image: Tensor) -> None:
        x = torch.flatten(image, 1)
        x = (x >= 0.5).type_as(x)
        _, w, hbias, vbias = self.rbm(x)
        energy = self.energy(x, w, hbias, vbias)  # (B,)
        self.nats.update(energy + self.partition(x, w, hbias, vbias))

    def compute(self) -> dict[str, Tensor]:
        return {"nats": self.nats.compute()}

    def reset(self) -> None:
        self.nats.reset()


class Dream(nn.Module):
    """Where fair coins get to in a thousand steps up and down."""

    def __init__(self, rbm: nn.Module, size: int = 28) -> None:
        super().__init__()
        self.size = size
        self.rbm = rbm
        self.walk = Gibbs()
        self.hidden = Up()
        self.visible = Down()

    def forward(self, image: Tensor) -> Tensor:
        x = torch.flatten(image, 1)
        x = (x >= 0.5).type_as(x)
        _, w, hbias, vbias = self.rbm(x)
        visible = torch.bernoulli(torch.full_like(x, 0.5))
        for _ in range(1000):
            visible = self.walk(visible, w, hbias, vbias)
        chance = self.hidden(visible, w, hbias)  # (B, 500)
        fantasy: Tensor = self.visible(chance, w, vbias).reshape(
            -1, 1, self.size, self.size
        )
        return fantasy
