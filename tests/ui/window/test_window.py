"""The window as a person uses it: real keys and mouse events on a virtual screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.core.draw import use
from app.core.edits import add_node, set_argument
from app.ui.canvas.naming import NameField
from app.ui.main_window import MainWindow
from app.ui.offers import MIME
from app.ui.panels.gallery import GalleryPanel
from app.ui.panels.graph_form import GraphForm
from app.ui.panels.node_form import NodeForm
from app.ui.starter import starter
from tests.ui.window.conftest import Answers
from tests.ui.window.example import example

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def net(window: MainWindow) -> MainWindow:
    window.workspace.open(example())
    QApplication.processEvents()
    return window


def nodes(window: MainWindow, graph: str = "Net") -> list[str]:
    return list(window.workspace.document.graphs[graph].nodes)


def form(window: MainWindow) -> NodeForm:
    assert isinstance(window.properties.form, NodeForm)
    return window.properties.form


def output(window: MainWindow, node: str) -> str:
    result = window.workspace.node_result(node)
    assert result is not None
    return str(result.outputs["output"])


def type_into(window: MainWindow, argument: str, text: str) -> None:
    line = form(window).rows[argument].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_opens_with_totals_and_preset(net: MainWindow) -> None:
    assert net.windowTitle().startswith("Small classifier")
    assert "265 K parameters" in net.status.totals.text()
    assert net.status.presets.currentText() == "paper"
    assert net.status.problems.text() == "No problems"


def test_choosing_a_preset_changes_shapes_but_not_the_document(net: MainWindow) -> None:
    document = net.workspace.document
    assert output(net, "stem") == "B×16×28×28"
    net.status.presets.setFocus()
    QTest.keyClick(net.status.presets, Qt.Key.Key_Down)
    QTest.keyClick(net.status.presets, Qt.Key.Key_Return)
    net.status.presets.activated.emit(net.status.presets.currentIndex())
    assert net.workspace.preset == "quick"
    assert output(net, "stem") == "B×16×8×8"
    assert net.workspace.document is document


def test_a_block_is_added_from_the_palette_by_keyboard(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    line = net.palette_panel.line
    line.setFocus()
    QTest.keyClicks(line, "dense")
    assert net.palette_panel.tree.topLevelItem(0).text(0) == "Linear"
    line.clear()
    QTest.keyClicks(line, "bn2")
    assert net.palette_panel.tree.topLevelItem(0).text(0) == "BatchNorm2d"
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "batch_norm" in nodes(net)
    assert net.workspace.selection == ("batch_norm",)
    assert output(net, "batch_norm") == "B×16×28×28", "it is wired behind what was selected"


def test_a_block_is_dragged_from_the_palette(net: MainWindow) -> None:
    tree = net.palette_panel.tree
    net.palette_panel.line.setText("dropout")
    item = tree.topLevelItem(0)
    mime = tree.mimeData([item])
    assert bytes(mime.data(MIME).data()).decode() == "block:Dropout"
    drop(net, mime, QPoint(60, 60))
    assert "dropout" in nodes(net)


def drop(window: MainWindow, mime: QMimeData, at: QPoint) -> None:
    """What Qt sends when something is dragged over the canvas and let go."""
    target = window.stage.canvas.viewer.viewport()
    actions, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(at, actions, mime, button, none),
        QDragMoveEvent(at, actions, mime, button, none),
        QDropEvent(QPointF(at), actions, mime, button, none),
    ):
        QApplication.sendEvent(target, event)


def test_editing_a_field_changes_every_shape_behind_it(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    type_into(net, "stride", "2")
    assert net.workspace.document.graphs["Net"].nodes["stem"].arguments["stride"] == 2
    assert output(net, "stem") == "B×16×14×14"
    assert output(net, "flat") == "B×6272"
    texts = [widget.text() for widget in form(net).findChildren(type(net.status.totals))]
    assert "B×16×14×14" in texts


def test_a_formula_shows_its_value_beside_it(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    type_into(net, "out_channels", "=width*3")
    assert net.workspace.document.graphs["Net"].nodes["stem"].arguments["out_channels"] == "=width * 3"
    assert form(net).rows["out_channels"].note == "= 48"


@pytest.mark.parametrize(
    ("argument", "typed", "sentence"),
    [
        ("out_channels", "many", "whole number"),
        ("out_channels", "=width *", "cannot be read as a formula"),
        ("out_channels", "-3", "at least 1"),
        ("kernel_size", "3, 3, 3", "or 2 of them"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_under_the_field(
    net: MainWindow, argument: str, typed: str, sentence: str
) -> None:
    net.workspace.select(["stem"])
    document = net.workspace.document
    type_into(net, argument, typed)
    assert sentence in form(net).rows[argument].note
    assert net.workspace.document is document


def test_a_problem_appears_in_place_and_on_the_status_bar(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    type_into(net, "kernel_size", "99")
    assert net.status.problems.text() == "1 problem"
    assert len(net.problems.entries) == 1
    assert "Problems (1)" in net.docks["problems"].windowTitle()


def test_a_fix_button_mends_the_problem(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    type_into(net, "groups", "3")
    assert form(net).rows["groups"].note, "the sentence stands under the field that it is about"
    net.workspace.select([])
    net.show_panel("problems")
    entry = net.problems.entries[0]
    button = entry.buttons[0]
    assert button.text() == "Set groups to a divisor  →  B×16×28×28", "what it would give is shown beforehand"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert net.workspace.problems == ()
    assert net.workspace.selection == ("stem",), "it shows what was mended"
    net.workspace.undo()
    assert len(net.workspace.problems) == 1


def test_a_click_on_a_problem_goes_there(net: MainWindow) -> None:
    net.workspace.enter("body")
    net.workspace.select(["conv"])
    type_into(net, "kernel_size", "99")
    net.workspace.show_graph("Net")
    net.show_panel("problems")
    QTest.mouseClick(net.problems.entries[0], Qt.MouseButton.LeftButton)
    assert (net.workspace.graph_name, net.workspace.selection) == ("Block", ("conv",))


def test_undo_and_redo_say_what_they_do(net: MainWindow) -> None:
    before = net.workspace.document
    net.workspace.select(["stem"])
    type_into(net, "stride", "2")
    changed = net.workspace.document
    assert net.actions_table["undo"].text() == "Undo set stem.stride"
    net.stage.canvas.setFocus()
    net.actions_table["undo"].trigger()
    assert net.workspace.document is before
    assert form(net).rows["stride"].editor.text() == "1"
    net.actions_table["redo"].trigger()
    assert net.workspace.document is changed


def test_shortcuts_reach_the_actions(net: MainWindow, qtbot: QtBot) -> None:
    net.activateWindow()
    qtbot.waitUntil(net.isActiveWindow, timeout=5000)
    net.workspace.select(["stem"])
    net.stage.canvas.setFocus()
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_D, CTRL)
    assert len(nodes(net)) == 5
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_Z, CTRL)
    assert len(nodes(net)) == 4


def test_entering_and_leaving_a_group(net: MainWindow) -> None:
    net.workspace.select(["body"])
    net.actions_table["enter"].trigger()
    assert net.workspace.graph_name == "Block"
    assert [button.text() for button in net.stage.crumbs.buttons] == ["Net", "body: Block"]
    assert output(net, "conv") == "B×32×28×28", "the instance that was entered, with its own width"
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_Escape)
    assert net.workspace.graph_name == "Net"
    assert net.workspace.selection == ("body",)


def test_crumbs_lead_back(net: MainWindow) -> None:
    net.workspace.enter("body")
    QTest.mouseClick(net.stage.crumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert net.workspace.graph_name == "Net"


def test_grouping_asks_for_a_name_and_ungrouping_takes_it_back(net: MainWindow, answers: object) -> None:
    net.dialogs.give("Head")  # type: ignore[attr-defined]
    net.workspace.select(["flat", "fc"])
    net.actions_table["group"].trigger()
    assert "Head" in net.workspace.document.graphs
    assert output_shape(net, "fc") is None
    net.actions_table["ungroup"].trigger()
    assert "Head" not in net.workspace.document.graphs


def output_shape(window: MainWindow, node: str) -> object:
    return window.workspace.node_result(node)


def test_copy_and_paste(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    net.actions_table["copy"].trigger()
    net.actions_table["paste"].trigger()
    assert len(nodes(net)) == 5
    QApplication.clipboard().setText("not a graph")
    net.actions_table["paste"].trigger()
    assert len(nodes(net)) == 5
    assert net.status.currentMessage()


def test_bypass_and_mute_toggle(net: MainWindow) -> None:
    net.workspace.select(["body"])
    net.actions_table["bypass"].trigger()
    assert net.workspace.document.graphs["Net"].nodes["body"].bypass
    assert form(net).bypass.isChecked()
    net.actions_table["bypass"].trigger()
    assert not net.workspace.document.graphs["Net"].nodes["body"].bypass


def test_search_at_the_cursor_adds_what_fits_and_wires_it(net: MainWindow) -> None:
    from app.core.document import End

    net.stage.canvas.search_gives = True
    net.stage.search_at(QPointF(300, 200), End("flat", "output"))
    chooser = net.stage.chooser
    assert chooser.isVisible()
    names = [chooser.list.item(row).text() for row in range(chooser.list.count())]
    assert "Linear" in names
    assert "Conv2d" not in names, "a flat tensor is no image"
    QTest.keyClicks(chooser.line, "fully")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert not chooser.isVisible()
    assert output(net, net.workspace.selection[0]) == "B×128"


def test_the_command_palette_finds_and_runs(net: MainWindow) -> None:
    net.show_commands()
    QTest.keyClicks(net.command_palette.line, "light")
    QTest.keyClick(net.command_palette.line, Qt.Key.Key_Return)
    assert not net.look.theme.dark
    net.toggle_theme()


def test_every_action_can_be_reached(net: MainWindow) -> None:
    in_menus = {
        action.objectName() for menu in net.menuBar().actions() for action in menu.menu().actions() if menu.menu()
    }
    assert set(net.actions_table.table) <= in_menus
    keys = [key for command in net.actions_table.table.values() for key in command.shortcuts]
    assert len(keys) == len(set(keys)), "no two commands share a shortcut"


def test_the_theme_changes_everything_at_once(net: MainWindow) -> None:
    net.actions_table["theme"].trigger()
    assert QApplication.palette().window().color().lightness() > 200
    assert net.settings.value("theme") == "light"
    net.actions_table["theme"].trigger()
    assert QApplication.palette().window().color().lightness() < 60


def test_the_outline_goes_where_it_is_told_by_keyboard(net: MainWindow) -> None:
    net.actions_table["find"].trigger()
    QTest.keyClicks(net.outline.line, "norm")
    tree = net.outline.tree
    shown = [item for item in net.outline._items() if not item.isHidden() and item.text(0) == "norm"]
    assert shown
    tree.setCurrentItem(shown[0])
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert net.workspace.graph_name == "Block"
    assert net.workspace.selection == ("norm",)


def test_graph_properties_rename_and_add(net: MainWindow) -> None:
    net.workspace.select([])
    graph = net.properties.form
    assert isinstance(graph, GraphForm)
    assert graph.name is not None
    line = graph.name.editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "Classifier")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "Classifier" in net.workspace.document.graphs
    assert net.workspace.graph_name == "Classifier"
    assert net.workspace.document.models["net"].graph == "Classifier"


def test_a_new_document_is_drawn_from_nothing(window: MainWindow) -> None:
    window.storage.new()
    assert "Nothing is drawn" in window.problems.empty.text()
    window.palette_panel.line.setText("Linear")
    QTest.keyClick(window.palette_panel.line, Qt.Key.Key_Return)
    assert [node.use.name for node in window.workspace.document.graphs["Net"].nodes.values()] == ["Linear"]
    window.workspace.undo()
    assert window.workspace.document == starter()


def test_files_dropped_on_the_window_open(window: MainWindow, tmp_path: Path) -> None:
    from PySide6.QtCore import QUrl

    from app.core import files

    path = tmp_path / "net.netloom"
    files.write(path, example())
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    assert window.workspace.path == path


def test_the_code_panel_follows_node_and_line(window: MainWindow) -> None:
    window.storage.open_template("mlp_classifier")
    window.show_panel("code")
    code = window.code
    code.refresh()
    text = code.view.toPlainText()
    assert "class MLP(nn.Module):" in text
    compile(text, "model.py", "exec")
    window.workspace.select(["output"])
    marked = [text.splitlines()[line - 1] for line in code.view.marked]
    assert any("self.output" in line for line in marked)
    line = next(n for n, line in enumerate(text.splitlines()) if "self.layer1 = " in line)
    cursor = QTextCursor(code.view.document().findBlockByNumber(line))
    code.view.setTextCursor(cursor)
    place = code.view.cursorRect(cursor).center() + QPoint(30, 0)
    QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.workspace.selection == ("layer1",)


def test_the_code_is_current_after_an_edit(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier")
    window.show_panel("code")
    window.workspace.select(["output"])
    window.workspace.do(lambda document: set_argument(document, "MLP", "output", "bias", False))
    qtbot.waitUntil(lambda: "bias=False" in window.code.view.toPlainText(), timeout=5000)
    for part in ("steps.py", "train.py"):
        window.code.show_part(part)
        compile(window.code.view.toPlainText(), part, "exec")


def test_a_large_document_is_written_beside_the_window(window: MainWindow, qtbot: QtBot) -> None:
    """The window stays at hand; what stood there stays until the new text is there; the last edit wins."""
    window.storage.open_template("inception_v1")
    code = window.code
    assert code.workspace.source_soon("model.py") is None
    assert not code.copy.isEnabled()
    assert code.stack.currentWidget() is code.empty
    qtbot.waitUntil(lambda: "class Inception" in code.view.toPlainText(), timeout=30_000)
    assert code.stack.currentWidget() is code.view
    for p in (0.25, 0.125):
        window.workspace.do(lambda document, p=p: set_argument(document, "GoogLeNet", "dropout", "p", p))  # type: ignore[misc]
        code.refresh()
        assert code.waiting.isVisible()
        assert "class Inception" in code.view.toPlainText()
        assert not code.copy.isEnabled()
    qtbot.waitUntil(lambda: "0.125" in code.view.toPlainText(), timeout=30_000)
    assert not code.waiting.isVisible()
    assert code.view.toPlainText() == window.workspace.source("model.py").text  # type: ignore[union-attr]


def test_the_code_panel_says_why_there_is_none(net: MainWindow, qtbot: QtBot) -> None:
    net.show_panel("code")
    net.code.show_part("train.py")
    assert "no recipe" in net.code.empty.text()
    net.code.show_part("model.py")
    net.workspace.do(lambda document: set_argument(document, "Net", "stem", "kernel_size", 99))
    qtbot.waitUntil(lambda: "problem is solved" in net.code.empty.text(), timeout=5000)


def test_the_gallery_finds_and_opens(window: MainWindow) -> None:
    window.show_panel("templates")
    gallery = window.docks["templates"].widget()
    assert isinstance(gallery, GalleryPanel)
    QTest.keyClicks(gallery.line, "vgg")
    assert gallery.current is not None
    assert gallery.current.name == "vgg16"
    gallery.presets.setCurrentText("quick")
    QTest.keyClick(gallery.line, Qt.Key.Key_Return)
    assert window.workspace.document.title == "VGG-16"
    assert window.workspace.preset == "quick"
    QTest.keyClicks(gallery.line, "zzz")
    assert gallery.empty.isVisible()
    assert not gallery.open_button.isEnabled()


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_the_graph_is_saved_as_a_picture(net: MainWindow, answers: Answers, tmp_path: Path, ending: str) -> None:
    answers.give(str(tmp_path / f"net.{ending}"))
    net.actions_table["picture"].trigger()
    content = (tmp_path / f"net.{ending}").read_bytes()
    assert content.startswith({"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}[ending])


def test_a_picture_that_cannot_be_written_says_so(net: MainWindow, answers: Answers, tmp_path: Path) -> None:
    answers.give(str(tmp_path / "no" / "such" / "net.png"))
    net.actions_table["picture"].trigger()
    assert "cannot be written" in answers.asked[-1]


def test_tabs_stand_over_their_docks_and_nowhere_else(net: MainWindow, qtbot: QtBot) -> None:
    def bars() -> list[QTabBar]:
        children = net.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [bar for bar in children if bar.isVisible()]

    def counts() -> list[int]:
        return sorted(bar.count() for bar in bars())

    qtbot.waitUntil(lambda: counts() == [2, 3, 4], timeout=5000)
    net.arrange_as_at_first()
    qtbot.waitUntil(lambda: counts() == [2, 3, 4], timeout=5000)


def test_everything_that_takes_the_keyboard_has_a_name(net: MainWindow) -> None:
    net.workspace.select(["stem"])
    nameless = []
    for name in net.docks:
        net.show_panel(name)
        QApplication.processEvents()
        for widget in net.docks[name].findChildren(QWidget):
            takes = widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            text = getattr(widget, "text", None)
            said = widget.accessibleName() or (text() if callable(text) else "")
            if takes and not said and not isinstance(widget, QTabBar | QScrollArea):
                nameless.append(f"{name}: {type(widget).__name__} {widget.objectName()}")
    assert nameless == []


def test_a_node_dropped_on_a_wire_is_one_step(net: MainWindow) -> None:
    net.workspace.do(lambda document: add_node(document, "Net", use("ReLU"), position=(0.0, 200.0)))
    before = net.workspace.document
    edge = before.graphs["Net"].edges_into("flat")[0]
    net.stage.canvas.insert_asked.emit("relu", edge, {"relu": (330.0, 0.0)})
    graph = net.workspace.document.graphs["Net"]
    assert str(graph.edges_into("flat")[0].source) == "relu.output"
    assert net.workspace.document.layout["Net"].positions["relu"] == (330.0, 0.0)
    net.workspace.undo()
    assert net.workspace.document is before


def test_a_frame_is_made_renamed_and_removed(net: MainWindow, answers: Answers, qtbot: QtBot) -> None:
    net.activateWindow()
    qtbot.waitUntil(net.isActiveWindow, timeout=5000)
    net.workspace.select(["stem", "body"])
    answers.give("Stem", "Trunk")
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_J, CTRL)
    frames = net.workspace.document.layout["Net"].frames
    assert [(frame.title, frame.nodes) for frame in frames] == [("Stem", ("stem", "body"))]
    net.workspace.select(["body"])
    net.actions_table["rename_frame"].trigger()
    assert net.workspace.document.layout["Net"].frames[0].title == "Trunk"
    net.workspace.select(["fc"])
    assert not net.actions_table["remove_frame"].isEnabled()
    net.workspace.select(["stem"])
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_J, CTRL | SHIFT)
    assert not net.workspace.document.layout["Net"].frames


def test_f2_renames_the_selected_node(net: MainWindow) -> None:
    net.workspace.select(["fc"])
    QTest.keyClick(net.stage.canvas.viewer, Qt.Key.Key_F2)
    field = net.stage.canvas.findChild(NameField)
    assert field is not None
    assert field.isVisible()
    QTest.keyClicks(field, "head")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert net.workspace.document.graphs["Net"].nodes["fc"].name == "head"


def test_the_command_palette_lists_every_possible_command(net: MainWindow) -> None:
    listed = {choice.key for choice in net.actions_table.search("")}
    assert listed == {name for name, action in net.actions_table.actions.items() if action.isEnabled()}


def test_a_models_input_is_typed_in_the_form(net: MainWindow) -> None:
    graph = net.properties.form
    assert isinstance(graph, GraphForm)
    shape, _ = graph.inputs[("net", "image")]
    line = shape.editor
    assert line.text() == "B × 1 × =size × =size"
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "B, 3, =size, 32")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert net.workspace.document.models["net"].inputs["image"].shape == ("B", 3, "=size", 32)
    assert output(net, "stem") == "B×16×28×32"
    net.workspace.undo()
    assert line.text() == "B × 1 × =size × =size"


def test_the_gallery_draws_every_template(window: MainWindow, qtbot: QtBot) -> None:
    window.show_panel("templates")
    gallery = window.docks["templates"].widget()
    assert isinstance(gallery, GalleryPanel)
    names = {listing.name for listing in gallery.model.listings}
    qtbot.waitUntil(lambda: set(gallery.model.sketches) == names, timeout=30_000)
    assert all(sketch.boxes and sketch.wires for sketch in gallery.model.sketches.values())
