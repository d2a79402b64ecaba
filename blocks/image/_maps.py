"""Checks of blocks that work on images."""

from __future__ import annotations

from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


def check_maps(input: TensorType, port: str = "input") -> None:
    """B×C×H×W of floating-point numbers."""
    shaped(input, "B×C×H×W", port)
    floating(input, port)
