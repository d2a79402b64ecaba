"""torch's rules for operations that go element by element: which dtype comes out, and how shapes broadcast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from app.core.block import Block, Expression
from app.core.problems import InsertBefore, ShapeError
from app.core.symbolic import Dim, differ
from app.core.tensor_type import DTYPES, FLOATING, INTEGER, TensorType, broadcast
from blocks.rules import wrong_dtype

REAL = FLOATING | INTEGER
"""Every dtype but bool and complex64."""

NUMBERS = REAL | {"complex64"}
INEXACT = FLOATING | {"complex64"}

_BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
_SIGNED = {bits: dtype for dtype, bits in _BITS.items()}
_FLOAT_BITS = {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}


def kind(dtype: str) -> int:
    """bool, whole, floating, complex: the later wins over the earlier when dtypes meet."""
    if dtype in INTEGER:
        return 1
    return 2 if dtype in FLOATING else 3 if dtype.startswith("complex") else 0


def wider(a: str, b: str) -> str:
    """The dtype that holds both, as torch promotes them."""
    if a == b:
        return a
    if kind(a) != kind(b):
        high, low = (a, b) if kind(a) > kind(b) else (b, a)
        return "complex128" if kind(high) == 3 and low == "float64" else high
    if kind(a) == 2:
        if _FLOAT_BITS[a] == _FLOAT_BITS[b]:
            return "float32"  # float16 with bfloat16: neither holds the other
        return max(a, b, key=_FLOAT_BITS.__getitem__)
    if "uint8" in (a, b):
        signed = b if a == "uint8" else a
        return _SIGNED[max(16, _BITS[signed])]
    return max(a, b, key=_BITS.__getitem__)


def promoted(a: TensorType, b: TensorType) -> str:
    """dtype of an operation on two tensors; a tensor without dimensions counts only by its kind."""
    if bool(a.rank) == bool(b.rank):
        return wider(a.dtype, b.dtype)
    strong, weak = (a.dtype, b.dtype) if a.rank else (b.dtype, a.dtype)
    return wider(strong, weak) if kind(weak) > kind(strong) else strong


def with_number(dtype: str, *numbers: float | None) -> str:
    """dtype of an operation on a tensor and plain numbers."""
    for number in numbers:
        if isinstance(number, float) and kind(dtype) < 2:
            dtype = "float32"
        elif isinstance(number, int) and not isinstance(number, bool) and dtype == "bool":
            dtype = "int64"
    return dtype


def as_floating(dtype: str) -> str:
    """dtype of an operation that makes whole numbers floating ones, as division does."""
    return dtype if kind(dtype) >= 2 else "float32"


def broadcasting(types: Mapping[str, TensorType] | Sequence[TensorType], port: str = "inputs") -> TensorType:
    """Type of an elementwise operation on several tensors, one after the other. Keys of a mapping are their ports; of
    a sequence all enter ``port``.
    """
    entering = [(name, 0, came) for name, came in types.items()] if isinstance(types, Mapping) else [
        (port, place, came) for place, came in enumerate(types)
    ]  # fmt: skip
    (_, _, result), *rest = entering
    for name, place, came in rest:
        spoken = name if isinstance(types, Mapping) else f"{name} {place + 1}"
        shape = broadcast(result.shape, came.shape)
        if shape is None:
            raise _not_alike(spoken, result, came, name, place)
        result = representable(TensorType(shape, promoted(result, came)), name, place)
    return result


def broadcast_shape(a: TensorType, b: TensorType, port: str) -> tuple[Dim, ...]:
    """The shape alone, for operations that mix dtypes in their own way."""
    shape = broadcast(a.shape, b.shape)
    if shape is None:
        raise _not_alike(port, a, b, port)
    return shape


def representable(type: TensorType, port: str, place: int = 0) -> TensorType:
    """Refuses what Netloom's wires cannot carry. ``place``: which of several wires that enter the port is at fault."""
    if type.dtype not in DTYPES:
        raise ShapeError(
            f"“{port}” would make the result {type.dtype}, which no wire carries. Cast the float64 numbers to float32.",
            expected="complex64",
            came=type.dtype,
            part=port,
            fixes=(InsertBefore(port, "Cast", {"dtype": "float32"}, "Cast to float32", place=place),),
        )
    return type


def _not_alike(name: str, expected: TensorType, came: TensorType, port: str, place: int = 0) -> ShapeError:
    fixes = tuple(replace(fix, place=place) for fix in _matching(expected, came, port))
    mend = f" {fixes[0].label}." if fixes else " Sizes must be equal, or 1 where one of them is repeated."
    return ShapeError(
        f"“{name}” must fit the shape {expected}; {came} came.{mend}",
        expected=str(expected),
        came=str(came),
        part=port,
        fixes=fixes,
    )


def _matching(expected: TensorType, came: TensorType, port: str) -> tuple[InsertBefore, ...]:
    """A projection, where only the channels (of maps) or the features disagree."""
    if expected.rank != came.rank or expected.rank < 2:
        return ()
    wrong = [i for i in range(came.rank) if differ(expected.shape[i], came.shape[i])]
    channels, features = expected.shape[1], expected.shape[-1]
    if wrong == [1] and came.rank == 4 and isinstance(channels, int):
        arguments: dict[str, object] = {"out_channels": int(channels), "kernel_size": 1}
        return (InsertBefore(port, "Conv2d", arguments, f"Put a 1×1 Conv2d to {channels} channels before it"),)
    if wrong == [came.rank - 1] and came.rank in (2, 3) and isinstance(features, int):
        arguments = {"out_features": int(features)}
        return (InsertBefore(port, "Linear", arguments, f"Put a Linear to {features} features before it"),)
    return ()


@dataclass(frozen=True, kw_only=True)
class Unary(Block):
    """Base of functions of one tensor, element by element. ``floats``: whole numbers become floating ones."""

    expression: ClassVar[str]
    takes: ClassVar[frozenset[str]] = frozenset(DTYPES)
    floats: ClassVar[bool] = False

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, self.takes)
        return input.with_dtype(as_floating(input.dtype)) if self.floats else input

    def call(self, input: TensorType) -> Expression:
        return Expression(self.expression)


@dataclass(frozen=True, kw_only=True)
class Binary(Block):
    """Base of functions of two tensors, element by element, that broadcast."""

    expression: ClassVar[str]

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        return broadcasting({"a": a, "b": b})

    def call(self, a: TensorType, b: TensorType) -> Expression:
        return Expression(self.expression)


def dtype_among(type: TensorType, allowed: frozenset[str] | set[str], port: str = "input") -> None:
    """The dtype is one of those that torch has the operation for."""
    if type.dtype in allowed:
        return
    if allowed <= FLOATING:
        raise wrong_dtype(type, "floating-point numbers", "float32", port)
    if allowed <= INTEGER | {"bool"}:
        raise wrong_dtype(type, "true or false, or whole numbers", "bool", port)
    raise wrong_dtype(type, "real numbers" if "complex64" not in allowed else "numbers", "float32", port)
