"""A text of several lines, kept when the field is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit


class TextField(QPlainTextEdit):
    """``commit`` gets what was typed when the field is left; Tab leaves it."""

    def __init__(self, name: str, placeholder: str, commit: Callable[[str], None], height: int) -> None:
        super().__init__()
        self._commit, self._text = commit, ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(height)

    def show_text(self, text: str) -> None:
        """Show what the document says, unless something else is being typed here."""
        if text != self._text or not self.hasFocus():
            self._text = text
            if self.toPlainText() != text:
                self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if self.toPlainText() != self._text:
            self._text = self.toPlainText()
            self._commit(self._text)
