"""The topology of one graph, worked out once for as long as its wires stay the same."""

from __future__ import annotations

from copy import copy

from app.core.document import BOUNDARY, SELF, Graph, Kind, Node


class Feed:
    """What enters a node: source (node id, port) of every wire, and the node's port that each wire enters."""

    __slots__ = ("ports", "sources")

    def __init__(self, sources: tuple[tuple[str, str], ...], ports: tuple[str, ...]) -> None:
        self.sources = sources
        self.ports = ports


Wire = tuple[int, str]
"""Where a wire comes from: the position of a node in the order (-1: the graph's own inputs), and the port."""


class Plan:
    """Order of evaluation and who feeds whom. ``order`` holds the nodes that can be evaluated; ``cyclic`` the rest.

    By position in the order: ``wires`` into a node, the ``only`` wire of a node that has just one, and ``consumers``,
    the positions of the nodes that a node feeds.
    """

    __slots__ = (
        "boundary_consumers",
        "consumers",
        "cyclic",
        "edges",
        "feeds",
        "ids",
        "instances",
        "module_nodes",
        "only",
        "order",
        "outputs",
        "position",
        "tied",
        "wires",
    )

    def __init__(self, graph: Graph) -> None:
        self.edges = graph.edges
        self.ids = tuple(graph.nodes)
        incoming: dict[str, list[tuple[int, int, str, str, str]]] = {identity: [] for identity in graph.nodes}
        self.outputs: dict[str, tuple[str, str]] = {}
        self.module_nodes: set[str] = set()
        for position, edge in enumerate(graph.edges):
            source, target = edge.source, edge.target
            if source.node != BOUNDARY and source.node not in graph.nodes:
                continue
            if source.port == SELF and source.node != BOUNDARY:
                self.module_nodes.add(source.node)
            if target.node == BOUNDARY:
                self.outputs[target.port] = (source.node, source.port)
            elif target.node in incoming:
                incoming[target.node].append((edge.order, position, target.port, source.node, source.port))
        self.feeds: dict[str, Feed] = {}
        for identity, wires in incoming.items():
            wires.sort()
            self.feeds[identity] = Feed(tuple((w[3], w[4]) for w in wires), tuple(w[2] for w in wires))
        self._sort()
        self.look_at(graph)

    def _sort(self) -> None:
        """Kahn's order, stable in document order."""
        consumers: dict[str, list[str]] = {identity: [] for identity in self.ids}
        boundary: list[tuple[str, str]] = []
        waiting: dict[str, int] = {}
        for identity, feed in self.feeds.items():
            sources = {node for node, _ in feed.sources}
            for node, port in feed.sources:
                if node == BOUNDARY:
                    boundary.append((port, identity))
            sources.discard(BOUNDARY)
            waiting[identity] = len(sources)
            for node in sources:
                consumers[node].append(identity)
        ready = [identity for identity in self.ids if not waiting[identity]]
        order: list[str] = []
        for identity in ready:  # grows while it is walked
            order.append(identity)
            for consumer in consumers[identity]:
                waiting[consumer] -= 1
                if not waiting[consumer]:
                    ready.append(consumer)
        self.order = tuple(order)
        self.position = {identity: position for position, identity in enumerate(order)}
        self.cyclic = tuple(identity for identity in self.ids if identity not in self.position)
        position = self.position | {BOUNDARY: -1}
        self.wires = [
            tuple((position[node], port) for node, port in self.feeds[identity].sources) for identity in order
        ]
        self.only: list[Wire | None] = [wires[0] if len(wires) == 1 else None for wires in self.wires]
        self.consumers = [tuple(position[c] for c in consumers[identity] if c in position) for identity in order]
        self.boundary_consumers: dict[str, tuple[int, ...]] = {}
        for port, identity in boundary:
            if identity in self.position:
                known = self.boundary_consumers.get(port, ())
                self.boundary_consumers[port] = (*known, self.position[identity])

    def looked_at_again(self, graph: Graph) -> Plan:
        """The same topology for a graph whose nodes look different from outside."""
        plan = copy(self)
        plan.look_at(graph)
        return plan

    def look_at(self, graph: Graph) -> None:
        """Note which nodes are instances of graphs and which are tied: this may change while the wires stay."""
        self.instances = tuple(identity for identity, node in graph.nodes.items() if _has_instance(node))
        self.tied = tuple(identity for identity, node in graph.nodes.items() if node.ties or node.shares)


def _has_instance(node: Node) -> bool:
    return any(use.kind is not Kind.BLOCK for use in node.uses)


def references(graph: Graph) -> tuple[tuple[Kind, str], ...]:
    """The graphs and models that nodes of this graph are instances of, each once."""
    found: dict[tuple[Kind, str], None] = {}
    for node in graph.nodes.values():
        for use in node.uses:
            if use.kind is not Kind.BLOCK:
                found[(use.kind, use.name)] = None
    return tuple(found)
