"""What arithmetic takes beside any tensors."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, related, tensor_types

sizes = st.integers(1, 4)


@st.composite
def _products(draw: st.DrawFn, block: Block) -> Inputs:
    """Matrices that fit most of the time, with batches that broadcast, and vectors."""
    i, k, j = draw(sizes), draw(sizes), draw(sizes)
    batch = tuple(draw(st.lists(sizes, max_size=2)))
    dtype = draw(st.sampled_from(["float32", "float32", "int64", "complex64"]))
    other = draw(st.sampled_from([batch, batch[1:], tuple(1 for _ in batch)]))
    a = TensorType(draw(st.sampled_from([(*batch, i, k), (k,)])), dtype)
    b = TensorType(draw(st.sampled_from([(*other, k, j), (*other, k, j), (*other, j, k), (k,)])), dtype)
    return draw(st.sampled_from([(a, b)] * 4 + [(b, a), (a, b.with_dtype("float64"))]))


@st.composite
def _choices(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 3))
    other = draw(st.sampled_from([base, base.with_shape(), base.with_dtype("int64")]))
    condition = draw(st.sampled_from([base, base.with_shape(*base.shape[1:]), base.with_shape(2, *base.shape)]))
    return condition.with_dtype(draw(st.sampled_from(["bool"] * 5 + ["float32"]))), base, other


@st.composite
def _masks(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 3, dtypes=("bool", "bool", "bool", "float32")))
    return tuple(base for _ in block.ports()[0])


@st.composite
def _vectors(draw: st.DrawFn, block: Block) -> Inputs:
    batch = draw(st.lists(sizes, max_size=2))
    a, b = (TensorType((*batch, draw(sizes))) for _ in range(2))
    return draw(st.sampled_from([(a, b), (a, b), (a, b.with_shape(*b.shape[-1:])), (a.with_shape(), b)]))


EVERY_DTYPE = ("bool", "uint8", "int8", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64")
UNARY = (
    *("Abs", "Cos", "Exp", "Log", "LogicalNot", "Negate", "Reciprocal", "Round", "Rsqrt", "Sign", "Sin", "Sqrt"),
    *("Floor", "Ceil", "Trunc", "Log1p", "Expm1", "Log2", "Log10", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh"),
    *("Asinh", "Acosh", "Atanh", "Erf", "LogGamma", "Logit", "NanToNum", "IsFinite"),
)


def _every_dtype(block: Block) -> Any:
    if type(block).__name__ == "LogicalNot":
        return _masks(block)
    return st.tuples(tensor_types(0, 3, dtypes=EVERY_DTYPE))


@st.composite
def _contracted(draw: st.DrawFn, block: Any) -> Inputs:
    """Tensors whose sizes fit the equation's letters most of the time."""
    letters = {letter: draw(st.integers(2, 4)) for letter in "abcdij"}
    found = []
    for part in block.equation.partition("->")[0].split(","):
        shape = [letters.get(letter, 2) for letter in part]
        if draw(st.integers(0, 6)) == 0:
            shape.append(2)
        found.append(TensorType(shape, draw(st.sampled_from(["float32"] * 9 + ["int64"]))))
    return (tuple(found),)


@st.composite
def _divided(draw: st.DrawFn, block: Block) -> Inputs:
    """No whole number is divided by a tensor that may hold 0."""
    base = draw(tensor_types(0, 3))
    if base.is_floating or draw(st.booleans()):
        return base, draw(st.none() | related(base).filter(lambda other: other.is_floating))
    return base, None


@st.composite
def _alike(draw: st.DrawFn, block: Block) -> Inputs:
    """Tensors that broadcast, of one floating dtype most of the time."""
    base = draw(tensor_types(0, 3, dtypes=("float32", "float32", "float64")))
    others = [draw(related(base)) for _ in block.ports()[0][1:]]
    found = [other.with_dtype(base.dtype) if draw(st.integers(0, 5)) else other for other in others]
    if type(block).__name__ == "Lerp":
        found[1:] = [draw(st.sampled_from([None, found[1]]))]
    return base, *found


@st.composite
def _crossed(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3, dtypes=("float32", "float32", "int64", "bool")))
    if -base.rank <= block.dim < base.rank and draw(st.integers(0, 6)):
        shape = list(base.shape)
        shape[block.dim] = 3
        base = base.with_shape(*shape)
    return base, draw(st.just(base) | related(base))


@st.composite
def _row_sets(draw: st.DrawFn, block: Block) -> Inputs:
    batch = tuple(draw(st.lists(sizes, max_size=2)))
    n, m, f = draw(sizes), draw(sizes), draw(sizes)
    a = TensorType((*batch, n, f), draw(st.sampled_from(["float32"] * 4 + ["float64", "int64"])))
    other = draw(st.sampled_from([batch, batch[1:], tuple(1 for _ in batch)]))
    b = TensorType((*other, m, draw(st.sampled_from([f] * 6 + [f + 1]))), a.dtype)
    return draw(st.sampled_from([(a, b)] * 5 + [(a, b.with_dtype("float16")), (a, b.with_shape(f))]))


def _weighted(block: Any) -> st.SearchStrategy[Inputs]:
    count = len(block.factors)
    counts = st.sampled_from([count] * 5 + [count + 1])
    return counts.flatmap(lambda n: st.lists(tensor_types(0, 2, sizes=(1, 2)), min_size=n, max_size=n)).map(
        lambda found: (tuple(found),)
    )


INPUTS = {
    **dict.fromkeys(("Remainder", "FloorDivide"), _divided),
    **dict.fromkeys(("Lerp", "LogAddExp", "Dot"), _alike),
    **dict.fromkeys(("DistanceMatrix", "SimilarityMatrix"), _row_sets),
    "TruncatedSVD": lambda block: st.tuples(tensor_types(1, 4, sizes=(2, 6))),
    "LogicalXor": _masks,
    "Cross": _crossed,
    "Kronecker": lambda block: st.tuples(tensor_types(0, 3, sizes=(1, 3)), tensor_types(0, 3, sizes=(1, 3))),
    "WeightedSum": _weighted,
    "Einsum": _contracted,
    **dict.fromkeys((*UNARY, "Square", "Scale", "AddScalar", "Affine", "Clamp"), _every_dtype),
    "LogicalAnd": _masks,
    "LogicalOr": _masks,
    "MatMul": _products,
    "Outer": _vectors,
    "Where": _choices,
}


def _only_masks(block: Block, *types: TensorType) -> str | None:
    if all(given.dtype != "bool" for given in types):
        return "torch works bit by bit on whole numbers; the block is for masks"
    return "torch mixes masks with whole numbers bit by bit" if any(g.dtype != "bool" for g in types) else None


def _no_doubles(block: Block, *types: Any) -> str | None:
    flat = [part for given in types for part in (given if isinstance(given, tuple) else (given,)) if part is not None]
    if {"complex64", "float64"} <= {given.dtype for given in flat}:
        return "the result would be complex128, which no wire carries"
    return None


def _scalars(block: Block, *types: TensorType) -> str | None:
    return "torch makes vectors of scalars" if any(not given.rank for given in types) else _no_doubles(block, *types)


def _mean_of_masks(block: Block, inputs: tuple[TensorType, ...]) -> str | None:
    if all(given.dtype == "bool" for given in inputs):
        return "torch adds bools to a bool, whose mean says nothing"
    return _no_doubles(block, inputs)


def _one_factor_each(block: Any, inputs: tuple[TensorType, ...]) -> str | None:
    if len(block.factors) != len(inputs):
        return "a wire without a factor would be left out of the sum"
    return _no_doubles(block, inputs)


def _by_nothing(block: Any, *types: Any) -> str | None:
    return "torch gives infinity for floating-point numbers" if block.divisor == 0 else None


STRICTER: dict[str, Any] = {
    "Average": _mean_of_masks,
    "WeightedSum": _one_factor_each,
    "Dot": lambda block, a, b: "torch takes a scalar for a vector here" if not (a.rank or b.rank) else None,
    **dict.fromkeys(("Remainder", "FloorDivide"), _by_nothing),
    **dict.fromkeys(("LogicalNot", "LogicalAnd", "LogicalOr", "LogicalXor"), _only_masks),
    **dict.fromkeys(("Add", "Multiply", "Subtract", "Divide", "Power", "Where"), _no_doubles),
    "Outer": _scalars,
}

EQUATIONS = (
    "bid,bjd->bij",
    "ij,jc->ic",
    "ab,ab->ab",
    "i,j->ij",
    "aib->ab",
    "ij->",
    "ab,bc->cb",
    "aa->a",
    "ij->k",
    "i;j",
)
ARGUMENTS: dict[str, Any] = {
    "Einsum": {"equation": st.sampled_from(EQUATIONS)},
    "TruncatedSVD": {"k": st.integers(1, 5)},
    "Cross": {"dim": st.sampled_from([-1, -1, 0, 1, -2])},
    "Dot": {"dim": st.sampled_from([-1, -1, 0, 1, -2])},
    **{key: {"divisor": st.sampled_from([2, 3, 0.5, -2, 1.0, 0])} for key in ("Remainder", "FloorDivide")},
    "WeightedSum": {"factors": st.lists(st.sampled_from([1, 1.0, 2, 0.5]), min_size=1, max_size=3).map(tuple)},
    "DistanceMatrix": {"p": st.sampled_from([2.0, 2.0, 1.0, 3.0])},
}


def _einsum(block: Any, inputs: tuple[TensorType, ...]) -> str | None:
    if len({given.dtype for given in inputs}) > 1:
        return "torch mixes dtypes where nothing is multiplied as matrices, and refuses to where something is"
    return "torch takes a diagonal where a letter comes twice" if block.equation == "aa->a" else None


STRICTER["Einsum"] = _einsum
