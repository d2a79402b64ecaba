"""Titled frames behind nodes, from NodeGraphQt's backdrop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent

from app.core.document import Frame
from app.ui.canvas import painting
from app.ui.canvas.items import NO_CACHE, NodeCard, look_of
from app.ui.canvas.nodegraph import BackdropNodeItem

Z_FRAME = -2.0
IN_BETWEEN = {"activation", "normalisation", "dropout", "tensor"}
"""Families that stand between all others and so say little about what a frame is for."""


def _tone_of(cards: Iterable[NodeCard]) -> str:
    """A frame without a colour of its own takes that of what it holds most of."""
    held = [card.view.category for card in cards if not card.view.is_boundary]
    counted = Counter([category for category in held if category not in IN_BETWEEN] or held)
    return counted.most_common(1)[0][0] if counted else ""


class FrameBox(BackdropNodeItem):
    """A titled frame, drawn round its nodes. Its title is its handle: it carries them."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.title)
        self._width, self._height = 0.0, 0.0
        self._sizer.setVisible(False)
        self._sizer.setEnabled(False)
        self.frame = frame
        self.cards: list[NodeCard] = []
        self.tone = frame.colour
        self.id = None
        self.setCacheMode(NO_CACHE)
        self.setZValue(Z_FRAME)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)

    def hold(self, frame: Frame, cards: Iterable[NodeCard]) -> None:
        """Take a frame's title and nodes, and go round them."""
        self.frame = frame
        self.cards = list(cards)
        self._properties["name"] = frame.title
        self.tone = frame.colour or _tone_of(self.cards)
        self.setVisible(bool(self.cards))
        self.surround()
        self.update()

    def surround(self) -> None:
        rect = QRectF()
        for card in self.cards:
            rect = rect.united(card.rect)
        pad = painting.FRAME_PAD
        rect.adjust(-pad, -pad - painting.FRAME_TITLE + 6.0, pad, pad)
        if rect.size().toTuple() != (self._width, self._height):
            self.prepareGeometryChange()
            self._width, self._height = rect.width(), rect.height()
        self.setPos(rect.topLeft())

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(-2.0, -2.0, self._width + 4.0, self._height + 4.0)

    def shape(self) -> QPainterPath:
        """Only the title takes the mouse, so that one can draw a selection inside a frame."""
        look = look_of(self)
        path = QPainterPath()
        height = painting.FRAME_TITLE * min(max(1.0, 0.55 / look.scale), 2.4)
        path.addRect(QRectF(0.0, 0.0, self._width, min(height, self._height)))
        return path

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        rect = QRectF(0.0, 0.0, self._width, self._height)
        painting.frame(painter, rect, self.frame.title, self.tone, look_of(self))

    def get_nodes(self, inc_intersects: bool = False) -> list[NodeCard]:
        return list(self.cards)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        scene = self.scene()
        scene.clearSelection()
        for card in self.cards:
            card.setSelected(True)
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        delta = event.scenePos() - event.lastScenePos()
        for card in self.cards:
            card.moveBy(delta.x(), delta.y())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        event.accept()
