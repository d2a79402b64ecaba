"""What the canvas shows: differences by identity, layout of what has no place, themes, pictures, speed, contracts."""

from __future__ import annotations

import dataclasses
import inspect
import sys

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.core import edits
from app.core.document import (
    Document,
    Edge,
    End,
    Frame,
    Graph,
    GraphLayout,
    GraphPort,
    InputType,
    Kind,
    Model,
    Node,
    Use,
)
from app.ui import theme
from app.ui.canvas import geometry, nodegraph, painting, strokes
from app.ui.canvas.frames import FrameBox
from app.ui.canvas.graph import Graph as CanvasGraph
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.routing import Router
from app.ui.canvas.sight import Sight
from app.ui.canvas.view import NodeView, PortView
from app.ui.canvas.viewer import Viewer
from app.ui.canvas.wires import LiveWire, Wire
from app.ui.canvas.wiring import Wiring
from tests.ui.canvas.host import Host, small_net


def chain(count: int, *, placed: bool = True) -> Document:
    """conv → norm → relu → … with a shortcut over every three, laid out in rows."""
    kinds = ("Conv2d", "BatchNorm2d", "ReLU")
    nodes = {f"n{i}": Node(id=f"n{i}", name=f"n{i}", use=Use(Kind.BLOCK, kinds[i % 3])) for i in range(count)}
    edges = [Edge(End("@", "x"), End("n0", "input"))]
    edges += [Edge(End(f"n{i}", "output"), End(f"n{i + 1}", "input")) for i in range(count - 1)]
    graph = Graph(name="Net", inputs=(GraphPort("x"),), nodes=nodes, edges=tuple(edges))
    places = {f"n{i}": (250.0 * (i % 25), 130.0 * (i // 25)) for i in range(count)} if placed else {}
    return Document(graphs={"Net": graph}, layout={"Net": GraphLayout(places)})


# -- differences ---------------------------------------------------------------------------------------------------


def test_only_what_changed_is_touched(host):
    cards, wires = dict(host.canvas._cards), dict(host.canvas._wires)
    host.set(edits.remove_nodes(host.document, "Net", ["relu"]).document)
    assert set(host.canvas._cards) == set(cards) - {"relu"}
    assert all(host.canvas._cards[key] is cards[key] for key in host.canvas._cards)
    gone = set(wires) - set(host.canvas._wires)
    assert {edge.target.node for edge, _ in gone} == {"relu", "pool"}
    assert all(wires[key] is host.canvas._wires[key] for key in host.canvas._wires)
    assert all(wires[key].scene() is None for key in gone)
    new = host.add("Tanh", (10.0, 20.0))
    assert host.canvas.position_of(new) == (10.0, 20.0)
    assert all(host.canvas._cards[key] is cards[key] for key in cards if key != "relu")


def test_undo_brings_the_same_picture_back(host):
    before = host.document
    host.set(edits.remove_nodes(before, "Net", ["conv", "fc"]).document)
    host.set(before)
    assert list(host.canvas._cards) == list(host.canvas.view.nodes)
    assert {edge for edge, _ in host.canvas._wires} == set(before.graphs["Net"].edges)
    assert host.canvas.position_of("fc") == (500, 200)


def test_a_renamed_node_is_the_same_item_with_another_text(host):
    card = host.canvas._cards["fc"]
    host.set(edits.rename_node(host.document, "Net", "fc", "another").document)
    assert host.canvas._cards["fc"] is card
    assert card.measured.lines[1] == "another"


def test_another_graph_is_shown_whole_and_the_way_back_leads_to_where_one_was(host):
    host.canvas.viewer.look_at(QPointF(500, 100), 1.4)
    centre, zoom = host.canvas.centre, host.canvas.zoom
    host.graph = "BasicBlock"
    host.refresh()
    assert set(host.canvas._cards) == set(host.canvas.view.nodes)
    seen = host.canvas.viewer.visible_rect()
    assert all(seen.contains(card.rect) for card in host.canvas._cards.values())
    host.graph = "Net"
    host.refresh()
    assert host.canvas.zoom == pytest.approx(zoom)
    assert host.canvas.centre == pytest.approx(centre, abs=2)


def test_the_selection_survives_an_edit_elsewhere(host):
    host.canvas.select(["conv", "fc"])
    host.set(edits.rename_node(host.document, "Net", "spare", "another").document)
    assert host.canvas.selection == ["conv", "fc"]


def test_an_empty_graph_says_what_to_do(host):
    assert not host.canvas._empty.isVisible()
    host.set(Document(graphs={"Net": Graph(name="Net")}))
    assert host.canvas._empty.isVisible()
    assert "Tab" in host.canvas._empty.text()


# -- places --------------------------------------------------------------------------------------------------------


def test_nodes_without_a_place_are_laid_out_and_stay_there(qtbot):
    document = replace(small_net(), layout={})
    host = Host(document)
    qtbot.addWidget(host.canvas)
    places = {key: host.canvas.position_of(key) for key in host.canvas._cards}
    assert places["@in:image"][0] == min(x for x, _ in places.values())
    host.set(edits.rename_node(host.document, "Net", "spare", "another").document)
    assert places == {key: host.canvas.position_of(key) for key in host.canvas._cards}


def test_the_first_move_keeps_the_whole_layout(qtbot):
    host = Host(replace(small_net(), layout={}))
    qtbot.addWidget(host.canvas)
    places = {key: host.canvas.position_of(key) for key in host.canvas._cards}
    host.canvas._report_moves({"fc": (5.0, 5.0)})
    assert host.document.layout["Net"].positions == {**places, "fc": (5.0, 5.0)}


def test_tidy_asks_for_places_and_overlaps_nothing(host, qtbot):
    before = host.canvas.position_of("fc")
    host.canvas.tidy()
    assert host.canvas.is_gliding
    assert host.canvas.position_of("fc") == before, "it starts where it was"
    qtbot.waitUntil(lambda: not host.canvas.is_gliding)
    rects = [card.rect for card in host.canvas._cards.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert host.document.layout["Net"].positions["fc"] == host.canvas.position_of("fc")


def test_a_new_node_without_a_place_goes_beside_what_feeds_it(host):
    added = edits.add_node(host.document, "Net", Use(Kind.BLOCK, "Tanh"))
    document, new = added.document, added.node
    places = {k: v for k, v in document.layout["Net"].positions.items() if k != new}
    document = replace(document, layout={"Net": replace(document.layout["Net"], positions=places)})
    host.set(edits.connect(document, "Net", End("conv", "output"), End(new, "input")).document)
    rect = host.canvas._cards[new].rect
    assert rect.left() > host.canvas._cards["conv"].rect.right()
    assert not any(rect.intersects(card.rect) for key, card in host.canvas._cards.items() if key != new)


def test_frames_go_round_their_nodes(host):
    frame = host.canvas.viewer.frames[0].sceneBoundingRect()
    for key in ("conv", "relu"):
        assert frame.contains(host.canvas._cards[key].rect)
    layout = host.document.layout["Net"]
    both = (Frame(title="All", nodes=("conv", "relu", "pool")), Frame(title="None", nodes=("gone",)))
    host.set(replace(host.document, layout={"Net": replace(layout, frames=both)}))
    assert host.canvas.viewer.frames[0].sceneBoundingRect().contains(host.canvas._cards["pool"].rect)
    assert not host.canvas.viewer.frames[1].isVisible()


# -- wires' ways ---------------------------------------------------------------------------------------------------


def crosses(path, box: QRectF) -> bool:
    return any(box.contains(path.pointAtPercent(step / 200)) for step in range(201))


def test_a_wire_goes_round_what_lies_between():
    box = QRectF(200, -40, 150, 80)
    path, middle = Router([box]).path("w", QPointF(0, 0), QPointF(600, 0))
    assert not crosses(path, box)
    assert not box.contains(middle)


def test_wires_on_one_way_run_side_by_side():
    box = QRectF(200, -40, 150, 80)
    router = Router([box])
    lanes = {round(router.path(number, QPointF(0, 0), QPointF(600, 0))[1].y()) for number in range(4)}
    assert len(lanes) == 4


def test_a_wire_back_to_the_left_passes_between_the_rows():
    upper, lower = QRectF(0, 0, 700, 70), QRectF(0, 200, 150, 70)
    path, middle = Router([upper, lower]).path("w", QPointF(700, 40), QPointF(0, 240))
    assert upper.bottom() < middle.y() < lower.top()
    assert not crosses(path, upper.adjusted(1, 1, -1, -1))


def test_wires_back_to_the_left_do_not_lie_on_one_another():
    router = Router([QRectF(0, 0, 150, 60), QRectF(300, 0, 150, 60), QRectF(0, 200, 150, 60)])
    first, _ = router.path("a", QPointF(450, 20), QPointF(0, 215))
    second, _ = router.path("b", QPointF(450, 40), QPointF(0, 245))
    upright = [
        {round(path.elementAt(number).x) for number in range(path.elementCount())} - {450, 0}
        for path in (first, second)
    ]
    assert not upright[0] & upright[1]


def test_a_long_wire_between_almost_equal_heights_runs_level():
    path, middle = Router([]).path("w", QPointF(0, 0), QPointF(900, 12))
    assert middle.y() == 0
    assert all(path.pointAtPercent(step / 20).y() == pytest.approx(0, abs=0.1) for step in range(18))
    assert path.currentPosition() == QPointF(900, 12)


def test_a_free_way_is_a_plain_curve():
    path, middle = Router([QRectF(0, 300, 900, 80)]).path("w", QPointF(0, 0), QPointF(500, 60))
    assert path.elementCount() == 4
    assert middle == QPointF(250, 30)


# -- looks ---------------------------------------------------------------------------------------------------------


def test_texts_are_elided_to_their_places_and_never_clipped(qtbot):
    long = NodeView(
        id="x",
        title="AVeryLongBlockNameThatNobodyWouldWant2d",
        name="an_equally_long_attribute_name_in_the_code",
        detail="7×7 /2 dilated grouped",
        inputs=(PortView("query"), PortView("key_padding_mask_with_a_long_name")),
        outputs=(PortView("output"), PortView("attention_weights_per_head")),
        shape="B×1024×2048×4096×8192×16384",
        cost="1234.5 M params",
    )
    measured = geometry.measure(long)
    inner = measured.width - 2 * geometry.PAD - geometry.STRIPE
    widths = geometry.metrics()
    assert measured.width <= geometry.WIDEST
    assert (
        widths["title"].horizontalAdvance(measured.title) + widths["detail"].horizontalAdvance(measured.detail) < inner
    )
    assert widths["shape"].horizontalAdvance(measured.lines[0]) <= inner
    second = widths["small"].horizontalAdvance(measured.lines[1]) + widths["small"].horizontalAdvance(measured.cost)
    assert second < inner
    for left, right in zip(measured.input_names, measured.output_names, strict=True):
        assert widths["small"].horizontalAdvance(left) + widths["small"].horizontalAdvance(right) < inner + 4


@pytest.mark.parametrize("title", ["divergence", "KLDivergence", "AdaptiveAvgPool2d", "Add"])
def test_titles_from_afar_keep_off_the_edges(qtbot, title):
    view = NodeView(id="x", title=title, name="x", category="loss", shape="64×112×112")
    measured = geometry.measure(view)
    plain = dataclasses.replace(measured, far="", far_shape="")
    scale, pictures = 0.35, []
    for shown in (measured, plain):
        picture = QImage(round(measured.width * scale), round(measured.height * scale), QImage.Format.Format_RGB32)
        picture.fill(0)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        painting.node(painter, view, shown, painting.NodeState(), painting.Look(theme.DARK, scale))
        painter.end()
        pictures.append(picture)
    drawn, without = pictures
    columns = [
        x for x in range(drawn.width())
        if any(drawn.pixel(x, y) != without.pixel(x, y) for y in range(drawn.height()))
    ]  # fmt: skip
    assert columns
    assert columns[0] > 2 * geometry.STRIPE * scale
    assert columns[-1] < drawn.width() - 2


def contrast(first: str, second: str) -> float:
    def luminance(value: str) -> float:
        parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_both_themes_are_legible(name):
    look = theme.THEMES[name]
    for paper in (look.card, look.card_header, look.surface, look.window, look.pill, look.field, look.raised):
        assert contrast(look.text, paper) >= 7, paper
        assert contrast(look.muted, paper) >= 4.5, paper
        assert contrast(look.error, paper) >= 4.5, paper
    for kind, tone in look.wires.items():
        assert contrast(tone, look.canvas) >= 2.5, kind
    for family in look.categories:
        assert contrast(look.category(family), look.card) >= 2.5, family
    for token, tone in look.code.items():
        assert token == "line" or contrast(tone, look.field) >= 4.5, token


def test_the_themes_name_the_same_things():
    dark, light = theme.DARK, theme.LIGHT
    for part in ("categories", "wires", "code"):
        assert set(getattr(dark, part)) == set(getattr(light, part))
    assert len(dark.curves) == len(light.curves)


def test_the_bundled_fonts_are_the_ones_in_use(qtbot):
    assert {theme.SANS, theme.MONO} <= set(theme.load_fonts())
    assert all(theme.icon(name, "#ffffff").availableSizes() for name in theme.icon_names())
    with pytest.raises(LookupError, match="There is no icon"):
        theme.icon("nonsense", "#ffffff")


def is_near(rgb: int, name: str) -> bool:
    """The same colour on a screen of few colours, such as a virtual one."""
    one, other = QColor(rgb), QColor(name)
    return all(abs(a - b) <= 8 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def colours_of(image: QImage) -> set[int]:
    return {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 7) for y in range(0, image.height(), 5)}


def test_a_picture_shows_the_whole_graph_however_the_canvas_is_zoomed(host):
    one = host.canvas.image(1.0)
    host.canvas.viewer.look_at(QPointF(-4000, 0), 3.0)
    host.canvas.select(["conv"])
    again = host.canvas.image(1.0)
    assert one == again
    assert host.canvas.image(2.0).width() == pytest.approx(2 * one.width(), abs=2)
    assert one != host.canvas.image(1.0, theme=theme.LIGHT)


def test_export_as_svg_and_pdf(host, tmp_path):
    host.canvas.export_svg(tmp_path / "net.svg")
    host.canvas.export_pdf(tmp_path / "net.pdf")
    drawing = QSvgRenderer(str(tmp_path / "net.svg"))
    assert drawing.isValid()
    assert drawing.viewBoxF().width() == pytest.approx(host.canvas.image(1.0).width(), abs=2)
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(OSError, match="could not be written"):
        host.canvas.export_svg(tmp_path / "missing" / "net.svg")


def test_ports_of_different_kinds_differ_in_form_and_not_only_in_colour(qtbot):
    forms = {}
    for kind in theme.DARK.wires:
        picture = QImage(40, 40, QImage.Format.Format_ARGB32)
        picture.fill(0)
        painter = QPainter(picture)
        painter.scale(2, 2)
        one_colour = replace_wires(theme.DARK)
        painting._port(
            painter,
            PortView("x", kind, wired=True),
            QPointF(10, 10),
            painting.Look(one_colour),
            hovered=False,
        )
        painter.end()
        forms[kind] = bytes(picture.constBits())
    forms.pop("unknown")
    assert len(set(forms.values())) == len(forms)


def replace_wires(look: theme.Theme) -> theme.Theme:
    return dataclasses.replace(look, wires=dict.fromkeys(look.wires, "#ffffff"))


def test_every_state_paints_at_every_zoom_in_both_themes(host, qtbot):
    document = host.document
    for node, field in (("relu", "bypass"), ("pool", "mute")):
        document = getattr(edits, f"set_{field}")(document, "Net", node).document
    host.set(document)
    host.canvas.select(["conv", "layer1"])
    for look in (theme.DARK, theme.LIGHT):
        host.canvas.set_theme(look)
        for zoom in (0.08, 0.2, 0.3, 0.45, 0.8, 1.0, 3.0):
            host.canvas.viewer.look_at(QPointF(450, 140), zoom)
            seen = colours_of(host.canvas.grab().toImage())
            assert zoom > 1 or any(is_near(one, look.canvas) for one in seen)
            assert len(seen) > 4


# -- much --------------------------------------------------------------------------------------------------------------


def test_of_five_hundred_nodes_a_local_edit_touches_only_its_own(qtbot):
    host = Host(Document(graphs={"Net": Graph(name="Net")}))
    qtbot.addWidget(host.canvas)
    host.canvas.resize(1200, 800)
    host.canvas.show()
    qtbot.waitExposed(host.canvas)
    document = chain(500)
    host.document = document
    host.canvas.show(host.views.of(document, "Net"))
    host.canvas.grab()
    before = dict(host.canvas._cards)
    shown = {identity: card.view for identity, card in before.items()}
    moved = edits.move_nodes(document, "Net", {"n250": (10.0, -300.0)}).document
    renamed = edits.rename_node(moved, "Net", "n7", "seven").document
    host.canvas.show(host.views.of(renamed, "Net"))
    assert host.canvas._cards == before, "no card was made anew"
    assert {identity for identity, card in before.items() if card.view is not shown[identity]} == {"n7"}
    assert before["n250"].pos().toTuple() == (10.0, -300.0)


def test_a_long_chain_without_places_is_laid_out(qtbot):
    host = Host(Document(graphs={"Net": Graph(name="Net")}))
    qtbot.addWidget(host.canvas)
    document = chain(300, placed=False)
    host.canvas.show(host.views.of(document, "Net"))
    assert len({host.canvas.position_of(f"n{i}") for i in range(300)}) == 300


# -- what an upgrade of NodeGraphQt could change --------------------------------------------------------------------

OVERRIDDEN = {
    CanvasGraph: (nodegraph.NodeGraph, ["_on_nodes_moved", "_on_connection_sliced", "_on_node_double_clicked",
        "_on_connection_changed", "_on_insert_node", "_on_node_name_changed", "_on_search_triggered",
        "_on_node_data_dropped", "_on_node_backdrop_updated", "_on_node_selected", "_on_node_selection_changed",
        "_on_context_menu_prompt"]),
    Sight: (nodegraph.NodeViewer, ["_update_scene", "_set_viewer_zoom", "_set_viewer_pan", "_combined_rect",
        "_items_near", "get_zoom", "resizeEvent"]),
    Wiring: (nodegraph.NodeViewer, ["sceneMousePressEvent", "sceneMouseMoveEvent", "apply_live_connection",
        "start_live_connection"]),
    Viewer: (nodegraph.NodeViewer, ["mousePressEvent", "mouseMoveEvent", "mouseReleaseEvent", "wheelEvent",
        "contextMenuEvent", "keyPressEvent", "keyReleaseEvent", "dragEnterEvent", "dragMoveEvent", "dragLeaveEvent",
        "dropEvent", "focusOutEvent"]),
    PortSpot: (nodegraph.PortItem, ["boundingRect", "paint", "mousePressEvent", "hoverEnterEvent", "hoverLeaveEvent"]),
    NodeCard: (nodegraph.AbstractNodeItem, ["boundingRect", "delete"]),
    Wire: (nodegraph.PipeItem, ["delete", "draw_path", "_draw_direction_pointer", "set_pipe_styling", "hoverEnterEvent",
        "hoverLeaveEvent", "paint"]),
    LiveWire: (nodegraph.LivePipeItem, ["draw_path", "draw_index_pointer", "_draw_direction_pointer",
        "set_pipe_styling", "paint"]),
    FrameBox: (nodegraph.BackdropNodeItem, ["get_nodes", "mousePressEvent", "mouseReleaseEvent",
        "mouseDoubleClickEvent", "paint"]),
}  # fmt: skip


@pytest.mark.parametrize("ours", OVERRIDDEN, ids=lambda ours: ours.__name__)
def test_what_we_override_is_still_there_with_the_same_parameters(ours):
    theirs, names = OVERRIDDEN[ours]
    assert issubclass(ours, theirs)
    for name in names:
        assert name in vars(ours), f"{ours.__name__}.{name} is no longer ours: take it from the contract"
        original = inspect.getattr_static(theirs, name, None)
        assert original is not None, f"NodeGraphQt's {theirs.__name__} no longer has {name}"
        expected = list(inspect.signature(getattr(theirs, name)).parameters)
        given = list(inspect.signature(getattr(ours, name)).parameters)
        assert given == expected, f"{theirs.__name__}.{name} takes other parameters now"


def test_attributes_of_nodegraphqt_that_we_use_are_still_there(host):
    viewer = host.canvas.viewer
    for name in ("_LIVE_PIPE", "_SLICER_PIPE", "_cursor_text", "_rubber_band", "_scene_range", "_start_port",
                 "_node_positions", "_origin_pos", "_previous_pos", "_search_widget", "moved_nodes",
                 "connection_sliced", "node_double_clicked", "LMB_state", "ALT_state"):  # fmt: skip
        assert hasattr(viewer, name), name
    stock = nodegraph.PipeItem()
    for name in ("_color", "_style", "_active", "_highlight", "_input_port", "_output_port"):
        assert name in vars(stock), name
        assert name in vars(next(iter(host.canvas._wires.values()))), name
    known = {"_color", "_style", "_active", "_highlight", "_input_port", "_output_port", "_poly", "_dir_pointer"}
    assert set(vars(stock)) == known, "PipeItem sets other attributes now; its constructor is not run for our wires"
    scene = inspect.getsource(type(viewer.scene()))
    for name in ("sceneMousePressEvent", "sceneMouseMoveEvent", "sceneMouseReleaseEvent", "selected_nodes"):
        assert name in scene, f"the scene no longer calls {name}"


def test_distutils_is_met_by_nobody_else():
    assert getattr(sys.modules.get("distutils"), "__file__", None) is not None or "distutils" not in sys.modules


def test_a_wire_follows_its_port_when_the_ports_change_places(qtbot):
    ports = {"a": ("first", "second"), "b": ("new", "first", "second")}
    host = Host(Document(graphs={"Net": Graph(name="Net")}))
    qtbot.addWidget(host.canvas)

    def with_ports(names: tuple[str, ...]) -> Document:
        inner = Graph(name="Inner", inputs=tuple(GraphPort(name) for name in names), outputs=(GraphPort("out"),))
        nodes = {"n": Node(id="n", name="n", use=Use(Kind.GRAPH, "Inner"))}
        edges = (Edge(End("@", "x"), End("n", "second")),)
        return Document(
            graphs={"Net": Graph(name="Net", inputs=(GraphPort("x"),), nodes=nodes, edges=edges), "Inner": inner}
        )

    for names in (*ports.values(), ("second",), ("first",)):
        host.document = with_ports(names)
        host.canvas.show(host.views.of(host.document, "Net"))
        (wire,) = host.canvas._wires.values()
        assert wire.target.view.name == "second"
        assert wire.target.connected_pipes == [wire]
        assert wire.path().currentPosition() == wire.target.centre
    assert [port.name for port in host.canvas._cards["n"].view.inputs] == ["first", "second"]


def test_labels_of_wires_cover_neither_one_another_nor_a_node(qtbot):
    """One input feeding many nodes in a column: the middles of its wires lie all but over one another."""
    nodes = {f"n{i}": Node(id=f"n{i}", name=f"n{i}", use=Use(Kind.BLOCK, "ReLU")) for i in range(12)}
    edges = tuple(Edge(End("@", "x"), End(name, "input")) for name in nodes)
    graph = Graph(name="Net", inputs=(GraphPort("x"),), nodes=nodes, edges=edges)
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", 3, 8, 8))})
    host = Host(Document(graphs={"Net": graph}, models={"net": model}))
    qtbot.addWidget(host.canvas)
    rects = []
    for wire in host.canvas._wires.values():
        if wire.pill.fits:
            rect = QRectF(0, 0, wire.pill.width, strokes.PILL_HEIGHT)
            rect.moveCenter(wire.pill.middle)
            rects.append(rect)
    assert len(rects) >= 5
    rects += [card.rect for card in host.canvas._cards.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects[: len(rects)]) for b in rects[i + 1 :])


def test_a_frame_over_two_rows_holds_no_node_of_others(host):
    layout = host.document.layout["Net"]
    frames = (Frame(title="Rows", nodes=("relu", "pool", "layer1", "flatten")),)
    host.set(replace(host.document, layout={"Net": replace(layout, frames=frames)}))
    frame = host.canvas.viewer.frames[0]
    pieces = [piece.translated(frame.pos()) for piece in frame.pieces]
    assert len(pieces) == 2
    for key, card in host.canvas._cards.items():
        assert any(piece.contains(card.rect) for piece in pieces) == (key in frames[0].nodes)


def test_nothing_of_nodegraphqts_own_search_or_menus_is_to_be_seen(host):
    seen = [child for child in host.canvas.viewer.children() if isinstance(child, QWidget) and child.isVisible()]
    ours = {host.canvas.viewer.viewport(), host.canvas._empty, host.canvas._minimap, host.canvas._editor}
    assert [child for child in seen if child not in ours and child.width() * child.height() > 0] == []
