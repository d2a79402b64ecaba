"""Questions to the person at the screen, behind a small interface so that tests can answer them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

MARGINS = (4, 14, 28, 16)
DOCUMENTS = "Netloom documents (*.netloom)"


class Dialogs(Protocol):
    """What the window may ask."""

    def open_path(self, title: str, folder: str, filter: str) -> str: ...

    def save_path(self, title: str, suggestion: str, filter: str) -> str: ...

    def folder(self, title: str, start: str) -> str: ...

    def ask(self, title: str, text: str, choices: Sequence[str], *, default: str = "") -> str:
        """The chosen text; the last choice stands for closing the question. Enter takes the default, else the first."""
        ...

    def text(self, title: str, label: str, value: str) -> str:
        """A line of text, or nothing where it was cancelled."""
        ...

    def tell(self, title: str, text: str) -> None: ...


class QtDialogs:
    """The real ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parent = parent

    @property
    def parent(self) -> QWidget | None:
        return self._parent or QApplication.activeWindow()

    def open_path(self, title: str, folder: str, filter: str) -> str:
        return QFileDialog.getOpenFileName(self.parent, title, folder, filter)[0]

    def save_path(self, title: str, suggestion: str, filter: str) -> str:
        return QFileDialog.getSaveFileName(self.parent, title, suggestion, filter)[0]

    def folder(self, title: str, start: str) -> str:
        return QFileDialog.getExistingDirectory(self.parent, title, start)

    def ask(self, title: str, text: str, choices: Sequence[str], *, default: str = "") -> str:
        box = QMessageBox(self.parent)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(f"<p><b>{escape(title)}</b></p>{_paragraphs(text)}")
        inside = box.layout()
        if inside is not None:  # Qt leaves room for an icon on the left, and none for the eye on the right
            inside.setContentsMargins(*MARGINS)
        buttons: dict[QAbstractButton, str] = {}
        for position, choice in enumerate(choices):
            last = position == len(choices) - 1
            role = QMessageBox.ButtonRole.RejectRole if last else QMessageBox.ButtonRole.AcceptRole
            buttons[box.addButton(choice, role)] = choice
            if last:
                box.setEscapeButton(next(button for button, said in buttons.items() if said == choice))
        wanted = next((button for button, said in buttons.items() if said == default), next(iter(buttons)))
        if isinstance(wanted, QPushButton):
            box.setDefaultButton(wanted)
        box.exec()
        return buttons.get(box.clickedButton(), choices[-1])

    def text(self, title: str, label: str, value: str) -> str:
        typed, accepted = QInputDialog.getText(self.parent, title, label, QLineEdit.EchoMode.Normal, value)
        return typed.strip() if accepted else ""

    def tell(self, title: str, text: str) -> None:
        self.ask(title, text, ["OK"])


def _paragraphs(text: str) -> str:
    """Plain text as it was written, in lines that a person can read."""
    return "".join(f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in text.split("\n\n"))
