"""Expressions and statements as text that is already stable under ``ruff format``.

Expressions are Python's own syntax trees; this printer writes double quotes, no needless brackets, and breaks a line
that is too long the way that ruff does: inside the last bracket, all on one line if they fit, else one item a line.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

WIDTH = 88
INDENT = "    "

_BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 11),
    ast.Sub: ("-", 11),
    ast.Mult: ("*", 12),
    ast.Div: ("/", 12),
    ast.FloorDiv: ("//", 12),
    ast.Mod: ("%", 12),
    ast.MatMult: ("@", 12),
    ast.Pow: ("**", 14),
    ast.BitAnd: ("&", 9),
    ast.BitOr: ("|", 7),
    ast.BitXor: ("^", 8),
}
_COMPARE: dict[type[ast.cmpop], str] = {
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
_UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.USub: ("-", 13),
    ast.UAdd: ("+", 13),
    ast.Invert: ("~", 13),
    ast.Not: ("not ", 5),
}
_ATOM = 20


def flat(tree: ast.expr) -> str:
    """The expression on one line."""
    return _flat(tree)[0]


def _flat(tree: ast.expr) -> tuple[str, int]:
    """Text and how strongly it binds."""
    return _PRINTERS[type(tree)](tree)


def _within(tree: ast.expr, least: int) -> str:
    text, strength = _flat(tree)
    return text if strength >= least else f"({text})"


def quoted(text: str) -> str:
    """A text literal in double quotes where that needs no more escapes."""
    body = repr(text)
    if body[0] == "'" and '"' not in text:
        body = '"' + body[1:-1].replace("\\'", "'") + '"'
    return body


def _constant(tree: Any) -> tuple[str, int]:
    value = tree.value
    if isinstance(value, str):
        return quoted(value), _ATOM
    if value is Ellipsis:
        return "...", _ATOM
    return (_number(value) if isinstance(value, float) else repr(value)), _ATOM


def _number(value: float) -> str:
    text = repr(value)
    return text


def _binary(tree: Any) -> tuple[str, int]:
    sign, strength = _BINARY[type(tree.op)]
    if isinstance(tree.op, ast.Pow):
        left, right = _within(tree.left, strength + 1), _within(tree.right, strength - 1)
        simple = _is_simple(tree.left) and _is_simple(tree.right)
        return (f"{left}**{right}" if simple else f"{left} ** {right}"), strength
    return f"{_within(tree.left, strength)} {sign} {_within(tree.right, strength + 1)}", strength


def _is_simple(tree: ast.expr) -> bool:
    """What ruff puts a power sign beside without spaces: names, numbers, dotted names, and their negatives."""
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.USub) and _is_simple(tree.operand)
    if isinstance(tree, ast.Attribute):
        return _is_simple(tree.value)
    return isinstance(tree, ast.Name) or (isinstance(tree, ast.Constant) and isinstance(tree.value, int | float))


def _unary(tree: Any) -> tuple[str, int]:
    sign, strength = _UNARY[type(tree.op)]
    is_power = isinstance(tree.operand, ast.BinOp) and isinstance(tree.operand.op, ast.Pow)
    # Ruff brackets a power behind a sign, so that nobody takes the sign for part of it.
    return f"{sign}{_within(tree.operand, _ATOM if is_power else strength)}", strength


def _boolean(tree: Any) -> tuple[str, int]:
    sign, strength = (" or ", 3) if isinstance(tree.op, ast.Or) else (" and ", 4)
    return sign.join(_within(part, strength + 1) for part in tree.values), strength


def _comparison(tree: Any) -> tuple[str, int]:
    text = _within(tree.left, 7)
    for op, part in zip(tree.ops, tree.comparators, strict=True):
        text += f" {_COMPARE[type(op)]} {_within(part, 7)}"
    return text, 6


def _conditional(tree: Any) -> tuple[str, int]:
    return f"{_within(tree.body, 3)} if {_within(tree.test, 3)} else {_within(tree.orelse, 2)}", 2


def _items(tree: Any) -> list[str]:
    """A call's arguments, each as text."""
    if len(tree.args) == 1 and not tree.keywords and isinstance(tree.args[0], ast.GeneratorExp):
        return [_comprehension(tree.args[0])]
    items = [_within(part, 2) for part in tree.args]
    return items + [f"{k.arg}={_within(k.value, 2)}" if k.arg else f"**{flat(k.value)}" for k in tree.keywords]


def _call(tree: Any) -> tuple[str, int]:
    return f"{_within(tree.func, _ATOM)}({', '.join(_items(tree))})", _ATOM


def _subscript(tree: Any) -> tuple[str, int]:
    inner = tree.slice
    if isinstance(inner, ast.Tuple) and inner.elts:
        text = ", ".join(_within(part, 2) for part in inner.elts)
        text += "," if len(inner.elts) == 1 else ""
    else:
        text = flat(inner)
    return f"{_within(tree.value, _ATOM)}[{text}]", _ATOM


def _slice(tree: Any) -> tuple[str, int]:
    bounds = [tree.lower, tree.upper]
    plain = all(part is None or isinstance(part, ast.Constant | ast.Name | ast.UnaryOp) for part in bounds)
    gap = "" if plain else " "
    text = f"{flat(tree.lower)}{gap}" if tree.lower is not None else ""
    text += ":"
    text += f"{gap}{flat(tree.upper)}" if tree.upper is not None else ""
    text += f":{flat(tree.step)}" if tree.step is not None else ""
    return text, 2


def _tuple(tree: Any) -> tuple[str, int]:
    items = ", ".join(_within(part, 2) for part in tree.elts)
    return f"({items}{',' if len(tree.elts) == 1 else ''})", _ATOM


def _list(tree: Any) -> tuple[str, int]:
    return f"[{', '.join(_within(part, 2) for part in tree.elts)}]", _ATOM


def _dict(tree: Any) -> tuple[str, int]:
    pairs = zip(tree.keys, tree.values, strict=True)
    return "{" + ", ".join(f"{flat(key)}: {_within(value, 2)}" for key, value in pairs) + "}", _ATOM


def _comprehension(tree: Any) -> str:
    return " ".join([_within(tree.elt, 2), *_clauses(tree)])


def _clauses(tree: Any) -> list[str]:
    parts: list[str] = []
    for clause in tree.generators:
        target = flat(clause.target)
        target = target[1:-1] if isinstance(clause.target, ast.Tuple) else target
        parts.append(f"for {target} in {_within(clause.iter, 3)}")
        parts.extend(f"if {_within(condition, 3)}" for condition in clause.ifs)
    return parts


def _joined(tree: Any) -> tuple[str, int]:
    return ast.unparse(tree).replace("'", '"'), _ATOM


_PRINTERS: dict[type[ast.expr], Callable[[Any], tuple[str, int]]] = {
    ast.Constant: _constant,
    ast.Name: lambda tree: (tree.id, _ATOM),
    ast.Attribute: lambda tree: (f"{_dotted(tree.value)}.{tree.attr}", _ATOM),
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
    ast.Set: lambda tree: ("{" + _list(tree)[0][1:-1] + "}", _ATOM),
    ast.Dict: _dict,
    ast.Starred: lambda tree: (f"*{_within(tree.value, 7)}", 2),
    ast.GeneratorExp: lambda tree: (f"({_comprehension(tree)})", _ATOM),
    ast.ListComp: lambda tree: (f"[{_comprehension(tree)}]", _ATOM),
    ast.JoinedStr: _joined,
    ast.Lambda: lambda tree: (ast.unparse(tree), 1),
}


def _dotted(tree: ast.expr) -> str:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, int):
        return f"({flat(tree)})"
    return _within(tree, _ATOM)


# -- on several lines ------------------------------------------------------------------------------------------------


def statement(prefix: str, tree: ast.expr | None, indent: int, suffix: str = "") -> list[str]:
    """Lines of ``prefix`` + expression + ``suffix`` at an indentation (in levels): ``x = ``, ``return ``."""
    margin = INDENT * indent
    if tree is None:
        return [f"{margin}{prefix}{suffix}"]
    bare = isinstance(tree, ast.Tuple) and len(tree.elts) > 1 and prefix.startswith("return")
    text = flat(tree)
    text = text[1:-1] if bare else text
    if len(margin) + len(prefix) + len(text) + len(suffix) <= WIDTH:
        return [f"{margin}{prefix}{text}{suffix}"]
    return broken(prefix, tree, indent, suffix)


def broken(prefix: str, tree: ast.expr, indent: int, suffix: str) -> list[str]:
    """The same with a bracket opened, the last whose line then fits, or put into brackets where it has none."""
    margin, inner = INDENT * indent, INDENT * (indent + 1)
    links = _links(tree)
    if len(links) > 2:
        return [f"{margin}{prefix}(", *(inner + link for link in links), f"{margin}){suffix}"]
    opened = _opened(tree, WIDTH - len(margin) - len(prefix))
    if opened is None:
        return [f"{margin}{prefix}(", *_operands(tree, indent + 1), f"{margin}){suffix}"]
    is_wide = len(margin) + len(prefix) + len(opened.head) > WIDTH
    if is_wide and prefix.endswith("= ") and len(inner) + len(flat(tree)) <= WIDTH:  # many targets
        return [f"{margin}{prefix}(", inner + flat(tree), f"{margin}){suffix}"]
    lines = [f"{margin}{prefix}{opened.head}"]
    tail = f"{margin}{opened.closing}{suffix}"
    body = ", ".join(flat_item(item) for item in opened.items)
    if not opened.is_literal and len(inner) + len(body) <= WIDTH:
        return [*lines, inner + body, tail]
    if len(opened.items) == 1 and not opened.is_tuple:
        return [*lines, *_item(opened.items[0], indent + 1, ""), tail]
    for item in opened.items:
        lines += _item(item, indent + 1, ",")
    return [*lines, tail]


def _links(tree: ast.expr) -> list[str]:
    """A chain of method calls as ruff breaks it: what it starts from, then one call a line."""
    if isinstance(tree, ast.Subscript):
        *links, last = _links(tree.value)
        return [*links, flat(tree)[len(flat(tree.value)) - len(last) :]]
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
        started = tree.func.value
        if isinstance(started, ast.Call | ast.Subscript):
            return [*_links(started), f".{tree.func.attr}({', '.join(_items(tree))})"]
    return [flat(tree)]


Item = Any
"""An expression, a keyword argument, or a (key, value) pair of a dict."""


def flat_item(item: Item) -> str:
    if isinstance(item, ast.keyword):
        return f"{item.arg}={_within(item.value, 2)}" if item.arg else f"**{flat(item.value)}"
    if isinstance(item, tuple):
        return f"{flat(item[0])}: {_within(item[1], 2)}"
    if isinstance(item, _Bare):
        return _comprehension(item.tree)
    return _within(item, 2)


class _Bare:
    """A generator that is a call's only argument, without brackets of its own."""

    def __init__(self, tree: ast.GeneratorExp | ast.ListComp) -> None:
        self.tree = tree


def _item(item: Item, indent: int, comma: str) -> list[str]:
    """One item on a line of its own."""
    if isinstance(item, ast.keyword):
        return statement(f"{item.arg}=", item.value, indent, comma)
    if isinstance(item, tuple):
        return statement(f"{flat(item[0])}: ", item[1], indent, comma)
    if isinstance(item, _Bare):
        return _clause_lines(item.tree, indent)
    if isinstance(item, ast.Starred):
        text = INDENT * indent + flat(item) + comma
        return [text] if len(text) <= WIDTH else broken("*", item.value, indent, comma)
    return statement("", item, indent, comma)


def _clause_lines(tree: Any, indent: int) -> list[str]:
    margin = INDENT * indent
    return [*statement("", tree.elt, indent), *(margin + clause for clause in _clauses(tree))]


class _Opened:
    """An expression with one bracket open: the text up to and with it, what is inside, and all that follows.

    ``is_literal``: a list, tuple or dict, which goes one item a line; ``is_tuple``: a lone item keeps its comma.
    """

    __slots__ = ("closing", "head", "is_literal", "is_tuple", "items")

    def __init__(
        self, head: str, items: Sequence[Item], closing: str, is_literal: bool = False, is_tuple: bool = False
    ) -> None:
        self.head = head
        self.items = items
        self.closing = closing
        self.is_literal = is_literal
        self.is_tuple = is_tuple


def _opened(tree: ast.expr, room: int) -> _Opened | None:
    """The last bracket of the expression that leaves its first line within ``room``; else the last of all."""
    found = list(_openings(tree))
    return next((opened for opened in found if len(opened.head) <= room), found[0] if found else None)


def _openings(tree: ast.expr, after: str = "") -> Iterator[_Opened]:
    """Brackets at the expression's own level, from the last; ``after`` is what stands behind it."""
    if isinstance(tree, ast.Call):
        items: list[Item] = [*tree.args, *tree.keywords]
        if len(items) == 1 and isinstance(items[0], ast.GeneratorExp):
            items = [_Bare(items[0])]
        if items:
            yield _Opened(f"{_within(tree.func, _ATOM)}(", items, f"){after}")
        yield from _openings(tree.func, f"({', '.join(_items(tree))}){after}")
    elif isinstance(tree, ast.Attribute):
        yield from _openings(tree.value, f".{tree.attr}{after}")
    elif isinstance(tree, ast.Subscript):
        inner = tree.slice
        items = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
        text = flat(tree)
        yield _Opened(f"{_within(tree.value, _ATOM)}[", items, f"]{after}")
        yield from _openings(tree.value, text[len(_within(tree.value, _ATOM)) :] + after)
    elif isinstance(tree, ast.List):
        yield _Opened("[", tree.elts, f"]{after}", is_literal=True)
    elif isinstance(tree, ast.Tuple):
        yield _Opened("(", tree.elts, f"){after}", is_literal=True, is_tuple=True)
    elif isinstance(tree, ast.ListComp):
        yield _Opened("[", [_Bare(tree)], f"]{after}")
    elif isinstance(tree, ast.GeneratorExp):
        yield _Opened("(", [_Bare(tree)], f"){after}")
    elif isinstance(tree, ast.Dict):
        yield _Opened("{", list(zip(tree.keys, tree.values, strict=True)), f"}}{after}", is_literal=True)


def _operands(tree: ast.expr, indent: int) -> list[str]:
    """An operator expression inside brackets: on one line if it fits, else broken before its weakest operators."""
    margin = INDENT * indent
    text = flat(tree)
    if len(margin) + len(text) <= WIDTH:
        return [margin + text]
    pieces = _pieces(tree)
    if len(pieces) == 1:
        return [margin + text]
    return [line for prefix, part in pieces for line in statement(prefix, part, indent)]


def _pieces(tree: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(tree, ast.BinOp):
        sign, strength = _BINARY[type(tree.op)]
        left = tree.left
        same = isinstance(left, ast.BinOp) and _BINARY[type(left.op)][1] == strength
        right = tree.right
        if _flat(right)[1] <= strength:  # brackets of its own, which statement() would not give it
            right = ast.Name(_within(right, strength + 1), ast.Load())
        return [*(_pieces(left) if same else [("", left)]), (f"{sign} ", right)]
    if isinstance(tree, ast.BoolOp):
        sign = "or " if isinstance(tree.op, ast.Or) else "and "
        return [("" if index == 0 else sign, part) for index, part in enumerate(tree.values)]
    if isinstance(tree, ast.IfExp):
        return [("", tree.body), ("if ", tree.test), ("else ", tree.orelse)]
    return [("", tree)]
