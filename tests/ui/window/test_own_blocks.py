"""Blocks of one's own in the window: kept by a command, found in the palette, added with their graphs in one step."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import own_blocks
from app.core import edits
from app.ui.main_window import MainWindow
from app.ui.own import CANCEL, REPLACE
from tests.ui.window.conftest import Answers


def keep(window: MainWindow, template: str, graph: str) -> None:
    window.storage.open_template(template)
    window.workspace.show_graph(graph)
    window.actions_table.refresh()
    window.actions_table["keep_block"].trigger()


def listed(window: MainWindow) -> list[str]:
    tree = window.palette_panel.tree
    rows = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return next(
        ([row.child(n).text(0) for n in range(row.childCount())] for row in rows if row.text(0).startswith("Your")), []
    )


def test_a_kept_graph_is_added_from_the_palette_in_one_step(window: MainWindow) -> None:
    keep(window, "unet", "Down")
    assert listed(window) == ["Down"]
    window.storage.open_template("lenet5")
    before = window.workspace.document
    line = window.palette_panel.line
    line.setFocus()
    QTest.keyClicks(line, "Down")
    QTest.keyClick(line, Qt.Key.Key_Return)
    made = window.workspace.document
    assert {"Down", "DoubleConv"} <= set(made.graphs)
    (node,) = (node for node in made.graphs["LeNet5"].nodes.values() if node.use.name == "Down")
    assert window.workspace.selection == (node.id,)
    window.workspace.undo()
    assert window.workspace.document is before


def test_the_search_at_the_cursor_finds_it_too(window: MainWindow) -> None:
    keep(window, "unet", "Down")
    window.storage.open_template("vae")
    window.stage.search()
    QTest.keyClicks(window.stage.chooser.line, "Down")
    QTest.keyClick(window.stage.chooser.line, Qt.Key.Key_Return)
    assert "DoubleConv" in window.workspace.document.graphs


def test_another_of_its_name_is_asked_about(window: MainWindow, answers: Answers) -> None:
    keep(window, "unet", "Down")
    path = own_blocks.own_blocks()[0].path
    first = path.read_bytes()
    window.workspace.do(lambda document: edits.set_note(document, "Down", "pool", "mine"))
    answers.give(CANCEL, REPLACE)
    window.actions_table["keep_block"].trigger()
    assert path.read_bytes() == first
    window.actions_table["keep_block"].trigger()
    assert path.read_bytes() != first
    assert "another block of your own" in answers.asked[0]


def test_a_step_graph_cannot_be_kept(window: MainWindow) -> None:
    window.storage.open_template("unet")
    window.workspace.show_graph("TrainStep")
    window.actions_table.refresh()
    assert not window.actions_table["keep_block"].isEnabled()


def test_it_is_deleted_by_key_after_a_question(window: MainWindow, answers: Answers) -> None:
    keep(window, "unet", "Down")
    tree = window.palette_panel.tree
    item = next(tree.topLevelItem(row) for row in range(3) if tree.topLevelItem(row).text(0).startswith("Your"))
    tree.setCurrentItem(item.child(0))
    tree.setFocus()
    answers.give("Delete")
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert listed(window) == []
    assert own_blocks.own_blocks() == []
    assert "Down" in window.workspace.document.graphs


def test_a_shared_file_is_taken_in(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    keep(window, "unet", "Down")
    shared = tmp_path / "shared.netloom"
    shared.write_bytes(own_blocks.own_blocks()[0].path.read_bytes())
    own_blocks.forget(own_blocks.own_blocks()[0])
    answers.give(str(shared))
    window.actions_table["take_block"].trigger()
    assert listed(window) == ["Down"]
    shared.write_text("not a document", encoding="utf-8")
    answers.give(str(shared))
    window.actions_table["take_block"].trigger()
    assert "shared.netloom" in answers.asked[-1]


def test_a_file_that_broke_meanwhile_says_so_and_changes_nothing(window: MainWindow) -> None:
    keep(window, "unet", "Down")
    window.storage.open_template("lenet5")
    before = window.workspace.document
    own_blocks.own_blocks()[0].path.write_text("{", encoding="utf-8")
    said: list[str] = []
    window.workspace.said.connect(said.append)
    QTest.keyClicks(window.palette_panel.line, "Down")
    QTest.keyClick(window.palette_panel.line, Qt.Key.Key_Return)
    assert window.workspace.document is before
    assert "Down.netloom" in said[0]
