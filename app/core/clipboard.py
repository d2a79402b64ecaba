"""Copy, paste and duplicate. A copied selection is text: a small document with the nodes and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from app.core import files
from app.core.changes import Changed, EditError, fresh, graph_of, node_of, refuse_recursion, with_graph
from app.core.code_edits import codes_in, with_codes
from app.core.document import BOUNDARY, Code, Document, End, Graph, GraphLayout, Kind, Node, Use
from app.core.edits import new_id, new_name
from app.core.files import FileError
from app.core.placing import Position, layout_of, with_layout

FRAGMENT = "@selection"
"""The name of the graph that holds a copied selection; no graph of a document can have it."""

STEP = (40.0, 40.0)
"""How far a copy lies from what it was made of."""


def copy(document: Document, graph: str, nodes: Iterable[str]) -> str:
    """The nodes, their wires, places and graphs as text; also the wires that enter them from outside."""
    place = graph_of(document, graph)
    wanted = set(nodes)
    chosen = {identity: node for identity, node in place.nodes.items() if identity in wanted}
    for identity in wanted:
        node_of(place, identity)
    edges = tuple(edge for edge in place.edges if edge.target.node in chosen)
    positions = {key: xy for key, xy in layout_of(document, graph).positions.items() if key in chosen}
    names = needed(document, chosen.values())
    fragment = Document(
        title=graph,
        graphs={
            FRAGMENT: Graph(name=FRAGMENT, nodes=chosen, edges=edges, sequential=place.sequential),
            **{name: found for name, found in document.graphs.items() if name in names},
        },
        codes=codes_needed(
            document, [*chosen.values(), *(n for name in names for n in document.graphs[name].nodes.values())]
        ),
        layout={
            FRAGMENT: GraphLayout(positions),
            **{name: layout for name, layout in document.layout.items() if name in names},
        },
    )
    return files.encode(fragment).decode()


def needed(document: Document, nodes: Iterable[Node]) -> set[str]:
    """Graphs that the nodes are instances of, at any depth."""
    found: set[str] = set()
    waiting = [name for node in nodes for name in graphs_in(document, node)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in document.graphs:
            found.add(name)
            waiting += [inner for node in document.graphs[name].nodes.values() for inner in graphs_in(document, node)]
    return found


def codes_needed(document: Document, nodes: Iterable[Node]) -> dict[str, Code]:
    """The document's own Python that the nodes use."""
    names = set(codes_in(document, nodes)) if document.codes else set()
    return {name: code for name, code in document.codes.items() if name in names}


def graphs_in(document: Document, node: Node) -> list[str]:
    return [use.name for use in node.uses if use.kind is Kind.GRAPH]


def paste(
    document: Document,
    graph: str,
    text: str,
    *,
    at: Position | None = None,
    incoming: bool = False,
) -> Changed:
    """Put a copied selection into a graph, with new ids and names. ``at`` is where its upper left corner goes (without
    it, beside the original); ``incoming`` keeps wires from outside where their sources are here too.
    """
    place = graph_of(document, graph)
    try:
        fragment = files.decode(text.encode("utf-8", "replace"), "the clipboard")
    except FileError as error:
        raise EditError(f"The clipboard holds no nodes of Netloom. Copy some first. ({error})") from error
    selection = fragment.graphs.get(FRAGMENT)
    if selection is None or not selection.nodes:
        raise EditError("The clipboard holds no nodes of Netloom. Copy some first.")
    document, called = with_definitions(document, fragment)
    refuse_recursion(
        document,
        graph,
        [_renamed(use, called) for n in selection.nodes.values() for use in (n.use, *(c.use for c in n.cases))],
    )
    document, ids = _with_nodes(document, place, selection, called)
    edges = [*place.edges]
    for edge in selection.edges:
        if edge.source.node in ids:
            edges.append(
                replace(
                    edge,
                    source=End(ids[edge.source.node], edge.source.port),
                    target=End(ids[edge.target.node], edge.target.port),
                )
            )
        elif incoming and _is_here(document, place, edge.source):
            edges.append(replace(edge, target=End(ids[edge.target.node], edge.target.port)))
    document = with_graph(document, replace(document.graphs[graph], edges=tuple(edges)))
    document = _placed(document, graph, ids, layout_of(fragment, FRAGMENT).positions, at)
    made = tuple(ids.values())
    names = [document.graphs[graph].nodes[identity].name for identity in made]
    return Changed(document, f"paste {names[0]}" if len(made) == 1 else f"paste {len(made)} nodes", made)


def _is_here(document: Document, place: Graph, source: End) -> bool:
    if source.node == BOUNDARY:
        return any(port.name == source.port for port in place.inputs)
    return source.node in place.nodes


def _renamed(use: Use, called: Mapping[str, str]) -> Use:
    return Use(use.kind, called.get(use.name, use.name)) if use.kind is Kind.GRAPH else use


def _renamed_uses(node: Node, called: Mapping[str, str]) -> Node:
    cases = tuple(replace(case, use=_renamed(case.use, called)) for case in node.cases)
    made = replace(node, use=_renamed(node.use, called), cases=cases)
    return node if made == node else made


def with_definitions(document: Document, fragment: Document) -> tuple[Document, dict[str, str]]:
    """The document with the graphs of a fragment, and what they are called in it where their own name is taken: equal
    ones are shared, different ones get a new name. Python comes as it is.
    """
    brought = {name: graph for name, graph in fragment.graphs.items() if name != FRAGMENT}
    document = with_codes(document, fragment.codes)
    called: dict[str, str] = {}
    for name, graph in brought.items():
        if name in document.graphs and document.graphs[name] != graph:
            called[name] = fresh(name, {*document.graphs, *brought, *called.values()})
    # What uses a renamed graph is no longer the same as its namesake here.
    while True:
        more = [
            name for name, graph in brought.items()
            if name not in called and name in document.graphs
            and any(use in called for node in graph.nodes.values() for use in graphs_in(fragment, node))
        ]  # fmt: skip
        if not more:
            break
        for name in more:
            called[name] = fresh(name, {*document.graphs, *brought, *called.values()})
    graphs, layout = dict(document.graphs), dict(document.layout)
    for name, graph in brought.items():
        final = called.get(name, name)
        if final in document.graphs:
            continue
        nodes = {key: _renamed_uses(node, called) for key, node in graph.nodes.items()}
        graphs[final] = replace(graph, name=final, nodes=nodes)
        if name in fragment.layout:
            layout[final] = fragment.layout[name]
    if len(graphs) == len(document.graphs):
        return document, called
    return replace(document, graphs=graphs, layout=layout), called


def _with_nodes(
    document: Document, place: Graph, selection: Graph, called: Mapping[str, str]
) -> tuple[Document, dict[str, str]]:
    """The nodes under new ids and names, ties and shared modules among them kept."""
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    grown = place
    for identity, node in selection.nodes.items():
        if node.name not in names:
            names[node.name] = new_name(grown, node.name)
        ids[identity] = new_id(grown, names[node.name])
        made = replace(_renamed_uses(node, called), id=ids[identity], name=names[node.name])
        grown = replace(grown, nodes={**grown.nodes, made.id: made})
    nodes = dict(grown.nodes)
    for new in ids.values():
        nodes[new] = _tied(nodes[new], ids, names)
    return with_graph(document, replace(grown, nodes=nodes)), ids


def _tied(node: Node, ids: Mapping[str, str], names: Mapping[str, str]) -> Node:
    shares = node.shares and ids.get(node.shares, names.get(node.shares))
    ties = {own: ".".join([names.get(path.split(".")[0], ""), *path.split(".")[1:]]) for own, path in node.ties.items()}
    return replace(node, shares=shares, ties={own: path for own, path in ties.items() if not path.startswith(".")})


def _placed(
    document: Document, graph: str, ids: Mapping[str, str], positions: Mapping[str, Position], at: Position | None
) -> Document:
    known = {ids[key]: xy for key, xy in positions.items() if key in ids}
    if not known:
        return document
    left, top = min(x for x, _ in known.values()), min(y for _, y in known.values())
    dx, dy = STEP if at is None else (at[0] - left, at[1] - top)
    before = layout_of(document, graph)
    moved = {key: (x + dx, y + dy) for key, (x, y) in known.items()}
    return with_layout(document, graph, replace(before, positions={**before.positions, **moved}))


def duplicate(document: Document, graph: str, nodes: Iterable[str], *, incoming: bool = True) -> Changed:
    """Copy and paste in one, beside the original, fed by the same wires."""
    chosen = list(nodes)
    made = paste(document, graph, copy(document, graph, chosen), incoming=incoming)
    place = graph_of(document, graph)
    what = place.nodes[chosen[0]].name if len(chosen) == 1 else f"{len(chosen)} nodes"
    return Changed(made.document, f"duplicate {what}", made.nodes)
