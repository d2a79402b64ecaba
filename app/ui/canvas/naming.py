"""The field in which a node's name is typed, on the node."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui.canvas.items import NodeCard
from app.ui.canvas.sight import Sight

HEIGHT, NARROWEST = 28, 150


class NameField(QLineEdit):
    """Return or leaving the field takes the name, Esc does not."""

    named = Signal(str, str)
    """Node id, new name."""

    def __init__(self, viewer: Sight) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._identity = ""
        self._before = ""
        self.setAccessibleName("Name")
        self.editingFinished.connect(self._finish)
        self.hide()

    def open(self, card: NodeCard) -> None:
        """Let this node's name be typed."""
        view = card.view
        self._identity = view.id
        self._before = view.title if view.is_boundary else view.name
        corner = self._viewer.mapFromScene(card.pos())
        width = max(NARROWEST, round(card.measured.width * self._viewer.zoom))
        self.setGeometry(corner.x(), max(corner.y() - HEIGHT - 2, 0), width, HEIGHT)
        self.setText(self._before)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self._identity = ""
            self._viewer.setFocus()
            self.hide()
            event.accept()
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        identity, self._identity = self._identity, ""
        if not identity:
            return
        text = self.text().strip()
        self._viewer.setFocus()
        self.hide()
        if text and text != self._before:
            self.named.emit(identity, text)
