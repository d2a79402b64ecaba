"""The whole graph in a corner: node rectangles, and a frame for what is in sight. Click or drag to go there.

It lies where it covers no node: once the view has come to rest, it goes to a corner that is free. Where there is none,
it takes the emptiest one and lets what lies beneath shine through, until the mouse comes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.ui.canvas import painting
from app.ui.theme import DARK, Theme

if TYPE_CHECKING:
    from app.ui.canvas.items import NodeCard
    from app.ui.canvas.viewer import Viewer

WIDTH, HEIGHT, EDGE, INSET = 190, 120, 12, 7.0
SHARE, LEAST = 0.2, 110
"""It takes no more of the canvas's width and height than that share, and is not shown where that is too little."""
SMALLEST = QSizeF(2.0, 1.5)
REST_MS = 250
FAINT = 0.35


class Minimap(QWidget):
    """Shown only while part of the graph is out of sight."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._theme = DARK
        self._world = QRectF()
        self._spots: list[tuple[NodeCard, QRectF]] = []
        self._corner = 0
        self.covers = False
        self._at_rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._at_rest.timeout.connect(self.settle)
        self.resize(WIDTH, HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Overview")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def place(self) -> None:
        """Smaller on a small canvas."""
        share = min(1.0, SHARE * self._viewer.width() / WIDTH, SHARE * self._viewer.height() / HEIGHT)
        self.resize(max(round(WIDTH * share), LEAST), max(round(HEIGHT * share), round(LEAST * HEIGHT / WIDTH)))
        self.settle()
        self.follow()

    def settle(self) -> None:
        """Go to a corner where no node lies; one that is free already is kept, and so is the best of bad ones."""
        corners = self._corners()
        covered = [self._covered(QRect(corner, self.size())) for corner in corners]
        if covered[self._corner] > 0:
            self._corner = min(range(len(corners)), key=lambda corner: (covered[corner], corner != self._corner))
        self.covers = covered[self._corner] > 0
        self.move(corners[self._corner])
        self.update()

    def _corners(self) -> list[QPoint]:
        """Where its own upper left corner would be: lower right first, then the others."""
        right, low = self._viewer.width() - self.width() - EDGE, self._viewer.height() - self.height() - EDGE
        return [QPoint(right, low), QPoint(right, EDGE), QPoint(EDGE, low), QPoint(EDGE, EDGE)]

    def _covered(self, place: QRect) -> float:
        """How much of nodes would lie beneath it there."""
        there: QRectF = self._viewer.mapToScene(place).boundingRect()
        pieces = (rect.intersected(there) for _, rect in self._spots if rect.intersects(there))
        return sum(piece.width() * piece.height() for piece in pieces)

    def refresh(self) -> None:
        """The nodes have changed, or where they lie."""
        self._spots = [(card, card.rect) for card in self._viewer.cards()]
        world = QRectF()
        for _, rect in self._spots:
            world = world.united(rect)
        self._world = world
        self.follow()
        self._at_rest.start()

    def follow(self) -> None:
        """Something else is in sight; whether it is in the way there shows when that comes to rest."""
        self._at_rest.start()
        fits = self._viewer.visible_rect().adjusted(-1, -1, 1, 1).contains(self._world)
        roomy = self._viewer.width() > 4 * self.width() and self._viewer.height() > 4 * self.height()
        self.setVisible(not self._world.isEmpty() and not fits and roomy)
        self.update()

    def _scale(self) -> tuple[float, QPointF]:
        """Factor and offset from the scene to the widget."""
        inner = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        factor = min(inner.width() / max(self._world.width(), 1.0), inner.height() / max(self._world.height(), 1.0))
        return factor, inner.center() - self._world.center() * factor

    def paintEvent(self, event: Any) -> None:  # noqa: N802
        theme = self._theme
        factor, offset = self._scale()
        painter = QPainter(self)
        painter.setOpacity(FAINT if self.covers and not self.underMouse() else 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(painting.pen(theme.border))
        painter.setBrush(painting.colour(theme.surface, 235))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        for card, rect in self._spots:
            spot = QRectF(rect.topLeft() * factor + offset, rect.size() * factor)
            spot.setSize(spot.size().expandedTo(SMALLEST))
            tone = theme.error if card.view.is_wrong else theme.category(card.view.category)
            painter.fillRect(spot, painting.colour(theme.accent if card.isSelected() else tone, 220))
        seen = self._viewer.visible_rect()
        painter.setPen(painting.pen(theme.text, 1.2, 200))
        painter.setBrush(painting.colour(theme.text, 18))
        painter.drawRect(QRectF(seen.topLeft() * factor + offset, seen.size() * factor))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        factor, offset = self._scale()
        self._viewer.look_at((event.position() - offset) / factor, self._viewer.zoom)
        event.accept()
