"""A card of the recipe's form: a title that folds what stands below it, with small tools for what it stands for."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.style import clear, label
from app.ui.theme import Theme

Run = Callable[[], None]

_LOOK = Template("""
QFrame#card { border: 1px solid $border; border-radius: 6px; }
QToolButton#fold { font-weight: 600; padding: 3px 2px; background: transparent; text-align: left; }
QToolButton#chip {
    color: $note; border: 1px solid $border; border-radius: 8px; padding: 0 5px; font-size: 11px; min-height: 16px;
}
QToolButton#chip:hover, QToolButton#chip:focus { border-color: $accent; background: $raised; }
QFrame#line { background: $border; border: none; }
QTabBar#pages::tab { padding: 7px 12px; }
""")


def look_of(theme: Theme) -> str:
    """What the cards and chips of the form add to the style sheet."""
    names = ("border", "note", "accent", "raised")
    return _LOOK.substitute({name: getattr(theme, name) for name in names})


def tool(text: str, tip: str, run: Run) -> QToolButton:
    """A small quiet button."""
    made = QToolButton(text=text, toolTip=tip, objectName="quiet")
    made.setAccessibleName(tip)
    made.clicked.connect(lambda _=False: run())
    return made


def heading(text: str, tip: str = "", add: Run | None = None) -> QWidget:
    """The title of a section, with a button that adds one more."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 8, 0, 0)
    row.addWidget(label(text, "section"))
    row.addStretch()
    if add is not None:
        button = tool("+", tip, add)
        made.setProperty("adds", True)
        row.addWidget(button)
    return made


class Card(QFrame):
    """What is inside is made when the card is first unfolded."""

    def __init__(self, title: str, fill: Callable[[QVBoxLayout], None], *, unfolded: bool, framed: bool = True) -> None:
        super().__init__()
        self._fill = fill
        self.title = title
        self.is_filled = False
        self.fold = QToolButton(text=title, objectName="fold", checkable=True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.summary: QLabel = label(role="muted", wrap=True)
        self.body = QWidget()
        self._inside = QVBoxLayout(self.body)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(6)
        self._head = QHBoxLayout()
        self._head.setSpacing(0)
        self._head.addWidget(self.fold, 1)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.setContentsMargins(*((8, 4, 8, 8) if framed else (0, 0, 0, 0)))
        column.addLayout(self._head)
        column.addWidget(self.summary)
        column.addWidget(self.body)
        if framed:
            self.setObjectName("card")
        self.fold.setChecked(unfolded)
        self._unfold(unfolded)
        self.fold.toggled.connect(self._unfold)

    def add_tool(self, text: str, tip: str, run: Run) -> QToolButton:
        made = tool(text, tip, run)
        self._head.addWidget(made)
        return made

    def set_summary(self, text: str) -> None:
        """What the card says while it is folded."""
        self.summary.setText(text)
        self.summary.setVisible(bool(text) and not self.fold.isChecked())

    def fill_again(self) -> None:
        """Make what is inside anew, if it has been made."""
        if self.is_filled:
            clear(self._inside)
            self._fill(self._inside)

    def _unfold(self, on: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.fold.setAccessibleName(f"{self.title}, {'unfolded' if on else 'folded'}")
        if on and not self.is_filled:
            self.is_filled = True
            self._fill(self._inside)
        self.body.setVisible(on)
        self.summary.setVisible(bool(self.summary.text()) and not on)
