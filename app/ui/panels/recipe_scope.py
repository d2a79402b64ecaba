"""Whose values a recipe form shows and changes: those of the preset that is looked through, or the document's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal

from app.core import recipe_edits, settings
from app.core.block import Argument, Field, Source
from app.core.changes import Changed
from app.core.document import Document, Recipe, Value
from app.core.problems import ShapeError
from app.core.recipe import RecipeError, evaluated, recipe_of
from app.ui.panels.fields import FieldRow
from app.ui.panels.values import shown
from app.ui.style import set_role
from app.ui.workspace import Workspace

Edit = Callable[[Document], Changed]
CHIP = 10


class RecipeScope(QObject):
    """``changed`` when the form is to show other values: an edit, another preset, or the other scope."""

    changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self._of_document = False
        self.recipe: Recipe | None = None
        self.trouble = ""
        self.fields: Mapping[str, Field] = {}
        self.look()

    @property
    def preset(self) -> str:
        """The preset whose values are changed; nothing where they are the document's."""
        return "" if self._of_document else self.workspace.preset

    def choose(self, of_document: bool) -> None:
        if of_document != self._of_document:
            self._of_document = of_document
            self.look()
            self.changed.emit()

    @property
    def is_of_document(self) -> bool:
        return self._of_document

    def look(self) -> None:
        """Take in the document as it is now."""
        document = self.workspace.document
        self.trouble = ""
        if self.preset:
            errors: list[RecipeError] = []
            self.recipe = recipe_of(document, self.preset, errors)
            self.trouble = str(errors[0]) if errors else ""
        else:
            self.recipe = document.recipe
        self.fields = self._fields()

    @property
    def values(self) -> Mapping[str, Value]:
        """What formulas come to under the preset that is looked through."""
        return self.workspace.document.values(self.workspace.preset or None)

    def now(self, value: Value) -> str:
        """What a formula comes to, for display below it."""
        try:
            found = evaluated(value, self.values)
        except RecipeError as error:
            return str(error)
        return f"= {shown(found)}" if found != value else ""

    def number(self, value: Value) -> Value:
        """What a value comes to; None where that cannot be told."""
        try:
            return evaluated(value, self.values)
        except RecipeError:
            return None

    # -- data -----------------------------------------------------------------------------------------------------

    def source(self, name: str) -> type[Source] | None:
        found = self.workspace.library.find(name)
        return found if found is not None and issubclass(found, Source) else None

    def made_source(self) -> Source | str:
        """The data source with its arguments, or why there is none."""
        if self.recipe is None:
            return ""
        kind = self.source(self.recipe.data.block)
        if kind is None:
            return f"There is no data source “{self.recipe.data.block}”."
        try:
            given = {name: evaluated(value, self.values, name) for name, value in self.recipe.data.arguments.items()}
            return kind(**given)
        except (RecipeError, TypeError, ValueError) as error:
            return str(error)

    def _fields(self) -> Mapping[str, Field]:
        made = self.made_source()
        if isinstance(made, str):
            return {}
        try:
            return {field.name: field for field in made.fields()}
        except ShapeError:  # told among the problems
            return {}

    # -- values ---------------------------------------------------------------------------------------------------

    def is_held(self, path: str) -> bool:
        """Whether the preset sets this value by itself."""
        preset = self.workspace.document.presets.get(self.preset)
        return preset is not None and path in preset.recipe

    def is_own(self, path: str) -> bool:
        """Whether the value is the preset's, by itself or with its data."""
        preset = self.workspace.document.presets.get(self.preset)
        data = preset.data if preset is not None else None
        return self.is_held(path) or (data is not None and path in {f"data.{name}" for name in data.arguments})

    @property
    def has_data(self) -> bool:
        """Whether the preset has data of its own, as a whole."""
        preset = self.workspace.document.presets.get(self.preset)
        return preset is not None and preset.data is not None

    def of_document(self, path: str, default: Value) -> Value:
        """What the document says, whatever the presets say."""
        recipe = self.workspace.document.recipe
        return given(value_at(recipe, path) if recipe is not None else None, default)

    def elsewhere(self, path: str) -> str:
        """While the document's values are shown: which presets have their own."""
        own = [
            f"{name}: {shown(preset.recipe[path]) or 'none'}"
            for name, preset in self.workspace.document.presets.items()
            if path in preset.recipe
        ]
        return f"Otherwise in {', '.join(own)}" if own else ""

    def set(self, path: str, value: Value, default: Value = None) -> None:
        """Write a value where it belongs; what the document says too is no value of the preset's own."""
        preset, own = self.preset, self.is_held(path)
        if not preset:
            self._say(self.do(lambda document: settings.set_recipe(document, path, value)), path)
        elif path.startswith("data.") and self.has_data and not own:
            self._set_data(preset, path.removeprefix("data."), value)
        elif same(value, self.of_document(path, default)):
            self.reset(path)
        else:
            done = self.do(lambda document: settings.set_preset_recipe(document, preset, path, value))
            self._say(done, path)

    def _set_data(self, preset: str, name: str, value: Value) -> None:
        data = self.workspace.document.presets[preset].data
        assert data is not None
        made = replace(data, arguments={**data.arguments, name: value})
        self._say(self.do(lambda document: settings.set_preset(document, preset, data=made)), f"data.{name}")

    def reset(self, path: str) -> None:
        """Let the preset take the document's value again."""
        preset = self.preset
        if self.do(lambda document: settings.reset_preset(document, preset, path=path)):
            self.workspace.said.emit(f"Preset {preset} takes {path} from the document again")

    def release_data(self) -> None:
        preset = self.preset
        if self.do(lambda document: recipe_edits.release_data(document, preset)):
            self.workspace.said.emit(f"Preset {preset} takes its data from the document again")

    def choose_source(self, name: str) -> None:
        kind, preset = self.source(name), self.preset
        takes = tuple(kind.arguments()) if kind is not None else ()
        self._say(self.do(lambda document: recipe_edits.choose_source(document, name, takes, preset)), "data")

    def choose_learner(self, path: str, name: str, takes: Collection[str]) -> None:
        preset = self.preset
        self._say(self.do(lambda document: recipe_edits.choose_learner(document, path, name, takes, preset)), path)

    def do(self, edit: Edit) -> bool:
        """Apply an edit; where it is refused, the form shows again what there is."""
        done = self.workspace.do(edit) is not None
        if not done:
            self.changed.emit()
        return done

    def _say(self, done: bool, path: str) -> None:
        """Whose value has changed, in the status bar."""
        if done:
            who = f"for preset {self.preset} alone" if self.preset else "in the document"
            self.workspace.said.emit(f"{path} is changed {who}")


class RecipeRow(FieldRow):
    """A value of the recipe, by its path. Where the preset holds it, a chip with the preset's name says so, and gives
    the document's value back.
    """

    def __init__(
        self,
        scope: RecipeScope,
        path: str,
        argument: Argument,
        *,
        default: Value = None,
        browse: Callable[[str], str] | None = None,
        takes: Callable[[str], Collection[str]] | None = None,
    ) -> None:
        super().__init__(path, argument, default=default, browse=browse, plain=takes is not None)
        self._scope = scope
        self.set_plain()
        self.chip = self.add_tool("", "", lambda: scope.reset(path))
        self.chip.setObjectName("chip")
        self.chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._takes = takes
        self.committed.connect(self._write)

    def _write(self, _: str, value: Value) -> None:
        """A value; or, where ``takes`` says what each choice takes, another optimiser or schedule."""
        if self._takes is None:
            self._scope.set(self.name, value, self.default)
        else:
            self._scope.choose_learner(self.name.rpartition(".")[0], str(value), self._takes(str(value)))

    def refresh(self) -> None:
        scope, recipe = self._scope, self._scope.recipe
        if recipe is None:
            return
        value = given(value_at(recipe, self.name), self.default)
        self._resettable = not scope.preset and self.default is not None
        self.set_value(value)
        held = scope.is_held(self.name)
        self.chip.setVisible(held)
        set_role(self.label, "note" if scope.is_own(self.name) else "")
        if held:
            self._name_chip(scope.preset, shown(scope.of_document(self.name, self.default)) or "none")
        self.set_resolved(scope.now(value) or ("" if scope.preset else scope.elsewhere(self.name)))

    def _name_chip(self, preset: str, document: str) -> None:
        self.chip.setText((preset if len(preset) <= CHIP else preset[: CHIP - 1] + "…") + " ↺")
        tip = f"{self.label.text()} is set by the preset {preset}. Click to take the document’s value again: {document}"
        self.chip.setToolTip(tip)
        self.chip.setAccessibleName(tip)


def given(value: Value, default: Value) -> Value:
    return default if value is None else value


def same(one: Value, other: Value) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def value_at(recipe: Recipe, path: str) -> Value:
    """A value of the recipe by its path; None where it is not given."""
    part: Any = recipe
    for key in path.split("."):
        if isinstance(part, tuple):
            part = next((item for item in part if item.name == key), None)
        elif key in getattr(part, "__struct_fields__", ()):
            part = getattr(part, key)
        elif hasattr(part, "phases"):
            part = next((phase for phase in part.phases if phase.name == key), None)
        elif hasattr(part, "arguments"):
            part = part.arguments.get(key)
        else:
            return None
    return part
