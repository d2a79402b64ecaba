"""The stylesheet of the whole application, made from a theme's colours.

Only what the Fusion style does not already draw well from the palette: bars, menus, tabs, docks, lists, scroll bars.
Spin boxes, combo boxes and check boxes keep Fusion's own drawing, which follows the palette and the scale.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.theme import Theme

_TEMPLATE = Template("""
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QMenuBar { background: $window; border-bottom: 1px solid $border; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $raised; border: 1px solid $strong_border; border-radius: 6px; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $border; padding: 3px 6px; spacing: 3px; }
QToolBar::separator { background: $border; width: 1px; margin: 5px 6px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px 6px; }
QToolButton:hover { background: $raised; border-color: $border; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border-color: $accent; }
QStatusBar { background: $window; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }

QPushButton {
    background: $raised; border: 1px solid $strong_border; border-radius: 5px; padding: 5px 14px; min-height: 16px;
}
QPushButton:hover { border-color: $accent; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; border-color: $border; }
QPushButton:default, QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {
    background: $raised; color: $faint; border-color: $border;
}
QPushButton[flat="true"] { background: transparent; border-color: transparent; }

QLineEdit, QPlainTextEdit, QTextEdit, QTextBrowser {
    background: $field; border: 1px solid $border; border-radius: 5px; padding: 3px 6px;
    selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled { color: $faint; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: $error; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $strong_border; padding: 3px; }

QAbstractItemView {
    background: $surface; alternate-background-color: $window; border: 1px solid $border; border-radius: 5px;
    outline: none; selection-background-color: $selection; selection-color: $text;
}
QTreeView { show-decoration-selected: 1; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QTreeView::item, QListView::item { padding: 3px 4px; border-radius: 4px; }
QTreeView::item:hover, QListView::item:hover { background: $raised; }
QTreeView::item:selected, QListView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $window; }
QHeaderView::section {
    background: $window; color: $muted; border: none; border-right: 1px solid $border;
    border-bottom: 1px solid $border; padding: 4px 8px;
}

QDockWidget { color: $muted; font-weight: 600; }
QDockWidget::title { background: $window; border-bottom: 1px solid $border; padding: 6px 10px; text-align: left; }
QDockWidget > QWidget { font-weight: 400; color: $text; }
QTabBar { background: transparent; font-weight: 400; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 6px 13px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }

QGroupBox { border: 1px solid $border; border-radius: 6px; margin-top: 17px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; padding: 0 4px; color: $muted; }
QProgressBar {
    background: $field; border: 1px solid $border; border-radius: 4px; min-height: 12px; max-height: 14px;
    text-align: center; color: $text; font-size: 11px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QToolTip { background: $raised; color: $text; border: 1px solid $strong_border; padding: 5px 7px; }

QScrollArea { border: none; background: transparent; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: $strong_border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="success"] { color: $success; }
QLabel[role="mono"] { font-family: "JetBrains Mono"; }
""")


def stylesheet(theme: Theme) -> str:
    """The application's stylesheet in a theme's colours."""
    return _TEMPLATE.substitute(
        {name: value for name in theme.__dataclass_fields__ if isinstance(value := getattr(theme, name), str)}
    )
