"""A layered drawing in the making: nodes by number, the layers that they are in, and places for long wires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Size = tuple[float, float]
Point = tuple[float, float]
Pair = tuple[int, int]
Offsets = tuple[float | None, float | None]

MOST_DUMMIES = 4_000
"""Wires may take up so many places in layers that they pass; beyond it the longest go without."""


@dataclass(frozen=True, slots=True)
class Link:
    """A wire between two nodes; where it leaves and enters, from the top of each (None: the middle)."""

    source: str
    target: str
    leaves: float | None = None
    enters: float | None = None


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in the drawing. ``wrap``: wider drawings continue below, in rows of about that
    width at most (0: one row)."""

    column: float = 84.0
    row: float = 34.0
    lane: float = 26.0
    wrap: float = 0.0
    between_rows: float = 90.0


@dataclass(slots=True)
class Links:
    """Links between numbered nodes, without cycles, doubles and loops."""

    pairs: dict[Pair, Offsets]

    @staticmethod
    def between(index: Mapping[str, int], links: Iterable[Link]) -> Links:
        pairs: dict[Pair, Offsets] = {}
        for link in links:
            source, target = index.get(link.source), index.get(link.target)
            if source is not None and target is not None and source != target:
                pairs.setdefault((source, target), (link.leaves, link.enters))
        for source, target in _closing(len(index), pairs):
            leaves, enters = pairs.pop((source, target))
            pairs.setdefault((target, source), (enters, leaves))
        return Links(pairs)


def _closing(count: int, pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs that close a cycle in a depth-first walk, starting where nothing comes in."""
    outgoing: list[list[int]] = [[] for _ in range(count)]
    fed = [False] * count
    for source, target in pairs:
        outgoing[source].append(target)
        fed[target] = True
    state = bytearray(count)  # 0 unseen, 1 on the way, 2 done
    closing: list[Pair] = []
    for start in [*(n for n in range(count) if not fed[n]), *range(count)]:
        if state[start]:
            continue
        state[start] = 1
        way = [(start, iter(outgoing[start]))]
        while way:
            node, rest = way[-1]
            following = next(rest, None)
            if following is None:
                state[node] = 2
                way.pop()
            elif state[following] == 1:
                closing.append((node, following))
            elif not state[following]:
                state[following] = 1
                way.append((following, iter(outgoing[following])))
    return closing


class Drawing:
    """The drawing in the making. Nodes come first in every list, the places of long wires after them."""

    def __init__(self, sizes: list[Size], links: Links, spacing: Spacing) -> None:
        self.sizes = list(sizes)
        self.real = len(sizes)
        self.links = dict(links.pairs)
        self.spacing = spacing
        self.layer_of: list[int] = []
        self.layers: list[list[int]] = []
        self.before: list[list[int]] = []
        self.after: list[list[int]] = []
        self.together: list[list[int]] = []

    def layer(self, first: set[int], last: set[int]) -> None:
        """Longest way from the start; what nothing feeds moves next to what it feeds."""
        before: list[list[int]] = [[] for _ in range(self.real)]
        after: list[list[int]] = [[] for _ in range(self.real)]
        for source, target in self.links:
            before[target].append(source)
            after[source].append(target)
        layers = [0] * self.real
        waiting = [len(sources) for sources in before]
        ready = [node for node in range(self.real) if not waiting[node]]
        for node in ready:  # grows while it is walked: a queue
            for target in after[node]:
                layers[target] = max(layers[target], layers[node] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        for node in reversed(ready):
            if not before[node] and after[node] and node not in first:
                layers[node] = min(layers[target] for target in after[node]) - 1
        end = max(layers, default=0)
        if last and any(node not in last and layers[node] == end for node in range(self.real)):
            end += any(layers[node] == end and after[node] == [] for node in range(self.real) if node not in last)
        for node in last:
            if not after[node]:
                layers[node] = end
        for node in first:
            if not before[node]:
                layers[node] = 0
        self.layer_of = layers

    def split_long_links(self) -> None:
        """Give a wire a place in each layer that it passes."""
        room = MOST_DUMMIES
        links = sorted(self.links, key=lambda pair: self.layer_of[pair[1]] - self.layer_of[pair[0]])
        short: dict[Pair, Offsets] = {}
        for source, target in links:
            leaves, enters = self.links[source, target]
            span = self.layer_of[target] - self.layer_of[source] - 1
            if span <= 0 or span > room:
                short[source, target] = (leaves, enters)
                continue
            room -= span
            previous, offset = source, leaves
            for layer in range(self.layer_of[source] + 1, self.layer_of[target]):
                self.sizes.append((0.0, 0.0))
                self.layer_of.append(layer)
                place = len(self.sizes) - 1
                short[previous, place] = (offset, 0.0)
                previous, offset = place, 0.0
            short[previous, target] = (offset, enters)
        self.links = short
        self.before = [[] for _ in self.sizes]
        self.after = [[] for _ in self.sizes]
        for source, target in short:
            self.before[target].append(source)
            self.after[source].append(target)
