"""One graph as seen from the class that is being written: the class's own, or one written out inside it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from app.codegen.alternatives import alternatives, names_in, picked
from app.codegen.instance import Instance
from app.codegen.printer import flat
from app.codegen.signature import UNASKED, NotThere, Signature
from app.codegen.solve import solve, with_index, written
from app.codegen.trees import constant, name, unpacked
from app.core.document import Graph, Node
from app.core.formula import SIZE_POSITIONS, Formula, FormulaError, is_formula, parse
from app.core.results import GraphResult, NodeResult, Unit
from app.core.tensor_type import TensorType

if TYPE_CHECKING:
    from app.codegen.collect import Collection

Locate = Callable[[GraphResult], GraphResult]


class Unsolved(Exception):  # noqa: N818 - not an error: the caller finds another way
    """A value for which no expression is right in every instance."""


class View:
    """Names and results of one graph. ``results`` pairs each instance of the owning class with this graph's result."""

    def __init__(
        self,
        signature: Signature,
        graph: Graph,
        results: list[tuple[Instance, GraphResult]],
        locate: Locate,
        label: str = "",
    ) -> None:
        self.signature = signature
        self.graph = graph
        self.results = results
        self.locate = locate
        self.label = label
        self.inputs = frozenset(port.name for port in graph.inputs)
        self._units: dict[tuple[str, bool, int | None], list[tuple[Instance, Unit]]] = {}

    def spell(self, text: str) -> ast.expr:
        """An atom or a formula over this graph's names, as the owning class writes it."""
        return written(text, self.leaf, self.inputs)

    def leaf(self, text: str) -> ast.expr:
        """A name (of an argument, or the index ``i``), or an input's size."""
        port, dot, size = text.partition(".")
        if dot and port in self.inputs:
            return self.size(port, self._index(port, size))
        return self.argument(text)

    def _index(self, port: str, size: str) -> int:
        rank = self.rank(port)
        index = int(size[6:-1]) if size.startswith("shape[") else SIZE_POSITIONS[size]
        return index % rank if rank else index

    def rank(self, port: str) -> int:
        """How many dimensions an input has; 0 where instances differ in it."""
        types = [result.inputs.get(port) for _, result in self.results]
        ranks = {type_.rank for type_ in types if isinstance(type_, TensorType)}
        return ranks.pop() if len(ranks) == 1 else 0

    def argument(self, text: str) -> ast.expr:
        return name(text)

    def size(self, port: str, index: int) -> ast.expr:
        return name(self.signature.size(port, index, self.rank(port)))

    def value(self, value: Any) -> ast.expr:
        """An argument as the user wrote it: a literal stays, a formula is re-printed from its tree."""
        if is_formula(value):
            return unpacked(self.spell(parse(value).text), self.signature.lists)
        if isinstance(value, tuple | list):
            return ast.Tuple([self.value(item) for item in value], ast.Load())
        return constant(value)

    def units(self, node: Node, copy: int | None = None) -> list[tuple[Instance, Unit]]:
        """The node's module in every instance where it has one; ``copy`` picks one of a repeat, None means all of them:
        of equal ones in a row the first two, which show as much as all.
        """
        key = (node.id, node.repeat is not None, copy)
        if key not in self._units:
            self._units[key] = list(self._find_units(node, copy))
        return self._units[key]

    def _find_units(self, node: Node, copy: int | None) -> Iterator[tuple[Instance, Unit]]:
        for instance, result in self.results:
            node_result = result.nodes.get(node.id)
            if node_result is None or not node_result.active:
                continue
            units = node_result.units
            if node.repeat is None:
                yield from ((instance, unit) for unit in units)
            elif copy is None:
                yield from (
                    (instance.at(at), unit) for at, unit in enumerate(units) if at < 2 or unit is not units[at - 2]
                )
            elif copy < len(units):
                yield instance.at(copy), units[copy]

    def units_in(self, result: GraphResult, node: Node, copy: int = 0) -> Sequence[Unit]:
        """The node's modules in an instance of the owning class; raises NotThere where this copy is none of them."""
        units = self.locate(result).nodes[node.id].units
        if len(units) <= copy:
            raise NotThere(node.name)
        return units

    def node_results(self, node: Node) -> list[tuple[Instance, NodeResult]]:
        return [(instance, result.nodes[node.id]) for instance, result in self.results if node.id in result.nodes]

    def inferred(self, pairs: list[tuple[Instance, Any]], wanted: Wanted | None) -> ast.expr:
        """A value that was inferred, by provenance; else as a constructor argument, where ``wanted`` says which."""
        pairs = [pair for pair in pairs if pair[1] is not UNASKED]
        if not pairs:
            return constant(1)
        tree = solve(pairs, self.owner_spell) or self._by_test(pairs)
        if tree is not None:
            return unpacked(tree, self.signature.lists)
        if wanted is None:
            raise Unsolved
        return name(self.signature.slot(wanted.label, wanted.value_in))

    def _by_test(self, pairs: list[tuple[Instance, Any]]) -> ast.expr | None:
        """A value that depends on whether a node is left out: ``a if test else b``, by this graph's own tests."""
        for text in self._tests():
            test = self.spell(text)
            outcomes = [(_outcome(test, instance), instance, value) for instance, value in pairs]
            if any(outcome is None for outcome, _, _ in outcomes):
                continue
            yes = [(instance, value) for outcome, instance, value in outcomes if outcome]
            no = [(instance, value) for outcome, instance, value in outcomes if not outcome]
            if yes and no:
                first, second = solve(yes, self.owner_spell), solve(no, self.owner_spell)
                if first is not None and second is not None:
                    return either(test, first, second)
        return None

    def _tests(self) -> list[str]:
        texts: dict[str, None] = {}
        for node in self.graph.nodes.values():
            if node.enabled is not None:
                texts[parse(node.enabled).text] = None
            for case in node.cases:
                texts[parse(case.when).text] = None
        return list(texts)

    @property
    def owner_spell(self) -> Callable[[str], ast.expr]:
        """Values carry the names of the class that owns this view."""
        return self.signature.own.spell

    def as_if(self, node: Node, at: int, collection: Collection) -> View:
        """The graph as it is where one alternative of a node is chosen; where none of the instances chooses it, as it
        would be in them.
        """
        other = replace(alternatives(node)[at], enabled=None)
        is_there = replace(node, enabled=None)

        def has(result: GraphResult) -> bool:
            return picked(is_there, names_in(result)) == at and bool(result.nodes[node.id].units)

        chosen = [(instance, result) for instance, result in self.results if has(result)]
        if not chosen:
            forced = [(instance, collection.with_node(result, other)) for instance, result in self.results]
            chosen = [(instance, result) for instance, result in forced if result is not None]
        stand_in = chosen[0][1] if chosen else None

        def locate(result: GraphResult) -> GraphResult:
            found = self.locate(result)
            return found if has(found) else collection.with_node(found, other) or stand_in or found

        return As(self, chosen, locate)

    def by_index(self, node: Node, collection: Collection) -> View:
        """The same with the copies of a repeat said by their number, where they are not all alike."""
        said = [(instance, result, collection.by_index(result, node)) for instance, result in self.results]
        if not any(units for _, _, units in said):
            return self
        results = [
            (instance, result.having(result.nodes[node.id].of(units)) if units else result)
            for instance, result, units in said
        ]
        return As(self, results, self.locate)

    def inside(self, node: Node, graph: Graph, collection: Collection) -> Inlined:
        """The view of a graph that is written out where this node stands."""
        return Inlined(self, node, graph, collection)


def either(test: ast.expr, first: ast.expr, second: ast.expr) -> ast.expr:
    """``first if test else second``; of ``expand * channels if expand != 1 else channels``, what is right in both."""
    if flat(first) == flat(second):
        return first
    is_equality = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq | ast.NotEq)
    if is_equality and isinstance(test, ast.Compare) and isinstance(test.left, ast.Name):
        special, general = (first, second) if isinstance(test.ops[0], ast.Eq) else (second, first)
        number = getattr(test.comparators[0], "value", None)
        if isinstance(number, int) and flat(with_index(general, test.left.id, number)) == flat(special):
            return general
    return ast.IfExp(test, first, second)


class Wanted:
    """What to call a value that no expression gives, and how to read it off an instance of the owning class."""

    def __init__(self, label: str, value_in: Callable[[GraphResult], Any]) -> None:
        self.label = label
        self.value_in = value_in


class As(View):
    """A graph in those of its instances that have something in common; it is written as the whole is."""

    def __init__(self, view: View, results: list[tuple[Instance, GraphResult]], locate: Locate) -> None:
        super().__init__(view.signature, view.graph, results, locate, view.label)
        self.view = view

    def argument(self, text: str) -> ast.expr:
        return self.view.argument(text)

    def size(self, port: str, index: int) -> ast.expr:
        return self.view.size(port, index)

    def rank(self, port: str) -> int:
        return self.view.rank(port)


class Inlined(View):
    """A sequential graph written out as ``nn.Sequential(...)`` inside its only user."""

    def __init__(self, parent: View, node: Node, graph: Graph, collection: Collection) -> None:
        found = [(instance, unit.instance) for instance, unit in parent.units(node, 0) if unit.instance is not None]
        whole = collection.with_what_is_never_chosen(graph, [inner for _, inner in found])
        results = [(instance, whole(inner)) for instance, inner in found]

        def locate(result: GraphResult) -> GraphResult:
            inner = parent.units_in(result, node)[0].instance
            assert inner is not None
            return whole(inner)

        label = f"{parent.label}{node.name}_"
        super().__init__(parent.signature, graph, results, locate, label)
        self.parent = parent
        self.given: Mapping[str, Any] = node.arguments

    def argument(self, text: str) -> ast.expr:
        if text in self.given:
            return self.parent.value(self.given[text])
        declared = self.graph.argument(text)
        return constant(declared.default) if declared is not None else name(text)

    def size(self, port: str, index: int) -> ast.expr:
        pairs = [(instance, _size(result, port, index)) for instance, result in self.results]
        wanted = Wanted(f"{self.label}{port}", lambda result: _size(self.locate(result), port, index))
        return self.inferred(pairs, wanted)


def _outcome(test: ast.expr, instance: Instance) -> bool | None:
    """Whether a test holds in an instance of the owning class; None where its names do not tell."""
    try:
        return bool(Formula(test).value(instance.names))
    except FormulaError:
        return None


def _size(result: GraphResult, port: str, index: int) -> Any:
    type_ = result.inputs[port]
    assert isinstance(type_, TensorType)
    return type_.shape[index]
