"""Drawing in the whole window: one undo step for each gesture and command, and what survives them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core import edits
from app.core.document import End
from app.ui.canvas.viewer import MIME
from app.ui.main_window import MainWindow


@pytest.fixture
def net(window: MainWindow, qtbot) -> MainWindow:
    window.storage.open_template("resnet18")
    qtbot.waitUntil(window.stage.canvas.isVisible)
    window.stage.canvas.fit()
    return window


def rects(window):
    return {identity: card.rect for identity, card in window.stage.canvas._cards.items()}


def test_a_block_let_go_on_a_wire_is_one_step_that_undo_takes_back_whole(net, qtbot):
    canvas = net.stage.canvas
    before, document = rects(net), net.workspace.document
    wire = next(wire for wire in canvas._wires.values() if wire.target.card.id == "bn1")
    data = QMimeData()
    data.setData(MIME, b"block:Dropout")
    at = canvas.viewer.mapFromScene(wire.pill.middle) + QPoint(4, -9)
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas.viewer.viewport(), QDragEnterEvent(at, *held))
    QApplication.sendEvent(canvas.viewer.viewport(), QDropEvent(QPointF(at), *held))
    qtbot.waitUntil(lambda: not canvas.is_gliding)
    (new,) = net.workspace.selection
    graph = net.workspace.graph
    assert [str(edge.source) for edge in graph.edges_into("bn1", "input")] == [f"{new}.output"]
    after = rects(net)
    names = sorted(after)
    assert not [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if after[a].intersects(after[b])]
    assert after["bn1"].left() > before["bn1"].left()
    assert after["layer1"] == before["layer1"]
    held_places = net.workspace.document.layout[graph.name].positions
    assert set(held_places) == set(canvas.view.nodes), "every place is kept with the first"
    net.workspace.undo()
    assert net.workspace.document is document
    assert rects(net) == before


def test_a_wire_that_would_not_do_is_foreseen_with_what_would_mend_it(net):
    added = net.stage.gestures.add("block:Conv2d", (0.0, 900.0))
    before = net.workspace.document
    said = net.stage.gestures.foresee(End("flatten", "output"), End(added.node, "input"))
    assert said is not None
    assert said.endswith(".")
    assert net.stage.gestures.foresee(End("maxpool", "output"), End(added.node, "input")) is None
    assert net.workspace.document is before
    canvas = net.stage.canvas
    canvas.fit()
    start, goal = (
        canvas.viewer.mapFromScene(canvas._cards[node].spot(port, is_input=is_input).centre)
        for node, port, is_input in (("flatten", "output", False), (added.node, "input", True))
    )
    QTest.mousePress(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 5):
        QTest.mouseMove(canvas.viewer.viewport(), start + (goal - start) * step / 4)
    assert canvas.viewer.hint == said
    QTest.mouseRelease(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, goal)
    assert net.workspace.graph.edges_into(added.node, "input"), "it may be drawn all the same"


def test_copies_lie_where_they_were_let_go_and_keep_what_feeds_them(net):
    canvas = net.stage.canvas
    places = rects(net)
    canvas.duplicate_asked.emit(["relu"], (10.0, 120.0))
    (new,) = net.workspace.selection
    assert rects(net)[new].topLeft() == places["relu"].topLeft() + QPointF(10, 120)
    assert [str(edge.source) for edge in net.workspace.graph.edges_into(new, "input")] == ["bn1.output"]
    assert net.workspace.history.undo_label == "duplicate relu"
    assert {key: rect for key, rect in rects(net).items() if key != new} == places


def test_the_selection_is_wired_in_a_row(net):
    gestures = net.stage.gestures
    for name, x in (("Linear", 0.0), ("ReLU", 260.0), ("Dropout", 520.0)):
        gestures.add(f"block:{name}", (x, 900.0))
    made = list(net.workspace.graph.nodes)[-3:]
    net.workspace.select(reversed(made))
    net.actions_table["join"].trigger()
    sources = [[str(edge.source) for edge in net.workspace.graph.edges_into(node, "input")] for node in made[1:]]
    assert sources == [[f"{made[0]}.output"], [f"{made[1]}.output"]]
    assert net.workspace.history.undo_label == "connect 3 nodes in a row"


def test_inputs_are_swapped(net):
    workspace = net.workspace
    workspace.show_graph("BasicBlock")
    before = [str(edge.source) for edge in sorted(workspace.graph.edges_into("add", "inputs"), key=lambda e: e.order)]
    workspace.select(["add"])
    net.actions_table["swap_inputs"].trigger()
    after = [str(edge.source) for edge in sorted(workspace.graph.edges_into("add", "inputs"), key=lambda e: e.order)]
    assert after == before[::-1]


def test_replacing_keeps_wires_arguments_and_place(net):
    workspace, chooser = net.workspace, net.stage.chooser
    workspace.select(["conv1"])
    before, place = workspace.graph.nodes["conv1"], net.stage.canvas.position_of("conv1")
    net.actions_table["replace"].trigger()
    QTest.keyClicks(chooser.line, "ConvTranspose2d")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    after = workspace.graph.nodes["conv1"]
    assert after.use.name == "ConvTranspose2d"
    assert after.arguments["out_channels"] == before.arguments["out_channels"]
    assert after.arguments["kernel_size"] == before.arguments["kernel_size"]
    assert workspace.graph.edges_into("conv1", "input")
    assert workspace.graph.edges_into("bn1", "input")
    assert net.stage.canvas.position_of("conv1") == place


def test_a_bookmark_leads_back_into_the_graph_and_to_the_place(net):
    canvas, workspace = net.stage.canvas, net.workspace
    workspace.enter("layer1")
    canvas.look_at(QPointF(300, 40), 1.4)
    net.actions_table["bookmark_2"].trigger()
    crumbs = workspace.crumbs
    workspace.show_graph("ResNet")
    net.actions_table["go_2"].trigger()
    assert workspace.crumbs == crumbs
    assert canvas.zoom == pytest.approx(1.4)
    assert canvas.centre == pytest.approx((300, 40), abs=2)
    net.actions_table["go_3"].trigger()
    assert workspace.crumbs == crumbs


def test_leaving_a_graph_leads_back_to_where_one_looked(net):
    canvas = net.stage.canvas
    canvas.look_at(QPointF(400, 100), 1.3)
    net.workspace.enter("layer1")
    net.workspace.leave()
    assert canvas.zoom == pytest.approx(1.3)
    assert canvas.centre == pytest.approx((400, 100), abs=2)


def test_a_frame_is_renamed_on_the_canvas(net):
    canvas = net.stage.canvas
    frame = canvas.viewer.frames[1]
    at = canvas.viewer.mapFromScene(frame.sceneBoundingRect().topLeft() + QPointF(30, 12))
    QTest.mouseDClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.keyClicks(canvas._editor, "Body")
    QTest.keyClick(canvas._editor, Qt.Key.Key_Return)
    assert net.workspace.document.layout["ResNet"].frames[1].title == "Body"
    assert frame.frame.title == "Body"


def test_the_search_stays_inside_the_window_and_the_screen(net):
    chooser, viewer = net.stage.chooser, net.stage.canvas.viewer
    rect = viewer.rect()
    for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
        chooser.show_at(viewer.mapToGlobal(corner), lambda query: [], lambda key: None)
        assert net.frameGeometry().contains(chooser.geometry())
        assert QGuiApplication.primaryScreen().availableGeometry().contains(chooser.geometry())
        chooser.close()
    net.move(QGuiApplication.primaryScreen().availableGeometry().bottomRight() - QPoint(300, 200))
    chooser.show_at(net.mapToGlobal(QPoint(290, 190)), lambda query: [], lambda key: None)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(chooser.geometry())
    chooser.close()


def test_what_is_searched_with_a_wire_chosen_goes_into_that_wire(net, qtbot):
    canvas, chooser = net.stage.canvas, net.stage.chooser
    wire = next(wire for wire in canvas._wires.values() if wire.target.card.id == "relu")
    at = canvas.viewer.mapFromScene(wire.path().pointAtPercent(0.5))
    QTest.mouseClick(canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.keyClick(canvas.viewer, Qt.Key.Key_Tab)
    QTest.keyClicks(chooser.line, "Dropout")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    (new,) = net.workspace.selection
    assert [str(edge.source) for edge in net.workspace.graph.edges_into("relu", "input")] == [f"{new}.output"]
    assert [str(edge.source) for edge in net.workspace.graph.edges_into(new, "input")] == ["bn1.output"]
    qtbot.waitUntil(lambda: not canvas.is_gliding)
    assert not canvas._cards[new].rect.intersects(canvas._cards["relu"].rect)


def test_pasting_keeps_incoming_wires_on_request(net):
    net.workspace.select(["relu"])
    net.actions_table["copy"].trigger()
    for command, sources in (("paste", []), ("paste_wired", ["bn1.output"])):
        net.actions_table[command].trigger()
        (new,) = net.workspace.selection
        assert [str(edge.source) for edge in net.workspace.graph.edges_into(new, "input")] == sources


def test_a_new_node_lies_under_the_cursor_and_its_port_where_the_wire_was_let_go(net):
    canvas, chooser = net.stage.canvas, net.stage.chooser
    canvas.block_dropped.emit("block:ReLU", (500.0, 900.0), None)
    (new,) = net.workspace.selection
    title = canvas._cards[new].rect
    title.setHeight(26.0)
    assert title.contains(QPointF(500, 900))
    canvas.search_gives = True
    net.stage.search_at(QPointF(700, 1100), End("flatten", "output"))
    QTest.keyClicks(chooser.line, "Linear")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    (fed,) = net.workspace.selection
    assert (canvas._cards[fed].inputs[0].centre - QPointF(700, 1100)).manhattanLength() < 2


def test_a_note_is_seen_on_its_node(net):
    canvas = net.stage.canvas
    canvas.zoom_to(["fc"])
    net.workspace.select([])

    def corner() -> str:
        rect = canvas._cards["fc"].rect
        at = canvas.viewer.mapFromScene(rect.bottomRight() - QPointF(3, 3))
        return canvas.viewer.viewport().grab().toImage().pixelColor(at).name()

    before = corner()
    net.workspace.do(lambda document: edits.set_note(document, "ResNet", "fc", "One class each."))
    assert corner() != before
    assert "One class each." in canvas._cards["fc"].toolTip()
