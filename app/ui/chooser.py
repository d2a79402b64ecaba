"""A small window with a line to type in and a ranked list: the search at the cursor and the command palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.style import label

SIZE = QSize(420, 380)
ROW = 40
EDGE = 8


class Choice(Struct, frozen=True, kw_only=True):
    """One row: a name, a line under it, and what stands at its right (a shortcut, a family)."""

    key: str
    name: str
    hint: str = ""
    aside: str = ""
    colour: str = ""


Search = Callable[[str], Sequence[Choice]]


class RowDelegate(QStyledItemDelegate):
    """Name and aside on one line, the hint below, with a stripe of the category's colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        rect = option.rect
        palette: QPalette = option.palette
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        if choice.colour:
            painter.fillRect(rect.left() + 6, rect.top() + 8, 3, rect.height() - 16, QColor(choice.colour))
        font = option.font
        painter.setFont(font)
        metrics = QFontMetrics(font)
        inner = rect.adjusted(16, 3, -10, -3)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        aside = metrics.elidedText(choice.aside, Qt.TextElideMode.ElideLeft, inner.width() // 2)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, aside)
        hint = metrics.elidedText(choice.hint, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, hint)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        room = inner.width() - metrics.horizontalAdvance(aside) - 12
        name = QFontMetrics(font).elidedText(choice.name, Qt.TextElideMode.ElideRight, room)
        lines = Qt.AlignmentFlag.AlignTop if choice.hint else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | lines, name)
        painter.restore()


class Chooser(QFrame):
    """Shown at a place; calls back with the key of what was chosen and closes. Nothing waits for it."""

    def __init__(self, parent: QWidget | None, accessible: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("chooser")
        self.setAccessibleName(accessible)
        self._search: Search = lambda query: ()
        self._chosen: Callable[[str], None] = lambda key: None
        self.line = QLineEdit()
        self.line.setAccessibleName(accessible)
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Results")
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = label(role="empty")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty, 1)
        self.line.textChanged.connect(self._refresh)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)

    def show_at(
        self, place: QPoint, search: Search, chosen: Callable[[str], None], *, hint: str = "Search", query: str = ""
    ) -> None:
        """Open with its top left at a place on the screen, moved to stay inside it, and inside its window."""
        self._search, self._chosen = search, chosen
        self.line.setPlaceholderText(hint)
        self.line.setText(query)
        self._refresh(query)
        self.setGeometry(self._inside(place))
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _inside(self, place: QPoint) -> QRect:
        """At the place, but with no part beyond the screen, nor beyond the window where that is large enough."""
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        parent = self.parentWidget()
        if parent is not None:
            window = QRect(parent.window().mapToGlobal(QPoint(0, 0)), parent.window().size()).intersected(room)
            if window.width() > SIZE.width() + 2 * EDGE and window.height() > SIZE.height() + 2 * EDGE:
                room = window
        room = room.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        size = SIZE.boundedTo(room.size()).expandedTo(self.minimumSizeHint())
        x = max(room.left(), min(place.x(), room.left() + room.width() - size.width()))
        y = max(room.top(), min(place.y(), room.top() + room.height() - size.height()))
        return QRect(QPoint(x, y), size)

    def _refresh(self, query: str) -> None:
        self.list.clear()
        for choice in self._search(query)[:200]:
            item = QListWidgetItem(choice.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            item.setToolTip(choice.hint)
        self.list.setCurrentRow(0)
        found = self.list.count() > 0
        self.list.setVisible(found)
        self.empty.setVisible(not found)
        self.empty.setText(f"Nothing fits “{query}”. Try a shorter word." if query else "There is nothing to choose.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if key in moves:
            row = self.list.currentRow() + moves[Qt.Key(key)]
            self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
            return True
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        return False

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        key = item.data(Qt.ItemDataRole.UserRole).key
        self.close()
        self._chosen(key)
