"""Edits of several wires at once, as one step each: moved, joined in a row, swapped, kept when a node is replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from app.core import edits
from app.core.block import Library
from app.core.changes import Changed, EditError, node_of, with_graph
from app.core.document import Document, Edge, End, Kind, Node, Use, Value
from app.ui import offers

Variadic = Callable[[End], bool]


def moved_wires(document: Document, graph: str, moves: Sequence[tuple[Edge, End, End]], variadic: Variadic) -> Changed:
    """Wires taken off and put to other ends; all of them or none."""
    made = edits.disconnect(document, graph, [edge for edge, _, _ in moves])
    label = ""
    for _, source, target in moves:
        made = edits.connect(made.document, graph, source, target, variadic=variadic(target))
        label = label or made.label
    return Changed(made.document, label if len(moves) == 1 else f"move {len(moves)} wires")


def joined(
    document: Document, graph: str, pairs: Iterable[tuple[str, str]], library: Library, variadic: Variadic
) -> Changed:
    """Each node's first output wired to the next one's first input that is free, or to its first."""
    count = 0
    for first, second in pairs:
        source, target = _output(document, graph, first, library), _input(document, graph, second, library, variadic)
        document = edits.connect(document, graph, source, target, variadic=variadic(target)).document
        count += 1
    if not count:
        raise EditError("Nodes are joined in a row. Select two or more of them first.")
    return Changed(document, f"connect {count + 1} nodes in a row")


def _output(document: Document, graph: str, identity: str, library: Library) -> End:
    node = node_of(document.graphs[graph], identity)
    outputs = offers.node_ports(node, library, document)[1]
    if not outputs:
        raise EditError(f"{node.name} has no output, so nothing can follow it in the row.")
    return End(identity, outputs[0])


def _input(document: Document, graph: str, identity: str, library: Library, variadic: Variadic) -> End:
    place = document.graphs[graph]
    node = node_of(place, identity)
    inputs = offers.node_ports(node, library, document)[0]
    if not inputs:
        raise EditError(f"{node.name} has no input, so it can only be the first of the row.")
    ends = [End(identity, name) for name in inputs]
    free = [end for end in ends if variadic(end) or not place.edges_into(identity, end.port)]
    return (free or ends)[0]


def swapped_inputs(document: Document, graph: str, identity: str) -> Changed:
    """The first two wires that enter a node change their places."""
    place = document.graphs[graph]
    node = node_of(place, identity)
    entering = [edge for edge in place.edges if edge.target.node == identity]
    if len(entering) < 2:
        raise EditError(f"{node.name} needs two wired inputs for them to be swapped.")
    first, second = sorted(entering, key=lambda edge: (_port_number(entering, edge), edge.order))[:2]
    changed = {first: replace(first, source=second.source), second: replace(second, source=first.source)}
    made = replace(place, edges=tuple(changed.get(edge, edge) for edge in place.edges))
    return Changed(with_graph(document, made), f"swap inputs of {node.name}", (identity,))


def _port_number(entering: Sequence[Edge], edge: Edge) -> int:
    return [other.target.port for other in entering].index(edge.target.port)


def replaced(document: Document, graph: str, identity: str, use: Use, library: Library) -> Changed:
    """A node made something else. Wires and arguments stay where the new one has them too."""
    inputs, outputs = offers.ports_of(use.kind, use.name, library, document)
    node = node_of(document.graphs[graph], identity)
    kept = _fitting_arguments(document, node, use, library)
    return edits.replace_node(document, graph, identity, use, inputs=inputs, outputs=outputs, arguments=kept)


def _fitting_arguments(document: Document, node: Node, use: Use, library: Library) -> dict[str, Value]:
    """The arguments of a node that the new one takes too: of the same name, and with a value that it accepts."""
    if use.kind is not Kind.BLOCK:
        graph = document.graphs.get(use.name)
        names = {argument.name for argument in graph.arguments} if graph is not None else set()
        return {name: value for name, value in node.arguments.items() if name in names}
    block = library.find(use.name)
    known: dict[str, Any] = block.arguments() if block is not None else {}
    return {
        name: value
        for name, value in node.arguments.items()
        if name in known and (_is_formula(value) or not known[name].accepts(value))
    }


def _is_formula(value: Value) -> bool:
    return isinstance(value, str) and value.startswith("=")
