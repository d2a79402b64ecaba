"""Training steps, evaluations and previews of DeepFake: one encoder, two decoders."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "LearnA", "LearnB", "Swapped"]


class MeanSquaredError(nn.Module):
    """Mean of (prediction - target)^2; with ``root``, the square root of that mean."""

    def __init__(self, root: bool = False) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.root = root
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        mean = (prediction - target).square().float().mean()
        return mean.sqrt() if self.root else mean

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        squares = (prediction - target).square()
        self.total += squares.float().sum().item()
        self.count += squares.numel()

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        mean = torch.tensor(self.total) / self.count
        return mean.sqrt() if self.root else mean


class LearnA(nn.Module):
    """A warped face is to come back as it was, through its own decoder."""

    def __init__(self, encoder: nn.Module, decoder_a: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder_a = decoder_a

    def forward(self, warped: Tensor, face: Tensor) -> Tensor:
        code = self.encoder(warped)  # (B, 512, 8, 8)
        return F.l1_loss(self.decoder_a(code), face)  # ()


class LearnB(nn.Module):
    """A warped face is to come back as it was, through its own decoder."""

    def __init__(self, encoder: nn.Module, decoder_b: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder_b = decoder_b

    def forward(self, warped: Tensor, face: Tensor) -> Tensor:
        code = self.encoder(warped)  # (B, 512, 8, 8)
        return F.l1_loss(self.decoder_b(code), face)  # ()


class Evaluate(nn.Module):
    """Squared difference of swapped faces and what the other really looks like so."""

    def __init__(
        self, encoder: nn.Module, decoder_b: nn.Module, decoder_a: nn.Module
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder_b = decoder_b
        self.decoder_a = decoder_a
        self.swapped = MeanSquaredError()
        self.error_a = MeanSquaredError()
        self.error_b = MeanSquaredError()

    def forward(self, face_a: Tensor, face_b: Tensor) -> None:
        code = self.encoder(face_a)  # (B, 512, 8, 8)
        code_b = self.encoder(face_b)  # (B, 512, 8, 8)
        face = self.decoder_b(code)  # (B, 3, 64, 64)
        x = torch.cat([face, self.decoder_a(code_b)], dim=0)  # (2*B, 3, 64, 64)
        self.swapped.update(x, torch.cat([face_b, face_a], dim=0))
        self.error_a.update(self.decoder_a(code), face_a)
        self.error_b.update(self.decoder_b(code_b), face_b)

    def compute(self) -> dict[str, Tensor]:
        return {
            "swapped": self.swapped.compute(),
            "rebuilt_a": self.error_a.compute(),
            "rebuilt_b": self.error_b.compute(),
        }

    def reset(self) -> None:
        self.swapped.reset()
        self.error_a.reset()
        self.error_b.reset()


class Swapped(nn.Module):
    """Each person's face, and the same face on the other."""

    def __init__(
        self, encoder: nn.Module, decoder_b: nn.Module, decoder_a: nn.Module
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder_b = decoder_b
        self.decoder_a = decoder_a

    def forward(
        self, face_a: Tensor, face_b: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        code = self.encoder(face_a)  # (B, 512, 8, 8)
        code_b = self.encoder(face_b)  # (B, 512, 8, 8)
        a_as_b = self.decoder_b(code)  # (B, 3, 64, 64)
        return face_a, a_as_b, face_b, self.decoder_a(code_b)
