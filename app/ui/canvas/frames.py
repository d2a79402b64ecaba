"""Titled frames behind nodes, from NodeGraphQt's backdrop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent

from app.core.document import Frame
from app.ui.canvas import strokes
from app.ui.canvas.items import NO_CACHE, NodeCard, look_of
from app.ui.canvas.nodegraph import BackdropNodeItem
from app.ui.canvas.painting import Look

Z_FRAME = -2.0
IN_BETWEEN = {"activation", "normalisation", "dropout", "tensor"}
"""Families that stand between all others and so say little about what a frame is for."""


def _tone_of(cards: Iterable[NodeCard]) -> str:
    """A frame without a colour of its own takes that of what it holds most of."""
    held = [card.view.category for card in cards if not card.view.is_boundary]
    counted = Counter([category for category in held if category not in IN_BETWEEN] or held)
    return counted.most_common(1)[0][0] if counted else ""


def _rows(boxes: list[QRectF]) -> list[list[QRectF]]:
    """Boxes that lie beside one another."""
    rows: list[list[QRectF]] = []
    bottom = float("-inf")
    for box in sorted(boxes, key=QRectF.top):
        if box.top() > bottom + strokes.FRAME_PAD:
            rows.append([])
        rows[-1].append(box)
        bottom = max(bottom, box.bottom())
    return rows


def _round(boxes: list[QRectF]) -> QRectF:
    rect = QRectF()
    for box in boxes:
        rect = rect.united(box)
    pad = strokes.FRAME_PAD
    return rect.adjusted(-pad, -pad - strokes.FRAME_TITLE + 6.0, pad, pad)


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
        self.pieces: list[QRectF] = []
        self.id = None
        self.setCacheMode(NO_CACHE)
        self.setZValue(Z_FRAME)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)

    def hold(self, frame: Frame, cards: list[NodeCard]) -> bool:
        """Take a frame's title and nodes; True if they are others than before."""
        changed = cards != self.cards
        self.frame = frame
        self.cards = cards
        self._properties["name"] = frame.title
        self.tone = frame.colour or _tone_of(self.cards)
        self.setVisible(bool(self.cards))
        self.update()
        return changed

    def surround(self, others: Iterable[NodeCard] = ()) -> None:
        """Go round the nodes; in a piece for each of their rows where one piece would hold others' nodes too."""
        boxes = [card.rect for card in self.cards]
        own = set(self.cards)
        pieces = [_round(boxes)]
        if any(card not in own and card.rect.intersects(pieces[0]) for card in others):
            pieces = [_round(row) for row in _rows(boxes)]
        whole = QRectF()
        for piece in pieces:
            whole = whole.united(piece)
        self.prepareGeometryChange()
        self.setPos(whole.topLeft())
        self._width, self._height = whole.width(), whole.height()
        self.pieces = [piece.translated(-whole.topLeft()) for piece in pieces]

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(-2.0, -2.0, self._width + 4.0, self._height + 4.0)

    @property
    def title_height(self) -> float:
        """Of the strip that holds the title, which is larger from afar."""
        return strokes.FRAME_TITLE * min(max(1.0, 0.55 / look_of(self).scale), 2.4)

    def shape(self) -> QPainterPath:
        """Only the title takes the mouse, so that one can draw a selection inside a frame."""
        path = QPainterPath()
        height = self.title_height
        for piece in self.pieces:
            path.addRect(QRectF(piece.left(), piece.top(), piece.width(), min(height, piece.height())))
        return path

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        self.draw(painter, look_of(self))

    def draw(self, painter: QPainter, look: Look) -> None:
        for number, piece in enumerate(self.pieces):
            strokes.frame(painter, piece, self.frame.title if number == 0 else "", self.tone, look)

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
        self.viewer().enter_frame(self)
        event.accept()
