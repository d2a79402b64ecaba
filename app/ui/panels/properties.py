"""The properties panel: the selected node's form, the graph's where nothing is selected."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.ui.dialogs import Dialogs
from app.ui.panels.graph_form import GraphForm, graph_key
from app.ui.panels.node_form import NodeForm, form_key
from app.ui.style import label
from app.ui.workspace import Workspace


class PropertiesPanel(QWidget):
    """``about_wanted``: the page about the document is asked for."""

    about_wanted = Signal()

    def __init__(self, workspace: Workspace, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self._key: tuple[object, ...] = ()
        self._folds: set[str] = set()
        self.form: NodeForm | GraphForm | None = None
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName("Properties")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        self._history = workspace.history
        workspace.document_changed.connect(lambda _: self._start_again())  # before its shapes are there
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        workspace.selection_changed.connect(lambda _: self.refresh())
        workspace.graph_changed.connect(lambda _: self.refresh())
        QApplication.instance().focusChanged.connect(self._keep_in_sight)
        self.refresh()

    def _start_again(self) -> None:
        """Another document's form begins at its top, with nothing folded."""
        if self.workspace.history is not self._history:
            self._history = self.workspace.history
            self._key = ()
            self._folds.clear()

    def refresh(self) -> None:
        """Update the form in place, or make another where something else is selected."""
        key = self._wanted()
        if key != self._key:
            same = self._key[:2] == key[:2]
            self._key = key
            self._show(self._made(), same)
        elif self.form is not None:
            self.form.refresh()

    def _wanted(self) -> tuple[object, ...]:
        workspace = self.workspace
        node = workspace.selected_node
        if node is not None:
            return ("node", *form_key(node, workspace))
        if len(workspace.selection) > 1:
            return ("several", workspace.selection)
        return ("graph", *graph_key(workspace))

    def _made(self) -> QWidget:
        workspace = self.workspace
        node = workspace.selected_node
        if node is not None:
            return NodeForm(node, workspace, self._dialogs)
        if len(workspace.selection) > 1:
            return self._several(len(workspace.selection))
        form = GraphForm(workspace, self._dialogs, self._folds)
        form.about_wanted.connect(self.about_wanted)
        return form

    def _several(self, count: int) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.addWidget(label(f"{count} nodes are selected. Select one to see its properties.", "empty"))
        layout.addStretch()
        return made

    def _show(self, widget: QWidget, same: bool) -> None:
        """Put a form in the place of another; one of the same thing keeps where it was scrolled to and the focus."""
        self.form = widget if isinstance(widget, NodeForm | GraphForm) else None
        before = self.area.widget()
        bar = self.area.verticalScrollBar()
        scrolled = bar.value() if same else 0
        focused = QApplication.focusWidget()
        kept = _named(before, focused) if before is not None and focused is not None else None
        before = self.area.takeWidget()
        if before is not None:
            before.deleteLater()
        self.area.setWidget(widget)
        if same:
            widget.adjustSize()
            QTimer.singleShot(0, self, lambda: self._stay(widget, scrolled, kept))

    def _stay(self, widget: QWidget, scrolled: int, kept: tuple[str, int] | None) -> None:
        if self.area.widget() is not widget:
            return
        self.area.verticalScrollBar().setValue(scrolled)
        focused = QApplication.focusWidget()
        if focused is not None and widget.isAncestorOf(focused):
            self._keep_in_sight(None, focused)
        elif kept is not None:
            name, at = kept
            alike = [child for child in widget.findChildren(QWidget) if child.accessibleName() == name]
            if at < len(alike):
                alike[at].setFocus()

    def _keep_in_sight(self, _: QWidget | None, now: QWidget | None) -> None:
        """Tab may lead to a field outside of what is scrolled to."""
        shown = self.area.widget()
        if now is not None and shown is not None and shown.isAncestorOf(now):
            self.area.ensureWidgetVisible(now, 0, 24)


def _named(form: QWidget, focused: QWidget) -> tuple[str, int] | None:
    """A field of a form by its name and its place among those that have the same."""
    name = focused.accessibleName()
    alike = [child for child in form.findChildren(QWidget) if name and child.accessibleName() == name]
    return (name, alike.index(focused)) if focused in alike else None
