"""nn.Bilinear."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, port, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known, same_size, wrong_shape


@dataclass(frozen=True, kw_only=True)
class Bilinear(Block):
    """Each output is a learnt bilinear form of two inputs: y[o] = x1ᵀ·A[o]·x2 + b[o].

    Shapes: ...×in1_features and ...×in2_features → ...×out_features; all but the last size agree.
    Source: as torch.nn.Bilinear.
    """

    inputs = (port("input1", "First vectors"), port("input2", "Second vectors"))
    synonyms = ("bilinear form", "tensor layer", "pairwise product")

    out_features: int = whole(128, low=1, label="Output features", help="Number of bilinear forms.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output.")

    def infer(self, input1: TensorType, input2: TensorType) -> TensorType:
        for name, kind in (("input1", input1), ("input2", input2)):
            at_least_rank(kind, 1, "...×features", name)
            known(kind.shape[-1], "last size", name)
            float32(kind, name)
        if input1.rank != input2.rank:
            raise wrong_shape(input2, "×".join(["...", *map(str, input1.shape[:-1]), "features"][1:]), "input2")
        for one, other in zip(input1.shape[:-1], input2.shape[:-1], strict=True):
            same_size(other, one, "sizes before the last", "input2", "input1")
        return input1.with_shape(*input1.shape[:-1], self.out_features)

    def call(self, input1: TensorType, input2: TensorType) -> Module:
        arguments = {
            "in1_features": input1.shape[-1],
            "in2_features": input2.shape[-1],
            "out_features": self.out_features,
            "bias": self.bias,
        }
        return Module("nn.Bilinear", arguments, positional=3, defaults={"bias": True})

    def weights(self, input1: TensorType, input2: TensorType) -> dict[str, Weight]:
        weights = {"weight": parameter(self.out_features, input1.shape[-1], input2.shape[-1])}
        return weights | ({"bias": parameter(self.out_features)} if self.bias else {})

    def macs(self, input1: TensorType, input2: TensorType) -> Dim:
        per_pair = product([self.out_features, input1.shape[-1], input2.shape[-1]])
        total: Dim = product(input1.shape[:-1]) * per_pair
        return total

    def detail(self) -> str:
        return f"→ {self.out_features}"
