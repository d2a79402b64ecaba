"""Constructor calls of the modules that a class holds, as expressions over the class's own names."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.codegen.alternatives import alternatives
from app.codegen.printer import flat
from app.codegen.solve import simplified, with_index
from app.codegen.source import GenerationError
from app.codegen.trees import call, constant, free_names, name, parsed, substitute
from app.codegen.view import Unsolved, View, Wanted, either
from app.core.block import Block, Expression, Module
from app.core.document import Kind, Node
from app.core.plan import Plan
from app.core.problems import Path
from app.core.results import KEY_INDEX, GraphResult, Unit, unit_key

if TYPE_CHECKING:
    from app.codegen.project import Project

Index = int | range | None
"""Which copy a call makes: none of a repeat, one of it, or (in a comprehension over ``i``) each of a range."""


class Constructor:
    """Writes the constructor calls of one class."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def module(self, view: View, node: Node) -> ast.expr | None:
        """What is assigned to the node's attribute; None where it needs no module."""
        if node.cases:
            return self._chosen(view, node)
        if node.repeat is not None:
            return self._repeated(view, node)
        return self._single(view, node, view.units(node, 0), None, strict=False)

    def is_module(self, view: View, node: Node) -> bool:
        """Whether the node is kept as an attribute, or written as an expression in ``forward``."""
        if node.cases:
            return any(self._holds(view, node, at) for at in range(len(node.cases) + 1))
        if node.use.kind is not Kind.BLOCK:
            return True
        units = view.units(node)
        if not units:
            return False
        made = call_of(units[0][1])
        if isinstance(made, Expression):
            return False
        is_shared = any(other.shares in (node.id, node.name) for other in view.graph.nodes.values())
        is_kept = is_shared or node.repeat is not None or made.functional is None
        return is_kept or self.project.is_chain(view.graph.name)

    def _holds(self, view: View, node: Node, at: int) -> bool:
        """Whether one of a node's alternatives is a module."""
        if alternatives(node)[at].use.kind is Kind.MODEL:
            return False
        units = view.as_if(node, at, self.project.collection).units(node)
        return any(unit.block is None or isinstance(call_of(unit), Module) for _, unit in units)

    def alternative(self, view: View, node: Node, at: int) -> ast.expr | None:
        """What is made where one of a node's alternatives is chosen; None where it needs no module."""
        if not self._holds(view, node, at):
            return None
        return self.module(view.as_if(node, at, self.project.collection), alternatives(node)[at])

    def _chosen(self, view: View, node: Node) -> ast.expr | None:
        """``nn.Tanh() if bend == "tanh" else nn.ReLU()``."""
        tree = self.alternative(view, node, len(node.cases))
        for at, case in reversed(list(enumerate(node.cases))):
            first = self.alternative(view, node, at)
            if first is None or tree is None:
                return None
            tree = either(view.value("=" + case.when.removeprefix("=")), first, tree)
        return tree

    # -- one module ------------------------------------------------------------------------------------------------

    def _single(
        self, view: View, node: Node, units: list[tuple[Any, Unit]], index: Index, *, strict: bool
    ) -> ast.expr | None:
        if not units:
            return None
        if node.use.kind is Kind.GRAPH:
            return self._graph_call(view, node, units, index, strict=strict)
        return self._block_call(view, node, units, index, strict=strict)

    def _block_call(
        self, view: View, node: Node, units: list[tuple[Any, Unit]], index: Index, *, strict: bool
    ) -> ast.expr | None:
        calls = [(instance, unit, call_of(unit)) for instance, unit in units]
        first = calls[0][2]
        if isinstance(first, Expression):
            if self.project.is_chain(view.graph.name) or node.repeat is not None:
                message = f"“{node.name}” ({node.use.name}) is not a module, so it cannot stand in a chain of modules."
                raise GenerationError(message, Path(view.graph.name, node.id))
            return None
        self.project.carry(first.source)
        if len({(made.target, made.around) for _, _, made in calls if isinstance(made, Module)}) > 1:
            message = f"“{node.name}” ({node.use.name}) is made in different ways by instances of {view.graph.name}."
            raise GenerationError(message, Path(view.graph.name, node.id))
        args: list[ast.expr] = []
        keywords: dict[str, ast.expr] = {}
        for position, key in enumerate(dict.fromkeys(key for _, _, made in calls for key in module_arguments(made))):
            values = [(instance, argument_of(unit, made, key)) for instance, unit, made in calls]
            user = key in node.arguments and all(_is_field(unit, made, key) for _, unit, made in calls)
            tree = _placed(view.value(node.arguments[key]), index) if user else None
            is_default = key in first.defaults and all(_equal(value, first.defaults[key]) for _, value in values)
            if is_default and (tree is None or is_literal(tree)):
                continue
            if tree is None:
                wanted = None if strict else self._wanted(view, node, key, index)
                tree = view.inferred(values, wanted)
            if position < first.positional and len(args) == position:
                args.append(tree)
            else:
                keywords[key] = tree
        target = parsed(first.target)
        if isinstance(target, ast.Call):  # a template over the arguments: nn.Parameter(torch.zeros(1, width))
            tree = substitute(target, keywords)
            assert isinstance(tree, ast.expr)
            return tree
        tree = ast.Call(target, args, [ast.keyword(key, value) for key, value in keywords.items()])
        if first.around is None:
            return tree
        around = substitute(parsed(first.around), {"module": tree})
        assert isinstance(around, ast.expr)
        return around

    def _graph_call(
        self, view: View, node: Node, units: list[tuple[Any, Unit]], index: Index, *, strict: bool
    ) -> ast.expr:
        graph = self.project.document.graphs[node.use.name]
        if self.project.is_inlined(graph.name):
            return self.sequential(view.inside(node, graph, self.project.collection))
        signature = self.project.signature(graph.name)
        args: list[ast.expr] = [name(model) for model in self.project.document.models_in(graph.name)]
        for parameter in signature.inferred:
            values = [(instance, parameter.value_in(unit.instance)) for instance, unit in units if unit.instance]
            wanted = None if strict else self._wanted_inside(view, node, parameter, index)
            args.append(view.inferred(values, wanted))
        keywords: dict[str, ast.expr] = {}
        for argument in graph.arguments:
            if argument.name not in node.arguments:
                continue
            tree = _placed(view.value(node.arguments[argument.name]), index)
            if is_literal(tree) and argument.default is not None and flat(tree) == flat(constant(argument.default)):
                continue
            keywords[argument.name] = tree
        return call(graph.name, *args, **keywords)

    def _wanted(self, view: View, node: Node, key: str, index: Index) -> Wanted:
        copy = index if isinstance(index, int) else 0

        def value_in(result: GraphResult) -> Any:
            units = view.units_in(result, node, copy)
            if isinstance(index, range):
                return tuple(module_arguments(call_of(unit))[key] for unit in units)
            return module_arguments(call_of(units[copy]))[key]

        suffix = f"_{index}" if isinstance(index, int) else ""
        return Wanted(f"{view.label}{node.name}{suffix}_{key}", value_in)

    def _wanted_inside(self, view: View, node: Node, parameter: Any, index: Index) -> Wanted:
        copy = index if isinstance(index, int) else 0

        def value_in(result: GraphResult) -> Any:
            units = view.units_in(result, node, copy)
            copies = [unit.instance for unit in units if unit.instance is not None]
            if isinstance(index, range):
                return tuple(parameter.read(inner) for inner in copies)
            return parameter.read(copies[copy])

        suffix = f"_{index}" if isinstance(index, int) else ""
        return Wanted(f"{view.label}{node.name}{suffix}_{parameter.name}", value_in)

    # -- chains ----------------------------------------------------------------------------------------------------

    def sequential(self, view: View) -> ast.expr:
        """``nn.Sequential(...)`` of a chain; names that are not positions need an OrderedDict."""
        items = self.chain(view)
        if self._are_positions(view) and all(item.test is None for item in items):
            return call("nn.Sequential", *(item.tree for item in items))
        self.project.imports.add("from collections import OrderedDict")
        entries: list[ast.expr] = []
        for item in items:
            if isinstance(item.tree, ast.Starred):
                entries.append(_keyed(item.tree, item.key, item.test))
                continue
            pair = ast.Tuple([item.key, item.tree], ast.Load())
            if item.test is None:
                entries.append(pair)
            else:
                chosen = ast.IfExp(item.test, ast.List([pair], ast.Load()), ast.List([], ast.Load()))
                entries.append(ast.Starred(chosen, ast.Load()))
        return call("nn.Sequential", call("OrderedDict", ast.List(entries, ast.Load())))

    def _are_positions(self, view: View) -> bool:
        """Whether the keys of the chain are 0, 1, 2, ... in every instance."""
        order = Plan(view.graph).order
        for _, result in view.results:
            keys: list[str] = []
            for identity in order:
                node = view.graph.nodes[identity]
                if node.mute or node.bypass:
                    continue
                own_keys = is_keyed(node)
                copies = len(result.nodes[identity].units) if own_keys else 1
                keys += [unit_key(node, copy) if own_keys else node.name for copy in range(copies)]
            if keys != [str(position) for position in range(len(keys))]:
                return False
        return True

    def chain(self, view: View) -> list[Link]:
        """The modules of a chain in order; copies whose key pattern is not the node's name stand in it themselves."""
        items: list[Link] = []
        for identity in Plan(view.graph).order:
            node = view.graph.nodes[identity]
            if node.mute or node.bypass:
                continue
            test = view.value("=" + node.enabled.removeprefix("=")) if node.enabled else None
            if is_keyed(node):
                trees = self.copies(view, node) or []
                items += [Link(pattern_key(node, at, tree), tree, test) for at, tree in enumerate(trees)]
                continue
            found = self.module(view, node)
            if found is not None:
                items.append(Link(constant(node.name), found, test))
        return items

    # -- copies ----------------------------------------------------------------------------------------------------

    def _repeated(self, view: View, node: Node) -> ast.expr | None:
        items = self.copies(view, node)
        if items is None:
            return None
        if self.is_chain(view, node):
            return call("nn.Sequential", *items)
        if len(items) == 1 and isinstance(items[0], ast.Starred):
            return call("nn.ModuleList", items[0].value)
        return call("nn.ModuleList", ast.List(items, ast.Load()))

    def is_chain(self, view: View, node: Node) -> bool:
        """Whether the copies of a repeat can be an ``nn.Sequential``: one wire in, one out."""
        for _, result in view.node_results(node):
            if not result.units:
                continue
            wired = [value for value in result.inputs.values() if value is not None and value != ()]
            unit = result.units[0]
            if unit.block is not None:
                made = call_of(unit)
                plain = isinstance(made, Module) and made.forward is None and made.returns is None
            else:
                plain = True
            return len(wired) == 1 and len(result.inputs) == 1 and len(unit.outputs) == 1 and plain
        return False

    def copies(self, view: View, node: Node) -> list[ast.expr] | None:
        """Constructor calls of a repeat's copies; equal ones, or ones that the index tells apart, as one ``*(...)``."""
        assert node.repeat is not None
        counts = {len(result.units) for _, result in view.node_results(node) if result.units}
        if not counts:
            return None
        written = view.value(node.repeat.count)
        most = max(counts)
        is_fixed = len(counts) == 1 and is_literal(written)
        by_index = view.by_index(node, self.project.collection)
        for seen in (view, by_index) if is_fixed else (by_index,):
            with suppress(Unsolved):
                return self._folded(seen, node, written, most, is_fixed=is_fixed)
        return self._told_apart(view, node, written, most, is_fixed=is_fixed)

    def _told_apart(
        self, view: View, node: Node, count: ast.expr, most: int, *, is_fixed: bool
    ) -> list[ast.expr] | None:
        """Copies that no one expression makes: each written out, or from an argument with an entry for each."""
        if is_fixed:
            copies = [self._single(view, node, view.units(node, copy), copy, strict=False) for copy in range(most)]
            return [tree for tree in copies if tree is not None]
        tree = self._single(view, node, view.units(node), range(most), strict=False)
        return None if tree is None else [_comprehension(self._indexed(tree, view), call("range", count))]

    def _indexed(self, tree: ast.expr, view: View) -> ast.expr:
        """The call with arguments that hold one value for each copy indexed by ``i``."""
        slots = {p.name for p in view.signature.inferred if p.annotation.startswith("Sequence")}
        made = tree
        if isinstance(made, ast.Call):
            item = [ast.Subscript(a, name("i"), ast.Load()) if flat(a) in slots else a for a in made.args]
            keys = [
                ast.keyword(k.arg, ast.Subscript(k.value, name("i"), ast.Load()) if flat(k.value) in slots else k.value)
                for k in made.keywords
            ]
            return ast.Call(made.func, item, keys)
        return made

    def _folded(self, view: View, node: Node, count: ast.expr, most: int, *, is_fixed: bool) -> list[ast.expr]:
        """One call for all copies, or one for the first and one for the rest; Unsolved where neither is right."""

        def attempt(copies: int | range) -> ast.expr | None:
            wanted = range(copies, copies + 1) if isinstance(copies, int) else copies
            units = [pair for pair in view.units(node) if pair[0].names["i"] in wanted]
            try:
                return self._single(view, node, units, copies, strict=True) if units else None
            except Unsolved:
                return None

        # a count that is an argument may be larger elsewhere: what holds for two further copies holds for all
        end = most if is_fixed else max(most, 3)
        every = attempt(range(end))
        if every is not None and not _uses_index(every):
            return _copies(every, count, most, is_fixed=is_fixed)
        first, rest = attempt(0), attempt(range(1, end))
        if first is not None and rest is not None and not _uses_index(rest):
            remaining = simplified(ast.BinOp(count, ast.Sub(), constant(1)))
            return [first, *_copies(rest, remaining, most - 1, is_fixed=is_fixed)]
        if every is not None:
            return [_comprehension(every, call("range", count))]
        if first is not None and rest is not None:
            return [first, _comprehension(rest, call("range", constant(1), count))]
        if first is not None and most == 1 and is_fixed:
            return [first]
        raise Unsolved


DEFAULT_KEYS = "{name}.{i}"


class Link:
    """One entry of a chain: its key, its constructor (or copies of it, starred), and its condition."""

    def __init__(self, key: ast.expr, tree: ast.expr, test: ast.expr | None) -> None:
        self.key = key
        self.tree = tree
        self.test = test


def is_keyed(node: Node) -> bool:
    """Whether a repeat's copies have keys of their own instead of positions under the node's name."""
    return node.repeat is not None and node.repeat.keys != DEFAULT_KEYS


def pattern_key(node: Node, first: int, tree: ast.expr) -> ast.expr:
    """The key of a copy, or of each copy of a comprehension as an expression over its index ``i``."""
    assert node.repeat is not None
    if not isinstance(tree, ast.Starred):
        return constant(unit_key(node, first))
    return key_expression(node, 0 if counts_from(tree) else first)


def key_expression(node: Node, first: int = 0, label: str = "") -> ast.expr:
    """``f"denselayer{i + 1}"``; ``first``: what the index counts from; ``label``: whose copies they are."""
    assert node.repeat is not None
    text = node.repeat.keys.replace("{name}", label or node.name)
    if first:
        text = KEY_INDEX.sub(lambda found: f"{{i + {first + int(found[1] or 0)}}}", text)
    return parsed(f'f"{text}"')


def counts_from(copies: ast.Starred) -> int:
    """Where the index of a comprehension over copies begins: 1 for ``range(1, layers)``."""
    over = copies.value
    assert isinstance(over, ast.GeneratorExp)
    bounds = over.generators[0].iter
    return 1 if isinstance(bounds, ast.Call) and len(bounds.args) > 1 else 0


def _keyed(copies: ast.Starred, key: ast.expr, test: ast.expr | None) -> ast.expr:
    """``*((f"{i + 1}", Stage(...)) for i in range(n))``; ``*([...] if test else [])`` where it may be left out."""
    over = copies.value
    assert isinstance(over, ast.GeneratorExp)
    clause = ast.comprehension(name("i"), over.generators[0].iter, [], 0)
    pair = ast.Tuple([key, over.elt], ast.Load())
    if test is None:
        return ast.Starred(ast.GeneratorExp(pair, [clause]), ast.Load())
    chosen = ast.IfExp(test, ast.ListComp(pair, [clause]), ast.List([], ast.Load()))
    return ast.Starred(chosen, ast.Load())


def _placed(tree: ast.expr, index: int | range | None) -> ast.expr:
    """The expression for one copy, or for a comprehension over copies: where they do not vary, the index is decided."""
    if index is None or not _uses_index(tree):
        return tree
    if isinstance(index, int):
        return with_index(tree, "i", index)
    first = with_index(tree, "i", index[0])
    is_same = all(flat(with_index(tree, "i", copy)) == flat(first) for copy in index[1:])
    return first if is_same else tree


def _copies(tree: ast.expr, count: ast.expr, number: int, *, is_fixed: bool) -> list[ast.expr]:
    """Equal copies: written out where they are few and their number is fixed."""
    if is_fixed and number < 3:
        return [tree] * number
    return [_comprehension(tree, call("range", count))]


def module_arguments(made: Module | Expression) -> Mapping[str, Any]:
    return made.arguments if isinstance(made, Module) else made.values


@lru_cache(maxsize=4096)
def call_of(unit: Unit) -> Module | Expression:
    """What PyTorch sees of a block's copy; a unit is itself, so that it is asked once."""
    assert isinstance(unit.block, Block)
    return unit.block.call(*unit.inputs.values())


def is_literal(tree: ast.expr) -> bool:
    if isinstance(tree, ast.Tuple | ast.List):
        return all(is_literal(item) for item in tree.elts)
    if isinstance(tree, ast.UnaryOp):
        return is_literal(tree.operand)
    return isinstance(tree, ast.Constant)


def argument_of(unit: Unit, made: Module | Expression, key: str) -> Any:
    """A call's argument; where this instance's call leaves it out, its default or the block's field of that name."""
    given = module_arguments(made)
    if key in given:
        return given[key]
    if isinstance(made, Module) and key in made.defaults:
        return made.defaults[key]
    return getattr(unit.block, key)


def _is_field(unit: Unit, made: Module | Expression, key: str) -> bool:
    """Whether an argument of the call is what the user gave the block's field of that name."""
    return _equal(getattr(unit.block, key, None), argument_of(unit, made, key))


def _equal(a: Any, b: Any) -> bool:
    return (isinstance(a, bool) == isinstance(b, bool)) and bool(a == b)


def _names(tree: ast.expr) -> set[str]:
    return set(free_names(tree))


def _uses_index(tree: ast.expr) -> bool:
    return "i" in _names(tree)


def _comprehension(element: ast.expr, over: ast.expr) -> ast.expr:
    variable = name("i") if _uses_index(element) else name("_")
    clause = ast.comprehension(variable, over, [], 0)
    return ast.Starred(ast.GeneratorExp(element, [clause]), ast.Load())
