"""A fully connected layer of an autoregressive network."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, choice, flag, parameter, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, differ, indivisible, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class MaskedLinear(Block):
    """Fully connected layer with weights only from earlier variables to later ones: the layer of MADE.

    y = x·(W · mask)ᵀ + b. Every unit has a degree, the variable that it may know up to; hidden units take them in
    turns. A hidden unit sees units of its degree and below, an output only those below: output d never sees input d or
    later. Outputs are in order of the variables, several rounds of them for several numbers each.
    Shapes: ...×in_features → ...×out_features.
    Source: Germain et al., MADE: masked autoencoder for distribution estimation, 2015, section 4.
    """

    synonyms = ("made", "autoregressive", "masked autoencoder", "maf", "normalizing flow", "dense")

    out_features: int = whole(128, low=1, label="Output features", help="Size of the last dimension that comes out.")
    variables: int = whole(64, low=1, label="Variables", help="How many numbers are modelled, one after the other.")
    place: str = choice(
        "hidden", "first", "hidden", "last", "only", label="Place", help="Which layer of the network it is."
    )
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×features")
        float32(input)
        features = known(input.shape[-1], "last size")
        if self.place in ("first", "only") and differ(features, self.variables):
            raise ShapeError(
                f"The first layer's inputs are the {self.variables} variables; {features} features came.",
                expected=f"{self.variables} features",
                came=str(features),
                part="variables",
                fixes=(SetArgument("variables", int(features), f"Set the variables to {features}"),),
            )
        if self.place in ("last", "only") and indivisible(self.out_features, self.variables):
            raise ShapeError(
                f"The last layer gives as many numbers for each of the {self.variables} variables; "
                f"{self.out_features} cannot be shared out. Take a multiple.",
                expected=f"a multiple of {self.variables}",
                came=str(self.out_features),
                part="out_features",
                fixes=(SetArgument("out_features", int(self.variables), f"Set it to {self.variables}"),),
            )
        return input.with_shape(*input.shape[:-1], self.out_features)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_features": input.shape[-1], "out_features": self.out_features, "variables": self.variables}
        return Module(
            "MaskedLinear",
            arguments | {"place": self.place, "bias": self.bias},
            positional=2,
            defaults={"place": "hidden", "bias": True},
            source="masked_linear",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        weights = {"weight": parameter(self.out_features, input.shape[-1])}
        return weights | ({"bias": parameter(self.out_features)} if self.bias else {})

    def macs(self, input: TensorType) -> Dim:
        """As it is computed: in full, with weights of zero."""
        total: Dim = product(input.shape) * self.out_features
        return total

    def detail(self) -> str:
        return f"{self.place} → {self.out_features}"[:20]
