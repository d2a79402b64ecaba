"""The bar over the canvas: the way in as crumbs, and a menu of every graph."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from app.core.document import Graph
from app.ui.style import clear, label
from app.ui.workspace import Workspace


class CrumbBar(QWidget):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(objectName="crumbs")
        self.setAutoFillBackground(True)
        self.workspace = workspace
        self.buttons: list[QPushButton] = []
        self.graphs = QToolButton(text="Graphs ▾", objectName="menuButton")
        self.graphs.setAccessibleName("Go to a graph")
        self.graphs.setToolTip("Go to any graph of the document")
        self.graphs.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.graphs)
        self.menu.aboutToShow.connect(self._fill)
        self.graphs.setMenu(self.menu)
        self._way = QHBoxLayout()
        self._way.setSpacing(0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.addLayout(self._way)
        layout.addStretch()
        layout.addWidget(self.graphs)
        for signal in (workspace.graph_changed, workspace.document_changed):
            signal.connect(lambda _: self.refresh())
        self._shown: object = None
        self.refresh()

    def refresh(self) -> None:
        shown = tuple(self._names())
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._way)
        self.buttons = []
        for depth, name in enumerate(shown):
            if depth:
                self._way.addWidget(label("›", "muted"))
            button = QPushButton(name, objectName="crumb")
            button.setProperty("here", depth == len(shown) - 1)
            button.setAccessibleName(f"Go to {name}")
            button.clicked.connect(lambda _=False, depth=depth: self.workspace.back_to(depth))
            self._way.addWidget(button)
            self.buttons.append(button)

    def _names(self) -> list[str]:
        """Graph names; a graph that was entered through a node of another name shows both."""
        names = []
        above: Graph | None = None
        for step in self.workspace.crumbs:
            node = above.nodes.get(step.node) if above is not None else None
            names.append(f"{node.name}: {step.graph}" if node is not None else step.graph or "Nothing drawn yet")
            above = self.workspace.document.graphs.get(step.graph)
        return names

    def _fill(self) -> None:
        self.menu.clear()
        document = self.workspace.document
        steps = set(document.step_graphs())
        for heading, names in (
            ("Graphs", [name for name in document.graphs if name not in steps]),
            ("Training", [name for name in document.graphs if name in steps]),
        ):
            if names:
                self.menu.addSection(heading)
            for name in names:
                action = self.menu.addAction(name)
                action.setCheckable(True)
                action.setChecked(name == self.workspace.graph_name)
                action.triggered.connect(lambda _=False, name=name: self.workspace.show_graph(name))
