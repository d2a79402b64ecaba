"""What may be taken out of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.core.document import Document, Edge, End, Graph, Kind, Node, Use

Ruin = Callable[[Document], Document]


def with_graph(document: Document, graph: Graph) -> Document:
    return replace(document, graphs={**document.graphs, graph.name: graph})


def with_node(graph: Graph, identity: str, **fields: Any) -> Graph:
    return replace(graph, nodes={**graph.nodes, identity: replace(graph.nodes[identity], **fields)})


def bypassing(graph: str, *nodes: str) -> Ruin:
    """What enters these nodes first comes out of them."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        for node in nodes:
            found = with_node(found, node, bypass=True)
        return with_graph(document, found)

    return ruined


def standing_in(graph: str, node: str, block: str, source: str, target: str, arguments: Mapping[str, Any]) -> Ruin:
    """Another block in a node's place, which gets only what entered its port ``source``, at its own ``target``."""

    def ruined(document: Document) -> Document:
        found = document.graphs[graph]
        made: Node = replace(found.nodes[node], use=Use(Kind.BLOCK, block), arguments=arguments, cases=())
        edges: list[Edge] = []
        for edge in found.edges:
            if edge.target.node != node:
                edges.append(edge)
            elif edge.target.port == source:
                edges.append(replace(edge, target=End(node, target), order=0))
        return with_graph(document, replace(found, nodes={**found.nodes, node: made}, edges=tuple(edges)))

    return ruined


def torch_start(graph: str) -> Ruin:
    """Weights start as torch starts them."""
    return lambda document: with_graph(document, replace(document.graphs[graph], initial=()))


def without_phase(name: str) -> Ruin:
    """One of the phases is left out: what it trains stays as it was drawn."""

    def ruined(document: Document) -> Document:
        assert document.recipe is not None
        stages = tuple(
            replace(stage, phases=tuple(phase for phase in stage.phases if phase.name != name))
            for stage in document.recipe.stages
        )
        presets = {
            key: replace(preset, recipe={k: v for k, v in preset.recipe.items() if f".{name}." not in k})
            for key, preset in document.presets.items()
        }
        return replace(document, recipe=replace(document.recipe, stages=stages), presets=presets)

    return ruined
