"""Each edit does what its name says, shares what it does not touch, and refuses in sentences."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.core import arguments, clipboard, edits, grouping, models, settings, structure
from app.core.changes import EditError
from app.core.document import (
    BOUNDARY,
    SELF,
    Argument,
    DataSource,
    Document,
    Edge,
    End,
    Graph,
    GraphLayout,
    GraphPort,
    Initial,
    InputType,
    Kind,
    Model,
    Node,
    Optimiser,
    Phase,
    Preset,
    Recipe,
    Scan,
    Stage,
    Use,
)
from app.core.history import History
from app.core.problems import Disconnect, InsertBefore, Path, RemoveNode, SetArgument


def block(name: str, kind: str = "Linear", **fields: object) -> Node:
    return Node(id=name, name=name, use=Use(Kind.BLOCK, kind), **fields)  # type: ignore[arg-type]


def wire(source: str, target: str, order: int = 0) -> Edge:
    (a, out), (b, into) = source.split("."), target.split(".")
    return Edge(End(a, out), End(b, into), order)


def chain() -> Document:
    """x → a → b → c → y in Net, with Net as the model “net” and a step graph that trains it."""
    nodes = [block("a", arguments={"out": "=width"}), block("b", arguments={"p": (1, 2)}), block("c")]
    net = Graph(
        name="Net",
        arguments=(Argument(name="width", default=8),),
        inputs=(GraphPort("x"),),
        outputs=(GraphPort("y"),),
        nodes={node.id: node for node in nodes},
        edges=(
            wire("@.x", "a.input"),
            wire("a.output", "b.input"),
            wire("b.output", "c.input"),
            wire("c.output", "@.y"),
        ),
    )
    model = Node(id="net", name="net", use=Use(Kind.MODEL, "net"))
    step = Graph(
        name="Step",
        inputs=(GraphPort("image"),),
        outputs=(GraphPort("loss"),),
        nodes={"net": model},
        edges=(wire("@.image", "net.x"), wire("net.y", "@.loss")),
    )
    phase = Phase(name="fit", step="Step", models=("net",), optimiser=Optimiser("SGD", {"lr": 0.1}))
    return Document(
        arguments=(Argument(name="size", default=8),),
        graphs={"Net": net, "Step": step},
        models={
            "net": Model(name="net", graph="Net", arguments={"width": "=size"}, inputs={"x": InputType(("B", "=size"))})
        },
        recipe=Recipe(data=DataSource("Digits"), stages=(Stage(phases=(phase,)),)),
        presets={"quick": Preset(name="quick", arguments={"size": 4}, recipe={"stages.train.steps": "=size * 10"})},
        preset="quick",
        layout={"Net": GraphLayout({"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (200.0, 0.0), "@in:x": (-100.0, 0.0)})},
    )


def net(document: Document) -> Graph:
    return document.graphs["Net"]


def test_an_edit_shares_what_it_does_not_touch() -> None:
    before = chain()
    after = edits.set_argument(before, "Net", "b", "p", [3, 4]).document
    assert net(after).nodes["b"].arguments == {"p": (3, 4)}
    assert net(after).nodes["a"] is net(before).nodes["a"]
    assert net(after).edges is net(before).edges
    assert after.graphs["Step"] is before.graphs["Step"]
    assert edits.set_argument(after, "Net", "b", "p", (3, 4)).document is after
    assert edits.set_argument(after, "Net", "b", "p", (3.0, 4)).document is not after
    assert edits.reset_argument(after, "Net", "b", "p").label == "reset b.p"


def test_new_nodes_get_readable_names() -> None:
    made = edits.add_node(chain(), "Net", Use(Kind.BLOCK, "BatchNorm2d"))
    again = edits.add_node(made.document, "Net", Use(Kind.BLOCK, "BatchNorm2d"))
    assert (made.node, again.node, again.label) == ("batch_norm", "batch_norm2", "add batch_norm2")


def test_removing_heals_a_chain() -> None:
    healed = net(edits.remove_nodes(chain(), "Net", ["a", "b"], heal=True).document)
    assert set(healed.edges) == {wire("@.x", "c.input"), wire("c.output", "@.y")}
    cut = edits.remove_nodes(chain(), "Net", ["b"]).document
    assert len(net(cut).edges) == 2
    assert "b" not in cut.layout["Net"].positions


def test_a_single_input_keeps_its_place_and_a_variadic_one_grows() -> None:
    one = edits.connect(chain(), "Net", End("a", "output"), End("c", "input"))
    assert one.label == "connect a → c"
    assert net(one.document).edges[2] == wire("a.output", "c.input")
    two = edits.connect(one.document, "Net", End("b", "output"), End("c", "input"), variadic=True).document
    assert [edge.order for edge in net(two).edges_into("c")] == [0, 1]
    gone = edits.disconnect(two, "Net", net(two).edges_into("c")[0]).document
    assert [edge.order for edge in net(gone).edges_into("c")] == [0]


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        (End("c", "output"), End("a", "input"), "circle"),
        (End("a", "output"), End("a", "input"), "circle"),
        (End(BOUNDARY, "z"), End("a", "input"), "no input “z”"),
        (End("a", "output"), End(BOUNDARY, "z"), "no output “z”"),
        (End("gone", "output"), End("a", "input"), "no node “gone”"),
    ],
)
def test_a_wire_that_cannot_be_is_refused(source: End, target: End, says: str) -> None:
    with pytest.raises(EditError, match=says):
        edits.connect(chain(), "Net", source, target)


def test_ports_of_models_are_known() -> None:
    document = chain()
    with pytest.raises(EditError, match="there is: x"):
        edits.connect(document, "Step", End(BOUNDARY, "image"), End("net", "picture"))
    edits.connect(document, "Step", End("net", SELF), End(BOUNDARY, "loss"))


@pytest.mark.parametrize(
    ("name", "says"), [("b", "already"), ("class", "Python"), ("forward", "nn.Module"), ("1", "name")]
)
def test_bad_names_are_refused(name: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        edits.rename_node(chain(), "Net", "a", name)


def test_renaming_a_node_carries_ties_and_starting_values() -> None:
    document = chain()
    outer = Graph(
        name="Outer",
        nodes={
            "body": Node(id="body", name="body", use=Use(Kind.GRAPH, "Net")),
            "head": block("head", ties={"weight": "body.a.weight"}),
        },
        initial=(Initial(nodes=("body.a",), parameter="weight", method="ones_"),),
    )
    document = replace(document, graphs={**document.graphs, "Outer": outer})
    after = edits.rename_node(document, "Net", "a", "first").document
    assert after.graphs["Outer"].nodes["head"].ties == {"weight": "body.first.weight"}
    assert after.graphs["Outer"].initial[0].nodes == ("body.first",)
    assert net(after).nodes["a"].name == "first"
    outermost = edits.rename_node(after, "Outer", "body", "trunk").document
    assert outermost.graphs["Outer"].nodes["head"].ties == {"weight": "trunk.first.weight"}


def test_a_graph_cannot_contain_itself() -> None:
    with pytest.raises(EditError, match="cannot contain itself"):
        edits.add_node(chain(), "Net", Use(Kind.MODEL, "net"))
    document = edits.add_node(chain(), "Step", Use(Kind.GRAPH, "Net")).document
    with pytest.raises(EditError, match="cannot contain itself"):
        edits.add_node(document, "Net", Use(Kind.GRAPH, "Step"))


def test_inserting_and_replacing() -> None:
    document = chain()
    made = edits.insert_on_edge(document, "Net", net(document).edges[1], Use(Kind.BLOCK, "ReLU"))
    assert made.label == "insert relu before b"
    assert net(made.document).edges_into("b")[0].source.node == made.node
    swapped = edits.replace_node(
        made.document, "Net", "b", Use(Kind.BLOCK, "Attention"), inputs=("query", "key"), outputs=("output",)
    ).document
    assert [edge.target.port for edge in net(swapped).edges_into("b")] == ["query"]
    assert net(swapped).edges_from("b") == [wire("b.output", "c.input")]


def test_uses_of_a_node_are_checked() -> None:
    document = chain()
    assert net(edits.set_repeat(document, "Net", "a", "=width").document).nodes["a"].repeat is not None
    for bad in (-1, 1.5, "=(", True):
        with pytest.raises(EditError, match=r"a\.repeat"):
            edits.set_repeat(document, "Net", "a", bad)
    with pytest.raises(EditError, match="finite"):
        edits.set_argument(document, "Net", "a", "out", float("inf"))
    with pytest.raises(EditError, match="enabled"):
        edits.set_enabled(document, "Net", "a", "=import os")
    scanned = edits.set_scan(document, "Net", "a", Scan(("input",))).document
    assert net(edits.set_scan(scanned, "Net", "a", None).document).nodes["a"] == net(document).nodes["a"]
    assert edits.set_mute(document, "Net", "a").label == "mute a"
    assert net(edits.set_bypass(document, "Net", "a").document).nodes["a"].bypass


def test_group_promotes_arguments_and_sits_at_the_centre() -> None:
    made = grouping.group(chain(), "Net", ["a", "b"], "Part")
    part, instance = made.document.graphs["Part"], net(made.document).nodes[made.node]
    assert [argument.name for argument in part.arguments] == ["width"]
    assert instance.arguments == {"width": "=width"}
    assert made.document.layout["Net"].positions[made.node] == (50.0, 0.0)
    assert [port.name for port in (*part.inputs, *part.outputs)] == ["x", "output"]
    back = grouping.ungroup(made.document, "Net", made.node).document
    assert set(net(back).edges) == set(net(chain()).edges)
    assert net(back).nodes == net(chain()).nodes
    assert back.layout == chain().layout


def test_ungroup_puts_values_into_formulas() -> None:
    made = grouping.group(chain(), "Net", ["a", "b"], "Part")
    document = edits.set_argument(made.document, "Net", made.node, "width", 32).document
    assert net(grouping.ungroup(document, "Net", made.node).document).nodes["a"].arguments == {"out": 32}
    repeated = edits.set_repeat(document, "Net", made.node, 3).document
    with pytest.raises(EditError, match="repeated"):
        grouping.ungroup(repeated, "Net", made.node)


def test_a_selection_with_a_way_around_is_refused() -> None:
    with pytest.raises(EditError, match="nodes in between"):
        grouping.group(chain(), "Net", ["a", "c"], "Part")


def test_ties_across_a_group_are_kept() -> None:
    document = edits.set_ties(chain(), "Net", "c", {"weight": "a.weight"}).document
    out = grouping.group(document, "Net", ["c"], "Head")
    assert net(out.document).nodes[out.node].ties == {"c.weight": "a.weight"}
    assert net(grouping.ungroup(out.document, "Net", out.node).document).nodes == net(document).nodes
    into = grouping.group(document, "Net", ["a"], "Stem")
    assert net(into.document).nodes["c"].ties == {"weight": "stem.a.weight"}
    assert net(grouping.ungroup(into.document, "Net", into.node).document).nodes == net(document).nodes


def test_paste_between_documents_brings_definitions() -> None:
    made = grouping.group(chain(), "Net", ["a", "b"], "Part")
    text = clipboard.copy(made.document, "Net", [made.node])
    empty = Document(graphs={"Other": Graph(name="Other")})
    pasted = clipboard.paste(empty, "Other", text, at=(7.0, 9.0))
    assert pasted.document.graphs["Part"] == made.document.graphs["Part"]
    assert pasted.document.layout["Other"].positions[pasted.node] == (7.0, 9.0)
    clash = Document(graphs={"Other": Graph(name="Other"), "Part": Graph(name="Part")})
    other = clipboard.paste(clash, "Other", text)
    assert other.document.graphs["Other"].nodes[other.node].use == Use(Kind.GRAPH, "Part2")
    with pytest.raises(EditError, match="clipboard"):
        clipboard.paste(empty, "Other", "hello")


def test_duplicate_keeps_incoming_wires() -> None:
    made = clipboard.duplicate(chain(), "Net", ["b"])
    assert made.label == "duplicate b"
    assert net(made.document).edges_into(made.node)[0].source == End("a", "output")
    assert net(made.document).edges_from(made.node) == []


def test_renaming_reaches_everything_that_speaks_of_it() -> None:
    document = structure.rename_graph(chain(), "Net", "Network").document
    assert document.models["net"].graph == "Network"
    assert set(document.layout) == {"Network"}
    document = structure.rename_graph(document, "Step", "Train").document
    assert document.recipe is not None
    assert document.recipe.stages[0].phases[0].step == "Train"
    document = arguments.rename_argument(document, "Network", "width", "features").document
    assert document.models["net"].arguments == {"features": "=size"}
    assert document.graphs["Network"].nodes["a"].arguments == {"out": "=features"}
    document = arguments.rename_argument(document, None, "size", "side").document
    assert document.models["net"].arguments == {"features": "=side"}
    assert document.models["net"].inputs["x"].shape == ("B", "=side")
    assert document.presets["quick"].arguments == {"side": 4}
    assert document.presets["quick"].recipe == {"stages.train.steps": "=side * 10"}
    document = structure.rename_port(document, "Network", "inputs", "x", "image").document
    assert wire("@.image", "net.image") in document.graphs["Train"].edges
    assert set(document.models["net"].inputs) == {"image"}
    assert "@in:image" in document.layout["Network"].positions
    document = structure.rename_port(document, "Train", "outputs", "loss", "error").document
    document = structure.rename_port(document, "Train", "inputs", "image", "picture").document
    document = models.rename_model(document, "net", "classifier").document
    assert document.recipe is not None
    phase = document.recipe.stages[0].phases[0]
    assert (phase.minimise, phase.models, dict(phase.feeds)) == ("error", ("classifier",), {"picture": "image"})
    assert document.graphs["Train"].nodes["net"].use == Use(Kind.MODEL, "classifier")


def test_what_is_needed_is_not_removed() -> None:
    for edit, name in ((structure.remove_graph, "Net"), (models.remove_model, "net")):
        with pytest.raises(EditError, match="needed by"):
            edit(chain(), name)
    with pytest.raises(EditError, match="ask for “width”"):
        arguments.remove_argument(chain(), "Net", "width")
    with pytest.raises(EditError, match="ask for “size”"):
        arguments.remove_argument(chain(), None, "size")


def test_the_recipe_is_set_by_path() -> None:
    document = settings.set_recipe(chain(), "stages.train.steps", 5).document
    document = settings.set_recipe(document, "stages.train.fit.optimiser.lr", 0.5).document
    document = settings.set_recipe(document, "data.placed", True).document
    assert document.recipe is not None
    assert document.recipe.stages[0].steps == 5
    assert document.recipe.stages[0].phases[0].optimiser == Optimiser("SGD", {"lr": 0.5})
    assert document.recipe.data.arguments == {"placed": True}
    for path, value in (("stages.nope.steps", 5), ("stages.train.steps", (1,)), ("batch_size", None), ("seed", 2**70)):
        with pytest.raises(EditError):
            settings.set_recipe(document, path, value)
    twice = document.recipe.stages * 2
    with pytest.raises(EditError, match="stands twice"):
        settings.set_recipe(document, "stages", twice)


def test_presets() -> None:
    document = settings.set_preset_recipe(chain(), "quick", "batch_size", 8).document
    document = settings.set_preset_argument(document, "quick", "size", 16).document
    document = settings.rename_preset(document, "quick", "fast").document
    assert document.preset == "fast"
    assert document.values() == {"size": 16}
    assert settings.remove_preset(document, "fast").document.preset == ""
    with pytest.raises(EditError, match="no argument"):
        settings.set_preset_argument(document, "fast", "nope", 1)
    with pytest.raises(EditError, match="no “nope”"):
        settings.set_preset_recipe(document, "fast", "nope", 1)


def test_proposed_repairs_are_edits() -> None:
    path = Path("Net", "b", "")
    fixed = settings.apply_fix(chain(), path, SetArgument("p", 7, "p = 7"))
    assert (fixed.label, net(fixed.document).nodes["b"].arguments["p"]) == ("p = 7", 7)
    fixed = settings.apply_fix(chain(), path, InsertBefore("input", "Flatten", {"start": 1}))
    assert net(fixed.document).nodes[fixed.node].use.name == "Flatten"
    assert fixed.node in fixed.document.layout["Net"].positions
    assert net(settings.apply_fix(chain(), path, Disconnect("input")).document).edges_into("b") == []
    assert "b" not in net(settings.apply_fix(chain(), path, RemoveNode()).document).nodes


def test_history_goes_back_to_the_very_same_values() -> None:
    first, second, third = (Document(title=text) for text in ("1", "2", "3"))
    history = History(first)
    history.push(second, "type", merge_key="title", at=0.0)
    history.push(third, "type", merge_key="title", at=0.5)
    assert history.undo_label == "type"
    assert history.undo() is first
    assert history.redo_label == "type"
    assert not history.is_modified
    assert history.redo() is third
    history.push(second, "type", merge_key="title", at=0.6)  # undo ended the merging
    assert history.undo() is third
    history.push(first, "other")
    assert history.redo_label is None
    assert history.redo() is first


def test_history_knows_what_is_saved_and_stays_bounded() -> None:
    history = History(Document(), longest=5)
    for number in range(20):
        history.push(Document(title=str(number)), "type", merge_key="t", at=number * 0.1)
        history.mark_saved()
    for _ in range(20):
        history.undo()
    assert history.document.title == "14"
    assert history.is_modified
    assert history.undo_label is None
