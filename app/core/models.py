"""Edits of the models: the instances of graphs that hold weights."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.core.changes import (
    Changed,
    EditError,
    graph_of,
    rekeyed,
    stored,
    uses_of,
    without,
)
from app.core.document import (
    Document,
    InputType,
    Kind,
    Model,
    Use,
)
from app.core.names import why_not_identifier
from app.core.references import check_name, each_node, used_as


def _with_model(document: Document, model: Model) -> Document:
    return replace(document, models={**document.models, model.name: model})


def model_of(document: Document, name: str) -> Model:
    if name not in document.models:
        raise EditError(f"There is no model “{name}”; there are: {', '.join(document.models) or 'none'}.")
    return document.models[name]


def add_model(document: Document, model: Model) -> Changed:
    check_name(model.name, why_not_identifier(model.name), document.models, "a model")
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
        followers = [model.name for model in document.models.values() if model.average_of == name]
        if followers:
            raise EditError(
                f"{followers[0]} follows {name}, which therefore has to learn. Let it follow another first."
            )
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
    check_name(new, why_not_identifier(new), document.models, "a model")
    models = {
        key: replace(model, average_of=new) if model.average_of == old else model
        for key, model in rekeyed(document.models, old, new, replace(found, name=new)).items()
    }
    document = each_node(document, lambda graph, node: used_as(node, Use(Kind.MODEL, old), Use(Kind.MODEL, new)))
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
