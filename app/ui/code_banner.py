"""The line over the canvas that asks before Python runs that came with a document."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from app.core.code_blocks import CodeBlock
from app.ui.style import label
from app.ui.workspace import Workspace

MOST_NAMES = 3


class CodeBanner(QFrame):
    """Shown while the document holds Python that is not allowed; “Not now” hides it until another text comes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(objectName="notice")
        self.workspace = workspace
        self._later: frozenset[str] = frozenset()
        self._strange: dict[str, str] = {}
        self.said = label("", wrap=True)
        self.show_button, self.allow_button = QPushButton("Show"), QPushButton("Allow")
        self.later_button = QPushButton("Not now")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.said, 1)
        for button in (self.show_button, self.allow_button, self.later_button):
            row.addWidget(button)
        self.show_button.clicked.connect(lambda: workspace.code_wanted.emit(next(iter(self._strange))))
        self.allow_button.clicked.connect(lambda: workspace.allow(self._strange.values()))
        self.later_button.clicked.connect(self._put_off)
        workspace.elaboration_changed.connect(lambda _: self.refresh())
        workspace.opened.connect(self._opened)
        self.refresh()

    def refresh(self) -> None:
        """Ask about the texts that may not run yet."""
        strange = strangers(self.workspace)
        if strange != self._strange:
            self._strange = strange
            names = [*strange][:MOST_NAMES]
            more = len(strange) - len(names)
            named = ", ".join(names) + (f" and {more} more" if more else "")
            self.said.setText(f"This document holds Python of its own: {named}. Read it before it runs.")
        self.setVisible(bool(strange) and not self._later >= frozenset(strange.values()))

    def _put_off(self) -> None:
        self._later = frozenset(self._strange.values())
        self.refresh()

    def _opened(self) -> None:
        self._later = frozenset()
        self.refresh()


def strangers(workspace: Workspace) -> dict[str, str]:
    """Names of the document's own Python that may not run here yet, with the digests of their texts."""
    if not workspace.document.codes:
        return {}
    blocks = {name: workspace.library.find(name) for name in workspace.document.codes}
    return {
        name: block.digest
        for name, block in blocks.items()
        if block is not None and issubclass(block, CodeBlock) and block.digest not in workspace.facts.allowed
    }
