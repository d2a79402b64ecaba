"""Coordinates as waves of random frequency."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, buffer, real, whole
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class FourierFeatures(Block):
    """Turns coordinates into waves of random frequencies, from which a network learns fine detail.

    y = [cos(2π·Bx), sin(2π·Bx)], B drawn once from N(0, scale²) and kept in the state_dict.
    Shapes: ...×D → ...×(2·num_frequencies).
    Source: Tancik et al., Fourier features let networks learn high frequency functions, 2020.
    """

    synonyms = ("random fourier features", "positional encoding", "gaussian encoding", "coordinates", "nerf")

    num_frequencies: int = whole(64, low=1, label="Frequencies", help="Half of the features that come out.")
    scale: float = real(1.0, low=0.0, label="Scale", help="How high the frequencies are: how fine the detail.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×coordinates")
        float32(input)
        known(input.shape[-1], "number of coordinates")
        return input.with_shape(*input.shape[:-1], 2 * self.num_frequencies)

    def call(self, input: TensorType) -> Module:
        arguments = {"in_features": input.shape[-1], "num_frequencies": self.num_frequencies, "scale": self.scale}
        return Module("FourierFeatures", arguments, positional=2, defaults={"scale": 1.0}, source="fourier_features")

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": buffer(self.num_frequencies, input.shape[-1])}

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(input.shape) * self.num_frequencies
        return total

    def detail(self) -> str:
        return f"→ {2 * self.num_frequencies}"
