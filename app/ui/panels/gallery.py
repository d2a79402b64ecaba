"""The template gallery: a card for each architecture, by family, searched, with a choice of preset."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import templates
from app.core.block import Library
from app.core.document import Document
from app.ui.panels import miniature
from app.ui.panels.cards import ALL, LISTING, CardDelegate, CardList, Filter, Listings, wrapped
from app.ui.style import Style, label
from templates import Listing

SUMMARY_LINES = 4
PRESETS = ("paper", "quick")


class GalleryPanel(QWidget):
    """``wanted`` carries the template's name and preset."""

    wanted = Signal(str, str)

    def __init__(self, look: Style, library: Library) -> None:
        super().__init__()
        self._library = library
        self.model = Listings()
        self.filter = Filter(self.model)
        self._loaded: dict[str, Document] = {}
        self._sketcher = QTimer(self, interval=0)
        self._sketcher.timeout.connect(self._sketch_next)
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
        self.presets.setAccessibleName("Preset to open it with")
        self.presets.setToolTip("The sizes to open it with: as published, or small and quick to train")
        self.open_button = QPushButton("Open")
        self.open_button.setProperty("primary", True)
        self.paper = QPushButton("Read the paper ↗", objectName="link")
        self.paper.setAccessibleName("Open the paper in the browser")
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
        about = QHBoxLayout()
        about.addWidget(self.paper)
        about.addStretch()
        buttons = QHBoxLayout()
        self.preset_name = label("Open as")
        self.preset_name.setBuddy(self.presets)
        buttons.addWidget(self.preset_name)
        buttons.addWidget(self.presets, 1)
        buttons.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.line, self.families, self.cards, self.empty, self.summary):
            layout.addWidget(widget)
        layout.addLayout(about)
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

    def show_open(self, name: str) -> None:
        """Choose the card of the template that is open, where no search hides it."""
        for row in range(self.filter.rowCount()):
            index = self.filter.index(row, 0)
            if index.data(LISTING).name == name:
                self.cards.setCurrentIndex(index)
                self.cards.scrollTo(index)

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
        if listing is not None and (self.cards.hasFocus() or listing.name in self._loaded):
            self._show_presets(listing)

    def _show_summary(self) -> None:
        """As much of the summary as leaves room for the cards; all of it as a tip."""
        listing = self.current
        text = listing.summary if listing is not None else ""
        self.summary.setToolTip(text)
        self.summary.setText("\n".join(wrapped(text, self.summary.fontMetrics(), self.width() - 24, SUMMARY_LINES)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._sketcher.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._sketcher.stop()

    def _sketch_next(self) -> None:
        """The next card's picture, while nothing else is to be done: drawing a template takes a few milliseconds."""
        waiting = next((item for item in self.model.listings if item.name not in self.model.sketches), None)
        if waiting is None:
            self._sketcher.stop()
            return
        document = self._load(waiting.name)
        empty = miniature.Sketch((), ())
        found = miniature.sketch(document, self._library) if isinstance(document, Document) else empty
        self.model.set_sketch(waiting.name, found)

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
        """The template drawn; one that cannot be drawn says so here and breaks nothing else."""
        found = self._load(listing.name)
        if isinstance(found, Document):
            return found
        self.summary.setText(f"This template cannot be drawn: {found}")
        self.open_button.setEnabled(False)
        return None

    def _load(self, name: str) -> Document | str:
        """A template's document, drawn once, or what is wrong with it."""
        if name not in self._loaded:
            try:
                self._loaded[name] = templates.load(name)
            except Exception as error:
                return str(error)
        return self._loaded[name]

    def _open_current(self) -> None:
        if self.current is not None:
            self.wanted.emit(self.current.name, self.presets.currentText())

    def _open_paper(self) -> None:
        if self.current is not None:
            document = self._drawn(self.current)
            if document is not None:
                QDesktopServices.openUrl(QUrl(document.credit.link))
