"""The sentence about a node's problem, floating above it: a node with a problem stays as large as it was."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel

from app.ui.canvas.items import NodeCard
from app.ui.canvas.sight import Sight
from app.ui.theme import Theme

WIDEST, GAP, EDGE = 340, 12, 6


class Callout(QLabel):
    """Belongs to the node under the mouse, else to the one that is selected; the mouse goes through it."""

    def __init__(self, viewer: Sight) -> None:
        super().__init__(viewer.viewport())
        self._viewer = viewer
        self._tones: dict[str, str] = {}
        self._theme: Theme | None = None
        self.card: NodeCard | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Problem")
        self.hide()
        viewer.looked.connect(self.follow)
        viewer.shifted.connect(self.refresh)
        viewer.pointed.connect(self.refresh)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._tones = {"": theme.error, "error": theme.error, "warning": theme.warning, "note": theme.strong_border}
        self._paint()

    def refresh(self) -> None:
        """Say what is wrong with the node that is looked at, if anything is."""
        card = self._chosen()
        if card is None:
            self.card = None
            self.hide()
            return
        self.card = card
        if self.text() != card.view.message:
            self.setText(card.view.message)
        self._paint()
        self.follow()
        self.show()
        self.raise_()

    def _chosen(self) -> NodeCard | None:
        if self._viewer.is_busy:
            return None
        pointed = self._viewer.pointed_at
        if pointed is not None:
            return pointed if pointed.view.problem else None
        selected = [card for card in self._viewer.cards() if card.state.selected]
        return selected[0] if len(selected) == 1 and selected[0].view.problem else None

    def _paint(self) -> None:
        if self._theme is None:
            return
        tone = self._tones.get(self.card.view.severity if self.card is not None else "", self._theme.error)
        sheet = (
            f"background: {self._theme.raised}; color: {self._theme.text}; border: 1px solid {tone};"
            " border-radius: 6px; padding: 6px 9px;"
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def follow(self) -> None:
        """Stay above the node (below it where there is no room), inside the canvas."""
        if self.card is None or self.card.scene() is None:
            return
        self.ensurePolished()
        width = min(WIDEST, self.fontMetrics().horizontalAdvance(self.text()) + 28, self._viewer.viewport().width())
        self.setFixedWidth(width)
        self.setFixedHeight(self.heightForWidth(width))
        self.setGeometry(self._place(self._viewer.mapFromScene(self.card.rect).boundingRect()))

    def _place(self, card: QRect) -> QRect:
        room = self._viewer.viewport().rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        place = QRect(card.left(), card.top() - GAP - self.height(), self.width(), self.height())
        if place.top() < room.top():
            place.moveTop(card.bottom() + GAP)
        place.moveLeft(max(room.left(), min(place.left(), room.right() - place.width())))
        place.moveTop(max(room.top(), min(place.top(), room.bottom() - place.height())))
        return place
