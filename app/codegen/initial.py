"""``reset_parameters``: how parameters start, as the graph's ordered list says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.codegen.lines import Lines
from app.codegen.printer import call, constant, free_names, name, substitute
from app.codegen.tracing import walk
from app.codegen.view import View
from app.core.document import Graph, Initial, Kind
from app.core.problems import Path
from app.core.results import state_of

if TYPE_CHECKING:
    from app.codegen.project import Project


def initial_lines(project: Project, view: View) -> Lines:
    """The method, or nothing where the graph leaves the start to torch."""
    lines = Lines()
    if not view.graph.initial:
        return lines
    path = Path(view.graph.name)
    lines.put("def reset_parameters(self) -> None:", 1, path)
    for entry in view.graph.initial:
        kinds = [label for label in entry.nodes if project.library.find(label) is not None]
        paths = [label for label in entry.nodes if label not in kinds]
        if kinds:
            _by_kind(lines, project, view, entry, kinds, path)
        for label in paths:
            _by_path(lines, project, view, entry, label, path)
    return lines


def _init(view: View, entry: Initial, parameter: ast.expr) -> ast.expr:
    arguments = {}
    for key, value in entry.arguments.items():
        tree = view.value(value)
        arguments[key] = _as_attributes(tree, view)
    return call(f"nn.init.{entry.method}", parameter, **arguments)


def _as_attributes(tree: ast.expr, view: View) -> ast.expr:
    known = view.signature.names
    asked = [label for label in free_names(tree) if label in known]
    made: ast.expr = substitute(tree, {each: name(view.signature.keep(each)) for each in dict.fromkeys(asked)})
    return made


def _by_kind(lines: Lines, project: Project, view: View, entry: Initial, kinds: list[str], path: Path) -> None:
    """Every module of some kinds, at any depth."""
    targets = [project.target_of(view, kind) for kind in kinds]
    known = [target for target in targets if target is not None]
    if not known:
        return
    lines.put("for module in self.modules():", 2, path)
    union = ast.parse(" | ".join(known), mode="eval").body
    lines.say("if ", call("isinstance", name("module"), union), 3, path, suffix=":")
    indent = 4
    parameter = name(f"module.{entry.parameter}")
    if entry.parameter == "bias" and any("Conv" in target for target in known):  # typed as Tensor | None
        lines.texts[-1] = lines.texts[-1][:-1] + " and module.bias is not None:"
    elif any(_may_lack(view, kind, entry.parameter) for kind in kinds):
        lines.texts[-1] = lines.texts[-1][:-1] + f" and module.{entry.parameter} is not None:"
    lines.say("", _init(view, entry, parameter), indent, path)


def _may_lack(view: View, kind: str, parameter: str) -> bool:
    """Whether a module of this kind is there without the parameter (a convolution without bias)."""
    for _, result in view.results:
        for inner in walk(result):
            for found in inner.nodes.values():
                for unit in found.units:
                    if unit.block is not None and type(unit.block).__name__ == kind and parameter not in unit.weights:
                        return True
    return False


def _by_path(lines: Lines, project: Project, view: View, entry: Initial, label: str, path: Path) -> None:
    """One node by its name, dotted into subgraphs; all copies of a repeat are meant."""
    steps = list(_steps(project, view.graph, label.split(".")))
    if not any(is_repeated or part.isdigit() for part, is_repeated in steps):
        target = ".".join(part for part in ("self", label, entry.parameter) if part)  # a held tensor has no inner name
        lines.say("", _init(view, entry, name_of(target)), 2, path)
        return
    pieces, piece = [], ""
    for part, is_repeated in steps:
        piece += f"{part}."
        if is_repeated:
            pieces.append(piece)
            piece = "."
    pieces.append(f"{piece}{entry.parameter}")
    lines.put("for name, parameter in self.named_parameters():", 2, path)
    test = f'name == "{pieces[0]}"' if len(pieces) == 1 else _ends(view, pieces[0], pieces[-1])
    lines.say("if ", name_of(test), 3, path, suffix=":")
    lines.say("", _init(view, entry, name("parameter")), 4, path)


def _ends(view: View, start: str, end: str) -> str:
    """The shortest test for a parameter of any copy: its end, where nothing else ends so."""
    keys = [key for _, result in view.results for key in state_of(result) if key.endswith(end)]
    if all(key.startswith(start) for key in keys):
        return f'name.endswith("{end}")'
    return f'name.startswith("{start}") and name.endswith("{end}")'


def name_of(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _steps(project: Project, graph: Graph, parts: list[str]) -> Iterator[tuple[str, bool]]:
    """Each part of a dotted name, and whether it is a repeat whose copies are meant."""
    current: Graph | None = graph
    position = 0
    while position < len(parts):
        part = parts[position]
        node = current.named(part) if current is not None else None
        follows_index = position + 1 < len(parts) and parts[position + 1].isdigit()
        is_repeated = node is not None and node.repeat is not None and not follows_index
        yield part, is_repeated
        if node is not None and node.use.kind is Kind.GRAPH:
            current = project.document.graphs.get(node.use.name)
        position += 1


__all__ = ["constant", "initial_lines"]
