"""Values on their way through a ``forward``: waiting expressions, names that are free, what a checker sees of them."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Mapping
from functools import lru_cache

from app.codegen.construct import call_of
from app.codegen.printer import WIDTH
from app.codegen.tracing import own_of, walk
from app.codegen.trees import name, parts_in
from app.core.document import Node
from app.core.names import LOCALS
from app.core.results import GraphResult

Key = tuple[str, str]
"""A value: the node and output port that it leaves (``@`` and a port for the graph's inputs)."""

HEAVIEST = 3
"""Calls in one expression, at the most."""

ROOM = WIDTH - 16
"""Characters of an expression that leave room for the margin and a name before it."""

GENERIC = frozenset({"output", "out", "x", "y", "result", "outputs"})


class Pending:
    """An expression that waits for its only consumer."""

    __slots__ = ("drawn", "node", "tree", "weight")

    def __init__(self, tree: ast.expr, weight: int, drawn: bool, node: Node) -> None:
        self.tree = tree
        self.weight = weight
        self.drawn = drawn
        self.node = node


def draws(instance: GraphResult) -> bool:
    """Whether something in a graph is random, or behaves differently in training."""
    return _draws(own_of(instance))


@lru_cache(maxsize=4096)
def _draws(instance: GraphResult) -> bool:
    for inner in walk(instance):
        for found in inner.nodes.values():
            for unit in found.units:
                if unit.block is not None and (unit.block.trains or call_of(unit).random):
                    return True
    return False


def parameter_name(port: str) -> str:
    """A port as a variable: in small letters; a name that Python or the code itself uses gets an underscore."""
    label = port.lower()
    return f"{label}_" if hasattr(builtins, label) or keyword.iskeyword(label) or label in LOCALS else label


@lru_cache(maxsize=4096)
def parameter_names(ports: tuple[str, ...]) -> Mapping[str, str]:
    """A graph's inputs as parameters of ``forward``; two that differ in capitals alone are told apart."""
    found: dict[str, str] = {}
    for port in ports:
        found[port] = first_free(parameter_name(port), set(found.values()))
    return found


def first_free(wanted: str, taken: set[str]) -> str:
    label, number = wanted, 2
    while label in taken:
        label, number = f"{wanted}_{number}", number + 1
    return label


def default_template(ports: list[str]) -> str:
    args: list[str] = []
    for port in ports:
        if port not in args:
            args.append(port)
    return f"module({', '.join(args)})"


def without_unused(tree: ast.expr) -> ast.expr:
    """``output, (_, _)`` is ``output, _``."""
    if isinstance(tree, ast.Tuple):
        parts = [without_unused(part) for part in tree.elts]
        if all(isinstance(part, ast.Name) and part.id == "_" for part in parts):
            return name("_")
        return ast.Tuple(parts, ast.Load())
    return tree


def weight_of(tree: ast.AST) -> int:
    """How much there is to read: the calls in it."""
    kind = tree.__class__
    if kind is ast.Name or kind is ast.Constant:
        return 0
    return (kind is ast.Call) + sum(map(weight_of, parts_in(tree)))


def is_any(tree: ast.expr, typed: set[str] | None) -> bool:
    """Whether a type checker sees no type: what a module's call gives is ``Any``, and so is a variable that holds it.

    ``typed``: variables that are known to be tensors; None: all of them.
    """
    if isinstance(tree, ast.Name):
        return typed is not None and tree.id not in typed
    if isinstance(tree, ast.Call):
        function = tree.func
        if isinstance(function, ast.Attribute):
            owner = function.value
            if isinstance(owner, ast.Name) and owner.id in ("self", "torch", "F", "math"):
                return owner.id == "self"
            return is_any(owner, typed)
        if isinstance(function, ast.Call):  # self.get_submodule(...)(x)
            return True
        return isinstance(function, ast.Name) and function.id in ("block", "layer", "module_")
    if isinstance(tree, ast.BinOp):
        return is_any(tree.left, typed) or is_any(tree.right, typed)
    if isinstance(tree, ast.UnaryOp):
        return is_any(tree.operand, typed)
    if isinstance(tree, ast.Compare):
        return is_any(tree.left, typed)
    if isinstance(tree, ast.Attribute | ast.Subscript):
        return is_any(tree.value, typed)
    if isinstance(tree, ast.IfExp):
        return is_any(tree.body, typed) or is_any(tree.orelse, typed)
    return False
