"""Edits of where things lie: positions and frames. Nothing else of a document changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from app.core.changes import Changed, EditError, graph_of, node_of, stored, without
from app.core.document import Document, Frame, GraphLayout

Position = tuple[float, float]


def layout_of(document: Document, graph: str) -> GraphLayout:
    return document.layout.get(graph, GraphLayout())


def with_layout(document: Document, graph: str, layout: GraphLayout) -> Document:
    return replace(document, layout={**document.layout, graph: layout})


def moved_to(document: Document, graph: str, positions: Mapping[str, Position]) -> Document:
    before = layout_of(document, graph)
    places = {key: (float(stored(x, key)), float(stored(y, key))) for key, (x, y) in positions.items()}
    return with_layout(document, graph, replace(before, positions={**before.positions, **places}))


def forget_layout(document: Document, graph: str, nodes: Collection[str]) -> Document:
    before = document.layout.get(graph)
    if before is None:
        return document
    frames = tuple(
        replace(frame, nodes=tuple(node for node in frame.nodes if node not in nodes)) for frame in before.frames
    )
    frames = tuple(frame for frame in frames if frame.nodes)
    return with_layout(document, graph, GraphLayout(without(before.positions, *nodes), frames))


def centre(positions: Iterable[Position]) -> Position:
    known = list(positions)
    return (sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)) if known else (0.0, 0.0)


def move_nodes(document: Document, graph: str, positions: Mapping[str, Position]) -> Changed:
    """Put nodes (or ``@in:x``, ``@out:y``) somewhere else; nothing but the layout changes."""
    place = graph_of(document, graph)
    if not positions:
        return Changed(document, "move nothing")
    names = [place.nodes[key].name if key in place.nodes else key.partition(":")[2] or key for key in positions]
    label = f"move {names[0]}" if len(names) == 1 else f"move {len(names)} nodes"
    known = layout_of(document, graph).positions
    if all(known.get(key) == place for key, place in positions.items()):
        return Changed(document, label)
    return Changed(moved_to(document, graph, positions), label)


def set_frame(document: Document, graph: str, frame: Frame, index: int | None = None) -> Changed:
    """Draw a frame around nodes, or change the ``index``-th."""
    place = graph_of(document, graph)
    for node in frame.nodes:
        node_of(place, node)
    if not frame.nodes:
        raise EditError("A frame is drawn around nodes. Select some first.")
    before = layout_of(document, graph)
    frames = list(before.frames)
    if index is None:
        frames.append(frame)
    elif 0 <= index < len(frames):
        frames[index] = frame
    else:
        raise EditError("That frame is no longer there.")
    made = with_layout(document, graph, replace(before, frames=tuple(frames)))
    return Changed(made, f"frame {frame.title}".rstrip())


def remove_frame(document: Document, graph: str, index: int) -> Changed:
    """Take a frame away; what is in it stays."""
    before = layout_of(document, graph)
    if not 0 <= index < len(before.frames):
        raise EditError("That frame is no longer there.")
    frames = (*before.frames[:index], *before.frames[index + 1 :])
    return Changed(with_layout(document, graph, replace(before, frames=frames)), "remove frame")
