"""References of the adversarial templates."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from tests.references.case import Case, image
from tests.references.counting import conv, norm
from tests.references.families import Counts


def dcgan_generator(noise: int = 100, width: int = 64, channels: int = 3) -> int:
    widths = [noise, 8 * width, 4 * width, 2 * width, width]
    layers = sum(conv(a, b, 4, False) + norm(b) for a, b in itertools.pairwise(widths))
    return layers + conv(width, channels, 4, False)


def dcgan_discriminator(width: int = 64, channels: int = 3) -> int:
    widths = [width, 2 * width, 4 * width, 8 * width]
    layers = sum(conv(a, b, 4, False) + norm(b) for a, b in itertools.pairwise(widths))
    return conv(channels, width, 4, False) + layers + conv(8 * width, 1, 4, False)


class DcganGenerator(nn.Module):
    """Figure 1 of the paper at 64 maps; starts as section 4 says, the norms' weights around 1."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential()
        before = 100
        for width in (512, 256, 128, 64):
            first = before == 100
            stride, padding = (1, 0) if first else (2, 1)
            self.main.append(nn.ConvTranspose2d(before, width, 4, stride, padding, bias=False))
            self.main.extend([nn.BatchNorm2d(width), nn.ReLU()])
            before = width
        self.main.extend([nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()])
        start_as_dcgan(self)

    def forward(self, z: Tensor) -> Tensor:
        return self.main(z)


class DcganDiscriminator(nn.Module):
    """The mirror image: strided convolutions, leaky by 0.2, no norm at its input."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2))
        for width in (128, 256, 512):
            self.main.append(nn.Conv2d(width // 2, width, 4, 2, 1, bias=False))
            self.main.extend([nn.BatchNorm2d(width), nn.LeakyReLU(0.2)])
        self.main.extend([nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Sigmoid()])
        start_as_dcgan(self)

    def forward(self, image: Tensor) -> Tensor:
        return self.main(image).reshape(-1)


def start_as_dcgan(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        else:
            nn.init.normal_(parameter, mean=0.0 if parameter.dim() == 4 else 1.0, std=0.02)


COUNTS: Counts = {
    "dcgan": {"paper": {"generator": dcgan_generator(), "discriminator": dcgan_discriminator()}},
}


CASES = (
    Case(
        template="dcgan",
        models=("generator",),
        reference="by hand",
        build=DcganGenerator,
        inputs=lambda _: (torch.randn(3, 100, 1, 1),),
    ),
    Case(
        template="dcgan",
        models=("discriminator",),
        reference="by hand",
        build=DcganDiscriminator,
        inputs=image(3, 64),
    ),
)
