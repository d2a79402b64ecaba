"""Training steps, evaluations and previews of Gated PixelCNN."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Complete",
    "Evaluate",
    "InLevels",
    "NextPixel",
    "Places",
    "Sample",
    "TrainStep",
]


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


class InLevels(nn.Module):
    """An image from 0 to 1 in so many even steps."""

    def __init__(self, levels: int = 256) -> None:
        super().__init__()
        self.levels = levels

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = (image * (self.levels - 1)).round()
        return x.long(), x * (1 / (self.levels - 1))


class TrainStep(nn.Module):
    """At each pixel, how surprising its level was after all before it."""

    def __init__(
        self, gated_pixelcnn: nn.Module, levels: int = 256, colours: int = 1
    ) -> None:
        super().__init__()
        self.gated_pixelcnn = gated_pixelcnn
        self.in_levels = InLevels(levels=levels)

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        level, image = self.in_levels(image)
        loss = F.cross_entropy(self.gated_pixelcnn(image, label), level)  # ()
        return loss, loss * (1 / 0.6931471805599453)


class Evaluate(nn.Module):
    """Bits that each number of an image costs, over a whole split."""

    def __init__(
        self, gated_pixelcnn: nn.Module, levels: int = 256, colours: int = 1
    ) -> None:
        super().__init__()
        self.gated_pixelcnn = gated_pixelcnn
        self.in_levels = InLevels(levels=levels)
        self.bits = BitsPerCharacter()

    def forward(self, image: Tensor, label: Tensor) -> None:
        level, image = self.in_levels(image)
        x = self.gated_pixelcnn(image, label).movedim(1, -1)  # (B, 3, D, H, 2)
        self.bits.update(x, level)

    def compute(self) -> dict[str, Tensor]:
        return {"bits": self.bits.compute()}

    def reset(self) -> None:
        self.bits.reset()


class Places(nn.Module):
    """A map for each number of an image, in drawing order: 1 at its place."""

    def __init__(self, size: int = 28, colours: int = 1) -> None:
        super().__init__()
        self.size = size
        self.colours = colours

    def forward(self, image: Tensor) -> Tensor:
        x = torch.flatten(image, 1)
        x = torch.eye(x.shape[1], device=x.device)
        x = torch.unflatten(x, 1, (self.size, self.size, self.colours))
        return x.movedim(3, 1)


class NextPixel(nn.Module):
    """One number of each image is drawn by what the model says, and written."""

    def __init__(
        self, gated_pixelcnn: nn.Module, levels: int = 256, colours: int = 1
    ) -> None:
        super().__init__()
        self.levels = levels
        self.gated_pixelcnn = gated_pixelcnn

    def forward(self, image: Tensor, here: Tensor, label: Tensor) -> Tensor:
        x = (self.gated_pixelcnn(image, label) * here).sum(dim=(2, 3, 4))  # (B, 2)
        x = torch.multinomial(x.softmax(dim=-1), 1).squeeze(-1)  # (B,)
        x = (x.float() * (1 / (self.levels - 1))).reshape(-1, 1, 1, 1)  # (B, 1, 1, 1)
        return torch.where(here.bool(), x, image)


class Sample(nn.Module):
    """Images from nothing, one number after the other."""

    def __init__(
        self,
        gated_pixelcnn: nn.Module,
        size: int = 28,
        levels: int = 256,
        colours: int = 1,
    ) -> None:
        super().__init__()
        self.places = Places(size=size, colours=colours)
        self.pixel = NextPixel(gated_pixelcnn, levels=levels, colours=colours)

    def forward(self, image: Tensor, label: Tensor) -> Tensor:
        x = torch.zeros_like(image)
        places = self.places(image)
        for here_t in places.unbind(dim=0):
            x = self.pixel(x, here_t, label)
        return x


class Complete(nn.Module):
    """Upper halves, and lower halves drawn to them. What was there is not looked at, so
    it need not be hidden.
    """

    def __init__(
        self,
        gated_pixelcnn: nn.Module,
        size: int = 28,
        levels: int = 256,
        colours: int = 1,
    ) -> None:
        super().__init__()
        self.size = size
        self.colours = colours
        self.places = Places(size=size, colours=colours)
        self.pixel = NextPixel(gated_pixelcnn, levels=levels, colours=colours)

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        x = self.places(image)[self.size // 2 * self.size * self.colours :]
        completed = image
        for here_t in x.unbind(dim=0):
            completed = self.pixel(completed, here_t, label)
        return image, completed
