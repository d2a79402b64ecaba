"""What a value is typed or chosen in: one editor for each kind of argument.

Each has ``set_value`` and tells of a new value by ``changed``; ``refused`` carries a sentence where what was typed is
no value, or nothing where it is one again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.core.block import Argument
from app.core.document import Value
from app.core.formula import is_formula
from app.ui.panels.values import FieldError, read, read_table, shown

FITTING = 6
"""Columns of a table that share the panel's width; more of them scroll."""


class LineEditor(QLineEdit):
    """Numbers, pairs, lists and texts as text; Up and Down step a whole number."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.argument = argument
        self._value: Value = None
        self._attends = False
        self.editingFinished.connect(self.commit)
        self.setPlaceholderText("none" if argument.optional else "")

    def set_value(self, value: Value) -> None:
        self._value = value
        with QSignalBlocker(self):
            self.setText(shown(value))
        self.setCursorPosition(0)
        self._mark_formula(is_formula(value))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._attend()
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self._attend()
        super().enterEvent(event)

    def _attend(self) -> None:
        """Look at events from the first touch on: a form has many lines, and few of them are ever touched."""
        if not self._attends:
            self._attends = True
            self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Undo and redo are the document's, unless something is typed here that is not taken yet; a text that does
        not fit is told whole under the pointer.
        """
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = QKeySequence.StandardKey
            if self.text() == shown(self._value) and (event.matches(keys.Undo) or event.matches(keys.Redo)):
                event.ignore()
                return True
        if isinstance(event, QHelpEvent) and self.fontMetrics().horizontalAdvance(self.text()) > self.width() - 16:
            QToolTip.showText(event.globalPos(), f"{self.text()}\n\n{self.toolTip()}", self)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if step and self.argument.kind in ("int", "pair") and self.text().strip().lstrip("-").isdigit():
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                step *= 10
            self.setText(str(int(self.text()) + step))
            self.commit()
        elif event.key() == Qt.Key.Key_Escape and self.text() != shown(self._value):
            self.set_value(self._value)
            self.refused.emit("")
        else:
            super().keyPressEvent(event)

    def commit(self) -> None:
        """Take what is typed, if it is a value; else say why not."""
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
    """``formula_wanted``: “=” was typed, which begins a formula."""

    changed = Signal(object)
    formula_wanted = Signal()

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.clicked.connect(lambda: self.changed.emit(self.isChecked()))

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self):
            self.setChecked(value is True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.text() == "=":
            self.formula_wanted.emit()
        else:
            super().keyPressEvent(event)


class ChoiceEditor(QComboBox):
    """One of some texts. A value that is none of them is shown all the same: it came from somewhere."""

    changed = Signal(object)
    formula_wanted = Signal()

    def __init__(self, argument: Argument) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItems(argument.choices)
        self.activated.connect(lambda _: self.changed.emit(self.currentText()))

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self):
            at = self.findText(shown(value))
            if at < 0 and value not in (None, ""):
                self.addItem(shown(value))
                at = self.count() - 1
            self.setCurrentIndex(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.text() == "=":
            self.formula_wanted.emit()
        else:
            super().keyPressEvent(event)

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
        if self.table.columnCount() <= FITTING:
            self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultSectionSize(56)
        self.table.horizontalHeader().setMinimumSectionSize(36)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.setFocusProxy(self.table)
        self.table.cellChanged.connect(lambda *_: self._commit())
        self.add, self.remove = add, remove = QToolButton(text="Add row"), QToolButton(text="Remove row")
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
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, up to eight of them; the rest scrolls."""
        rows = min(max(self.table.rowCount(), 1), 8)
        header = self.table.horizontalHeader().sizeHint().height() if self.argument.columns else 0
        self.table.setFixedHeight(rows * self.table.verticalHeader().defaultSectionSize() + header + 16)

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
        self._fit()
        self.refused.emit("")
        self.changed.emit(value)


class PickEditor(QComboBox):
    """A text that is typed, or picked from what there is: asked for when it is wanted, since it may be much."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, argument: Argument, offers: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._offers = offers
        self._names = QStringListModel(self)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setMaxVisibleItems(14)
        self.line = _PickLine(argument, self._fill)
        self.setLineEdit(self.line)
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.line.changed.connect(self.changed)
        self.line.refused.connect(self.refused)
        self.activated.connect(lambda _: self.line.commit())

    def set_value(self, value: Value) -> None:
        self.line.set_value(value)

    def text(self) -> str:
        return self.line.text()

    def showPopup(self) -> None:  # noqa: N802
        self._fill()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Down opens the list; stepping through it unseen would change the document at every step."""
        if event.key() == Qt.Key.Key_Down:
            self.showPopup()
        elif event.key() == Qt.Key.Key_Up:
            event.accept()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        event.ignore()

    def _fill(self) -> None:
        names = list(self._offers())
        if names == self._names.stringList() and self.count() == len(names):
            return
        self._names.setStringList(names)
        text = self.line.text()
        with QSignalBlocker(self), QSignalBlocker(self.line):
            self.clear()
            self.addItems(names)
            self.setCurrentIndex(self.findText(text))
            self.line.setText(text)


class _PickLine(LineEditor):
    def __init__(self, argument: Argument, fill: Callable[[], None]) -> None:
        super().__init__(argument)
        self._fill = fill

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._fill()
        super().focusInEvent(event)
