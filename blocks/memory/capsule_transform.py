"""What each capsule expects of each capsule above it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, parameter, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import float32, known, shaped


@dataclass(frozen=True, kw_only=True)
class CapsuleTransform(Block):
    """The votes of capsules: each says by a matrix of its own what every capsule above it should be.

    votes[i, o] = W[i, o]·x[i]. RoutingByAgreement decides which of them count.
    Shapes: B×I×D → B×I×out_capsules×out_features.
    Source: Sabour et al., Dynamic routing between capsules, 2017, equation 2.
    """

    synonyms = ("capsule", "capsnet", "votes", "prediction vectors", "digit capsules")

    out_capsules: int = whole(10, low=1, label="Capsules", help="How many there are above: one for each class.")
    out_features: int = whole(16, low=1, label="Features", help="Size of each of them.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×capsules×features")
        float32(input)
        for what, size in zip(("number of capsules", "number of features"), input.shape[1:], strict=True):
            known(size, what)
        return input.with_shape(*input.shape[:2], self.out_capsules, self.out_features)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_capsules": input.shape[1], "in_features": input.shape[2]}
        arguments |= {"out_capsules": self.out_capsules, "out_features": self.out_features}
        return Module("CapsuleTransform", arguments, positional=2, source="capsule_transform")

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(input.shape[1], self.out_capsules, self.out_features, input.shape[2])}

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(input.shape) * product([self.out_capsules, self.out_features])
        return total

    def detail(self) -> str:
        return f"→ {self.out_capsules}×{self.out_features}"
