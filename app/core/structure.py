"""Edits of what a document is made of: its graphs and their ports.

Whatever speaks of a renamed thing follows: instances, models, formulas, the recipe, presets and the layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec.structs import replace

from app.core import formula
from app.core.arguments import (
    add_argument,
    remove_argument,
    rename_argument,
    replace_label,
    rewrite_struct,
    set_argument_of,
    set_document_argument,
)
from app.core.changes import (
    Changed,
    EditError,
    graph_of,
    names_in,
    rekeyed,
    shared,
    used_graphs,
    uses_of,
    with_graph,
    without,
)
from app.core.document import (
    BOUNDARY,
    Document,
    Edge,
    End,
    Graph,
    GraphPort,
    Kind,
    Node,
    Preset,
    Use,
)
from app.core.models import add_model, model_of, remove_model, rename_model, set_model
from app.core.names import why_not_class, why_not_variable
from app.core.references import check_name, each_formula, each_node, each_run, keyed, texts, used_as

Side = Literal["inputs", "outputs"]

__all__ = [
    "Side",
    "add_argument",
    "add_graph",
    "add_model",
    "add_port",
    "model_of",
    "order_ports",
    "remove_argument",
    "remove_graph",
    "remove_model",
    "remove_port",
    "rename_argument",
    "rename_graph",
    "rename_model",
    "rename_port",
    "replace_label",
    "rewrite_struct",
    "set_argument_of",
    "set_document_argument",
    "set_graph",
    "set_model",
    "set_port",
    "users_of",
]
"""Arguments and models are edited through here too."""


# --- Graphs -------------------------------------------------------------------------------------------------------


def add_graph(document: Document, name: str, **fields: Any) -> Changed:
    """A new graph, empty but for the given fields."""
    check_name(name, why_not_class(name), document.graphs, "a graph")
    return Changed(with_graph(document, Graph(name=name, **fields)), f"add graph {name}")


def users_of(document: Document, graph: str) -> list[str]:
    """Who needs a graph, in words: nodes of other graphs, models, the recipe."""
    found = [
        f"{place.name}.{node.name}"
        for place in document.graphs.values()
        if place.name != graph
        for node in place.nodes.values()
        if Use(Kind.GRAPH, graph) in uses_of(node)
    ]
    found += [f"the model {model.name}" for model in document.models.values() if model.graph == graph]
    return found + (["the recipe"] if graph in document.step_graphs() else [])


def remove_graph(document: Document, name: str) -> Changed:
    """Take away a graph that nothing needs."""
    graph_of(document, name)
    users = users_of(document, name)
    if users:
        raise EditError(f"{name} is needed by {', '.join(users[:5])}. Remove or replace these first.")
    made = replace(document, graphs=without(document.graphs, name), layout=without(document.layout, name))
    return Changed(made, f"remove graph {name}")


def rename_graph(document: Document, old: str, new: str) -> Changed:
    """Give a graph another name everywhere."""
    place = graph_of(document, old)
    if old == new:
        return Changed(document, f"rename {old}")
    check_name(new, why_not_class(new), document.graphs, "a graph")
    document = replace(
        document,
        graphs=rekeyed(document.graphs, old, new, replace(place, name=new)),
        models={
            key: replace(model, graph=new) if model.graph == old else model for key, model in document.models.items()
        },
        layout=rekeyed(document.layout, old, new),
        recipe=document.recipe and each_run(document.recipe, old, lambda run, field: replace(run, **{field: new})),
    )
    document = each_node(document, lambda graph, node: used_as(node, Use(Kind.GRAPH, old), Use(Kind.GRAPH, new)))
    document = _each_initial(document, old, new)
    return Changed(document, f"rename {old} to {new}")


def _each_initial(document: Document, old: str, new: str) -> Document:
    """Starting values may name a kind of graph."""
    graphs = {}
    for name, graph in document.graphs.items():
        taken = {node.name for node in graph.nodes.values()}
        initial = tuple(
            replace(entry, nodes=tuple(new if node == old and old not in taken else node for node in entry.nodes))
            for entry in graph.initial
        )
        graphs[name] = graph if initial == graph.initial else replace(graph, initial=initial)
    return replace(document, graphs=graphs)


def set_graph(document: Document, name: str, **fields: Any) -> Changed:
    """Other facts of a graph: ``summary``, ``sequential``, ``initial``."""
    known = {"summary", "sequential", "initial"}
    if not known.issuperset(fields):
        raise EditError(f"A graph's {', '.join(sorted(set(fields) - known))} cannot be set so.")
    return Changed(with_graph(document, replace(graph_of(document, name), **fields)), f"set {', '.join(fields)}")


# --- Ports --------------------------------------------------------------------------------------------------------


def _check_port(graph: Graph, side: Side, name: str) -> None:
    taken = [port.name for port in getattr(graph, side)]
    if side == "inputs":
        taken += [argument.name for argument in graph.arguments]
    check_name(name, why_not_variable(name), taken, f"an argument or one of the {side} of {graph.name} called")


def _port_of(graph: Graph, side: Side, name: str) -> GraphPort:
    for port in getattr(graph, side):
        if port.name == name:
            return port  # type: ignore[no-any-return]
    raise EditError(f"{graph.name} has no {side.removesuffix('s')} “{name}”.")


def add_port(document: Document, graph: str, side: Side, port: GraphPort) -> Changed:
    """One more input or output of a graph, at the end."""
    place = graph_of(document, graph)
    _check_port(place, side, port.name)
    made = replace(place, **{side: (*getattr(place, side), port)})
    return Changed(with_graph(document, made), f"add {side.removesuffix('s')} {port.name}")


def set_port(document: Document, graph: str, side: Side, name: str, port: GraphPort) -> Changed:
    """Change a port, its name included."""
    place = graph_of(document, graph)
    _port_of(place, side, name)
    if port.name != name:
        document = rename_port(document, graph, side, name, port.name).document
        place = document.graphs[graph]
    ports = tuple(port if other.name == port.name else other for other in getattr(place, side))
    return Changed(with_graph(document, replace(place, **{side: ports})), f"set {side.removesuffix('s')} {port.name}")


def order_ports(document: Document, graph: str, side: Side, names: Sequence[str]) -> Changed:
    """Put the ports in another order."""
    place = graph_of(document, graph)
    if sorted(names) != sorted(port.name for port in getattr(place, side)):
        raise EditError(f"The new order must name each of the {side} of {graph} once.")
    ports = tuple(_port_of(place, side, name) for name in names)
    return Changed(with_graph(document, replace(place, **{side: ports})), f"order {side}")


def remove_port(document: Document, graph: str, side: Side, name: str) -> Changed:
    """Take a port away, with the wires at it, inside and at every instance."""
    place = graph_of(document, graph)
    _port_of(place, side, name)
    if side == "inputs" and name in names_in(texts(place)):
        raise EditError(f"Formulas in {graph} ask for the size of “{name}”. Change them first.")
    ports = tuple(port for port in getattr(place, side) if port.name != name)
    document = with_graph(document, replace(place, **{side: ports}))
    document = _each_port(document, graph, side, name, None)
    return Changed(document, f"remove {side.removesuffix('s')} {name}")


def rename_port(document: Document, graph: str, side: Side, old: str, new: str) -> Changed:
    """Give a port another name everywhere: wires, instances, sizes in formulas, models, recipe, layout."""
    place = graph_of(document, graph)
    port = _port_of(place, side, old)
    if old == new:
        return Changed(document, f"rename {old}")
    _check_port(place, side, new)
    ports = tuple(replace(port, name=new) if other is port else other for other in getattr(place, side))
    place = replace(place, **{side: ports})
    if side == "inputs":
        place = each_formula(place, lambda text: formula.rename(text, old, new))
    document = _each_port(with_graph(document, place), graph, side, old, new)
    return Changed(document, f"rename {old} to {new}")


def _each_port(document: Document, graph: str, side: Side, old: str, new: str | None) -> Document:
    """Wires, instances, models, recipe and layout with a port renamed, or (new is None) gone."""
    graphs = {name: _port_wires(document, place, graph, side, old, new) for name, place in document.graphs.items()}
    models = {
        key: replace(model, inputs=keyed(model.inputs, old, new))
        if model.graph == graph and side == "inputs"
        else model
        for key, model in document.models.items()
    }
    recipe = document.recipe and each_run(document.recipe, graph, lambda run, field: _fed(run, side, old, new))
    layout = document.layout
    if graph in layout:
        box = "@in:" if side == "inputs" else "@out:"
        positions = keyed(layout[graph].positions, box + old, None if new is None else box + new)
        layout = {**layout, graph: replace(layout[graph], positions=positions)}
    presets = document.presets
    if side == "outputs" and new is not None:
        presets = {name: _goal_over(document, preset, graph, old, new) for name, preset in presets.items()}
    made = replace(document, graphs=graphs, models=models, recipe=recipe, layout=layout, presets=presets)
    return shared(document, made)


def _goal_over(document: Document, preset: Preset, graph: str, old: str, new: str) -> Preset:
    """The preset with its goal over the renamed output of the graph that its evaluation runs."""
    goal = preset.goal
    evaluations = document.recipe.evaluations if document.recipe is not None else ()
    if goal is None or goal.metric != old or (goal.evaluation, graph) not in [(e.name, e.graph) for e in evaluations]:
        return preset
    return replace(preset, goal=replace(goal, metric=new))


def _fed(run: Any, side: Side, old: str, new: str | None) -> Any:
    """A phase, evaluation or preview: an input's field, an output to minimise. Without an entry an input takes the
    field of its own name, which a renamed one must now ask for.
    """
    if side == "inputs":
        feeds = keyed(run.feeds, old, new)
        return replace(run, feeds=feeds if new is None or old in run.feeds else {**feeds, new: old})
    if getattr(run, "minimise", None) == old and new is not None:
        return replace(run, minimise=new)
    return run


def _port_wires(document: Document, place: Graph, graph: str, side: Side, old: str, new: str | None) -> Graph:
    """A graph's wires at a changed port: at its own boundary, and at the instances in it."""
    instances = {key for key, node in place.nodes.items() if graph in used_graphs(document, node)}
    inside = place.name == graph
    if not instances and not inside:
        return place
    incoming = side == "inputs"

    def is_at(end: End, entering: bool) -> bool:
        if end.port != old:
            return False
        if end.node == BOUNDARY:
            return inside and entering != incoming  # the graph's input is where wires come from inside
        return end.node in instances and entering == incoming

    edges: list[Edge] = []
    for edge in place.edges:
        at_source, at_target = is_at(edge.source, False), is_at(edge.target, True)
        if not (at_source or at_target):
            edges.append(edge)
        elif new is not None:
            source = End(edge.source.node, new) if at_source else edge.source
            edges.append(Edge(source, End(edge.target.node, new) if at_target else edge.target, edge.order))
    nodes = {
        key: _sliced(node, old, new) if incoming and key in instances else node for key, node in place.nodes.items()
    }
    return replace(place, nodes=nodes, edges=tuple(edges))


def _sliced(node: Node, old: str, new: str | None) -> Node:
    if node.scan is None or old not in node.scan.sliced:
        return node
    sliced = tuple(new if name == old else name for name in node.scan.sliced)
    return replace(node, scan=replace(node.scan, sliced=tuple(name for name in sliced if name is not None)))
