"""Drawing quickly, by real events: room in a wire, copies on the cursor, several wires at once, problems that float."""

from __future__ import annotations

from dataclasses import replace as changed
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core import edits
from app.core.document import End, Kind, Use
from app.ui.canvas import arranging, geometry, room
from app.ui.canvas.routing import Router
from app.ui.canvas.viewer import MIME
from tests.ui.canvas.test_gestures import drop, kinds, send_move

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def wire_into(host, node):
    return next(wire for wire in host.canvas._wires.values() if wire.target.card.id == node)


def drag_holding(hand, start, end, held, *, let_go=True):
    hand.press(start, held=held)
    for step in range(1, 5):
        send_move(hand.canvas.viewer.viewport(), start + (end - start) * step / 4, held)
    if let_go:
        hand.release(end, held=held)


def overlaps(host):
    rects = [card.rect for card in host.canvas._cards.values()]
    return [(a, b) for number, a in enumerate(rects) for b in rects[number + 1 :] if a.intersects(b)]


# -- problems ------------------------------------------------------------------------------------------------------


@pytest.fixture
def troubled(host):
    """The host with a convolution after the flattening: it cannot be."""
    added = edits.add_node(host.document, "Net", Use(Kind.BLOCK, "Conv2d"), position=(500.0, 380.0))
    made = edits.connect(added.document, "Net", End("flatten", "output"), End(added.node, "input"))
    host.set(made.document)
    return host, added.node


def test_a_problem_does_not_make_a_node_grow(troubled):
    host, node = troubled
    card = host.canvas._cards[node]
    assert card.view.problem
    sound = geometry.measure(changed(card.view, problem=(), message="", severity=""))
    assert (card.measured.width, card.measured.height) == (sound.width, sound.height)
    assert card.measured.inputs == sound.inputs
    inner = card.measured.width - 2 * geometry.PAD - geometry.STRIPE
    assert all(geometry.metrics()["small"].horizontalAdvance(line) <= inner for line in card.measured.lines)


def test_the_whole_sentence_floats_above_the_node_that_is_looked_at(troubled, hand):
    host, node = troubled
    callout, card = host.canvas.callout, host.canvas._cards[node]
    assert not callout.isVisible()
    hand.click(hand.middle(node))
    assert callout.isVisible()
    assert callout.text() == card.view.message
    place = host.canvas.viewer.mapFromScene(card.rect).boundingRect()
    assert callout.geometry().bottom() < place.top()
    for middle in ((560, -200), (560, 640), (-100, 400), (1200, 400)):  # near each edge of what is in sight
        host.canvas.viewer.look_at(QPointF(*middle), 1.0)
        assert host.canvas.viewer.viewport().rect().contains(callout.geometry())
    host.canvas.fit()
    hand.click(hand.middle("fc"))
    assert not callout.isVisible()
    hand.move(hand.middle(node) + QPoint(3, 0))
    hand.move(hand.middle(node))
    assert callout.isVisible(), "the mouse alone is enough"
    host.set(edits.remove_nodes(host.document, "Net", [node]).document)
    assert not callout.isVisible()


# -- wires' ways ---------------------------------------------------------------------------------------------------


@given(st.floats(2, 60), st.floats(-300, 300))
def test_neighbours_that_almost_touch_are_joined_without_a_loop(across, down):
    boxes = [QRectF(-150, -30, 150, 60), QRectF(across, down - 30, 150, 60)]
    path, _ = Router(boxes).path("w", QPointF(0, 0), QPointF(across, down))
    box = path.boundingRect()
    assert box.top() >= min(0, down) - 1
    assert box.bottom() <= max(0, down) + 1
    assert path.length() <= across + abs(down) + 60


# -- room in a wire ------------------------------------------------------------------------------------------------


def shortened(host):
    """The pooling close behind the activation, so that hardly any wire is to be seen between them."""
    host.set(edits.move_nodes(host.document, "Net", {"pool": (670.0, 0.0)}).document)
    host.canvas.fit()
    return wire_into(host, "pool")


def test_a_block_let_go_beside_a_short_wire_goes_into_it_and_the_next_ones_make_room(host, hand):
    wire = shortened(host)
    goal = hand.at(wire.pill.middle.x() + 6, wire.pill.middle.y() - 22)
    data = QMimeData()
    data.setData(MIME, b"block:ReLU")
    assert drop(host.canvas.viewer, goal, data)
    payload, position, edge = host.last("block_dropped")
    assert str(edge.target) == "pool.input"
    place, others = host.canvas.room_on(edge, position)
    assert set(others) == {"pool"}
    assert place[0] >= host.canvas._cards["relu"].rect.right() + 40
    assert others["pool"][0] >= place[0] + arranging.TYPICAL[0] + 40
    assert payload == "block:ReLU"


def test_the_wire_lights_up_while_a_block_is_held_near_it(host, hand):
    wire = wire_into(host, "pool")
    data = QMimeData()
    data.setData(MIME, b"block:ReLU")
    viewer, action = host.canvas.viewer, Qt.DropAction.CopyAction
    held = (action, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewer.viewport(), QDragEnterEvent(hand.at(0, 0), *held))
    for away, lit in ((25, True), (90, False), (-20, True)):
        at = hand.at(wire.pill.middle.x(), wire.pill.middle.y() + away)
        QApplication.sendEvent(viewer.viewport(), QDragMoveEvent(at, *held))
        assert wire.marked is lit


def test_a_node_let_go_on_a_short_wire_makes_room_too(host, hand, qtbot):
    wire = shortened(host)
    card = host.canvas._cards["spare"]
    grip, centre = hand.middle("spare"), hand.at(card.rect.center().x(), card.rect.center().y())
    goal = hand.at(wire.pill.middle.x(), wire.pill.middle.y() - 10)
    hand.drag(grip, grip + goal - centre)
    assert host.sources_of("pool") == ["spare.output"]
    qtbot.waitUntil(lambda: not host.canvas.is_gliding)
    assert not overlaps(host)
    cards = host.canvas._cards
    assert cards["relu"].rect.right() < cards["spare"].rect.left()
    assert cards["spare"].rect.right() < cards["pool"].rect.left()
    assert host.canvas.position_of("layer1") == (0, 200), "the row below stays"
    line = wire_into(host, "spare")
    assert line.source.centre.y() == pytest.approx(line.target.centre.y(), abs=1.5), "it lies on the line"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), min_size=2, max_size=14, unique=True), st.data())
def test_room_is_made_without_overlaps_and_nothing_before_it_moves(cells, data):
    rects = {f"n{number}": QRectF(60 * x, 90 * y, 150, 60) for number, (x, y) in enumerate(cells)}
    rects = {
        name: rect
        for name, rect in rects.items()
        if not any(rect.intersects(other) for one, other in rects.items() if one < name)
    }
    target = data.draw(st.sampled_from(sorted(rects)))
    new = QRectF(rects[target].left() - 170, rects[target].top(), 168, 70)
    clear = {name: rect for name, rect in rects.items() if name == target or not rect.intersects(new)}
    moved = room.pushed(clear, new, target)
    after = {name: QRectF(*moved.get(name, (rect.x(), rect.y())), 150, 60) for name, rect in clear.items()}
    names = sorted(after)
    assert not any(after[a].intersects(after[b]) for i, a in enumerate(names) for b in names[i + 1 :])
    assert not any(rect.intersects(new) for rect in after.values())
    assert all(after[name] == rect for name, rect in clear.items() if rect.left() < rects[target].left() - 1)


# -- copies --------------------------------------------------------------------------------------------------------


def test_alt_and_a_drag_leave_the_node_and_ask_for_a_copy(host, hand):
    before = host.canvas.position_of("relu")
    start = hand.middle("relu")
    drag_holding(hand, start, start + hand.at(40, 130) - hand.at(0, 0), ALT)
    nodes, offset = host.last("duplicate_asked")
    assert nodes == ["relu"]
    assert offset == pytest.approx((40, 130), abs=3)
    assert host.canvas.position_of("relu") == before
    assert "moved" not in kinds(host)


def test_escape_takes_the_copies_off_the_cursor(host, hand):
    start = hand.middle("relu")
    drag_holding(hand, start, start + QPoint(60, 80), ALT, let_go=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPoint(60, 80), held=ALT)
    assert kinds(host) == []


def test_alt_and_a_drag_over_nothing_still_pan(host, hand):
    before = host.canvas.centre
    start = hand.at(700, 330)
    drag_holding(hand, start, start + QPoint(60, 40), ALT)
    assert kinds(host) == []
    assert host.canvas.centre != before


# -- several wires -------------------------------------------------------------------------------------------------


def test_ctrl_and_a_drag_move_all_wires_of_an_output(host, hand):
    host.set(edits.connect(host.document, "Net", End("conv", "output"), End("spare", "input")).document)
    drag_holding(hand, hand.out("conv"), hand.out("@in:image", "image"), CTRL)
    assert host.sources_of("relu") == host.sources_of("spare") == ["@.image"]
    assert kinds(host) == ["rewire_asked"], "one step"


def test_ctrl_and_a_drag_into_nothing_take_all_wires_off(host, hand):
    host.set(edits.connect(host.document, "Net", End("conv", "output"), End("spare", "input")).document)
    drag_holding(hand, hand.out("conv"), hand.at(700, 330), CTRL)
    assert host.sources_of("relu") == host.sources_of("spare") == []


def test_several_wires_do_not_go_into_a_single_input(host, hand):
    add = host.add("Add", (900, 380))
    name = hand.canvas._cards[add].view.inputs[0].name
    for source in ("conv", "relu"):
        document = edits.connect(host.document, "Net", End(source, "output"), End(add, name), variadic=True).document
        host.set(document)
    drag_holding(hand, hand.into(add, name, 0), hand.into("spare"), CTRL, let_go=False)
    assert "takes one wire, and 2 were picked up" in hand.canvas.viewer.hint
    hand.release(hand.into("spare"), held=CTRL)
    assert kinds(host) == []
    assert host.sources_of(add, name) == ["conv.output", "relu.output"]


def test_a_port_that_a_wire_may_go_to_with_a_problem_says_so_and_takes_it(host, hand):
    host.canvas.foresee = lambda source, target: "Too many dimensions." if target.node == "spare" else None
    hand.drag(hand.out("conv"), hand.into("spare"), let_go=False)
    assert host.canvas._cards["spare"].state.lit[True, 0] == "doubtful"
    assert host.canvas._cards["pool"].state.lit[True, 0] == "fits"
    assert hand.canvas.viewer.hint == "Too many dimensions."
    hand.release(hand.into("spare"))
    assert host.sources_of("spare") == ["conv.output"]


# -- frames --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "asked"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_Escape, False)])
def test_a_frames_title_is_typed_in_its_place_after_a_double_click(host, hand, key, asked):
    frame = host.canvas.viewer.frames[0].sceneBoundingRect()
    hand.double_click(hand.at(frame.left() + 40, frame.top() + 14))
    field = host.canvas._editor
    assert field.isVisible()
    assert field.text() == "Stem"
    assert not [entry for entry in host.asked if entry[0] == "search_asked"]
    QTest.keyClicks(field, "Beginning")
    QTest.keyClick(field, key)
    assert not field.isVisible()
    renames = [entry[1:] for entry in host.asked if entry[0] == "frame_rename_asked"]
    assert renames == ([(0, "Beginning")] if asked else [])


# -- arranging -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["left", "centre", "right", "top", "middle", "bottom"])
def test_nodes_are_lined_up_in_one_step(host, qtbot, side):
    ids = ["conv", "flatten", "spare"]
    host.canvas.align(ids, side)
    assert kinds(host) == ["moved"]
    qtbot.waitUntil(lambda: not host.canvas.is_gliding)
    lines = {
        "left": QRectF.left, "centre": lambda r: r.center().x(), "right": QRectF.right,
        "top": QRectF.top, "middle": lambda r: r.center().y(), "bottom": QRectF.bottom,
    }  # fmt: skip
    found = [lines[side](host.canvas._cards[identity].rect) for identity in ids]
    assert max(found) - min(found) < 1e-6


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(50, 200)), min_size=3, max_size=8), st.booleans())
def test_gaps_become_equal_and_the_outer_nodes_stay(spans, across):
    ends = list(accumulate(gap + size for gap, size in spans))
    rects = {
        f"n{number}": QRectF(end - size, 0, size, 50) if across else QRectF(0, end - size, 50, size)
        for number, (end, (_, size)) in enumerate(zip(ends, spans, strict=True))
    }
    found = arranging.distributed(rects, across=across)
    axis = 0 if across else 1
    size = QRectF.width if across else QRectF.height
    order = sorted(found, key=lambda name: found[name][axis])
    gaps = [found[b][axis] - found[a][axis] - size(rects[a]) for a, b in pairwise(order)]
    assert max(gaps) - min(gaps) < 0.3
    start = QRectF.left if across else QRectF.top
    assert min(position[axis] for position in found.values()) == pytest.approx(min(map(start, rects.values())), abs=0.1)


def test_a_press_ends_a_glide(host, hand):
    host.canvas.tidy()
    assert host.canvas.is_gliding
    hand.press(hand.at(-30, -60))
    hand.release(hand.at(-30, -60))
    assert not host.canvas.is_gliding
    assert host.document.layout["Net"].positions["fc"] == host.canvas.position_of("fc")
