"""A declared argument: its default in one line, and folded under it what it takes."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import declared as declaring
from app.core import settings, structure
from app.core.arguments import rename_argument
from app.core.block import Argument
from app.core.changes import Changed
from app.core.document import Argument as Declared
from app.core.document import Document, Value
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import attempt
from app.ui.panels.sections import order_tabs, wanted_by
from app.ui.panels.values import as_argument, shown
from app.ui.workspace import Workspace

NAME = Argument(kind="str", label="Name", help="As in the code; formulas follow it.")
KIND = Argument(kind="choice", choices=declaring.KINDS, label="Takes", help="What kind of value it is.")
HELP = Argument(kind="str", label="Help", help="One line that says what it is for.")
CHOICES = Argument(kind="str", label="Choices", help="The texts to choose from, with commas between.")
COLUMNS = Argument(kind="str", label="Columns", help="Names of the table’s columns, with commas between.")
LOW = Argument(kind="float", optional=True, label="At least", help="The least value that it takes.")
HIGH = Argument(kind="float", optional=True, label="At most", help="The largest value that it takes.")
MULTIPLE = Argument(kind="int", low=1, label="Multiple of", help="What it is divisible by; 1: any number.")
GIVEN = Argument(kind="bool", label="Must be given", help="No default: whoever uses the graph gives a value.")
OWN = Argument(kind="bool", label="Preset’s own", help="Whether the chosen preset has a value of its own for it.")


class ArgumentForm(QWidget):
    """One argument of a graph, or (graph is None) of the document."""

    rearranged = Signal()

    def __init__(self, workspace: Workspace, graph: str | None, declared: Declared, folds: set[str]) -> None:
        super().__init__()
        self.workspace, self.graph, self.name = workspace, graph, declared.name
        self._folds, self._key = folds, f"argument {graph or ''}/{declared.name}"
        self.details: dict[str, FieldRow] = {}
        self._details: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.row = self._value_row(declared)
        if self._key in folds:
            self._unfold()
        if wanted_by(folds, self._key):
            QTimer.singleShot(0, self, self.details["name"].focus)

    # -- rows -----------------------------------------------------------------------------------------------------

    def _value_row(self, declared: Declared) -> FieldRow:
        row = FieldRow(declared.name, as_argument(declared), default=declared.default)
        if self.graph is not None:
            row.set_plain()
        row.committed.connect(self._set_value)
        row.add_tool("⋯", f"What {declared.name} takes", self.fold)
        row.add_tool("✕", f"Remove {declared.name}", self._remove)
        self._column.insertWidget(0, row)
        return row

    def fold(self) -> None:
        """Show what it takes, or fold it away again."""
        if self._details is not None and not self._details.isHidden():
            self._details.hide()
            self._folds.discard(self._key)
            return
        self._unfold()
        self.rearranged.emit()
        self.details["name"].focus()

    def _unfold(self) -> None:
        self._folds.add(self._key)
        if self._details is None:
            self._details = self._make_details()
            self._column.addWidget(self._details)
        self._details.show()
        self.refresh()

    def _make_details(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 0, 0, 6)
        column.setSpacing(6)
        rows = {
            "name": NAME,
            "kind": KIND,
            "help": HELP,
            "choices": CHOICES,
            "columns": COLUMNS,
            "low": LOW,
            "high": HIGH,
            "multiple_of": MULTIPLE,
        }
        rows["given" if self.graph is not None else "own"] = GIVEN if self.graph is not None else OWN
        for name, argument in rows.items():
            row = self.details[name] = FieldRow(name, argument, plain=True)
            row.committed.connect(self._set_detail)
            column.addWidget(row)
        return made

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def declared(self) -> Declared | None:
        document = self.workspace.document
        holder = document if self.graph is None else document.graphs.get(self.graph)
        found = () if holder is None else holder.arguments
        return next((argument for argument in found if argument.name == self.name), None)

    def refresh(self) -> None:
        declared = self.declared
        if declared is None:
            return
        if self.row.argument != as_argument(declared):
            self._remake(declared)
        self.row.default = declared.default
        self._show_value(declared)
        if self._details is not None and not self._details.isHidden():
            self._show_details(declared)

    def _remake(self, declared: Declared) -> None:
        """Another kind wants another editor."""
        before = self.row
        self.row = self._value_row(declared)
        before.hide()
        before.deleteLater()
        order_tabs(self)
        self.rearranged.emit()

    def _show_value(self, declared: Declared) -> None:
        if self.graph is None:
            own = self._own_values()
            is_own = self.name in own
            self.row.set_value(own[self.name] if is_own else declared.default)
            self.row.set_resolved(
                f"in preset {self.workspace.preset}; {shown(declared.default)} otherwise" if is_own else ""
            )
            return
        self.row.set_value(declared.default)
        result = self.workspace.result
        given = result.arguments.get(self.name, declared.default) if result is not None else declared.default
        same = result is None or result.graph.name != self.graph or given == declared.default
        self.row.set_resolved("" if same else f"{shown(given)} in the instance shown")

    def _show_details(self, declared: Declared) -> None:
        rows = self.details
        rows["name"].set_value(declared.name)
        rows["kind"].set_value(declared.kind)
        rows["help"].set_value(declared.help)
        for name, values, kind in (("choices", declared.choices, "choice"), ("columns", declared.columns, "table")):
            rows[name].set_value(", ".join(values))
            rows[name].setVisible(declared.kind == kind)
        for name, value in (("low", declared.low), ("high", declared.high)):
            rows[name].set_value(value)
            rows[name].setVisible(declared.kind in declaring.RANGED)
        rows["multiple_of"].set_value(declared.multiple_of)
        rows["multiple_of"].setVisible(declared.kind == "int")
        if "given" in rows:
            rows["given"].set_value(declared.default is None)
        else:
            rows["own"].set_value(self.name in self._own_values())
            rows["own"].setVisible(bool(self.workspace.document.presets))

    def _own_values(self) -> dict[str, Value]:
        preset = self.workspace.document.presets.get(self.workspace.preset)
        return dict(preset.arguments) if preset is not None else {}

    # -- edits ----------------------------------------------------------------------------------------------------

    def _set_value(self, _: str, value: Value) -> None:
        declared = self.declared
        if declared is None:
            return
        preset, name = self.workspace.preset, self.name
        if self.graph is None and name in self._own_values():
            if value == declared.default and type(value) is type(declared.default):
                attempt(self.workspace, lambda d: settings.reset_preset(d, preset, argument=name), self.row)
            else:
                attempt(self.workspace, lambda d: settings.set_preset_argument(d, preset, name, value), self.row)
            return
        self._declare(replace(declared, default=value), self.row, declared.default, f"argument {self.graph}/{name}")

    def _declare(self, made: Declared, row: FieldRow, held: Value, merge_key: str | None = None) -> None:
        def edit(document: Document) -> Changed:
            changed = structure.set_argument_of(document, self.graph, self.name, made)
            return Changed(changed.document, f"set {self.name}")

        attempt(self.workspace, edit, row, held, merge_key)

    def _set_detail(self, name: str, value: Value) -> None:
        declared, row = self.declared, self.details[name]
        if declared is None:
            return
        if name == "name":
            new = str(value).strip()
            key = f"argument {self.graph or ''}/{new}"
            self._folds.add(key)
            if not attempt(
                self.workspace, lambda d: rename_argument(d, self.graph, self.name, new), row, declared.name
            ):
                self._folds.discard(key)
            return
        if name == "own":
            self._set_own(bool(value), declared)
            return
        held = _held(declared, name)

        def edit(document: Document) -> Changed:
            made = _changed(declared, name, value)
            changed = structure.set_argument_of(document, self.graph, self.name, made)
            return Changed(changed.document, f"set {self.name}")

        attempt(self.workspace, edit, row, held)

    def _set_own(self, own: bool, declared: Declared) -> None:
        preset, name = self.workspace.preset, self.name
        if own:
            attempt(self.workspace, lambda d: settings.set_preset_argument(d, preset, name, declared.default))
        else:
            attempt(self.workspace, lambda d: settings.reset_preset(d, preset, argument=name))

    def _remove(self) -> None:
        attempt(self.workspace, lambda d: structure.remove_argument(d, self.graph, self.name), self.row, self.row.value)


def _parts(text: Value) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(text or "").split(",") if part.strip())


def _held(declared: Declared, name: str) -> Value:
    if name == "given":
        return declared.default is None
    value = getattr(declared, name)
    return ", ".join(value) if isinstance(value, tuple) else value


def _changed(declared: Declared, name: str, value: Value) -> Declared:
    """The declaration with one fact changed; raises EditError."""
    match name:
        case "kind":
            return declaring.recast(declared, str(value))
        case "choices":
            return declaring.with_choices(declared, _parts(value))
        case "columns":
            return declaring.with_columns(declared, _parts(value))
        case "low":
            return declaring.with_range(declared, value, declared.high)
        case "high":
            return declaring.with_range(declared, declared.low, value)
        case "multiple_of":
            return declaring.with_multiple(declared, value)
        case "given":
            return declaring.must_be_given(declared, bool(value))
        case _:
            return replace(declared, help=str(value))
