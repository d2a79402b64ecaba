"""One row of a form: label, editor, and below it the value that a formula comes to or what is wrong, as a sentence.

The editor is made from what the argument takes. Every field also takes a formula, which starts with “=”.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.block import Argument
from app.core.document import Value
from app.core.formula import is_formula
from app.ui.panels.values import FieldError, formula, read, read_table, shown
from app.ui.style import label, set_role

LABEL_WIDTH = 104


class LineEditor(QLineEdit):
    """Numbers, pairs, lists and texts as text; Up and Down step a whole number."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.argument = argument
        self._value: Value = None
        self.editingFinished.connect(self._commit)
        self.setPlaceholderText("none" if argument.optional else "")

    def set_value(self, value: Value) -> None:
        self._value = value
        with QSignalBlocker(self):
            self.setText(shown(value))
        self.setCursorPosition(0)
        self._mark_formula(is_formula(value))

    def event(self, event: QEvent) -> bool:
        """Undo and redo are the document's, unless something is typed here that is not taken yet."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = QKeySequence.StandardKey
            if self.text() == shown(self._value) and (event.matches(keys.Undo) or event.matches(keys.Redo)):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step and self.argument.kind in ("int", "pair") and self.text().strip().lstrip("-").isdigit():
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                step *= 10
            self.setText(str(int(self.text()) + step))
            self._commit()
        elif event.key() == Qt.Key.Key_Escape and self.text() != shown(self._value):
            self.set_value(self._value)
            self.refused.emit("")
        else:
            super().keyPressEvent(event)

    def _commit(self) -> None:
        if self.text() == shown(self._value):
            self.refused.emit("")
            return
        try:
            value = read(self.argument, self.text())
        except FieldError as error:
            self.refused.emit(str(error))
            return
        self._mark_formula(is_formula(value))
        self.refused.emit("")
        if value != self._value or type(value) is not type(self._value):
            self._value = value
            self.changed.emit(value)

    def _mark_formula(self, on: bool) -> None:
        if self.property("formula") is not on:
            self.setProperty("formula", on)
            self.style().unpolish(self)
            self.style().polish(self)


class BoolEditor(QCheckBox):
    changed = Signal(object)

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.clicked.connect(lambda: self.changed.emit(self.isChecked()))

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self):
            self.setChecked(value is True)


class ChoiceEditor(QComboBox):
    changed = Signal(object)

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItems(argument.choices)
        self.activated.connect(lambda _: self.changed.emit(self.currentText()))

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findText(shown(value)))

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        """Scrolling a form must not change what the pointer happens to pass over."""
        event.ignore()


class TableEditor(QWidget):
    """Rows of numbers and texts, with buttons for rows."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.argument = argument
        self.table = QTableWidget(0, len(argument.columns) or 1)
        if argument.columns:
            self.table.setHorizontalHeaderLabels(list(argument.columns))
        self.table.setAccessibleName(argument.label or "table")
        self.table.horizontalHeader().setDefaultSectionSize(56)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(120)
        self.table.cellChanged.connect(lambda *_: self._commit())
        add, remove = QToolButton(text="Add row"), QToolButton(text="Remove row")
        add.clicked.connect(self._add)
        remove.clicked.connect(self._remove)
        buttons = QHBoxLayout()
        buttons.addWidget(add)
        buttons.addWidget(remove)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(buttons)

    def set_value(self, value: Value) -> None:
        rows = value if isinstance(value, tuple | list) else ()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(rows))
            for r, row in enumerate(rows):
                for c, cell in enumerate(row if isinstance(row, tuple | list) else (row,)):
                    self.table.setItem(r, c, QTableWidgetItem(shown(cell)))

    def _add(self) -> None:
        at = self.table.rowCount()
        with QSignalBlocker(self.table):
            self.table.insertRow(at)
            for column in range(self.table.columnCount()):
                above = self.table.item(at - 1, column) if at else None
                self.table.setItem(at, column, QTableWidgetItem(above.text() if above else "1"))
        self._commit()

    def _remove(self) -> None:
        if self.table.rowCount():
            self.table.removeRow(max(self.table.currentRow(), 0))
            self._commit()

    def _commit(self) -> None:
        rows = [
            [item.text() if (item := self.table.item(r, c)) else "" for c in range(self.table.columnCount())]
            for r in range(self.table.rowCount())
        ]
        try:
            value = read_table(self.argument, rows)
        except FieldError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.changed.emit(value)


_EDITORS: dict[str, Callable[[Argument], Any]] = {"bool": BoolEditor, "choice": ChoiceEditor, "table": TableEditor}


class FieldRow(QWidget):
    """A labelled field. ``committed`` carries its new value, checked."""

    committed = Signal(str, object)

    def __init__(
        self,
        name: str,
        argument: Argument,
        *,
        default: Value = None,
        browse: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self.name, self.argument, self.default = name, argument, default
        self.value: Value = None
        self.label = QLabel(argument.label or name.replace("_", " "))
        self.editor: Any = _EDITORS.get(argument.kind, LineEditor)(argument)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.editor)
        self.formula_line = QLineEdit() if not isinstance(self.editor, LineEditor) else None
        self._reset = QToolButton(text="↺", toolTip="Back to the default", objectName="quiet")
        self._note = label(role="muted", wrap=True)
        self._note.hide()
        self._refusal, self._problem, self._resolved = "", "", ""
        self._resettable = True
        tall = QSizePolicy.Policy.Preferred if isinstance(self.editor, TableEditor) else QSizePolicy.Policy.Fixed
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, tall)
        self._assemble(browse)
        self._listen()

    def _assemble(self, browse: Callable[[str], str] | None) -> None:
        self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        told = self.argument.help or self.argument.expectation.capitalize()
        hint = f"{told}\n{self.name}: {self.argument.expectation}. Start with “=” for a formula."
        for widget in (self.label, self.editor):
            widget.setToolTip(hint)
        self.editor.setAccessibleName(self.label.text())
        self.editor.setAccessibleDescription(hint)
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.label.setBuddy(self.editor)
        row = self._line = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._stack, 1)
        if self.formula_line is not None:
            self._stack.addWidget(self.formula_line)
            self.formula_line.setProperty("formula", True)
            self.formula_line.setAccessibleName(f"{self.label.text()} as a formula")
            self._toggle = QToolButton(text="=", checkable=True, toolTip="Use a formula", objectName="quiet")
            self._toggle.setAccessibleName(f"Formula for {self.label.text()}")
            row.addWidget(self._toggle)
        if browse is not None:
            button = QToolButton(text="…", toolTip="Choose a file or folder")
            button.clicked.connect(lambda: self._browse(browse))
            row.addWidget(button)
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)
        self._reset.setAccessibleName(f"Reset {self.label.text()}")
        row.addWidget(self._reset)
        note = QHBoxLayout()
        note.setContentsMargins(LABEL_WIDTH + 4, 0, 0, 0)
        note.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addLayout(note)

    def _listen(self) -> None:
        self.editor.changed.connect(self._commit)
        if hasattr(self.editor, "refused"):
            self.editor.refused.connect(self._refuse)
        if self.formula_line is not None:
            self.formula_line.editingFinished.connect(self._commit_formula)
            self._toggle.clicked.connect(lambda: self._use_formula(self._toggle.isChecked()))
        self._reset.clicked.connect(lambda: self._commit(self.default))

    def add_tool(self, text: str, tip: str, run: Callable[[], None]) -> None:
        """One more small button at the end of the row."""
        button = QToolButton(text=text, toolTip=tip, objectName="quiet")
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _=False: run())
        self._line.addWidget(button)

    def set_plain(self) -> None:
        """A field without a default to go back to."""
        self._resettable = False
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(False)
        self._reset.setSizePolicy(keep)

    def set_value(self, value: Value) -> None:
        """Show a value; what is being typed at this moment is left alone if it stands for the same value."""
        self.value = value
        as_formula = is_formula(value)
        if self.formula_line is not None:
            self._toggle.setChecked(as_formula)
            self._stack.setCurrentIndex(1 if as_formula else 0)
            with QSignalBlocker(self.formula_line):
                self.formula_line.setText(shown(value) if as_formula else "=")
        if not as_formula or self.formula_line is None:
            self.editor.set_value(value)
        self._refusal = ""
        self._reset.setVisible(self._resettable and value != self.default)
        self._show_note()

    def set_problem(self, sentence: str) -> None:
        self._problem = sentence
        self._show_note()

    def set_resolved(self, text: str) -> None:
        self._resolved = text
        self._show_note()

    @property
    def note(self) -> str:
        """What stands under the field now."""
        return self._note.text() if not self._note.isHidden() else ""

    def _show_note(self) -> None:
        sentence = self._refusal or self._problem
        self._note.setText(sentence or self._resolved)
        set_role(self._note, "error" if sentence else "muted")
        self._note.setVisible(bool(self._note.text()))

    def _commit(self, value: Value) -> None:
        self._refusal = ""
        self.set_value(value)
        self.committed.emit(self.name, value)

    def _refuse(self, sentence: str) -> None:
        self._refusal = sentence
        self._show_note()

    def _use_formula(self, on: bool) -> None:
        assert self.formula_line is not None
        if on:
            self.formula_line.setText("=" if is_formula(self.value) else f"={self._as_formula()}")
            self._stack.setCurrentIndex(1)
            self.formula_line.setFocus()
        else:
            self._commit(self.default)

    def _as_formula(self) -> str:
        return repr(self.value) if isinstance(self.value, bool | str) else ""

    def _commit_formula(self) -> None:
        assert self.formula_line is not None
        try:
            value = formula(self.formula_line.text())
        except FieldError as error:
            self._refuse(str(error))
            return
        if value != self.value:
            self._commit(value)

    def _browse(self, browse: Callable[[str], str]) -> None:
        chosen = browse(shown(self.value))
        if chosen:
            self._commit(chosen)
