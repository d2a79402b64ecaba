"""Meshgrid."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port
from app.core.tensor_type import TensorType
from blocks.rules import same_dtype, shaped


@dataclass(frozen=True, kw_only=True)
class Meshgrid(Block):
    """Coordinates of every point of a grid, from the positions along its two sides.

    first[i, j] = a[i], second[i, j] = b[j]; the other way round for xy.
    Shapes: N and M → twice N×M, or twice M×N for xy.
    Source: torch.meshgrid. CoordinateGrid gives the coordinates of maps.
    """

    inputs = (port("a", "Positions along the first side."), port("b", "Positions along the second side."))
    outputs = (port("first", "Where each point is along the first."), port("second", "Where along the second."))
    synonyms = ("grid", "coordinates", "mesh", "anchors", "positions")

    indexing: str = choice("ij", "ij", "xy", label="Order", help="ij: a counts rows. xy: a counts columns.")

    def infer(self, a: TensorType, b: TensorType) -> tuple[TensorType, TensorType]:
        shaped(a, "N", "a")
        shaped(b, "N", "b")
        same_dtype(b, a, "b", "a")
        rows, columns = (a, b) if self.indexing == "ij" else (b, a)
        found = a.with_shape(rows.shape[0], columns.shape[0])
        return found, found

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression(f'torch.meshgrid(a, b, indexing="{self.indexing}")', returns="first, second")

    def detail(self) -> str:
        return self.indexing
