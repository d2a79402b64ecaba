"""The palette: every block by category, and this document's graphs and models; searched, dragged, or added by Enter."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.ui.offers import (
    FILE,
    GRAPHS,
    MIME,
    MODELS,
    OWN,
    PYTHON,
    Offer,
    block_offers,
    document_offers,
    own_offers,
    search,
    title,
)
from app.ui.style import Style, label, swatch
from app.ui.workspace import Workspace

PAYLOAD = Qt.ItemDataRole.UserRole
FAMILY = Qt.ItemDataRole.UserRole + 1


class OfferTree(QTreeWidget):
    """Categories and what they hold; an item drags as its payload."""

    wanted = Signal(str)
    unwanted = Signal(str)
    text_wanted = Signal(str)

    def __init__(self, codes: Callable[[], Container[str]]) -> None:
        """``codes``: names of the document's own Python."""
        super().__init__()
        self._codes = codes
        self.setHeaderHidden(True)
        self.setColumnCount(1)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.setAccessibleName("Blocks")
        self.itemActivated.connect(self._activated)
        self.setExpandsOnDoubleClick(False)
        delete = QAction("Delete your block…", self)
        delete.triggered.connect(lambda: self.unwanted.emit(self._payload()))
        edit, remove = QAction("Show and edit Python…", self), QAction("Remove from the document", self)
        edit.triggered.connect(lambda: self.text_wanted.emit(self._code()))
        remove.triggered.connect(lambda: self.unwanted.emit(self._payload()))
        self.addActions([delete, edit, remove])
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

        def follow(*_: object) -> None:
            delete.setVisible(not self._code())
            delete.setEnabled(self._is_own())
            for action in (edit, remove):
                action.setVisible(bool(self._code()))

        self.currentItemChanged.connect(follow)
        follow()

    def _is_own(self) -> bool:
        return self._payload().startswith(FILE)

    def _code(self) -> str:
        """The name of the document's own Python that is chosen, if one is."""
        kind, _, name = self._payload().partition(":")
        return name if kind == "block" and name in self._codes() else ""

    def event(self, event: QEvent) -> bool:
        """The key deletes a block of one's own here; elsewhere it is the canvas's."""
        is_own = self._is_own() or bool(self._code())
        wanted = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and is_own
        if wanted and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Delete):
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self.unwanted.emit(self._payload())
            return True
        return super().event(event)

    def _payload(self) -> str:
        item = self.currentItem()
        return (item.data(0, PAYLOAD) or "") if item is not None else ""

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [MIME]

    def mimeData(self, items: Iterable[QTreeWidgetItem]) -> QMimeData:  # noqa: N802
        data = QMimeData()
        payload = next((item.data(0, PAYLOAD) for item in items), None) or ""
        data.setData(MIME, payload.encode())
        return data

    def _activated(self, item: QTreeWidgetItem) -> None:
        payload = item.data(0, PAYLOAD)
        if payload:
            self.wanted.emit(payload)
        else:
            item.setExpanded(not item.isExpanded())


class PalettePanel(QWidget):
    """``wanted`` carries the payload of what is to be added, ``unwanted`` that of a block of one's own to delete."""

    wanted = Signal(str)
    unwanted = Signal(str)

    def __init__(self, workspace: Workspace, style: Style) -> None:
        super().__init__()
        self.workspace = workspace
        self._style = style
        self._blocks: list[Offer] = []
        self._own: list[Offer] = []
        self._shown: tuple[object, ...] | None = None
        self.line = QLineEdit(placeholderText="Search blocks")
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName("Search blocks")
        self.tree = OfferTree(lambda: workspace.document.codes)
        self.empty = label(role="empty")
        self.hint = label("Drag onto the canvas, or press Enter to add.", "muted", wrap=True)
        self.new_python = QPushButton("New Python block…", objectName="link")
        self.new_python.setToolTip("Write a block of this document’s own, as a PyTorch module")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.line, self.tree, self.empty, self.hint, self.new_python):
            layout.addWidget(widget)
        for widget in (self.tree, self.empty):
            layout.setStretchFactor(widget, 1)
        self.empty.hide()
        self.line.textChanged.connect(lambda _: self.refresh())
        self.line.returnPressed.connect(self._add_first)
        self.line.installEventFilter(self)
        self.tree.wanted.connect(self.wanted)
        self.tree.unwanted.connect(self.unwanted)
        self.tree.text_wanted.connect(workspace.code_wanted)
        self.new_python.clicked.connect(lambda: workspace.code_wanted.emit(""))
        workspace.document_changed.connect(lambda _: self._document_changed())
        workspace.graph_changed.connect(lambda _: self._document_changed())
        workspace.own_blocks_changed.connect(self.load_own)
        style.changed.connect(self.refresh)

    def load(self) -> None:
        """Fill it with the library: called after the first frame, since it imports every block."""
        self._blocks = block_offers(self.workspace.library)
        self._own = own_offers()
        self._document_changed()

    def load_own(self) -> None:
        """Look again at the blocks of one's own: one was kept, taken in or forgotten."""
        self._own = own_offers()
        self.refresh()

    def offers(self) -> list[Offer]:
        """Everything that may be added to the graph on the canvas."""
        return [*document_offers(self.workspace.document, self.workspace.graph_name), *self._own, *self._blocks]

    def refresh(self) -> None:
        query = self.line.text().strip()
        found = search(query, self.offers())
        open_families = self._open_families()
        self.tree.clear()
        if query:
            for offer in found:
                self.tree.addTopLevelItem(self._item(offer))
            first = self.tree.topLevelItem(0)
            if first is not None:
                self.tree.setCurrentItem(first)
        else:
            self._by_family(found, open_families)
        self.tree.setVisible(bool(found) or not query)
        self.empty.setVisible(not found and bool(query))
        self.empty.setText(f"No block is called or described like “{query}”. Try a shorter word.")

    def _by_family(self, offers: Sequence[Offer], open_families: set[str]) -> None:
        families: dict[str, QTreeWidgetItem] = {}
        for offer in offers:
            family = families.get(offer.family)
            if family is None:
                family = families[offer.family] = QTreeWidgetItem(self.tree, [title(offer.family)])
                family.setData(0, FAMILY, offer.family)
                family.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                font = family.font(0)
                font.setBold(True)
                family.setFont(0, font)
            family.addChild(self._item(offer))
        for name, item in families.items():
            item.setText(0, f"{title(name)}   {item.childCount()}")
            item.setExpanded(name in open_families or name in (GRAPHS, MODELS, PYTHON, OWN))

    def _open_families(self) -> set[str]:
        found = set()
        for row in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(row)
            if item is not None and item.isExpanded() and item.childCount():
                found.add(item.data(0, FAMILY))
        return found

    def _item(self, offer: Offer) -> QTreeWidgetItem:
        item = QTreeWidgetItem([offer.name])
        item.setData(0, PAYLOAD, offer.payload)
        item.setIcon(0, swatch(self._style.family_colour(offer.family)))
        item.setToolTip(0, f"{offer.name}\n{offer.summary}" if offer.summary else offer.name)
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, offer.summary)
        return item

    def _document_changed(self) -> None:
        """Only this document's graphs and models can have changed."""
        offers = tuple(document_offers(self.workspace.document, self.workspace.graph_name))
        if offers != self._shown:
            self._shown = offers
            self.refresh()

    def _add_first(self) -> None:
        item = self.tree.currentItem() or self.tree.topLevelItem(0)
        payload = item.data(0, PAYLOAD) if item is not None else None
        if payload:
            self.wanted.emit(payload)

    def eventFilter(self, watched: object, event: object) -> bool:  # noqa: N802
        if watched is self.line and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.tree.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]
