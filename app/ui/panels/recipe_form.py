"""The recipe, all of it: data, stages with their phases, evaluations, previews, how it is run, and the preset's goal.

Values are those of the preset that the document is looked through, or the document's own: the first line says which,
and a value of the preset's own carries its name.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPaintEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.core.block import Source
from app.core.document import Recipe
from app.core.problems import ShapeError
from app.core.recipe_edits import Part
from app.ui.dialogs import Dialogs
from app.ui.panels import learning_fields as known
from app.ui.panels.fields import LABEL_WIDTH
from app.ui.panels.preset_form import PresetForm
from app.ui.panels.recipe_cards import heading, tool
from app.ui.panels.recipe_parts import LookCard, PartCard, PartForm
from app.ui.panels.recipe_phases import StageCard
from app.ui.panels.recipe_scope import RecipeRow, RecipeScope
from app.ui.panels.sections import order_tabs
from app.ui.style import clear, label, set_role
from app.ui.workspace import Workspace

BESIDE = 4
GROUPS: tuple[tuple[str, str, str], ...] = (
    ("stages", "Stages", "Add a stage"),
    ("evaluations", "Evaluations", "Add an evaluation"),
    ("previews", "Previews", "Add a preview"),
)
RUN_VALUES = (
    ("batch_size", known.BATCH, 64),
    ("eval_batch_size", known.EVAL_BATCH, 256),
    ("precision", known.PRECISION, "float32"),
    ("seed", known.SEED, 0),
    ("device", known.DEVICE, "auto"),
)


class Box(QComboBox):
    """A choice that the wheel passes over, so that scrolling a form changes nothing.

    A name that is too long for it ends in three dots.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        place = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        whole = self.currentText()
        shown = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, place.width() - BESIDE)
        option.currentText = shown
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class RecipeForm(QWidget):
    """Parts are remade where the recipe has others; values are updated in place. Only while it is on the screen."""

    def __init__(self, workspace: Workspace, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self.scope = RecipeScope(workspace)
        self.parts = PartForm(self.scope, dialogs)
        self.cards: dict[Part, PartCard] = {}
        self.data_rows: dict[str, RecipeRow] = {}
        self._sources: list[type[Source]] = []
        self._made_for: object = None
        self._stale = True
        self._make()
        self._assemble()
        self.source.activated.connect(lambda _: self._choose_source(self.source.currentText()))
        self.of.activated.connect(lambda row: self.scope.choose(row == 1))
        self.scope.changed.connect(self.refresh)
        workspace.elaboration_changed.connect(lambda _: self._refresh_in_sight())
        workspace.preset_changed.connect(lambda _: self._refresh_in_sight())

    @property
    def rows(self) -> dict[str, RecipeRow]:
        """Every value that is on the form now, by its path in the recipe."""
        return self.parts.rows

    def _make(self) -> None:
        self.of, self.source = Box("Whose values are changed"), Box("Data source")
        self.told = label(role="muted", wrap=True)
        self.about = label(role="muted", wrap=True)
        self.missing = label(role="warning", wrap=True)
        self.trouble = label(role="error", wrap=True)
        self.release = tool("", "", self.scope.release_data)
        self.release.setObjectName("chip")
        self.presets = PresetForm(self.scope, self._dialogs)
        self._fields = QVBoxLayout()
        self._groups = {name: QVBoxLayout() for name, _, _ in GROUPS}
        for layout in (self._fields, *self._groups.values()):
            layout.setSpacing(8)

    def _assemble(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.whose = labelled("Change", self.of)
        for widget in (self.whose, self.told, self.trouble):
            column.addWidget(widget)
        column.addWidget(heading("Data"))
        column.addWidget(labelled("Source", self.source, self.release))
        column.addWidget(self.about)
        column.addWidget(self.missing)
        column.addLayout(self._fields)
        for name, text, tip in GROUPS:
            column.addWidget(heading(text, tip, partial(self.parts.add, (name,))))
            column.addLayout(self._groups[name])
        column.addWidget(heading("Run"))
        for path, argument, default in RUN_VALUES:
            row = RecipeRow(self.scope, path, argument, default=default)
            self.parts.rows[path] = row
            column.addWidget(row)
        self._run_rows = [self.parts.rows[path] for path, _, _ in RUN_VALUES]
        column.addWidget(self.presets)

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe | None:
        """The recipe as it is shown, formulas as written."""
        return self.scope.recipe

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _refresh_in_sight(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def refresh(self) -> None:
        self._stale = False
        self.scope.look()
        recipe = self.recipe
        if recipe is None:
            return
        self._show_scope()
        self._show_data(recipe)
        self._show_cards(recipe)
        for row in (*self.data_rows.values(), *self._run_rows):
            row.refresh()
        self.presets.refresh()
        if self.parts.remade:
            self.parts.remade = False
            order_tabs(self)

    def _show_scope(self) -> None:
        preset = self.workspace.preset
        self.whose.setVisible(bool(preset))
        with QSignalBlocker(self.of):
            self.of.clear()
            self.of.addItems([f"Preset {preset} alone", "The document"])
            self.of.setCurrentIndex(int(self.scope.is_of_document))
        if not preset:
            told = ""
        elif self.scope.preset:
            told = f"What {preset} sets itself carries its name; all else is the document’s, as in every preset."
        else:
            told = f"The document’s own values; {preset} may have others."
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.trouble.setText(self.scope.trouble)
        self.trouble.setVisible(bool(self.scope.trouble))

    def _show_data(self, recipe: Recipe) -> None:
        kind = self.scope.source(recipe.data.block)
        if self._made_for != recipe.data.block:
            self._made_for = recipe.data.block
            self._make_data(kind)
        self._fill_sources(recipe.data.block)
        told = kind.summary() if kind is not None else f"There is no data source “{recipe.data.block}”."
        self.about.setText(told)
        self.release.setVisible(self.scope.has_data)
        if self.scope.has_data:
            preset, other = self.scope.preset, self.workspace.document.recipe
            self.release.setText(f"{preset[:10]} ↺")
            tip = f"{preset} has data of its own. Click to take the document’s: {other.data.block if other else ''}"
            self.release.setToolTip(tip)
            self.release.setAccessibleName(tip)
        self._say_missing(missing(self.scope))

    def _make_data(self, kind: type[Source] | None) -> None:
        clear(self._fields)
        for row in self.data_rows.values():
            self.parts.rows.pop(row.name, None)
        self.data_rows = {}
        defaults = kind.defaults() if kind is not None else {}
        for name, argument in (kind.arguments() if kind is not None else {}).items():
            browse = self._browse if argument.kind == "path" else None
            row = RecipeRow(self.scope, f"data.{name}", argument, default=defaults[name], browse=browse)
            self.data_rows[name] = self.parts.rows[row.name] = row
            self._fields.addWidget(row)

    def _fill_sources(self, chosen: str) -> None:
        if not self._sources:
            self._sources = [block for block in self.workspace.library.all() if issubclass(block, Source)]
            for source in self._sources:
                self.source.addItem(source.__name__)
                self.source.setItemData(self.source.count() - 1, source.summary(), Qt.ItemDataRole.ToolTipRole)
        self.source.setCurrentIndex(self.source.findText(chosen))

    def _show_cards(self, recipe: Recipe) -> None:
        for group, layout in self._groups.items():
            items = getattr(recipe, group)
            parts: list[Part] = [(group, item.name) for item in items]
            if [part for part in self.cards if part[0] == group] != parts:
                self._make_cards(group, parts, layout)
            for position, part in enumerate(parts):
                self.cards[part].place(position, len(parts))
                self.cards[part].refresh()

    def _make_cards(self, group: str, parts: list[Part], layout: QVBoxLayout) -> None:
        clear(layout)
        for part in [part for part in self.cards if part[0] == group]:
            del self.cards[part]
        for path in [path for path in self.parts.rows if path.startswith(f"{group}.")]:
            del self.parts.rows[path]
        for part in parts:
            if group == "stages":
                card: PartCard = StageCard(self.parts, part, unfolded=self.parts.unfolded(part, True))
            else:
                card = LookCard(self.parts, part, unfolded=self.parts.unfolded(part, False))
            self.cards[part] = card
            layout.addWidget(card)
        if not parts:
            layout.addWidget(label(f"No {group} yet.", "muted"))

    def why_not(self) -> str:
        """What stands in the way of training on these data, seen as the preset sees them."""
        if self._stale or self.scope.is_of_document:
            seen = RecipeScope(self.workspace)
            seen.setParent(None)
            return missing(seen)
        return missing(self.scope)

    def _say_missing(self, sentence: str) -> None:
        self.missing.setText(sentence)
        self.missing.setVisible(bool(sentence))
        set_role(self.missing, "warning")

    # -- edits ----------------------------------------------------------------------------------------------------

    def _choose_source(self, name: str) -> None:
        recipe = self.recipe
        if recipe is not None and name != recipe.data.block:
            self.scope.choose_source(name)

    def _browse(self, value: str) -> str:
        return self._dialogs.folder("Choose the data", value)


def missing(scope: RecipeScope) -> str:
    """Why the data cannot be read, or nothing."""
    made = scope.made_source()
    if isinstance(made, str):
        return made
    try:
        return made.missing() or ""
    except (TypeError, ValueError, OSError, ShapeError) as error:
        return str(error)


def labelled(name: str, *widgets: QWidget) -> QWidget:
    """A name and what is chosen for it, in the columns of the fields."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    title = label(name)
    title.setFixedWidth(LABEL_WIDTH)
    row.addWidget(title)
    for position, widget in enumerate(widgets):
        row.addWidget(widget, 1 - position)
    return made
