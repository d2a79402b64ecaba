"""Which graphs hold which: what a graph or model reaches, how deep graphs lie within one another, and by which way."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.document import Kind

Reference = tuple[Kind, str]


class Reach:
    """For the graphs and models that each graph's nodes are instances of (``uses``) and each model's graph.

    A graph that a document does not have counts as one that holds nothing.
    """

    def __init__(self, uses: Mapping[str, tuple[Reference, ...]], models: Mapping[str, str]) -> None:
        self.uses = uses
        self.models = models
        self._graphs: dict[str, tuple[Reference, ...]] = {}
        self._models: dict[str, tuple[Reference, ...]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._heights: dict[str, int] = {}

    def reached(self, kind: Kind, name: str) -> tuple[Reference, ...]:
        """The graph or model and all that its nodes are instances of, at any depth, each once."""
        known = self._models if kind is Kind.MODEL else self._graphs
        if name not in known:
            found: dict[Reference, None] = {}
            waiting = [(kind, name)]
            while waiting:
                entry = waiting.pop()
                if entry not in found:
                    found[entry] = None
                    waiting.extend(self._further(*entry)[::-1])
            known[name] = tuple(found)
        return known[name]

    def graphs_in(self, name: str) -> frozenset[str]:
        """Names of the graphs that a graph reaches, itself included."""
        if name not in self._names:
            reached = self.reached(Kind.GRAPH, name)
            self._names[name] = frozenset(name for kind, name in reached if kind is Kind.GRAPH)
        return self._names[name]

    def _further(self, kind: Kind, name: str) -> tuple[Reference, ...]:
        if kind is Kind.MODEL:
            return ((Kind.GRAPH, self.models[name]),) if name in self.models else ()
        return self.uses.get(name, ())

    def _graph_named(self, kind: Kind, name: str) -> tuple[Reference, ...]:
        return self._further(kind, name) if kind is Kind.MODEL else ((kind, name),)

    def _inner(self, name: str) -> list[str]:
        """Graphs that nodes of a graph are instances of, by themselves or as models."""
        return [entry[1] for use in self.uses.get(name, ()) for entry in self._graph_named(*use)]

    def height(self, name: str) -> int:
        """How many graphs are inside one another below this one, itself included; a circle counts once."""
        heights = self._heights
        waiting = [(name, False)]
        while waiting:
            current, is_after = waiting.pop()
            if current not in self.uses:
                heights[current] = 0
            elif is_after:
                heights[current] = 1 + max((heights.get(other, 0) for other in self._inner(current)), default=0)
            elif current not in heights:
                heights[current] = 0
                waiting.append((current, True))
                waiting.extend((other, False) for other in self._inner(current) if other not in heights)
        return heights[name]

    def way(self, start: str, end: str) -> list[str]:
        """The graphs from one to another that it holds, along the shortest way."""
        before: dict[str, str] = {start: ""}
        waiting = [start]
        for current in waiting:  # grows while it is walked
            for name in self._inner(current):
                if name not in before:
                    before[name] = current
                    waiting.append(name)
        way = [end]
        while way[-1] != start and before.get(way[-1]):
            way.append(before[way[-1]])
        return way[::-1]
