"""The outline: models, graphs, step graphs and previews with their nodes, as a tree that the keyboard can operate."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.core.document import Document, Graph
from app.core.problems import Path
from app.ui.panels.values import short
from app.ui.workspace import Workspace

PATH = Qt.ItemDataRole.UserRole
REFRESH_AFTER_MS = 80
"""A tree is made anew once after a burst of edits, not at each of them."""


class OutlinePanel(QWidget):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._shown: object = None
        self.line = QLineEdit(placeholderText="Find by name, block or shape")
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName("Find in the outline")
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Outline")
        self.tree.setHeaderLabels(["Name", "What"])
        self.tree.setIndentation(14)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setStretchLastSection(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.line)
        layout.addWidget(self.tree, 1)
        self.line.textChanged.connect(self._filter)
        self.tree.itemClicked.connect(self._go)
        self.tree.itemActivated.connect(self._go)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        workspace.elaboration_changed.connect(lambda _: self._soon.start())
        workspace.selection_changed.connect(lambda _: self._show_selection())
        self.refresh()

    def refresh(self) -> None:
        """Build it anew where what it shows has changed; it costs nothing while it is not visible."""
        if not self.isVisible() or self._shown is self.workspace.elaboration:
            return
        self._shown = self.workspace.elaboration
        open_items = self._open_items()
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self._fill(self.workspace.document, open_items)
        self.tree.resizeColumnToContents(0)
        self.tree.setColumnWidth(0, min(self.tree.columnWidth(0), 170))
        self._filter(self.line.text())
        self._show_selection()

    def showEvent(self, event: object) -> None:  # noqa: N802
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _fill(self, document: Document, open_items: set[str]) -> None:
        steps = list(document.step_graphs())
        models = self._section("Models")
        for model in document.models.values():
            result = self.workspace.elaboration.models.get(model.name)
            count = f"{model.graph}, {short(result.totals.parameters)}" if result else model.graph
            item = self._item(models, model.name, count, Path(model.graph))
            item.setToolTip(1, f"an instance of {model.graph}")
        self._graphs("Graphs", (graph for graph in document.graphs.values() if graph.name not in steps), open_items)
        self._graphs("Training", (document.graphs[name] for name in steps if name in document.graphs), open_items)

    def _graphs(self, name: str, graphs: Iterable[Graph], open_items: set[str]) -> None:
        section = self._section(name)
        for graph in graphs:
            item = self._item(section, graph.name, graph.summary, Path(graph.name))
            result = self.workspace.elaboration.views.get(graph.name)
            for node in graph.nodes.values():
                found = result.nodes.get(node.id) if result is not None else None
                shapes = ", ".join(str(wire) for wire in found.outputs.values() if wire is not None) if found else ""
                what = node.use.name
                text = f"{what}  {shapes}"
                child = self._item(item, node.name, text, Path(graph.name, node.id))
                child.setToolTip(1, text)
            item.setExpanded(f"{graph.name}" in open_items)

    def _section(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [name])
        item.setFirstColumnSpanned(True)
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setExpanded(True)
        return item

    def _item(self, parent: QTreeWidgetItem, name: str, what: str, path: Path) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [name, what])
        item.setData(0, PATH, path)
        item.setToolTip(0, name)
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        found = []
        waiting = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        while waiting:
            item = waiting.pop()
            if item is not None:
                found.append(item)
                waiting.extend(item.child(row) for row in range(item.childCount()))
        return found

    def _open_items(self) -> set[str]:
        paths = [(item, item.data(0, PATH)) for item in self._items() if item.isExpanded()]
        found = {path.graph for _, path in paths if path is not None}
        return found or {self.workspace.graph_name}

    def _go(self, item: QTreeWidgetItem) -> None:
        path = item.data(0, PATH)
        if path is not None:
            if not path.node:
                self.workspace.show_graph(path.graph)
            self.workspace.go_to(path)

    def _filter(self, text: str) -> None:
        """Hide what does not match; what holds a match stays."""
        wanted = text.casefold().strip()
        for row in range(self.tree.topLevelItemCount()):
            section = self.tree.topLevelItem(row)
            if section is not None:
                self._keep(section, wanted)
                section.setHidden(section.childCount() == 0)

    def _keep(self, item: QTreeWidgetItem, wanted: str) -> bool:
        own = wanted in f"{item.text(0)} {item.text(1)}".casefold()
        below = [self._keep(item.child(row), wanted) for row in range(item.childCount())]
        keep = own or any(below)
        item.setHidden(not keep)
        if wanted and any(below):
            item.setExpanded(True)
        return keep

    def _show_selection(self) -> None:
        if not self.isVisible() or not self.workspace.selection:
            return
        wanted = Path(self.workspace.graph_name, self.workspace.selection[0])
        for item in self._items():
            if item.data(0, PATH) == wanted:
                with QSignalBlocker(self.tree):
                    self.tree.setCurrentItem(item)
                return
