"""The viewer: mouse, keys and drops over the scene, each turned into a signal.

NodeGraphQt's own mouse handlers are not run: they keep their own record of held keys, which sticks when the focus is
lost, call what Qt has deprecated, and change the scene on their own account.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
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
    QPainterPath,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView

from app.ui.canvas.frames import FrameBox
from app.ui.canvas.ghost import Ghost
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.wires import Wire
from app.ui.canvas.wiring import DRAG_FROM, Wiring
from app.ui.theme import DARK

MIME = "application/x-netloom-block"
_KEY_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Viewer(Wiring):
    """The scene's window, with a hand in it."""

    wires_chosen = Signal()
    block_dropped = Signal(str, object, object)
    search_wanted = Signal(object)
    arrow_pressed = Signal(int, int)
    delete_pressed = Signal(bool)
    rename_pressed = Signal()
    escaped = Signal()
    fit_pressed = Signal()
    menu_wanted = Signal(object, object)
    pressed = Signal()
    duplicate_wanted = Signal(object)
    """How far the copies of the selected nodes were dragged."""
    frame_entered = Signal(int)

    def __init__(self) -> None:
        self._panning: QPoint | None = None
        self._space = False
        self._band_over: list[NodeCard] = []
        self._ghost: Ghost | None = None
        super().__init__()
        self.viewport().setMouseTracking(True)
        self.set_theme(DARK)

    # -- mouse --------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.pressed.emit()
        at, held = event.position().toPoint(), event.modifiers()
        self._origin_pos = self._previous_pos = at
        self.ALT_state = bool(held & Qt.KeyboardModifier.AltModifier)
        left = event.button() == Qt.MouseButton.LeftButton
        extend = bool(held & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        if left and self.ALT_state and not extend and self._press_copies(self.mapToScene(at)):
            return
        if event.button() == Qt.MouseButton.MiddleButton or (left and (self._space or (self.ALT_state and not extend))):
            self._panning = at
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if not left:
            return
        self.LMB_state = True
        pos = self.mapToScene(at)
        if self.ALT_state:
            self._SLICER_PIPE.draw_path(pos, pos)
            self._SLICER_PIPE.setVisible(True)
        elif not self._press_selects(pos, extend):
            self.choose_wires(())
            QGraphicsView.mousePressEvent(self, event)
            self._node_positions = {card: (card.x(), card.y()) for card in self._held_cards(pos)}

    def _press_copies(self, pos: QPointF) -> bool:
        """Whether copies of nodes now hang on the cursor: of the one under it, with all that are selected with it."""
        found = next(iter(self._items_near(pos)), None)
        if not isinstance(found, NodeCard) or found.view.is_boundary:
            return False
        if not found.isSelected():
            self.scene().clearSelection()
            found.setSelected(True)
        self._ghost = Ghost([card for card in self._selected_cards() if not card.view.is_boundary], self.look)
        self._ghost.setVisible(False)
        self.scene().addItem(self._ghost)
        return True

    def _drop_ghost(self) -> None:
        ghost, self._ghost = self._ghost, None
        if ghost is not None:
            self.scene().removeItem(ghost)

    def _press_selects(self, pos: QPointF, extend: bool) -> bool:
        """Whether the press was about the selection alone: a click that extends it, or a band over empty space."""
        found = [item for item in self._items_near(pos) if isinstance(item, NodeCard | PortSpot | Wire | FrameBox)]
        if extend and found and isinstance(found[0], NodeCard):
            found[0].setSelected(not found[0].isSelected())
            return True
        if found:
            return False
        self._band_over = self._selected_cards() if extend else []
        if not extend:
            self.scene().clearSelection()
        self.choose_wires(())
        self._rubber_band.isActive = True
        return True

    def _held_cards(self, pos: QPointF) -> list[NodeCard]:
        """The cards that a drag from here moves."""
        frame = next(iter(self._items_near(pos, FrameBox)), None)
        return [*self._selected_cards(), *(frame.cards if frame is not None else ())]

    def _selected_cards(self) -> list[NodeCard]:
        return [item for item in self.scene().selectedItems() if isinstance(item, NodeCard)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position().toPoint()
        before, self._previous_pos = self._previous_pos, at
        if self._panning is not None:
            step = before - at
            self._set_viewer_pan(step.x() / self.zoom, step.y() / self.zoom)
            return
        if self._ghost is not None:
            far = (at - self._origin_pos).manhattanLength() > DRAG_FROM
            self._ghost.setVisible(self._ghost.isVisible() or far)
            self._ghost.hold_at(self.mapToScene(at) - self.mapToScene(self._origin_pos))
            return
        if self._SLICER_PIPE.isVisible():
            self._SLICER_PIPE.draw_path(self.mapToScene(self._origin_pos), self.mapToScene(at))
            return
        if self._rubber_band.isActive:
            self._stretch_band(at)
            return
        far = self._origin_pos is not None and (at - self._origin_pos).manhattanLength() > DRAG_FROM
        if self._pressed_wire is not None and far:
            self._lift(self._pressed_wire, self.mapToScene(self._origin_pos))
        QGraphicsView.mouseMoveEvent(self, event)
        self.follow_moves()
        if self.LMB_state and self.drag is None:
            self._mark_insertion(self._selected_cards())

    def _stretch_band(self, at: QPoint) -> None:
        rect = QRect(self._origin_pos, at).normalized()
        if max(rect.width(), rect.height()) <= DRAG_FROM:
            return
        self._rubber_band.setGeometry(rect)
        self._rubber_band.show()
        area = QPainterPath()
        area.addPolygon(self.mapToScene(rect))
        self.scene().setSelectionArea(area)
        for card in self._band_over:
            card.setSelected(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._panning is not None:
            self._panning = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.ArrowCursor)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.LMB_state = False
        if self._ghost is not None:
            offset, dragged = self._ghost.pos(), self._ghost.isVisible()
            self._drop_ghost()
            if dragged:
                self.duplicate_wanted.emit((offset.x(), offset.y()))
            return
        if self._SLICER_PIPE.isVisible():
            self._cut()
            return
        if self._rubber_band.isActive:
            self._rubber_band.isActive = False
            self._rubber_band.hide()
            return
        pressed, self._pressed_wire = self._pressed_wire, None
        QGraphicsView.mouseReleaseEvent(self, event)
        if pressed is not None:
            self.choose_wires([pressed])
        moved = {card: at for card, at in self._node_positions.items() if (card.x(), card.y()) != at}
        self._node_positions = {}
        if moved:
            self.moved_nodes.emit(moved)
        self.mark(None)

    def _cut(self) -> None:
        path = self._SLICER_PIPE.path()
        self._SLICER_PIPE.setVisible(False)
        cut = [item for item in self.scene().items(path) if isinstance(item, Wire) and item.isVisible()]
        self.connection_sliced.emit([(wire.target, wire.source) for wire in cut])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        pos = self.mapToScene(event.position().toPoint())
        found = [item for item in self._items_near(pos) if isinstance(item, NodeCard | PortSpot | Wire | FrameBox)]
        if event.button() == Qt.MouseButton.LeftButton and not found:
            self.search_wanted.emit((pos.x(), pos.y()))
            return
        QGraphicsView.mouseDoubleClickEvent(self, event)

    def enter_frame(self, frame: FrameBox) -> None:
        """A frame's title was double-clicked."""
        self.frame_entered.emit(self.frames.index(frame))

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
            if self._ghost is not None:
                self._drop_ghost()
            elif self.drag is not None:
                self.drop_wire()
            else:
                self.escaped.emit()
        elif key == Qt.Key.Key_Tab or (key == Qt.Key.Key_A and held == Qt.KeyboardModifier.ShiftModifier):
            self.search_wanted.emit(self._cursor_in_scene())
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

    def _cursor_in_scene(self) -> tuple[float, float] | None:
        """Where the cursor points, if it is here."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        if not self.viewport().rect().contains(at):
            return None
        pos = self.mapToScene(at)
        return pos.x(), pos.y()

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
        self.mark(self.wire_near(self.mapToScene(event.position().toPoint())))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.mark(None)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if not event.mimeData().hasFormat(MIME):
            event.ignore()
            return
        pos = self.mapToScene(event.position().toPoint())
        wire = self.wire_near(pos)
        self.mark(None)
        payload = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
        event.acceptProposedAction()
        self.setFocus()
        self.block_dropped.emit(payload, (pos.x(), pos.y()), wire.view.edge if wire is not None else None)
