"""References of the autoencoders."""

from __future__ import annotations

import itertools
from functools import partial

import torch
from torch import Tensor, nn

from tests.references.case import Case, columns, image, in_order, prefixed
from tests.references.counting import conv, linear, mlp
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


def glorot(model: nn.Module) -> None:
    """As Keras starts its layers: uniform, bounded by the root of six over a unit's inputs and outputs; no biases."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            places = layer.weight[0][0].numel() if layer.weight.dim() == 4 else 1
            bound = (6 / (places * sum(layer.weight.shape[:2]))) ** 0.5
            nn.init.uniform_(layer.weight, -bound, bound)
            nn.init.zeros_(layer.bias)


class Dense(nn.Module):
    """Layers of the given widths down, and the same up; gives the reconstruction and the code."""

    def __init__(self, widths: tuple[int, ...], logistic: bool = False) -> None:
        super().__init__()
        both = [*widths, *reversed(widths[:-1])]
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in itertools.pairwise(both)])
        self.depth, self.logistic = len(widths) - 1, logistic
        glorot(self)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for number, layer in enumerate(self.layers, start=1):
            x = layer(x)
            if number == len(self.layers):
                x = 1 / (1 + torch.exp(-x))
            elif self.logistic and number != self.depth:
                x = torch.sigmoid(x)
            elif not self.logistic:
                x = x.clamp(min=0)
            if number == self.depth:
                code = x
        return x, code


class Convolutional(nn.Module):
    """Keras' examples: convolutions with ReLU, each followed by pooling of 2×2 on the way down and by repeating each
    pixel 2×2 times on the way up; a last one with a sigmoid. ``valid``: the one that lets the border go.
    """

    def __init__(self, widths: tuple[int, ...], valid: int | None = None) -> None:
        super().__init__()
        both = [1, *widths, *reversed(widths)]
        self.steps, self.valid = len(widths), valid
        layers = [
            nn.Conv2d(a, b, 3, padding=0 if number == valid else 1)
            for number, (a, b) in enumerate(itertools.pairwise(both))
        ]
        self.layers = nn.ModuleList([*layers, nn.Conv2d(widths[0], 1, 3, padding=1)])
        glorot(self)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for number, layer in enumerate(self.layers[:-1]):
            x = layer(x).clamp(min=0)
            if number < self.steps:
                x = nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2), value=float("-inf"))
                x = x.unfold(2, 2, 2).unfold(3, 2, 2).amax((-2, -1))
            else:
                x = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
            if number == self.steps - 1:
                code = x
        return torch.sigmoid(self.layers[-1](x)), code


def convolutions(widths: tuple[int, ...]) -> int:
    both = [1, *widths, *reversed(widths), 1]
    return sum(conv(a, b, 3) for a, b in itertools.pairwise(both))


DEEP = (784, 128, 64, 32)
OF_2006 = (784, 1000, 500, 250, 30)


def deepfake() -> dict[str, int]:
    """As the published code: four convolutions, a waist of 1024 numbers, and pixels out of four times as many maps."""
    down = sum(conv(a, b, 5) for a, b in itertools.pairwise((3, 128, 256, 512, 1024)))
    waist = linear(1024 * 4 * 4, 1024) + linear(1024, 1024 * 4 * 4)
    up = sum(conv(a, 4 * b, 3) for a, b in itertools.pairwise((512, 256, 128, 64)))
    decoder = up + conv(64, 3, 5)
    return {"encoder": down + waist + conv(1024, 4 * 512, 3), "decoder_a": decoder, "decoder_b": decoder}


def begun(model: nn.Module) -> nn.Module:
    glorot(model)
    return model


def doubled(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.LeakyReLU(0.1), nn.PixelShuffle(2)]


def face_encoder() -> nn.Module:
    layers: list[nn.Module] = []
    for a, b in itertools.pairwise((3, 128, 256, 512, 1024)):
        layers += [nn.Conv2d(a, b, 5, stride=2, padding=2), nn.LeakyReLU(0.1)]
    layers += [nn.Flatten(), nn.Linear(1024 * 16, 1024), nn.Linear(1024, 1024 * 16), nn.Unflatten(1, (1024, 4, 4))]
    return begun(nn.Sequential(*layers, *doubled(1024, 512)))


def face_decoder() -> nn.Module:
    layers = [layer for a, b in itertools.pairwise((512, 256, 128, 64)) for layer in doubled(a, b)]
    return begun(nn.Sequential(*layers, nn.Conv2d(64, 3, 5, padding=2), nn.Sigmoid()))


COUNTS: Counts = {
    "deepfake_ae": {"paper": deepfake()},
    "autoencoder": {
        "paper": {"autoencoder": mlp([784, 32, 784])},
        "deep": {"autoencoder": mlp([*DEEP, *DEEP[-2::-1]])},
        "2006": {"autoencoder": mlp([*OF_2006, *OF_2006[-2::-1]])},
    },
    "autoencoder_conv": {"paper": {"autoencoder_conv": convolutions((16, 8, 8))}},
    "denoising_autoencoder": {"paper": {"denoising_autoencoder": convolutions((32, 32))}},
    "vae": {
        "paper": {
            "encoder": linear(784, 400) + 2 * linear(400, 20),
            "decoder": mlp([20, 400, 784]),
        }
    },
}


CASES = (
    *(
        Case(
            template="autoencoder",
            preset=preset,
            reference="by hand, Keras' first weights",
            build=partial(Dense, widths, logistic=preset == "2006"),
            inputs=columns(5, 784),
            translate=in_order,
            keys="in order",
        )
        for preset, widths in (("paper", (784, 32)), ("deep", DEEP), ("2006", OF_2006))
    ),
    Case(
        template="autoencoder_conv",
        reference="by hand, Keras' first weights",
        build=partial(Convolutional, (16, 8, 8), valid=5),
        inputs=image(1, 28),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="denoising_autoencoder",
        reference="by hand, Keras' first weights",
        build=partial(Convolutional, (32, 32)),
        inputs=image(1, 28),
        translate=in_order,
        keys="in order",
    ),
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
    Case(
        template="deepfake_ae",
        models=("encoder",),
        reference="by hand, from the published code",
        build=face_encoder,
        inputs=image(3, 64),
        translate=in_order,
        keys="in order",
    ),
    *(
        Case(
            template="deepfake_ae",
            models=(decoder,),
            reference="by hand, from the published code",
            build=face_decoder,
            inputs=image(512, 8),
            translate=in_order,
            keys="in order",
        )
        for decoder in ("decoder_a", "decoder_b")
    ),
)
