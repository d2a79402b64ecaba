"""The code panel: the generated files, always current; a node and its lines show each other."""

from __future__ import annotations

from pathlib import Path as FilePath

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTabBar,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.codegen.source import Source
from app.core.problems import Path
from app.takeaway import TakeawayError, write_file
from app.ui import sources
from app.ui.dialogs import Dialogs
from app.ui.panels.highlight import PythonHighlighter
from app.ui.style import Style, label
from app.ui.workspace import Workspace


class Gutter(QWidget):
    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._view.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self._view.paint_gutter(event)


class CodeView(QPlainTextEdit):
    """Read-only text with line numbers and marked lines. ``line_chosen``: a person went to a line (from 1)."""

    line_chosen = Signal(int)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._marked: list[int] = []
        self.setReadOnly(True)
        self.setObjectName("code")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._gutter = Gutter(self)
        self.highlighter = PythonHighlighter(self.document(), style.theme.code)
        self.blockCountChanged.connect(lambda _: self._fit_gutter())
        self.updateRequest.connect(self._scrolled)
        style.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._style.mono())
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.highlighter.set_colours(self._style.theme.code)
        self._fit_gutter()
        self.mark(self._marked)

    def gutter_width(self) -> int:
        digits = max(len(str(self.blockCount())), 3)
        return 18 + self.fontMetrics().horizontalAdvance("9") * digits

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _scrolled(self, rect: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._gutter.setGeometry(inner.left(), inner.top(), self.gutter_width(), inner.height())

    def paint_gutter(self, event: QPaintEvent) -> None:
        painter = QPainter(self._gutter)
        painter.fillRect(event.rect(), QColor(self._style.theme.surface))
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        marked = set(self._marked)
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            line = block.blockNumber() + 1
            painter.setPen(QColor(self._style.theme.accent if line in marked else self._style.theme.faint))
            area = QRect(0, round(top), self._gutter.width() - 8, round(height))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
            top += height
            block = block.next()

    def set_text(self, text: str) -> None:
        """Take a new text without jumping: the scroll position stays."""
        if text == self.toPlainText():
            return
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        with QSignalBlocker(self):
            self.setPlainText(text)
        self.highlighter.rehighlight()
        self._fit_gutter()
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def to_begin(self) -> None:
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setValue(0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._choose_line()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        super().keyReleaseEvent(event)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._choose_line()

    def _choose_line(self) -> None:
        if not self.textCursor().hasSelection():
            self.line_chosen.emit(self.textCursor().blockNumber() + 1)

    @property
    def marked(self) -> list[int]:
        return self._marked

    def mark(self, lines: list[int], *, scroll: bool = False) -> None:
        """Lift lines out, and bring the first of them into view."""
        self._marked = lines
        selections = []
        for line in lines:
            block = self.document().findBlockByNumber(line - 1)
            if not block.isValid():
                continue
            selection = QTextEdit.ExtraSelection()
            selection.format.setBackground(QColor(self._style.theme.selection))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selection.cursor = QTextCursor(block)
            selections.append(selection)
        self.setExtraSelections(selections)
        self._gutter.update()
        if scroll and lines:
            self._reveal(min(lines))

    def _reveal(self, line: int) -> None:
        """Scroll only where the line is not on the screen."""
        height = max(round(self.blockBoundingRect(self.firstVisibleBlock()).height()), 1)
        first = self.firstVisibleBlock().blockNumber() + 1
        shown = self.viewport().height() // height
        if not first <= line < first + shown - 1:
            self.verticalScrollBar().setValue(max(line - 1 - shown // 3, 0))


WRITING = "The code is being written…"


class CodePanel(QWidget):
    """``saved`` carries a sentence and the path of what was written."""

    saved = Signal(str, object)

    def __init__(self, workspace: Workspace, style: Style, dialogs: Dialogs) -> None:
        super().__init__()
        self.workspace, self._dialogs = workspace, dialogs
        self._source: Source | str = ""
        self._shown = ""
        """The file whose text stands in the view, of the open document."""
        self._following = False
        self.tabs = QTabBar(drawBase=False, expanding=False)
        self.tabs.setAccessibleName("Generated files")
        for part in sources.PARTS:
            self.tabs.addTab(part)
        self.view = CodeView(style)
        self.view.setAccessibleName("Generated code")
        self.empty = label(role="empty")
        self.waiting = label("Writing…", "muted")
        self.waiting.hide()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self.copy = QToolButton(text="Copy", toolTip="Copy the whole file")
        self.save = QToolButton(text="Save file…", toolTip="Save this one file; File › Save code takes all of them")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 0)
        bar.addWidget(self.tabs)
        bar.addStretch()
        bar.addWidget(self.waiting)
        bar.addWidget(self.copy)
        bar.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(bar)
        layout.addWidget(self.stack, 1)
        self._listen()

    def _listen(self) -> None:
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        self.copy.clicked.connect(self.copy_all)
        self.save.clicked.connect(self.save_as)
        self.view.line_chosen.connect(self._line_chosen)
        self.workspace.opened.connect(self._opened)
        self.workspace.sources_changed.connect(self.refresh)
        self.workspace.source_written.connect(self._written)
        self.workspace.selection_changed.connect(lambda _: self._mark())
        self.workspace.graph_changed.connect(lambda _: self._mark())

    def showEvent(self, event: object) -> None:  # noqa: N802
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _opened(self) -> None:
        """Another document's code is read from its beginning."""
        self._shown = ""
        self.refresh()
        self.view.to_begin()

    @property
    def part(self) -> str:
        return sources.PARTS[self.tabs.currentIndex()]

    def show_part(self, part: str) -> None:
        self.tabs.setCurrentIndex(sources.PARTS.index(part))

    def refresh(self) -> None:
        """Text is made only while somebody looks at it."""
        if not self.isVisible():
            return
        found = self.workspace.source_soon(self.part)
        self._source = WRITING if found is None else found
        has_text = isinstance(self._source, Source)
        self.copy.setEnabled(has_text)
        self.save.setEnabled(has_text)
        stays = found is None and self._shown == self.part  # until the new text is there, what it was can be read
        self.waiting.setVisible(stays)
        if isinstance(self._source, Source):
            self._shown = self.part
            self._following = True
            self.view.set_text(self._source.text)
            self._following = False
            self.stack.setCurrentWidget(self.view)
            self._mark()
        elif not stays:
            self._shown = ""
            self.empty.setText(self._source)
            self.stack.setCurrentWidget(self.empty)

    def _written(self, part: str) -> None:
        if part == self.part:
            self.refresh()

    def _mark(self) -> None:
        if not isinstance(self._source, Source) or not self.isVisible():
            return
        graph = self.workspace.graph_name
        lines = [line for identity in self.workspace.selection for line in self._source.lines_of(Path(graph, identity))]
        self.view.mark(sorted(lines), scroll=not self._following)

    def _line_chosen(self, line: int) -> None:
        path = self._source.lines.get(line) if isinstance(self._source, Source) else None
        if path is not None and path.node:
            self._following = True
            self.workspace.go_to(Path(path.graph, path.node))
            self._following = False

    def copy_all(self) -> None:
        if isinstance(self._source, Source):
            QGuiApplication.clipboard().setText(self._source.text)
            self.workspace.said.emit(f"{self.part} copied")

    def save_as(self) -> None:
        if not isinstance(self._source, Source):
            return
        folder = self.workspace.path.parent if self.workspace.path else FilePath.home()
        chosen = self._dialogs.save_path(f"Save {self.part}", str(folder / self.part), "Python (*.py)")
        if not chosen:
            return
        try:  # the dialog has already asked where there is such a file
            path = write_file(FilePath(chosen).absolute(), self._source.text.encode(), force=True)
        except TakeawayError as error:
            self._dialogs.tell("Not saved", str(error))
            return
        self.saved.emit(f"{self.part} saved as {path}", path)
