"""Stochastic depth."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, choice, real
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class StochasticDepth(Block):
    """Leaves out a residual branch at random while training; stands before the Add that joins branch and skip.

    y[b] = x[b] · m[b] / (1 - p), m being 0 with probability p, else 1; in evaluation y = x.
    Shapes: B×..., unchanged.
    Source: Huang et al., Deep networks with stochastic depth, 2016; as torchvision.ops.StochasticDepth.
    """

    trains = True
    synonyms = ("drop path", "droppath", "survival probability", "skip", "regularisation")

    p: float = real(0.1, low=0.0, high=1.0, label="Probability", help="How often the branch is left out.")
    mode: str = choice(
        "row", "row", "batch", label="Drawn for", help="row: each example by itself; batch: all of them at once."
    )

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "B×...")
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {"p": self.p, "mode": self.mode}
        return Module(
            "StochasticDepth",
            arguments,
            positional=1,
            defaults={"mode": "row"},
            source="stochastic_depth",
            random=True,
        )

    def detail(self) -> str:
        return f"{self.p:g}"
