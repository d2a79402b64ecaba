"""The canvas's part about where things lie: places that are asked for, and the way there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from app.core.document import Edge
from app.ui.canvas import arranging
from app.ui.canvas.arranging import TYPICAL, Side
from app.ui.canvas.asking import Asking
from app.ui.canvas.callout import Callout
from app.ui.canvas.gliding import Glide
from app.ui.canvas.items import NodeCard
from app.ui.canvas.minimap import Minimap
from app.ui.canvas.placing import Position, free_place, layout_of
from app.ui.canvas.shown import Shown, WireKey
from app.ui.canvas.view import EMPTY, GraphView
from app.ui.canvas.viewer import Viewer
from app.ui.canvas.wires import Wire


class Moving(Asking):
    """What lies where. Nothing is moved for good but by the document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: GraphView = EMPTY
        self.viewer = Viewer()
        self._shown = Shown(self.viewer)
        self._glide = Glide(self.viewer)
        self._minimap = Minimap(self.viewer)
        self.callout = Callout(self.viewer)

    @property
    def _cards(self) -> dict[str, NodeCard]:
        return self._shown.cards

    @property
    def _wires(self) -> dict[WireKey, Wire]:
        return self._shown.wires

    def layout_of(self, ids: Collection[str] | None = None) -> dict[str, Position]:
        """Places for all nodes or some, in layers from left to right."""
        return layout_of(self._shown.drawn(), ids)

    def tidy(self, ids: Collection[str] | None = None) -> None:
        """Ask for a tidy layout of all nodes, or of these where they are."""
        self._glide_to(arranging.tidied(self._shown.drawn(), ids))

    def align(self, ids: Iterable[str], side: Side) -> None:
        """Ask for nodes to be lined up."""
        self._glide_to(arranging.aligned(self._rects(ids), side))

    def distribute(self, ids: Iterable[str], *, across: bool) -> None:
        """Ask for equal gaps between nodes."""
        self._glide_to(arranging.distributed(self._rects(ids), across=across))

    def in_a_row(self, ids: Iterable[str]) -> list[tuple[str, str]]:
        """Neighbours among these nodes, as they lie from left to right."""
        return arranging.in_a_row(self._rects(ids))

    def middle_of(self, edge: Edge) -> Position:
        """The middle of a wire."""
        wire = next((wire for wire in self._wires.values() if wire.view.edge == edge), None)
        middle = wire.path().pointAtPercent(0.5) if wire is not None else self.viewer.visible_rect().center()
        return middle.x(), middle.y()

    def room_on(self, edge: Edge, at: Position) -> tuple[Position, dict[str, Position]]:
        """Where a new node goes that is let go on a wire, and where those go that make room for it."""
        wire = next((wire for wire in self._wires.values() if wire.view.edge == edge), None)
        return arranging.room_on(wire, self._cards, QPointF(*at)) if wire is not None else (at, {})

    def free_place(self, at: Position, ignoring: Collection[str] = ()) -> Position:
        """Where a new node goes that is wanted at a place, so that it covers no other (these excepted)."""
        taken = [card.rect for identity, card in self._cards.items() if identity not in ignoring]
        return free_place(at, TYPICAL, taken)

    def chosen_places(self) -> Mapping[str, Position]:
        """Places that the canvas chose itself, and that the first edit of a place has to keep."""
        return self._shown.places.chosen(self._view.name)

    def _rects(self, ids: Iterable[str]) -> dict[str, QRectF]:
        return {identity: self._cards[identity].rect for identity in ids if identity in self._cards}

    def _glide_to(self, found: Mapping[str, Position]) -> None:
        with self.gliding():
            self._report_moves(found)

    @contextmanager
    def gliding(self) -> Iterator[None]:
        """Nodes that an edit moves meanwhile glide to where they are then."""
        self._glide.settle()
        before = {card: (card.x(), card.y()) for card in self._cards.values()}
        yield
        self._glide.begin(before)

    @property
    def is_gliding(self) -> bool:
        """Whether nodes are still on their way to where an edit has put them."""
        return self._glide.is_under_way

    def position_of(self, identity: str) -> Position | None:
        """Where a node lies."""
        card = self._cards.get(identity)
        return (card.x(), card.y()) if card is not None else None

    def _put_on(self, card: NodeCard, wire: Wire) -> None:
        """A node was let go on a wire: it goes onto its line, and others make room."""
        place, others = arranging.room_on(wire, self._cards, card.rect.center(), card)
        with self.gliding():
            places = {**self.chosen_places(), **others, card.id: place}
            self.insert_asked.emit(card.id, wire.view.edge, places)
            self._settle()

    def _report_moves(self, found: Mapping[str, Position]) -> None:
        if found:
            self.moved.emit({**self.chosen_places(), **found})
            self._settle()

    def _settle(self) -> None:
        """What no edit took up goes back to where the document has it."""
        if self._shown.put(self._view):
            self.viewer.reroute()
        else:
            self.viewer.reroute_a_few()
        self._minimap.refresh()
        self.callout.refresh()
