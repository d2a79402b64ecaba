"""A file under construction: its classes, what it imports, and what it carries along from ``blocks/modules``."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any

from app.codegen.classes import ClassWriter
from app.codegen.collect import Collection
from app.codegen.construct import call_of
from app.codegen.instance import Instance
from app.codegen.lines import Lines
from app.codegen.signature import Signature
from app.codegen.source import FUNCTIONAL, GenerationError
from app.codegen.starts import sorts_in, sorts_of
from app.codegen.tracing import graphs_in, is_closed, own_of
from app.codegen.values import draws
from app.codegen.view import View
from app.core.block import Library, Module
from app.core.code_blocks import CARRIED
from app.core.document import Document, Graph, Kind
from app.core.problems import Path
from app.core.results import GraphResult


class Basis:
    """What a text was made from: ``objects``, which must be the very same, and ``facts``, which must be equal."""

    __slots__ = ("facts", "objects")

    def __init__(self, objects: tuple[Any, ...], facts: tuple[Any, ...]) -> None:
        self.objects = objects
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Basis) or len(self.objects) != len(other.objects):
            return False
        return all(map(is_, self.objects, other.objects)) and self.facts == other.facts

    __hash__ = None  # type: ignore[assignment]


class Text:
    """A class as it was written, and what it needs."""

    __slots__ = ("basis", "carried", "imports", "lines", "signature")

    def __init__(
        self, basis: Basis, lines: Lines, signature: Signature, imports: set[str], carried: dict[str, None]
    ) -> None:
        self.basis = basis
        self.lines = lines
        self.signature = signature
        self.imports = imports
        self.carried = carried


class Project:
    """Classes of the graphs in ``instances`` (children before parents), each once."""

    def __init__(
        self,
        collection: Collection,
        instances: Mapping[str, list[Instance]],
        modules: Mapping[str, str],
        evaluations: Iterable[str] = (),
    ) -> None:
        """``modules``: text of files in ``blocks/modules`` by name; ``evaluations``: graphs that accumulate metrics."""
        self.collection = collection
        self.document: Document = collection.document
        self.library: Library = collection.library
        self.instances = instances
        self.modules = modules
        self.evaluations = frozenset(evaluations)
        self.imports: set[str] = set()
        self.carried: dict[str, None] = {}
        self._chains: dict[str, bool] = {}
        self._sites = self._count_sites()
        self._signatures: dict[str, Signature] = {}

    def _count_sites(self) -> dict[str, int]:
        """At how many places of the generated graphs each graph is used."""
        sites: dict[str, int] = {}
        for graph_name in self.instances:
            for node in self.document.graphs[graph_name].nodes.values():
                for use in node.uses:
                    if use.kind is Kind.GRAPH:
                        weight = 2 if node.repeat is not None or node.scan is not None else 1
                        sites[use.name] = sites.get(use.name, 0) + weight
        return sites

    def is_inlined(self, graph: str) -> bool:
        """A sequential graph used at one place is written out there."""
        return self.is_chain(graph) and self._sites.get(graph, 0) == 1

    def is_chain(self, graph: str) -> bool:
        """Whether a graph is an ``nn.Sequential``: a chain of modules only, which begin as torch begins them."""
        found = self._chains.get(graph)
        if found is None:
            drawn = self.document.graphs[graph]
            results = [instance.result for instance in self.instances.get(graph, [])]
            is_plain = drawn.sequential and not drawn.initial and not self.document.models_in(graph)
            found = self._chains[graph] = is_plain and all(map(_is_of_modules, results))
        return found

    def signature(self, graph: str) -> Signature:
        found = self._signatures.get(graph)
        if found is None:
            message = f"{graph} holds itself, or nothing that it is used by has been worked out yet."
            raise GenerationError(message, Path(graph))
        return found

    def carry(self, module: str | None) -> None:
        """Copy a file of ``blocks/modules`` into this one."""
        if module is not None:
            self.carried[module] = None

    def target_of(self, view: View, kind: str) -> str | None:
        """The class that a block constructs, as the code names it."""
        return next((sort.target for sort in sorts_of(view) if sort.kind == kind), None)

    def blocks_of(self, name: str) -> set[str]:
        """The blocks in a graph, at any depth, whether a preset chooses them or not."""
        nodes = [node for reached in self._reached(name) for node in self.document.graphs[reached].nodes.values()]
        uses = [use for node in nodes for use in (node.use, *(case.use for case in node.cases))]
        return {use.name for use in uses if use.kind is Kind.BLOCK}

    def classes(self) -> list[tuple[str, Lines]]:
        """Name and text of each class, children first."""
        for model in self.document.models:
            if model in self.instances:
                raise GenerationError(f"A graph and a model are both called “{model}”: rename one.", Path("", model))
        written: list[tuple[str, Lines]] = []
        for graph_name, instances in self.instances.items():
            if self.is_inlined(graph_name):
                continue
            graph = self.document.graphs[graph_name]
            text = self._text(graph, instances)
            self._signatures[graph_name] = text.signature
            self.imports |= text.imports
            self.carried |= text.carried
            written.append((graph_name, text.lines))
        return written

    def _text(self, graph: Graph, instances: list[Instance]) -> Text:
        """The class as it was written last where all that it was made from is as it was, else written now."""
        texts = self.collection.tracer.traces.texts
        basis = self._basis(graph, instances)
        known = texts.get(graph.name)
        if isinstance(known, Text) and known.basis == basis:
            return known
        imports, carried = self.imports, self.carried
        self.imports, self.carried = set(), dict(carried)
        writer = ClassWriter(self, graph, instances, is_evaluation=graph.name in self.evaluations)
        text = texts[graph.name] = Text(basis, writer.write(), writer.signature, self.imports, self.carried)
        self.imports, self.carried = imports, carried
        return text

    def _basis(self, graph: Graph, instances: list[Instance]) -> Basis:
        """Everything that the text of a class is made from."""
        known = [name for name in self._reached(graph.name) if name in self.instances]
        flags = [(name, self.is_chain(name), self.is_inlined(name)) for name in known]
        facts = (
            graph.name in self.evaluations,
            bool(graph.initial) and self.is_tied(graph.name),
            tuple(map(self.collection.is_of_preset, instances)),
            *self.carried,
            *flags,
        )
        inside = self._seen_inside(graph, instances)
        if inside is not None:
            return Basis((graph, *(instance.skin for instance in instances)), (*facts, *inside))
        signatures = [self._signatures[name] for name in known if name in self._signatures]
        return Basis((graph, *(instance.result for instance in instances), *signatures), facts)

    def is_tied(self, name: str) -> bool:
        """Whether two modules in the graph, at any depth, have a parameter in common."""
        return bool(self.ties_of(name))

    def ties_of(self, name: str) -> list[str]:
        """Parameters in the graph, at any depth, that are another module's: ``head.weight``."""
        graphs = (self.document.graphs[reached] for reached in self._reached(name))
        return [f"{node.name}.{own}" for graph in graphs for node in graph.nodes.values() for own in node.ties]

    def _reached(self, name: str) -> list[str]:
        """The graph and all that it holds, at any depth."""
        found = {name: None}
        waiting = [name]
        for current in waiting:  # grows while it is walked
            for node in self.document.graphs[current].nodes.values():
                for use in node.uses:
                    if use.kind is Kind.GRAPH and use.name not in found:
                        found[use.name] = None
                        waiting.append(use.name)
        return waiting

    def _seen_inside(self, graph: Graph, instances: list[Instance]) -> list[Any] | None:
        """What the text says of the instances inside a graph's; None where it may depend on anything in them."""
        held = graphs_in(graph)
        kinds = {label for entry in graph.initial for label in entry.nodes}
        if not is_closed(graph) or any(self.library.find(label) is None for label in kinds):
            return None
        forms = [self._signatures[name].form for name in held if name in self._signatures]
        if None in forms or len(forms) < len(held):
            return None
        copies = [c for i in instances for identity in i.result.instances for c in i.result.nodes[identity].copies]
        distinct = [own_of(copy) for copy in dict.fromkeys(copies)]
        return [*forms, *map(draws, distinct), *(sorts_in(own) for own in distinct if kinds)]

    def _refuse_taken(self, statement: ast.stmt, module: str, names: dict[str, str]) -> None:
        """Two classes or functions of one name would hide each other."""
        name = getattr(statement, "name", "")
        if name in self.instances or name in self.document.models:
            kind = "graph" if name in self.instances else "model"
            message = (
                f"The {kind} “{name}” has the name of what the code carries along from {_file(module)}: rename it."
            )
            raise GenerationError(message, Path(name if kind == "graph" else "", ""))
        other = names.setdefault(name, module) if name else module
        if other != module:
            message = (
                f"“{name}” stands in {_file(other)} and in {_file(module)}: rename it in the Python of this document."
            )
            raise GenerationError(message)

    def carried_text(self) -> tuple[set[str], list[tuple[str, list[str]]]]:
        """Imports and bodies of what is carried along, in order of first use."""
        imports: set[str] = set()
        bodies: list[tuple[str, list[str]]] = []
        names: dict[str, str] = {}
        for module in self.carried:
            text = self.modules[module]
            tree = ast.parse(text)
            lines = text.splitlines()
            for statement in tree.body:
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    text = ast.unparse(statement)
                    imports.add(FUNCTIONAL if text.endswith("functional as F") else text)
                elif not _is_docstring(statement):
                    self._refuse_taken(statement, module, names)
                    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
                    if not module.startswith(CARRIED):  # a document's own stands as it was written
                        _excuse(statement, lines)
                    bodies.append((module, lines[first - 1 : statement.end_lineno]))
        return imports, bodies


def _is_of_modules(result: GraphResult) -> bool:
    units = [unit for found in result.nodes.values() for unit in found.units if unit.block is not None]
    return all(isinstance(call_of(unit), Module) for unit in units)


def _excuse(statement: ast.stmt, lines: list[str]) -> None:
    """Let linters pass what is called ``input``, as in torch itself."""
    for part in ast.walk(statement):
        if isinstance(part, ast.arg) and hasattr(builtins, part.arg):
            lines[part.lineno - 1] += "  # noqa: A002"


def _file(module: str) -> str:
    """What is carried along, for a sentence."""
    is_own = module.startswith(CARRIED)
    return f"the Python of {module.removeprefix(CARRIED)}" if is_own else f"{module}.py"


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
