"""A document's own Python in the window: written, shown, changed and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.code_edits import remove_code
from app.core.document import Kind

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


def open_editor(window: MainWindow, name: str) -> None:
    """The editor on one of the document's texts, or (no name) on a new one."""
    from app.ui.panels.code_editor import CodeDialog

    CodeDialog(window.workspace, window.look, window.dialogs, name, window).open()


def selected(window: MainWindow) -> str:
    """The Python that the selected node is of, if it is of any."""
    node = window.workspace.selected_node
    is_own = node is not None and node.use.kind is Kind.BLOCK and node.use.name in window.workspace.document.codes
    return node.use.name if node is not None and is_own else ""


def open_selected(window: MainWindow) -> None:
    """The editor on what the selected node is of."""
    open_editor(window, selected(window))


def remove(window: MainWindow, name: str) -> None:
    """Take a text out of the document, where no node uses it."""
    window.workspace.do(lambda document: remove_code(document, name))
