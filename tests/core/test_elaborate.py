"""What is wrong with a document is said once, where it began, soon, and with what mends it; never by raising."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

import templates
from app.codegen.generate import model_source
from app.core import grouping
from app.core.changes import with_graph
from app.core.document import (
    BOUNDARY,
    DataSource,
    Document,
    Edge,
    End,
    Evaluation,
    InputType,
    Kind,
    Model,
    Phase,
    Preset,
    Repeat,
    Scan,
    Stage,
    Use,
)
from app.core.draw import Drawing, graphs, whole
from app.core.elaborate import Elaboration, elaborate, state_of
from app.core.problems import Disconnect, Path, Problem, SetArgument
from app.core.settings import apply_fix
from blocks import library
from tests.codegen import compare
from tests.core import strategies
from tests.core.test_elaborate_random import LIBRARY, start

SECONDS = 3.0
"""More than anything here may take, however busy the machine."""


def found(document: Document, preset: str | None = None) -> Elaboration:
    begun = time.process_time()
    made = elaborate(document, LIBRARY, preset)
    assert time.process_time() - begun < SECONDS
    return made


def problems(document: Document, preset: str | None = None) -> list[Problem]:
    return [problem for problem in found(document, preset).problems if problem.severity == "error"]


def only(document: Document, preset: str | None = None) -> Problem:
    """The one problem; it says where, in a sentence, and not the same as any place."""
    (problem,) = problems(document, preset)
    assert problem.message.endswith((".", ")"))
    assert problem.message[0].isupper() or not problem.message[0].isalpha() or problem.path.part
    assert str(problem.path) != "document"
    return problem


def chain(**first: Any) -> Document:
    """Three layers, of which the first is as given."""
    net = Drawing("Net", arguments=[whole("width", 8)])
    x = net.input("x")
    for name, arguments in (("fc1", {"out_features": 8} | first), ("fc2", {"out_features": 8})):
        x = net.add(name, "Linear", x, **arguments)
    net.output("y", net.add("fc3", "Linear", x, out_features=8))
    return of(net)


def of(*drawings: Drawing, shape: tuple[Any, ...] = ("B", 4)) -> Document:
    first = drawings[0].name
    inputs = {"x": InputType(shape)}
    return Document(graphs=graphs(LIBRARY, *drawings), models={"net": Model(name="net", graph=first, inputs=inputs)})


def node(document: Document, graph: str, key: str, /, **fields: Any) -> Document:
    """The document with some fields of a node replaced."""
    place = document.graphs[graph]
    return with_graph(document, replace(place, nodes={**place.nodes, key: replace(place.nodes[key], **fields)}))


def wired(document: Document, graph: str, *edges: Edge) -> Document:
    place = document.graphs[graph]
    return with_graph(document, replace(place, edges=(*place.edges, *edges)))


@pytest.mark.parametrize(
    "value",
    [
        "=", "=(", "=1 // 0", "=1 % 0", "=1 / 0", "=nothing", "=x.colour", "=width.features", "=[1][5]", "=()[0]",
        "=round(5, 0 - 9 ** 9)", "=9 ** 9 ** 9", "=width ** 64 ** 64", "=(lambda: 1)()", "=__import__('os')",
        "=" + "(" * 300 + "1" + ")" * 300, "=" + "1+" * 999 + "1", "=" + "-" * 900 + "1", "=max()", "=max(1, 'a')",
        "='a' * 9 ** 9", "=sum(('a', 'b'))", "=x.batch ** 64", "=not",
        "=(-8) ** 0.5", "=x", "=[x]", "=x.shape", "=1e308 * 1e10", "=width @ 2", "=ceil(1e300)", "=min(x.batch, 8)",
        10**18, 2**62, 0, -1, 1.5, True, None, "8", (8,), (), ((8,),), "=10 ** 18",
    ],
)  # fmt: skip
def test_a_wrong_argument_is_one_problem_at_its_node(value: Any) -> None:
    problem = only(chain(out_features=value))
    assert problem.path == Path("Net", "fc1", "out_features")


@pytest.mark.parametrize("value", ["=x.batch", "=x.batch // 2", "=8 if x.batch < 3 else 4"])
def test_a_size_that_only_the_run_knows_makes_no_second_problem(value: str) -> None:
    assert len(problems(chain(out_features=value))) <= 1


@pytest.mark.parametrize("value", [10**18, 0, "8", True])
def test_the_proposed_repair_mends(value: Any) -> None:
    document = chain(out_features=value)
    problem = only(document)
    assert problem.expected
    assert problem.came
    (fix,) = problem.fixes
    assert isinstance(fix, SetArgument)
    assert problems(apply_fix(document, problem.path, fix).document) == []


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"arguments": {"out_features": 8, "colour": 1}}, "colour"),
        ({"use": Use(Kind.BLOCK, "Lineal")}, ""),
        ({"use": Use(Kind.GRAPH, "Gone"), "arguments": {}}, ""),
        ({"use": Use(Kind.MODEL, "gone"), "arguments": {}}, ""),
        ({"use": Use(Kind.GRAPH, "Net"), "arguments": {}}, ""),
        ({"use": Use(Kind.MODEL, "net"), "arguments": {}}, ""),
        ({"name": "class"}, "name"),
        ({"name": "forward"}, "name"),
        ({"name": "parameters"}, "name"),
        ({"name": "__init__"}, "name"),
        ({"name": "größe"}, "name"),
        ({"name": "a b"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "1"}, "name"),
        ({"name": "fc2"}, None),
        ({"repeat": Repeat(10**9)}, "repeat"),
        ({"repeat": Repeat(0)}, "repeat"),
        ({"repeat": Repeat("=10 ** 18")}, "repeat"),
        ({"repeat": Repeat("=1 // 0")}, "repeat"),
        ({"repeat": Repeat("three")}, "repeat"),
        ({"scan": Scan((), 1, 10**9)}, "scan"),
        ({"scan": Scan(("input",), 7)}, "scan"),
        ({"scan": Scan(("gone",), 0)}, "scan"),
        ({"enabled": "=1 // 0"}, "enabled"),
        ({"enabled": "="}, "enabled"),
        ({"shares": "gone"}, ""),
        ({"ties": {"weight": "gone.weight"}}, "ties"),
        ({"ties": {"gone": "fc2.weight"}}, "ties"),
        ({"ties": {"weight": "fc2.weight"}}, "ties"),
    ],
)
def test_a_wrong_node_is_one_problem_at_it(fields: dict[str, Any], part: str | None) -> None:
    problem = only(node(chain(), "Net", "fc1", **fields))
    assert problem.path.graph == "Net"
    if part is None:
        assert problem.path.node in ("fc1", "fc2")
    else:
        assert problem.path == Path("Net", "fc1", part)


@pytest.mark.parametrize(
    "edge",
    [
        Edge(End("gone", "output"), End("fc2", "input")),
        Edge(End("fc1", "gone"), End("fc2", "input")),
        Edge(End("fc1", "self"), End("fc2", "input")),
        Edge(End(BOUNDARY, "gone"), End("fc2", "input")),
        Edge(End("fc1", "output"), End("gone", "input")),
        Edge(End("fc1", "output"), End("fc2", "gone")),
        Edge(End("fc1", "output"), End(BOUNDARY, "gone")),
        Edge(End("gone", "output"), End(BOUNDARY, "y")),
        Edge(End(BOUNDARY, "x"), End("fc2", "input")),
        Edge(End("fc2", "output"), End("fc1", "input")),
        Edge(End("fc1", "output"), End("fc1", "input")),
    ],
)
@pytest.mark.parametrize("instead", [True, False])
def test_a_wire_to_nowhere_or_in_a_circle_is_one_problem(edge: Edge, instead: bool) -> None:
    document = chain()
    place = document.graphs["Net"]
    kept = tuple(e for e in place.edges if e.target != edge.target) if instead else place.edges
    document = with_graph(document, replace(place, edges=(*kept, edge)))
    if edge == Edge(End(BOUNDARY, "x"), End("fc2", "input")) and instead:
        assert [p.path.node for p in problems(document)] == []
        return
    problem = problems(document)[0]
    assert len(problems(document)) == 1 or not instead
    for fix in problem.fixes:
        assert isinstance(fix, Disconnect)
        apply_fix(document, problem.path, fix)


def test_graphs_that_hold_one_another_are_told_of() -> None:
    drawings = []
    for name, inner in (("A", "B"), ("B", "C"), ("C", "A")):
        drawing = Drawing(name)
        drawing.output("y", drawing.add("part", f"graph:{inner}", drawing.input("x"), repeat=Repeat(2)))
        drawings.append(drawing)
    problem = only(of(*drawings))
    assert "A → B → C → A" in problem.message


@pytest.mark.parametrize("depth", [20, 300, 3000])
def test_any_depth_of_graphs_ends(depth: int) -> None:
    drawings = []
    for level in range(depth):
        drawing = Drawing(f"G{level}")
        what = f"graph:G{level + 1}" if level + 1 < depth else "ReLU"
        drawing.output("y", drawing.add("part", what, drawing.input("x")))
        drawings.append(drawing)
    assert len(problems(of(*drawings))) == (0 if depth < 50 else 1)


@pytest.mark.parametrize("varied", [False, True])
def test_copies_of_copies_of_copies_end(varied: bool) -> None:
    drawings = []
    for level in range(4):
        drawing = Drawing(f"G{level}", arguments=[whole("w", 1)])
        x, more = drawing.input("x"), dict[str, Any](w="=w + i") if varied else {}
        if level < 3:
            y = drawing.add("part", f"graph:G{level + 1}", x, repeat=Repeat(9999), **more)
        else:
            y = drawing.add("part", "Linear", x, out_features=4)
        drawing.output("y", y)
        drawings.append(drawing)
    begun = time.process_time()
    made = elaborate(of(*drawings), LIBRARY)
    assert time.process_time() - begun < 30
    assert len(made.problems) == int(varied)
    if not varied:
        assert made.totals.parameters == 20 * 9999**3


def test_wrong_values_of_the_document_are_not_told_of_where_they_are_used() -> None:
    document = start()
    for value in (0, "wide", 1.5, True, "=width", None):
        changed = replace(document, presets={"wide": Preset(name="wide", arguments={"width": value})})
        assert only(changed).path == Path("", "", "width")


def test_a_model_with_a_wrong_argument_is_told_of_once_though_step_graphs_call_it() -> None:
    document = start()
    net = document.models["net"]
    for fields in (
        {"arguments": {"width": 1.5}},
        {"arguments": {"colour": 1}},
        {"arguments": {"width": "=gone"}},
        {"graph": "Gone"},
    ):
        problem = only(replace(document, models={"net": replace(net, **fields)}))
        assert problem.path.node == "net"


def test_a_wrong_default_is_told_of_where_it_is_declared() -> None:
    document = start()
    inner = document.graphs["Inner"]
    wrong = (replace(inner.arguments[0], default="wide"), *inner.arguments[1:])
    cell = document.graphs["Cell"]
    document = with_graph(document, replace(cell, arguments=(replace(cell.arguments[0], default="wide"),)))
    assert only(document).path == Path("Cell", "", "width")
    assert only(with_graph(start(), replace(inner, arguments=wrong))).path == Path("Inner", "", "width")


def recipe(**fields: Any) -> Document:
    document = start()
    assert document.recipe is not None
    return replace(document, recipe=replace(document.recipe, **fields))


@pytest.mark.parametrize(
    "document",
    [
        recipe(stages=(Stage(phases=(Phase(name="p", step="Gone", models=("net",)),)),)),
        recipe(stages=(Stage(phases=(Phase(name="p", step="Step", models=("gone",)),)),)),
        recipe(stages=(Stage(phases=(Phase(name="p", step="Step", models=("net",), minimise="gone"),)),)),
        recipe(stages=(Stage(phases=(Phase(name="p", step="Step", models=("net",), arguments={"gone": 1}),)),)),
        recipe(stages=(Stage(phases=(Phase(name="p", step="Step", models=("net",), feeds={"image": "gone"}),)),)),
        recipe(stages=(Stage(steps="=1 // 0", phases=(Phase(name="p", step="Step", models=("net",)),)),)),
        recipe(stages=(Stage(steps=0, phases=(Phase(name="p", step="Step", models=("net",)),)),)),
        recipe(batch_size="=gone"),
        recipe(batch_size=0),
        recipe(data=DataSource("Gone")),
        recipe(data=DataSource("Linear")),
        recipe(data=DataSource("Digits", {"flat": True, "gone": 1})),
        recipe(data=DataSource("Digits", {"flat": True, "size": "=1 // 0"})),
        recipe(data=DataSource("Digits", {"flat": True, "size": 10**18})),
        recipe(evaluations=(Evaluation(name="test", graph="Gone"),)),
    ],
)
def test_a_wrong_recipe_is_one_problem(document: Document) -> None:
    only(replace(document, presets={}, preset=""))


@pytest.mark.parametrize(
    "path",
    ["gone", "stages", "stages.gone.steps", "stages.train.learn", "stages.train.learn.models", "evaluations", ""],
)
def test_a_preset_that_sets_what_the_recipe_has_not_is_one_problem(path: str) -> None:
    made = found(replace(start(), presets={"wide": Preset(name="wide", recipe={path: 5})}))
    (problem,) = made.problems
    assert problem.path.part == (path or "recipe")
    assert {"Step", "Test", "Look"} == set(made.steps)


def test_a_preset_that_is_not_there_is_a_warning() -> None:
    made = found(start(), "gone")
    assert [problem.severity for problem in made.problems] == ["warning"]


def test_outputs_of_an_evaluation_are_metrics() -> None:
    problem = only(recipe(evaluations=(Evaluation(name="test", graph="Step"),)))
    assert problem.path == Path("Step", "loss", "loss")
    assert problem.expected == "a metric block"


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.documents())
def test_no_document_makes_it_raise(document: Document) -> None:
    made = found(document)
    assert all(problem.message.endswith((".", ")", ":")) for problem in made.problems)
    again = elaborate(document, LIBRARY, before=made)
    assert set(map(repr, again.problems)) == set(map(repr, made.problems))


# -- weights -------------------------------------------------------------------------------------------------------


def agree(document: Document) -> None:
    """Keys, shapes and numbers of parameters are those of the module that the code builds."""
    made = found(document)
    assert made.problems == ()
    module = compare.load(model_source(document, LIBRARY).text, "generated")
    for name, result in made.models.items():
        built = compare.build(module, document, name, "")
        assert isinstance(built, torch.nn.Module)
        assert compare.shapes(built) == {key: weight.shape for key, weight in state_of(result).items()}
        assert sum(parameter.numel() for parameter in built.parameters()) == result.totals.parameters
        assert sum(buffer.numel() for buffer in built.buffers()) == result.totals.buffers


def tied(by: str, what: str) -> Document:
    """Two embeddings' worth of weights of which one is another's, by name or id."""
    net = Drawing("Net")
    x = net.add("a", "Linear", net.input("x"), out_features=4)
    x = net.add("b", "Linear", x, out_features=4)
    x = net.add("c", "Linear", x, out_features=4)
    net.output("y", net.add("norm", "BatchNorm1d", x))
    document = of(net)
    place = document.graphs["Net"]
    if by == "id":  # ids that are no names
        ids = {name: f"{name}1" for name in place.nodes}
        ends = {**ids, BOUNDARY: BOUNDARY}
        nodes = {ids[key]: replace(node, id=ids[key]) for key, node in place.nodes.items()}
        edges = tuple(
            replace(e, source=End(ends[e.source.node], e.source.port), target=End(ends[e.target.node], e.target.port))
            for e in place.edges
        )
        document = with_graph(document, replace(place, nodes=nodes, edges=edges))
    owner, user = ("a1", "c1") if by == "id" else ("a", "c")
    fields: dict[str, Any] = {"shares": owner} if what == "shares" else {"ties": {"weight": "a.weight"}}
    return node(document, "Net", user, **fields)


@pytest.mark.parametrize("by", ["id", "name"])
@pytest.mark.parametrize("what", ["shares", "ties"])
def test_shared_and_tied_weights_count_once(by: str, what: str) -> None:
    agree(tied(by, what))


@pytest.mark.parametrize("chosen", [["b", "c"], ["a", "b"], ["c"], ["a"]])
def test_ties_across_a_group_are_understood(chosen: list[str]) -> None:
    document = tied("name", "ties")
    grouped = grouping.group(document, "Net", chosen, "Part").document
    agree(grouped)
    assert found(grouped).totals == found(document).totals


def test_ties_into_copies_are_understood() -> None:
    part = Drawing("Part")
    part.output("y", part.add("fc", "Linear", part.input("x"), out_features=4))
    net = Drawing("Net")
    x = net.add("parts", "graph:Part", net.input("x"), repeat=Repeat(3))
    net.output("y", net.add("head", "Linear", x, out_features=4, ties={"weight": "parts.1.fc.weight"}))
    agree(of(net, part))


def test_weights_of_scanned_repeated_and_shared_parts() -> None:
    document = start()
    agree(replace(document, preset="", presets={}))


def test_a_graph_that_is_wired_as_a_module_counts() -> None:
    part = Drawing("Part")
    part.output("y", part.add("fc", "Linear", part.input("x"), out_features=4))
    net = Drawing("Net")
    net.output("y", net.add("called", "Called", net.add("part", "graph:Part", output="self"), net.input("x")))
    document = of(net, part)
    made = found(document)
    assert made.problems == ()
    assert made.totals.parameters == 20
    assert set(state_of(made.models["net"])) == {"part.fc.weight", "part.fc.bias"}
    agree(document)


def test_shares_must_lead_to_a_module_of_the_same_kind() -> None:
    document = chain()
    for fields in ({"shares": "fc1"}, {"shares": "fc3"}):  # itself; one that shares in its turn
        changed = node(document, "Net", "fc3", shares="fc2") if fields["shares"] == "fc3" else document
        assert len(problems(node(changed, "Net", "fc1", **fields))) == 1
    relu = node(document, "Net", "fc2", use=Use(Kind.BLOCK, "ReLU"), arguments={}, shares="fc1")
    assert len(problems(relu)) == 1
    wider = node(document, "Net", "fc1", arguments={"out_features": 6})  # then fc2 has weights of 8×6, fc3 of 8×8
    assert "weight" in only(node(wider, "Net", "fc3", shares="fc2")).message


@pytest.mark.parametrize(
    ("fields", "says"), [({"enabled": "=False"}, "is left out here"), ({"bypass": True}, "is bypassed")]
)
def test_a_module_that_is_not_there_cannot_be_called_again(fields: dict[str, Any], says: str) -> None:
    document = node(chain(), "Net", "fc3", shares="fc2")
    problem = only(node(document, "Net", "fc2", **fields))
    assert problem.path.node == "fc3"
    assert problem.message.endswith(f"calls the module of “fc2” again, which {says}.")
    both = node(document, "Net", "fc3", **fields)
    assert not problems(node(both, "Net", "fc2", **fields))


def test_a_phase_minimises_one_number() -> None:
    document = templates.load("mlp_classifier")
    step = document.graphs["TrainStep"]
    loss = step.nodes["cross_entropy"]
    each = {**step.nodes, "cross_entropy": replace(loss, arguments={**loss.arguments, "reduction": "none"})}
    changed = replace(document, graphs={**document.graphs, "TrainStep": replace(step, nodes=each)})
    (problem,) = elaborate(changed, library(), "quick").problems
    assert "expected one number" in problem.message
    assert (problem.path.graph, problem.path.part) == ("TrainStep", "loss")


def written(identity: str, **arguments: Any) -> Document:
    """Latent semantic analysis with another argument of one node in its step."""
    document = templates.load("lsa")
    step = document.graphs["Decompose"]
    changed = replace(step.nodes[identity], arguments={**step.nodes[identity].arguments, **arguments})
    return with_graph(document, replace(step, nodes={**step.nodes, identity: changed}))


@pytest.mark.parametrize("preset", ["paper", "quick"])
@pytest.mark.parametrize(
    ("identity", "arguments", "at", "said"),
    [
        ("idf", {"key": "rarity"}, "idf", "“lsa” has no “rarity” in its state; there are: idf, svd.components."),
        ("idf", {"key": "svd.components"}, "idf", "“svd.components” of “lsa” is {factors}×{vocabulary}; {vocabulary}"),
        ("svd", {"k": 7}, "components", "“svd.components” of “lsa” is {factors}×{vocabulary}; 7×{vocabulary} came."),
    ],
)
def test_what_is_written_into_a_model_fits_its_state(
    identity: str, arguments: dict[str, Any], at: str, said: str, preset: str
) -> None:
    document = written(identity, **arguments)
    (problem,) = elaborate(document, library(), preset).problems
    assert said.format(**document.values(preset)) in problem.message
    assert (problem.path.graph, problem.path.node) == ("Decompose", at)
    for fix in problem.fixes:
        assert elaborate(apply_fix(document, problem.path, fix).document, library(), preset).problems == ()


def test_a_change_of_the_model_is_seen_where_it_is_written() -> None:
    document = templates.load("lsa")
    before = elaborate(document, library(), "quick")
    assert before.problems == ()
    model = document.graphs["LSA"]
    longer = {**model.nodes["idf"].arguments, "sizes": "=(vocabulary + 1,)"}
    nodes = {**model.nodes, "idf": replace(model.nodes["idf"], arguments=longer)}
    after = elaborate(with_graph(document, replace(model, nodes=nodes)), library(), "quick", before)
    assert after.problems, "counts by too many numbers"
    renamed = {**model.nodes, "idf": replace(model.nodes["idf"], name="weights")}
    (problem,) = elaborate(with_graph(document, replace(model, nodes=renamed)), library(), "quick", before).problems
    assert "there are: weights, svd.components" in problem.message


def test_a_phase_may_minimise_nothing() -> None:
    document = templates.load("mlp_classifier")
    assert document.recipe is not None
    (stage,) = document.recipe.stages
    stages = (replace(stage, phases=tuple(replace(phase, minimise="") for phase in stage.phases)),)
    changed = replace(document, recipe=replace(document.recipe, stages=stages))
    assert elaborate(changed, library(), "quick").problems == ()
