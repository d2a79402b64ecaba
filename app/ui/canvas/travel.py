"""Going from node to node with the arrow keys."""

from __future__ import annotations

from collections.abc import Iterable

from app.ui.canvas.items import NodeCard


def along(here: NodeCard, across: int) -> NodeCard | None:
    """The node that is fed (to the right) or feeds (to the left), nearest in height."""
    wires = [wire for spot in (here.outputs if across > 0 else here.inputs) for wire in spot.connected_pipes]
    ends: list[NodeCard] = [wire.target.card if across > 0 else wire.source.card for wire in wires]
    level = here.rect.center().y()
    return min(ends, key=lambda card: abs(card.rect.center().y() - level), default=None)


def beside(here: NodeCard, down: int, cards: Iterable[NodeCard]) -> NodeCard | None:
    """The nearest node above or below; what is aside counts as farther."""
    centre = here.rect.center()
    beyond = [card for card in cards if (card.rect.center().y() - centre.y()) * down > 8.0]

    def distance(card: NodeCard) -> float:
        offset = card.rect.center() - centre
        return float(abs(offset.y()) + 2.0 * abs(offset.x()))

    return min(beyond, key=distance, default=None)
