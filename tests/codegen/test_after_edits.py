"""Text made with what earlier texts left is that made from nothing, whatever was edited between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import templates
from app.codegen.generate import model_source, steps_source
from app.codegen.source import GenerationError, Source
from app.core.block import Library
from app.core.document import Document, Graph, Initial, Kind, Node, Repeat, Use
from app.core.draw import Drawing
from app.core.elaborate import Elaboration, elaborate
from app.core.formula import is_formula
from blocks import library
from tests.codegen import hostile
from tests.codegen.drawn import documents

Change = tuple[int, int, int, int]
changes = st.lists(st.tuples(*[st.integers(0, 1_000)] * 4), min_size=3, max_size=8)


def of(items: Any, number: int) -> Any:
    options = list(items)
    return options[number % len(options)] if options else None


def set_argument(document: Document, graph: Graph, node: Node, number: int) -> Node:
    """An argument of the block or graph gets another value of its kind."""
    if node.use.kind is Kind.BLOCK:
        known = {name: argument.kind for name, argument in library().get(node.use.name).arguments().items()}
    else:
        known = {argument.name: argument.kind for argument in document.graphs[node.use.name].arguments}
    name = of(known, number)
    names = [argument.name for argument in graph.arguments if argument.kind == known.get(name)]
    values = {"int": (1, 2, 3, 4, 6), "pair": (1, 2, 3), "bool": (True, False), "float": (number / 1e4, 0.5)}
    value = of([*values.get(known.get(name, ""), ()), *(f"={name}" for name in names)], number // 7)
    return node if value is None else replace(node, arguments={**node.arguments, name: value})


def set_use(document: Document, graph: Graph, node: Node, number: int) -> Node:
    """How the node is used: left out, passed by, enabled by an argument, repeated."""
    flags = [argument.name for argument in graph.arguments if argument.kind == "bool"]
    field, value = of(
        (
            ("bypass", not node.bypass),
            ("mute", not node.mute),
            ("enabled", of((None, *flags), number // 5)),
            ("repeat", of((None, Repeat(2), Repeat(3), Repeat(2, "{name}{i + 1}")), number // 5)),
        ),
        number,
    )
    return replace(node, **{field: value})


def set_name(document: Document, graph: Graph, node: Node, number: int) -> Node:
    return replace(node, name=f"renamed{number % 3}")


EDITS: tuple[Callable[[Document, Graph, Node, int], Node], ...] = (set_argument, set_argument, set_use, set_name)


def edited(document: Document, change: Change) -> Document:
    a, b, c, d = change
    graph = of(document.graphs.values(), a)
    node = of(graph.nodes.values(), b)
    if node is None:
        return document
    if c % 9 == 8 and graph.arguments:  # another default of the graph that it is in
        argument = of(graph.arguments, b)
        if is_formula(argument.default) or not isinstance(argument.default, int | float):
            return document
        kinds = {"bool": d % 2 == 0, "int": 1 + d % 5, "float": d / 1e4}
        arguments = tuple(replace(x, default=kinds.get(x.kind)) if x is argument else x for x in graph.arguments)
        graph = replace(graph, arguments=arguments)
    else:
        graph = replace(graph, nodes={**graph.nodes, node.id: EDITS[c % len(EDITS)](document, graph, node, d)})
    return replace(document, graphs={**document.graphs, graph.name: graph})


def written(document: Document, blocks: Library, before: Elaboration | None) -> list[Source | str]:
    found: list[Source | str] = []
    for source in (model_source, steps_source) if document.recipe is not None else (model_source,):
        try:
            found.append(source(document, blocks, None, before))
        except GenerationError as error:
            found.append(str(error))
    return found


def follow(document: Document, changes: list[Change]) -> int:
    """Make the text after each change, with memory and without; gives how many were sound."""
    found, sound = elaborate(document, library()), 0
    written(document, library(), found)
    for change in changes:
        other = edited(document, change)
        found = elaborate(other, library(), None, found)
        if found.is_sound:
            sound, document = sound + 1, other
            assert written(document, library(), found) == written(document, library(), None)
    return sound


@given(documents(), changes)
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_drawn_documents(document: Document, changes: list[Change]) -> None:
    follow(document, changes)


@pytest.mark.parametrize("name", ["resnet18", "unet", "gpt2"])
@given(changes=changes)
@settings(max_examples=2, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_templates(name: str, changes: list[Change]) -> None:
    follow(templates.load(name), changes)


@given(name=st.sampled_from(list(hostile.CASES)), changes=changes)
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_of_unkind_documents(name: str, changes: list[Change]) -> None:
    follow(hostile.CASES[name](), changes)


INSIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "its constructor needs no size": ("fc", {"bypass": True}),
    "it draws random numbers": ("drop", {"bypass": False}),
    "a layer lacks what the graph around it sets at the start": (
        "fc",
        {"arguments": {"out_features": "=x.features", "bias": False}},
    ),
    "a layer is of another kind": ("fc", {"use": Use(Kind.BLOCK, "Identity"), "arguments": {}}),
    "nothing outside is any other": ("norm", {"bypass": False}),
}


def held_twice() -> Document:
    """A graph that another holds and starts; what comes out of it is what goes in, whatever is in it."""
    part = Drawing("Part")
    x = part.add("norm", "LayerNorm", part.input("x"))
    x = part.add("drop", "Dropout", x)
    part.output("y", part.add("fc", "Linear", x, out_features="=x.features"))
    net = Drawing("Net", initial=[Initial(nodes=("Linear",), parameter="bias", method="zeros_")])
    x = net.input("x")
    first, second = net.add("first", "graph:Part", x), net.add("second", "graph:Part", x)
    drawn = net.add("drawn", "Dropout", x)
    net.output("y", net.add("sum", "Concatenate", second, drawn, first, dim=1))
    document = hostile.document(part, net)
    for node in ("norm", "drop"):
        document = hostile.changed(document, "Part", node, bypass=True)
    return document


@pytest.mark.parametrize("what", INSIDE)
def test_what_an_edit_inside_a_graph_changes_around_it(what: str) -> None:
    """Back and forth: the same comes out of the inner graph, and yet the outer class may have to say something else."""
    start = held_twice()
    node, fields = INSIDE[what]
    part = start.graphs["Part"]
    other = replace(part, nodes={**part.nodes, node: replace(part.nodes[node], **fields)})
    changed = replace(start, graphs={**start.graphs, "Part": other})
    found = elaborate(start, library())
    for document in (start, changed, start, changed):
        found = elaborate(document, library(), None, found)
        assert found.is_sound, found.problems
        assert written(document, library(), found) == written(document, library(), None)
    assert written(start, library(), None) != written(changed, library(), None)
