"""Every shortcut in one list, searched, and changed by pressing other keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import Actions
from app.ui.style import label

ID = Qt.ItemDataRole.UserRole
SETTING = "shortcuts"
ON_THE_CANVAS = (
    ("Search at the cursor", "Tab, double click"),
    ("Travel along wires", "Arrow keys"),
    ("Move the view", "Space and drag, middle button"),
    ("Zoom", "Mouse wheel"),
    ("Leave the graph", "Esc"),
    ("See the whole graph", "F, Home"),
    ("Put copies beside", "Alt and drag a node"),
    ("Move all wires of a port", "Ctrl and drag the port"),
    ("Cut wires with a stroke", "Alt, Shift and drag"),
    ("Rename a node or a frame", "Double click"),
)


def restore(actions: Actions, settings: QSettings) -> None:
    """Take the shortcuts that the person chose before."""
    kept = settings.value(SETTING)
    if isinstance(kept, Mapping):
        actions.choose_keys({str(name): str(keys) for name, keys in kept.items()})


class ShortcutsDialog(QDialog):
    """A change holds at once; ``Reset all`` takes every one back."""

    def __init__(self, actions: Actions, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        self._actions, self._settings = actions, settings
        self._chosen = actions.chosen
        self.line = QLineEdit(placeholderText="Search commands or keys")
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName("Search commands or keys")
        self.tree = QTreeWidget()
        self.tree.setStyleSheet("QTreeView::item { padding: 3px 0; }")
        self.tree.setAccessibleName("Commands and their keys")
        self.tree.setHeaderLabels(["Command", "Keys"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.keys = QKeySequenceEdit(maximumSequenceLength=1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName("New keys for the chosen command")
        self.own_button, self.all_button = QPushButton("Reset"), QPushButton("Reset all")
        self.close_button = QPushButton("Close")
        self.note = label("Choose a command, then press its new keys.", "muted", wrap=True)
        self._assemble()
        self._fill()
        self._listen()
        self.resize(560, 620)

    def _assemble(self) -> None:
        row = QHBoxLayout()
        row.addWidget(label("New keys"))
        row.addWidget(self.keys, 1)
        row.addWidget(self.own_button)
        below = QHBoxLayout()
        below.addWidget(self.all_button)
        below.addStretch()
        below.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(self.note)
        layout.addLayout(below)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _fill(self) -> None:
        for name, command in self._actions.table.items():
            item = QTreeWidgetItem(self.tree, [f"{command.menu}: {self._actions.title(name)}", ""])
            item.setData(0, ID, name)
        for what, keys in ON_THE_CANVAS:
            item = QTreeWidgetItem(self.tree, [f"On the canvas: {what}", keys])
            item.setToolTip(0, "The canvas's own gesture; it cannot be changed")
        self._show_keys()
        self.tree.setCurrentItem(self._items()[0])
        self._show_current()

    def _listen(self) -> None:
        self.line.textChanged.connect(self._filter)
        self.tree.currentItemChanged.connect(lambda *_: self._show_current())
        self.keys.editingFinished.connect(self._take)
        self.own_button.clicked.connect(self._reset)
        self.all_button.clicked.connect(self._reset_all)
        self.close_button.clicked.connect(self.accept)

    def _items(self) -> list[QTreeWidgetItem]:
        found = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _show_keys(self) -> None:
        for item in self._items():
            name = item.data(0, ID)
            if name:
                item.setText(1, ", ".join(self._actions.keys(name)))

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        for item in self._items():
            item.setHidden(wanted not in f"{item.text(0)} {item.text(1)}".casefold())
        current = self.tree.currentItem()
        if current is None or current.isHidden():
            shown = [item for item in self._items() if not item.isHidden()]
            if shown:
                self.tree.setCurrentItem(shown[0])
            else:
                self.tree.clearSelection()

    @property
    def current(self) -> str:
        item = self.tree.currentItem()
        return (item.data(0, ID) or "") if item is not None else ""

    def _show_current(self) -> None:
        name = self.current
        self.keys.setEnabled(bool(name))
        self.own_button.setEnabled(name in self._chosen)
        self.keys.setKeySequence(QKeySequence(next(iter(self._actions.keys(name)), "")) if name else QKeySequence())

    def _take(self) -> None:
        """The keys that were pressed, unless another command has them."""
        name, keys = self.current, self.keys.keySequence().toString()
        if not name or keys == next(iter(self._actions.keys(name)), ""):
            return
        taken = [other for other in self._actions.table if other != name and keys in self._actions.keys(other)]
        if keys and taken:
            self.note.setText(
                f"{keys} is “{self._actions.title(taken[0])}”. Press other keys, or change that one first."
            )
            self._show_current()
            return
        self._choose({**self._chosen, name: keys})
        self.note.setText(f"“{self._actions.title(name)}” is now {keys or 'without keys'}.")

    def _reset(self) -> None:
        self._choose({name: keys for name, keys in self._chosen.items() if name != self.current})

    def _reset_all(self) -> None:
        self._choose({})
        self.note.setText("Every command has its own keys again.")

    def _choose(self, chosen: dict[str, str]) -> None:
        self._chosen = chosen
        self._actions.choose_keys(chosen)
        self._settings.setValue(SETTING, chosen)
        self._show_keys()
        self._show_current()
