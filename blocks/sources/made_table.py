"""The made table source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class MadeTable(Source):
    """A table that follows a known law: two classes on both sides of a plane, or a number that four columns decide.

    half_space: columns that move together, and a plane through them that no row is near; some plane makes no mistake.
    circuit: the phase arctan((ωL - 1/(ωC)) / R) of an alternating current, with noise, where R is up to 100 ohm, ω/2π
    from 20 to 280 hertz, L up to 1 henry and C from 1 to 11 microfarad; columns from the fifth on mean nothing.
    Columns, and the phase, are standardised by the training rows: 70 %, 10 % validation, 20 % test.
    Source: for circuit J. H. Friedman, Multivariate adaptive regression splines, 1991, section 4.4.
    """

    law: str = choice("half_space", "half_space", "circuit", label="Law", help="What decides a row's answer.")
    columns: int = whole(30, low=5, high=1000, label="Columns", help="Numbers that describe a row.")
    rows: int = whole(2000, low=20, high=1_000_000, label="Rows", help="Of all splits together.")
    gap: float = real(
        0.3, low=0.0, high=1.0, label="Gap", help="half_space: no row is nearer to the plane, in deviations."
    )
    noise: float = real(0.05, low=0.0, label="Noise", help="circuit: deviation in radians of what no column explains.")
    seed: int = whole(0, low=0, label="Seed", help="Another seed is another table.")

    synonyms: ClassVar[tuple[str, ...]] = (
        "separable",
        "plane",
        "friedman",
        "phase",
        "regression",
        "tabular",
        "synthetic",
    )
    reader: ClassVar[str] = "data_made_table"
    licence: ClassVar[str] = "made here"

    def fields(self) -> tuple[Field, ...]:
        features = Field(name="features", type=TensorType((B, self.columns)), help="Standardised columns.")
        if self.law == "circuit":
            return features, Field(name="target", type=TensorType((B, 1)), help="The phase, standardised.")
        label = TensorType((B,), "int64")
        return features, Field(name="label", type=label, labels=("below", "above"), help="The side of the plane.")
