"""nn.GroupNorm."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import indivisible, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, certainly, float32, floating, known


@dataclass(frozen=True, kw_only=True)
class GroupNorm(Block):
    """Normalises groups of channels of each example, which works for batches of any size.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over a group's channels and all positions.
    Shapes: B×C×..., unchanged.
    Source: Wu and He, Group normalization, 2018; as torch.nn.GroupNorm.
    """

    synonyms = ("group normalisation", "group normalization", "gn")

    num_groups: int = whole(32, low=1, label="Groups", help="How many groups of channels; 1 takes all together.")
    eps: float = real(1e-5, low=1e-12, label="Epsilon", help="Added to the variance, so that nothing divides by zero.")
    affine: bool = flag(True, label="Scale and shift", help="A learnt factor and offset for each channel.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "B×C×...")
        channels = known(input.shape[1], "number of channels")
        if indivisible(channels, self.num_groups):
            raise ShapeError(
                f"{channels} channels cannot be split into {self.num_groups} equal groups. Choose a divisor.",
                expected=f"a multiple of {self.num_groups}",
                came=str(channels),
                part="num_groups",
                fixes=(SetArgument("num_groups", 1, "Take all channels together"),),
            )
        if certainly(product(input.shape), self.num_groups):
            raise ShapeError(
                f"Each group needs more than one value to normalise by; {input} came. "
                "Take fewer groups or more positions.",
                expected="more than one value",
                came=str(input),
                part="num_groups",
            )
        if self.affine:
            float32(input)
        else:
            floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {
            "num_groups": self.num_groups,
            "num_channels": input.shape[1],
            "eps": self.eps,
            "affine": self.affine,
        }
        return Module("nn.GroupNorm", arguments, positional=2, defaults={"eps": 1e-5, "affine": True})

    def weights(self, input: TensorType) -> dict[str, Weight]:
        channels = input.shape[1]
        return {"weight": parameter(channels), "bias": parameter(channels)} if self.affine else {}

    def detail(self) -> str:
        return f"{self.num_groups} groups"
