"""Provenance of what grows copy by copy: after ``layers`` copies that each add ``growth``, ``x + layers * growth``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.core.symbolic import Poly, Traced
from app.core.tensor_type import TensorType, WireType


def origin(value: Any) -> Poly | None:
    """The expression of a size; a plain number is itself."""
    if isinstance(value, Traced):
        return value.poly
    return Poly.constant(int(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def increment(sizes: Sequence[Any]) -> Poly | None:
    """By how much each of these exceeds the one before, where that is always the same expression and not nothing."""
    polys = [origin(size) for size in sizes]
    known = [poly for poly in polys if poly is not None]
    if len(known) < 2 or len(known) < len(polys):
        return None
    steps = {after - before for before, after in pairwise(known)}
    step = steps.pop()
    return step if not steps and step.terms else None


def grown(copies: Sequence[Mapping[str, WireType]], count: Any) -> Mapping[str, WireType]:
    """The last copy's outputs, their sizes said by the number of copies where that is an expression."""
    last = copies[-1]
    if not isinstance(count, Traced) or count.poly.number is not None:
        return last
    return {name: _grown([outputs.get(name) for outputs in copies], count) for name in last}


def _grown(types: Sequence[WireType], count: Traced) -> WireType:
    last = types[-1]
    tensors = [type_ for type_ in types if isinstance(type_, TensorType)]
    if not isinstance(last, TensorType) or any(type_.rank != last.rank for type_ in tensors):
        return last
    return last.with_shape(*(_size([type_.shape[at] for type_ in tensors], count) for at in range(last.rank)))


def _size(sizes: Sequence[Any], count: Traced) -> Any:
    step = increment(sizes)
    first = origin(sizes[0])
    if step is None or first is None:
        return sizes[-1]
    return Traced(int(sizes[-1]), first + (count.poly - Poly.constant(1)) * step)
