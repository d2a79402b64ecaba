"""One class: constructor, ``reset_parameters`` and ``forward`` of one graph, right for all of its instances."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.codegen.alternatives import Branch, joined
from app.codegen.construct import Constructor, call_of, is_keyed, pattern_key
from app.codegen.forward import ForwardWriter
from app.codegen.initial import initial_lines
from app.codegen.instance import Instance
from app.codegen.lines import Lines, ascii_text, wrapped
from app.codegen.printer import INDENT, WIDTH, statement
from app.codegen.shapes import Shapes, boundary
from app.codegen.signature import Signature
from app.codegen.source import GenerationError
from app.codegen.trees import call, parsed
from app.codegen.values import parameter_names
from app.codegen.view import View
from app.core.block import Metric, Module
from app.core.document import BOUNDARY, SELF, Graph, Kind, Node
from app.core.problems import Path
from app.core.results import Unit, state_of, unit_key

if TYPE_CHECKING:
    from app.codegen.project import Project


class ClassWriter:
    """Writes one graph's class. ``is_evaluation``: its outputs are metrics, which accumulate."""

    def __init__(
        self, project: Project, graph: Graph, instances: list[Instance], *, is_evaluation: bool = False
    ) -> None:
        self.project = project
        self.graph = graph
        self.is_evaluation = is_evaluation
        self.signature = Signature(graph)
        results_of = [instance.result for instance in instances]
        locate = project.collection.with_what_is_never_chosen(graph, results_of)
        results = [(instance, locate(instance.result)) for instance in instances]
        self.view = View(self.signature, graph, results, locate)
        self.signature.own = self.view
        self.constructor = Constructor(project)
        self.shapes = Shapes(self.view, project.collection.is_of_preset)
        self.models = project.document.models_in(graph.name)
        self.called = [model for model in self.models if model in self._called()]
        held = [node.name for node in graph.nodes.values() if self.constructor.is_module(self.view, node)]
        self.signature.reserved = frozenset([*held, *self.called])

    def _refuse_unlike(self, node: Node, owner: Node) -> None:
        """A node that shares another's weights is as that one is, wherever both are there."""
        for _, result in self.view.results:
            one, other = result.nodes[node.id], result.nodes[owner.id]
            if one.active and other.active and _kept(one.units) != _kept(other.units):
                message = (
                    f"“{node.name}” shares the weights of “{owner.name}”, which is made otherwise: make them alike."
                )
                raise GenerationError(message, Path(self.graph.name, node.id))

    def _called(self) -> set[str]:
        """Models that nodes of this very graph call."""
        return {use.name for node in self.graph.nodes.values() for use in node.uses if use.kind is Kind.MODEL}

    def carried_names(self) -> Sequence[str]:
        return tuple(self.project.carried)

    def write(self) -> Lines:
        if self.project.is_chain(self.graph.name):
            return self._sequential_class()
        body = self._assignments()
        writer = ForwardWriter(self, self.view, self.constructor)
        forward = writer.write()
        if writer.undeclared:  # what is returned must be known to be a tensor where it is first assigned
            forward = ForwardWriter(self, self.view, self.constructor, frozenset(writer.undeclared)).write()
        initial = initial_lines(self.project, self.view)
        lines = self._head("nn.Module")
        held = Lines()
        held.append(body)
        self._ties(held)
        if held.texts or initial.texts or self.models or self.signature.parameters:
            lines.append(self._constructor(held))
        if initial.texts:
            lines.put("self.reset_parameters()", 2)
            lines.put("", 0)
            lines.append(initial)
        if lines.texts[-1]:
            lines.put("", 0)
        self._forward_head(lines)
        lines.append(forward)
        if self.is_evaluation:
            lines.append(self._accumulation())
        return lines

    # -- head ------------------------------------------------------------------------------------------------------

    def _head(self, base: str) -> Lines:
        lines = Lines()
        path = Path(self.graph.name)
        lines.put(f"class {self.graph.name}({base}):", 0, path)
        summary = self.graph.summary.strip() or f"{self.graph.name}."
        lines.extend(docstring(summary, self._documented(), 1), path)
        lines.put("", 0)
        return lines

    def _documented(self) -> list[str]:
        """Shapes in and out, and what the arguments mean."""
        shapes = self.shapes
        entries: list[str] = []
        inputs = [(port.name, shapes.text(boundary(port.name))) for port in self.graph.inputs]
        if inputs and all(text for _, text in inputs):
            came = ", ".join(f"{label} {text}" for label, text in inputs)
            outputs = [(port.name, self._output_text(shapes, port.name)) for port in self.graph.outputs]
            if outputs and all(text for _, text in outputs) and not self.is_evaluation:
                gave = ", ".join(text if len(outputs) == 1 else f"{label} {text}" for label, text in outputs)
                entries.append(f"{came} -> {gave}")
        return entries

    def _output_text(self, shapes: Shapes, port: str) -> str:
        edge = next((e for e in self.graph.edges if e.target.node == BOUNDARY and e.target.port == port), None)
        if edge is None:
            return ""
        types = [(instance, result.outputs.get(port)) for instance, result in self.shapes.results]
        return shapes.of(types)

    def _constructor(self, body: Lines) -> Lines:
        lines = Lines()
        path = Path(self.graph.name)
        parameters = [f"{model}: nn.Module" for model in self.models]
        parameters += [str(parameter) for parameter in self.signature.parameters]
        lines.extend(definition("def __init__", ["self", *parameters], "None", 1), path)
        lines.put("super().__init__()", 2, path)
        kept = self.signature.attributes
        for parameter in self.signature.parameters:
            if parameter.name in kept:
                lines.put(f"self.{kept[parameter.name]} = {parameter.name}", 2, path)
        lines.append(body)
        if any("Sequence[" in parameter for parameter in parameters):
            self.project.imports.add("from collections.abc import Sequence")
        return lines

    def _forward_head(self, lines: Lines) -> None:
        parameters = []
        labels = parameter_names(tuple(port.name for port in self.graph.inputs))
        for port in self.graph.inputs:
            kind = "nn.Module" if port.module else "Tensor"
            label = labels[port.name]
            parameters.append(f"{label}: {kind} | None = None" if port.optional else f"{label}: {kind}")
        count = len(self.graph.outputs)
        gives = "Tensor" if count == 1 else f"tuple[{', '.join(['Tensor'] * count)}]"
        if self.is_evaluation or not count:
            gives = "None"
        lines.extend(definition("def forward", ["self", *parameters], gives, 1), Path(self.graph.name))

    # -- attributes ------------------------------------------------------------------------------------------------

    def _assignments(self) -> Lines:
        lines = Lines()
        for model in self.called:
            lines.put(f"self.{model} = {model}", 2, Path(self.graph.name))
        alike: list[Node] = []
        for node in self.graph.nodes.values():
            owner = self.graph.nodes.get(node.shares) or self.graph.named(node.shares) if node.shares else None
            if owner is not None and not (node.mute or node.bypass):
                self._refuse_unlike(node, owner)
            if node.mute or node.bypass or node.shares or node.use.kind is Kind.MODEL:
                continue
            if node.cases and is_keyed(node):
                raise GenerationError(KEYED_CASES.format(node.name), Path(self.graph.name, node.id))
            if node.cases and (not alike or _tests(node) == _tests(alike[0])):
                alike.append(node)
                continue
            further = Lines()
            if node.cases:
                self._cases(lines, alike)
                alike = [node]
            elif self._usable(node):
                self._assign(further, self.view, node)
            if further.texts and alike:
                self._cases(lines, alike)
                alike = []
            lines.append(further)
        if alike:
            self._cases(lines, alike)
        return lines

    def _usable(self, node: Node) -> bool:
        """Whether there is an instance in which the node is there."""
        if self.view.units(node):
            return True
        return any(SELF in result.outputs and result.units for _, result in self.view.node_results(node))

    def _assign(self, lines: Lines, view: View, node: Node) -> None:
        if not self.constructor.is_module(view, node):
            return
        if is_keyed(node):
            self._assign_keyed(lines, view, node)
            return
        tree = self.constructor.module(view, node)
        if tree is None:
            return
        path = Path(self.graph.name, node.id)
        target = f"self.{node.name}"
        if node.name.isdigit():  # no attribute in Python, but a key that published weights have
            lines.say("", call("self.add_module", ast.Constant(node.name), tree), 2, path)
            return
        if node.enabled is None:
            lines.say(f"{target} = ", tree, 2, path)
            return
        is_looped = node.repeat is not None and not self.constructor.is_chain(view, node)
        lines.put(f"{target} = nn.ModuleList()" if is_looped else f"{target}: nn.Module = nn.Identity()", 2, path)
        lines.say("if ", self._enabled(view, node), 2, path, suffix=":")
        lines.say(f"{target} = ", tree, 3, path)

    def _enabled(self, view: View, node: Node) -> ast.expr:
        assert node.enabled is not None
        return view.value("=" + node.enabled.removeprefix("="))

    def _assign_keyed(self, lines: Lines, view: View, node: Node) -> None:
        """Copies that are attributes of their own: ``self.denselayer1 = ...``, or ``add_module`` in a loop."""
        path = Path(self.graph.name, node.id)
        indent = 2
        if node.enabled is not None:
            lines.say("if ", self._enabled(view, node), 2, path, suffix=":")
            indent = 3
        for position, tree in enumerate(self.constructor.copies(view, node) or []):
            key = pattern_key(node, position, tree)
            if not isinstance(tree, ast.Starred):
                lines.say(f"self.{unit_key(node, position)} = ", tree, indent, path)
                continue
            assert isinstance(tree.value, ast.GeneratorExp)
            lines.say("for i in ", tree.value.generators[0].iter, indent, path, suffix=":")
            lines.say("", call("self.add_module", key, tree.value.elt), indent + 1, path)

    def _cases(self, lines: Lines, nodes: list[Node]) -> None:
        """``if norm == "batch": self.norm = ...``: alternatives share an attribute; nodes that ask the same, a test."""
        nodes = [node for node in nodes if self.constructor.is_module(self.view, node)]
        if not nodes:
            return
        branches = joined([*self._left_out(nodes), *self._branches(nodes)])
        word = "if "
        for test, trees in branches:
            is_only = len(branches) == 1
            if test is not None:
                lines.say(word, test, 2, Path(self.graph.name, nodes[0].id), suffix=":")
            elif not is_only:
                lines.put("else:", 2, Path(self.graph.name, nodes[0].id))
            for node, tree in zip(nodes, trees, strict=True):
                note = ": nn.Module" if word == "if " and not is_only else ""
                path = Path(self.graph.name, node.id)
                lines.say(f"self.{node.name}{note} = ", tree, 2 if is_only else 3, path)
            word = "elif "

    def _left_out(self, nodes: list[Node]) -> Iterator[Branch]:
        if nodes[0].enabled is not None:
            yield opposite(self._enabled(self.view, nodes[0])), [call("nn.Identity") for _ in nodes]

    def _branches(self, nodes: list[Node]) -> Iterator[Branch]:
        """The test of each alternative (None for what is left) and what each node is then."""
        for at, case in enumerate((*nodes[0].cases, None)):
            test = self.view.value("=" + case.when.removeprefix("=")) if case is not None else None
            yield test, [self.constructor.alternative(self.view, node, at) or call("nn.Identity") for node in nodes]

    def _ties(self, lines: Lines) -> None:
        for node in self.graph.nodes.values():
            if node.mute or node.bypass:
                continue
            at = Path(self.graph.name, node.id)
            for own, path in node.ties.items():
                other = self.graph.named(path.partition(".")[0])
                tests = dict.fromkeys(each.enabled for each in (node, other) if each is not None and each.enabled)
                if tests:
                    parts = [self.view.value("=" + test.removeprefix("=")) for test in tests]
                    lines.say("if ", parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts), 2, at, suffix=":")
                target = _held_at(f"{node.name}.{own}", "get_submodule")
                is_typed = other is None or not (other.enabled or other.cases)
                source = _held_at(path, "get_parameter") if is_typed else f'self.get_parameter("{path}")'
                lines.put(f"{target} = {source}", 3 if tests else 2, at)

    # -- other forms -----------------------------------------------------------------------------------------------

    def _sequential_class(self) -> Lines:
        items = self.constructor.sequential(self.view)
        lines = self._head("nn.Sequential")
        parameters = [str(parameter) for parameter in self.signature.parameters]
        path = Path(self.graph.name)
        lines.extend(definition("def __init__", ["self", *parameters], "None", 1), path)
        assert isinstance(items, ast.Call)
        function = ast.Attribute(call("super"), "__init__", ast.Load())
        lines.say("", ast.Call(function, items.args, items.keywords), 2, path)
        return lines

    def _accumulation(self) -> Lines:
        """``compute`` and ``reset`` of an evaluation."""
        lines = Lines()
        path = Path(self.graph.name)
        metrics = self._metrics()
        lines.put("", 0)
        lines.put("def compute(self) -> dict[str, Tensor]:", 1, path)
        entries = [(ast.Constant(output), call(f"self.{node.name}.compute")) for output, node in metrics]
        lines.say("return ", ast.Dict([key for key, _ in entries], [value for _, value in entries]), 2, path)
        lines.put("", 0)
        lines.put("def reset(self) -> None:", 1, path)
        for _, node in metrics:
            lines.put(f"self.{node.name}.reset()", 2, Path(self.graph.name, node.id))
        return lines

    def _metrics(self) -> list[tuple[str, Node]]:
        found: list[tuple[str, Node]] = []
        for edge in self.graph.edges:
            node = self.graph.nodes.get(edge.source.node)
            if edge.target.node == BOUNDARY and node is not None and is_metric(self.view, node):
                found.append((edge.target.port, node))
        return found


def _kept(units: Sequence[Unit]) -> list[Any]:
    """The tensors of each copy of a node, by their keys within it."""
    return [
        {
            key: weight.shape
            for key, weight in (unit.weights if unit.instance is None else state_of(unit.instance)).items()
        }
        for unit in units
    ]


KEYED_CASES = "“{}” is repeated under names of its own, and is one of several blocks: repeat a graph that chooses."


def _tests(node: Node) -> list[str | None]:
    return [node.enabled, *(case.when for case in node.cases)]


def opposite(test: ast.expr) -> ast.expr:
    """``not deep``; of ``not deep``, ``deep``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITES:
        return ast.Compare(test.left, [_OPPOSITES[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def is_metric(view: View, node: Node) -> bool:
    units = view.units(node)
    return bool(units) and units[0][1].block is not None and isinstance(call_of(units[0][1]), Metric)


def _held_at(path: str, getter: str) -> str:
    """A tensor by its path: ``self.wte.weight``; by its key where a checker cannot see, through a list of copies."""
    if not any(part.isdigit() for part in path.split(".")):
        return f"self.{path}"
    if getter == "get_parameter":
        return f'self.get_parameter("{path}")'
    owner, _, last = path.rpartition(".")
    return f'self.get_submodule("{owner}").{last}'


def definition(head: str, parameters: list[str], gives: str, indent: int) -> list[str]:
    """The line(s) of a ``def``, broken as ruff does; ``head`` is everything before the bracket."""
    margin = INDENT * indent
    line = f"{margin}{head}({', '.join(parameters)}) -> {gives}:"
    if len(line) <= WIDTH:
        return [line]
    inner = f"{margin}{INDENT}{', '.join(parameters)}"
    if len(inner) <= WIDTH:
        return [f"{margin}{head}(", inner, f"{margin}) -> {gives}:"]
    lines = [f"{margin}{head}("]
    for parameter in parameters:
        label, equals, default = parameter.partition(" = ")
        tree = parsed(default) if equals else None
        lines += statement(f"{label}{equals}", tree, indent + 1, ",")
    return [*lines, f"{margin}) -> {gives}:"]


def docstring(summary: str, entries: list[str], indent: int) -> list[str]:
    """A docstring of a summary and further lines."""
    margin = INDENT * indent
    summary = ascii_text(summary).replace("\\", "\\\\").replace('"""', "'''")
    first = wrapped(summary, indent, WIDTH - 3)
    if len(first) == 1 and not entries and len(first[0]) + 6 > WIDTH:  # both quotes do not fit on its line
        first = wrapped(summary, indent, WIDTH - 6)
    first[0] = f'{margin}"""{first[0].strip()}'
    if len(first) == 1 and not entries:
        return [first[0] + '"""']
    lines = list(first)
    if entries:
        lines.append("")
        for entry in entries:
            lines.extend(wrapped(entry, indent))
    return [*lines, f'{margin}"""']


__all__ = ["ClassWriter", "Module", "definition", "docstring"]
