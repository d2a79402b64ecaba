"""What the document says of itself: summary, who thought of it, and the lesson that it teaches."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.block import Argument
from app.core.document import Document, Value
from app.core.settings import set_about
from app.ui.panels.fields import FieldRow
from app.ui.panels.place import attempt
from app.ui.panels.sections import Fold
from app.ui.panels.text import TextField
from app.ui.style import label
from app.ui.workspace import Workspace

SUMMARY = Argument(kind="str", label="Summary", help="One line about the document.")
CREDIT = {
    "title": Argument(kind="str", label="Paper", help="Title of the paper that it comes from."),
    "authors": Argument(kind="str", label="Authors"),
    "year": Argument(kind="int", low=1, high=9999, optional=True, label="Year"),
    "link": Argument(kind="str", label="Link", help="Where the paper is."),
}


class AboutForm(Fold):
    def __init__(self, workspace: Workspace, *, is_open: bool) -> None:
        self.workspace = workspace
        self.rows: dict[str, FieldRow] = {}
        super().__init__(_words(workspace.document), self._body, is_open=is_open, accessible="About the document")

    def _body(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 0, 0, 8)
        column.setSpacing(6)
        for name, argument in {"summary": SUMMARY, **CREDIT}.items():
            row = self.rows[name] = FieldRow(name, argument, plain=True)
            row.committed.connect(self._set)
            column.addWidget(row)
        column.addWidget(label("Lesson", "muted"))
        self.lesson = TextField("Lesson", "What it teaches, in a few paragraphs", self._set_lesson, 140)
        column.addWidget(self.lesson)
        self._show()
        return made

    def refresh(self) -> None:
        self.button.set_title(_words(self.workspace.document))
        if self.body is not None and self.is_open:
            self._show()

    def set_open(self, on: bool) -> None:
        super().set_open(on)
        if on:
            self._show()

    def _show(self) -> None:
        document = self.workspace.document
        for name, row in self.rows.items():
            row.set_value(document.summary if name == "summary" else getattr(document.credit, name))
        self.lesson.show_text(document.lesson)

    def _set(self, name: str, value: Value) -> None:
        credit = self.workspace.document.credit
        row = self.rows[name]
        if name == "summary":
            attempt(self.workspace, lambda d: set_about(d, summary=str(value)), row)
        else:
            made = replace(credit, **{name: value})
            attempt(self.workspace, lambda d: set_about(d, credit=made), row, getattr(credit, name))

    def _set_lesson(self, text: str) -> None:
        attempt(self.workspace, lambda d: set_about(d, lesson=text))


def _words(document: Document) -> str:
    credit = document.credit
    if not credit.title:
        return "About: summary, paper, lesson"
    year = f", {credit.year}" if credit.year else ""
    return f"{credit.authors}{year}: {credit.title}"
