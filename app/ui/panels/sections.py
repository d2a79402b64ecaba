"""Parts of a form: headings with buttons, parts that fold to one line, and the order in which Tab goes through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.style import label

Entry = tuple[str, str, bool, str]
"""A line of a menu: its key, its text, whether it is ticked, and why it cannot be chosen (or nothing)."""


def small_button(text: str, tip: str, run: Callable[[], None], *, tab: bool = False) -> QToolButton:
    """A quiet button; ``tab``: where Tab goes to, since nothing else does what it does."""
    button = QToolButton(text=text, toolTip=tip, objectName="quiet")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus if tab else Qt.FocusPolicy.NoFocus)
    button.setAccessibleName(tip)
    button.clicked.connect(lambda _=False: run())
    return button


class MenuButton(QToolButton):
    """A button that opens a menu, made when it is asked for. ``chosen`` carries the key of an entry."""

    chosen = Signal(str)

    def __init__(self, text: str, tip: str, entries: Callable[[], Sequence[Entry]]) -> None:
        super().__init__(text=text, toolTip=tip, objectName="quiet")
        self._entries = entries
        self.menu_shown: QMenu | None = None
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _=False: self.open())

    def open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._closed)
        for key, text, ticked, why_not in self._entries():
            if not key:
                menu.addSeparator()
                continue
            action = menu.addAction(f"{text}\t{why_not}" if why_not else text)
            action.setCheckable(True)
            action.setChecked(ticked)
            action.setEnabled(not why_not)
            action.setData(key)
            action.triggered.connect(lambda _=False, key=key: self.chosen.emit(key))
        self.menu_shown = menu
        corner = self.mapToGlobal(QPoint(self.width(), self.height()))
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y()))

    def _closed(self) -> None:
        self.menu_shown = None


class Heading(QWidget):
    """A line that names a part of a form, with buttons at its end."""

    def __init__(self, text: str, *buttons: QWidget, role: str = "section") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.text = label(text, role)
        row.addWidget(self.text)
        row.addStretch()
        for button in buttons:
            row.addWidget(button)
        self.setMinimumHeight(24)


class Part(QWidget):
    """A part of a form with a heading and a button that takes it away; ``told`` is a word on what it is for."""

    removed = Signal()

    def __init__(self, title: str, told: str) -> None:
        super().__init__()
        self.heading = Heading(title, small_button("✕", f"Remove: {title.lower()}", self.removed.emit))
        self.heading.setToolTip(told)
        self.told = label(told, "muted", wrap=True)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.told)
        self.column.addWidget(self.problem)

    def say(self, sentence: str) -> None:
        """Show what is wrong with this part, or nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))


class Fold(QWidget):
    """One line that unfolds: a button with a title, small buttons at its end, and a body that is made when first seen.

    ``turned`` tells of folding and unfolding by the person.
    """

    turned = Signal(bool)
    remade = Signal()

    def __init__(
        self,
        title: str,
        make: Callable[[], QWidget],
        *,
        is_open: bool = False,
        accessible: str = "",
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self._make = make
        self.body: QWidget | None = None
        self.button = _FoldButton(title, cut)
        self.button.setAccessibleName(accessible or title)
        self.button.clicked.connect(self._turn)
        self.line = QHBoxLayout()
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(2)
        self.line.addWidget(self.button, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(self.line)
        if is_open:
            self.set_open(True)

    @property
    def is_open(self) -> bool:
        return self.button.isChecked()

    def set_open(self, on: bool) -> None:
        self.button.setChecked(on)
        self.button.point()
        if on and self.body is None:
            self.body = self._make()
            self._column.addWidget(self.body)
        if self.body is not None:
            self.body.setVisible(on)

    def remake(self) -> None:
        """Make the body again, now if it is open, else when it is next."""
        if self.body is not None:
            self.body.hide()
            self.body.deleteLater()
            self.body = None
            self.set_open(self.is_open)
            self.remade.emit()

    def _turn(self) -> None:
        self.set_open(self.is_open)
        self.turned.emit(self.is_open)


class _FoldButton(QToolButton):
    """The title of a fold, cut with an ellipsis where it does not fit."""

    def __init__(self, title: str, cut: Qt.TextElideMode) -> None:
        super().__init__(objectName="quiet")
        self._title, self._cut = title, cut
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(
            "QToolButton { text-align: left; background: transparent; padding-left: 0; color: palette(window-text); }"
        )
        self.point()

    def set_title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._elide()

    def point(self) -> None:
        """The arrow says whether it is open."""
        self.setArrowType(Qt.ArrowType.DownArrow if self.isChecked() else Qt.ArrowType.RightArrow)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._title, self._cut, max(self.width() - 30, 40))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._title if shown != self._title else "")

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, super().sizeHint().height())


def want(folds: set[str], key: str, *, unfolded: bool = False) -> None:
    """Let the part of this name have the focus when the form is made again with it."""
    folds.add(f"new {key}")
    if unfolded:
        folds.add(key)


def wanted_by(folds: set[str], key: str) -> bool:
    """Whether the part was just added by the person; asked once."""
    if f"new {key}" not in folds:
        return False
    folds.discard(f"new {key}")
    return True


# -- the order of Tab ---------------------------------------------------------------------------------------------


def order_tabs(form: QWidget) -> None:
    """Let Tab go through a form as it is read, whenever its parts were made."""
    before: QWidget | None = None
    for widget in _reading_order(form):
        if before is not None:
            QWidget.setTabOrder(before, widget)
        before = widget


def _reading_order(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
        return
    layout = widget.layout()
    if layout is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        if (inner := item.layout()) is not None:
            yield from _in_layout(inner)
        elif (widget := item.widget()) is not None:
            yield from _reading_order(widget)
