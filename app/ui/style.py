"""The theme in use, as state that widgets listen to, and what the window's own widgets add to the style sheet."""

from __future__ import annotations

from importlib.resources import files
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QLayout

from app import paths
from app.core.code_blocks import FAMILY
from app.ui import theme as themes
from app.ui.offers import GRAPHS, MODELS, PYTHON
from app.ui.stylesheet import stylesheet
from app.ui.theme import Theme

_OURS = Template("""
QWidget#panel, QScrollArea > QWidget > QWidget { background: $surface; }
QLineEdit, QComboBox { min-height: 18px; }
QLineEdit[formula="true"] { color: $accent; font-family: "JetBrains Mono"; font-size: 12px; }
QToolButton#quiet { color: $muted; padding: 2px 4px; }
QToolButton#menuButton::menu-indicator { image: none; }
QPlainTextEdit#code { border: none; border-radius: 0; padding: 0; }
QPlainTextEdit#log { border: none; color: $muted; }
QPushButton#fix { padding: 2px 10px; color: $accent; border-color: $border; }
QPushButton#crumb {
    background: transparent; border: 1px solid transparent; padding: 3px 7px; color: $muted; min-height: 14px;
}
QPushButton#crumb:hover, QPushButton#crumb:focus { color: $text; border-color: $border; background: $raised; }
QPushButton#crumb[here="true"] { color: $text; font-weight: 600; }
QWidget#crumbs { background: $window; border-bottom: 1px solid $border; }
QFrame#chooser { background: $raised; border: 1px solid $strong_border; border-radius: 6px; }
QFrame#chooser QListWidget { background: $raised; border: none; }
QPushButton#link {
    background: transparent; border: 1px solid transparent; color: $accent; padding: 2px 4px; text-align: left;
}
QPushButton#link:hover, QPushButton#link:focus { border-color: $border; }
QPushButton#link:disabled { color: $faint; }
QTextBrowser#lesson { background: $surface; border: none; border-radius: 0; padding: 0; }
QFrame#problem { background: $raised; border: 1px solid $border; border-radius: 6px; }
QFrame#problem:hover, QFrame#problem:focus { border-color: $accent; }
QFrame#notice { background: $raised; border-bottom: 1px solid $border; }
QFrame#drop { background: $field; border: 1px dashed $strong_border; border-radius: 6px; }
QFrame#drop:focus, QFrame#drop[over="true"] { border-color: $accent; }
QListView#gallery { background: $surface; border: none; }
QListView#gallery::item, QListView#gallery::item:selected, QListView#gallery::item:hover { background: transparent; }
QLabel[role="section"] { color: $muted; font-weight: 600; }
QLabel[role="note"] { color: $note; }
QLabel[role="empty"] { color: $muted; padding: 16px; }
QStatusBar QLabel { color: $muted; padding: 0 6px; }
QTabWidget::pane { border: none; }
""")

_DRAWN = Template("""
QComboBox {
    background: $field; border: 1px solid $border; border-radius: 5px; padding: 3px 6px; color: $text;
}
QComboBox:hover { border-color: $strong_border; }
QComboBox:focus, QComboBox:on { border-color: $accent; }
QComboBox:disabled { color: $faint; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QCheckBox::indicator {
    width: 14px; height: 14px; border: 1px solid $strong_border; border-radius: 4px; background: $field;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
""")


KINDS = {GRAPHS: "graph", MODELS: "model", PYTHON: FAMILY}
"""Families of this document’s own things, by the category whose stripe they have on the canvas."""


class Style(QObject):
    """The application's theme: ``changed`` after another was chosen."""

    changed = Signal()

    def __init__(self, name: str = "dark") -> None:
        super().__init__()
        self.theme: Theme = themes.THEMES.get(name, themes.DARK)

    def choose(self, name: str) -> None:
        """Change the look of the whole application at once."""
        self.theme = themes.THEMES[name]
        self.apply()
        self.changed.emit()

    def apply(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            themes.apply(application, self.theme)
            application.setStyleSheet(sheet(self.theme))

    def family_colour(self, family: str) -> str:
        """The colour of a category, the same as its stripe on the canvas."""
        return self.theme.category(KINDS.get(family, family))

    def mono(self) -> QFont:
        """The font of code."""
        return themes.font(12, mono=True)

    def icon(self, name: str) -> QIcon:
        return themes.icon(name, self.theme.text)


def sheet(theme: Theme) -> str:
    """The application's style sheet with what this window's widgets add."""
    colours = {name: value for name in theme.__dataclass_fields__ if isinstance(value := getattr(theme, name), str)}
    made = stylesheet(theme) + _OURS.substitute(colours)
    try:
        arrow, tick = _drawing("chevron-down", theme.muted), _drawing("check", theme.on_accent)
    except OSError:
        return made  # a home that cannot be written to: Fusion draws these itself, a little heavier
    return made + _DRAWN.substitute(colours, arrow=arrow, tick=tick)


def _drawing(name: str, colour: str) -> str:
    """One of our icons as a file in a theme's colour, since a style sheet takes pictures by path only."""
    text = files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    place = paths.cache() / "icons" / f"{name}-{colour.lstrip('#')}.svg"
    wanted = text.replace("currentColor", colour)
    if not place.is_file() or place.read_text(encoding="utf-8") != wanted:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(wanted, encoding="utf-8")
    return place.as_posix()


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's roles: heading, muted, error, success, section, empty."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if role == "empty":
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made.setWordWrap(True)
    return made


def set_role(widget: QLabel, role: str) -> None:
    """Change a label's role and let the style sheet see it."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def clear(layout: QLayout) -> None:
    """Take all widgets out of a layout; they are gone from the screen at once."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def swatch(colour: str, side: int = 12) -> QIcon:
    """A small rounded square in a category's colour."""
    pixmap = QPixmap(side * 2, side * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(1, 1, side - 2, side - 2, 3, 3)
    painter.end()
    return QIcon(pixmap)
