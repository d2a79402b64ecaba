"""What shows only when all nodes are known is told beside other problems, and once."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

import templates
from app.core import edits, settings, structure
from app.core.block import Block, whole
from app.core.changes import EditError
from app.core.document import (
    BOUNDARY,
    Document,
    Edge,
    End,
    Graph,
    GraphPort,
    InputType,
    Kind,
    Model,
    Node,
    Repeat,
    Scan,
    Use,
)
from app.core.elaborate import Elaboration, elaborate
from app.core.problems import InsertBefore, Path, Problem
from blocks import library


def linear(name: str, size: object, **more: object) -> Node:
    return Node(id=name, name=name, use=Use(Kind.BLOCK, "Linear"), arguments={"out_features": size}, **more)  # type: ignore[arg-type]


def chain(*nodes: Node, outputs: tuple[str, ...] = ("output",)) -> Document:
    """Nodes in a row, of which the last give the outputs."""
    ends = [End(BOUNDARY, "input"), *(End(node.id, "output") for node in nodes)]
    edges = [Edge(end, End(node.id, "input")) for end, node in zip(ends, nodes, strict=False)]
    edges += [Edge(end, End(BOUNDARY, name)) for end, name in zip(ends[-len(outputs) :], outputs, strict=True)]
    graph = Graph(
        name="Net",
        inputs=(GraphPort("input"),),
        outputs=tuple(GraphPort(name) for name in outputs),
        nodes={node.id: node for node in nodes},
        edges=tuple(edges),
    )
    model = Model(name="net", graph="Net", inputs={"input": InputType(("B", 8))})
    return Document(graphs={"Net": graph}, models={"net": model})


def problems(document: Document, before: Elaboration | None = None) -> tuple[Problem, ...]:
    return elaborate(document, library(), None, before).problems


def places(document: Document, before: Elaboration | None = None) -> list[str]:
    return sorted(str(problem.path) for problem in problems(document, before))


def test_a_tie_that_does_not_fit_is_told_beside_another_problem() -> None:
    tied = linear("b", 4, ties={"weight": "a.weight"})
    document = chain(linear("a", 8), tied, linear("c", 0))
    assert places(document) == ["Net/b/ties", "Net/c/out_features"]
    known = elaborate(document, library())
    mended = edits.set_argument(document, "Net", "c", "out_features", 3).document
    assert places(mended, known) == places(mended) == ["Net/b/ties"]
    whole = edits.set_argument(mended, "Net", "b", "out_features", 8).document
    assert places(whole, elaborate(mended, library(), None, known)) == places(whole) == []


def test_a_tie_to_what_is_wrong_itself_is_no_second_problem() -> None:
    document = chain(linear("a", 0), linear("b", 8), linear("c", 8, ties={"weight": "a.weight"}))
    assert places(document) == ["Net/a/out_features"]


def test_a_share_that_does_not_fit_is_told_beside_another_problem() -> None:
    document = chain(linear("a", 4), linear("b", 4, shares="a"), linear("c", 0))
    assert "Net/c/out_features" in places(document)
    assert any(place.startswith("Net/b") for place in places(document))


@pytest.mark.parametrize("muted", ["a", "b"])
def test_an_output_that_a_muted_node_leaves_empty_is_told(muted: str) -> None:
    document = chain(linear("a", 8), linear("b", 8), outputs=("first", "second"))
    quiet = edits.set_mute(document, "Net", muted).document
    expected = {"a": ["Net/first", "Net/second"], "b": ["Net/second"]}[muted]
    assert places(quiet) == places(quiet, elaborate(document, library())) == expected
    assert all(f"“{muted}”, which is muted" in problem.message for problem in problems(quiet))
    assert places(document, elaborate(quiet, library())) == []


def test_a_node_is_repeated_or_scanned() -> None:
    both = linear("a", 8, repeat=Repeat(2), scan=Scan(count=2))
    document = chain(both)
    assert places(document) == ["Net/a/scan"]
    (problem,) = problems(document)
    assert "both repeated and scanned" in problem.message
    once = chain(linear("a", 8))
    for first, second in ((edits.set_repeat, edits.set_scan), (edits.set_scan, edits.set_repeat)):
        values = {edits.set_repeat: Repeat(2), edits.set_scan: Scan(count=2)}
        changed = first(once, "Net", "a", values[first]).document
        with pytest.raises(EditError, match="which would come first"):
            second(changed, "Net", "a", values[second])


def test_a_repair_goes_through_the_ports_that_it_names() -> None:
    document = chain(linear("a", 8), linear("b", 8))
    fix = InsertBefore("input", "Embedding", {"num_embeddings": 3}, "Put one before it", input="indices", output="rows")
    made = settings.apply_fix(document, Path("Net", "b"), fix)
    ports = {
        (edge.source.port, edge.target.port)
        for edge in made.document.graphs["Net"].edges
        if made.node in (edge.source.node, edge.target.node)
    }
    assert ports == {("output", "indices"), ("rows", "input")}
    plain = settings.apply_fix(document, Path("Net", "b"), msgspec.structs.replace(fix, input="input", output="output"))
    assert plain.document != made.document


def test_a_goal_follows_the_output_that_it_is_over() -> None:
    document = templates.load("mlp_classifier")
    made = structure.rename_port(document, "Evaluate", "outputs", "accuracy", "share").document
    goal = made.presets["quick"].goal
    assert goal is not None
    assert goal.metric == "share"
    assert made.presets["paper"] is document.presets["paper"]
    assert not problems(made)
    assert structure.rename_port(document, "MLP", "outputs", "logits", "accuracy").document.presets == document.presets


def test_a_block_may_have_a_field_of_any_name() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Odd(Block):
        """A block with a field that is called like something inside."""

        _arguments: int = whole(3)

    assert list(Odd.arguments()) == list(Odd.arguments()) == ["_arguments"]
    assert Odd()._arguments == 3


@tries(max_examples=12, deadline=None)
@given(st.permutations([8, 8, 5, 3]))
def test_a_repair_is_of_the_wire_that_does_not_fit(sizes: list[int]) -> None:
    """Where several wires enter one port: each repair mends the one that it was offered for."""
    nodes = [linear(f"n{place}", size) for place, size in enumerate(sizes)]
    total = Node(id="add", name="add", use=Use(Kind.BLOCK, "Add"))
    edges = [Edge(End(BOUNDARY, "input"), End(node.id, "input")) for node in nodes]
    edges += [Edge(End(node.id, "output"), End("add", "inputs"), order) for order, node in enumerate(nodes)]
    edges += [Edge(End("add", "output"), End(BOUNDARY, "output"))]
    graph = Graph(
        name="Net",
        inputs=(GraphPort("input"),),
        outputs=(GraphPort("output"),),
        nodes={node.id: node for node in (*nodes, total)},
        edges=tuple(edges),
    )
    model = Model(name="net", graph="Net", inputs={"input": InputType(("B", 8))})
    document = Document(graphs={"Net": graph}, models={"net": model})
    for _ in range(3):
        for problem in problems(document)[:1]:
            document = settings.apply_fix(document, problem.path, problem.fixes[0]).document
    assert problems(document) == ()
