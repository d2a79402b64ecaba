"""One row of a form: label, editor, and below it the value that a formula comes to or what is wrong, as a sentence.

The editor is made from what the argument takes. Every field also takes a formula, which starts with “=”. Tab goes from
editor to editor; what the small buttons do is in the field's own menu too (the Menu key, or a right click).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStackedWidget,
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
        self.label = QLabel(argument.label or name.replace("_", " "))
        self.editor: Any = (
            PickEditor(argument, offers) if offers is not None else _EDITORS.get(argument.kind, LineEditor)(argument)
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.editor)
        typed = isinstance(self.editor, LineEditor | PickEditor)
        self.formula_line = QLineEdit() if not typed and not plain else None
        self._reset = _tool("↺", "Back to the default")
        self._tools: list[QToolButton] = []
        self._note = label(role="muted", wrap=True)
        self._note.hide()
        self._refusal, self._problem, self._resolved = "", "", ""
        self._resettable = True
        tall = QSizePolicy.Policy.Preferred if isinstance(self.editor, TableEditor) else QSizePolicy.Policy.Fixed
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, tall)
        self._assemble(browse, plain)
        self._listen()
        if plain:
            self.set_plain()

    def _assemble(self, browse: Callable[[str], str] | None, plain: bool) -> None:
        wide = isinstance(self.editor, TableEditor)
        if not wide:
            self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        self._describe(plain)
        row = self._line = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label, 1 if wide else 0, Qt.AlignmentFlag.AlignVCenter)
        if not wide:
            row.addWidget(self._stack, 1)
        if self.formula_line is not None:
            self._stack.addWidget(self.formula_line)
            self.formula_line.setProperty("formula", True)
            self.formula_line.setAccessibleName(f"{self.label.text()} as a formula")
            self._toggle = _tool("=", "Use a formula")
            self._toggle.setCheckable(True)
            self._toggle.setAccessibleName(f"Formula for {self.label.text()}")
            row.addWidget(self._toggle)
        if browse is not None:
            button = _tool("…", "Choose a file or folder")
            button.clicked.connect(lambda: self._browse(browse))
            self._tools.append(button)
            row.addWidget(button)
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(not wide)
        self._reset.setSizePolicy(keep)
        self._reset.setAccessibleName(f"Reset {self.label.text()}")
        row.addWidget(self._reset)
        note = QHBoxLayout()
        note.setContentsMargins(0 if wide else LABEL_WIDTH + 4, 0, 0, 0)
        note.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        if wide:
            layout.addWidget(self._stack)
        layout.addLayout(note)

    def _describe(self, plain: bool) -> None:
        told = self.argument.help or self.argument.expectation.capitalize()
        also = "" if plain else " Start with “=” for a formula."
        hint = told if plain else f"{told}\n{self.name}: {self.argument.expectation}.{also}"
        for widget in (self.label, self.editor):
            widget.setToolTip(hint)
        self.editor.setAccessibleName(self.label.text() or self.name)
        self.editor.setAccessibleDescription(hint)
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.label.setBuddy(self.editor)

    def _listen(self) -> None:
        self.editor.changed.connect(self._commit)
        if hasattr(self.editor, "refused"):
            self.editor.refused.connect(self._refuse)
        if self.formula_line is not None:
            self.formula_line.editingFinished.connect(self._commit_formula)
            self._toggle.clicked.connect(lambda: self._use_formula(self._toggle.isChecked()))
            self.editor.installEventFilter(self)
        self._reset.clicked.connect(lambda: self._commit(self.default))
        for widget in self._fields:
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(
                lambda at, widget=widget: self._show_menu(widget, widget.mapToGlobal(at))
            )

    @property
    def _fields(self) -> list[QWidget]:
        """What has the focus when the row is typed in."""
        typed = self.editor.line if isinstance(self.editor, PickEditor) else self.editor
        return [typed] if self.formula_line is None else [typed, self.formula_line]

    # -- by keyboard ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """“=” in a field that takes no text begins a formula."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and event.text() == "=" and self.formula_line is not None:  # type: ignore[attr-defined]
            self._toggle.setChecked(True)
            self._use_formula(True)
            return True
        return super().eventFilter(watched, event)

    def tools(self) -> list[tuple[str, Callable[[], object]]]:
        """What the row's buttons do, in words."""
        made: list[tuple[str, Callable[[], object]]] = []
        if self.formula_line is not None:
            is_now = is_formula(self.value)
            made.append(("Use a value" if is_now else "Use a formula", lambda: self._use_formula(not is_now)))
        if not self._reset.isHidden():
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
        button = _tool(text, tip)
        button.clicked.connect(lambda _=False: run())
        self._tools.append(button)
        self._line.addWidget(button)
        return button

    def set_plain(self) -> None:
        """A field without a default to go back to."""
        self._resettable = False
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
        field = self._fields[self._stack.currentIndex()]
        field.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(field, QLineEdit):
            field.selectAll()

    # -- showing --------------------------------------------------------------------------------------------------

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


def _tool(text: str, tip: str) -> QToolButton:
    """A small button beside a field. Tab passes it by."""
    button = QToolButton(text=text, toolTip=tip, objectName="quiet")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAccessibleName(tip)
    return button
