"""Copies of nodes that hang on the cursor until they are let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from app.ui.canvas import geometry as g
from app.ui.canvas import painting
from app.ui.canvas.items import NodeCard
from app.ui.canvas.painting import Look, NodeState

Z_GHOST = 5.0
FAINT = 0.6


class Ghost(QGraphicsItem):
    """Drawn over everything, met by nothing. Its place is how far it is from the originals."""

    def __init__(self, cards: Sequence[NodeCard], look: Look) -> None:
        super().__init__()
        self._look = look
        self._drawn = [(card.view, card.measured, card.pos()) for card in cards]
        self._rect = QRectF()
        for card in cards:
            self._rect = self._rect.united(card.rect)
        self.setZValue(Z_GHOST)
        self.setOpacity(FAINT)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._rect.adjusted(-g.MARGIN, -g.MARGIN, g.MARGIN, g.MARGIN)

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        for view, measured, at in self._drawn:
            painter.save()
            painter.translate(at)
            painting.node(painter, view, measured, NodeState(selected=True), self._look)
            painter.restore()

    def hold_at(self, offset: QPointF) -> None:
        self.setPos(offset)
