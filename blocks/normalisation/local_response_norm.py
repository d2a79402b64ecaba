"""nn.LocalResponseNorm."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, real, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating, functional

DEFAULTS = {"alpha": 1e-4, "beta": 0.75, "k": 1.0}


@dataclass(frozen=True, kw_only=True)
class LocalResponseNorm(Block):
    """Divides each number by how active its neighbouring channels are at the same place.

    y[c] = x[c] / (k + alpha / size · sum of x[c']² over size neighbours c')^beta.
    Shapes: B×C×..., unchanged. AlexNet took size=5, alpha=1e-4, beta=0.75, k=2.
    Source: Krizhevsky et al., ImageNet classification with deep convolutional networks, 2012;
    as torch.nn.LocalResponseNorm.
    """

    synonyms = ("lrn", "lateral inhibition", "alexnet normalisation")

    size: int = whole(5, low=1, label="Channels", help="How many neighbouring channels are summed over.")
    alpha: float = real(1e-4, low=0.0, label="Alpha", help="Weight of the neighbours' mean square.")
    beta: float = real(0.75, low=0.0, label="Beta", help="The exponent.")
    k: float = real(1.0, low=1e-6, label="k", help="What is added, so that nothing divides by zero.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 3, "B×C×positions")
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {"size": self.size, "alpha": self.alpha, "beta": self.beta, "k": self.k}
        template = functional("F.local_response_norm", ("input", "size"), arguments, DEFAULTS)
        return Module("nn.LocalResponseNorm", arguments, positional=1, defaults=DEFAULTS, functional=template)

    def detail(self) -> str:
        return f"{self.size}"
