"""Formulas: ``=planes * 4``, ``=2 if i == 0 else 1``, ``=layers[1]``, ``=x.channels // 2``.

A formula is parsed by Python's own parser, kept only if every part of its tree is on the list below, and evaluated by
walking that tree. Nothing is ever executed, numbers are bounded, and there is no loop to be endless.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from app.core.symbolic import Symbol, quotient

BOUND = 2**63
LONGEST = 2000
DEEPEST = 40

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "len": len,
    "sum": sum,
    "round": round,
    "ceil": math.ceil,
    "floor": math.floor,
}
_SIZES = frozenset({"batch", "channels", "features", "length", "height", "width", "depth", "rank", "shape"})


_NOT_ARITHMETIC = (ast.Call, ast.IfExp, ast.BoolOp, ast.Compare, ast.Mod, ast.Div, ast.Pow)


class _Replace(ast.NodeTransformer):
    def __init__(self, name: str, value: int) -> None:
        self.name = name
        self.value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.value) if node.id == self.name else node


class FormulaError(ValueError):
    """A formula that cannot be read or has no value; the message is a sentence for the user."""


class UnknownSize(FormulaError):  # noqa: N818 - it is not the user's mistake: the size will be known later
    """A formula that needs a size which is not known (yet)."""


def is_formula(value: object) -> bool:
    """Whether an argument's value is a formula rather than itself."""
    return value.__class__ is str and value[:1] == "="


class Formula:
    """A parsed formula. ``text`` is re-printed from the tree, never as typed."""

    def __init__(self, tree: ast.expr) -> None:
        self.tree = tree

    @cached_property
    def is_arithmetic(self) -> bool:
        """Whether it is made of sums and products alone."""
        return not any(isinstance(part, _NOT_ARITHMETIC) for part in ast.walk(self.tree))

    @cached_property
    def text(self) -> str:
        return ast.unparse(self.tree)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(_names(self.tree))

    def at(self, name: str, value: int) -> str:
        """The formula's text with a number in the place of a name."""
        return _replaced(self.text, name, value)

    def value(self, names: Mapping[str, Any]) -> Any:
        """The value for the given names; input sizes are given as ``{"x": TensorType}``."""
        try:
            return _value(self.tree, names)
        except FormulaError:
            raise
        except ZeroDivisionError:
            raise FormulaError(f"“{self.text}” divides by zero.") from None
        except (TypeError, IndexError, KeyError, ValueError, OverflowError) as error:
            raise FormulaError(f"“{self.text}” has no value: {error}.") from None


@lru_cache(maxsize=8192)
def parse(text: str) -> Formula:
    """Read a formula, with or without its leading ``=``."""
    source = text.removeprefix("=").strip()
    if len(source) > LONGEST:
        raise FormulaError(f"A formula may have {LONGEST} characters; this one has {len(source)}.")
    if not source:
        raise FormulaError("A formula needs something after the “=”, for example “=channels * 2”.")
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "too deeply nested"
        raise FormulaError(f"“{source}” cannot be read as a formula: {reason}.") from None
    _check(tree, source, 0)
    return Formula(tree)


@lru_cache(maxsize=4096)
def _replaced(text: str, name: str, value: int) -> str:
    return ast.unparse(_Replace(name, value).visit(ast.parse(text, mode="eval")))


def rename(text: str, old: str, new: str) -> str:
    """The formula with one name replaced, for renaming an argument."""
    tree = ast.parse(parse(text).text, mode="eval").body
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    for part in ast.walk(tree):
        if isinstance(part, ast.Name) and part.id == old and id(part) not in called:
            part.id = new
    return "=" + ast.unparse(tree)


def substitute(text: str, values: Mapping[str, Any]) -> Any:
    """The formula with values, or formulas, in the place of names; where it is just a name, what stands for it."""
    tree = ast.parse(parse(text).text, mode="eval").body
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    if isinstance(tree, ast.Name) and tree.id in values:
        return values[tree.id]

    class Substitution(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return _written(values[node.id]) if node.id in values and id(node) not in called else node

    made = ast.unparse(Substitution().visit(tree))
    return "=" + parse(made).text


def evaluated(tree: ast.expr) -> Any:
    """What an expression without names comes to; raises FormulaError."""
    try:
        return _value(tree, {})
    except ZeroDivisionError:
        raise FormulaError(f"“{ast.unparse(tree)}” divides by zero.") from None


def _written(value: Any) -> ast.expr:
    """A value as part of a formula's tree."""
    if is_formula(value):
        return ast.parse(parse(value).text, mode="eval").body
    if isinstance(value, tuple | list):
        return ast.Tuple([_written(item) for item in value], ast.Load())
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _names(tree: ast.expr) -> set[str]:
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    return {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in called}


def _check(tree: ast.AST, source: str, depth: int) -> None:
    if depth > DEEPEST:
        raise FormulaError(f"“{source[:60]}…” is nested more than {DEEPEST} deep.")
    if isinstance(tree, ast.Constant):
        if not isinstance(tree.value, bool | int | float | str | None):
            raise FormulaError(f"“{source}” may hold numbers, texts and names, not {tree.value!r}.")
        _bounded(tree.value, source)
    elif isinstance(tree, ast.Call):
        if not isinstance(tree.func, ast.Name) or tree.func.id not in _FUNCTIONS or tree.keywords:
            raise FormulaError(f"“{ast.unparse(tree)}”: a formula may call only {', '.join(sorted(_FUNCTIONS))}.")
    elif isinstance(tree, ast.Attribute):
        if not isinstance(tree.value, ast.Name) or tree.attr not in _SIZES:
            raise FormulaError(
                f"“{ast.unparse(tree)}”: an input's sizes are {', '.join(sorted(_SIZES))}, as in x.channels."
            )
    elif isinstance(tree, ast.BinOp | ast.Compare | ast.UnaryOp):
        _check_operator(tree, source)
    elif not isinstance(
        tree,
        ast.BoolOp | ast.boolop | ast.IfExp | ast.Subscript | ast.Slice | ast.Tuple | ast.List | ast.Name
        | ast.operator | ast.cmpop | ast.unaryop | ast.expr_context,
    ):  # fmt: skip
        raise FormulaError(
            f"“{source}” holds something that a formula may not: it knows arithmetic, comparison, and, or, not, "
            "if-else, [ ] and the functions " + ", ".join(sorted(_FUNCTIONS)) + "."
        )
    for part in ast.iter_child_nodes(tree):
        _check(part, source, depth + 1)


def _check_operator(tree: ast.BinOp | ast.Compare | ast.UnaryOp, source: str) -> None:
    parts: list[type] = [type(op) for op in tree.ops] if isinstance(tree, ast.Compare) else [type(tree.op)]
    known: set[type] = {*_ARITHMETIC, *_COMPARISON, ast.Not, ast.USub, ast.UAdd}
    if not known.issuperset(parts):
        raise FormulaError(f"“{source}” uses an operator that a formula does not know; it knows + - * / // % **.")


def _value(tree: ast.expr, names: Mapping[str, Any]) -> Any:
    return _EVALUATORS[type(tree)](tree, names)


def _name(tree: Any, names: Mapping[str, Any]) -> Any:
    try:
        return names[tree.id]
    except KeyError:
        known = ", ".join(sorted(names)) or "nothing"
        raise FormulaError(f"“{tree.id}” is not known here; known are: {known}.") from None


def _binary(tree: Any, names: Mapping[str, Any]) -> Any:
    left, right = _value(tree.left, names), _value(tree.right, names)
    kind = type(tree.op)
    for side in (left, right):
        if side is None:
            raise UnknownSize(f"“{ast.unparse(tree)}” needs a size that is not known.")
    if kind is ast.Pow and (not isinstance(right, int | float) or abs(right) > 64):
        raise FormulaError(f"“{ast.unparse(tree)}”: an exponent may be a number up to 64.")
    if not isinstance(left, int | float | Symbol) or not isinstance(right, int | float | Symbol):
        if kind is ast.Add and isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
        raise FormulaError(f"“{ast.unparse(tree)}” needs numbers on both sides.")
    if kind is ast.FloorDiv and isinstance(left, int) and isinstance(right, int) and right:
        return quotient(left, right)
    result = _ARITHMETIC[kind](left, right)
    _bounded(result, tree)
    return result


def _bounded(value: Any, source: str | ast.expr) -> None:
    if isinstance(value, complex):
        raise FormulaError(f"“{_shown(source)}” is the root of a negative number.")
    if isinstance(value, int) and not -BOUND < value < BOUND:
        raise FormulaError(f"“{_shown(source)}” is beyond ±2^63.")
    if isinstance(value, float) and not math.isfinite(value):
        raise FormulaError(f"“{_shown(source)}” is not a finite number.")


def _shown(source: str | ast.expr) -> str:
    return source if isinstance(source, str) else ast.unparse(source)


def _compare(tree: Any, names: Mapping[str, Any]) -> Any:
    left = _value(tree.left, names)
    for op, part in zip(tree.ops, tree.comparators, strict=True):
        right = _value(part, names)
        if (isinstance(left, Symbol) or isinstance(right, Symbol)) and left != right:
            raise UnknownSize(f"“{ast.unparse(tree)}” compares a size that is known only when the model runs.")
        if not _COMPARISON[type(op)](left, right):
            return False
        left = right
    return True


def _logical(tree: Any, names: Mapping[str, Any]) -> Any:
    wanted = isinstance(tree.op, ast.Or)
    value: Any = not wanted
    for part in tree.values:
        value = _value(part, names)
        if bool(value) is wanted:
            return value
    return value


def _unary(tree: Any, names: Mapping[str, Any]) -> Any:
    value = _value(tree.operand, names)
    if isinstance(tree.op, ast.Not):
        return not value
    return -value if isinstance(tree.op, ast.USub) else +value


def _call(tree: Any, names: Mapping[str, Any]) -> Any:
    arguments = [_value(part, names) for part in tree.args]
    if (
        tree.func.id == "round"
        and len(arguments) > 1
        and not (isinstance(arguments[1], int) and abs(arguments[1]) < 64)
    ):
        raise FormulaError(f"“{ast.unparse(tree)}”: round takes a whole number of digits up to 63.")
    result = _FUNCTIONS[tree.func.id](*arguments)
    _bounded(result, tree)
    return result


def _subscript(tree: Any, names: Mapping[str, Any]) -> Any:
    base = _value(tree.value, names)
    index = _value(tree.slice, names)
    if not isinstance(base, tuple | list | str):
        raise FormulaError(f"“{ast.unparse(tree)}”: only lists have items.")
    try:
        return base[index]
    except IndexError:
        raise FormulaError(f"“{ast.unparse(tree)}”: the list has {len(base)} items.") from None


def _slice(tree: Any, names: Mapping[str, Any]) -> slice:
    return slice(*(None if part is None else _value(part, names) for part in (tree.lower, tree.upper, tree.step)))


def _size(tree: Any, names: Mapping[str, Any]) -> Any:
    base = _name(tree.value, names)
    if base is None:
        raise UnknownSize(f"“{ast.unparse(tree)}”: the shape of {tree.value.id} is not known yet.")
    if not hasattr(base, "shape"):
        raise FormulaError(f"“{ast.unparse(tree)}”: “{tree.value.id}” is not an input with a shape.")
    return size_of(base.shape, tree.attr, tree)


def size_of(shape: tuple[Any, ...], size: str, source: str | ast.expr) -> Any:
    """One size of a shape by its name: batch, channels and features count from the front or the back as torch does."""
    if size == "shape":
        return shape
    if size == "rank":
        return len(shape)
    position = SIZE_POSITIONS[size]
    least = {"height": 3, "depth": 5, "width": 3, "channels": 2, "length": 2}.get(size, 1)
    if len(shape) < least:
        raise FormulaError(f"“{_shown(source)}”: a tensor with {len(shape)} dimensions has no {size}.")
    return shape[position]


SIZE_POSITIONS = {"batch": 0, "channels": 1, "length": 1, "features": -1, "width": -1, "height": -2, "depth": -3}

_EVALUATORS: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: lambda tree, names: tree.value,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _logical,
    ast.UnaryOp: _unary,
    ast.IfExp: lambda tree, names: _value(tree.body if _value(tree.test, names) else tree.orelse, names),
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Attribute: _size,
    ast.Tuple: lambda tree, names: tuple(_value(part, names) for part in tree.elts),
    ast.List: lambda tree, names: tuple(_value(part, names) for part in tree.elts),
}
