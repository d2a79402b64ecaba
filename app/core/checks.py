"""What can be wrong with a graph before any shape is known: names, wires that lead nowhere, circles, forked chains."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.behaviour import why_not_keys
from app.core.document import BOUNDARY, Graph, Node
from app.core.names import may_be_number, why_not_attribute, why_not_class, why_not_variable
from app.core.plan import Plan
from app.core.problems import Path, Problem
from app.core.resolve import INDEX, why_not_value
from app.core.starting import told, why_not_initial


def static_problems(graph: Graph, plan: Plan) -> tuple[Problem, ...]:
    """Everything that is wrong with the graph whatever flows through it."""
    return (
        *_names(graph),
        *_defaults(graph),
        *_node_names(graph),
        *_several_times(graph),
        *_copies(graph),
        *_starts(graph),
        *_dangling(graph),
        *_cycles(graph, plan),
        *_outputs(graph),
        *(_forks(graph, plan) if graph.sequential else ()),
    )


def _names(graph: Graph) -> Iterator[Problem]:
    reason = why_not_class(graph.name)
    if reason is not None:
        yield Problem(f"The graph's name “{graph.name}” {reason}.", Path(graph.name))
    seen: dict[str, str] = {}
    kinds = (("argument", graph.arguments), ("input", graph.inputs), ("output", graph.outputs))
    for kind, named in kinds:
        for item in named:
            reason = why_not_variable(item.name)
            if reason is not None:
                yield Problem(f"The {kind} “{item.name}” of {graph.name} {reason}.", Path(graph.name, "", item.name))
            if kind == "argument" and item.name == INDEX:
                message = f"The argument “{INDEX}” of {graph.name} would hide the index of repeated nodes."
                yield Problem(message, Path(graph.name, "", item.name))
            other = seen.get(item.name)
            if other is not None and kind != "output":
                message = f"{graph.name} has an {other} and an {kind} that are both called “{item.name}”."
                yield Problem(message, Path(graph.name, "", item.name))
            if kind != "output":
                seen[item.name] = kind
    outputs = [port.name for port in graph.outputs]
    for name in sorted({name for name in outputs if outputs.count(name) > 1}):
        yield Problem(f"{graph.name} has several outputs called “{name}”.", Path(graph.name, "", name))


def _defaults(graph: Graph) -> Iterator[Problem]:
    for argument in graph.arguments:
        wanted = None if argument.default is None else why_not_value(argument, argument.default)
        if wanted is not None:
            message = (
                f"The default of {graph.name}'s argument “{argument.name}” must be {wanted}; {argument.default!r} came."
            )
            where = Path(graph.name, "", argument.name)
            yield Problem(message, where, expected=wanted, came=repr(argument.default))


def _node_names(graph: Graph) -> Iterator[Problem]:
    taken: dict[str, Node] = {}
    for node in graph.nodes.values():
        reason = why_not_attribute(node.name, sequential=may_be_number(graph, node))
        if reason is not None:
            yield Problem(f"The node's name “{node.name}” {reason}.", Path(graph.name, node.id, "name"), came=node.name)
        if node.shares:
            continue
        if node.name in taken:
            message = (
                f"Two nodes of {graph.name} are called “{node.name}”; in the code each is an attribute of its own."
            )
            yield Problem(message, Path(graph.name, node.id, "name"), came=node.name)
        taken[node.name] = node


def _several_times(graph: Graph) -> Iterator[Problem]:
    """A node is repeated, or scanned, or called once."""
    for node in graph.nodes.values():
        if node.repeat is not None and node.scan is not None:
            message = (
                f"“{node.name}” is both repeated and scanned, and nothing says which comes first. Take one away, or "
                "put the repeated node into a graph of its own and scan that."
            )
            yield Problem(message, Path(graph.name, node.id, "scan"), expected="a repeat or a scan", came="both")


def _copies(graph: Graph) -> Iterator[Problem]:
    """What names the copies of a repeat becomes code: a pattern that could be anything else is told of."""
    for node in graph.nodes.values():
        if node.repeat is not None:
            reason = why_not_keys(node, node.repeat.keys, sequential=graph.sequential)
            if reason is not None:
                message = f"The copies of “{node.name}” cannot be named so. {reason}"
                yield Problem(message, Path(graph.name, node.id, "keys"), came=node.repeat.keys)


def _starts(graph: Graph) -> Iterator[Problem]:
    """The same for how parameters start."""
    for entry in graph.initial:
        reason = why_not_initial(entry)
        if reason is not None:
            message = f"How {told(entry)} starts in {graph.name} cannot be so. {reason}"
            yield Problem(message, Path(graph.name, "", "initial"), came=entry.method)


def _dangling(graph: Graph) -> Iterator[Problem]:
    inputs = {port.name for port in graph.inputs}
    outputs = {port.name for port in graph.outputs}
    for edge in graph.edges:
        for end, boundary in ((edge.source, inputs), (edge.target, outputs)):
            missing = end.port not in boundary if end.node == BOUNDARY else end.node not in graph.nodes
            if missing:
                what = f"the port “{end.port}”" if end.node == BOUNDARY else f"the node “{end.node}”"
                where = edge.target if end is edge.source else edge.source
                message = f"The wire {edge.source} → {edge.target} ends at {what}, which {graph.name} does not have."
                yield Problem(message, Path(graph.name, "" if where.node == BOUNDARY else where.node, where.port))


def _cycles(graph: Graph, plan: Plan) -> Iterator[Problem]:
    """One problem for each loop of wires, told as the way around."""
    blocked = set(plan.cyclic)
    seen: set[str] = set()
    for start in plan.cyclic:
        walk: list[str] = []
        here: str | None = start
        while here is not None and here not in seen:
            seen.add(here)
            walk.append(here)
            here = next((node for node, _ in plan.feeds[here].sources if node in blocked), None)
        if here is not None and here in walk:
            loop = [*walk[walk.index(here) :], here][::-1]
            names = " → ".join(graph.nodes[identity].name for identity in loop)
            message = f"These wires run in a circle: {names}. Take one of them away, or use a scan to carry a value on."
            yield Problem(message, Path(graph.name, here), expected="no circle", came=names)


def _outputs(graph: Graph) -> Iterator[Problem]:
    wired = {edge.target.port for edge in graph.edges if edge.target.node == BOUNDARY}
    for port in graph.outputs:
        if port.name not in wired:  # a wire from nowhere is told of as such
            message = f"Nothing is wired to the output “{port.name}” of {graph.name}."
            yield Problem(message, Path(graph.name, "", port.name), expected="a wire", came="nothing")
    targets = [edge.target.port for edge in graph.edges if edge.target.node == BOUNDARY]
    for name in sorted({name for name in targets if targets.count(name) > 1}):
        yield Problem(
            f"Several wires enter the output “{name}” of {graph.name}; it takes one.", Path(graph.name, "", name)
        )


def _forks(graph: Graph, plan: Plan) -> Iterator[Problem]:
    """A sequential graph is one chain from its only input to its only output."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        has = f"{len(graph.inputs)} and {len(graph.outputs)}"
        message = f"{graph.name} is sequential, so it has one input and one output; it has {has}."
        yield Problem(message, Path(graph.name))
        return
    for identity in plan.order:
        feed = plan.feeds[identity]
        leaving = len(graph.edges_from(identity))
        if len(feed.sources) != 1 or leaving != 1:
            message = (
                f"{graph.name} is sequential: each node takes one wire and gives one. “{graph.nodes[identity].name}” "
                f"takes {len(feed.sources)} and gives {leaving}."
            )
            yield Problem(message, Path(graph.name, identity), expected="a plain chain")
            return
