"""Which value gets which name: a name is free when nothing that still needs it is left."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from app.codegen.expressions import assigned_to
from app.codegen.flow import Flow
from app.codegen.printer import WIDTH, flat
from app.codegen.source import GenerationError
from app.codegen.trees import free_names, name, parsed, substitute
from app.codegen.values import (
    GENERIC,
    Key,
    first_free,
    is_any,
    parameter_name,
    weight_of,
    without_unused,
)
from app.core.document import SELF, Node
from app.core.names import LOCALS
from app.core.problems import Path
from app.core.results import NodeResult


class Naming(Flow):
    """Binds values to names."""

    def take(self, key: Key) -> ast.expr:
        """A value's expression, for one use."""
        self.uses[key] -= 1
        if key[1] == SELF and self.uses[key]:  # a module has its name: several may call it
            return self.pending[key].tree
        pending = self.pending.pop(key, None)
        return pending.tree if pending is not None else name(self.names[key])

    def _bind_pending(self, key: Key) -> None:
        pending = self.pending.pop(key)
        self._bind(key, pending.tree, pending.node, self.inputs_of(pending.node))

    def _bind(self, key: Key, tree: ast.expr, node: Node, wires: list[tuple[str, Key]]) -> None:
        before = dict(self.names)
        label = self._name(key, node, tree)
        self._free(label)
        self.names[key] = label
        prefix = f"{label} = "
        if label in self.declared and label not in self.assigned:
            prefix = f"{label}: Tensor = "
        self._assigned(label, not is_any(tree, self.typed))
        comment = self.shapes.comment(key, self._sources(tree, before))
        tree = self._shortened(prefix, tree, node)
        self.lines.say(prefix, tree, self.indent, Path(self.graph.name, node.id), comment=comment)

    def _assigned(self, label: str, typed: bool) -> None:
        """Note what a checker knows of a variable: a declared one stays a tensor, any other is what it is given."""
        self.assigned.add(label)
        if typed or label in self.declared or label in self.parameters:
            self.typed.add(label)
        else:
            self.typed.discard(label)

    def _shortened(self, prefix: str, tree: ast.expr, node: Node) -> ast.expr:
        """A sum or product too long for a line, with its last part bound first, or the one before it."""
        too_long = len(prefix) + len(flat(tree)) + 8 > WIDTH
        if not (too_long and isinstance(tree, ast.BinOp) and weight_of(tree)):
            return tree
        label = first_free("term", self._live() | set(self.names.values()))
        is_last = bool(weight_of(tree.right))
        part = tree.right if is_last else tree.left
        self.lines.say(f"{label} = ", part, self.indent, Path(self.graph.name, node.id))
        bound = name(label)
        return ast.BinOp(tree.left, tree.op, bound) if is_last else ast.BinOp(bound, tree.op, tree.right)

    def _sources(self, tree: ast.expr, names: Mapping[Key, str]) -> list[Key]:
        """The values that an expression reads, the innermost first."""
        labels = free_names(tree)[::-1]
        holders = {label: key for key, label in names.items()}  # the last value of that name
        return [holders[label] for label in labels if label in holders]

    def _free(self, label: str) -> None:
        """Before a name is given to another value, whatever waits and still reads it is bound."""
        for key in [k for k, p in self.pending.items() if label in free_names(p.tree)]:
            if key in self.pending:
                self._bind_pending(key)

    def _live(self) -> set[str]:
        live = {label for key, label in self.names.items() if self.uses[key] > 0}
        for pending in self.pending.values():
            live.update(free_names(pending.tree))
        return live

    def _name(self, key: Key, node: Node, tree: ast.expr | None) -> str:
        """What to call a value: as the output it becomes, as its port, as what it was made from, or as its node."""
        live = self._live()
        outputs = [port.name for port, out in self.output_keys() if out == key]
        options = [label for label in outputs if label not in GENERIC]
        options += [self.going_round[key]] if key in self.going_round else []
        options += [self.stands_for[key]] if key in self.stands_for else []
        base = node.name if node.name.isidentifier() else f"{node.use.name.lower()}_{node.name}"
        if key[1] not in GENERIC and not node.scan and not node.repeat:
            options += [key[1]] if base == node.use.name else [key[1], base]
        if self.is_crowded and self.wanted[key] > 1:
            options.append(base)
        read = [self.names[k] for k in self._sources(tree, self.names)] if tree is not None else []
        kept = read[:1] if len(set(read)) == 1 else [label for label in read if label in ("x", "y")]
        options.extend(label for label in kept if label not in self.parameters or label == "x")
        if not outputs or all(label in GENERIC for label in outputs):
            options.extend(("x", "y"))
        options.append(base)
        reserved = LOCALS | set(self.owner.carried_names())
        for label in map(parameter_name, options):
            if label not in live and label not in reserved:
                return label
        return first_free(parameter_name(base), live | reserved)

    def _unpack(
        self, node: Node, result: NodeResult, returns: str, tree: ast.expr, wires: list[tuple[str, Key]]
    ) -> None:
        """``output, (h_n, c_n) = ...``; what nobody needs is ``_``."""
        labels: dict[str, ast.expr] = {}
        given: set[str] = set()
        for port in result.outputs:
            key = (node.id, port)
            if self.uses[key] <= 0:
                labels[port] = name("_")
                continue
            label = self._name(key, node, tree)
            if label in given:
                label = first_free(parameter_name(port), given | self._live())
            given.add(label)
            self._free(label)
            if label in self.declared and label not in self.assigned:
                self.lines.put(f"{label}: Tensor", self.indent, Path(self.graph.name, node.id))
            self._assigned(label, False)
            self.names[key] = label
            labels[port] = name(label)
        target = assigned_to(without_unused(substitute(parsed(returns), labels)))
        self.lines.say(f"{target} = ", tree, self.indent, Path(self.graph.name, node.id))

    def _bound_inputs(self, wires: list[tuple[str, Key]]) -> dict[str, str]:
        """Names of the values that enter a loop; what is drawn before it is drawn before it in the code."""
        found: dict[str, str] = {}
        for drawn in [key for key, pending in self.pending.items() if pending.drawn]:
            if drawn in self.pending:
                self._bind_pending(drawn)
        for _, key in wires:
            if key in self.pending:
                self._bind_pending(key)
        for port, key in wires:
            if port in found:
                message = "What is repeated or scanned takes one wire at each input: several enter “{}”."
                raise GenerationError(message.format(port), Path(self.graph.name))
            self.uses[key] -= 1
            found[port] = self.names[key]
        return found

    def _unused(self, wanted: str) -> str:
        return first_free(wanted, self._live() | set(self.names.values()))
