"""An instance of a graph becomes its nodes again, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from app.core import formula
from app.core.changes import (
    Changed,
    EditError,
    formulas_of,
    fresh,
    graph_of,
    names_in,
    node_of,
    rewrite_node,
    rewritten_all,
    with_graph,
    without,
)
from app.core.document import (
    BOUNDARY,
    SELF,
    Document,
    Edge,
    End,
    Frame,
    Graph,
    GraphLayout,
    Initial,
    Kind,
    Node,
    Use,
    Value,
)
from app.core.names import why_not_attribute
from app.core.placing import centre, with_layout
from app.core.structure import users_of


def ungroup(document: Document, graph: str, node: str) -> Changed:
    """Put the nodes of an instance's graph in its place; its arguments' values go into their formulas. A graph that
    nothing else needs goes away.
    """
    place = graph_of(document, graph)
    instance = node_of(place, node)
    inner = _ungroupable(document, place, instance)
    ids, names = _free(place, inner, instance)
    sizes = _sizes(place, inner, instance)
    values = {a.name: instance.arguments.get(a.name, a.default) for a in inner.arguments}

    def rewrite(text: str) -> Value:
        return formula.substitute(text, {**values, **sizes})

    nodes: dict[str, Node] = {}
    for key, other in place.nodes.items():
        if key != node:
            nodes[key] = _lifted_ties(other, instance, names)
            continue
        for old, part in inner.nodes.items():
            made = _outer_ties(rewrite_node(part, rewrite), instance, names)
            shares = part.shares and ids.get(part.shares, names.get(part.shares))
            made = replace(made, id=ids[old], name=names[part.name], shares=shares)
            nodes[ids[old]] = part if made == part else made
    initial = tuple(
        replace(e, nodes=tuple(_path(p, names) for p in e.nodes), arguments=rewritten_all(e.arguments, rewrite))
        for e in inner.initial
    )
    outer = replace(
        place,
        nodes=nodes,
        edges=tuple(_joined(place, inner, instance, ids)),
        initial=(*(_lifted_initial(entry, instance, names) for entry in place.initial), *initial),
    )
    document = _ungrouped_layout(with_graph(document, outer), graph, instance, ids)
    if not users_of(document, inner.name):
        still = any(Use(Kind.GRAPH, inner.name) == part.use for part in outer.nodes.values())
        if not still:
            left = without(document.graphs, inner.name)
            document = replace(document, graphs=left, layout=without(document.layout, inner.name))
    return Changed(document, f"ungroup {instance.name}", tuple(ids.values()))


def _ungroupable(document: Document, place: Graph, node: Node) -> Graph:
    """The graph of an instance that can be taken apart, else EditError."""
    if node.use.kind is not Kind.GRAPH:
        raise EditError(f"“{node.name}” is not an instance of a graph, so there is nothing to take out of it.")
    reasons = {
        "has alternatives": node.cases,
        "is repeated": node.repeat,
        "is scanned": node.scan,
        "has a condition": node.enabled,
        "is bypassed": node.bypass,
        "is muted": node.mute,
        "shares its weights": node.shares or any(n.shares in (node.id, node.name) for n in place.nodes.values()),
        "is wired as a module": place.edges_from(node.id, SELF),
        "has fields that this version does not know": node.unknown,
    }
    for reason, holds in reasons.items():
        if holds:
            raise EditError(f"“{node.name}” {reason}, which its nodes alone cannot say. Change that first.")
    return graph_of(document, node.use.name)


def _free(place: Graph, inner: Graph, instance: Node) -> tuple[dict[str, str], dict[str, str]]:
    """New ids by old ids and new names by old names, kept where they are free."""
    others = {key: node for key, node in place.nodes.items() if key != instance.id}
    taken, used = {node.name for node in others.values()}, set(others)
    names: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key, node in inner.nodes.items():
        if node.name not in names:
            valid = why_not_attribute(node.name, sequential=place.sequential) is None
            names[node.name] = fresh(node.name if valid else f"{instance.name}_{node.name}", taken)
            taken.add(names[node.name])
        ids[key] = fresh(key, used)
        used.add(ids[key])
    return ids, names


def _sizes(place: Graph, inner: Graph, instance: Node) -> dict[str, Value]:
    """What an input's name in a formula becomes: the outer graph's input that feeds it."""
    texts = [text for node in inner.nodes.values() for text in formulas_of(node)]
    texts += [str(v) for e in inner.initial for v in e.arguments.values() if formula.is_formula(v)]
    asked = names_in(texts) & {port.name for port in inner.inputs}
    found: dict[str, Value] = {}
    for name in sorted(asked):
        sources = [edge.source for edge in place.edges_into(instance.id, name)]
        if len(sources) != 1 or sources[0].node != BOUNDARY:
            raise EditError(
                f"Formulas in {inner.name} ask for the size of “{name}”, which {place.name} can name only for its own "
                f"inputs. Write the numbers into these formulas first."
            )
        found[name] = f"={sources[0].port}"
    return found


def _path(path: str, names: Mapping[str, str]) -> str:
    first, dot, rest = path.partition(".")
    return names.get(first, first) + dot + rest


def _outer_ties(node: Node, instance: Node, names: Mapping[str, str]) -> Node:
    """An inner node's ties under the new names, with those that its instance held for it."""
    prefix = f"{node.name}."
    ties = {own: _path(path, names) for own, path in node.ties.items()}
    ties |= {own.removeprefix(prefix): path for own, path in instance.ties.items() if own.startswith(prefix)}
    return node if ties == node.ties else replace(node, ties=ties)


def _lifted_ties(node: Node, instance: Node, names: Mapping[str, str]) -> Node:
    ties = {own: _lifted(path, instance, names) for own, path in node.ties.items()}
    return node if ties == node.ties else replace(node, ties=ties)


def _lifted(path: str, instance: Node, names: Mapping[str, str]) -> str:
    first, _, rest = path.partition(".")
    return _path(rest, names) if first == instance.name and rest else path


def _lifted_initial(entry: Initial, instance: Node, names: Mapping[str, str]) -> Initial:
    paths = tuple(_lifted(path, instance, names) for path in entry.nodes)
    return entry if paths == entry.nodes else replace(entry, nodes=paths)


def _joined(place: Graph, inner: Graph, instance: Node, ids: Mapping[str, str]) -> list[Edge]:
    """The wires of both graphs, joined where they met at the instance's ports."""
    entering: dict[str, End] = {e.target.port: e.source for e in place.edges if e.target.node == instance.id}
    leaving = {edge.target.port: edge.source for edge in inner.edges if edge.target.node == BOUNDARY}

    def outside(end: End) -> End | None:
        """Where an inner wire comes from, seen from outside."""
        return entering.get(end.port) if end.node == BOUNDARY else End(ids.get(end.node, end.node), end.port)

    edges: list[Edge] = []
    done = False
    for edge in place.edges:
        if instance.id in (edge.target.node, edge.source.node) and not done:
            done = True
            for wire in inner.edges:
                source = outside(wire.source)
                if wire.target.node != BOUNDARY and source is not None:
                    edges.append(
                        replace(
                            wire,
                            source=source,
                            target=End(ids.get(wire.target.node, wire.target.node), wire.target.port),
                        )
                    )
        if edge.target.node == instance.id:
            continue
        if edge.source.node != instance.id:
            edges.append(edge)
            continue
        source = outside(leaving[edge.source.port]) if edge.source.port in leaving else None
        if source is not None:
            edges.append(replace(edge, source=source))
    if not done:
        edges += [
            replace(
                wire,
                source=End(ids[wire.source.node], wire.source.port),
                target=End(ids[wire.target.node], wire.target.port),
            )
            for wire in inner.edges
            if wire.source.node in ids and wire.target.node in ids
        ]
    return edges


def _ungrouped_layout(document: Document, graph: str, instance: Node, ids: Mapping[str, str]) -> Document:
    outer, inner = document.layout.get(graph), document.layout.get(instance.use.name)
    if outer is None:
        return document
    positions = without(outer.positions, instance.id)
    frames = [_unpacked(frame, instance.id, list(ids.values())) for frame in outer.frames]
    if inner is not None:
        own = {key: xy for key, xy in inner.positions.items() if key in ids}
        (cx, cy), (x, y) = centre(own.values()), outer.positions.get(instance.id, centre(own.values()))
        positions |= {ids[key]: (px - cx + x, py - cy + y) for key, (px, py) in own.items()}
        frames += [replace(f, nodes=tuple(ids[node] for node in f.nodes if node in ids)) for f in inner.frames]
    return with_layout(document, graph, GraphLayout(positions, tuple(frame for frame in frames if frame.nodes)))


def _unpacked(frame: Frame, instance: str, nodes: Sequence[str]) -> Frame:
    if instance not in frame.nodes:
        return frame
    return replace(frame, nodes=tuple(n for node in frame.nodes for n in (nodes if node == instance else [node])))
