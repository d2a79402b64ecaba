"""The field in which a node's name or a frame's title is typed, in its place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui.canvas.frames import FrameBox
from app.ui.canvas.items import NodeCard
from app.ui.canvas.sight import Sight

HEIGHT, NARROWEST = 28, 150


class NameField(QLineEdit):
    """Return or leaving the field takes the name, Esc does not."""

    named = Signal(str, str)
    """Node id, new name."""
    titled = Signal(int, str)
    """A frame's number, new title."""

    def __init__(self, viewer: Sight) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._what: str | int | None = None
        self._before = ""
        self.editingFinished.connect(self._finish)
        self.hide()

    def open(self, card: NodeCard) -> None:
        """Let this node's name be typed, above the node."""
        view = card.view
        self.setAccessibleName("Name")
        corner = self._viewer.mapFromScene(card.pos()) - QPoint(0, HEIGHT + 2)
        width = max(NARROWEST, round(card.measured.width * self._viewer.zoom))
        self._open(view.id, view.title if view.is_boundary else view.name, corner, width)

    def open_frame(self, number: int, frame: FrameBox) -> None:
        """Let this frame's title be typed, where it stands; what the field is too high for, it takes above."""
        self.setAccessibleName("Title of the frame")
        beyond = max(HEIGHT - round(frame.title_height * self._viewer.zoom), 0)
        corner = self._viewer.mapFromScene(frame.pos()) + QPoint(8, -beyond)
        width = max(NARROWEST, min(round(frame.boundingRect().width() * self._viewer.zoom) - 16, 2 * NARROWEST))
        self._open(number, frame.frame.title, corner, width)

    def _open(self, what: str | int, text: str, corner: QPoint, width: int) -> None:
        self._what, self._before = what, text
        room = self._viewer.viewport().rect()
        x = max(0, min(corner.x(), room.width() - width))
        y = max(0, min(corner.y(), room.height() - HEIGHT))
        self.setGeometry(x, y, width, HEIGHT)
        self.setText(text)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self._what = None
            self._viewer.setFocus()
            self.hide()
            event.accept()
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        what, self._what = self._what, None
        if what is None:
            return
        text = self.text().strip()
        self._viewer.setFocus()
        self.hide()
        if not text or text == self._before:
            return
        if isinstance(what, int):
            self.titled.emit(what, text)
        else:
            self.named.emit(what, text)
