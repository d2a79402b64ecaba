"""The order of nodes within layers: chosen so that few wires cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import groupby, pairwise
from operator import itemgetter

from app.core.layout_drawing import Drawing

SWEEPS = 12


def put_in_order(drawing: Drawing) -> None:
    """Sweep to and fro, sorting each layer by the middle of its neighbours; keep the order that crosses least."""
    drawing.layers = [[] for _ in range(max(drawing.layer_of, default=0) + 1)]
    for node in _depth_first(drawing):
        drawing.layers[drawing.layer_of[node]].append(node)
    best, fewest = [list(layer) for layer in drawing.layers], _crossings(drawing)
    idle = 0
    for sweep in range(SWEEPS):
        if fewest == 0 or idle == 4:
            break
        _sweep(drawing, forwards=sweep % 2 == 0)
        crossings = _crossings(drawing)
        idle += 1
        if crossings < fewest:
            best, fewest, idle = [list(layer) for layer in drawing.layers], crossings, 0
    drawing.layers = best


def _depth_first(drawing: Drawing) -> list[int]:
    """All nodes, each before what follows it, so that a branch begins where its stem is. The longest way of a
    branch comes first, which keeps a residual's shortcut beside the body and not through it.
    """
    seen = bytearray(len(drawing.sizes))
    order: list[int] = []
    starts = [node for node in range(len(drawing.sizes)) if not drawing.before[node]]
    for start in [*starts, *range(len(drawing.sizes))]:
        stack = [start]
        while stack:
            node = stack.pop()
            if seen[node]:
                continue
            seen[node] = 1
            order.append(node)
            stack.extend(sorted(drawing.after[node], key=lambda following: following < drawing.real))
    return order


def _sweep(drawing: Drawing, *, forwards: bool) -> None:
    neighbours = drawing.before if forwards else drawing.after
    layers = drawing.layers if forwards else drawing.layers[::-1]
    for fixed, layer in pairwise(layers):
        place = {node: float(position) for position, node in enumerate(fixed)}
        keys: dict[int, float] = {}
        previous = -1.0
        for node in layer:
            known = [place[other] + _share(drawing, other, node) for other in neighbours[node] if other in place]
            previous = keys[node] = sum(known) / len(known) if known else previous
        layer.sort(key=keys.__getitem__)


def _share(drawing: Drawing, node: int, other: int) -> float:
    """Where at a node, from 0 at its top to below 1, the wire to or from ``other`` is: ports have an order too."""
    height = drawing.sizes[node][1]
    if not height:
        return 0.5
    leaves, _ = drawing.links.get((node, other), (None, None))
    _, enters = drawing.links.get((other, node), (None, None))
    offset = leaves if (node, other) in drawing.links else enters
    return 0.5 if offset is None else min(max(offset / height, 0.0), 0.99)


def _crossings(drawing: Drawing) -> int:
    """How many pairs of wires between neighbouring layers cross."""
    total = 0
    for layer, following in pairwise(drawing.layers):
        place = {node: float(position) for position, node in enumerate(following)}
        ends: list[float] = []
        for node in layer:
            leaving = sorted(
                (_share(drawing, node, target), place[target] + _share(drawing, target, node))
                for target in drawing.after[node]
                if target in place
            )
            for _, wires in groupby(leaving, key=itemgetter(0)):  # wires of one port fan out and do not cross
                arrivals = [end for _, end in wires]
                total += sum(len(ends) - bisect_right(ends, end) for end in arrivals)
                for end in arrivals:
                    insort(ends, end)
    return total
