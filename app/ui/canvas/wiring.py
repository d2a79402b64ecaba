"""Dragging wires: from ports, off ports, by their lines; which ports fit, and why the others do not."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QLabel

from app.ui.canvas.frames import FrameBox
from app.ui.canvas.gestures import Judge, Verdict, WireDrag, anything_goes
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.sight import NEAR, Sight
from app.ui.canvas.wires import Wire

SNAP = 16.0
DRAG_FROM = 5


class Wiring(Sight):
    """The viewer's part about wires. NodeGraphQt deletes a wire when its port is pressed; here it is only lifted."""

    wire_dropped = Signal(object, object)
    """WireDrag, and the PortSpot that it was dropped on or None."""

    def __init__(self) -> None:
        self.drag: WireDrag | None = None
        self.judge: Judge = anything_goes
        self.foresee: Judge = anything_goes
        self._start_port: PortSpot | None = None
        self._pressed_wire: Wire | None = None
        self._over: Wire | None = None
        self._drop_at = (0.0, 0.0)
        super().__init__()
        self._hint = QLabel(self.viewport())
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setWordWrap(True)
        self._hint.hide()

    @property
    def is_busy(self) -> bool:
        return self.drag is not None

    # -- a node over a wire -------------------------------------------------------------------------------------------

    def _mark_insertion(self, held: list[NodeCard]) -> None:
        """While one unwired node is dragged: mark the wire below its middle."""
        card = held[0] if len(held) == 1 else None
        if card is None or card not in self._node_positions or card.wires() or not (card.inputs and card.outputs):
            self.mark(None)
            return
        self.mark(self.wire_near(card.rect.center(), NEAR + card.rect.height() / 4))

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
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and wires:
                self._lift_all(spot, pos)
            elif spot.is_input and wires and spot.view.wired:
                self._hold(WireDrag(wires[-1].source, self.judge, wires[-1], foresee=self.foresee), pos)
            else:
                self._hold(WireDrag(spot, self.judge, foresee=self.foresee), pos)
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
        fixed = wire.source if near_target else wire.target
        self._hold(WireDrag(fixed, self.judge, wire, foresee=self.foresee), pos)

    def _lift_all(self, spot: PortSpot, pos: QPointF) -> None:
        """Pick up every wire of a port, to put them all on another."""
        beside = spot.card.inputs if spot.is_input else spot.card.outputs
        wires = [wire for one in beside if one.view.name == spot.view.name for wire in one.connected_pipes]
        fixed = wires[0].source if spot.is_input else wires[0].target
        self._hold(WireDrag(fixed, self.judge, wires[0], tuple(wires[1:]), self.foresee), pos)

    def _hold(self, drag: WireDrag, pos: QPointF) -> None:
        self.drag = drag
        self._start_port = drag.fixed  # NodeGraphQt looks here
        self._rubber_band.isActive = False
        for wire in drag.all_lifted:
            wire.setVisible(False)
        self.pointed.emit()
        seen = self.visible_rect()
        drag.light(item for item in self.scene().items(seen) if isinstance(item, NodeCard))
        self._LIVE_PIPE.stretch(drag.all_fixed, pos)
        self._LIVE_PIPE.setVisible(True)

    def sceneMouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        drag = self.drag
        if drag is None:
            return
        pos = event.scenePos()
        over = self._met(drag, pos)
        if over is None or over in drag.all_fixed:
            self._LIVE_PIPE.stretch(drag.all_fixed, pos)
            self._say("")
            return
        reason = drag.refusal(over)
        doubt = drag.doubt(over) if reason is None else None
        verdict: Verdict = "refused" if reason else "doubtful" if doubt else "fits"
        self._LIVE_PIPE.stretch(drag.all_fixed, over.centre, verdict)
        self._say(reason or doubt or "", self.mapFromScene(pos), verdict)

    def _met(self, drag: WireDrag, pos: QPointF) -> PortSpot | None:
        """The port that a dragged wire snaps to; one of the wrong side only where it is right under the cursor."""
        return self.port_at(pos, SNAP, of_inputs=not drag.fixed.is_input) or self.port_at(pos)

    def _say(self, text: str, at: QPoint | None = None, verdict: Verdict = "refused") -> None:
        """A sentence beside the cursor, inside the viewport."""
        if not text or at is None:
            self._hint.hide()
            return
        theme = self.look.theme
        tone = theme.warning if verdict == "doubtful" else theme.error
        self._hint.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border: 1px solid {tone};"
            " border-radius: 5px; padding: 5px 8px;"
        )
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
        over = self._met(drag, pos)
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
            for wire in drag.all_lifted:
                if wire.scene() is not None:
                    wire.setVisible(True)
            for card in self.cards():
                card.light(None)
        self.pointed.emit()

    @property
    def drop_at(self) -> tuple[float, float]:
        """Where the last wire was let go, in the scene."""
        return self._drop_at
