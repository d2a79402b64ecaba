"""nn.LeakyReLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class LeakyReLU(Elementwise):
    """Leaky rectifier: keeps what is positive and a small part of the rest, so that no unit dies.

    y = x where x > 0, else negative_slope · x. Shapes: any, unchanged.
    Source: Maas et al., Rectifier nonlinearities improve neural network acoustic models, 2013; as torch.nn.LeakyReLU.
    """

    synonyms = ("leaky rectifier", "lrelu", "activation")

    negative_slope: float = real(
        0.01, low=0.0, label="Negative slope", help="Slope where the input is negative; DCGAN takes 0.2."
    )

    def call(self, input: TensorType) -> Module:
        return Module(
            "nn.LeakyReLU", {"negative_slope": self.negative_slope}, functional="F.leaky_relu(input, negative_slope)"
        )

    def detail(self) -> str:
        return f"{self.negative_slope:g}"
