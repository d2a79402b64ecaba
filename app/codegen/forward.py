"""The ``forward`` of a class: which value gets which name, what is folded into one expression, what is bound first.

A value is *pending* while it is only an expression that its single consumer will take in; otherwise it has a name.
A name is free for another value when nothing that still needs it is left, pending expressions included. What is random
is evaluated in document order, so that the generated code draws the same numbers as one variable a node would.
"""

from __future__ import annotations

import ast
import builtins
import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from app.codegen.construct import Constructor, argument_of, call_of, is_keyed, key_expression, module_arguments
from app.codegen.lines import Lines
from app.codegen.printer import WIDTH, call, constant, flat, free_names, name, parsed, statement, substitute
from app.codegen.shapes import Shapes
from app.codegen.source import GenerationError
from app.codegen.variants import agreed
from app.codegen.view import View, Wanted
from app.core.block import Expression, Metric, Module
from app.core.document import BOUNDARY, SELF, GraphPort, Kind, Node
from app.core.names import LOCALS
from app.core.plan import Plan
from app.core.problems import Path
from app.core.results import GraphResult, NodeResult, Unit, walk
from app.core.tensor_type import ABSENT

if TYPE_CHECKING:
    from app.codegen.classes import ClassWriter

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


class ForwardWriter:
    """Writes one ``forward``."""

    def __init__(
        self, owner: ClassWriter, view: View, constructor: Constructor, declared: frozenset[str] = frozenset()
    ) -> None:
        """``declared``: variables whose first assignment says that they are tensors."""
        self.declared = declared
        self.undeclared: set[str] = set()
        self.owner = owner
        self.view = view
        self.graph = view.graph
        self.constructor = constructor
        self.indent = 2
        self.plan = Plan(view.graph)
        self.lines = Lines()
        self.shapes = Shapes(view)
        self.names: dict[Key, str] = {}
        self.pending: dict[Key, Pending] = {}
        self.typed: set[str] = set()
        self.assigned: set[str] = set()
        self.parameters = {parameter_name(port.name) for port in self.graph.inputs}
        self.lists: set[str] = set()
        self.result: dict[str, NodeResult] = self._results()
        needed = self._needed()
        self.active = [node for node in self.graph.nodes.values() if node.id in needed and self._is_active(node)]
        self.uses = self._count_uses()
        self.used = {key for key, count in self.uses.items() if count}
        self.wanted = Counter(self.uses)
        self.is_crowded = self._is_crowded()

    def _results(self) -> dict[str, NodeResult]:
        """For each node a result where it is active, of whichever instance has one first."""
        found: dict[str, NodeResult] = {}
        for identity in self.graph.nodes:
            candidates = [r.nodes[identity] for _, r in self.view.results if identity in r.nodes]
            chosen = next((r for r in candidates if r.active and (r.units or SELF in r.outputs)), None)
            if chosen is not None:
                found[identity] = chosen
            elif candidates:
                found[identity] = candidates[0]
        return found

    def _is_active(self, node: Node) -> bool:
        result = self.result.get(node.id)
        return result is not None and result.active

    # -- where a value comes from ----------------------------------------------------------------------------------

    def origin(self, source: str, port: str) -> Key | None:
        """The value on a wire, past nodes that only pass on; None where a muted node leaves nothing."""
        while source != BOUNDARY:
            result = self.result.get(source)
            if result is None:
                return None
            if result.active:
                return source, port
            if result.outputs.get(port) is ABSENT:
                return None
            node = self.graph.nodes[source]
            feed = self.plan.feeds[source]
            if node.mute or not feed.sources:
                return None
            first = self._first_input(node, result)
            source, port = feed.sources[first]
        return source, port

    def _first_input(self, node: Node, result: NodeResult) -> int:
        ports = list(result.inputs)
        order = sorted(
            range(len(self.plan.feeds[node.id].ports)), key=lambda at: ports.index(self.plan.feeds[node.id].ports[at])
        )
        return order[0]

    def inputs_of(self, node: Node) -> list[tuple[str, Key]]:
        """Port and value of every wire that enters."""
        feed = self.plan.feeds[node.id]
        found = []
        for (source, port), target in zip(feed.sources, feed.ports, strict=True):
            key = self.origin(source, port)
            if key is not None:
                found.append((target, key))
        return found

    def output_keys(self) -> list[tuple[GraphPort, Key]]:
        keys = []
        for port in self.graph.outputs:
            source = self.plan.outputs.get(port.name)
            key = self.origin(*source) if source is not None else None
            if key is None:
                why = "has nothing wired to it" if source is None else "comes from a node that is muted"
                message = f"The output “{port.name}” of {self.graph.name} {why}."
                raise GenerationError(message, Path(self.graph.name, "", port.name))
            keys.append((port, key))
        return keys

    def _needed(self) -> set[str]:
        """Nodes that an output depends on; what nothing needs is held, but not called."""
        needed: set[str] = set()
        waiting = [key[0] for _, key in self.output_keys()]
        while waiting:
            identity = waiting.pop()
            if identity not in needed and identity != BOUNDARY:
                needed.add(identity)
                waiting += [key[0] for _, key in self.inputs_of(self.graph.nodes[identity])]
        return needed

    def _count_uses(self) -> Counter[Key]:
        uses: Counter[Key] = Counter()
        for node in self.active:
            for _, key in self.inputs_of(node):
                uses[key] += 1
        for _, key in self.output_keys():
            uses[key] += 1
        return uses

    def _order(self) -> list[Node]:
        """Topological, and as near to document order as that allows."""
        position = {identity: index for index, identity in enumerate(self.graph.nodes)}
        active = {node.id for node in self.active}
        waiting: dict[str, int] = {}
        followers: dict[str, list[str]] = {identity: [] for identity in active}
        for node in self.active:
            sources = {key[0] for _, key in self.inputs_of(node) if key[0] in active}
            waiting[node.id] = len(sources)
            for source in sources:
                followers[source].append(node.id)
        ready = [position[identity] for identity, count in waiting.items() if not count]
        heapq.heapify(ready)
        ids = list(self.graph.nodes)
        order: list[Node] = []
        while ready:
            identity = ids[heapq.heappop(ready)]
            order.append(self.graph.nodes[identity])
            for follower in followers[identity]:
                waiting[follower] -= 1
                if not waiting[follower]:
                    heapq.heappush(ready, position[follower])
        return order

    def _is_crowded(self) -> bool:
        """Whether three values at once wait for a second use, as on the way down of a U-Net: then each gets a name."""
        order = [node.id for node in self._order()]
        last: dict[str, int] = {}
        for position, identity in enumerate(order):
            for _, (source, port) in self.inputs_of(self.graph.nodes[identity]):
                if source != BOUNDARY and self.uses[source, port] > 1:
                    last[source] = position
        spans = [(order.index(source), end) for source, end in last.items()]
        return any(sum(start < at < end for start, end in spans) > 2 for at in range(len(order)))

    # -- the body --------------------------------------------------------------------------------------------------

    def write(self) -> Lines:
        for port in self.graph.inputs:
            key = (BOUNDARY, port.name)
            label = parameter_name(port.name)
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
        if not any((node.id, port) in self.used for port in result.outputs):
            return
        if self.owner.is_evaluation and self._metric(node):
            return
        if node.scan is not None:
            self._optional(node, result, self._scan)
        elif is_keyed(node) or (node.repeat is not None and not self.constructor.is_chain(self.view, node)):
            self._optional(node, result, self._loop)
        elif node.cases and self._differ(node):
            self._optional(node, result, self._choice)
        else:
            self._plain(node, result)

    def _optional(self, node: Node, result: NodeResult, write: Callable[[Node, NodeResult], None]) -> None:
        """Lines that are left out with the node: under an ``if``, after which the first input stands for the output."""
        if node.enabled is None:
            write(node, result)
            return
        for waiting in list(self.pending):
            if waiting in self.pending and not isinstance(self.pending[waiting].tree, ast.Name):
                self._bind_pending(waiting)
        wires, path = self.inputs_of(node), Path(self.graph.name, node.id)
        passed = self._passed(node, wires)
        key = (node.id, next(iter(result.outputs)))
        label = self.names[passed]
        if self.uses[passed] > sum(other == passed for _, other in wires):  # it is needed afterwards as it was
            before, label = label, self._name(key, node, None)
            self._assigned(label, before in self.typed)
            self.lines.put(f"{label} = {before}", self.indent, path)
        self.lines.say("if ", self._test(node), self.indent, path, suffix=":")
        self.indent += 1
        write(node, result)
        if key in self.pending:
            self._bind_pending(key)
        if self.names[key] != label:
            self.lines.put(f"{label} = {self.names[key]}", self.indent, path)
        self.indent -= 1
        self.names[key] = label

    def _test(self, node: Node) -> ast.expr:
        """Whether a node is there."""
        assert node.enabled is not None
        return self._in_forward(self.view.value("=" + node.enabled.removeprefix("=")))

    def _plain(self, node: Node, result: NodeResult) -> None:
        wires = self.inputs_of(node)
        made = self._call(node, result)
        template, values, random = self._template(node, result, made)
        returns = made.returns if made is not None else None
        outputs = list(result.outputs)
        if made is None and len(outputs) > 1:
            returns = ", ".join(outputs)
        holes = Counter(free_names(parsed(template)))
        is_conditional = node.enabled is not None and not self._has_identity(node, result)
        if is_conditional and (passed := self._passed(node, wires)) in self.pending:
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
        weight = sum(p.weight for p in taken) + (2 if made is None else _weight(parsed(template)))
        if self.uses[key] == 1 and weight <= HEAVIEST and len(flat(tree)) <= WIDTH - 20:
            self.pending[key] = Pending(tree, weight, random, node)
        else:
            self._bind(key, tree, node, wires)

    def _call(self, node: Node, result: NodeResult) -> Module | Expression | None:
        if node.use.kind is Kind.BLOCK or result.block is not None:
            return call_of(result.units[0]) if result.units[0].block is not None else None
        return None

    def _template(
        self, node: Node, result: NodeResult, made: Module | Expression | None
    ) -> tuple[str, Mapping[str, ast.expr], bool]:
        """The expression's template, the values of its names, and whether it draws random numbers."""
        if node.cases:  # they are all called alike
            _, template, values = self._alternatives(node)[-1]
            return template, values, True
        block = result.units[0].block
        random = bool(block is not None and block.trains) or bool(made is not None and made.random)
        if made is None:
            is_random = node.use.kind is Kind.MODEL or any(map(_draws, result.copies))
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
            return called or _default_template([port for port, _ in self.inputs_of(node)])

        def refused(message: str) -> Exception:
            return GenerationError(message, Path(self.graph.name, node.id))

        template, test = agreed(node, [(i, template_in(unit)) for i, unit in view.units(node)], refused)
        values = self._values(node, template, view)
        if test is not None:
            values["_test_"] = self._in_forward(view.value(f"={test}"))
        return template, {"module": self._module_name(node), **values}

    def _module_name(self, node: Node) -> ast.expr:
        return name(f"self.{self._attribute(node)}")

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
        for port, type_ in result.inputs.items():
            if type_ is None:
                gap = True
            else:
                args.append(f"{parameter_name(port)}={port}" if gap else port)
        return f"module({', '.join(args)})"

    def _values(self, node: Node, template: str, view: View | None = None) -> dict[str, ast.expr]:
        """What the template's own names stand for, as ``forward`` writes it."""
        view = view or self.view
        units = view.units(node)
        known = {key for _, unit in units for key in module_arguments(call_of(unit))}
        wanted = [key for key in dict.fromkeys(free_names(parsed(template))) if key in known]
        return {key: self._in_forward(self._value(node, key, units, view)) for key in wanted}

    def _value(self, node: Node, key: str, units: Sequence[Any], view: View) -> ast.expr:
        pairs = [(instance, argument_of(unit, call_of(unit), key)) for instance, unit in units]
        if key in node.arguments and all(
            getattr(unit.block, key, None) == value for (_, unit), (_, value) in zip(units, pairs, strict=True)
        ):
            return view.value(node.arguments[key])

        def value_in(result: GraphResult) -> Any:
            unit = view.locate(result).nodes[node.id].units[0]
            return argument_of(unit, call_of(unit), key)

        return view.inferred(pairs, Wanted(f"{view.label}{node.name}_{key}", value_in))

    def _in_forward(self, tree: ast.expr) -> ast.expr:
        """Constructor arguments become attributes."""
        known = self.owner.constructor_names()
        found = [each for each in dict.fromkeys(free_names(tree)) if each in known]  # in order: it is seen in the text
        return substitute(tree, {each: name(self.view.signature.keep(each)) for each in found}) if found else tree

    # -- inputs ----------------------------------------------------------------------------------------------------

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

    def take(self, key: Key) -> ast.expr:
        """A value's expression, for one use."""
        self.uses[key] -= 1
        pending = self.pending.pop(key, None)
        return pending.tree if pending is not None else name(self.names[key])

    # -- names -----------------------------------------------------------------------------------------------------

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
        """A sum or product too long for a line, with its last part bound first."""
        too_long = len(prefix) + len(flat(tree)) + 8 > WIDTH
        if not (too_long and isinstance(tree, ast.BinOp) and _weight(tree.right)):
            return tree
        label = _first_free("term", self._live() | set(self.names.values()))
        self.lines.say(f"{label} = ", tree.right, self.indent, Path(self.graph.name, node.id))
        return ast.BinOp(tree.left, tree.op, name(label))

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
        return _first_free(parameter_name(base), live | reserved)

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
                label = _first_free(parameter_name(port), given | self._live())
            given.add(label)
            self._free(label)
            if label in self.declared and label not in self.assigned:
                self.lines.put(f"{label}: Tensor", self.indent, Path(self.graph.name, node.id))
            self._assigned(label, False)
            self.names[key] = label
            labels[port] = name(label)
        target = substitute(parsed(returns), labels)
        text = flat(_without_unused(target))
        if isinstance(target, ast.Tuple):
            text = text[1:-1]
        self.lines.say(f"{text} = ", tree, self.indent, Path(self.graph.name, node.id))

    # -- loops -----------------------------------------------------------------------------------------------------

    def _loop(self, node: Node, result: NodeResult) -> None:
        """Copies that carry several wires, or are given more than one: a loop over the modules."""
        unit = result.units[0]
        wires = self.inputs_of(node)
        values = self._bound_inputs(wires)
        outputs = list(unit.outputs)
        carried = {out: out for out in outputs if out in result.inputs}
        if not carried:
            carried = {outputs[0]: next(iter(result.inputs))}
        labels = self._carried_names(node, wires, values, carried)
        taken = set(labels.values()) | self._live()
        copy, index = self._singular(node.name, taken), _first_free("i", taken)
        template, filled = self._graph_template(node, result), {"module": name(copy)}
        made = call_of(unit) if unit.block is not None else None
        if made is not None:
            template, block_values = self._block_template(node, self.view)
            filled = {**block_values, "module": name(copy), "i": name(index)}
        if is_keyed(node):
            filled["module"] = call("self.get_submodule", substitute(key_expression(node), {"i": name(index)}))
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
        target = flat(substitute(parsed(returned), bound))
        target = target[1:-1] if target.startswith("(") else target
        self.lines.say(f"{target} = ", tree, self.indent + 1, path)
        for out, port in carried.items():
            self.names[(node.id, out)] = labels[port]

    def _differ(self, node: Node) -> bool:
        """Whether alternatives of a node are called in different ways."""
        return len({flat(substitute(parsed(template), values)) for _, template, values in self._alternatives(node)}) > 1

    def _alternatives(self, node: Node) -> list[tuple[str | None, str, Mapping[str, ast.expr]]]:
        """For each alternative the formula that chooses it (None for what is left), its template and its values."""
        found: list[tuple[str | None, str, Mapping[str, ast.expr]]] = []
        for case in (*node.cases, None):
            chosen = case if case is not None else node
            other = replace(node, use=chosen.use, arguments=chosen.arguments, cases=())
            view = self.owner.as_if(other)
            units = view.units(other)
            template = _default_template([port for port, _ in self.inputs_of(node)])
            values: dict[str, ast.expr] = {}
            if units and units[0][1].block is not None:
                self.owner.project.carry(call_of(units[0][1]).source)
                template, values = self._block_template(other, view)
            found.append(
                (case.when if case is not None else None, template, {"module": self._module_name(node), **values})
            )
        return found

    def _choice(self, node: Node, result: NodeResult) -> None:
        """``if bend == "square": x = x.square()``: alternatives that are called in different ways."""
        path = Path(self.graph.name, node.id)
        if len(result.outputs) != 1:
            message = f"“{node.name}” chooses between blocks that are called in different ways and give several values."
            raise GenerationError(message, path)
        for waiting in list(self.pending):
            if waiting in self.pending and not isinstance(self.pending[waiting].tree, ast.Name):
                self._bind_pending(waiting)
        given = [(port, self.take(key)) for port, key in self.inputs_of(node)]
        key = (node.id, next(iter(result.outputs)))
        alternatives = self._alternatives(node)
        trees = [self._substituted(template, node, values, given) for _, template, values in alternatives]
        label = self._name(key, node, trees[-1])
        if label not in self.assigned and any(is_any(tree, self.typed) for tree in trees):
            self.lines.put(f"{label}: Tensor", self.indent, path)
        self._assigned(label, True)
        word = "if "
        for (when, _, _), tree in zip(alternatives, trees, strict=True):
            if when is None:
                self.lines.put("else:", self.indent, path)
            else:
                test = self._in_forward(self.view.value("=" + when.removeprefix("=")))
                self.lines.say(word, test, self.indent, path, suffix=":")
            self.lines.say(f"{label} = ", tree, self.indent + 1, path)
            word = "elif "
        self.names[key] = label

    def _singular(self, plural: str, taken: set[str]) -> str:
        options = ["layer", "block"] if plural.startswith("layer") else ["block", "layer"]
        return next(label for label in (*options, "module_") if label not in taken)

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
            label = _first_free(label, live | {*labels.values(), *stays})
            self._free(label)
            self.lines.say(f"{label} = ", name(value), self.indent, path)
            labels[port] = label
        return labels

    def _scan(self, node: Node, result: NodeResult) -> None:
        """One module, step by step: slices in, what is carried goes round, the rest is collected and stacked."""
        scan = node.scan
        assert scan is not None
        unit = result.units[0]
        wires = self.inputs_of(node)
        values = self._bound_inputs(wires)
        carried = {out: out for out in unit.outputs if out in unit.inputs and out not in scan.sliced}
        labels = self._carried_names(node, wires, values, carried)
        stacked = [out for out in unit.outputs if out not in carried and self.uses[(node.id, out)] > 0]
        path = Path(self.graph.name, node.id)
        lists = {out: self._unused(f"{out}_steps" if out.endswith("s") else f"{out}s") for out in stacked}
        for label in lists.values():
            typed = f"{label}: list[Tensor]" if label not in self.lists else label
            self.lists.add(label)
            self.lines.put(f"{typed} = []", self.indent, path)
        steps = {port: self._unused(f"{port}_t") for port in scan.sliced}
        self._scan_head(node, scan, values, steps, path)
        args = {port: name(steps.get(port) or labels.get(port) or values.get(port, "None")) for port in result.inputs}
        made = call_of(unit) if unit.block is not None else None
        template = self._scan_template(node, unit, made)
        values_of = self._values(node, template) if made is not None else {}
        tree = substitute(parsed(template), {**values_of, **args, "module": self._module_name(node)})
        returned = made.returns if made is not None and made.returns else ", ".join(unit.outputs)
        last = {out: self._unused(parameter_name(out)) for out in stacked}
        bound = {out: name(labels[out]) if out in carried else name(last.get(out, "_")) for out in unit.outputs}
        target = flat(substitute(parsed(returned), bound))
        target = target[1:-1] if target.startswith("(") and isinstance(parsed(returned), ast.Tuple) else target
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
            return made.forward or _default_template([port for port, type_ in unit.inputs.items() if type_ is not None])
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

    def _unused(self, wanted: str) -> str:
        return _first_free(wanted, self._live() | set(self.names.values()))

    # -- special nodes ---------------------------------------------------------------------------------------------

    def _has_identity(self, node: Node, result: NodeResult) -> bool:
        """Whether a node that may be left out is a module with one input, for which nn.Identity stands in."""
        return self.constructor.is_module(self.view, node) and len(self.inputs_of(node)) == 1

    def _passed(self, node: Node, wires: list[tuple[str, Key]]) -> Key:
        """The value that a node passes on where it is left out."""
        return wires[self._first_input(node, self.result[node.id])][1]

    def _conditional(self, node: Node, tree: ast.expr, wires: list[tuple[str, Key]], key: Key) -> None:
        """A node that may be left out: ``if test: x = x + skip``."""
        assert node.enabled is not None
        test = self._test(node)
        label = self.names[self._passed(node, wires)]
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
        template = (made.forward or _default_template([port for port, _ in wires])).replace(
            "module(", "module.update(", 1
        )
        self._settle_inputs(node, wires, Counter(free_names(parsed(template))), True)
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


def _draws(instance: GraphResult) -> bool:
    """Whether something in a graph is random, or behaves differently in training."""
    for inner in walk(instance):
        for found in inner.nodes.values():
            for unit in found.units:
                if unit.block is not None and (unit.block.trains or call_of(unit).random):
                    return True
    return False


def parameter_name(port: str) -> str:
    """A graph's input as a parameter of ``forward``: a builtin's name gets an underscore, as PEP 8 asks."""
    return f"{port}_" if hasattr(builtins, port) else port


def _first_free(wanted: str, taken: set[str]) -> str:
    label, number = wanted, 2
    while label in taken:
        label, number = f"{wanted}_{number}", number + 1
    return label


def _default_template(ports: list[str]) -> str:
    args: list[str] = []
    for port in ports:
        if port not in args:
            args.append(port)
    return f"module({', '.join(args)})"


def _without_unused(tree: ast.expr) -> ast.expr:
    """``output, (_, _)`` is ``output, _``."""
    if isinstance(tree, ast.Tuple):
        parts = [_without_unused(part) for part in tree.elts]
        if all(isinstance(part, ast.Name) and part.id == "_" for part in parts):
            return name("_")
        return ast.Tuple(parts, ast.Load())
    return tree


def _weight(tree: ast.expr) -> int:
    """How much there is to read: the calls in it."""
    return sum(isinstance(part, ast.Call) for part in ast.walk(tree))


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


__all__ = ["ForwardWriter", "is_any", "statement"]
