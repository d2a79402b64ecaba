"""What flows along a wire: a tensor's shape and element type, or a module that the receiver may call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import ref

from app.core.symbolic import Dim, Symbol, Traced, differ, merge

FLOATING = frozenset({"float16", "bfloat16", "float32", "float64"})
INTEGER = frozenset({"uint8", "int8", "int16", "int32", "int64"})
DTYPES = FLOATING | INTEGER | {"bool", "complex64"}
ITEM_BYTES = {"bool": 1, "uint8": 1, "int8": 1, "int16": 2, "float16": 2, "bfloat16": 2}
ITEM_BYTES |= {"int32": 4, "float32": 4, "int64": 8, "float64": 8, "complex64": 8}

EXAMPLE_LENGTH = 16
"""What an unknown length counts as in totals of work and memory; the batch counts as one."""


class _Example(dict[str, int]):
    def __missing__(self, name: str) -> int:
        return EXAMPLE_LENGTH


_EXAMPLE = _Example(B=1)


def example_size(dim: Dim) -> int:
    """A number for a size: the batch counts as one, other unknowns as ``EXAMPLE_LENGTH``."""
    return dim.poly.value(_EXAMPLE) if isinstance(dim, Symbol) else int(dim)


class TensorType:
    """Shape and dtype of a tensor; ``TensorType((B, 64, 56, 56))`` prints as ``B×64×56×56``.

    Equal types are one object, so comparing them is comparing identities, which the live path lives by. Types with
    traced sizes are the exception: each is itself, and lives for one pass of code generation.
    """

    __slots__ = ("__weakref__", "_bytes", "dtype", "shape")

    shape: tuple[Dim, ...]
    dtype: str
    _bytes: int

    def __new__(cls, shape: Iterable[Dim], dtype: str = "float32") -> TensorType:
        shape = tuple(shape)
        for dim in shape:
            if dim.__class__ is Traced:
                return TracedType._make(shape, dtype)
        key = (shape, dtype)
        known = _KNOWN.get(key)
        found = known() if known is not None else None
        if found is None:
            found = cls._make(shape, dtype)
            known = _KNOWN[key] = _Known(found, _forget)
            known.key = key
        return found

    @classmethod
    def _make(cls, shape: tuple[Dim, ...], dtype: str) -> TensorType:
        self = super().__new__(cls)
        self.shape = shape
        self.dtype = dtype
        self._bytes = -1
        return self

    def __getnewargs__(self) -> tuple[tuple[Dim, ...], str]:
        return self.shape, self.dtype

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def is_floating(self) -> bool:
        return self.dtype in FLOATING

    @property
    def example_bytes(self) -> int:
        """Bytes of such a tensor for a batch of one, every other unknown size being ``EXAMPLE_LENGTH``."""
        if self._bytes < 0:
            count = ITEM_BYTES.get(self.dtype, 0)
            for dim in self.shape:
                count *= dim if dim.__class__ is int else example_size(dim)
            self._bytes = int(count)
        return self._bytes

    def with_shape(self, *shape: Dim) -> TensorType:
        return TensorType(shape, self.dtype)

    def with_dtype(self, dtype: str) -> TensorType:
        return TensorType(self.shape, dtype)

    def size(self, dim: int) -> Dim:
        return self.shape[dim]

    def __str__(self) -> str:
        text = "×".join(str(dim) for dim in self.shape) or "scalar"
        return text if self.dtype == "float32" else f"{text} {self.dtype}"

    def __repr__(self) -> str:
        return f"TensorType({self})"


class _Known(ref[TensorType]):
    """Leads to the one type of its key for as long as somebody holds that."""

    __slots__ = ("key",)

    key: tuple[tuple[Dim, ...], str]


_KNOWN: dict[tuple[tuple[Dim, ...], str], _Known] = {}


def _forget(gone: ref[TensorType], known: dict[tuple[tuple[Dim, ...], str], _Known] = _KNOWN) -> None:
    assert isinstance(gone, _Known)
    if known.get(gone.key) is gone:
        del known[gone.key]


class TracedType(TensorType):
    """A type with provenance on its sizes: not one object for equal types, so compared by its numbers."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorType) and self.dtype == other.dtype and self.shape == other.shape

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))


ABSENT = TensorType._make((), "absent")
"""On the wires of a muted node: whatever it fed does without it."""


class ModuleType:
    """A module on a wire: what it is called, and what it gives for given input types.

    ``instances`` collects what elaboration made of it each time that it was called. ``state`` gives the shapes of what
    it keeps by key, or None where these are not known without calling it.
    """

    __slots__ = ("call", "inputs", "instances", "name", "outputs", "state")

    def __init__(
        self,
        name: str,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        call: Callable[[tuple[WireType, ...]], tuple[WireType, ...]],
        state: Callable[[], Mapping[str, Any] | None] = lambda: None,
    ) -> None:
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.call = call
        self.state = state
        self.instances: list[Any] = []

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.inputs)})"


WireType = TensorType | ModuleType | None
"""None: not known, because something before it is wrong or missing."""


def symbols(*names: str) -> Any:
    """One or several unknown sizes: ``B, T = symbols("B", "T")``."""
    made = tuple(Symbol(name) for name in names)
    return made[0] if len(made) == 1 else made


def broadcast(*shapes: tuple[Dim, ...]) -> tuple[Dim, ...] | None:
    """The shape that torch broadcasts to, or None where the sizes certainly disagree."""
    rank = max(len(shape) for shape in shapes)
    result: list[Dim] = []
    for position in range(rank):
        size: Dim = 1
        for shape in shapes:
            offset = position - rank + len(shape)
            if offset < 0:
                continue
            dim = shape[offset]
            if isinstance(size, int) and size == 1:
                size = dim
            elif isinstance(dim, int) and dim == 1:
                continue
            elif differ(size, dim):
                return None
            else:
                size = merge(size, dim)
        result.append(size)
    return tuple(result)
