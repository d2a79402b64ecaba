"""Long drawings continue below, in rows: where a row breaks, and where its columns and the row itself lie."""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import ceil

from app.core.layout_drawing import Drawing

SHORTEST_ROW = 0.35
MOST_TORN, TORN = 6, 0.25
"""So many wires may run from one row to the next, and each beyond the first is worth that share of a row."""


def columns_of(drawing: Drawing) -> tuple[list[float], list[int]]:
    """Left edges of layers, and the row that each is in."""
    widths = [0.0] * len(drawing.layers)
    for node in range(drawing.real):
        widths[drawing.layer_of[node]] = max(widths[drawing.layer_of[node]], drawing.sizes[node][0])
    breaks = _breaks(drawing, widths)
    columns, rows = [], []
    x, row = 0.0, 0
    for layer, width in enumerate(widths):
        if layer in breaks:
            x, row = 0.0, row + 1
        columns.append(x)
        rows.append(row)
        x += width + drawing.spacing.column
    return columns, rows


def _breaks(drawing: Drawing, widths: list[float]) -> set[int]:
    """Layers that begin a new row: places that few wires pass, best one, where rows get about the same length."""
    if not drawing.spacing.wrap:
        return set()
    passing = [0] * (len(widths) + 1)
    for source, target in drawing.links:
        for layer in range(drawing.layer_of[source] + 1, drawing.layer_of[target] + 1):
            passing[layer] += 1
    for group in drawing.together:
        layers = [drawing.layer_of[node] for node in group]
        span = widths[min(layers, default=0) : max(layers, default=0) + 1]
        if sum(span) + len(span) * drawing.spacing.column > drawing.spacing.wrap:
            continue  # it is longer than a row itself
        for layer in range(min(layers, default=0) + 1, max(layers, default=0) + 1):
            passing[layer] += MOST_TORN
    narrow = [layer for layer in range(1, len(widths)) if passing[layer] <= MOST_TORN]
    torn = drawing.spacing.wrap * TORN
    ends = list(accumulate(width + drawing.spacing.column for width in widths))
    rows = ceil(ends[-1] / drawing.spacing.wrap)
    breaks: set[int] = set()
    begin = 0
    for row in range(1, rows):
        goal = ends[-1] * row / rows  # rows of like length, so that none is left with a node of its own
        near = [layer for layer in narrow if layer > begin and ends[layer] - ends[begin] > drawing.spacing.wrap / 4]
        begin = min(near, key=lambda layer: abs(ends[layer - 1] - goal) + torn * max(passing[layer] - 1, 0), default=0)
        if not begin:
            break
        breaks.add(begin)
    return _without_stubs(breaks, ends)


def _without_stubs(breaks: set[int], ends: list[float]) -> set[int]:
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


def bands_of(drawing: Drawing, heights: list[float], rows: list[int]) -> list[float]:
    """How far each row is moved so that rows lie below one another."""
    count = rows[-1] + 1
    tops, bottoms = [float("inf")] * count, [float("-inf")] * count
    for node, top in enumerate(heights):
        row = rows[drawing.layer_of[node]]
        tops[row] = min(tops[row], top)
        bottoms[row] = max(bottoms[row], top + drawing.sizes[node][1])
    shifts, y = [], 0.0
    for top, bottom in zip(tops, bottoms, strict=True):
        shifts.append(y - top)
        y += bottom - top + drawing.spacing.between_rows
    return shifts
