"""``reset_parameters``: how parameters start, as the graph's ordered list says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from app.codegen.lines import Lines
from app.codegen.printer import flat
from app.codegen.starts import Place, declares, found_at, is_more, sorts_of
from app.codegen.trees import call, constant, free_names, name, parsed, substitute
from app.codegen.view import View
from app.core.document import Initial
from app.core.problems import Path
from app.core.results import state_of

if TYPE_CHECKING:
    from app.codegen.project import Project


@dataclass(frozen=True)
class OfKinds:
    """A statement for every module of some classes, at any depth; ``guard``: what must be there besides.

    ``exact``: classes of which something else in the graph is a kind (of nn.Linear, what an nn.MultiheadAttention ends
    with), which the rule does not mean.
    """

    targets: tuple[str, ...]
    exact: frozenset[str]
    guard: ast.expr | None
    tree: ast.expr


@dataclass(frozen=True)
class OfNames:
    """A statement for every parameter whose name passes a test; ``end``: where the test is for an end of it.

    ``is_tied``: whether it may be one that has other names, too.
    """

    test: str
    end: str | None
    tree: ast.expr
    is_tied: bool


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
    path, is_tied = Path(view.graph.name), project.is_tied(view.graph.name)
    lines.put("def reset_parameters(self) -> None:", 1, path)
    for kind, rules in groupby(wanted, key=type):
        if kind is OfKinds:
            of_kinds = [rule for rule in rules if isinstance(rule, OfKinds)]
            # What two modules share is begun as the last rule says, not as the last module does.
            for walk in _by_targets(of_kinds) if is_tied else [of_kinds]:
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
            place = found_at(project, view, label, entry.parameter)
            if label not in kinds and not place.is_left_out:
                yield _by_path(project, view, entry, place)


def _over_modules(lines: Lines, rules: Sequence[OfKinds], path: Path) -> None:
    """One walk over all modules. Classes that exclude each other are told apart by ``elif``."""
    lines.put("for module in self.modules():", 2, path)
    excluded: set[str] = set()
    for targets, found in groupby(rules, key=lambda rule: rule.targets):
        same = list(found)
        is_other = excluded and not excluded & set(targets) and all(map(_is_torch, excluded | set(targets)))
        excluded = excluded | set(targets) if is_other else set(targets)
        guards = {flat(rule.guard) if rule.guard is not None else "" for rule in same}
        shared = same[0].guard if len(guards) == 1 else None
        test = _test(targets, same[0].exact)
        test = test if shared is None else ast.BoolOp(ast.And(), [test, shared])
        lines.say("elif " if is_other else "if ", test, 3, path, suffix=":")
        for rule in same:
            is_guarded = rule.guard is not None and shared is None
            if is_guarded:
                lines.say("if ", rule.guard, 4, path, suffix=":")
            lines.say("", rule.tree, 5 if is_guarded else 4, path)


def _test(targets: Sequence[str], exact: frozenset[str]) -> ast.expr:
    """Whether a module is of some classes."""
    tests: list[ast.expr] = []
    for target in targets:
        if target in exact:
            tests.append(ast.Compare(call("type", name("module")), [ast.Is()], [name(target)]))
    others = [target for target in targets if target not in exact]
    if others:
        tests.append(call("isinstance", name("module"), parsed(" | ".join(others))))
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)


def _is_torch(target: str) -> bool:
    """Classes of torch's that can be named here are no subclasses of each other; others may be."""
    return target.startswith("nn.")


def _over_parameters(lines: Lines, rules: Sequence[OfNames], path: Path) -> None:
    """One walk over all parameters; ends that start alike share a test."""
    every = "remove_duplicate=False" if any(rule.is_tied for rule in rules) else ""
    lines.put(f"for name, parameter in self.named_parameters({every}):", 2, path)
    for (_, has_end), found in groupby(rules, key=lambda rule: (ast.dump(rule.tree), rule.end is not None)):
        same = list(found)
        tests = [rule.test for rule in same]
        if has_end and len(same) > 1:
            ends = ast.Tuple([constant(rule.end) for rule in same], ast.Load())
            tests = [flat(call("name.endswith", ends))]
        for test in tests:
            lines.say("if ", parsed(test), 3, path, suffix=":")
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


# -- every module of some kinds ---------------------------------------------------------------------------------------


def _by_kind(project: Project, view: View, entry: Initial, kinds: list[str]) -> Iterator[OfKinds]:
    """Every module of some kinds, at any depth."""
    targets = [project.target_of(view, kind) for kind in kinds]
    known = [target for target in targets if target is not None]
    if not known:
        return
    label = entry.parameter
    is_declared = all(declares(target, label) for target in known)
    is_bias = label == "bias" and any("Conv" in target for target in known)  # typed as Tensor | None
    guard: ast.expr | None = None
    if is_bias or any(_may_lack(view, kind, label) for kind in kinds):
        held = name(f"module.{label}")
        if not is_declared and not is_bias:
            held = call("getattr", name("module"), constant(label), constant(None))
        guard = ast.Compare(held, [ast.IsNot()], [constant(None)])
    parameter = name(f"module.{label}")
    if not is_declared and not is_bias:
        parameter = call("module.get_parameter", constant(label))
    exact = frozenset(target for target in known if is_more(project, view, target, kinds))
    yield OfKinds(tuple(known), exact, guard, _init(view, entry, parameter))


def _may_lack(view: View, kind: str, parameter: str) -> bool:
    """Whether a module of this kind is there without the parameter (a convolution without bias)."""
    return any(sort.kind == kind and parameter not in sort.weights for sort in sorts_of(view))


# -- one place --------------------------------------------------------------------------------------------------------


def _by_path(project: Project, view: View, entry: Initial, place: Place) -> OfOne | OfNames:
    """One node by its name, dotted into subgraphs; all copies of a repeat are meant."""
    keys = [list(state_of(result)) for _, result in view.results]
    tied = tuple(project.ties_of(view.graph.name))
    if not place.has_copies:
        key = place.pieces[0]
        if place.may_be_absent or not all(key in known for known in keys):
            return OfNames(f'name == "{key}"', None, _init(view, entry, name("parameter")), key.endswith(tied))
        held = name(f"self.{key}") if place.is_seen else call("self.get_parameter", constant(key))
        return OfOne(_init(view, entry, held))
    test, end = _told_apart(place, {key for known in keys for key in known})
    if test.startswith("re."):
        project.imports.add("import re")
    return OfNames(test, end, _init(view, entry, name("parameter")), place.pieces[-1].endswith(tied))


def _told_apart(place: Place, keys: set[str]) -> tuple[str, str | None]:
    """The shortest test for a parameter of any copy that holds of nothing else; and its end, where that is all."""
    meant = {key for key in keys if re.fullmatch(place.pattern, key)}
    start, end = place.pieces[0], place.pieces[-1]
    if meant and meant == {key for key in keys if key.endswith(end)}:
        return f'name.endswith("{end}")', end
    if meant and start and meant == {key for key in keys if key.startswith(start) and key.endswith(end)}:
        return f'name.startswith("{start}") and name.endswith("{end}")', None
    return f're.fullmatch(r"{place.pattern}", name)', None


__all__ = ["constant", "initial_lines"]
