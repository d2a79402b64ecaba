"""The gallery's cards: what there is, what answers a search, and how a card is painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

import templates
from app.ui import fuzzy
from app.ui.panels import miniature
from app.ui.panels.miniature import Sketch
from app.ui.panels.values import short
from app.ui.style import Style
from app.ui.theme import font
from templates import Listing

LISTING = Qt.ItemDataRole.UserRole
ALL = "Every family"
PICTURE = 58
CARD = QSize(208, 106 + PICTURE)
SKETCH = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class Listings(QAbstractListModel):
    """Every template, as its file's docstring says; nothing is imported for it."""

    def __init__(self) -> None:
        super().__init__()
        self.listings = templates.listing()
        self.sketches: dict[str, Sketch] = {}

    def set_sketch(self, name: str, drawn: Sketch) -> None:
        self.sketches[name] = drawn
        row = next(row for row, listing in enumerate(self.listings) if listing.name == name)
        self.dataChanged.emit(self.index(row), self.index(row), [SKETCH])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.listings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        listing = self.listings[index.row()]
        if role == SKETCH:
            return self.sketches.get(listing.name)
        match role:
            case Qt.ItemDataRole.UserRole:
                return listing
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{listing.title}, {listing.family}, {listing.year or ''}"
            case Qt.ItemDataRole.ToolTipRole:
                return f"{listing.title}\n{listing.summary}"
        return None


class Filter(QSortFilterProxyModel):
    """What answers the search and lies in the family."""

    def __init__(self, source: Listings) -> None:
        super().__init__()
        self.query, self.family = "", ALL
        self.setSourceModel(source)
        self.setDynamicSortFilter(True)
        self.sort(0)

    def choose(self, query: str, family: str) -> None:
        self.query, self.family = query, family
        self.invalidate()

    def _score(self, listing: Listing) -> int:
        known = (listing.title, (listing.name, listing.family, str(listing.year or "")), listing.summary)
        return fuzzy.rank(self.query, *known)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        listing = self.sourceModel().index(row, 0, parent).data(LISTING)
        return self.family in (ALL, listing.family) and self._score(listing) > 0

    def lessThan(self, left: Index, right: Index) -> bool:  # noqa: N802
        if self.query:
            return self._score(left.data(LISTING)) > self._score(right.data(LISTING))
        return left.row() < right.row()


class CardDelegate(QStyledItemDelegate):
    """A card: name, year, parameters, family, the summary's beginning."""

    def __init__(self, look: Style, parent: QListView) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        listing: Listing = index.data(LISTING)
        theme = self._look.theme
        rect: QRect = option.rect.adjusted(4, 4, -4, -4)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if chosen else theme.border), 1.5 if chosen else 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(rect, 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.category(listing.family)))
        painter.drawRoundedRect(rect.left() + 8, rect.top() + 11, 3, rect.height() - 22, 1.5, 1.5)
        self._texts(painter, rect.adjusted(20, 9, -10, -8 - PICTURE), listing)
        drawn: Sketch | None = index.data(SKETCH)
        if drawn is not None:
            picture = QRectF(rect.left() + 18, rect.bottom() - PICTURE - 6, rect.width() - 27, PICTURE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.canvas))
            painter.drawRoundedRect(picture, 5, 5)
            miniature.paint(painter, picture, drawn, theme)
        painter.restore()

    def _texts(self, painter: QPainter, rect: QRect, listing: Listing) -> None:
        theme, line = self._look.theme, QRect(rect)
        small, bold = font(11), font(13, weight=600)
        line.setHeight(18)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        titles = wrapped(
            listing.title, QFontMetrics(bold), line.width(), 2
        )  # what tells two apart may stand at the end
        for title in titles:
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
            line.translate(0, 17)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        fact = _fact(listing, QFontMetrics(small), line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fact)
        body = QRect(rect.left(), line.bottom() + 4, rect.width(), rect.bottom() - line.bottom() - 4)
        painter.setPen(QColor(theme.text))
        for text in wrapped(listing.summary, QFontMetrics(small), body.width() - 4, 3 - len(titles)):
            painter.drawText(QRect(body.left(), body.top(), body.width(), 16), Qt.AlignmentFlag.AlignLeft, text)
            body.translate(0, 16)


def _fact(listing: Listing, metrics: QFontMetrics, width: int) -> str:
    """Year, parameters and family, as many of them as fit whole."""
    facts = [str(listing.year or ""), f"{short(listing.parameters)} parameters", listing.family]
    facts = [fact for fact in facts if fact]
    while len(facts) > 1 and metrics.horizontalAdvance("  ·  ".join(facts)) > width:
        facts.pop()
    return metrics.elidedText("  ·  ".join(facts), Qt.TextElideMode.ElideRight, width)


def wrapped(text: str, metrics: QFontMetrics, width: int, lines: int) -> list[str]:
    """The text in at most so many lines, the last one elided where more follows."""
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines:
        taken = 1
        while taken < len(words) and metrics.horizontalAdvance(" ".join(words[: taken + 1])) <= width:
            taken += 1
        found.append(" ".join(words[:taken]))
        words = words[taken:]
    if words and found:
        found[-1] = metrics.elidedText(f"{found[-1]} {words[0]}…", Qt.TextElideMode.ElideRight, width)
    return found


class CardList(QListView):
    """Cards that share the width among as many columns as fit; Enter opens the current one."""

    opened = Signal(QModelIndex)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        room = self.viewport().width() - 1
        columns = max(room // CARD.width(), 1)
        self.setGridSize(QSize(room // columns, CARD.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
