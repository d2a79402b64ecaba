"""A fully connected layer with an adapter."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, real, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class LowRankLinear(Block):
    """Fully connected layer whose weight is frozen, and adapted by the product of two thin matrices that are learnt.

    y = x·Wᵀ + b + alpha/rank · x·Aᵀ·Bᵀ, B starting as zeros. To fine-tune a large layer with few numbers.
    Shapes: ...×in_features → ...×out_features.
    Source: Hu et al., LoRA: low-rank adaptation of large language models, 2022, section 4.1.
    """

    synonyms = ("lora", "adapter", "low-rank adapter", "peft", "fine-tuning", "dense")

    out_features: int = whole(128, low=1, label="Output features", help="Size of the last dimension that comes out.")
    rank: int = whole(4, low=1, label="Rank", help="The smaller size of both matrices.")
    alpha: float = real(1.0, low=0.0, label="Alpha", help="How strongly the adapter counts, divided by the rank.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt number to each output.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×features")
        known(input.shape[-1], "last size")
        float32(input)
        return input.with_shape(*input.shape[:-1], self.out_features)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_features": input.shape[-1], "out_features": self.out_features, "rank": self.rank}
        return Module(
            "LowRankLinear",
            arguments | {"alpha": self.alpha, "bias": self.bias},
            positional=2,
            defaults={"alpha": 1.0, "bias": True},
            source="low_rank_linear",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        features = input.shape[-1]
        weights = {"weight": parameter(self.out_features, features)}
        if self.bias:
            weights["bias"] = parameter(self.out_features)
        return weights | {"lora_A": parameter(self.rank, features), "lora_B": parameter(self.out_features, self.rank)}

    def macs(self, input: TensorType) -> Dim:
        features = input.shape[-1]
        each = features * self.out_features + self.rank * (features + self.out_features)
        total: Dim = product(input.shape[:-1]) * each
        return total

    def detail(self) -> str:
        return f"→ {self.out_features}, rank {self.rank}"[:20]
