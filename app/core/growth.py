"""Provenance of what grows copy by copy: each adds the same to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from app.core.symbolic import Poly, Traced


def origin(value: Any) -> Poly | None:
    """The expression of a size; a plain number is itself."""
    if isinstance(value, Traced):
        return value.poly
    return Poly.constant(int(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def increment(sizes: Sequence[Any]) -> Poly | None:
    """By how much each of these exceeds the one before, where that is always the same expression and not nothing.

    What a stride leaves does not grow: two sides lie on a line only by chance.
    """
    polys = [origin(size) for size in sizes]
    known = [poly for poly in polys if poly is not None and not poly.has_floor]
    if len(known) < 2 or len(known) < len(polys):
        return None
    steps = {after - before for before, after in pairwise(known)}
    step = steps.pop()
    return step if not steps and step.terms else None
