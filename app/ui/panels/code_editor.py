"""The editor of a document's own Python: a text, what is read of it while it is typed, and how it gets in."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.changes import fresh
from app.core.code_edits import add_code, lines_of, set_code, why_not_code
from app.core.python_code import Reading, digest, read
from app.ui.code_banner import strangers
from app.ui.dialogs import Dialogs
from app.ui.panels.code import CodeView
from app.ui.style import Style, label, set_role
from app.ui.workspace import Workspace

INDENT = "    "
CHECK_AFTER_MS = 150
DISCARD, GO_ON = "Discard them", "Go on editing"
HELP = (
    "One class derived from nn.Module. What its constructor takes are the block’s arguments, what forward takes its "
    "inputs, and what forward returns its outputs. It runs in the engine alone."
)
FOREIGN = "This text came with the document and has not run here. Allowing or saving it lets it run."
EXAMPLE = '''import torch
from torch import Tensor, nn


class {name}(nn.Module):
    """Lets each number through in part: the more, the larger it is."""

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.beta = beta

    def forward(self, input: Tensor) -> Tensor:
        return input * torch.sigmoid(self.beta * input)
'''


class PythonEditor(CodeView):
    """Text that is typed: Tab and Enter indent as Python is written."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.setReadOnly(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.setAccessibleName("Python")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if key == Qt.Key.Key_Tab:
            self.insertPlainText(INDENT)
        elif key == Qt.Key.Key_Backtab:
            self._unindent()
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
            margin = before[: len(before) - len(before.lstrip())]
            self.insertPlainText("\n" + margin + (INDENT if before.rstrip().endswith(":") else ""))
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def _unindent(self) -> None:
        cursor = self.textCursor()
        text = cursor.block().text()
        spaces = min(len(text) - len(text.lstrip(" ")), len(INDENT))
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor, spaces)
        cursor.removeSelectedText()


class CodeDialog(QDialog):
    """``name``: which of the document's own Python; nothing for a new one."""

    def __init__(
        self, workspace: Workspace, look: Style, dialogs: Dialogs, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace, self._dialogs, self.name = workspace, dialogs, name
        self.setWindowTitle(f"Python of {name}" if name else "New Python block")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 620)
        self.editor = PythonEditor(look)
        self.said = label("", "muted", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.foreign = label(FOREIGN, "warning", wrap=True)
        self.allow_button = QPushButton("Allow")
        self.save_button = QPushButton("Save" if name else "Add to the document")
        self.save_button.setProperty("primary", True)
        self.cancel_button = QPushButton("Cancel")
        self._assemble()
        self._soon = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._soon.timeout.connect(self.check)
        self._before = self._text_of()
        self.editor.set_text(self._before)
        self.editor.textChanged.connect(self._soon.start)
        self.allow_button.clicked.connect(self._allow)
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.reject)
        self.check()
        self.editor.setFocus()

    def _assemble(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.allow_button)
        buttons.addStretch()
        for button in (self.cancel_button, self.save_button):
            buttons.addWidget(button)
        for button in (self.allow_button, self.cancel_button, self.save_button):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        for widget in (label(HELP, "muted", wrap=True), self.foreign):
            layout.addWidget(widget)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.said)
        layout.addLayout(buttons)

    def _text_of(self) -> str:
        document = self.workspace.document
        code = document.codes.get(self.name)
        if code is not None:
            return code.text
        return EXAMPLE.format(name=fresh("Gate", {*document.codes, *document.graphs, *document.models}))

    @property
    def text(self) -> str:
        return "\n".join((*lines_of(self.editor.toPlainText()), ""))

    def check(self) -> None:
        """Say what is read of the text, or what is wrong and where."""
        reason = why_not_code(self.workspace.document, self.workspace.library, self.text, self.name)
        found = re.match(r"Line (\d+):", reason or "")
        self.editor.mark([int(found[1])] if found is not None else [])
        self.said.setText(reason or told(read(self.text)))
        set_role(self.said, "error" if reason else "muted")
        self.save_button.setEnabled(reason is None)
        is_foreign = self.name in strangers(self.workspace)
        self.foreign.setVisible(is_foreign)
        self.allow_button.setVisible(is_foreign)
        self.allow_button.setEnabled(self.text == self._before)

    def _allow(self) -> None:
        self.workspace.allow([digest(self._before)])
        self.check()

    def save(self) -> None:
        """Put the text into the document. Whoever saves it has it before them, so that it may run."""
        self.check()
        if not self.save_button.isEnabled():
            return
        workspace, text, name = self.workspace, self.text, self.name
        workspace.allow([digest(text)])
        if name:
            made = workspace.do(lambda document: set_code(document, workspace.library, name, text))
        else:
            made = workspace.do(lambda document: add_code(document, workspace.library, text))
        if made is None:
            return
        if not name:
            workspace.said.emit(f"“{read(text).name}” is among the blocks now, under “This document’s Python”.")
        self._before = text
        self.accept()

    def reject(self) -> None:
        """Close; what was typed goes only after a question."""
        if self.text != self._before:
            question = "What you have typed here is not in the document."
            if self._dialogs.ask("Discard your changes?", question, [DISCARD, GO_ON], default=GO_ON) != DISCARD:
                return
        super().reject()


def told(reading: Reading) -> str:
    """What a block of this text takes and gives, in a line."""
    arguments = [name if name in reading.defaults else f"{name} (to be given)" for name in reading.arguments]
    inputs = [f"{port.name} (may be left open)" if port.optional else port.name for port in reading.inputs]
    taken = f"Arguments: {', '.join(arguments)}. " if arguments else ""
    return f"{reading.name}. {taken}Inputs: {', '.join(inputs) or 'none'}. Outputs: {', '.join(reading.outputs)}."
