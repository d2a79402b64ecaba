"""Views: what the canvas is given, and that an edit leaves all but what it touched the very objects of before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import blocks
from app.core import edits
from app.core.document import End, Kind, Use
from app.core.elaborate import elaborate
from app.core.symbolic import Symbol
from app.core.tensor_type import ABSENT, ModuleType, TensorType
from app.ui.canvas.view import EMPTY, Views
from app.ui.canvas.wording import count_text, kind_of, shape_text
from tests.ui.canvas.host import small_net

B, T = Symbol("B"), Symbol("T")


def view_of(document, graph="Net", views=None):
    views = views or Views(blocks.library())
    return views.of(document, graph, elaborate(document, blocks.library()).views.get(graph))


def test_a_view_says_what_a_node_is_gives_and_costs():
    view = view_of(small_net())
    conv = view.nodes["conv"]
    assert (conv.title, conv.name, conv.category) == ("Conv2d", "conv", "convolution")
    assert (conv.shape, conv.kind, conv.cost) == ("64×16×16", "image", "1.8 K params")
    layer = view.nodes["layer1"]
    assert (layer.title, layer.detail, layer.enters, layer.repeated) == ("BasicBlock", "×2", "BasicBlock", True)
    assert view.nodes["@in:image"].outputs[0].kind == "image"
    assert view.nodes["@out:logits"].shape == "10"
    spare = view.nodes["spare"]
    assert (spare.shape, spare.inputs[0].wired, spare.outputs[0].wired) == ("", False, False)


def test_wires_carry_shapes_and_kinds():
    wires = {str(wire.edge.target): wire for wire in view_of(small_net()).wires}
    assert (wires["conv.input"].text, wires["conv.input"].kind) == ("3×16×16", "image")
    assert (wires["fc.input"].text, wires["fc.input"].kind) == ("64", "vector")
    assert wires["conv.input"].source == ("@in:image", "image")


def test_without_results_there_is_still_a_picture():
    view = Views(blocks.library()).of(small_net(), "Net")
    assert view.nodes["conv"].shape == ""
    assert [port.name for port in view.nodes["conv"].inputs] == ["input"]
    assert all(wire.kind == "unknown" for wire in view.wires)


def test_a_problem_stands_on_its_node_in_short():
    document = edits.connect(small_net(), "Net", End("flatten", "output"), End("spare", "input")).document
    added = edits.add_node(document, "Net", Use(Kind.BLOCK, "Conv2d"), position=(0, 500))
    document = edits.connect(added.document, "Net", End("flatten", "output"), End(added.node, "input")).document
    node = view_of(document).nodes[added.node]
    assert node.severity == "error"
    assert node.problem[0].startswith("expects ")
    assert node.problem[1].startswith("got ")
    assert node.message.endswith(".")


def test_an_edit_leaves_untouched_nodes_and_wires_the_same_objects():
    views = Views(blocks.library())
    document = small_net()
    before = view_of(document, views=views)
    renamed = edits.rename_node(document, "Net", "spare", "other").document
    after = view_of(renamed, views=views)
    changed = {key for key in after.nodes if after.nodes[key] is not before.nodes[key]}
    assert changed == {"spare"}
    assert all(new is old for new, old in zip(after.wires, before.wires, strict=True))


def test_moving_a_node_changes_no_view_of_a_node():
    views = Views(blocks.library())
    document = small_net()
    before = view_of(document, views=views)
    after = view_of(edits.move_nodes(document, "Net", {"fc": (1.0, 2.0)}).document, views=views)
    assert all(after.nodes[key] is before.nodes[key] for key in before.nodes)
    assert after.positions["fc"] == (1.0, 2.0)


def test_an_unknown_block_is_shown_as_missing_with_the_ports_that_are_wired():
    document = small_net()
    graph = document.graphs["Net"]
    nodes = {**graph.nodes, "relu": replace(graph.nodes["relu"], use=Use(Kind.BLOCK, "FromTheFuture"))}
    document = replace(document, graphs={**document.graphs, "Net": replace(graph, nodes=nodes)})
    node = view_of(document).nodes["relu"]
    assert (node.title, node.category) == ("FromTheFuture", "missing")
    assert [port.name for port in node.inputs] == ["input"]
    assert [port.name for port in node.outputs] == ["output"]


def test_a_graph_that_is_not_there_gives_an_empty_view():
    view = Views(blocks.library()).of(small_net(), "Nowhere")
    assert (view.nodes, view.wires) == (EMPTY.nodes, EMPTY.wires)


def test_kinds_and_texts_of_types():
    assert kind_of(TensorType((B, 3, 8, 8))) == "image"
    assert kind_of(TensorType((B, T, 16))) == "sequence"
    assert kind_of(TensorType((B, T), "int64")) == "integer"
    assert kind_of(TensorType((B, 16))) == "vector"
    assert kind_of(TensorType(())) == "scalar"
    assert kind_of(ModuleType("G", (), (), lambda types: types)) == "module"
    assert kind_of(None) == kind_of(ABSENT) == "unknown"
    assert shape_text(TensorType((B, T, 16))) == "T×16"
    assert shape_text(TensorType((B,))) == "B"
    assert shape_text(TensorType((5, 4))) == "5×4"


@given(st.integers(0, 10**15))
def test_counts_are_short_and_near(count):
    text = count_text(count)
    assert len(text) <= 8
    number, _, unit = text.partition(" ")
    value = float(number) * {"": 1, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}[unit]
    assert abs(value - count) <= 0.05 * max(count, 1) or count < 1000


def test_counts_as_people_write_them():
    assert [count_text(n) for n in (0, 128, 36_900, 25_557_032, 1_543_714_304)] == [
        "0",
        "128",
        "36.9 K",
        "25.6 M",
        "1.5 B",
    ]
