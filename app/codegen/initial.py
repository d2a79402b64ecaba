"""``reset_parameters``: how parameters start, as the graph's ordered list says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from app.codegen.lines import Lines
from app.codegen.printer import flat
from app.codegen.tracing import walk
from app.codegen.trees import call, constant, free_names, name, substitute
from app.codegen.view import View
from app.core.document import Graph, Initial, Kind
from app.core.problems import Path
from app.core.results import state_of

if TYPE_CHECKING:
    from app.codegen.project import Project


@dataclass(frozen=True)
class OfKinds:
    """A statement for every module of some classes, at any depth; ``guard``: what must be there besides."""

    targets: tuple[str, ...]
    guard: str | None
    tree: ast.expr


@dataclass(frozen=True)
class OfNames:
    """A statement for every parameter whose name passes a test; ``end``: where the test is for an end of it."""

    test: str
    end: str | None
    tree: ast.expr


@dataclass(frozen=True)
class OfOne:
    """A statement for one parameter."""

    tree: ast.expr


Rule = OfKinds | OfNames | OfOne


def initial_lines(project: Project, view: View) -> Lines:
    """The method, or nothing where the graph leaves the start to torch."""
    lines = Lines()
    wanted = list(_rules(project, view))
    if not wanted:
        return lines
    path = Path(view.graph.name)
    lines.put("def reset_parameters(self) -> None:", 1, path)
    for kind, rules in groupby(wanted, key=type):
        if kind is OfKinds:
            of_kinds = [rule for rule in rules if isinstance(rule, OfKinds)]
            # What two modules share is begun as the last rule says, not as the last module does.
            walks = _by_targets(of_kinds) if project.is_tied(view.graph.name) else [of_kinds]
            for walk in walks:
                _over_modules(lines, walk, path)
        elif kind is OfNames:
            _over_parameters(lines, [rule for rule in rules if isinstance(rule, OfNames)], path)
        else:
            for rule in rules:
                lines.say("", rule.tree, 2, path)
    return lines


def _by_targets(rules: Sequence[OfKinds]) -> list[list[OfKinds]]:
    return [list(found) for _, found in groupby(rules, key=lambda rule: rule.targets)]


def _rules(project: Project, view: View) -> Iterator[Rule]:
    """What is done, in the document's order: later rules have the last word."""
    for entry in view.graph.initial:
        kinds = [label for label in entry.nodes if project.library.find(label) is not None]
        if kinds:
            yield from _by_kind(project, view, entry, kinds)
        for label in entry.nodes:
            if label not in kinds and not _is_left_out(project, view.graph, label.split(".")):
                yield _by_path(project, view, entry, label)


def _over_modules(lines: Lines, rules: Sequence[OfKinds], path: Path) -> None:
    """One walk over all modules. Classes that exclude each other are told apart by ``elif``."""
    lines.put("for module in self.modules():", 2, path)
    excluded: set[str] = set()
    for targets, found in groupby(rules, key=lambda rule: rule.targets):
        same = list(found)
        is_other = excluded and not excluded & set(targets) and all(map(_is_torch, excluded | set(targets)))
        excluded = excluded | set(targets) if is_other else set(targets)
        guards = {rule.guard for rule in same}
        shared = guards.pop() if len(guards) == 1 else None
        test = call("isinstance", name("module"), ast.parse(" | ".join(targets), mode="eval").body)
        suffix = f" and module.{shared} is not None:" if shared else ":"
        lines.say("elif " if is_other else "if ", test, 3, path, suffix=suffix)
        for rule in same:
            is_guarded = rule.guard is not None and shared is None
            if is_guarded:
                lines.put(f"if module.{rule.guard} is not None:", 4, path)
            lines.say("", rule.tree, 5 if is_guarded else 4, path)


def _is_torch(target: str) -> bool:
    """Classes of torch's that can be named here are no subclasses of each other; others may be."""
    return target.startswith("nn.")


def _over_parameters(lines: Lines, rules: Sequence[OfNames], path: Path) -> None:
    """One walk over all parameters; ends that start alike share a test."""
    lines.put("for name, parameter in self.named_parameters():", 2, path)
    for (_, has_end), found in groupby(rules, key=lambda rule: (ast.dump(rule.tree), rule.end is not None)):
        same = list(found)
        tests = [rule.test for rule in same]
        if has_end and len(same) > 1:
            ends = ast.Tuple([constant(rule.end) for rule in same], ast.Load())
            tests = [flat(call("name.endswith", ends))]
        for test in tests:
            lines.say("if ", name_of(test), 3, path, suffix=":")
            lines.say("", same[0].tree, 4, path)


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


def _by_kind(project: Project, view: View, entry: Initial, kinds: list[str]) -> Iterator[OfKinds]:
    """Every module of some kinds, at any depth."""
    targets = [project.target_of(view, kind) for kind in kinds]
    known = [target for target in targets if target is not None]
    if not known:
        return
    is_bias = entry.parameter == "bias" and any("Conv" in target for target in known)  # typed as Tensor | None
    may_lack = is_bias or any(_may_lack(view, kind, entry.parameter) for kind in kinds)
    tree = _init(view, entry, name(f"module.{entry.parameter}"))
    yield OfKinds(tuple(known), entry.parameter if may_lack else None, tree)


def _may_lack(view: View, kind: str, parameter: str) -> bool:
    """Whether a module of this kind is there without the parameter (a convolution without bias)."""
    for _, result in view.results:
        for inner in walk(result):
            for found in inner.nodes.values():
                for unit in found.units:
                    if unit.block is not None and type(unit.block).__name__ == kind and parameter not in unit.weights:
                        return True
    return False


def _by_path(project: Project, view: View, entry: Initial, label: str) -> OfOne | OfNames:
    """One node by its name, dotted into subgraphs; all copies of a repeat are meant."""
    steps = list(_steps(project, view.graph, label.split(".")))
    if not any(is_repeated or part.isdigit() for part, is_repeated in steps) and not _may_be_absent(view.graph, label):
        target = ".".join(part for part in ("self", label, entry.parameter) if part)  # a held tensor has no inner name
        return OfOne(_init(view, entry, name_of(target)))
    pieces, piece = [], ""
    for part, is_repeated in steps:
        piece += f"{part}."
        if is_repeated:
            pieces.append(piece)
            piece = "."
    pieces.append(f"{piece}{entry.parameter}")
    tree = _init(view, entry, name("parameter"))
    if len(pieces) == 1:
        return OfNames(f'name == "{pieces[0]}"', None, tree)
    test, is_end = _ends(view, pieces[0], pieces[-1])
    return OfNames(test, pieces[-1] if is_end else None, tree)


def _is_left_out(project: Project, graph: Graph, parts: Sequence[str]) -> bool:
    """Whether the node, or one that it lies in, is bypassed or muted: then there is nothing to begin."""
    for part in parts:
        node = graph.named(part)
        if node is None:  # the number of a copy
            continue
        if node.bypass or node.mute:
            return True
        if node.use.kind is Kind.GRAPH and node.use.name in project.document.graphs:
            graph = project.document.graphs[node.use.name]
    return False


def _may_be_absent(graph: Graph, label: str) -> bool:
    """Whether a node is there under some arguments only."""
    node = graph.named(label.partition(".")[0])
    return node is not None and node.enabled is not None


def _ends(view: View, start: str, end: str) -> tuple[str, bool]:
    """The shortest test for a parameter of any copy, and whether it is its end alone: where nothing else ends so."""
    keys = [key for _, result in view.results for key in state_of(result) if key.endswith(end)]
    if all(key.startswith(start) for key in keys):
        return f'name.endswith("{end}")', True
    return f'name.startswith("{start}") and name.endswith("{end}")', False


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
