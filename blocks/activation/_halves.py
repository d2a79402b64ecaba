"""What units have in common that cut their input in equal parts along a dimension and make one of them."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.symbolic import exact_div, indivisible
from app.core.tensor_type import TensorType
from blocks.rules import dimension, floating

DIM_HELP = "Along which the parts lie: -1 is the last, 1 the channels of maps."


def one_part(input: TensorType, dim: int, parts: int, part: str) -> TensorType:
    """The input with a dimension so many times smaller. ``part``: the argument or port that a refusal points at."""
    at = dimension(dim, input.rank)
    floating(input)
    size = input.shape[at]
    if indivisible(size, parts):
        raise ShapeError(
            f"Dimension {dim} is taken in {parts} equal parts, so its size must be a multiple of {parts}; {size} came. "
            "Change the number of features before it.",
            expected=f"a multiple of {parts}",
            came=str(size),
            part=part,
        )
    return input.with_shape(*input.shape[:at], exact_div(size, parts), *input.shape[at + 1 :])
