"""A document's own Python in the window: written, dragged, known, changed; asked about where it came with a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import allowed
from app.core.elaborate import Elaboration
from app.core.python_code import digest
from app.ui.main_window import MainWindow
from app.ui.offers import PYTHON
from app.ui.panels.code_editor import DISCARD, GO_ON, CodeDialog
from tests.python_code.documents import GATED, SWISH, block, chain, code, gated, written
from tests.ui.window.conftest import Answers
from tests.ui.window.test_window import drop

LONG = 150_000
"""Milliseconds that an engine may take to start beside other load."""


def dialog(window: MainWindow) -> CodeDialog:
    return next(found for found in window.findChildren(CodeDialog) if found.isVisible())


def listed(window: MainWindow) -> list[str]:
    tree = window.palette_panel.tree
    for row in range(tree.topLevelItemCount()):
        family = tree.topLevelItem(row)
        if family is not None and family.text(0).startswith(PYTHON):
            return [family.child(at).text(0) for at in range(family.childCount())]
    return []


def output(found: Elaboration) -> str:
    return str(found.models["net"].outputs["y"]) if found.models else ""


def comes(window: MainWindow, shape: str) -> Callable[[], bool]:
    return lambda: output(window.workspace.elaboration) == shape


WIDER = """from torch import Tensor, nn


class Wider(nn.Module):
    def __init__(self, more: int = 2) -> None:
        super().__init__()
        self.more = more

    def forward(self, input: Tensor) -> Tensor:
        return nn.functional.pad(input, (0, self.more))
"""


def drag_onto_the_last_wire(window: MainWindow, name: str) -> None:
    tree, canvas = window.palette_panel.tree, window.stage.canvas
    (item,) = tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    assert window.workspace.graph is not None
    middle = canvas.middle_of(window.workspace.graph.edges[-1])
    drop(window, tree.mimeData([item]), canvas.viewer.mapFromScene(QPointF(*middle)))


def write(window: MainWindow, text: str) -> None:
    """Type a text in place of what the editor holds, as a person would paste it, and save it."""
    editor = dialog(window).editor
    editor.selectAll()
    editor.insertPlainText(text)
    QTest.mouseClick(dialog(window).save_button, Qt.MouseButton.LeftButton)


def test_a_block_is_written_added_known_and_changed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.storage.open_path(written(chain({}, block("fc", "Linear", out_features=4)), tmp_path))
    QTest.mouseClick(window.palette_panel.new_python, Qt.MouseButton.LeftButton)
    assert dialog(window).save_button.isEnabled()
    write(window, WIDER)
    assert listed(window) == ["Wider"]
    assert allowed.allowed() == {digest(WIDER)}
    drag_onto_the_last_wire(window, "Wider")
    qtbot.waitUntil(comes(window, "B×6"), timeout=LONG)
    assert "class Wider(nn.Module):" in window.workspace.source("model.py").text  # type: ignore[union-attr]
    (node,) = (node for node in window.workspace.graph.nodes.values() if node.use.name == "Wider")  # type: ignore[union-attr]
    window.workspace.select([node.id])
    button = next(one for one in window.properties.findChildren(QPushButton) if one.text().startswith("Show and edit"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    write(window, WIDER.replace("Wider", "Padded").replace("int = 2", "int = 3"))
    assert list(window.workspace.document.codes) == ["Padded"]
    qtbot.waitUntil(comes(window, "B×7"), timeout=LONG)
    window.workspace.undo()
    qtbot.waitUntil(comes(window, "B×6"), timeout=LONG)


def test_python_of_a_strangers_document_waits_until_it_is_allowed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.storage.open_path(written(gated(), tmp_path))
    banner = window.stage.banner
    assert banner.isVisible()
    assert "Gated" in banner.said.text()
    assert "allowed it" in window.workspace.problems[0].message
    QTest.mouseClick(banner.show_button, Qt.MouseButton.LeftButton)
    shown = dialog(window)
    assert shown.editor.toPlainText() == GATED
    assert shown.foreign.isVisible()
    shown.reject()
    QTest.mouseClick(banner.later_button, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    assert not window.workspace.elaboration.is_sound
    window.storage.open_path(written(gated(), tmp_path))
    QTest.mouseClick(banner.allow_button, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    assert allowed.allowed() == {digest(GATED)}
    qtbot.waitUntil(comes(window, "B×T×3"), timeout=LONG)


def test_what_is_wrong_is_said_while_it_is_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_table["new_python"].trigger()
    found = dialog(window)
    QTest.keyClicks(found.editor, "import numpy")
    QTest.keyClick(found.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not found.save_button.isEnabled())
    assert found.said.text().startswith("Line 1: “numpy”")
    assert found.editor.marked == [1]


def test_what_was_typed_goes_only_after_a_question(window: MainWindow, answers: Answers) -> None:
    window.actions_table["new_python"].trigger()
    found = dialog(window)
    QTest.keyClicks(found.editor, "# ")
    answers.give(GO_ON, DISCARD)
    QTest.keyClick(found, Qt.Key.Key_Escape)
    assert found.isVisible()
    QTest.keyClick(found, Qt.Key.Key_Escape)
    assert not window.workspace.document.codes


@pytest.mark.parametrize("before", ["", "    "])
def test_the_editor_indents_as_python_is_written(window: MainWindow, before: str) -> None:
    window.actions_table["new_python"].trigger()
    editor = dialog(window).editor
    editor.selectAll()
    QTest.keyClicks(editor, f"{before}if x:")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "y")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    QTest.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.toPlainText() == f"{before}if x:\n{before}y    "
    dialog(window)._before = dialog(window).text


def choose(window: MainWindow, name: str) -> None:
    """Go to the block in the palette."""
    tree = window.palette_panel.tree
    (item,) = tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    tree.setCurrentItem(item)
    tree.setFocus()


def test_it_is_taken_out_of_the_document_where_nothing_uses_it(window: MainWindow, tmp_path: Path) -> None:
    window.storage.open_path(written(chain(code(SWISH, "Swish"), block("swish", "Swish")), tmp_path))
    choose(window, "Swish")
    QTest.keyClick(window.palette_panel.tree, Qt.Key.Key_Delete)
    assert list(window.workspace.document.codes) == ["Swish"]
    window.stage.gestures.delete(["swish"])
    choose(window, "Swish")
    QTest.keyClick(window.palette_panel.tree, Qt.Key.Key_Delete)
    assert not window.workspace.document.codes
