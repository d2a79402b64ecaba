"""Expressions on one line: double quotes, no needless brackets, spaces where the formatter ``ruff`` puts them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

LAMBDA, CONDITION, OR, AND, NOT, COMPARISON, OPERAND = range(1, 8)
SUM, PRODUCT, SIGN, POWER, ATOM = 11, 12, 13, 14, 20
"""How strongly expressions bind; what binds less than its place asks for is put in brackets."""

ITEM = LAMBDA
"""What stands between commas needs no brackets."""

BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT),
    ast.Mod: ("%", PRODUCT),
    ast.MatMult: ("@", PRODUCT),
    ast.Pow: ("**", POWER),
    ast.BitAnd: ("&", 9),
    ast.BitOr: ("|", OPERAND),
    ast.BitXor: ("^", 8),
}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.USub: ("-", SIGN),
    ast.UAdd: ("+", SIGN),
    ast.Invert: ("~", SIGN),
    ast.Not: ("not ", NOT),
}


def flat(tree: ast.expr) -> str:
    """The expression on one line."""
    return _PRINTERS[tree.__class__](tree)


def within(tree: ast.expr, least: int) -> str:
    """The expression in a place that asks for a strength."""
    text = _PRINTERS[tree.__class__](tree)
    return text if strength(tree) >= least else f"({text})"


def strength(tree: ast.expr) -> int:
    """How strongly an expression binds."""
    kind = tree.__class__
    if kind is ast.BinOp:
        return BINARY[type(tree.op)][1]  # type: ignore[attr-defined]
    if kind is ast.UnaryOp:
        return UNARY[type(tree.op)][1]  # type: ignore[attr-defined]
    if kind is ast.BoolOp:
        return OR if isinstance(tree.op, ast.Or) else AND  # type: ignore[attr-defined]
    return _STRENGTHS.get(kind, ATOM)


_STRENGTHS: dict[type[ast.expr], int] = {
    ast.Compare: COMPARISON,
    ast.IfExp: CONDITION,
    ast.Slice: CONDITION,
    ast.Starred: CONDITION,
    ast.Lambda: LAMBDA,
}


def quoted(text: str) -> str:
    """A text literal in double quotes where that needs no more escapes."""
    body = repr(text)
    if body[0] == "'" and '"' not in text:
        body = '"' + body[1:-1].replace("\\'", "'") + '"'
    return body


def _constant(tree: Any) -> str:
    value = tree.value
    if isinstance(value, str):
        return quoted(value)
    if value is Ellipsis:
        return "..."
    if isinstance(value, float) and value - value != 0:  # no number that Python has a literal for
        return f'float("{value}")'
    return repr(value)


def _binary(tree: Any) -> str:
    sign, _ = BINARY[type(tree.op)]
    left, right = sides(tree)
    gap = "" if is_simple_power(tree) else " "
    return f"{within(tree.left, left)}{gap}{sign}{gap}{within(tree.right, right)}"


def sides(tree: ast.BinOp) -> tuple[int, int]:
    """The strengths that an operator asks for on its left and right."""
    own = BINARY[type(tree.op)][1]
    return (own + 1, SIGN) if isinstance(tree.op, ast.Pow) else (own, own + 1)


def is_simple_power(tree: ast.BinOp) -> bool:
    """Whether a power's sign has no spaces around it: between names, numbers, dotted names, and their negatives."""
    if not isinstance(tree.op, ast.Pow):
        return False
    right: ast.expr = tree.right
    while isinstance(right, ast.BinOp) and isinstance(right.op, ast.Pow):  # only the nearest operand is asked
        right = right.left
        if strength(right) <= POWER:
            return False
    return strength(tree.left) > POWER and _is_simple(tree.left) and _is_simple(right)


def _is_simple(tree: ast.expr) -> bool:
    if isinstance(tree, ast.UnaryOp):
        return not isinstance(tree.op, ast.Not) and _is_simple(tree.operand)
    if isinstance(tree, ast.Attribute):
        return _is_simple(tree.value)
    if isinstance(tree, ast.Constant):
        return not isinstance(tree.value, str) and tree.value is not Ellipsis
    return isinstance(tree, ast.Name)


def _unary(tree: Any) -> str:
    sign, _ = UNARY[type(tree.op)]
    return f"{sign}{within(tree.operand, below_sign(tree))}"


def below_sign(tree: ast.UnaryOp) -> int:
    """The strength that a sign asks for: the formatter brackets a power, so that nobody takes the sign for its part."""
    is_power = isinstance(tree.operand, ast.BinOp) and isinstance(tree.operand.op, ast.Pow)
    return ATOM if is_power else UNARY[type(tree.op)][1]


def _boolean(tree: Any) -> str:
    sign = " or " if isinstance(tree.op, ast.Or) else " and "
    least = AND + 1  # an ``and`` inside an ``or`` stands in brackets, as ruff asks
    return sign.join(within(part, least) for part in tree.values)


def _comparison(tree: Any) -> str:
    text = within(tree.left, OPERAND)
    for op, part in zip(tree.ops, tree.comparators, strict=True):
        text += f" {COMPARE[type(op)]} {within(part, OPERAND)}"
    return text


def _conditional(tree: Any) -> str:
    return f"{within(tree.body, OR)} if {within(tree.test, OR)} else {within(tree.orelse, CONDITION)}"


def _items(tree: Any) -> list[str]:
    """A call's arguments, each as text."""
    if len(tree.args) == 1 and not tree.keywords and isinstance(tree.args[0], ast.GeneratorExp):
        return [_comprehension(tree.args[0])]
    items = [within(part, ITEM) for part in tree.args]
    return items + [f"{k.arg}={within(k.value, ITEM)}" if k.arg else f"**{within(k.value, OR)}" for k in tree.keywords]


def _call(tree: Any) -> str:
    return f"{within(tree.func, ATOM)}({', '.join(_items(tree))})"


def _attribute(tree: Any) -> str:
    return f"{within(tree.value, ATOM) if not is_number(tree.value) else f'({flat(tree.value)})'}.{tree.attr}"


def is_number(tree: ast.expr) -> bool:
    """Whether a dot behind it would be taken for a decimal point."""
    return isinstance(tree, ast.Constant) and isinstance(tree.value, int | float) and not isinstance(tree.value, bool)


def _subscript(tree: Any) -> str:
    inner = tree.slice
    if isinstance(inner, ast.Tuple) and inner.elts:
        text = ", ".join(within(part, ITEM) for part in inner.elts)
        text += "," if len(inner.elts) == 1 else ""
    else:
        text = flat(inner)
    return f"{within(tree.value, ATOM)}[{text}]"


def _slice(tree: Any) -> str:
    """``1:-1``, but ``i * 2 : i + 3``."""
    bounds = (tree.lower, tree.upper, tree.step)
    lower, upper, step = ("" if part is None else within(part, CONDITION) for part in bounds)
    gap = slice_gap(tree)
    text = f"{lower}{gap if lower else ''}:{gap if upper else ''}{upper}"
    return f"{text}{gap if upper else ''}:{gap}{step}" if step else text


def slice_gap(tree: ast.Slice) -> str:
    """What stands around the colons: a space, where a bound is more than a name or a number."""
    return "" if all(part is None or _is_bound(part) for part in (tree.lower, tree.upper, tree.step)) else " "


def _is_bound(tree: ast.expr) -> bool:
    if isinstance(tree, ast.UnaryOp):
        return not isinstance(tree.op, ast.Not) and _is_bound(tree.operand)
    return isinstance(tree, ast.Constant | ast.Name)


def _tuple(tree: Any) -> str:
    items = ", ".join(within(part, ITEM) for part in tree.elts)
    return f"({items}{',' if len(tree.elts) == 1 else ''})"


def _list(tree: Any) -> str:
    return f"[{', '.join(within(part, ITEM) for part in tree.elts)}]"


def _dict(tree: Any) -> str:
    pairs = zip(tree.keys, tree.values, strict=True)
    return "{" + ", ".join(f"{within(key, ITEM)}: {within(value, ITEM)}" for key, value in pairs) + "}"


def _comprehension(tree: Any) -> str:
    return " ".join([within(tree.elt, ITEM), *(_clause(clause) for clause in tree.generators)])


def _clause(tree: ast.comprehension) -> str:
    conditions = "".join(f" if {within(condition, OR)}" for condition in tree.ifs)
    return f"for {assigned_to(tree.target)} in {within(tree.iter, OR)}{conditions}"


def assigned_to(tree: ast.expr) -> str:
    """What is assigned to, without brackets around several: ``output, (h_n, c_n)``."""
    text = flat(tree)
    return text[1:-1] if isinstance(tree, ast.Tuple) else text


def _joined(tree: Any) -> str:
    return ast.unparse(tree).replace("'", '"')


_PRINTERS: dict[type[ast.expr], Callable[[Any], str]] = {
    ast.Constant: _constant,
    ast.Name: lambda tree: str(tree.id),
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _conditional,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: lambda tree: "{" + _list(tree)[1:-1] + "}",
    ast.Dict: _dict,
    ast.Starred: lambda tree: f"*{within(tree.value, OPERAND)}",
    ast.GeneratorExp: lambda tree: f"({_comprehension(tree)})",
    ast.ListComp: lambda tree: f"[{_comprehension(tree)}]",
    ast.JoinedStr: _joined,
    ast.Lambda: ast.unparse,
}


def parts_of(tree: Any) -> list[tuple[ast.expr, bool]]:
    """Operands, or what is called, indexed or asked for an attribute; and whether it stands in brackets."""
    if isinstance(tree, ast.BinOp):
        left, right = sides(tree)
        asked = [(tree.left, left), (tree.right, right)]
    elif isinstance(tree, ast.BoolOp):
        asked = [(part, AND + 1) for part in tree.values]
    elif isinstance(tree, ast.Compare):
        asked = [(part, OPERAND) for part in (tree.left, *tree.comparators)]
    elif isinstance(tree, ast.UnaryOp):
        asked = [(tree.operand, below_sign(tree))]
    elif isinstance(tree, ast.IfExp):
        asked = [(tree.body, OR), (tree.test, OR), (tree.orelse, CONDITION)]
    elif isinstance(tree, ast.Starred):
        asked = [(tree.value, OPERAND)]
    elif isinstance(tree, ast.Call):
        asked = [(tree.func, ATOM)]
    elif isinstance(tree, ast.Attribute):
        asked = [(tree.value, ATOM + is_number(tree.value))]
    else:
        asked = [(tree.value, ATOM)] if isinstance(tree, ast.Subscript) else []
    return [(part, strength(part) < least) for part, least in asked]
