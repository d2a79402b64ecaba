"""The ``forward`` of a class: which value gets which name, what is folded into one expression, what is bound first.

A value is *pending* while it is only an expression that its single consumer will take in; otherwise it has a name.
A name is free for another value when nothing that still needs it is left, pending expressions included. What is random
is evaluated in document order, so that the generated code draws the same numbers as one variable a node would.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable

from app.codegen.construct import is_keyed
from app.codegen.lines import Lines
from app.codegen.loops import Loops
from app.codegen.printer import WIDTH, flat
from app.codegen.source import GenerationError
from app.codegen.trees import free_names, name, names_of, parsed
from app.codegen.values import (
    HEAVIEST,
    Key,
    Pending,
    default_template,
    is_any,
    weight_of,
)
from app.core.block import Metric
from app.core.document import BOUNDARY, SELF, Node
from app.core.problems import Path
from app.core.results import NodeResult


class ForwardWriter(Loops):
    """Writes one ``forward``."""

    def write(self) -> Lines:
        for port in self.graph.inputs:
            key = (BOUNDARY, port.name)
            label = self.labels[port.name]
            self.names[key] = label
            self._assigned(label, True)
        for node in self._order():
            self._node(node)
        if not self.owner.is_evaluation:
            self._return()
        return self.lines

    def _node(self, node: Node) -> None:
        result = self.result[node.id]
        if SELF in result.outputs:
            self.pending[(node.id, SELF)] = Pending(self._module_name(node), 0, False, node)
            return
        if not any(key[0] == node.id for key in self.used):
            return
        if self.owner.is_evaluation and self._metric(node):
            return
        if node.scan is not None:
            self._optional(node, result, self._scan)
        elif is_keyed(node) or (node.repeat is not None and not self.constructor.is_chain(self.view, node)):
            self._optional(node, result, self._loop)
        elif node.cases and self._differ(node):
            self._optional(node, result, self._choice)
        elif node.enabled is not None and len(result.outputs) > 1:
            self._optional(node, result, self._unpacked)
        else:
            self._plain(node, result)

    def _unpacked(self, node: Node, result: NodeResult) -> None:
        self._plain(node, result, may_be_left_out=False)

    def _optional(self, node: Node, result: NodeResult, write: Callable[[Node, NodeResult], None]) -> None:
        """Lines that are left out with the node: under an ``if``, after which the first input stands for the output."""
        if node.enabled is None:
            write(node, result)
            return
        for waiting in list(self.pending):
            if waiting in self.pending and not isinstance(self.pending[waiting].tree, ast.Name):
                self._bind_pending(waiting)
        wires, path = self.inputs_of(node), Path(self.graph.name, node.id)
        passed = self._passed_on(node)
        key = (node.id, next(iter(result.outputs)))
        self._refuse_second(node, key)
        label = self.names[passed]
        if self.uses[passed] > sum(other == passed for _, other in wires):  # it is needed afterwards as it was
            before, label = label, self._name(key, node, None)
            self._assigned(label, before in self.typed)
            self.lines.put(f"{label} = {before}", self.indent, path)
        self.lines.say("if ", self._test(node), self.indent, path, suffix=":")
        self.indent += 1
        self.stands_for[key] = label
        write(node, result)
        if key in self.pending:
            self._bind_pending(key)
        if self.names[key] != label:
            self.lines.put(f"{label} = {self.names[key]}", self.indent, path)
        self.indent -= 1
        self.names[key] = label

    def _refuse_second(self, node: Node, first: Key) -> None:
        """Where a node is left out there is its first output alone."""
        others = [key[1] for key in self.used if key[0] == node.id and key != first]
        if others:
            message = f"“{node.name}” may be left out ({node.enabled}), but its output “{others[0]}” is always needed."
            raise GenerationError(message, Path(self.graph.name, node.id))

    def _plain(self, node: Node, result: NodeResult, *, may_be_left_out: bool = True) -> None:
        wires = self.inputs_of(node)
        made = self._call(node, result)
        template, values, random = self._template(node, result, made)
        returns = made.returns if made is not None else None
        outputs = list(result.outputs)
        if made is None and len(outputs) > 1:
            returns = ", ".join(outputs)
        holes = Counter(names_of(template))
        is_conditional = may_be_left_out and node.enabled is not None and not self._has_identity(node, result)
        if is_conditional and (passed := self._passed_on(node)) in self.pending:
            self._bind_pending(passed)
        self._settle_inputs(node, wires, holes, random)
        self._make_room(template, node, wires, values)
        taken = [self.pending[key] for _, key in wires if key in self.pending]
        tree = self._filled(template, node, wires, values)
        if is_conditional:
            self._conditional(node, tree, wires, (node.id, outputs[0]))
            return
        if returns is not None:
            self._unpack(node, result, returns, tree, wires)
            return
        key = (node.id, outputs[0])
        weight = sum(p.weight for p in taken) + (2 if made is None else weight_of(parsed(template)))
        if self.uses[key] == 1 and weight <= HEAVIEST and len(flat(tree)) <= WIDTH - 20:
            self.pending[key] = Pending(tree, weight, random, node)
        else:
            self._bind(key, tree, node, wires)

    def _passed_on(self, node: Node) -> Key:
        passed = self._passed(node, self.result[node.id])
        assert passed is not None
        return passed

    def _conditional(self, node: Node, tree: ast.expr, wires: list[tuple[str, Key]], key: Key) -> None:
        """A node that may be left out: ``if test: x = x + skip``."""
        assert node.enabled is not None
        test = self._test(node)
        label = self.names[self._passed_on(node)]
        path = Path(self.graph.name, node.id)
        if label in self._live():
            self._bind(key, ast.IfExp(test, tree, name(label)), node, wires)
            return
        self.lines.say("if ", test, self.indent, path, suffix=":")
        self.lines.say(f"{label} = ", tree, self.indent + 1, path)
        self.names[key] = label

    def _metric(self, node: Node) -> bool:
        """In an evaluation a metric accumulates: its value is asked for at the end."""
        result = self.result[node.id]
        made = self._call(node, result) if result.units else None
        if not isinstance(made, Metric):
            return False
        wires = self.inputs_of(node)
        template = (made.forward or default_template([port for port, _ in wires])).replace(
            "module(", "module.update(", 1
        )
        self._settle_inputs(node, wires, Counter(names_of(template)), True)
        values = {"module": self._module_name(node), **self._values(node, template)}
        tree = self._filled(template, node, wires, values)
        self.lines.say("", tree, self.indent, Path(self.graph.name, node.id))
        return True

    def _return(self) -> None:
        keys = self.output_keys()
        if len(keys) == 1 and keys[0][1] in self.pending and is_any(self.pending[keys[0][1]].tree, None):
            self._bind_pending(keys[0][1])
        path = Path(self.graph.name)
        trees = []
        for _, key in keys:
            node = self.pending[key].node if key in self.pending else None
            if node is not None:
                path = Path(self.graph.name, node.id)
            trees.append(self.take(key))
        tree = trees[0] if len(trees) == 1 else ast.Tuple(trees, ast.Load())
        if len(trees) == 1 and is_any(tree, self.typed):
            self.undeclared.update(set(free_names(tree)) & set(self.names.values()) - self.typed)
        comment = self.shapes.text(keys[0][1]) if len(keys) == 1 and not isinstance(tree, ast.Name) else ""
        self.lines.say("return ", tree, self.indent, path, comment=comment)


__all__ = ["ForwardWriter", "is_any"]
