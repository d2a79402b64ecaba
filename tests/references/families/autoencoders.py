"""References of the autoencoders."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.references.case import Case, columns, prefixed
from tests.references.counting import linear, mlp
from tests.references.families import Counts


class Vae(nn.Module):
    """784-400-(20, 20)-400-784, with the layers' names of pytorch/examples; gives the mean's own reconstruction."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.fc1(x).clamp(min=0)
        mean, log_variance = self.fc21(hidden), self.fc22(hidden)
        return mean, log_variance, 1 / (1 + torch.exp(-self.fc4(self.fc3(mean).clamp(min=0))))


class VaeOfTwo(nn.Module):
    """The template's encoder and decoder as one module, so that one reference meets both."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_variance = self.encoder(x)
        return mean, log_variance, self.decoder(mean)


COUNTS: Counts = {
    "vae": {
        "paper": {
            "encoder": linear(784, 400) + 2 * linear(400, 20),
            "decoder": mlp([20, 400, 784]),
        }
    },
}


CASES = (
    Case(
        template="vae",
        models=("encoder", "decoder"),
        reference="by hand, keys of pytorch/examples",
        build=Vae,
        inputs=columns(5, 784),
        translate=prefixed({"encoder.": "", "decoder.": ""}),
        keys="two models' for one's",
        join=VaeOfTwo,
    ),
)
