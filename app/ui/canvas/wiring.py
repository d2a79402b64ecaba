"""Dragging wires: from ports, off ports, by their lines; which ports fit, and why the others do not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QLabel

from app.ui.canvas.frames import FrameBox
from app.ui.canvas.gestures import Judge, WireDrag, anything_goes
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.sight import Sight
from app.ui.canvas.wires import Wire
from app.ui.theme import Theme

SNAP = 16.0
DRAG_FROM = 5


class Wiring(Sight):
    """The viewer's part about wires. NodeGraphQt deletes a wire when its port is pressed; here it is only lifted."""

    wire_dropped = Signal(object, object)
    """WireDrag, and the PortSpot that it was dropped on or None."""

    def __init__(self) -> None:
        self.drag: WireDrag | None = None
        self.judge: Judge = anything_goes
        self._start_port: PortSpot | None = None
        self._pressed_wire: Wire | None = None
        self._over: Wire | None = None
        self._drop_at = (0.0, 0.0)
        super().__init__()
        self._hint = QLabel(self.viewport())
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setWordWrap(True)
        self._hint.hide()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._hint.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.error};"
            " border-radius: 5px; padding: 5px 8px;"
        )

    # -- a node over a wire -------------------------------------------------------------------------------------------

    def _mark_insertion(self, held: list[NodeCard]) -> None:
        """While one unwired node is dragged: mark the wire below its middle."""
        card = held[0] if len(held) == 1 else None
        if card is None or card not in self._node_positions or card.wires() or not (card.inputs and card.outputs):
            self.mark(None)
            return
        centre = card.rect.center()
        area = QRectF(centre.x() - 12, centre.y() - 10, 24, 20)
        self.mark(next((item for item in self.scene().items(area) if isinstance(item, Wire)), None))

    def mark(self, wire: Wire | None) -> None:
        """Mark the wire that what is held would go into."""
        if wire is not self._over:
            if self._over is not None:
                self._over.mark(False)
            if wire is not None:
                wire.mark(True)
            self._over = wire

    @property
    def marked(self) -> Wire | None:
        return self._over

    # -- a wire on the cursor -----------------------------------------------------------------------------------------

    def sceneMousePressEvent(self, event: Any) -> None:  # noqa: N802
        if self.ALT_state or self.drag is not None or event.button() != Qt.MouseButton.LeftButton:
            return
        pos = event.scenePos()
        spot = self.port_at(pos)
        if spot is not None:
            wires = spot.connected_pipes
            if spot.is_input and wires and spot.view.wired:
                self._hold(WireDrag(wires[-1].source, self.judge, wires[-1]), pos)
            else:
                self._hold(WireDrag(spot, self.judge), pos)
            return
        for item in self._items_near(pos):
            if isinstance(item, NodeCard | FrameBox):
                return
            if isinstance(item, Wire):
                self._pressed_wire = item
                return

    def start_live_connection(self, selected_port: Any) -> None:
        """NodeGraphQt would pull a second wire out of one with Shift; here that key only extends the selection."""

    def _lift(self, wire: Wire, pos: QPointF) -> None:
        """Pick up the end of a wire that is nearer."""
        self._pressed_wire = None
        near_target = (wire.target.centre - pos).manhattanLength() <= (wire.source.centre - pos).manhattanLength()
        self._hold(WireDrag(wire.source if near_target else wire.target, self.judge, wire), pos)

    def _hold(self, drag: WireDrag, pos: QPointF) -> None:
        self.drag = drag
        self._start_port = drag.fixed  # NodeGraphQt looks here
        self._rubber_band.isActive = False
        if drag.lifted is not None:
            drag.lifted.setVisible(False)
        seen = self.visible_rect()
        drag.light(item for item in self.scene().items(seen) if isinstance(item, NodeCard))
        self._LIVE_PIPE.stretch(drag.fixed, pos, refused=False, fits=False)
        self._LIVE_PIPE.setVisible(True)

    def sceneMouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        drag = self.drag
        if drag is None:
            return
        pos = event.scenePos()
        over = self.port_at(pos, SNAP)
        if over is None or over is drag.fixed:
            self._LIVE_PIPE.stretch(drag.fixed, pos, refused=False, fits=False)
            self._say("")
            return
        reason = drag.refusal(over)
        self._LIVE_PIPE.stretch(drag.fixed, over.centre, refused=reason is not None, fits=reason is None)
        self._say(reason or "", self.mapFromScene(pos))

    def _say(self, text: str, at: QPoint | None = None) -> None:
        """A sentence beside the cursor, inside the viewport."""
        if not text or at is None:
            self._hint.hide()
            return
        self._hint.setText(text)
        self._hint.setFixedWidth(min(320, self._hint.fontMetrics().horizontalAdvance(text) + 24))
        self._hint.setFixedHeight(self._hint.heightForWidth(self._hint.width()))
        room = self.viewport().rect().size() - self._hint.size()
        self._hint.move(max(0, min(at.x() + 16, room.width())), max(0, min(at.y() + 18, room.height())))
        self._hint.show()
        self._hint.raise_()

    @property
    def hint(self) -> str:
        """The sentence beside the cursor, if there is one."""
        return self._hint.text() if self._hint.isVisible() else ""

    def apply_live_connection(self, event: Any) -> None:
        """The wire is let go."""
        drag = self.drag
        if drag is None:
            return
        pos = event.scenePos()
        over = self.port_at(pos, SNAP)
        moved = (self.mapFromScene(pos) - self._origin_pos).manhattanLength() > DRAG_FROM
        self.drop_wire()
        if moved:
            self._drop_at = (pos.x(), pos.y())
            self.wire_dropped.emit(drag, over)

    def drop_wire(self) -> None:
        """Let go of the wire; one that was picked up is back where it was until the document says otherwise."""
        drag, self.drag = self.drag, None
        self._start_port = None
        self._LIVE_PIPE.setVisible(False)
        self._say("")
        if drag is not None:
            if drag.lifted is not None and drag.lifted.scene() is not None:
                drag.lifted.setVisible(True)
            for card in self.cards():
                card.light(None)

    @property
    def drop_at(self) -> tuple[float, float]:
        """Where the last wire was let go, in the scene."""
        return self._drop_at
