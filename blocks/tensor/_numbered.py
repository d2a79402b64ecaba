"""Checks of blocks that take positions along a dimension as a list of numbers."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import indices


def check_list(index: TensorType) -> None:
    """Whole numbers in one dimension."""
    indices(index, "index")
    if index.rank != 1:
        raise ShapeError(
            f"“index” must be a list of positions, of one dimension; {index} came. Flatten it from dimension 0, "
            "or use TakeAlongDim.",
            expected="one dimension",
            came=str(index),
            part="index",
        )
