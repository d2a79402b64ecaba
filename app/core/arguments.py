"""Edits of the arguments of graphs and of the document. Formulas, and values given anywhere, follow a renamed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    graph_of,
    names_in,
    rekeyed,
    rewritten,
    stored,
    uses_of,
    with_graph,
    without,
)
from app.core.document import (
    Argument,
    Document,
    Graph,
    Kind,
    Node,
    Use,
    Value,
)
from app.core.names import why_not_variable
from app.core.references import check_name, each_formula, each_node, each_run, keyed, texts


def add_argument(document: Document, graph: str | None, argument: Argument) -> Changed:
    """One more argument of a graph, or (graph is None) of the document."""
    holder = document if graph is None else graph_of(document, graph)
    taken = [other.name for other in holder.arguments]
    if isinstance(holder, Graph):
        taken += [port.name for port in holder.inputs]
    check_name(argument.name, why_not_variable(argument.name), taken, "an argument or input")
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
        if name in names_in(texts(document.graphs[graph])):
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
    check_name(new, why_not_variable(new), taken, "an argument or input")
    made = tuple(replace(other, name=new) if other.name == old else other for other in holder.arguments)
    document = _with_arguments(document, graph, made)

    def rewrite(text: str) -> str:
        return formula.rename(text, old, new)

    if graph is None:
        document = _each_preset(_rewrite_document(document, rewrite), lambda values: rekeyed(values, old, new))
    else:
        document = with_graph(document, each_formula(document.graphs[graph], rewrite))
        document = _each_instance(document, graph, lambda values: keyed(values, old, new))
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
    recipe = document.recipe and each_run(
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
