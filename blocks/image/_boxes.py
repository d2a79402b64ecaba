"""Checks of blocks that work on boxes."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


def check_boxes(boxes: TensorType, port: str = "boxes") -> None:
    """Corners B×N×4 of floating-point numbers."""
    shaped(boxes, "B×N×4", port)
    floating(boxes, port)
    if differ(boxes.shape[2], 4):
        raise ShapeError(
            f"A box has four corners' numbers (left, top, right, bottom), so “{port}” takes B×N×4; {boxes} came.",
            expected="B×N×4",
            came=str(boxes),
            part=port,
        )
