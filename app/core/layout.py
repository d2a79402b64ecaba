"""Where nodes go: a layered drawing from left to right.

Wires that close a cycle are turned round, nodes are put into layers by their longest way from the start, long wires get
a place of their own in each layer that they pass, the order within layers is chosen to cross few wires, and heights are
chosen so that wires run straight. Nothing recurses, nothing is random: the same graph always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.core.layout_drawing import Drawing, Link, Links, Point, Size, Spacing
from app.core.layout_heights import heights_of
from app.core.layout_order import put_in_order
from app.core.layout_rows import bands_of, columns_of

__all__ = ["Link", "Point", "Size", "Spacing", "layered"]


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
    kept = Links.between(index, links)
    drawing = Drawing([sizes[name] for name in chosen], kept, spacing or Spacing())
    drawing.layer({index[name] for name in first if name in index}, {index[name] for name in last if name in index})
    drawing.split_long_links()
    put_in_order(drawing)
    drawing.together = [[index[name] for name in group if name in index] for group in together]
    points = _points(drawing)
    return {name: points[index[name]] for name in chosen}


def _points(drawing: Drawing) -> list[Point]:
    heights = heights_of(drawing)
    columns, rows = columns_of(drawing)
    bands = bands_of(drawing, heights, rows)
    layers = drawing.layer_of[: drawing.real]
    return [(columns[layer], heights[node] + bands[rows[layer]]) for node, layer in enumerate(layers)]
