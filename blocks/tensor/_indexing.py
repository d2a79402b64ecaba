"""How one dimension among several is written in square brackets: ``[:, 1:]``, ``[..., -1]``."""

from __future__ import annotations

from typing import Any

from app.core.symbolic import Dim


def brackets(dim: int, rank: int, part: str) -> str:
    """The text of an index that touches only ``dim``: counted from the back it stays so."""
    if dim < 0 and -dim != rank:
        return "[" + ", ".join(["...", part, *[":"] * (-dim - 1)]) + "]"
    position = dim + rank if dim < 0 else dim
    if position == rank - 1 and position > 1:
        return f"[..., {part}]"
    return "[" + ", ".join([*[":"] * position, part]) + "]"


def bound(value: int | None, size: Dim, default: Dim) -> Any:
    """Where a slice begins or ends, counted from the front; past the end is the end."""
    if value is None:
        return default
    if value < 0:
        found = size + value
        return 0 if isinstance(found, int) and found < 0 else found
    return size if isinstance(size, int) and value > size else value
