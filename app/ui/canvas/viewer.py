"""NodeGraphQt's viewer, with our view of the scene: exact zoom and scrolling pan, our hit tests, our drops and keys.

Gestures that NodeGraphQt does well are left to it (selection, rubber band, dragging nodes, cutting wires with
Alt+Shift); what it does to the scene on its own account is not: pressing a port deletes no wire here, and nothing is
drawn that the document does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QLabel

from app.ui.canvas import painting
from app.ui.canvas.gestures import Judge, WireDrag, anything_goes
from app.ui.canvas.items import FrameBox, LiveWire, NodeCard, PortSpot, Wire
from app.ui.canvas.nodegraph import NodeViewer
from app.ui.canvas.painting import Look
from app.ui.canvas.routing import Router
from app.ui.theme import DARK, Theme

MIME = "application/x-netloom-block"
NEAREST, FARTHEST = 3.0, 0.08
WORLD = QRectF(-100_000.0, -100_000.0, 200_000.0, 200_000.0)
DOTS = 24.0
SNAP = 16.0
DRAG_FROM = 5
_KEY_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Viewer(NodeViewer):
    """The scene's window."""

    wire_dropped = Signal(object, object)  # WireDrag, PortSpot or None
    wires_chosen = Signal()
    block_dropped = Signal(str, object, object)
    search_wanted = Signal(object)
    arrow_pressed = Signal(int, int)
    delete_pressed = Signal(bool)
    rename_pressed = Signal()
    escaped = Signal()
    fit_pressed = Signal()
    menu_wanted = Signal(object, object)
    looked = Signal()

    def __init__(self) -> None:
        self.look = Look()
        self.router = Router()
        self.drag: WireDrag | None = None
        self._start_port: PortSpot | None = None
        self.judge: Judge = anything_goes
        self.frames: list[FrameBox] = []
        self._moved: dict[NodeCard, QPointF] = {}
        self._panning: QPoint | None = None
        self._space = False
        self._pressed_wire: Wire | None = None
        self._over: Wire | None = None
        super().__init__(undo_stack=None)
        self._replace_live_wire()
        self._cursor_text.setVisible(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.viewport().setMouseTracking(True)
        self.setSceneRect(WORLD)
        self._hint = QLabel(self.viewport())
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setWordWrap(True)
        self._hint.hide()
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.looked)
        self.set_theme(DARK)

    def _replace_live_wire(self) -> None:
        self.scene().removeItem(self._LIVE_PIPE)
        self._LIVE_PIPE: LiveWire = LiveWire()
        self._LIVE_PIPE.setVisible(False)
        self.scene().addItem(self._LIVE_PIPE)

    def set_theme(self, theme: Theme) -> None:
        self.look = Look(theme, self.look.scale)
        self.scene().background_color = painting.colour(theme.canvas).getRgb()[:3]
        self._hint.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.error};"
            " border-radius: 5px; padding: 5px 8px;"
        )
        self.resetCachedContent()
        self.repaint_all()

    def repaint_all(self) -> None:
        """Draw every item anew: the theme or the level of detail has changed."""
        for item in self.scene().items():
            item.update()
        self.viewport().update()

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        return self.look.scale

    def visible_rect(self) -> QRectF:
        """What of the scene is in sight."""
        rect: QRectF = self.mapToScene(self.viewport().rect()).boundingRect()
        return rect

    def look_at(self, centre: QPointF, zoom: float) -> None:
        self._set_zoom(zoom)
        self.centerOn(centre)
        self._keep_range()

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom about a point of the viewport, which stays where it is."""
        before = self.viewportTransform().inverted()[0].map(at)
        self._set_zoom(self.zoom * factor)
        now = self.viewportTransform().map(before)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(now.x() - at.x()))
        down.setValue(down.value() + round(now.y() - at.y()))
        self._keep_range()

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, FARTHEST), NEAREST)
        if zoom != self.look.scale or self.transform().m11() != zoom:
            self.look = Look(self.look.theme, zoom)
            self.setTransform(QTransform.fromScale(zoom, zoom))

    def _keep_range(self) -> None:
        self._scene_range = self.visible_rect()
        self.looked.emit()

    def _update_scene(self) -> None:
        """NodeGraphQt has set the range to be seen."""
        self.setSceneRect(WORLD)
        width = self._scene_range.width() or 1.0
        self.look_at(self._scene_range.center(), self.viewport().width() / width)

    def _set_viewer_zoom(self, value: float, sensitivity: float | None = None, pos: QPoint | None = None) -> None:
        at = QPointF(pos) if pos is not None else QPointF(self.viewport().rect().center())
        self.zoom_by(1.0015**value if sensitivity is None else (1.1 if value > 0 else 0.9), at)

    def _set_viewer_pan(self, pos_x: float, pos_y: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(pos_x * self.zoom))
        down.setValue(down.value() + round(pos_y * self.zoom))
        self._keep_range()

    def _combined_rect(self, nodes: Iterable[NodeCard]) -> QRectF:
        rect = QRectF()
        for node in nodes:
            rect = rect.united(node.rect if isinstance(node, NodeCard) else node.sceneBoundingRect())
        return rect

    def get_zoom(self) -> float:
        return self.zoom - 1.0

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        QGraphicsView.resizeEvent(self, event)
        self._last_size = self.size()
        self._keep_range()

    def drawBackground(self, painter: QPainter, rect: QRectF | Any) -> None:  # noqa: N802
        painter.fillRect(rect, painting.colour(self.look.theme.canvas))
        step = DOTS
        while step * self.zoom < DOTS * 0.75:
            step *= 2
        left, top = rect.left() - rect.left() % step, rect.top() - rect.top() % step
        across = int((rect.right() - left) / step) + 1
        down = int((rect.bottom() - top) / step) + 1
        points = [QPointF(left + step * x, top + step * y) for y in range(down) for x in range(across)]
        dot = painting.pen(self.look.theme.dot, 2.0)
        dot.setCosmetic(True)
        painter.setPen(dot)
        painter.drawPoints(points)

    # -- moving -------------------------------------------------------------------------------------------------------

    def cards(self) -> list[NodeCard]:
        return [item for item in self.scene().items() if isinstance(item, NodeCard)]

    def card_moved(self, card: NodeCard) -> None:
        """An item's position changed; its wires follow when the event is through."""
        self._moved.setdefault(card, QPointF(card.x(), card.y()))

    def start_live_connection(self, selected_port: Any) -> None:
        """NodeGraphQt would pull a second wire out of one with Shift; here that key only extends the selection."""

    def follow_moves(self) -> None:
        """Let wires and frames follow the nodes that moved."""
        if not self._moved:
            return
        moved, self._moved = set(self._moved), {}
        self.router.place(card.rect for card in self.cards())
        for wire in {wire for card in moved for wire in card.wires()}:
            wire.run(self.router)
        for frame in self.frames:
            if any(card in moved for card in frame.cards):
                frame.surround()
        self.looked.emit()

    def reroute(self) -> None:
        """Find all wires' ways anew, in one order, so that the same graph always looks the same."""
        self._moved.clear()
        self.router = Router(card.rect for card in self.cards())
        for wire in self.wires():
            wire.run(self.router)
        for frame in self.frames:
            frame.surround()

    def wires(self) -> list[Wire]:
        """Every wire, in the order in which they are drawn."""
        order = Qt.SortOrder.AscendingOrder
        return [item for item in self.scene().items(order) if isinstance(item, Wire)]

    # -- hit tests ----------------------------------------------------------------------------------------------------

    def _items_near(
        self, pos: QPointF, item_type: type | None = None, width: float = 20, height: float = 20
    ) -> list[Any]:
        """Items under a point, topmost first; NodeGraphQt's looks up and left of it."""
        reach = 1.5 / self.zoom
        rect = QRectF(pos.x() - reach, pos.y() - reach, 2 * reach, 2 * reach)
        skipped = (self._LIVE_PIPE, self._SLICER_PIPE)
        found = [item for item in self.scene().items(rect) if item not in skipped]
        return [item for item in found if item_type is None or isinstance(item, item_type)]

    def port_at(self, pos: QPointF, reach: float = 0.0) -> PortSpot | None:
        """The port under a point, or the nearest within ``reach`` pixels."""
        if self.zoom < painting.PLAIN * 1.4:
            return None
        size = max(reach / self.zoom, 0.5)
        area = QRectF(pos.x() - size, pos.y() - size, 2 * size, 2 * size)
        spots = [item for item in self.scene().items(area) if isinstance(item, PortSpot)]
        return min(spots, key=lambda spot: (spot.centre - pos).manhattanLength(), default=None)

    def wire_at(self, pos: QPointF) -> Wire | None:
        """The wire under a point, where no node covers it."""
        for item in self._items_near(pos):
            if isinstance(item, NodeCard | PortSpot):
                return None
            if isinstance(item, Wire):
                return item
        return None

    # -- mouse --------------------------------------------------------------------------------------------------------

    def _read_modifiers(self, event: QMouseEvent) -> None:
        """Keys count as they are now: NodeGraphQt's own record sticks when the focus is lost while one is down."""
        held = event.modifiers()
        self.ALT_state = bool(held & Qt.KeyboardModifier.AltModifier)
        extend = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        self.SHIFT_state = bool(held & extend)
        self.CTRL_state = False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._read_modifiers(event)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._panning = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if not left:
            return
        self.choose_wires(())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        if self._panning is not None:
            step = self._panning - at
            self._panning = at
            self._set_viewer_pan(step.x() / self.zoom, step.y() / self.zoom)
            return
        self._read_modifiers(event)
        if self._pressed_wire is not None and (at - self._origin_pos).manhattanLength() > DRAG_FROM:
            self._lift(self._pressed_wire, self.mapToScene(self._origin_pos))
        super().mouseMoveEvent(event)
        self.follow_moves()
        if self.LMB_state and self.drag is None:
            self._mark_insertion()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._panning is not None:
            self._panning = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed_wire = self._pressed_wire, None
        if pressed is not None:
            self.choose_wires([pressed])
        self._finish_rubber_band()
        super().mouseReleaseEvent(event)
        self.mark(None)

    def _finish_rubber_band(self) -> None:
        """NodeGraphQt's band ends in signals about node ids; ours is read off the scene's selection."""
        if self._rubber_band.isActive:
            self._rubber_band.isActive = False
            self._rubber_band.hide()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pos = self.mapToScene(event.position().toPoint())
        found = [item for item in self._items_near(pos) if isinstance(item, NodeCard | PortSpot | Wire)]
        if event.button() == Qt.MouseButton.LeftButton and not found:
            self.search_wanted.emit((pos.x(), pos.y()))
            return
        super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            self.zoom_by(1.0015**delta, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        pos = self.mapToScene(event.pos())
        card = next(iter(self._items_near(pos, NodeCard)), None)
        if card is not None and not card.isSelected():
            self.scene().clearSelection()
            card.setSelected(True)
        self.menu_wanted.emit(event.globalPos(), (pos.x(), pos.y()))
        event.accept()

    def choose_wires(self, wires: Iterable[Wire]) -> None:
        """Choose wires, as a click on one does."""
        chosen = set(wires)
        for wire in self.wires():
            wire.choose(wire in chosen)
        if chosen:
            self.scene().clearSelection()
            self.wires_chosen.emit()

    # -- a node over a wire -------------------------------------------------------------------------------------------

    def _mark_insertion(self) -> None:
        cards = [item for item in self.scene().selectedItems() if isinstance(item, NodeCard)]
        card = cards[0] if len(cards) == 1 and not self._rubber_band.isActive else None
        if card is None or card.wires() or not (card.inputs and card.outputs) or card not in self._node_positions:
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
                cards = item.cards if isinstance(item, FrameBox) else [item]
                self._node_positions.update({card: card.xy_pos for card in cards})
                return
            if isinstance(item, Wire):
                self._pressed_wire = item
                return

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

    _drop_at = (0.0, 0.0)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab asks for a search here; Ctrl+Tab and F6 leave the canvas."""
        return False

    def event(self, event: QEvent) -> bool:
        """Keys that the canvas answers come here before the window's shortcuts of the same name."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._answers(event):
            event.accept()
            return True
        return bool(super().event(event))

    def _answers(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return plain and event.key() in (*_KEY_ARROWS, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, held = event.key(), event.modifiers()
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key == Qt.Key.Key_Escape:
            if self.drag is not None:
                self.drop_wire()
            else:
                self.escaped.emit()
        elif key == Qt.Key.Key_Tab or (key == Qt.Key.Key_A and held == Qt.KeyboardModifier.ShiftModifier):
            pos = self._cursor_in_scene()
            self.search_wanted.emit((pos.x(), pos.y()))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit(bool(held & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_F2:
            self.rename_pressed.emit()
        elif key in (Qt.Key.Key_F, Qt.Key.Key_Home) and not held:
            self.fit_pressed.emit()
        elif key in _KEY_ARROWS and not held & ~Qt.KeyboardModifier.KeypadModifier:
            self.arrow_pressed.emit(*_KEY_ARROWS[Qt.Key(key)])
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
            event.accept()
            return
        event.ignore()

    def _cursor_in_scene(self) -> QPointF:
        at = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect()
        pos: QPointF = self.mapToScene(at if inside.contains(at) else inside.center())
        return pos

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.clear_key_state()
        self._space = False
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        super().focusOutEvent(event)

    # -- drops --------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        event.setAccepted(event.mimeData().hasFormat(MIME))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        self.mark(self.wire_at(self.mapToScene(event.position().toPoint())))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.mark(None)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        pos = self.mapToScene(event.position().toPoint())
        wire = self.wire_at(pos)
        self.mark(None)
        payload = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
        event.acceptProposedAction()
        self.setFocus()
        self.block_dropped.emit(payload, (pos.x(), pos.y()), wire.view.edge if wire is not None else None)
