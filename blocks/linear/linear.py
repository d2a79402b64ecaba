"""nn.Linear."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, whole
from app.core.problems import InsertBefore, ShapeError
from app.core.symbolic import Dim, Symbol, product
from app.core.tensor_type import TensorType
from blocks.parametrized import AROUND, SYNONYMS, depends_on_mode, parametrization_field, parametrized
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class Linear(Block):
    """Fully connected layer over the last dimension: y = x·Wᵀ + b.

    Every output is a weighted sum of all inputs of the last dimension; whatever comes before is a batch.
    Shapes: ...×in_features → ...×out_features. A map B×C×H×W wants a Flatten before it.
    Source: as torch.nn.Linear.
    """

    synonyms = ("dense", "fully connected", "fc", "affine", "projection", "lazy linear", *SYNONYMS)

    out_features: int = whole(128, low=1, label="Output features", help="Size of the last dimension that comes out.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output.")
    parametrization: str = parametrization_field()

    @property
    def trains(self) -> bool:  # type: ignore[override]  # it depends on an argument
        return depends_on_mode(self.parametrization)

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×features")
        features = input.shape[-1]
        if isinstance(features, Symbol) and input.rank > 2:
            raise ShapeError(
                f"Linear works on the last dimension, and that must be a number; {input} came. "
                "Bring maps to a fixed size (AdaptiveAvgPool2d) and flatten them.",
                expected="a number as last size",
                came=str(input),
                part="input",
                fixes=(InsertBefore("input", "Flatten", {}, "Put a Flatten before it"),),
            )
        known(features, "last size")
        float32(input)
        return input.with_shape(*input.shape[:-1], self.out_features)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_features": input.shape[-1], "out_features": self.out_features, "bias": self.bias}
        around = AROUND[self.parametrization]
        return Module("nn.Linear", arguments, positional=2, defaults={"bias": True}, around=around)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        weights = {"weight": parameter(self.out_features, input.shape[-1])}
        if self.bias:
            weights["bias"] = parameter(self.out_features)
        return parametrized(weights, self.parametrization)

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(input.shape) * self.out_features
        return total

    def detail(self) -> str:
        return f"→ {self.out_features}"
