"""Where a document has no recipe yet: which model to train on which data, and the steps drawn for it in one go."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.document import Document
from app.ui import first_recipe
from app.ui.first_recipe import Fit
from app.ui.panels.fields import LABEL_WIDTH
from app.ui.style import label, set_role
from app.ui.workspace import Workspace

NO_MODEL = (
    "Training needs a model. Select nothing on the canvas, and press + beside “Models” in the properties; "
    "or open a template to see how one learns."
)
LEAD = (
    "There is no training recipe yet. Choose what to learn from: a training step, an evaluation and a preview are "
    "drawn as graphs that you can open and change. One undo takes them back."
)


class RecipeStart(QWidget):
    """Looks for what fits only while it is on the screen."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.found: Fit | str = ""
        self._seen: tuple[Document, str] | None = None
        self.lead = label(LEAD, wrap=True)
        self.models, self.sources = QComboBox(), QComboBox()
        self.about = label(role="muted", wrap=True)
        self.verdict = label(role="muted", wrap=True)
        self.add_button = QPushButton("Add a training recipe")
        self.add_button.setProperty("primary", True)
        self._assemble()
        self.models.activated.connect(lambda _: self._fill_sources())
        self.sources.activated.connect(lambda _: self._look())
        self.add_button.clicked.connect(self.add)
        workspace.elaboration_changed.connect(lambda _: self._refresh_in_sight())

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(label("Training", "title"))
        column.addWidget(self.lead)
        self._rows: list[QWidget] = []
        for name, box in (("Model", self.models), ("Data", self.sources)):
            box.setAccessibleName(f"{name} of the new recipe")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            heading = label(name)
            heading.setFixedWidth(LABEL_WIDTH)
            line.addWidget(heading)
            line.addWidget(box, 1)
            self._rows.append(row)
            column.addWidget(row)
        for widget in (self.about, self.verdict, self.add_button):
            column.addWidget(widget)
        column.addStretch()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def _refresh_in_sight(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Which models there are, and what fits the chosen one."""
        seen = (self.workspace.document, self.workspace.preset)
        if self._seen is not None and self._seen[0] is seen[0] and self._seen[1] == seen[1]:
            return
        self._seen = seen
        names = list(self.workspace.document.models)
        for widget in (*self._rows, self.about, self.verdict, self.add_button):
            widget.setVisible(bool(names))
        self._rows[0].setVisible(len(names) > 1)
        self.lead.setText(LEAD if names else NO_MODEL)
        chosen = self.models.currentText()
        with QSignalBlocker(self.models):
            self.models.clear()
            self.models.addItems(names)
            self.models.setCurrentIndex(max(self.models.findText(chosen), 0))
        if names:
            self._fill_sources()

    def _fill_sources(self) -> None:
        workspace = self.workspace
        self.sources.clear()
        for source in first_recipe.best(workspace.elaboration, workspace.library, self.models.currentText()):
            self.sources.addItem(source.__name__, source)
        self._look()

    def _look(self) -> None:
        """What the recipe would be, or why the data do not fit."""
        source, workspace = self.sources.currentData(), self.workspace
        self.about.setText(source.summary() if source is not None else "")
        model = self.models.currentText()
        self.found = (
            first_recipe.fit(workspace.elaboration, workspace.library, model, source) if source is not None else ""
        )
        fits = isinstance(self.found, Fit)
        self.verdict.setText(self.found.sentence if isinstance(self.found, Fit) else self.found)
        set_role(self.verdict, "muted" if fits else "warning")
        self.add_button.setEnabled(fits)

    def add(self) -> None:
        """Draw the steps and write the recipe, as one edit."""
        self.refresh()
        found, workspace = self.found, self.workspace
        if isinstance(found, Fit):
            preset = workspace.preset or None
            workspace.do(lambda document: first_recipe.add_recipe(document, workspace.library, found, preset))
        elif found:
            workspace.said.emit(found)
