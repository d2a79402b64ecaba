"""Loops in a ``forward``: copies that carry several wires, and modules run step by step."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from app.codegen.alternatives import Branch, joined
from app.codegen.calls import Calls
from app.codegen.construct import call_of, is_keyed, key_expression
from app.codegen.expressions import assigned_to
from app.codegen.printer import WIDTH, flat
from app.codegen.source import GenerationError
from app.codegen.trees import call, constant, free_names, name, names_of, parsed, substitute
from app.codegen.values import (
    GENERIC,
    Key,
    default_template,
    first_free,
    is_any,
    parameter_name,
    without_unused,
)
from app.core.block import Expression, Module
from app.core.document import Node
from app.core.problems import Path
from app.core.results import NodeResult


class Loops(Calls):
    """Writes repeats and scans."""

    def _loop(self, node: Node, result: NodeResult) -> None:
        """Copies that carry several wires, or are given more than one: a loop over the modules."""
        self._refuse_different(node)
        unit = result.units[0]
        wires = self.inputs_of(node)
        values = self._bound_inputs(wires)
        outputs = list(unit.outputs)
        carried = {out: out for out in outputs if out in result.inputs}
        if not carried:
            carried = {outputs[0]: next(iter(result.inputs))}
        labels = self._carried_names(node, wires, values, carried)
        taken = set(labels.values()) | self._live()
        copy, index = self._singular(node.name, taken), first_free("i", taken)
        template, filled = self._graph_template(node, result), {"module": name(copy)}
        made = call_of(unit) if unit.block is not None else None
        if made is not None:
            template, block_values = self._block_template(node, self.view)
            filled = {**block_values, "module": name(copy), "i": name(index)}
        if is_keyed(node):
            key = key_expression(node, label=self._attribute(node))
            filled["module"] = call("self.get_submodule", substitute(key, {"i": name(index)}))
        given = [(port, name(labels.get(port, value))) for port, value in values.items()]
        tree = self._substituted(template, node, filled, given)
        tree = substitute(tree, {"i": name(index)}) if index != "i" else tree
        path = Path(self.graph.name, node.id)
        if isinstance(made, Expression) or is_keyed(node):
            assert node.repeat is not None
            count = call("range", self._in_forward(self.view.value(node.repeat.count)))
            variable = index if index in free_names(tree) else "_"
            self.lines.say(f"for {variable} in ", count, self.indent, path, suffix=":")
        else:
            self.lines.put(f"for {copy} in self.{self._attribute(node)}:", self.indent, path)
        returned = made.returns if made is not None and made.returns else ", ".join(outputs)
        bound = {out: name(labels[carried[out]]) if out in carried else name("_") for out in outputs}
        target = assigned_to(substitute(parsed(returned), bound))
        self.lines.say(f"{target} = ", tree, self.indent + 1, path)
        for out, port in carried.items():
            self.names[(node.id, out)] = labels[port]

    def _refuse_different(self, node: Node) -> None:
        """A loop calls one thing, whichever of a node's alternatives that is."""
        if node.cases and self._differ(node):
            how = "repeated" if node.scan is None else "scanned"
            message = (
                f"“{node.name}” is {how} and chooses between blocks that are called in different ways: make a graph "
            )
            raise GenerationError(f"{message}that chooses, and have that {how}.", Path(self.graph.name, node.id))

    def _choice(self, node: Node, result: NodeResult) -> None:
        """``if bend == "square": x = x.square()``: alternatives that are called in different ways."""
        path = Path(self.graph.name, node.id)
        if node.repeat is not None:
            self._refuse_different(node)
        for waiting in list(self.pending):
            if waiting in self.pending and not isinstance(self.pending[waiting].tree, ast.Name):
                self._bind_pending(waiting)
        given = [(port, self.take(key)) for port, key in self.inputs_of(node)]
        ways = self._alternatives(node)
        trees = [self._substituted(way.template, node, way.values, given) for way in ways]
        labels = self._chosen_labels(node, trees)
        bound = {port: name(label) for port, label in labels.items()}
        branches: list[Branch] = []
        for way, tree in zip(ways, trees, strict=True):
            target = substitute(
                parsed(way.returns), {each: bound.get(each, name("_")) for each in names_of(way.returns)}
            )
            test = None if way.when is None else self._in_forward(self.view.value("=" + way.when.removeprefix("=")))
            branches.append((test, [without_unused(target), tree]))
        branches = joined(branches)
        if self._said_at_once(branches, path):
            return
        word = "if "
        for test, (target, tree) in branches:
            if test is not None:
                self.lines.say(word, test, self.indent, path, suffix=":")
            elif len(branches) > 1:
                self.lines.put("else:", self.indent, path)
            self.lines.say(f"{assigned_to(target)} = ", tree, self.indent + (len(branches) > 1), path)
            word = "elif "

    def _said_at_once(self, branches: list[Branch], path: Path) -> bool:
        """``x = x.square() if self.bend == "square" else self.bend(x)``, where that fits on a line."""
        if len(branches) != 2:
            return False
        (test, (target, first)), (_, (_, second)) = branches
        if test is None or not isinstance(target, ast.Name) or flat(target) != flat(branches[1][1][0]):
            return False
        tree = ast.IfExp(test, first, second)
        if len(flat(tree)) + len(target.id) + 3 + 4 * self.indent > WIDTH:
            return False
        self.lines.say(f"{target.id} = ", tree, self.indent, path)
        return True

    def _chosen_labels(self, node: Node, trees: list[ast.expr]) -> dict[str, str]:
        """Variables for what is needed of the alternatives' values, the same in all of them."""
        labels: dict[str, str] = {}
        for key in [key for key in self.used if key[0] == node.id]:
            label = self._name(key, node, trees[-1])
            if label in labels.values():
                label = first_free(parameter_name(key[1]), {*labels.values(), *self._live()})
            self._free(label)
            if label not in self.assigned and any(is_any(tree, self.typed) for tree in trees):
                self.lines.put(f"{label}: Tensor", self.indent, Path(self.graph.name, node.id))
            self._assigned(label, True)
            labels[key[1]] = self.names[key] = label
        return labels

    def _singular(self, plural: str, taken: set[str]) -> str:
        options = ["layer", "block"] if plural.startswith("layer") else ["block", "layer"]
        return next(label for label in (*options, "module_") if label not in taken)

    def _carried_names(
        self, node: Node, wires: list[tuple[str, Key]], values: Mapping[str, str], carried: Mapping[str, str]
    ) -> dict[str, str]:
        """Variables that go round the loop, started with what enters it."""
        labels: dict[str, str] = {}
        path = Path(self.graph.name, node.id)
        live = self._live()
        for out, port in carried.items():
            value = values[port]
            stays = [other for given, other in values.items() if given not in carried.values()]
            if value not in live and value not in labels.values() and value not in stays:
                labels[port] = value
                continue
            key = (node.id, out)
            label = parameter_name(out)
            if out in GENERIC or label in live or label in stays:
                label = self._name(key, node, None)
            label = first_free(label, live | {*labels.values(), *stays})
            self._free(label)
            self.lines.say(f"{label} = ", name(value), self.indent, path)
            labels[port] = label
        return labels

    def _scan(self, node: Node, result: NodeResult) -> None:
        """One module, step by step: slices in, what is carried goes round, the rest is collected and stacked."""
        scan = node.scan
        assert scan is not None
        self._refuse_different(node)
        unit = result.units[0]
        wires = self.inputs_of(node)
        values = self._bound_inputs(wires)
        carried = {out: out for out in unit.outputs if out in unit.inputs and out not in scan.sliced}
        labels = self._carried_names(node, wires, values, carried)
        stacked = [out for out in unit.outputs if out not in carried and self.uses[(node.id, out)] > 0]
        path = Path(self.graph.name, node.id)
        lists = {
            out: self._unused(f"{out.lower()}_steps" if out.endswith("s") else f"{out.lower()}s") for out in stacked
        }
        for label in lists.values():
            typed = f"{label}: list[Tensor]" if label not in self.lists else label
            self.lists.add(label)
            self.lines.put(f"{typed} = []", self.indent, path)
        steps = {port: self._unused(f"{port.lower()}_t") for port in scan.sliced}
        self._scan_head(node, scan, values, steps, path)
        args = {port: name(steps.get(port) or labels.get(port) or values.get(port, "None")) for port in result.inputs}
        made = call_of(unit) if unit.block is not None else None
        template = self._scan_template(node, unit, made)
        values_of = self._values(node, template) if made is not None else {}
        tree = substitute(parsed(template), {**values_of, **args, "module": self._module_name(node)})
        returned = made.returns if made is not None and made.returns else ", ".join(unit.outputs)
        last = {out: self._unused(parameter_name(out)) for out in stacked}
        bound = {out: name(labels[out]) if out in carried else name(last.get(out, "_")) for out in unit.outputs}
        target = assigned_to(substitute(parsed(returned), bound))
        self.lines.say(f"{target} = ", tree, self.indent + 1, path)
        for out in stacked:
            self.lines.put(f"{lists[out]}.append({last[out]})", self.indent + 1, path)
        for out in carried:
            self.names[(node.id, out)] = labels[out]
        for out in stacked:
            collected: ast.expr = name(lists[out])
            if scan.reverse:
                collected = parsed(f"{lists[out]}[::-1]")
            self._bind((node.id, out), call("torch.stack", collected, dim=constant(scan.dim)), node, [])

    def _scan_template(self, node: Node, unit: Any, made: Any) -> str:
        if isinstance(made, Expression):
            return made.template
        if isinstance(made, Module):
            return made.forward or default_template([port for port, type_ in unit.inputs.items() if type_ is not None])
        return self._graph_template(node, self.result[node.id])

    def _scan_head(
        self, node: Node, scan: Any, values: Mapping[str, str], steps: Mapping[str, str], path: Path
    ) -> None:
        if not scan.sliced:
            count = self._in_forward(self.view.value(scan.count))
            self.lines.say("for _ in ", call("range", count), self.indent, path, suffix=":")
        else:
            slices: list[ast.expr] = [parsed(f"{values[port]}.unbind(dim={scan.dim})") for port in scan.sliced]
            over = slices[0] if len(slices) == 1 else call("zip", *slices, strict=constant(True))
            if scan.reverse:
                over = call("reversed", over if len(slices) == 1 else call("list", over))
            self.lines.say(f"for {', '.join(steps.values())} in ", over, self.indent, path, suffix=":")
