"""A node's arguments, resolved: formulas evaluated, values checked, its block made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from app.core.block import Block, Library
from app.core.document import Case, Graph, Node, Use, Value
from app.core.formula import Formula, FormulaError, UnknownSize, is_formula, parse
from app.core.problems import Path, Problem, SetArgument, Severity
from app.core.tensor_type import ABSENT, ModuleType

INDEX = "i"
MOST_COPIES = 10_000


class Refusal(Exception):  # noqa: N818 - it carries a problem; it is not itself an error
    """Something about a node is wrong; ``problem`` says what."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Unknown(Exception):  # noqa: N818
    """Something about a node cannot be told yet, because a size before it is unknown."""


def formula_names(node: Node) -> frozenset[str]:
    """Every name that the node's formulas are over; formulas that cannot be read count for nothing here."""
    if is_literal(node):
        return _NO_NAMES
    written: list[Any] = [*node.arguments.values()]
    conditions = [case.when for case in node.cases]
    for case in node.cases:
        written += case.arguments.values()
    if node.repeat is not None:
        written.append(node.repeat.count)
    if node.scan is not None:
        written.append(node.scan.count)
    if node.enabled is not None:
        conditions.append(node.enabled)
    return names_in((*conditions, *_formulas(written)))


_NO_NAMES: frozenset[str] = frozenset()


def is_literal(node: Node) -> bool:
    """Whether the node is only itself, with plain values: a glance that most nodes need no more than."""
    if node.cases or node.repeat is not None or node.scan is not None or node.enabled is not None:
        return False
    for value in node.arguments.values():
        kind = value.__class__
        if kind is str or kind is tuple or kind is list:
            return False
    return True


def names_in(formulas: Iterable[str]) -> frozenset[str]:
    """The names in some formulas; one that cannot be read is told of where it is evaluated."""
    names: set[str] = set()
    for text in formulas:
        try:
            names |= parse(text).names
        except FormulaError:
            continue
    return frozenset(names)


def _formulas(values: Iterable[Any]) -> Iterator[str]:
    """The formulas among values, those in lists too."""
    for value in values:
        if isinstance(value, tuple | list):
            yield from _formulas(value)
        elif is_formula(value):
            yield value


def formulas_in(*values: Any) -> frozenset[str]:
    """The names in the formulas among some arguments' values."""
    return names_in(_formulas(values))


class Origins(Protocol):
    """How values remember what they were said by: only when code is being made."""

    @property
    def texts(self) -> Mapping[str, str]:
        """Formulas that arguments which are no whole numbers were given by."""

    def value(self, formula: Formula, value: Any, names: Mapping[str, Any]) -> Any:
        """What a formula gave, with its origin."""

    def arguments(
        self, written: Mapping[str, Value], values: dict[str, Any], names: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Arguments of a graph, with the formulas that they were given by."""


class Scope:
    """What the formulas of a graph may name, and where a problem of one of its nodes is."""

    __slots__ = ("graph", "names", "origins")

    def __init__(self, graph: Graph, names: Mapping[str, Any], origins: Origins | None = None) -> None:
        self.graph = graph
        self.names = names
        self.origins = origins

    def path(self, node: Node, part: str = "") -> Path:
        return Path(self.graph.name, node.id, part)

    def at(self, index: int | None) -> Mapping[str, Any]:
        """The names as one copy of a repeat sees them."""
        return self.names if index is None else {**self.names, INDEX: index}

    def evaluate(self, text: str, node: Node, part: str, index: int | None = None) -> Any:
        """The value of a formula in this graph."""
        names = self.at(index)
        try:
            formula = parse(text)
            value = formula.value(names)
            return value if self.origins is None else self.origins.value(formula, value, names)
        except UnknownSize as error:
            raise Unknown from error
        except FormulaError as error:
            raise Refusal(Problem(str(error), self.path(node, part), came=text)) from None


def value_of(value: Value, scope: Scope, node: Node, part: str, index: int | None = None) -> Any:
    """An argument's value: itself, or what its formula gives; items of a list may be formulas too."""
    if is_formula(value):
        return scope.evaluate(value, node, part, index)
    if isinstance(value, list | tuple):
        return tuple(value_of(item, scope, node, part, index) for item in value)
    return value


def choose(node: Node, scope: Scope) -> tuple[Use, Mapping[str, Value]]:
    """What the node is under these arguments, and the arguments written for it."""
    for case in node.cases:
        if _holds(case, scope, node):
            return case.use, case.arguments
    return node.use, node.arguments


def _holds(case: Case, scope: Scope, node: Node) -> bool:
    return bool(scope.evaluate(case.when, node, "cases"))


def is_enabled(node: Node, scope: Scope) -> bool:
    return node.enabled is None or bool(scope.evaluate(node.enabled, node, "enabled"))


def count_of(value: Value, scope: Scope, node: Node, part: str) -> int:
    """How many copies or steps; at least one and no more than can be meant."""
    count = value_of(value, scope, node, part)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_COPIES:
        message = f"“{node.name}” wants a whole number of copies between 1 and {MOST_COPIES}; {count!r} came."
        raise Refusal(Problem(message, scope.path(node, part), expected=f"1 to {MOST_COPIES}", came=repr(count)))
    return count


def make_block(
    library: Library, name: str, written: Mapping[str, Value], scope: Scope, node: Node, index: int | None
) -> Block:
    """The block with its arguments' values; raises Refusal for an unknown block or a wrong argument."""
    block = library.find(name)
    if block is None:
        message = (
            f"There is no block “{name}” in this Netloom; it may come from a newer one. The node is kept as it is."
        )
        raise Refusal(Problem(message, scope.path(node), expected="a known block", came=name))
    if block.refused:
        raise Refusal(Problem(block.refused, scope.path(node), came=name))
    known = block.arguments()
    values: dict[str, Any] = {}
    for argument, text in written.items():
        declared = known.get(argument)
        if declared is None:
            raise Refusal(_unknown_argument(name, argument, tuple(known), scope.path(node, argument)))
        value = value_of(text, scope, node, argument, index)
        reason = declared.accepts(value)
        if reason is not None:
            fixes = (SetArgument(argument, block.defaults()[argument], f"Set {argument} back to its default"),)
            message = f"{argument} of “{node.name}”: {reason}"
            raise Refusal(
                Problem(message, scope.path(node, argument), Severity.ERROR, declared.expectation, repr(value), fixes)
            )
        values[argument] = value
    return block(**values)


def _unknown_argument(owner: str, argument: str, known: tuple[str, ...], path: Path) -> Problem:
    message = f"{owner} has no argument “{argument}”; it has {', '.join(known) or 'none'}."
    return Problem(message, path, expected=", ".join(known), came=argument)


def graph_arguments(
    graph: Graph, written: Mapping[str, Value], scope: Scope, node: Node, index: int | None
) -> dict[str, Any]:
    """Values of a graph's declared arguments for one instance."""
    values: dict[str, Any] = {}
    declared = {argument.name for argument in graph.arguments}
    for name in written:
        if name not in declared:
            raise Refusal(_unknown_argument(graph.name, name, tuple(declared), scope.path(node, name)))
    for argument in graph.arguments:
        if argument.name in written:
            values[argument.name] = value_of(written[argument.name], scope, node, argument.name, index)
        elif argument.default is None:
            message = f"“{node.name}” needs a value for {argument.name}, which {graph.name} gives no default."
            raise Refusal(Problem(message, scope.path(node, argument.name), expected=argument.kind, came="nothing"))
        else:
            values[argument.name] = argument.default
            if why_not_value(argument, argument.default) is not None:
                raise Unknown  # the graph that declares it has the problem
            continue
        check_graph_argument(argument, values[argument.name], scope.path(node, argument.name))
    return values if scope.origins is None else scope.origins.arguments(written, values, scope.at(index))


def _is_number(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


_KINDS: dict[str, Any] = {
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "float": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "bool": lambda v: isinstance(v, bool),
    "str": lambda v: isinstance(v, str),
    "choice": lambda v: isinstance(v, str),
    "ints": lambda v: isinstance(v, tuple) and all(_is_number(item, int) for item in v),
    "floats": lambda v: isinstance(v, tuple) and all(_is_number(item, int | float) for item in v),
    "table": lambda v: isinstance(v, tuple) and all(isinstance(row, tuple) for row in v),
}


def check_graph_argument(argument: Any, value: Any, path: Path) -> None:
    """Raise Refusal where a value is not of the declared kind or out of its range."""
    wanted = why_not_value(argument, value)
    if wanted is not None:
        message = f"{argument.name}: expected {wanted}; {value!r} came."
        raise Refusal(Problem(message, path, expected=wanted, came=repr(value)))


def why_not_value(argument: Any, value: Any) -> str | None:
    """None where a value is of the declared kind and in its range, else what is expected."""
    check = _KINDS.get(argument.kind)
    good = check is not None and check(value)
    if good and argument.choices:
        good = value in argument.choices
    if good and argument.kind in ("int", "float"):
        good = (argument.low is None or value >= argument.low) and (argument.high is None or value <= argument.high)
        good = good and (argument.kind == "float" or value % argument.multiple_of == 0)
    if good:
        return None
    wanted = f"one of {', '.join(argument.choices)}" if argument.choices else argument.kind
    wanted += f", a multiple of {argument.multiple_of}," if argument.multiple_of > 1 else ""
    if argument.low is not None and argument.high is not None:
        return f"{wanted} between {argument.low:g} and {argument.high:g}"
    if argument.low is not None:
        return f"{wanted} of at least {argument.low:g}"
    return wanted if argument.high is None else f"{wanted} of at most {argument.high:g}"


def is_known(types: tuple[Any, ...]) -> bool:
    return None not in types


def named(type_: Any) -> str:
    """A wire's type in words."""
    if type_ is None:
        return "unknown"
    if type_ is ABSENT:
        return "nothing"
    return f"module {type_}" if isinstance(type_, ModuleType) else str(type_)
