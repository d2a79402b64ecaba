"""How high each node lies: so that wires run straight and nodes of a layer keep their distances."""

from __future__ import annotations

from app.core.layout_drawing import Drawing

SWEEPS = 24
STRAIGHTENINGS, STRAIGHT = 40, 0.3


def heights_of(drawing: Drawing) -> list[float]:
    """Tops of nodes: sweeps that pull each towards straight wires and keep the distances within a layer."""
    tops = [0.0] * len(drawing.sizes)
    for layer in drawing.layers:
        _place(drawing, layer, tops, [float(position) for position in range(len(layer))], [1.0] * len(layer))
    pulls = _pulls(drawing)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        both = sweep >= SWEEPS // 2
        for layer in drawing.layers if forwards else reversed(drawing.layers):
            wanted, weights = [], []
            for node in layer:
                total = weight = 0.0
                for other, offset, pull, is_before in pulls[node]:
                    if both or is_before == forwards:
                        total += (tops[other] + offset) * pull
                        weight += pull
                wanted.append(total / weight if weight else tops[node])
                weights.append(weight or 0.05)
            _place(drawing, layer, tops, wanted, weights)
    _straighten(drawing, tops)
    return tops


def _straighten(drawing: Drawing, tops: list[float]) -> None:
    """Bring each run to one height. Sweeps only come near to it: an end that is pulled away bends all of it."""
    runs = _runs(drawing)
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
        for layer in drawing.layers:
            _place(drawing, layer, tops, [wanted[node] for node in layer], [weights[node] for node in layer])


def _runs(drawing: Drawing) -> list[list[tuple[int, float]]]:
    """Chains whose wires should be straight: of nodes with one way on, and of the places of one long wire. Each
    node comes with the height in it that lies on the line.
    """
    following: dict[int, tuple[int, float]] = {}
    inside: set[int] = set()
    for (source, target), (leaves, enters) in drawing.links.items():
        if _is_alone(drawing, source, target) and source not in following and target not in inside:
            out = leaves if leaves is not None else drawing.sizes[source][1] / 2
            into = enters if enters is not None else drawing.sizes[target][1] / 2
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


def _is_alone(drawing: Drawing, source: int, target: int) -> bool:
    """Whether a wire is the one way on: of a node, past long wires that also leave it, or of a long wire."""
    dummies = (source >= drawing.real) + (target >= drawing.real)
    if dummies == 1:
        return len(drawing.after[source]) == len(drawing.before[target]) == 1
    ways_on = sum(node < drawing.real for node in drawing.after[source])
    ways_in = sum(node < drawing.real for node in drawing.before[target])
    return dummies == 2 or ways_on == ways_in == 1


def _pulls(drawing: Drawing) -> list[list[tuple[int, float, float, bool]]]:
    """For each node its neighbours: how much lower it wants to be than each, how much, and on which side. The
    inner pieces of a long wire pull most, since a bend in the middle of it is what one sees first.
    """
    pulls: list[list[tuple[int, float, float, bool]]] = [[] for _ in drawing.sizes]
    for (source, target), (leaves, enters) in drawing.links.items():
        out = leaves if leaves is not None else drawing.sizes[source][1] / 2
        into = enters if enters is not None else drawing.sizes[target][1] / 2
        inner = (source >= drawing.real) + (target >= drawing.real)
        branching = max(len(drawing.after[source]), len(drawing.before[target]))
        pull = (4.0 if branching == 1 else 1.0, 0.4, 8.0)[inner]
        pulls[target].append((source, out - into, pull, True))
        pulls[source].append((target, into - out, pull, False))
    return pulls


def _place(drawing: Drawing, layer: list[int], tops: list[float], wanted: list[float], weights: list[float]) -> None:
    """The nearest heights to the wanted ones that keep the order and the distances (pooled neighbours)."""
    offsets, offset = [], 0.0
    for position, node in enumerate(layer):
        if position:
            offset += drawing.sizes[layer[position - 1]][1] + _gap(drawing, layer[position - 1], node)
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


def _gap(drawing: Drawing, upper: int, lower: int) -> float:
    return drawing.spacing.row if upper < drawing.real and lower < drawing.real else drawing.spacing.lane
