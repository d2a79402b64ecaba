"""One row of a form: label, editor, and below it the value that a formula comes to or what is wrong, as a sentence.

The editor is made from what the argument takes. Every field also takes a formula, which starts with “=”. Tab goes from
editor to editor; what the small buttons do is in the field's own menu too (the Menu key, or a right click).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.block import Argument
from app.core.document import Value
from app.core.formula import is_formula
from app.ui.panels.editors import BoolEditor, ChoiceEditor, LineEditor, PickEditor, TableEditor
from app.ui.panels.values import FieldError, formula, shown
from app.ui.style import label, set_role

LABEL_WIDTH = 104
TOOL_WIDTH = 24

_EDITORS: dict[str, Callable[[Argument], Any]] = {"bool": BoolEditor, "choice": ChoiceEditor, "table": TableEditor}


class FieldRow(QWidget):
    """A labelled field. ``committed`` carries its new value, checked.

    ``offers`` gives texts to pick from beside typing. ``plain``: without a default to go back to, and, for a choice or
    a switch, without formulas.
    """

    committed = Signal(str, object)

    def __init__(
        self,
        name: str,
        argument: Argument,
        *,
        default: Value = None,
        browse: Callable[[str], str] | None = None,
        offers: Callable[[], Sequence[str]] | None = None,
        plain: bool = False,
    ) -> None:
        super().__init__()
        self.name, self.argument, self.default = name, argument, default
        self.value: Value = None
        self.label = QLabel(argument.label or name.replace("_", " "), self)
        self.editor: Any = (
            PickEditor(argument, offers) if offers is not None else _EDITORS.get(argument.kind, LineEditor)(argument)
        )
        self.formula_line: QLineEdit | None = None
        self._is_typed = isinstance(self.editor, LineEditor | PickEditor)
        self._toggle = None if self._is_typed or plain else _tool("=", "Use a formula", self)
        self._reset = None if plain else _tool("↺", "Back to the default", self)
        self._tools: list[QToolButton] = []
        self._note: QLabel | None = None
        self._refusal, self._problem, self._resolved = "", "", ""
        self._resettable = not plain
        self._assemble(browse)
        self._describe(plain)
        self._listen()

    def _assemble(self, browse: Callable[[str], str] | None) -> None:
        """What is seldom needed (a line for a formula, a note) is made when it first is: forms are made at every
        click on a node.
        """
        wide = isinstance(self.editor, TableEditor)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        row = self._line = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._column.addLayout(row)
        self._fields_in = self._column if wide else row
        if not wide:
            self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        row.addWidget(self.label, 1 if wide else 0, Qt.AlignmentFlag.AlignVCenter)
        self._fields_in.addWidget(self.editor, 1)
        if self._toggle is not None:
            self._toggle.setCheckable(True)
            self._toggle.setAccessibleName(f"Formula for {self.label.text()}")
            row.addWidget(self._toggle)
        if browse is not None:
            self.add_tool("…", "Choose a file or folder", lambda: self._browse(browse))
        if self._reset is not None:
            keep = self._reset.sizePolicy()
            keep.setRetainSizeWhenHidden(not wide)
            self._reset.setSizePolicy(keep)
            self._reset.setAccessibleName(f"Reset {self.label.text()}")
            row.addWidget(self._reset)

    def _describe(self, plain: bool) -> None:
        told = self.argument.help or self.argument.expectation.capitalize()
        also = "" if plain else " Start with “=” for a formula."
        hint = told if plain else f"{told}\n{self.name}: {self.argument.expectation}.{also}"
        for widget in (self.label, self.editor):
            widget.setToolTip(hint)
        self.editor.setAccessibleName(self.label.text() or self.name)
        self.editor.setAccessibleDescription(hint)
        tall = QSizePolicy.Policy.Preferred if isinstance(self.editor, TableEditor) else QSizePolicy.Policy.Fixed
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, tall)
        self.label.setBuddy(self.editor)

    def _listen(self) -> None:
        self.editor.changed.connect(self._commit)
        if hasattr(self.editor, "refused"):
            self.editor.refused.connect(self._refuse)
        if self._toggle is not None:
            self._toggle.clicked.connect(lambda on=False: self._use_formula(on))
            if not isinstance(self.editor, TableEditor):
                self.editor.formula_wanted.connect(lambda: self._use_formula(True))
        if self._reset is not None:
            self._reset.clicked.connect(lambda: self._commit(self.default))
        self._give_menu(self.editor.line if isinstance(self.editor, PickEditor) else self.editor)

    def _give_menu(self, field: QWidget) -> None:
        field.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        field.customContextMenuRequested.connect(lambda at: self._show_menu(field, field.mapToGlobal(at)))

    def _line_for_formula(self) -> QLineEdit:
        if self.formula_line is None:
            line = self.formula_line = QLineEdit(self)
            line.setProperty("formula", True)
            line.setAccessibleName(f"{self.label.text()} as a formula")
            line.editingFinished.connect(self._commit_formula)
            self._give_menu(line)
            self._fields_in.insertWidget(self._fields_in.indexOf(self.editor) + 1, line, 1)
            QWidget.setTabOrder(self.editor, line)
        return self.formula_line

    # -- by keyboard ----------------------------------------------------------------------------------------------

    def tools(self) -> list[tuple[str, Callable[[], object]]]:
        """What the row's buttons do, in words."""
        made: list[tuple[str, Callable[[], object]]] = []
        if self._toggle is not None:
            is_now = is_formula(self.value)
            made.append(("Use a value" if is_now else "Use a formula", lambda: self._use_formula(not is_now)))
        if self._reset is not None and not self._reset.isHidden():
            made.append((self._reset.toolTip(), self._reset.click))
        made += [(button.toolTip(), button.click) for button in self._tools if not button.isHidden()]
        return made

    def _show_menu(self, widget: QWidget, at: QPoint) -> None:
        standard = widget.createStandardContextMenu() if isinstance(widget, QLineEdit) else None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, run in self.tools():
            menu.addAction(text).triggered.connect(lambda _=False, run=run: run())
        if standard is not None:
            standard.setParent(menu)
            menu.addSeparator()
            menu.addActions(standard.actions())
        if menu.actions():
            menu.popup(at)

    def add_tool(self, text: str, tip: str, run: Callable[[], None]) -> QToolButton:
        """One more small button at the end of the row."""
        button = _tool(text, tip, self)
        button.clicked.connect(lambda _=False: run())
        self._tools.append(button)
        self._line.addWidget(button)
        return button

    def set_plain(self) -> None:
        """A field without a default to go back to."""
        self._resettable = False
        if self._reset is not None:
            keep = self._reset.sizePolicy()
            keep.setRetainSizeWhenHidden(False)
            self._reset.setSizePolicy(keep)
            self._reset.hide()

    def set_placeholder(self, text: str) -> None:
        """What stands in an empty field: what its emptiness means."""
        line = self.editor.line if isinstance(self.editor, PickEditor) else self.editor
        line.setPlaceholderText(text)

    def focus(self) -> None:
        """Put the cursor here, everything selected, so that typing replaces it."""
        is_formula_shown = self.formula_line is not None and not self.formula_line.isHidden()
        field = self.formula_line if is_formula_shown else getattr(self.editor, "line", self.editor)
        assert field is not None
        field.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(field, QLineEdit):
            field.selectAll()

    # -- showing --------------------------------------------------------------------------------------------------

    def set_value(self, value: Value) -> None:
        """Show a value; what is being typed at this moment is left alone if it stands for the same value."""
        self.value = value
        as_formula = is_formula(value) and not self._is_typed
        self._show_formula(as_formula)
        if as_formula:
            line = self._line_for_formula()
            with QSignalBlocker(line):
                line.setText(shown(value))
        else:
            self.editor.set_value(value)
        self._refusal = ""
        if self._reset is not None:
            _show(self._reset, self._resettable and value != self.default)
        self._show_note()

    def _show_formula(self, on: bool) -> None:
        """The line for a formula in the editor's place, or the editor again."""
        if self._toggle is not None and (on or self.formula_line is not None):
            self._toggle.setChecked(on)
            _show(self._line_for_formula(), on)
            _show(self.editor, not on)

    def set_problem(self, sentence: str) -> None:
        self._problem = sentence
        self._show_note()

    def set_resolved(self, text: str) -> None:
        self._resolved = text
        self._show_note()

    @property
    def note(self) -> str:
        """What stands under the field now."""
        return self._note.text() if self._note is not None and not self._note.isHidden() else ""

    def _show_note(self) -> None:
        sentence = self._refusal or self._problem
        text = sentence or self._resolved
        if self._note is None:
            if not text:
                return
            self._note = label(role="muted", wrap=True)
            below = QHBoxLayout()
            below.setContentsMargins(0 if isinstance(self.editor, TableEditor) else LABEL_WIDTH + 4, 0, 0, 0)
            below.addWidget(self._note)
            self._column.addLayout(below)
        if text != self._note.text():
            self._note.setText(text)
        set_role(self._note, "error" if sentence else "muted")
        _show(self._note, bool(text))

    # -- values ---------------------------------------------------------------------------------------------------

    def _commit(self, value: Value) -> None:
        self._refusal = ""
        self.set_value(value)
        self.committed.emit(self.name, value)

    def refuse(self, sentence: str, held: Value = None) -> None:
        """Say under the field why what came is not taken. It stays there to be mended; Escape brings back ``held``."""
        if isinstance(self.editor, LineEditor | PickEditor):
            line = self.editor.line if isinstance(self.editor, PickEditor) else self.editor
            typed = line.text()
            self.set_value(held)
            line.setText(typed)
        else:
            self.set_value(held)
        self._refuse(sentence)

    def _refuse(self, sentence: str) -> None:
        self._refusal = sentence
        self._show_note()

    def _use_formula(self, on: bool) -> None:
        if on:
            line = self._line_for_formula()
            line.setText(f"={self._as_formula()}")
            self._show_formula(True)
            line.setFocus()
        elif is_formula(self.value):
            self._commit(self.default)
        else:
            self.set_value(self.value)

    def _as_formula(self) -> str:
        return repr(self.value) if isinstance(self.value, bool | str) else ""

    def _commit_formula(self) -> None:
        assert self.formula_line is not None
        if self.formula_line.text().strip() in ("", "=") and not is_formula(self.value):
            self.set_value(self.value)  # nothing was typed: the field is as it was
            return
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


def _tool(text: str, tip: str, parent: QWidget) -> QToolButton:
    """A small button beside a field. Tab passes it by."""
    button = QToolButton(parent, text=text, toolTip=tip, objectName="quiet")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAccessibleName(tip)
    button.setFixedWidth(TOOL_WIDTH)
    return button


def _show(widget: QWidget, on: bool) -> None:
    """Show or hide where it is not so already: either asks every widget in it."""
    if widget.isHidden() is on:
        widget.setVisible(on)
