"""Checks that many blocks' shape rules share. Each raises a ShapeError that says what was expected, what came and what
would mend it; sizes that are not known pass unless they certainly are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from app.core.problems import Fix, InsertBefore, ShapeError
from app.core.symbolic import Dim, Symbol, Traced, differ, smaller
from app.core.tensor_type import FLOATING, INTEGER, TensorType

Sizes: TypeAlias = int | tuple[int, ...]
"""A whole number, or one for each dimension."""


def floating(type: TensorType, port: str = "input") -> None:
    """Any floating dtype, as activations and pools take."""
    if type.dtype not in FLOATING:
        raise wrong_dtype(type, "floating-point numbers", "float32", port)


def float32(type: TensorType, port: str = "input") -> None:
    """The dtype of the weights: torch mixes no dtypes in a layer."""
    if type.dtype != "float32":
        raise wrong_dtype(type, "float32 numbers, as its weights are", "float32", port)


def indices(type: TensorType, port: str = "input") -> None:
    """Whole numbers that torch takes as indices."""
    if type.dtype not in ("int64", "int32"):
        raise wrong_dtype(type, "whole numbers (int64)", "int64", port)


def numeric(type: TensorType, port: str = "input") -> None:
    """Numbers of any kind: everything but bool."""
    if type.dtype not in FLOATING | INTEGER | {"complex64"}:
        raise wrong_dtype(type, "numbers", "float32", port)


def wrong_dtype(type: TensorType, expected: str, wanted: str, port: str = "input") -> ShapeError:
    return ShapeError(
        f"“{port}” takes {expected}; {type.dtype} came. Put a Cast to {wanted} before it.",
        expected=wanted,
        came=type.dtype,
        part=port,
        fixes=(InsertBefore(port, "Cast", {"dtype": wanted}, f"Cast to {wanted}"),),
    )


def same_dtype(type: TensorType, other: TensorType, port: str, other_port: str) -> None:
    """torch refuses to mix dtypes in products and recurrences."""
    if type.dtype != other.dtype:
        raise wrong_dtype(type, f"the dtype of “{other_port}”, {other.dtype}", other.dtype, port)


def shaped(type: TensorType, pattern: str, port: str = "input", fixes: tuple[Fix, ...] = ()) -> None:
    """The input has as many dimensions as the pattern (“B×C×H×W”) names."""
    if type.rank != pattern.count("×") + 1:
        raise wrong_shape(type, pattern, port, fixes)


def at_least_rank(type: TensorType, rank: int, pattern: str, port: str = "input") -> None:
    if type.rank < rank:
        raise wrong_shape(type, pattern, port)


def wrong_shape(type: TensorType, pattern: str, port: str = "input", fixes: tuple[Fix, ...] = ()) -> ShapeError:
    mend = " ".join(fix.label + "." for fix in fixes[:1])
    sentence = f"“{port}” takes {pattern}; {type} came."
    return ShapeError(f"{sentence} {mend}".strip(), expected=pattern, came=str(type), part=port, fixes=fixes)


def known(size: Dim, what: str, port: str = "input") -> int:
    """A size that decides the shape of weights, which must be a number."""
    if isinstance(size, Symbol):
        raise ShapeError(
            f"The {what} of “{port}” decides the shape of the weights, so it must be a number; {size} came. "
            "Give it a fixed size before it gets here.",
            expected="a number",
            came=str(size),
            part=port,
        )
    return size


def same_size(size: Dim, other: Dim, what: str, port: str, other_port: str) -> None:
    if differ(size, other):
        raise ShapeError(
            f"“{port}” and “{other_port}” must have the same {what}; {size} and {other} came.",
            expected=str(other),
            came=str(size),
            part=port,
        )


def dimension(dim: int, rank: int, argument: str = "dim", extra: int = 0) -> int:
    """A dimension counted from the front, for one that may be counted from the back. ``extra``: new dimensions that
    the operation adds (1 for stack and unsqueeze).
    """
    total = rank + extra
    if not -total <= dim < total:
        span = f"{-total} to {total - 1}" if total else "nothing"
        raise ShapeError(
            f"The input has {rank} dimensions, so {argument} may be {span}; {dim} came.",
            expected=span,
            came=str(dim),
            part=argument,
        )
    return int(dim) % total


def each(value: Sizes, count: int) -> tuple[int, ...]:
    """One number for each dimension, from a single one or a list."""
    return tuple(value) if isinstance(value, tuple | list) else (value,) * count


def certainly(size: Dim, value: int) -> bool:
    """True where a size is known to be that number."""
    return isinstance(size, int) and size == value


def positive(size: Dim, message: str, port: str = "input") -> None:
    """A computed size of at least 1, or the message as a ShapeError."""
    if smaller(size, 1):
        raise ShapeError(message, expected="at least 1", came=str(size), part=port)


def text(value: Sizes, separator: str = "×") -> str:
    """``3×3`` for the node's corner, from 3 (then ``3``) or (3, 3)."""
    return separator.join(str(item) for item in value) if isinstance(value, tuple | list) else str(value)


def square(value: Sizes, dims: int) -> str:
    """Always one number for each dimension: ``3×3`` from 3."""
    return text(each(value, dims))


def functional(
    name: str, positional: tuple[str, ...], arguments: Mapping[str, Any], defaults: Mapping[str, Any]
) -> str:
    """A functional template, ``F.max_pool2d(input, kernel_size, stride=stride)``: keywords that equal torch's default
    are left out, unless their value is traced to an expression that the user wrote.
    """
    named = [f"{key}={key}" for key in arguments if key not in positional and not is_default(key, arguments, defaults)]
    return f"{name}({', '.join([*positional, *named])})"


def is_default(name: str, arguments: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
    """Whether an argument may be left out: it is torch's default, and no formula stands behind it."""
    value = arguments[name]
    items = value if isinstance(value, tuple | list) else (value,)
    if name not in defaults or any(isinstance(item, Traced) for item in items):
        return False
    default = defaults[name]
    return isinstance(value, bool) == isinstance(default, bool) and bool(value == default)
