"""Where nodes go: a layered drawing from left to right.

Wires that close a cycle are turned round, nodes are put into layers by their longest way from the start, long wires get
a place of their own in each layer that they pass, the order within layers is chosen to cross few wires, and heights are
chosen so that wires run straight. Nothing recurses, nothing is random: the same graph always gives the same picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import ceil
from operator import itemgetter

Size = tuple[float, float]
Point = tuple[float, float]

SWEEPS = 12
STRAIGHTENINGS, STRAIGHT = 40, 0.3
SHORTEST_ROW = 0.35
MOST_TORN, TORN = 6, 0.25
"""So many wires may run from one row to the next, and each beyond the first is worth that share of a row."""
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


def layered(
    sizes: Mapping[str, Size],
    links: Iterable[Link],
    *,
    first: Collection[str] = (),
    last: Collection[str] = (),
    only: Collection[str] | None = None,
    together: Iterable[Collection[str]] = (),
    spacing: Spacing | None = None,
) -> dict[str, Point]:
    """Top left corners by node.

    ``first`` and ``last`` are kept in the first and last layer (a graph's inputs and outputs). ``only`` lays out a
    selection: wires to nodes outside it do not count. ``together`` holds sets of nodes that stay in one row, where
    they fit into one (frames).
    Links to unknown nodes are ignored.
    """
    chosen = [name for name in sizes if only is None or name in only]
    if not chosen:
        return {}
    index = {name: number for number, name in enumerate(chosen)}
    kept = _Links.between(index, links)
    drawing = _Drawing([sizes[name] for name in chosen], kept, spacing or Spacing())
    drawing.layer({index[name] for name in first if name in index}, {index[name] for name in last if name in index})
    drawing.split_long_links()
    drawing.order()
    drawing.together = [[index[name] for name in group if name in index] for group in together]
    points = drawing.points()
    return {name: points[index[name]] for name in chosen}


@dataclass(slots=True)
class _Links:
    """Links between numbered nodes, without cycles, doubles and loops."""

    pairs: dict[tuple[int, int], tuple[float | None, float | None]]

    @staticmethod
    def between(index: Mapping[str, int], links: Iterable[Link]) -> _Links:
        pairs: dict[tuple[int, int], tuple[float | None, float | None]] = {}
        for link in links:
            source, target = index.get(link.source), index.get(link.target)
            if source is not None and target is not None and source != target:
                pairs.setdefault((source, target), (link.leaves, link.enters))
        for source, target in _closing(len(index), pairs):
            leaves, enters = pairs.pop((source, target))
            pairs.setdefault((target, source), (enters, leaves))
        return _Links(pairs)


def _closing(count: int, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs that close a cycle in a depth-first walk, starting where nothing comes in."""
    outgoing: list[list[int]] = [[] for _ in range(count)]
    fed = [False] * count
    for source, target in pairs:
        outgoing[source].append(target)
        fed[target] = True
    state = bytearray(count)  # 0 unseen, 1 on the way, 2 done
    closing: list[tuple[int, int]] = []
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


class _Drawing:
    """The drawing in the making. Nodes come first in every list, the places of long wires after them."""

    def __init__(self, sizes: list[Size], links: _Links, spacing: Spacing) -> None:
        self.sizes = list(sizes)
        self.real = len(sizes)
        self.links = dict(links.pairs)
        self.spacing = spacing
        self.layer_of: list[int] = []
        self.layers: list[list[int]] = []
        self.before: list[list[int]] = []
        self.after: list[list[int]] = []
        self.together: list[list[int]] = []

    # -- layers -------------------------------------------------------------------------------------------------------

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
        short: dict[tuple[int, int], tuple[float | None, float | None]] = {}
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

    # -- order within layers ------------------------------------------------------------------------------------------

    def order(self) -> None:
        """Sweep to and fro, sorting each layer by the middle of its neighbours; keep the order that crosses least."""
        self.layers = [[] for _ in range(max(self.layer_of, default=0) + 1)]
        for node in self._depth_first():
            self.layers[self.layer_of[node]].append(node)
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        idle = 0
        for sweep in range(SWEEPS):
            if fewest == 0 or idle == 4:
                break
            self._sweep(forwards=sweep % 2 == 0)
            crossings = self._crossings()
            idle += 1
            if crossings < fewest:
                best, fewest, idle = [list(layer) for layer in self.layers], crossings, 0
        self.layers = best

    def _depth_first(self) -> list[int]:
        """All nodes, each before what follows it, so that a branch begins where its stem is. The longest way of a
        branch comes first, which keeps a residual's shortcut beside the body and not through it.
        """
        seen = bytearray(len(self.sizes))
        order: list[int] = []
        starts = [node for node in range(len(self.sizes)) if not self.before[node]]
        for start in [*starts, *range(len(self.sizes))]:
            stack = [start]
            while stack:
                node = stack.pop()
                if seen[node]:
                    continue
                seen[node] = 1
                order.append(node)
                stack.extend(sorted(self.after[node], key=lambda following: following < self.real))
        return order

    def _sweep(self, *, forwards: bool) -> None:
        neighbours = self.before if forwards else self.after
        layers = self.layers if forwards else self.layers[::-1]
        for fixed, layer in pairwise(layers):
            place = {node: float(position) for position, node in enumerate(fixed)}
            keys: dict[int, float] = {}
            previous = -1.0
            for node in layer:
                known = [place[other] + self._share(other, node) for other in neighbours[node] if other in place]
                previous = keys[node] = sum(known) / len(known) if known else previous
            layer.sort(key=keys.__getitem__)

    def _share(self, node: int, other: int) -> float:
        """Where at a node, from 0 at its top to below 1, the wire to or from ``other`` is: ports have an order too."""
        height = self.sizes[node][1]
        if not height:
            return 0.5
        leaves, _ = self.links.get((node, other), (None, None))
        _, enters = self.links.get((other, node), (None, None))
        offset = leaves if (node, other) in self.links else enters
        return 0.5 if offset is None else min(max(offset / height, 0.0), 0.99)

    def _crossings(self) -> int:
        """How many pairs of wires between neighbouring layers cross."""
        total = 0
        for layer, following in pairwise(self.layers):
            place = {node: float(position) for position, node in enumerate(following)}
            ends: list[float] = []
            for node in layer:
                leaving = sorted(
                    (self._share(node, target), place[target] + self._share(target, node))
                    for target in self.after[node]
                    if target in place
                )
                for _, wires in groupby(leaving, key=itemgetter(0)):  # wires of one port fan out and do not cross
                    arrivals = [end for _, end in wires]
                    total += sum(len(ends) - bisect_right(ends, end) for end in arrivals)
                    for end in arrivals:
                        insort(ends, end)
        return total

    # -- coordinates --------------------------------------------------------------------------------------------------

    def points(self) -> list[Point]:
        heights = self._heights()
        columns, rows = self._columns()
        bands = self._bands(heights, rows)
        return [
            (columns[self.layer_of[node]], heights[node] + bands[rows[self.layer_of[node]]])
            for node in range(self.real)
        ]

    def _heights(self) -> list[float]:
        """Tops of nodes: sweeps that pull each towards straight wires and keep the distances within a layer."""
        tops = [0.0] * len(self.sizes)
        for layer in self.layers:
            self._place(layer, tops, [float(position) for position in range(len(layer))], [1.0] * len(layer))
        pulls = self._pulls()
        for sweep in range(2 * SWEEPS):
            forwards = sweep % 2 == 0
            both = sweep >= SWEEPS
            for layer in self.layers if forwards else reversed(self.layers):
                wanted, weights = [], []
                for node in layer:
                    total = weight = 0.0
                    for other, offset, pull, is_before in pulls[node]:
                        if both or is_before == forwards:
                            total += (tops[other] + offset) * pull
                            weight += pull
                    wanted.append(total / weight if weight else tops[node])
                    weights.append(weight or 0.05)
                self._place(layer, tops, wanted, weights)
        self._straighten(tops)
        return tops

    def _straighten(self, tops: list[float]) -> None:
        """Bring each run to one height. Sweeps only come near to it: an end that is pulled away bends all of it."""
        runs = self._runs()
        for _ in range(STRAIGHTENINGS):
            wanted = list(tops)
            weights = [0.1] * len(tops)
            bend = 0.0
            for run in runs:
                heights = [tops[node] + anchor for node, anchor in run]
                bend = max(bend, max(heights) - min(heights))
                line = sum(heights) / len(run)
                for node, anchor in run:
                    wanted[node] = line - anchor
                    weights[node] = float(len(run))
            if bend < STRAIGHT:
                return
            for layer in self.layers:
                self._place(layer, tops, [wanted[node] for node in layer], [weights[node] for node in layer])

    def _runs(self) -> list[list[tuple[int, float]]]:
        """Chains whose wires should be straight: of nodes with one way on, and of the places of one long wire. Each
        node comes with the height in it that lies on the line.
        """
        following: dict[int, tuple[int, float]] = {}
        inside: set[int] = set()
        for (source, target), (leaves, enters) in self.links.items():
            if self._is_alone(source, target) and source not in following and target not in inside:
                out = leaves if leaves is not None else self.sizes[source][1] / 2
                into = enters if enters is not None else self.sizes[target][1] / 2
                following[source] = (target, out - into)
                inside.add(target)
        runs = []
        for start in following:
            if start in inside:
                continue
            run, node, anchor = [(start, 0.0)], start, 0.0
            while node in following:
                node, lower = following[node]
                anchor -= lower
                run.append((node, anchor))
            runs.append(run)
        return runs

    def _is_alone(self, source: int, target: int) -> bool:
        """Whether a wire is the one way on: of a node, past long wires that also leave it, or of a long wire."""
        dummies = (source >= self.real) + (target >= self.real)
        if dummies == 1:
            return len(self.after[source]) == len(self.before[target]) == 1
        ways_on = sum(node < self.real for node in self.after[source])
        ways_in = sum(node < self.real for node in self.before[target])
        return dummies == 2 or ways_on == ways_in == 1

    def _pulls(self) -> list[list[tuple[int, float, float, bool]]]:
        """For each node its neighbours: how much lower it wants to be than each, how much, and on which side. The
        inner pieces of a long wire pull most, since a bend in the middle of it is what one sees first.
        """
        pulls: list[list[tuple[int, float, float, bool]]] = [[] for _ in self.sizes]
        for (source, target), (leaves, enters) in self.links.items():
            out = leaves if leaves is not None else self.sizes[source][1] / 2
            into = enters if enters is not None else self.sizes[target][1] / 2
            inner = (source >= self.real) + (target >= self.real)
            branching = max(len(self.after[source]), len(self.before[target]))
            pull = (4.0 if branching == 1 else 1.0, 0.4, 8.0)[inner]
            pulls[target].append((source, out - into, pull, True))
            pulls[source].append((target, into - out, pull, False))
        return pulls

    def _place(self, layer: list[int], tops: list[float], wanted: list[float], weights: list[float]) -> None:
        """The nearest heights to the wanted ones that keep the order and the distances (pooled neighbours)."""
        offsets, offset = [], 0.0
        for position, node in enumerate(layer):
            if position:
                offset += self.sizes[layer[position - 1]][1] + self._gap(layer[position - 1], node)
            offsets.append(offset)
        blocks: list[list[float]] = []  # each: sum of weighted wishes, weight, length
        for want, weight, shift in zip(wanted, weights, offsets, strict=True):
            blocks.append([(want - shift) * weight, weight, 1])
            while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
                top = blocks.pop()
                blocks[-1] = [blocks[-1][0] + top[0], blocks[-1][1] + top[1], blocks[-1][2] + top[2]]
        position = 0
        for total, weight, length in blocks:
            for _ in range(int(length)):
                tops[layer[position]] = total / weight + offsets[position]
                position += 1

    def _gap(self, upper: int, lower: int) -> float:
        return self.spacing.row if upper < self.real and lower < self.real else self.spacing.lane

    def _columns(self) -> tuple[list[float], list[int]]:
        """Left edges of layers, and the row that each is in."""
        widths = [0.0] * len(self.layers)
        for node in range(self.real):
            widths[self.layer_of[node]] = max(widths[self.layer_of[node]], self.sizes[node][0])
        breaks = self._breaks(widths)
        columns, rows = [], []
        x, row = 0.0, 0
        for layer, width in enumerate(widths):
            if layer in breaks:
                x, row = 0.0, row + 1
            columns.append(x)
            rows.append(row)
            x += width + self.spacing.column
        return columns, rows

    def _breaks(self, widths: list[float]) -> set[int]:
        """Layers that begin a new row: places that few wires pass, best one, where rows get about the same length."""
        if not self.spacing.wrap:
            return set()
        passing = [0] * (len(widths) + 1)
        for source, target in self.links:
            for layer in range(self.layer_of[source] + 1, self.layer_of[target] + 1):
                passing[layer] += 1
        for group in self.together:
            layers = [self.layer_of[node] for node in group]
            span = widths[min(layers, default=0) : max(layers, default=0) + 1]
            if sum(span) + len(span) * self.spacing.column > self.spacing.wrap:
                continue  # it is longer than a row itself
            for layer in range(min(layers, default=0) + 1, max(layers, default=0) + 1):
                passing[layer] += MOST_TORN
        narrow = [layer for layer in range(1, len(widths)) if passing[layer] <= MOST_TORN]
        torn = self.spacing.wrap * TORN
        ends = list(accumulate(width + self.spacing.column for width in widths))
        rows = ceil(ends[-1] / self.spacing.wrap)
        breaks: set[int] = set()
        begin = 0
        for row in range(1, rows):
            goal = ends[-1] * row / rows  # rows of like length, so that none is left with a node of its own
            near = [layer for layer in narrow if layer > begin and ends[layer] - ends[begin] > self.spacing.wrap / 4]
            begin = min(
                near, key=lambda layer: abs(ends[layer - 1] - goal) + torn * max(passing[layer] - 1, 0), default=0
            )
            if not begin:
                break
            breaks.add(begin)
        return self._without_stubs(breaks, ends)

    def _without_stubs(self, breaks: set[int], ends: list[float]) -> set[int]:
        """Breaks that leave no row much shorter than the longest: a row of one node is worse than a long one."""
        while breaks:
            edges = [0.0, *(ends[layer - 1] for layer in sorted(breaks)), ends[-1]]
            lengths = [right - left for left, right in pairwise(edges)]
            shortest = min(range(len(lengths)), key=lengths.__getitem__)
            if lengths[shortest] >= SHORTEST_ROW * max(lengths):
                break
            joined = [row for row in (shortest, shortest - 1) if 0 <= row < len(breaks)]
            breaks.remove(sorted(breaks)[min(joined, key=lambda row: lengths[row] + lengths[row + 1])])
        return breaks

    def _bands(self, heights: list[float], rows: list[int]) -> list[float]:
        """How far each row is moved so that rows lie below one another."""
        count = rows[-1] + 1
        tops, bottoms = [float("inf")] * count, [float("-inf")] * count
        for node, top in enumerate(heights):
            row = rows[self.layer_of[node]]
            tops[row] = min(tops[row], top)
            bottoms[row] = max(bottoms[row], top + self.sizes[node][1])
        shifts, y = [], 0.0
        for top, bottom in zip(tops, bottoms, strict=True):
            shifts.append(y - top)
            y += bottom - top + self.spacing.between_rows
        return shifts
