"""What to train on and how: data source and its fields, steps, batch size, learning rates, seed.

What is chosen here belongs to the preset that the document is looked at through, or to the recipe where there is none.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.core import settings
from app.core.block import Argument, Source
from app.core.changes import Changed
from app.core.document import DataSource, Document, Recipe, Value
from app.core.recipe import RecipeError, plain_recipe, recipe_of
from app.ui.dialogs import Dialogs
from app.ui.panels.fields import LABEL_WIDTH, FieldRow
from app.ui.panels.values import shown
from app.ui.style import clear, label, set_role
from app.ui.workspace import Workspace

STEPS = Argument(kind="int", low=1, label="Steps", help="How often the weights are updated.")
BATCH = Argument(kind="int", low=1, label="Batch size", help="Examples in one step.")
SEED = Argument(kind="int", low=0, label="Seed", help="Of all random numbers: the same seed trains the same way.")
RATE = Argument(kind="float", low=0, label="Learning rate", help="Size of the optimiser’s steps, before its schedule.")


class RecipeForm(QWidget):
    """Remade where the recipe has other parts; updated in place where only values change."""

    def __init__(self, workspace: Workspace, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self._sources: list[type[Source]] | None = None
        self._key: tuple[object, ...] = ()
        self.rows: dict[str, FieldRow] = {}
        self.data_rows: dict[str, FieldRow] = {}
        self.source = QComboBox()
        self.source.setAccessibleName("Data source")
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.about = label(role="muted", wrap=True)
        self.missing = label(role="error", wrap=True)
        self._fields = QVBoxLayout()
        self._values = QVBoxLayout()
        for layout in (self._fields, self._values):
            layout.setSpacing(6)
        row = QHBoxLayout()
        name = label("Source")
        name.setFixedWidth(LABEL_WIDTH)
        row.addWidget(name)
        row.addWidget(self.source, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label("Data", "section"))
        column.addLayout(row)
        column.addWidget(self.about)
        column.addWidget(self.missing)
        column.addLayout(self._fields)
        column.addWidget(label("Training", "section"))
        column.addLayout(self._values)
        self.source.activated.connect(lambda _: self._choose_source(self.source.currentText()))
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        self.refresh()

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe | None:
        """The recipe as it is under the preset, formulas as written."""
        return recipe_of(self.workspace.document, self.workspace.preset or None)

    def refresh(self) -> None:
        recipe = self.recipe
        self.setEnabled(recipe is not None)
        if recipe is None:
            return
        source = self._source_class(recipe.data.block)
        key = (recipe.data.block, *((stage.name, *(p.name for p in stage.phases)) for stage in recipe.stages))
        if key != self._key:
            self._key = key
            self._make(recipe, source)
        self._show_values(recipe, source)

    def _source_class(self, name: str) -> type[Source] | None:
        found = self.workspace.library.find(name)
        return found if found is not None and issubclass(found, Source) else None

    def _make(self, recipe: Recipe, source: type[Source] | None) -> None:
        self._fill_sources(recipe.data.block)
        for layout in (self._fields, self._values):
            clear(layout)
        self.data_rows = {}
        for name, argument in (source.arguments() if source is not None else {}).items():
            browse = self._browse if argument.kind == "path" else None
            default = source.defaults()[name] if source is not None else None
            row = FieldRow(name, argument, default=default, browse=browse)
            row.committed.connect(self._set_data)
            self.data_rows[name] = row
            self._fields.addWidget(row)
        self.rows = {}
        for path, argument in self._paths(recipe).items():
            row = FieldRow(path, argument)
            row.set_plain()
            row.committed.connect(self._set_value)
            self.rows[path] = row
            self._values.addWidget(row)

    def _paths(self, recipe: Recipe) -> dict[str, Argument]:
        """What can be set here, by its path in the recipe; stages and phases are named where there are several."""
        paths: dict[str, Argument] = {}
        for stage in recipe.stages:
            named = f" ({stage.name})" if len(recipe.stages) > 1 else ""
            paths[f"stages.{stage.name}.steps"] = _named(STEPS, named)
            for phase in stage.phases:
                of = f" ({phase.name})" if len(stage.phases) > 1 else named
                paths[f"stages.{stage.name}.{phase.name}.optimiser.lr"] = _named(RATE, of)
        return {**paths, "batch_size": BATCH, "seed": SEED}

    def _fill_sources(self, chosen: str) -> None:
        if self._sources is None:
            self._sources = [block for block in self.workspace.library.all() if issubclass(block, Source)]
        self.source.clear()
        for source in self._sources:
            self.source.addItem(source.__name__)
            self.source.setItemData(self.source.count() - 1, source.summary(), 3)
        self.source.setCurrentIndex(self.source.findText(chosen))

    def _show_values(self, recipe: Recipe, source: type[Source] | None) -> None:
        self.source.setCurrentIndex(self.source.findText(recipe.data.block))
        self.about.setText(
            source.summary() if source is not None else f"There is no data source “{recipe.data.block}”."
        )
        try:
            plain = plain_recipe(self.workspace.document, self.workspace.preset or None)
        except RecipeError as error:
            plain = None
            self._say_missing(str(error))
        else:
            self._say_missing(self._why_missing(source, plain))
        for name, row in self.data_rows.items():
            value = recipe.data.arguments.get(name, row.default)
            row.set_value(value)
            now = plain.data.arguments.get(name, row.default) if plain is not None else value
            row.set_resolved(f"= {shown(now)}" if now != value else "")
        for path, row in self.rows.items():
            value = value_at(recipe, path)
            row.set_value(value)
            now = value_at(plain, path) if plain is not None else value
            row.set_resolved(f"= {shown(now)}" if now != value else "")

    def _why_missing(self, source: type[Source] | None, plain: Recipe | None) -> str:
        if source is None or plain is None:
            return ""
        try:
            return source(**plain.data.arguments).missing() or ""
        except (TypeError, ValueError) as error:
            return str(error)

    def _say_missing(self, sentence: str) -> None:
        self.missing.setText(sentence)
        self.missing.setVisible(bool(sentence))
        set_role(self.missing, "warning")

    # -- edits ----------------------------------------------------------------------------------------------------

    def _choose_source(self, name: str) -> None:
        recipe = self.recipe
        if recipe is None or name == recipe.data.block:
            return
        wanted = self._source_class(name)
        takes = wanted.arguments() if wanted is not None else {}
        kept = {key: value for key, value in recipe.data.arguments.items() if key in takes}
        self._put_data(DataSource(name, kept))

    def _set_data(self, name: str, value: Value) -> None:
        recipe = self.recipe
        if recipe is not None:
            data = recipe.data
            self._put_data(DataSource(data.block, {**data.arguments, name: value}, data.act))

    def _put_data(self, data: DataSource) -> None:
        preset = self.workspace.preset
        if preset and self.workspace.document.presets[preset].data is not None:
            self._do(lambda document: settings.set_preset(document, preset, data=data))
        else:
            self._do(lambda document: settings.set_recipe(document, "data", data))

    def _set_value(self, path: str, value: Value) -> None:
        preset = self.workspace.preset
        if preset:
            self._do(lambda document: settings.set_preset_recipe(document, preset, path, value))
        else:
            self._do(lambda document: settings.set_recipe(document, path, value))

    def _do(self, edit: Any) -> None:
        if self.workspace.do(partial(_apply, edit)) is None:
            self.refresh()

    def _browse(self, value: str) -> str:
        return self._dialogs.folder("Choose the data", value)


def _apply(edit: Any, document: Document) -> Changed:
    changed: Changed = edit(document)
    return changed


def _named(argument: Argument, more: str) -> Argument:
    return Argument(kind=argument.kind, low=argument.low, label=argument.label + more, help=argument.help)


def value_at(recipe: Recipe, path: str) -> Value:
    """A value of the recipe by its path; None where it is not given."""
    part: Any = recipe
    for key in path.split("."):
        if isinstance(part, tuple):
            part = next((item for item in part if item.name == key), None)
        elif hasattr(part, key):
            part = getattr(part, key)
        elif hasattr(part, "phases"):
            part = next((phase for phase in part.phases if phase.name == key), None)
        elif hasattr(part, "arguments"):
            part = part.arguments.get(key)
        else:
            return None
    return part
