"""Training steps, evaluations and previews of DCGAN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["DiscriminatorStep", "GeneratorStep", "Likeness", "Samples"]


class Coverage(nn.Module):
    """Share of real examples that have a sample near: in the ball of their neighbours.

    The ball reaches to the ``neighbours``-th nearest other real example; after Naeem et
    al., Reliable fidelity and diversity metrics for generative models, 2020. 1 is full
    variety; a generator that always makes the same has almost 0.
    """

    def __init__(self, neighbours: int = 5) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.neighbours = neighbours
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.samples: list[Tensor] = []
        self.real: list[Tensor] = []

    def forward(self, samples: Tensor, real: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._covered(samples.flatten(1).float(), real.flatten(1).float())

    def update(self, samples: Tensor, real: Tensor) -> None:
        """Collect a batch."""
        self.samples.append(samples.detach().flatten(1).float())
        self.real.append(real.detach().flatten(1).float())

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        if not self.samples:
            return torch.tensor(float("nan"))
        return self._covered(torch.cat(self.samples), torch.cat(self.real))

    def _covered(self, samples: Tensor, real: Tensor) -> Tensor:
        number = min(self.neighbours + 1, len(real))  # each is its own nearest
        reach = torch.cdist(real, real).kthvalue(number, dim=1).values
        nearest = torch.cdist(real, samples).amin(dim=1)
        return (nearest < reach).float().mean()


class NearestNeighbourDistance(nn.Module):
    """Mean distance of each sample to the nearest real example.

    With ``relative`` it is divided by the same of the real examples among themselves:
    1 is as close as real ones are. Real examples must not be those trained on, or
    copying them would win.
    """

    def __init__(self, relative: bool = True) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.relative = relative
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.samples: list[Tensor] = []
        self.real: list[Tensor] = []

    def forward(self, samples: Tensor, real: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._distance(samples.flatten(1).float(), real.flatten(1).float())

    def update(self, samples: Tensor, real: Tensor) -> None:
        """Collect a batch."""
        self.samples.append(samples.detach().flatten(1).float())
        self.real.append(real.detach().flatten(1).float())

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if not self.samples:
            return torch.tensor(float("nan"))
        return self._distance(torch.cat(self.samples), torch.cat(self.real))

    def _distance(self, samples: Tensor, real: Tensor) -> Tensor:
        distance = torch.cdist(samples, real).amin(dim=1).mean()
        if not self.relative:
            return distance
        among_real = torch.cdist(real, real).fill_diagonal_(torch.inf)
        return distance / among_real.amin(dim=1).mean()


class DiscriminatorStep(nn.Module):
    """Real images are to be called real, made ones made."""

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        noise: int = 100,
        instance_noise: float = 0.0,
    ) -> None:
        super().__init__()
        self.noise = noise
        self.instance_noise = instance_noise
        self.generator = generator
        self.discriminator = discriminator

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = torch.randn(image.shape[0], self.noise, 1, 1, device=image.device)
        if self.instance_noise > 0:
            image = image + self.instance_noise * torch.randn_like(image)
        real = self.discriminator(image)  # (B,)
        x = self.generator(x).detach()  # (B, 3, 64, 64)
        if self.instance_noise > 0:
            x = x + self.instance_noise * torch.randn_like(x)
        discriminator_made = self.discriminator(x)  # (B,)
        x = torch.zeros_like(discriminator_made)
        y = F.binary_cross_entropy(real, torch.ones_like(real))  # ()
        return (
            y + F.binary_cross_entropy(discriminator_made, x),
            real.mean(dim=-1),
            discriminator_made.mean(dim=-1),
        )


class GeneratorStep(nn.Module):
    """Made images are to be called real."""

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        noise: int = 100,
        instance_noise: float = 0.0,
    ) -> None:
        super().__init__()
        self.noise = noise
        self.instance_noise = instance_noise
        self.generator = generator
        self.discriminator = discriminator

    def forward(self, image: Tensor) -> Tensor:
        x = torch.randn(image.shape[0], self.noise, 1, 1, device=image.device)
        image = self.generator(x)  # (B, 3, 64, 64)
        if self.instance_noise > 0:
            image = image + self.instance_noise * torch.randn_like(image)
        real = self.discriminator(image)  # (B,)
        return F.binary_cross_entropy(real, torch.ones_like(real))  # ()


class Likeness(nn.Module):
    """Whether made images lie among real ones that were never shown."""

    def __init__(self, generator: nn.Module, noise: int = 100) -> None:
        super().__init__()
        self.noise = noise
        self.generator = generator
        self.coverage = Coverage(neighbours=3)
        self.distance = NearestNeighbourDistance()

    def forward(self, image: Tensor) -> None:
        x = torch.randn(image.shape[0], self.noise, 1, 1, device=image.device)
        x = self.generator(x)  # (B, 3, 64, 64)
        self.coverage.update(x, image)
        self.distance.update(x, image)

    def compute(self) -> dict[str, Tensor]:
        return {
            "coverage": self.coverage.compute(),
            "distance": self.distance.compute(),
        }

    def reset(self) -> None:
        self.coverage.reset()
        self.distance.reset()


class Samples(nn.Module):
    """Images from new noise."""

    def __init__(self, generator: nn.Module, noise: int = 100) -> None:
        super().__init__()
        self.noise = noise
        self.generator = generator

    def forward(self, image: Tensor) -> Tensor:
        x = torch.randn(image.shape[0], self.noise, 1, 1, device=image.device)
        image = self.generator(x)  # (B, 3, 64, 64)
        return image
