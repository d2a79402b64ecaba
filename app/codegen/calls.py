"""The expression of one node: its template, what the template's names stand for, and which inputs it takes in."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.codegen.alternatives import alternatives
from app.codegen.construct import argument_of, call_of, module_arguments
from app.codegen.naming import Naming
from app.codegen.printer import WIDTH, flat
from app.codegen.source import GenerationError
from app.codegen.trees import call, constant, free_names, name, names_of, parsed, substitute
from app.codegen.values import (
    HEAVIEST,
    ROOM,
    Key,
    default_template,
    draws,
    parameter_names,
    without_unused,
)
from app.codegen.variants import agreed
from app.codegen.view import View, Wanted
from app.core.block import Expression, Module
from app.core.document import Kind, Node
from app.core.problems import Path
from app.core.results import GraphResult, NodeResult, Unit


class Called(NamedTuple):
    """How an alternative is called: ``when`` it is chosen (None for what is left), and the pattern of what it gives."""

    when: str | None
    template: str
    values: Mapping[str, ast.expr]
    returns: str

    @property
    def filled(self) -> ast.expr:
        filled: ast.expr = substitute(parsed(self.template), self.values)
        return filled


class Calls(Naming):
    """Fills the templates of nodes."""

    def _call(self, node: Node, result: NodeResult) -> Module | Expression | None:
        if node.use.kind is Kind.BLOCK or result.block is not None:
            return call_of(result.units[0]) if result.units[0].block is not None else None
        return None

    def _template(
        self, node: Node, result: NodeResult, made: Module | Expression | None
    ) -> tuple[str, Mapping[str, ast.expr], bool]:
        """The expression's template, the values of its names, and whether it draws random numbers."""
        if node.cases:  # they are all called alike
            last = self._alternatives(node)[-1]
            return last.template, last.values, True
        block = result.units[0].block
        random = bool(block is not None and block.trains) or bool(made is not None and made.random)
        if made is None:
            is_random = node.use.kind is Kind.MODEL or any(map(draws, result.copies))
            return self._graph_template(node, result), {"module": self._module_name(node)}, is_random
        self.owner.project.carry(made.source)
        template, values = self._block_template(node, self.view)
        return template, values, random

    def _block_template(self, node: Node, view: View) -> tuple[str, dict[str, ast.expr]]:
        """What a block is in ``forward``, right in all instances, and what the names in it stand for."""
        held = self.constructor.is_module(view, node) or node.shares is not None or node != self.graph.nodes[node.id]

        def template_in(unit: Unit) -> str:
            made = call_of(unit)
            if isinstance(made, Expression):
                return made.template
            called = made.forward if held else made.functional
            return called or default_template([port for port, _ in self.inputs_of(node)])

        def refused(message: str) -> Exception:
            return GenerationError(message, Path(self.graph.name, node.id))

        template, test = agreed(node, [(i, template_in(unit)) for i, unit in view.units(node)], refused)
        values = self._values(node, template, view)
        if test is not None:
            values["_test_"] = self._in_forward(view.value(f"={test}"))
        return template, {"module": self._module_name(node), **values}

    def _module_name(self, node: Node) -> ast.expr:
        attribute = self._attribute(node)
        return call("self.get_submodule", constant(attribute)) if attribute.isdigit() else name(f"self.{attribute}")

    def _attribute(self, node: Node) -> str:
        if node.use.kind is Kind.MODEL:
            return node.use.name
        if node.shares:
            other = self.graph.nodes.get(node.shares)
            return other.name if other is not None else node.shares
        return node.name

    def _graph_template(self, node: Node, result: NodeResult) -> str:
        """``module(a, b)`` in the order of the graph's inputs; optional ones that are missing are named or left out."""
        args: list[str] = []
        gap = False
        labels = parameter_names(tuple(result.inputs))
        for port, type_ in result.inputs.items():
            if type_ is None:
                gap = True
            else:
                args.append(f"{labels[port]}={port}" if gap else port)
        return f"module({', '.join(args)})"

    def _values(self, node: Node, template: str, view: View | None = None) -> dict[str, ast.expr]:
        """What the template's own names stand for, as ``forward`` writes it."""
        view = view or self.view
        units = view.units(node)
        known = {key for _, unit in units for key in module_arguments(call_of(unit))}
        wanted = [key for key in dict.fromkeys(names_of(template)) if key in known]
        return {key: self._in_forward(self._value(node, key, units, view)) for key in wanted}

    def _value(self, node: Node, key: str, units: Sequence[Any], view: View) -> ast.expr:
        pairs = [(instance, argument_of(unit, call_of(unit), key)) for instance, unit in units]
        if key in node.arguments and all(
            getattr(unit.block, key, None) == value for (_, unit), (_, value) in zip(units, pairs, strict=True)
        ):
            return view.value(node.arguments[key])

        def value_in(result: GraphResult) -> Any:
            unit = view.units_in(result, node)[0]
            return argument_of(unit, call_of(unit), key)

        return view.inferred(pairs, Wanted(f"{view.label}{node.name}_{key}", value_in))

    def _in_forward(self, tree: ast.expr) -> ast.expr:
        """Constructor arguments become attributes."""
        known = self.view.signature.names
        found = [each for each in dict.fromkeys(free_names(tree)) if each in known]  # in order: it is seen in the text
        return substitute(tree, {each: name(self.view.signature.keep(each)) for each in found}) if found else tree

    def _test(self, node: Node) -> ast.expr:
        """Whether a node is there."""
        assert node.enabled is not None
        return self._in_forward(self.view.value("=" + node.enabled.removeprefix("=")))

    def _settle_inputs(self, node: Node, wires: list[tuple[str, Key]], holes: Counter[str], random: bool) -> None:
        """Bind what the expression cannot take in: used twice, too heavy, or drawn out of turn."""
        mine = [key for _, key in wires]
        room = 16 + sum(len(hole) for hole in holes)
        own = 2 if self.result[node.id].copies else 1
        if random:
            for key in [k for k, p in self.pending.items() if p.drawn and k not in mine]:
                self._bind_pending(key)
        variadic = {port for port, type_ in self.result[node.id].inputs.items() if isinstance(type_, tuple)}
        for port, key in wires:
            if (
                port not in variadic
                and key in self.pending
                and holes.get(port, 1) > 1
                and not isinstance(self.pending[key].tree, ast.Name)
            ):
                self._bind_pending(key)
        while True:
            taken = [key for key in mine if key in self.pending]
            total = own + sum(self.pending[key].weight for key in taken)
            length = room + sum(len(flat(self.pending[key].tree)) for key in taken)
            if (total <= HEAVIEST and length <= WIDTH) or not taken:
                break
            heaviest = max(taken, key=lambda key: self.pending[key].weight)
            if not self.pending[heaviest].weight:
                break
            self._bind_pending(heaviest)
        drawn = [key for key in mine if key in self.pending and self.pending[key].drawn]
        for key in drawn[:-1]:
            self._bind_pending(key)

    def _filled(
        self, template: str, node: Node, wires: list[tuple[str, Key]], values: Mapping[str, ast.expr]
    ) -> ast.expr:
        return self._substituted(template, node, values, [(port, self.take(key)) for port, key in wires])

    def _substituted(
        self, template: str, node: Node, values: Mapping[str, ast.expr], given: Sequence[tuple[str, ast.expr]]
    ) -> ast.expr:
        """The template with its inputs in place."""
        names: dict[str, Any] = dict(values)
        for port, type_ in self.result[node.id].inputs.items():
            names[port] = [] if isinstance(type_, tuple) else constant(None)
        for port, tree in given:
            if isinstance(names.get(port), list):
                names[port].append(tree)
            else:
                names[port] = tree
        return substitute(parsed(template), names)  # type: ignore[no-any-return]

    def _make_room(
        self, template: str, node: Node, wires: list[tuple[str, Key]], values: Mapping[str, ast.expr]
    ) -> None:
        """Bind inputs until the expression fits on a line with a name before it."""
        while waiting := [key for _, key in wires if key in self.pending and self.pending[key].weight]:
            given = [(p, self.pending[k].tree if k in self.pending else name(self.names[k])) for p, k in wires]
            if len(flat(self._substituted(template, node, values, given))) <= ROOM:
                return
            self._bind_pending(max(waiting, key=lambda key: len(flat(self.pending[key].tree))))

    def _has_identity(self, node: Node, result: NodeResult) -> bool:
        """Whether a node that may be left out is a module with one input, for which nn.Identity stands in."""
        if len(result.outputs) > 1 or node.shares:
            return False
        return self.constructor.is_module(self.view, node) and len(self.inputs_of(node)) == 1

    def _differ(self, node: Node) -> bool:
        """Whether alternatives of a node are called in different ways."""
        return len({(flat(way.filled), flat(self._needed_of(node, way))) for way in self._alternatives(node)}) > 1

    def _needed_of(self, node: Node, way: Called) -> ast.expr:
        """The pattern of what an alternative gives, without what nobody needs."""
        ports = [each for each in names_of(way.returns) if (node.id, each) not in self.used]
        return without_unused(substitute(parsed(way.returns), {each: name("_") for each in ports}))

    def _alternatives(self, node: Node) -> list[Called]:
        """How each of a node's alternatives is called."""
        found: list[Called] = []
        for at, other in enumerate(alternatives(node)):
            view = self.view.as_if(node, at, self.owner.project.collection)
            units = view.units(other)
            template = default_template([port for port, _ in self.inputs_of(node)])
            values: dict[str, ast.expr] = {}
            outputs = list(units[0][1].outputs) if units else list(self.result[node.id].outputs)
            returns = ", ".join(outputs) if len(outputs) > 1 else outputs[0]
            if units and units[0][1].block is not None:
                made = call_of(units[0][1])
                self.owner.project.carry(made.source)
                template, values = self._block_template(other, view)
                returns = made.returns or returns
            elif units:
                template = self._graph_template(node, view.node_results(node)[0][1])
            when = node.cases[at].when if at < len(node.cases) else None
            found.append(Called(when, template, {"module": self._module_name(other), **values}, returns))
        return found
