"""Edits of what a document is made of: its graphs, their ports and arguments, and its models.

Whatever speaks of a renamed thing follows: instances, models, formulas, the recipe, presets and the layout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    formulas_of,
    graph_of,
    names_in,
    rekeyed,
    rewrite_node,
    rewritten,
    rewritten_all,
    stored,
    used_graphs,
    uses_of,
    with_graph,
    without,
)
from app.core.document import (
    BOUNDARY,
    Argument,
    Document,
    Edge,
    End,
    Graph,
    GraphPort,
    InputType,
    Kind,
    Model,
    Node,
    Recipe,
    Use,
    Value,
)
from app.core.names import why_not_class, why_not_identifier, why_not_variable

Side = Literal["inputs", "outputs"]


def _check(name: str, reason: str | None, taken: Sequence[str] | Mapping[str, Any], what: str) -> None:
    if reason is not None:
        raise EditError(f"“{name}” {reason}. Choose another name.")
    if name in taken:
        raise EditError(f"There is {what} “{name}” already. Choose another name.")


def each_node(document: Document, change: Callable[[Graph, Node], Node]) -> Document:
    """The document with every node changed; graphs in which none is stay the same objects."""
    graphs = {}
    for name, graph in document.graphs.items():
        nodes = {key: change(graph, node) for key, node in graph.nodes.items()}
        differs = any(nodes[key] is not node for key, node in graph.nodes.items())
        graphs[name] = replace(graph, nodes=nodes) if differs else graph
    if all(graphs[name] is graph for name, graph in document.graphs.items()):
        return document
    return replace(document, graphs=graphs)


def _used_as(node: Node, old: Use, new: Use) -> Node:
    if old not in uses_of(node):
        return node
    cases = tuple(replace(case, use=new) if case.use == old else case for case in node.cases)
    return replace(node, use=new if node.use == old else node.use, cases=cases)


# --- Graphs -------------------------------------------------------------------------------------------------------


def add_graph(document: Document, name: str, **fields: Any) -> Changed:
    """A new graph, empty but for the given fields."""
    _check(name, why_not_class(name), document.graphs, "a graph")
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
    _check(new, why_not_class(new), document.graphs, "a graph")
    document = replace(
        document,
        graphs=rekeyed(document.graphs, old, new, replace(place, name=new)),
        models={
            key: replace(model, graph=new) if model.graph == old else model for key, model in document.models.items()
        },
        layout=rekeyed(document.layout, old, new),
        recipe=document.recipe and _each_run(document.recipe, old, lambda run, field: replace(run, **{field: new})),
    )
    document = each_node(document, lambda graph, node: _used_as(node, Use(Kind.GRAPH, old), Use(Kind.GRAPH, new)))
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


def _each_run(recipe: Recipe, graph: str, change: Callable[[Any, str], Any]) -> Recipe:
    """The recipe with each phase, evaluation and preview of a graph changed; told the field that names the graph."""
    stages = tuple(
        replace(stage, phases=tuple(change(p, "step") if p.step == graph else p for p in stage.phases))
        for stage in recipe.stages
    )
    evaluations = tuple(change(e, "graph") if e.graph == graph else e for e in recipe.evaluations)
    previews = tuple(change(p, "graph") if p.graph == graph else p for p in recipe.previews)
    return replace(recipe, stages=stages, evaluations=evaluations, previews=previews)


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
    _check(name, why_not_variable(name), taken, f"an argument or one of the {side} of {graph.name} called")


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
    if side == "inputs" and name in names_in(_texts(place)):
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
        place = _each_formula(place, lambda text: formula.rename(text, old, new))
    document = _each_port(with_graph(document, place), graph, side, old, new)
    return Changed(document, f"rename {old} to {new}")


def _texts(graph: Graph) -> list[str]:
    """Every formula in a graph."""
    found = [text for node in graph.nodes.values() for text in formulas_of(node)]

    def note(text: str) -> Value:
        found.append(text)
        return text

    for entry in graph.initial:
        rewritten_all(entry.arguments, note)
    for argument in graph.arguments:
        rewritten(argument.default, note)
    return found


def _each_formula(graph: Graph, rewrite: Callable[[str], Value]) -> Graph:
    return replace(
        graph,
        nodes={key: rewrite_node(node, rewrite) for key, node in graph.nodes.items()},
        initial=tuple(replace(e, arguments=rewritten_all(e.arguments, rewrite)) for e in graph.initial),
        arguments=tuple(replace(a, default=rewritten(a.default, rewrite)) for a in graph.arguments),
    )


def _each_port(document: Document, graph: str, side: Side, old: str, new: str | None) -> Document:
    """Wires, instances, models, recipe and layout with a port renamed, or (new is None) gone."""
    graphs = {name: _port_wires(document, place, graph, side, old, new) for name, place in document.graphs.items()}
    models = {
        key: replace(model, inputs=_keyed(model.inputs, old, new))
        if model.graph == graph and side == "inputs"
        else model
        for key, model in document.models.items()
    }
    recipe = document.recipe and _each_run(document.recipe, graph, lambda run, field: _fed(run, side, old, new))
    layout = document.layout
    if graph in layout:
        box = "@in:" if side == "inputs" else "@out:"
        positions = _keyed(layout[graph].positions, box + old, None if new is None else box + new)
        layout = {**layout, graph: replace(layout[graph], positions=positions)}
    return replace(document, graphs=graphs, models=models, recipe=recipe, layout=layout)


def _keyed(mapping: Mapping[str, Any], old: str, new: str | None) -> Mapping[str, Any]:
    if old not in mapping:
        return mapping
    return without(mapping, old) if new is None else rekeyed(mapping, old, new)


def _fed(run: Any, side: Side, old: str, new: str | None) -> Any:
    """A phase, evaluation or preview: an input's field, an output to minimise. Without an entry an input takes the
    field of its own name, which a renamed one must now ask for.
    """
    if side == "inputs":
        feeds = _keyed(run.feeds, old, new)
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


# --- Arguments ----------------------------------------------------------------------------------------------------


def add_argument(document: Document, graph: str | None, argument: Argument) -> Changed:
    """One more argument of a graph, or (graph is None) of the document."""
    holder = document if graph is None else graph_of(document, graph)
    taken = [other.name for other in holder.arguments]
    if isinstance(holder, Graph):
        taken += [port.name for port in holder.inputs]
    _check(argument.name, why_not_variable(argument.name), taken, "an argument or input")
    argument = replace(argument, default=stored(argument.default, argument.name))
    made = _with_arguments(document, graph, (*holder.arguments, argument))
    return Changed(made, f"add argument {argument.name}")


def set_argument_of(document: Document, graph: str | None, name: str, argument: Argument) -> Changed:
    """Change an argument's declaration, its name included."""
    _argument_of(document, graph, name)
    if argument.name != name:
        document = rename_argument(document, graph, name, argument.name).document
    argument = replace(argument, default=stored(argument.default, argument.name))
    holder = document if graph is None else document.graphs[graph]
    made = tuple(argument if other.name == argument.name else other for other in holder.arguments)
    return Changed(_with_arguments(document, graph, made), f"set argument {argument.name}")


def set_document_argument(document: Document, name: str, value: Value) -> Changed:
    """The default of one of the document's arguments."""
    found = _argument_of(document, None, name)
    return replace_label(set_argument_of(document, None, name, replace(found, default=value)), f"set {name}")


def replace_label(changed: Changed, label: str) -> Changed:
    return Changed(changed.document, label, changed.nodes)


def remove_argument(document: Document, graph: str | None, name: str) -> Changed:
    """Take away an argument that no formula asks for; values given for it go too."""
    _argument_of(document, graph, name)
    if graph is None:
        if name in names_in(_document_texts(document)):
            raise EditError(f"Formulas of models or the recipe ask for “{name}”. Change them first.")
        document = _each_preset(document, lambda values: without(values, name))
    else:
        if name in names_in(_texts(document.graphs[graph])):
            raise EditError(f"Formulas in {graph} ask for “{name}”. Change them first.")
        document = _each_instance(document, graph, lambda values: without(values, name) if name in values else values)
    holder = document if graph is None else document.graphs[graph]
    left = tuple(other for other in holder.arguments if other.name != name)
    return Changed(_with_arguments(document, graph, left), f"remove argument {name}")


def rename_argument(document: Document, graph: str | None, old: str, new: str) -> Changed:
    """Give an argument another name; formulas and given values follow."""
    _argument_of(document, graph, old)
    if old == new:
        return Changed(document, f"rename {old}")
    holder = document if graph is None else document.graphs[graph]
    taken = [other.name for other in holder.arguments]
    if isinstance(holder, Graph):
        taken += [port.name for port in holder.inputs]
    _check(new, why_not_variable(new), taken, "an argument or input")
    made = tuple(replace(other, name=new) if other.name == old else other for other in holder.arguments)
    document = _with_arguments(document, graph, made)

    def rewrite(text: str) -> str:
        return formula.rename(text, old, new)

    if graph is None:
        document = _each_preset(_rewrite_document(document, rewrite), lambda values: rekeyed(values, old, new))
    else:
        document = with_graph(document, _each_formula(document.graphs[graph], rewrite))
        document = _each_instance(document, graph, lambda values: _keyed(values, old, new))
    return Changed(document, f"rename {old} to {new}")


def _argument_of(document: Document, graph: str | None, name: str) -> Argument:
    holder = document if graph is None else graph_of(document, graph)
    for argument in holder.arguments:
        if argument.name == name:
            return argument
    raise EditError(f"{graph or 'The document'} has no argument “{name}”.")


def _with_arguments(document: Document, graph: str | None, arguments: tuple[Argument, ...]) -> Document:
    if graph is None:
        return replace(document, arguments=arguments)
    return with_graph(document, replace(document.graphs[graph], arguments=arguments))


Values = Mapping[str, Value]


def _each_instance(document: Document, graph: str, change: Callable[[Values], Values]) -> Document:
    """Arguments given to a graph wherever it is used: by nodes, models and the recipe."""

    def changed(place: Graph, node: Node) -> Node:
        use = Use(Kind.GRAPH, graph)
        if use not in uses_of(node):
            return node
        cases = tuple(replace(c, arguments=change(c.arguments)) if c.use == use else c for c in node.cases)
        arguments = change(node.arguments) if node.use == use or not _declares(document, node) else node.arguments
        return replace(node, arguments=arguments, cases=cases)

    document = each_node(document, changed)
    models = {
        key: replace(model, arguments=change(model.arguments)) if model.graph == graph else model
        for key, model in document.models.items()
    }
    recipe = document.recipe and _each_run(
        document.recipe, graph, lambda run, field: replace(run, arguments=change(run.arguments))
    )
    return replace(document, models=models, recipe=recipe)


def _declares(document: Document, node: Node) -> bool:
    """Whether the arguments on a node are those of its own (first) use, which is another graph."""
    return node.use.kind is Kind.GRAPH


def _each_preset(document: Document, change: Callable[[Values], Values]) -> Document:
    presets = {key: replace(p, arguments=change(p.arguments)) for key, p in document.presets.items()}
    return replace(document, presets=presets)


def rewrite_struct(value: Any, rewrite: Callable[[str], Value]) -> Any:
    """Models, recipe and presets with every formula in them rewritten."""
    if isinstance(value, tuple):
        made = tuple(rewrite_struct(item, rewrite) for item in value)
        return value if made == value else made
    if isinstance(value, Mapping):
        return {key: rewrite_struct(item, rewrite) for key, item in value.items()}
    if hasattr(value, "__struct_fields__"):
        fields = {name: rewrite_struct(getattr(value, name), rewrite) for name in value.__struct_fields__}
        made = type(value)(**fields)
        return value if made == value else made
    return rewritten(value, rewrite)


def _rewrite_document(document: Document, rewrite: Callable[[str], Value]) -> Document:
    """Formulas over the document's arguments rewritten; graphs do not see these."""
    parts = ("models", "recipe", "presets", "arguments")
    return replace(document, **{part: rewrite_struct(getattr(document, part), rewrite) for part in parts})


def _document_texts(document: Document) -> list[str]:
    found: list[str] = []

    def note(text: str) -> Value:
        found.append(text)
        return text

    _rewrite_document(document, note)
    return found


# --- Models -------------------------------------------------------------------------------------------------------


def _with_model(document: Document, model: Model) -> Document:
    return replace(document, models={**document.models, model.name: model})


def model_of(document: Document, name: str) -> Model:
    if name not in document.models:
        raise EditError(f"There is no model “{name}”; there are: {', '.join(document.models) or 'none'}.")
    return document.models[name]


def add_model(document: Document, model: Model) -> Changed:
    _check(model.name, why_not_identifier(model.name), document.models, "a model")
    graph_of(document, model.graph)
    return Changed(_with_model(document, model), f"add model {model.name}")


def set_model(document: Document, name: str, **fields: Any) -> Changed:
    """Facts of a model: its graph, arguments, inputs' types, whether it is frozen, what it follows."""
    found = model_of(document, name)
    if "name" in fields:
        raise EditError("A model is renamed by rename_model.")
    if "graph" in fields:
        graph_of(document, fields["graph"])
    if fields.get("average_of"):
        source = model_of(document, fields["average_of"])
        if source.name == name or source.average_of:
            raise EditError("A model follows another one that learns. Choose that.")
    if "arguments" in fields:
        fields["arguments"] = {key: stored(value, f"{name}.{key}") for key, value in fields["arguments"].items()}
    if "inputs" in fields:
        fields["inputs"] = {
            key: InputType(tuple(stored(size, f"{name}.{key}") for size in kind.shape), kind.dtype)
            for key, kind in fields["inputs"].items()
        }
    return Changed(_with_model(document, replace(found, **fields)), f"set {name}.{', '.join(fields)}")


def remove_model(document: Document, name: str) -> Changed:
    """Take away a model that nothing calls or updates."""
    model_of(document, name)
    use = Use(Kind.MODEL, name)
    users = [
        f"{graph.name}.{node.name}"
        for graph in document.graphs.values()
        for node in graph.nodes.values()
        if use in uses_of(node)
    ]
    users += [f"the model {model.name}" for model in document.models.values() if model.average_of == name]
    stages = document.recipe.stages if document.recipe else ()
    users += [f"the phase {phase.name}" for stage in stages for phase in stage.phases if name in phase.models]
    if users:
        raise EditError(f"The model {name} is needed by {', '.join(users[:5])}. Remove or change these first.")
    return Changed(replace(document, models=without(document.models, name)), f"remove model {name}")


def rename_model(document: Document, old: str, new: str) -> Changed:
    """Give a model another name everywhere."""
    found = model_of(document, old)
    if old == new:
        return Changed(document, f"rename {old}")
    _check(new, why_not_identifier(new), document.models, "a model")
    models = {
        key: replace(model, average_of=new) if model.average_of == old else model
        for key, model in rekeyed(document.models, old, new, replace(found, name=new)).items()
    }
    document = each_node(document, lambda graph, node: _used_as(node, Use(Kind.MODEL, old), Use(Kind.MODEL, new)))
    recipe = document.recipe and replace(
        document.recipe,
        stages=tuple(
            replace(
                stage,
                phases=tuple(
                    replace(p, models=tuple(new if name == old else name for name in p.models)) for p in stage.phases
                ),
            )
            for stage in document.recipe.stages
        ),
    )
    return Changed(replace(document, models=models, recipe=recipe), f"rename {old} to {new}")
