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


PROVEN = 3
"""Copies that show how a size grows: two lie on any line."""


def may_grow(count: Any) -> bool:
    """Whether the number of copies is an expression."""
    return isinstance(count, Traced) and count.poly.number is None


def grown(copies: Sequence[Mapping[str, WireType]], count: Any) -> Mapping[str, WireType]:
    """The outputs of copy number ``count``, their sizes said by that number where all copies show how.

    ``copies``: at least so many; more of them where these alone prove nothing.
    """
    last = copies[int(count) - 1]
    if not may_grow(count) or len(copies) < PROVEN:
        return last
    return {name: _grown([outputs.get(name) for outputs in copies], count) for name in last}


def _grown(types: Sequence[WireType], count: Traced) -> WireType:
    last = types[int(count) - 1]
    tensors = [type_ for type_ in types if isinstance(type_, TensorType)]
    if not isinstance(last, TensorType) or any(type_.rank != last.rank for type_ in tensors):
        return last
    return last.with_shape(*(_size([type_.shape[at] for type_ in tensors], count) for at in range(last.rank)))


def _size(sizes: Sequence[Any], count: Traced) -> Any:
    step = increment(sizes)
    first = origin(sizes[0])
    if step is None or first is None:
        return sizes[int(count) - 1]
    return Traced(int(sizes[int(count) - 1]), first + (count.poly - Poly.constant(1)) * step)


def by_count(grown_: WireType, last: WireType, said: WireType) -> WireType:
    """The sizes that growth explains; of the others, those that hang on a copy's number as the last copy says them."""
    if not isinstance(grown_, TensorType) or not isinstance(last, TensorType) or not isinstance(said, TensorType):
        return grown_
    sizes = zip(grown_.shape, last.shape, said.shape, strict=True)
    return grown_.with_shape(*(c if origin(a) == origin(b) != origin(c) else a for a, b, c in sizes))
