"""The page about the open document: its lesson beside the canvas, tied to what is drawn; and its own words, to edit."""

from __future__ import annotations

from urllib.parse import unquote

from msgspec.structs import replace
from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import templates
from app import receipts
from app.core.differences import Difference, differences
from app.core.document import Credit, Document, Goal, Graph, Node
from app.core.formula import FormulaError, is_formula, parse
from app.core.problems import Path
from app.core.settings import set_about
from app.receipts import Receipt
from app.ui.dialogs import Dialogs
from app.ui.panels import lesson_page
from app.ui.panels.lesson_page import Page
from app.ui.style import Style, label
from app.ui.workspace import Workspace

REFRESH_AFTER_MS = 120
KEEP, DISCARD, CANCEL = "Keep it", "Discard it", "Go on writing"
CHANGED = "This document is not the template any more; what follows was measured on the template as it comes."
STALE = "The template has changed since it was measured."


class AboutPanel(QWidget):
    """``wanted`` carries the id of a command that the page offers."""

    wanted = Signal(str)

    def __init__(self, workspace: Workspace, look: Style, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._look, self._dialogs = workspace, look, dialogs
        self._receipts: dict[str, tuple[Receipt | None, bool]] = {}
        self._origins: dict[str, Document | None] = {}
        self._compared: tuple[Document, list[Difference]] | None = None
        self._html = ""
        self.page = QTextBrowser(objectName="lesson")
        self.page.setOpenLinks(False)
        self.page.setAccessibleName("About this document")
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.document().setDocumentMargin(12)
        self.edit_button = QPushButton("Edit")
        self.edit_button.setToolTip("Write title, summary, source and lesson of this document")
        self.weights_button = QPushButton("Load published weights…")
        self.weights_button.setToolTip("Weights that others have trained, from where they are published or from a file")
        self.form = AboutForm()
        self._assemble()
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        self._listen()

    def _assemble(self) -> None:
        reading = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 8)
        row.addWidget(self.edit_button)
        row.addStretch()
        row.addWidget(self.weights_button)
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page, 1)
        column.addLayout(row)
        self.stack = QStackedWidget()
        self.stack.addWidget(reading)
        self.stack.addWidget(self.form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self.setFocusProxy(self.page)

    def _listen(self) -> None:
        workspace = self.workspace
        for signal in (workspace.elaboration_changed, workspace.preset_changed):
            signal.connect(lambda _: self._soon.start())
        workspace.opened.connect(self._opened)
        self._look.changed.connect(self._soon.start)
        self.page.anchorClicked.connect(self._follow)
        self.edit_button.clicked.connect(self.edit)
        self.weights_button.clicked.connect(lambda: self.wanted.emit("load_weights"))
        self.form.done.connect(self._take)
        self.form.cancelled.connect(self._read)

    # -- reading --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def _opened(self) -> None:
        self.stack.setCurrentIndex(0)
        self.refresh()
        self.page.verticalScrollBar().setValue(0)

    def _read(self) -> None:
        self.stack.setCurrentIndex(0)
        self.refresh()
        self.page.setFocus()

    def refresh(self) -> None:
        """Write the page anew where something on it differs; nothing is done while it is not on the screen."""
        if not self.isVisible():
            return
        workspace = self.workspace
        known = lesson_page.names(workspace.document, workspace.elaboration, workspace.preset)
        html = Page(workspace.document, known, self._look.theme).html(self._changes() + self._evidence())
        if html != self._html:
            place = self.page.verticalScrollBar().value()
            self._html = html
            self.page.setHtml(html)
            self.page.verticalScrollBar().setValue(place)

    def _evidence(self) -> str:
        workspace = self.workspace
        name, goal = _goal(workspace.document, workspace.preset)
        template = workspace.document.template if self._origin() is not None else ""
        found, stale = self._receipt(template) if template else (None, False)
        warning = CHANGED if self._differences() else STALE if stale else ""
        return lesson_page.evidence(goal, name, found, warning=warning, is_template=bool(template))

    def _changes(self) -> str:
        return lesson_page.changes(self._differences(), self.workspace.document.template)

    def _differences(self) -> list[Difference]:
        """What was changed since the template that the document was opened from, if it was from one."""
        document, origin = self.workspace.document, self._origin()
        if self._compared is None or self._compared[0] is not document:
            found = differences(origin, document, self.workspace.library) if origin is not None else []
            self._compared = document, found
        return self._compared[1]

    def _origin(self) -> Document | None:
        name = self.workspace.document.template
        if name not in self._origins:
            self._origins[name] = templates.load(name) if name in templates.names() else None
        return self._origins[name]

    def _receipt(self, template: str) -> tuple[Receipt | None, bool]:
        """Read once for each template: whether it is stale takes an elaboration."""
        if template not in self._receipts:
            found = receipts.receipt(template)
            self._receipts[template] = found, found is not None and receipts.is_stale(found)
        return self._receipts[template]

    # -- links ----------------------------------------------------------------------------------------------------

    def _follow(self, url: QUrl) -> None:
        """A name leads into the drawing, the paper to the browser; nothing else is opened."""
        kind, _, rest = url.toString(QUrl.ComponentFormattingOption.FullyEncoded).partition(":")
        parts = [unquote(part) for part in rest.split("/")]
        if kind == lesson_page.PLACE:
            self.workspace.go_to(Path(parts[0], parts[1] if len(parts) > 1 else ""))
        elif kind == lesson_page.ARGUMENT and len(parts) == 2:
            self._show_argument(*parts)
        elif lesson_page.is_web(url.toString()):
            QDesktopServices.openUrl(url)

    def _show_argument(self, owner: str, name: str) -> None:
        """Select what an argument decides: the nodes whose formulas name it."""
        document = self.workspace.document
        graph = document.graphs.get(owner) or self._using(name) or self.workspace.graph
        if graph is None:
            return
        self.workspace.show_graph(graph.name)
        users = [node.id for node in graph.nodes.values() if uses(node, name)]
        self.workspace.select(users)
        told = ", ".join(graph.nodes[user].name for user in users)
        self.workspace.said.emit(
            f"“{name}” decides {told}" if told else f"No node of {graph.name} uses “{name}” itself"
        )

    def _using(self, name: str) -> Graph | None:
        """The graph of the first model that passes on a document's argument of this name."""
        graphs = [self.workspace.document.graphs.get(model.graph) for model in self.workspace.document.models.values()]
        return next((graph for graph in graphs if graph is not None and graph.argument(name) is not None), None)

    # -- editing --------------------------------------------------------------------------------------------------

    def edit(self) -> None:
        self.form.show_document(self.workspace.document)
        self.stack.setCurrentWidget(self.form)
        self.form.title.setFocus()

    @property
    def is_writing(self) -> bool:
        """Whether the form holds words that the document does not."""
        return self.stack.currentWidget() is self.form and self.form.differs(self.workspace.document)

    def may_leave(self) -> bool:
        """Ask what becomes of what was written; False where the person wants to go on writing."""
        if not self.is_writing:
            return True
        text = f"What you wrote on the page about “{self.workspace.title}” is not in the document yet."
        answer = self._dialogs.ask("Keep what you wrote?", text, [KEEP, DISCARD, CANCEL])
        if answer == KEEP:
            return self.form.finish()
        if answer == DISCARD:
            self._read()
        return answer == DISCARD

    def _take(self) -> None:
        wanted = self.form.taken(self.workspace.document)
        if wanted:
            self.workspace.do(lambda document: set_about(document, **wanted))
        self._read()


class AboutForm(QWidget):
    """What a document says of itself, as fields. ``done``: take what they hold."""

    done = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, self.source, self.authors, self.year, self.link = (QLineEdit() for _ in range(5))
        self.summary, self.lesson = QPlainTextEdit(), QPlainTextEdit()
        self.summary.setPlaceholderText("The idea in a few sentences")
        self.lesson.setPlaceholderText("How it works, in paragraphs; formulas and names between `backticks`")
        self.year.setPlaceholderText("A number, such as 2015")
        self.link.setPlaceholderText("https://…")
        self.note = label(role="error", wrap=True)
        self.note.hide()
        self.done_button, self.cancel_button = QPushButton("Done"), QPushButton("Cancel")
        self.done_button.setProperty("primary", True)
        self.done_button.clicked.connect(self.finish)
        self.cancel_button.clicked.connect(self.cancelled)
        self._assemble()

    def _assemble(self) -> None:
        inner = QWidget()
        rows = QFormLayout(inner)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        rows.setContentsMargins(12, 12, 12, 12)
        named = {
            "Title": self.title, "Summary": self.summary, "Paper or source": self.source, "Authors": self.authors,
            "Year": self.year, "Link": self.link, "Lesson": self.lesson,
        }  # fmt: skip
        for name, field in named.items():
            field.setAccessibleName(name)
            rows.addRow(label(name, "muted"), field)
        for text, height in ((self.summary, 96), (self.lesson, 190)):
            text.setFixedHeight(height)
            text.setTabChangesFocus(True)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        buttons = QHBoxLayout()
        buttons.addWidget(self.done_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch()
        below = QVBoxLayout()
        below.setContentsMargins(12, 4, 12, 8)
        below.addWidget(self.note)
        below.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        column.addLayout(below)

    def show_document(self, document: Document) -> None:
        credit = document.credit
        for line, text in (
            (self.title, document.title), (self.source, credit.title), (self.authors, credit.authors),
            (self.year, str(credit.year or "")), (self.link, credit.link),
        ):  # fmt: skip
            line.setText(text)
        self.summary.setPlainText(document.summary)
        self.lesson.setPlainText(document.lesson)
        self.note.hide()

    def finish(self) -> bool:
        """Hand over what the fields hold; False where something in them cannot be taken, which is then said."""
        complaint = self._complaint()
        self.note.setText(complaint)
        self.note.setVisible(bool(complaint))
        if not complaint:
            self.done.emit()
        return not complaint

    def _complaint(self) -> str:
        year, link = self.year.text().strip(), self.link.text().strip()
        if not self.title.text().strip():
            return "The title is empty. Give the document a name to find it by."
        if year and not (year.isdecimal() and year.isascii() and len(year) <= 4):
            return f"The year is a number, such as 2015; “{year}” is none. Leave it empty if it is not known."
        if link and not lesson_page.is_web(link):
            return f"A link begins with https:// or http://; “{link}” does not."
        return ""

    def differs(self, document: Document) -> bool:
        """Whether a field holds something else than the document."""
        return bool(self._complaint()) or bool(self.taken(document))

    def taken(self, document: Document) -> dict[str, object]:
        """The fields that differ from the document's."""
        year = self.year.text().strip()
        credit: Credit = replace(
            document.credit,
            title=self.source.text().strip(),
            authors=self.authors.text().strip(),
            year=int(year) if year else None,
            link=self.link.text().strip(),
        )
        wanted: dict[str, object] = {
            "title": self.title.text().strip(),
            "summary": self.summary.toPlainText().strip(),
            "credit": credit,
            "lesson": self.lesson.toPlainText().strip(),
        }
        return {name: value for name, value in wanted.items() if value != getattr(document, name)}


def uses(node: Node, name: str) -> bool:
    """Whether a formula of the node names the argument."""
    values = [*node.arguments.values(), *(value for case in node.cases for value in case.arguments.values())]
    texts = [value for value in values if is_formula(value)]
    texts += [f"={case.when}" for case in node.cases] + ([f"={node.enabled}"] if node.enabled else [])
    if node.repeat is not None and is_formula(node.repeat.count):
        texts.append(node.repeat.count)
    return any(name in _names(text) for text in texts)


def _names(text: str) -> frozenset[str]:
    try:
        return parse(text).names
    except FormulaError:
        return frozenset()  # what is wrong with it is among the problems


def _goal(document: Document, preset: str) -> tuple[str, Goal | None]:
    """The goal of the preset that one looks through, else the first that there is."""
    chosen = document.presets.get(preset)
    if chosen is not None and chosen.goal is not None:
        return preset, chosen.goal
    found = next((one for one in document.presets.values() if one.goal is not None), None)
    return (found.name, found.goal) if found is not None else ("", None)
