"""Edits of how a node is used: copies, steps, alternatives, shared modules, ties; and what there is to choose from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core import behaviour, edits, structure
from app.core.block import Library
from app.core.changes import Changed, EditError
from app.core.choices import kinds_inside, nodes_inside, own_parameters, tie_targets
from app.core.document import Argument, Case, Document, InputType, Kind, Model, Node, Repeat, Scan, Use
from app.core.draw import Drawing, choice, flag, graphs, whole
from app.core.elaborate import Elaboration, elaborate
from app.core.results import unit_key
from blocks import library


@pytest.fixture(scope="module")
def blocks() -> Library:
    return library()


def document(blocks: Library) -> Document:
    """Two embeddings of words, a tower of blocks, a head; and a step that a scan could take."""
    block = Drawing("Block", arguments=[whole("width", 8), choice("act", "relu", "relu", "tanh", "gelu"), flag("on")])
    x = block.input("x")
    y = block.add("fc", "Linear", x, out_features="=width")
    block.output("x", block.add("act", "ReLU", y))

    net = Drawing("Net", arguments=[whole("words", 11), whole("width", 8)])
    left, right = net.input("left"), net.input("right")
    a = net.add("wte", "Embedding", left, num_embeddings="=words", embedding_dim="=width")
    b = net.add("other", "Embedding", right, num_embeddings=11, embedding_dim=8)
    y = net.add("body", "graph:Block", net.add("sum", "Add", a, b), width="=width")
    net.output("logits", net.add("head", "Linear", y, out_features="=words", bias=False))
    inputs = {name: InputType(("B", "T"), "int64") for name in ("left", "right")}
    return Document(graphs=graphs(blocks, net, block), models={"net": Model(name="net", graph="Net", inputs=inputs)})


def sound(blocks: Library, changed: Changed) -> Elaboration:
    made = elaborate(changed.document, blocks)
    assert not made.problems, [problem.message for problem in made.problems]
    return made


def node(changed: Changed | Document, name: str, graph: str = "Net") -> Node:
    held = changed.document if isinstance(changed, Changed) else changed
    return held.graphs[graph].nodes[name]


# --- Repeat -------------------------------------------------------------------------------------------------------


@given(keys=st.text(alphabet="{}nameix1+ ._0", max_size=14) | st.sampled_from(behaviour.PATTERNS))
def test_a_key_pattern_that_is_taken_names_every_copy_by_an_identifier(keys: str) -> None:
    held = Node(id="h", name="h", use=Use(Kind.BLOCK, "Linear"), repeat=Repeat(3, keys))
    if behaviour.why_not_keys(held, keys) is None and keys != behaviour.KEYS:
        names = [unit_key(held, copy) for copy in range(3)]
        assert len(set(names)) == 3
        assert all(name.isidentifier() for name in names)


def test_every_offered_pattern_is_taken(blocks: Library) -> None:
    made = edits.set_repeat(document(blocks), "Net", "body", 2)
    for keys in behaviour.PATTERNS:
        changed = behaviour.set_keys(made.document, "Net", "body", keys)
        assert node(changed, "body").repeat == Repeat(2, keys)
        sound(blocks, changed)


@pytest.mark.parametrize("keys", ["x", "{name}", "{name}.b{i}", "{i}", "{name}{j}", "{name}{__import__('os')}{i}"])
def test_a_pattern_that_could_not_be_code_is_refused_with_a_sentence(blocks: Library, keys: str) -> None:
    made = edits.set_repeat(document(blocks), "Net", "body", 2)
    with pytest.raises(EditError) as refused:
        behaviour.set_keys(made.document, "Net", "body", keys)
    assert str(refused.value).endswith((".", "came."))


def test_a_pattern_from_a_file_that_could_run_anything_is_a_problem(blocks: Library) -> None:
    wrong = edits.set_repeat(document(blocks), "Net", "body", Repeat(2, "{name}{__import__('os').abort()}{i}"))
    problems = elaborate(wrong.document, blocks).problems
    assert [(problem.path.node, problem.path.part) for problem in problems] == [("body", "keys")]


def test_copies_of_a_node_that_is_not_repeated_cannot_be_named(blocks: Library) -> None:
    with pytest.raises(EditError, match="not repeated"):
        behaviour.set_keys(document(blocks), "Net", "body", "{name}{i}")


# --- Scan ---------------------------------------------------------------------------------------------------------


def test_a_first_scan_slices_what_is_not_carried() -> None:
    assert behaviour.first_scan({"x": 0, "state": 0}, {"state": 0, "y": 0}) == Scan(sliced=("x",))
    assert behaviour.first_scan({"state": 0}, {"state": 0}) == Scan(count=2)


def test_with_nothing_sliced_a_scan_counts(blocks: Library) -> None:
    made = edits.set_scan(document(blocks), "Net", "head", Scan(sliced=("input",)))
    sound(blocks, made)
    made = behaviour.set_sliced(made.document, "Net", "head", "input", False)
    assert node(made, "head").scan == Scan(count=2)
    made = behaviour.set_sliced(made.document, "Net", "head", "input", True)
    assert node(made, "head").scan == Scan(sliced=("input",))
    assert made.label == "slice head.input"


# --- Alternatives -------------------------------------------------------------------------------------------------


def test_alternatives_are_added_for_choices_that_none_is_for_yet(blocks: Library) -> None:
    made: Changed = Changed(document(blocks), "")
    for wanted in ("=act == 'tanh'", "=act == 'gelu'", "=on", "=act == 'relu'"):
        made = behaviour.add_case(made.document, "Block", "act")
        assert node(made, "act", "Block").cases[-1] == Case(wanted, Use(Kind.BLOCK, "ReLU"), {})
    with pytest.raises(EditError, match="kind choice or bool"):
        behaviour.add_case(made.document, "Block", "act")


def test_an_alternative_is_changed_moved_and_removed(blocks: Library) -> None:
    made = behaviour.add_case(document(blocks), "Block", "act")
    made = behaviour.add_case(made.document, "Block", "act")
    made = behaviour.set_case_use(made.document, "Block", "act", 0, Use(Kind.BLOCK, "Softmax"))
    made = behaviour.set_case_argument(made.document, "Block", "act", 0, "dim", -1)
    assert node(made, "act", "Block").cases[0].arguments == {"dim": -1}
    sound(blocks, made)
    made = behaviour.move_case(made.document, "Block", "act", 0, 1)
    assert [case.use.name for case in node(made, "act", "Block").cases] == ["ReLU", "Softmax"]
    made = behaviour.reset_case_argument(made.document, "Block", "act", 1, "dim")
    made = behaviour.remove_case(made.document, "Block", "act", 0)
    assert node(made, "act", "Block").cases == (Case("=act == 'tanh'", Use(Kind.BLOCK, "Softmax")),)


def test_an_alternative_needs_a_condition_and_cannot_contain_its_own_graph(blocks: Library) -> None:
    made = behaviour.add_case(document(blocks), "Block", "act")
    with pytest.raises(EditError, match="needs a formula"):
        behaviour.set_case(made.document, "Block", "act", 0, Case("", Use(Kind.BLOCK, "Tanh")))
    with pytest.raises(EditError, match="cannot contain itself"):
        behaviour.set_case_use(made.document, "Block", "act", 0, Use(Kind.GRAPH, "Net"))
    with pytest.raises(EditError, match="no number 2"):
        behaviour.remove_case(made.document, "Block", "act", 1)


# --- Shared modules -----------------------------------------------------------------------------------------------


def test_sharing_takes_over_what_makes_the_module(blocks: Library) -> None:
    plain = document(blocks)
    before = sound(blocks, Changed(plain, "")).totals.parameters
    assert [other.name for other in behaviour.can_share(plain.graphs["Net"], node(plain, "other"))] == ["wte"]
    made = behaviour.share(plain, "Net", "other", "wte")
    assert node(made, "other").arguments == node(made, "wte").arguments
    assert sound(blocks, made).totals.parameters == before - 11 * 8
    assert behaviour.can_share(made.document.graphs["Net"], node(made, "wte")) == []
    back = behaviour.share(made.document, "Net", "other", None)
    assert sound(blocks, back).totals.parameters == before


@pytest.mark.parametrize("changed", ["wte", "other"])
def test_an_argument_of_a_shared_module_is_set_wherever_it_is_called(blocks: Library, changed: str) -> None:
    made = behaviour.share(document(blocks), "Net", "other", "wte")
    made = edits.set_argument(made.document, "Net", changed, "num_embeddings", 20)
    assert [node(made, name).arguments["num_embeddings"] for name in ("wte", "other")] == [20, 20]
    sound(blocks, made)
    made = edits.reset_argument(made.document, "Net", changed, "num_embeddings")
    assert all("num_embeddings" not in node(made, name).arguments for name in ("wte", "other"))


def test_an_argument_of_a_module_of_its_own_is_set_alone(blocks: Library) -> None:
    made = edits.set_argument(document(blocks), "Net", "other", "num_embeddings", 20)
    assert node(made, "wte").arguments["num_embeddings"] == "=words"


# --- Ties ---------------------------------------------------------------------------------------------------------


def test_a_tie_makes_one_tensor_of_two(blocks: Library) -> None:
    plain = document(blocks)
    before = sound(blocks, Changed(plain, ""))
    made = behaviour.set_tie(plain, "Net", "head", "weight", "wte.weight")
    assert made.label == "tie head.weight to wte.weight"
    assert sound(blocks, made).totals.parameters == before.totals.parameters - 11 * 8
    made = behaviour.set_tie(made.document, "Net", "head", "weight", "other.weight", before="weight")
    assert node(made, "head").ties == {"weight": "other.weight"}
    with pytest.raises(EditError, match="tied already"):
        behaviour.set_tie(made.document, "Net", "head", "weight", "wte.weight")
    with pytest.raises(EditError, match="very node"):
        behaviour.set_tie(made.document, "Net", "head", "bias", "head.weight")
    assert behaviour.remove_tie(made.document, "Net", "head", "weight").document == plain


def test_what_is_offered_to_tie_has_the_shape_and_makes_no_problem(blocks: Library) -> None:
    plain = document(blocks)
    plain = edits.set_repeat(plain, "Net", "body", 2).document
    instance = sound(blocks, Changed(plain, "")).models["net"]
    head = instance.nodes["head"]
    assert list(own_parameters(head)) == ["weight"]
    assert list(own_parameters(instance.nodes["body"])) == ["0.fc.weight", "0.fc.bias", "1.fc.weight", "1.fc.bias"]
    assert tie_targets(instance, head.node, "weight") == ["wte.weight", "other.weight"]
    assert tie_targets(instance, instance.nodes["body"].node, "0.fc.weight") == []
    for path in tie_targets(instance, head.node, "weight"):
        sound(blocks, behaviour.set_tie(plain, "Net", "head", "weight", path))


def test_places_whose_parameters_can_start_somehow(blocks: Library) -> None:
    instance = sound(blocks, Changed(document(blocks), "")).models["net"]
    assert kinds_inside(instance) == {"Embedding": ["weight"], "Linear": ["weight", "bias"]}
    assert nodes_inside(instance) == {
        "wte": ["weight"],
        "other": ["weight"],
        "body.fc": ["weight", "bias"],
        "head": ["weight"],
    }


def test_conditions_speak_of_choices_and_switches(blocks: Library) -> None:
    made = structure.add_argument(document(blocks), "Block", Argument(name="deep", kind="bool", default=True))
    assert behaviour.case_conditions(made.document.graphs["Block"]) == [
        "act == 'tanh'",
        "act == 'gelu'",
        "on",
        "act == 'relu'",
        "deep",
    ]


def test_a_model_that_another_follows_has_to_learn(blocks: Library) -> None:
    held = document(blocks)
    net = held.models["net"]
    twins = {name: replace(net, name=name) for name in ("a", "b", "c")}
    held = structure.set_model(replace(held, models=twins), "b", average_of="a").document
    for model, source in (("a", "c"), ("c", "b"), ("a", "a")):
        with pytest.raises(EditError, match="learn"):
            structure.set_model(held, model, average_of=source)
