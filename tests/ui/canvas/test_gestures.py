"""Real mouse and key events on a shown canvas: each gesture asks for one edit and changes nothing itself.

The ``host`` fixture checks after every test that NodeGraphQt's own undo stack stayed empty.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.document import BOUNDARY, End
from app.ui.canvas.sight import FARTHEST, NEAREST
from app.ui.canvas.viewer import MIME
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.host import Host, small_net


def kinds(host):
    return [entry[0] for entry in host.asked]


# -- wires ---------------------------------------------------------------------------------------------------------


def test_dragging_from_an_output_to_a_free_input_connects(host, hand):
    hand.drag(hand.out("conv"), hand.into("spare"))
    assert host.last("connect_asked") == (End("conv", "output"), End("spare", "input"))
    assert host.sources_of("spare") == ["conv.output"]
    assert hand.canvas._cards["spare"].view.inputs[0].wired


def test_dragging_from_a_free_input_to_an_output_connects_too(host, hand):
    hand.drag(hand.into("spare"), hand.out("relu"))
    assert host.last("connect_asked") == (End("relu", "output"), End("spare", "input"))


def test_a_graphs_own_inputs_and_outputs_are_ends_of_the_graph(host, hand):
    hand.drag(hand.out("@in:image", "image"), hand.into("spare"))
    assert host.last("connect_asked") == (End(BOUNDARY, "image"), End("spare", "input"))


def test_a_wire_that_would_close_a_circle_is_refused_with_the_sentence_at_the_cursor(host, hand):
    hand.drag(hand.out("spare"), hand.into("spare"), let_go=False)
    assert "cannot feed itself" in hand.canvas.viewer.hint
    hand.release(hand.into("spare"))
    assert hand.canvas.viewer.hint == ""
    host.asked.clear()
    hand.drag(hand.out("fc"), hand.into("conv"), let_go=False)
    assert hand.canvas.viewer.hint == host.why_not(End("fc", "output"), End("conv", "input"))
    hand.release(hand.into("conv"))
    assert kinds(host) == []
    assert host.sources_of("conv") == ["@.image"]


def test_two_outputs_are_not_joined(host, hand):
    hand.drag(hand.out("conv"), hand.out("relu"))
    assert kinds(host) == []


def test_another_output_that_is_only_near_is_passed_by(host, hand):
    beside = hand.out("relu") + QPoint(13, 0)
    hand.drag(hand.out("conv"), beside, let_go=False)
    assert hand.canvas.viewer.hint == ""
    hand.release(beside)
    assert kinds(host) == ["search_asked"], "that is empty space"


def test_dropping_on_a_taken_input_replaces_its_wire(host, hand):
    hand.drag(hand.out("conv"), hand.into("pool"))
    assert host.last("connect_asked") == (End("conv", "output"), End("pool", "input"))
    assert host.sources_of("pool") == ["conv.output"]


def test_pulling_a_wire_off_an_input_into_empty_space_disconnects_it(host, hand):
    hand.drag(hand.into("pool"), hand.at(700, 330))
    (edges,) = host.last("disconnect_asked")
    assert [str(edge.target) for edge in edges] == ["pool.input"]
    assert host.sources_of("pool") == []
    assert len(hand.canvas._wires) == len(host.document.graphs["Net"].edges)


def test_a_refused_pull_leaves_the_wire_where_it_was(host, hand):
    before = dict(hand.canvas._wires)
    hand.drag(hand.into("pool"), hand.into("conv"))
    assert host.sources_of("pool") == ["relu.output"] or host.last("rewire_asked")
    hand.drag(hand.into("fc"), hand.out("spare"))
    assert host.sources_of("fc") == ["flatten.output"]
    assert all(wire.isVisible() and wire.scene() is not None for wire in before.values() if wire.scene())


def test_moving_a_wires_end_to_another_input_is_one_gesture(host, hand):
    hand.drag(hand.into("pool"), hand.into("spare"))
    ((edge, source, target),) = host.last("rewire_asked")[0]
    assert (str(edge.target), str(source), str(target)) == ("pool.input", "relu.output", "spare.input")
    assert host.sources_of("pool") == []
    assert host.sources_of("spare") == ["relu.output"]


def test_a_wire_can_be_taken_at_its_line_near_the_end_that_moves(host, hand):
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "pool")
    near_end = wire.path().pointAtPercent(0.9)
    hand.drag(hand.at(near_end.x(), near_end.y()), hand.into("spare"))
    assert host.sources_of("spare") == ["relu.output"]


def test_a_click_on_a_port_asks_for_nothing(host, hand):
    hand.click(hand.into("pool"))
    hand.click(hand.out("pool"))
    assert kinds(host) == []
    assert all(wire.isVisible() for wire in hand.canvas._wires.values())


def test_escape_lets_go_of_a_dragged_wire(host, hand):
    hand.drag(hand.into("pool"), hand.at(700, 330), let_go=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.at(700, 330))
    assert kinds(host) == []
    assert all(wire.isVisible() for wire in hand.canvas._wires.values())


def test_a_wire_dragged_into_empty_space_asks_for_a_search_that_fits(host, hand):
    hand.drag(hand.out("conv"), hand.at(700, 330))
    position, end = host.last("search_asked")
    assert end == End("conv", "output")
    assert host.canvas.search_gives
    assert position == pytest.approx((700, 330), abs=2)
    hand.drag(hand.into("spare"), hand.at(700, 330))
    assert host.last("search_asked")[1] == End("spare", "input")
    assert not host.canvas.search_gives


def test_ports_that_fit_light_up_while_a_wire_is_dragged(host, hand):
    hand.drag(hand.out("fc"), hand.at(700, 330), let_go=False)
    cards = hand.canvas._cards
    assert cards["spare"].state.lit[True, 0] == "fits"
    assert cards["conv"].state.lit[True, 0] == "refused"
    hand.release(hand.at(700, 330))
    assert all(card.state.lit is None for card in cards.values())


def test_a_variadic_input_grows_a_slot_with_each_wire(host, hand):
    add = host.add("Add", (900, 380))
    assert [port.wired for port in hand.canvas._cards[add].view.inputs] == [False]
    name = hand.canvas._cards[add].view.inputs[0].name
    hand.drag(hand.out("conv"), hand.into(add, name, 0))
    hand.drag(hand.out("relu"), hand.into(add, name, 1))
    assert host.sources_of(add, name) == ["conv.output", "relu.output"]
    assert [port.wired for port in hand.canvas._cards[add].view.inputs] == [True, True, False]


def test_a_wire_is_chosen_by_a_click_and_deleted(host, hand):
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "pool")
    hand.click(hand.at(wire.pill.middle.x(), wire.pill.middle.y()))
    assert wire.chosen
    hand.key(Qt.Key.Key_Delete)
    assert host.sources_of("pool") == []


def test_wires_are_cut_with_a_stroke(host, hand):
    held = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "pool")
    middle = wire.pill.middle
    start, end = hand.at(middle.x(), middle.y() - 40), hand.at(middle.x(), middle.y() + 40)
    viewport = hand.canvas.viewer.viewport()
    hand.press(start, held=held)
    for step in range(1, 5):
        event_at = start + (end - start) * step / 4
        send_move(viewport, event_at, held)
    hand.release(end, held=held)
    assert host.sources_of("pool") == []


def send_move(viewport, at, held):
    left = Qt.MouseButton.LeftButton
    where = QPointF(at)
    event = QMouseEvent(QEvent.Type.MouseMove, where, QPointF(viewport.mapToGlobal(at)), left, left, held)
    QApplication.sendEvent(viewport, event)


# -- nodes ---------------------------------------------------------------------------------------------------------


def test_dragging_a_node_moves_it_and_its_wires(host, hand):
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "relu")
    hand.drag(hand.middle("relu"), hand.middle("relu") + hand.at(0, 100) - hand.at(0, 0))
    (positions,) = host.last("moved")
    assert set(positions) == {"relu"}
    assert positions["relu"] == pytest.approx((500, 100), abs=3)
    assert host.document.layout["Net"].positions["relu"] == positions["relu"]
    assert wire.path().currentPosition().y() == pytest.approx(wire.target.centre.y())


def test_a_move_that_no_edit_takes_up_is_taken_back(qtbot):
    host = Host(small_net())
    qtbot.addWidget(host.canvas)
    host._asked = lambda *values: None  # type: ignore[method-assign]
    host.canvas.resize(1000, 600)
    host.canvas.show()
    qtbot.waitExposed(host.canvas)
    host.canvas.fit()
    hand = Hand(host.canvas)
    hand.drag(hand.middle("relu"), hand.middle("relu") + hand.at(0, 100) - hand.at(0, 0))
    assert host.canvas.position_of("relu") == (500, 0)


def test_several_selected_nodes_move_together(host, hand):
    host.canvas.select(["conv", "relu", "pool"])
    hand.drag(hand.middle("relu"), hand.middle("relu") + hand.at(0, -80) - hand.at(0, 0))
    (positions,) = host.last("moved")
    assert set(positions) == {"conv", "relu", "pool"}


def test_a_frame_carries_its_nodes(host, hand):
    frame = host.canvas.viewer.frames[0]
    rect = frame.sceneBoundingRect()
    start = hand.at(rect.left() + 80, rect.top() + 14)
    hand.drag(start, start + hand.at(0, 60) - hand.at(0, 0))
    (positions,) = host.last("moved")
    assert set(positions) == {"conv", "relu"}
    assert host.canvas.viewer.frames[0].sceneBoundingRect().top() == pytest.approx(rect.top() + 60, abs=3)


def test_an_unwired_node_dropped_on_a_wire_is_inserted(host, hand):
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "fc")
    card = hand.canvas._cards["spare"]
    grip = hand.middle("spare")
    centre = hand.at(card.rect.center().x(), card.rect.center().y())
    goal = hand.at(wire.pill.middle.x(), wire.pill.middle.y())
    hand.drag(grip, grip + goal - centre, let_go=False)
    assert wire.marked
    hand.release(grip + goal - centre)
    node, edge, places = host.last("insert_asked")
    assert places["spare"] == host.document.layout["Net"].positions["spare"]
    assert not [entry for entry in host.asked if entry[0] == "moved"], "one step, not two"
    assert (node, str(edge.target)) == ("spare", "fc.input")
    assert host.sources_of("spare") == ["flatten.output"]
    assert host.sources_of("fc") == ["spare.output"]


def test_delete_takes_the_selection_and_ctrl_delete_heals(host, hand):
    host.canvas.select(["relu"])
    hand.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert host.last("delete_asked") == (["relu"], True)
    assert host.sources_of("pool") == ["conv.output"]
    host.canvas.select(["spare", "pool"])
    hand.key(Qt.Key.Key_Delete)
    assert host.last("delete_asked")[1] is False
    assert set(host.canvas._cards) == set(host.canvas.view.nodes)


def test_double_click_enters_a_graph_and_renames_a_block(host, hand, qtbot):
    hand.double_click(hand.middle("layer1"))
    assert host.last("entered") == ("layer1",)
    hand.double_click(hand.middle("conv"))
    assert host.canvas._editor.isVisible()
    host.canvas._editor.setText("stem")
    QTest.keyClick(host.canvas._editor, Qt.Key.Key_Return)
    assert host.last("rename_asked") == ("conv", "stem")
    assert kinds(host).count("rename_asked") == 1


def test_f2_renames_the_selected_node_and_keeps_the_name_where_nothing_was_typed(host, hand):
    host.canvas.select(["fc"])
    hand.key(Qt.Key.Key_F2)
    assert host.canvas._editor.text() == "fc"
    QTest.keyClick(host.canvas._editor, Qt.Key.Key_Return)
    assert "rename_asked" not in kinds(host)


# -- selection -----------------------------------------------------------------------------------------------------


def test_clicks_select_and_shift_or_ctrl_extend(host, hand, qtbot):
    seen = []
    host.canvas.selection_changed.connect(seen.append)
    hand.click(hand.middle("conv"))
    assert host.canvas.selection == ["conv"]
    hand.click(hand.middle("pool"), Qt.KeyboardModifier.ShiftModifier)
    assert host.canvas.selection == ["conv", "pool"]
    hand.click(hand.middle("fc"), Qt.KeyboardModifier.ControlModifier)
    assert host.canvas.selection == ["conv", "pool", "fc"]
    hand.click(hand.middle("conv"), Qt.KeyboardModifier.ControlModifier)
    assert host.canvas.selection == ["pool", "fc"]
    hand.click(hand.at(700, 330))
    assert host.canvas.selection == []
    assert seen[0] == ["conv"]
    assert seen[-1] == []


def test_a_rubber_band_selects_nodes_inside_a_frame_too(host, hand):
    card = host.canvas._cards["conv"].rect
    hand.drag(hand.at(card.left() - 12, card.top() - 4), hand.at(card.right() + 20, card.bottom() + 12))
    assert host.canvas.selection == ["conv"]
    assert not any(wire.chosen for wire in hand.canvas._wires.values())


def test_select_from_outside_says_nothing_back(host):
    seen = []
    host.canvas.selection_changed.connect(seen.append)
    host.canvas.select(["fc"])
    assert host.canvas.selection == ["fc"]
    assert seen == []


def test_arrow_keys_travel_along_wires(host, hand):
    host.canvas.select(["conv"])
    hand.key(Qt.Key.Key_Right)
    assert host.canvas.selection == ["relu"]
    hand.key(Qt.Key.Key_Left)
    hand.key(Qt.Key.Key_Left)
    assert host.canvas.selection == ["@in:image"]
    hand.key(Qt.Key.Key_Down)
    assert host.canvas.selection == ["layer1"]


# -- looking -------------------------------------------------------------------------------------------------------


def test_the_wheel_zooms_about_the_cursor_within_bounds(host, hand):
    viewer = host.canvas.viewer
    at = QPointF(300, 200)
    before = viewer.mapToScene(at.toPoint())
    viewer.zoom_by(1.5, at)
    after = viewer.mapToScene(at.toPoint())
    assert (before - after).manhattanLength() < 4
    viewer.zoom_by(1000, at)
    assert host.canvas.zoom == NEAREST
    viewer.zoom_by(1e-6, at)
    assert host.canvas.zoom == FARTHEST
    assert viewer.transform().m11() == pytest.approx(FARTHEST)


def test_middle_button_and_space_pan(host, hand):
    for prepare, button in ((None, Qt.MouseButton.MiddleButton), (Qt.Key.Key_Space, Qt.MouseButton.LeftButton)):
        before = host.canvas.centre
        if prepare is not None:
            QTest.keyPress(host.canvas.viewer, prepare)
        hand.drag(hand.at(700, 330), hand.at(700, 330) + hand.at(60, 40) - hand.at(0, 0), button=button)
        if prepare is not None:
            QTest.keyRelease(host.canvas.viewer, prepare)
        after = host.canvas.centre
        assert (before[0] - after[0], before[1] - after[1]) == pytest.approx((60, 40), abs=4)
    assert kinds(host) == []
    assert host.canvas.selection == []


def test_f_fits_everything_into_sight(host, hand):
    host.canvas.viewer.look_at(QPointF(5000, 5000), 2.0)
    hand.key(Qt.Key.Key_F)
    seen = host.canvas.viewer.visible_rect()
    assert all(seen.contains(card.rect) for card in host.canvas._cards.values())
    assert all(seen.contains(frame.sceneBoundingRect()) for frame in host.canvas.viewer.frames)


def test_tab_double_click_and_escape_ask_the_window(host, hand):
    hand.key(Qt.Key.Key_Tab)
    assert host.last("search_asked")[1] is None
    hand.double_click(hand.at(700, 330))
    position, end = host.last("search_asked")
    assert position == pytest.approx((700, 330), abs=2)
    assert end is None
    hand.key(Qt.Key.Key_Escape)
    assert kinds(host)[-1] == "left"


def test_a_modifier_held_while_the_focus_is_lost_does_not_stick(host, hand):
    QTest.keyPress(host.canvas.viewer, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    host.canvas.viewer.clearFocus()
    hand.click(hand.middle("conv"))
    hand.click(hand.middle("pool"))
    assert host.canvas.selection == ["pool"]


# -- drops ---------------------------------------------------------------------------------------------------------


def drop(viewer, at, data):
    actions, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, actions, data, left, none)
    QApplication.sendEvent(viewer.viewport(), enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(at), actions, data, left, none)
    QApplication.sendEvent(viewer.viewport(), event)
    return event.isAccepted()


def test_a_block_from_the_palette_drops_where_it_is_let_go(host, hand):
    data = QMimeData()
    data.setData(MIME, b"block:Conv2d")
    assert drop(host.canvas.viewer, hand.at(700, 330), data)
    payload, position, edge = host.last("block_dropped")
    assert (payload, edge) == ("block:Conv2d", None)
    assert position == pytest.approx((700, 330), abs=2)


def test_a_block_dropped_on_a_wire_names_the_wire(host, hand):
    wire = next(wire for wire in hand.canvas._wires.values() if wire.target.card.id == "pool")
    data = QMimeData()
    data.setData(MIME, b"block:ReLU")
    assert drop(host.canvas.viewer, hand.at(wire.pill.middle.x(), wire.pill.middle.y()), data)
    assert str(host.last("block_dropped")[2].target) == "pool.input"


def test_other_drops_are_left_to_the_window(host, hand):
    data = QMimeData()
    data.setText("file:///tmp/x.netloom")
    assert not drop(host.canvas.viewer, hand.at(700, 330), data)
    assert kinds(host) == []
