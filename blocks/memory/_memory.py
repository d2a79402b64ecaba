"""What a memory's blocks check: rows of features for each example, and weights over the rows."""

from __future__ import annotations

from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ
from app.core.tensor_type import TensorType
from blocks.elementwise import dtype_among
from blocks.rules import shaped

MEMORY_HELP = "B×N×M: N rows of M numbers for each example."
WEIGHTS_HELP = "B×N: how much each row counts."


def fitting(expected: dict[str, str], came: dict[str, TensorType]) -> None:
    """Each tensor has its pattern (``B×N×M``), and equal letters stand for equal sizes; 1 for itself."""
    sizes: dict[str, tuple[Dim, str]] = {}
    for port, given in came.items():
        shaped(given, expected[port], port)
        dtype_among(given, {"float32"}, port)
        for letter, size in zip(expected[port].split("×"), given.shape, strict=True):
            one: tuple[Dim, str] = (1, "")
            wanted, where = one if letter == "1" else sizes.setdefault(letter, (size, port))
            if differ(wanted, size):
                raise ShapeError(
                    f"“{port}” takes {expected[port]} with {letter} = {wanted}"
                    + (f", as in “{where}”; {given} came." if where else f"; {given} came."),
                    expected=expected[port],
                    came=str(given),
                    part=port,
                )
