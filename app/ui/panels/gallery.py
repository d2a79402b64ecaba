"""The template gallery: a card for each architecture, by family, searched, with a choice of preset."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QColor, QDesktopServices, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

import templates
from app.core.document import Document
from app.ui import fuzzy
from app.ui.panels.values import short
from app.ui.style import Style, label
from app.ui.theme import font
from templates import Listing

LISTING = Qt.ItemDataRole.UserRole
ALL = "Every family"
SUMMARY_LINES = 4
PRESETS = ("paper", "quick")
CARD = QSize(228, 104)
Index = QModelIndex | QPersistentModelIndex


class Listings(QAbstractListModel):
    """Every template, as its file's docstring says; nothing is imported for it."""

    def __init__(self) -> None:
        super().__init__()
        self.listings = templates.listing()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.listings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        listing = self.listings[index.row()]
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
    """A card: name and year, family, parameters, the summary's beginning."""

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
        self._texts(painter, rect.adjusted(20, 9, -10, -8), listing)
        painter.restore()

    def _texts(self, painter: QPainter, rect: QRect, listing: Listing) -> None:
        theme, line = self._look.theme, QRect(rect)
        year = str(listing.year or "")
        small, bold = font(11), font(13, weight=600)
        line.setHeight(18)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, year)
        room = line.width() - QFontMetrics(small).horizontalAdvance(year) - 8
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        title = QFontMetrics(bold).elidedText(listing.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        line.translate(0, 19)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        fact = f"{listing.family}  ·  {short(listing.parameters)} parameters"
        fact = QFontMetrics(small).elidedText(fact, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fact)
        body = QRect(rect.left(), line.bottom() + 4, rect.width(), rect.bottom() - line.bottom() - 4)
        painter.setPen(QColor(theme.text))
        for text in wrapped(listing.summary, QFontMetrics(small), body.width() - 4, 2):
            painter.drawText(QRect(body.left(), body.top(), body.width(), 16), Qt.AlignmentFlag.AlignLeft, text)
            body.translate(0, 16)


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


class GalleryPanel(QWidget):
    """``wanted`` carries the template's name and preset."""

    wanted = Signal(str, str)

    def __init__(self, look: Style) -> None:
        super().__init__()
        self.model = Listings()
        self.filter = Filter(self.model)
        self._loaded: dict[str, Document] = {}
        self.line = QLineEdit(placeholderText="Search templates")
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName("Search templates")
        self.families = QComboBox()
        self.families.setAccessibleName("Family")
        self.families.addItems([ALL, *dict.fromkeys(listing.family for listing in self.model.listings)])
        self.cards = self._make_cards(look)
        self.empty = label("No template answers this search. Try a shorter word or another family.", "empty")
        self.empty.hide()
        self.summary = label(role="muted")
        self.presets = QComboBox()
        self.presets.setAccessibleName("Preset")
        self.open_button = QPushButton("Open")
        self.open_button.setProperty("primary", True)
        self.paper = QPushButton("Paper")
        self._assemble()
        self._listen(look)
        self._choose_first()

    def _make_cards(self, look: Style) -> CardList:
        cards = CardList(objectName="gallery")
        cards.setAccessibleName("Templates")
        cards.setViewMode(QListView.ViewMode.IconMode)
        cards.setResizeMode(QListView.ResizeMode.Adjust)
        cards.setMovement(QListView.Movement.Static)
        cards.setUniformItemSizes(True)
        cards.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cards.setModel(self.filter)
        cards.setItemDelegate(CardDelegate(look, cards))
        return cards

    def _assemble(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.presets, 1)
        buttons.addWidget(self.paper)
        buttons.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.line, self.families, self.cards, self.empty, self.summary):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.setStretchFactor(self.cards, 1)
        self.setFocusProxy(self.line)

    def _listen(self, look: Style) -> None:
        self.line.textChanged.connect(lambda _: self._search())
        self.line.returnPressed.connect(self._open_current)
        self.families.activated.connect(lambda _: self._search())
        self.cards.doubleClicked.connect(lambda _: self._open_current())
        self.cards.opened.connect(lambda _: self._open_current())
        self.cards.selectionModel().currentChanged.connect(lambda *_: self._describe())
        self.open_button.clicked.connect(self._open_current)
        self.paper.clicked.connect(self._open_paper)
        look.changed.connect(self.cards.viewport().update)

    def _search(self) -> None:
        self.filter.choose(self.line.text(), self.families.currentText())
        self._choose_first()

    def _choose_first(self) -> None:
        found = self.filter.rowCount() > 0
        self.cards.setVisible(found)
        self.empty.setVisible(not found)
        self.cards.setCurrentIndex(self.filter.index(0, 0) if found else QModelIndex())
        self._describe()

    @property
    def current(self) -> Listing | None:
        index = self.cards.currentIndex()
        return index.data(LISTING) if index.isValid() else None

    def _describe(self) -> None:
        """The chosen card below the list. Every template has these two presets; drawing it names them all."""
        listing = self.current
        for widget in (self.presets, self.paper, self.open_button):
            widget.setEnabled(listing is not None)
        self._show_summary()
        self.presets.clear()
        self.presets.addItems(PRESETS)
        if listing is not None and self.cards.hasFocus():
            self._show_presets(listing)

    def _show_summary(self) -> None:
        """As much of the summary as leaves room for the cards; all of it as a tip."""
        listing = self.current
        text = listing.summary if listing is not None else ""
        self.summary.setToolTip(text)
        self.summary.setText("\n".join(wrapped(text, self.summary.fontMetrics(), self.width() - 24, SUMMARY_LINES)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_summary()

    def _show_presets(self, listing: Listing) -> None:
        document = self._drawn(listing)
        if document is None:
            return
        self.presets.clear()
        for row, preset in enumerate(document.presets.values()):
            self.presets.addItem(preset.name)
            self.presets.setItemData(row, preset.summary, Qt.ItemDataRole.ToolTipRole)
        self.presets.setCurrentText(document.preset)
        self.paper.setToolTip(f"{document.credit.title}\n{document.credit.link}")

    def _drawn(self, listing: Listing) -> Document | None:
        """The template drawn, once; a template that cannot be drawn says so here and breaks nothing else."""
        if listing.name not in self._loaded:
            try:
                self._loaded[listing.name] = templates.load(listing.name)
            except Exception as error:
                self.summary.setText(f"This template cannot be drawn: {error}")
                self.open_button.setEnabled(False)
                return None
        return self._loaded[listing.name]

    def _open_current(self) -> None:
        if self.current is not None:
            self.wanted.emit(self.current.name, self.presets.currentText())

    def _open_paper(self) -> None:
        if self.current is not None:
            document = self._drawn(self.current)
            if document is not None:
                QDesktopServices.openUrl(QUrl(document.credit.link))
