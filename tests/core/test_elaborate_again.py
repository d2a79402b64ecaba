"""Elaboration after an edit, where it takes over most of what was: equal blocks, sums, interruptions, files, memory."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core import changes as changes_of
from app.core import edits
from app.core.block import Library
from app.core.document import DataSource, Document, InputType, Model, Phase, Recipe, Stage
from app.core.draw import Drawing, graphs, whole
from app.core.elaborate import Elaboration, elaborate
from app.core.replaced import Replaced
from blocks import library
from blocks.dropout.dropout import Dropout
from tests.core.test_elaborate_random import Seen


def net(*, layers: int = 8) -> Document:
    """A chain of convolutions, dropouts and sums, each layer beside the one before, on images of ``size``."""
    drawing = Drawing("Net")
    x = drawing.input("x")
    for number in range(layers):
        y = drawing.add(f"conv{number}", "Conv2d", x, out_channels=8, kernel_size=3, padding=1)
        y = drawing.add(f"drop{number}", "Dropout", y, p=0.1)
        x = drawing.add(f"sum{number}", "Add", x, y)
    drawing.output("y", x)
    return Document(
        arguments=(whole("size", 16, low=1),),
        graphs=graphs(library(), drawing),
        models={"net": Model(name="net", graph="Net", inputs={"x": InputType(("B", 8, "=size", "=size"))})},
    )


def sized(document: Document, size: int) -> Document:
    return replace(document, arguments=(whole("size", size, low=1),))


def with_node(document: Document, node: str, **changes: Any) -> Document:
    graph = document.graphs["Net"]
    return changes_of.with_node(document, graph, replace(graph.nodes[node], **changes))


def same(a: Elaboration, b: Elaboration) -> bool:
    return bool(Seen().all(a) == Seen().all(b))


# -- nothing is stale ------------------------------------------------------------------------------------------------

ARGUMENTS: list[tuple[str, str, Any]] = [
    ("drop", "p", 0.2),
    ("drop", "p", 1),
    ("drop", "p", True),
    ("drop", "p", 1.0),
    ("conv", "padding", 1),
    ("conv", "padding", 2),
    ("conv", "padding", 1.0),
    ("conv", "out_channels", 8),
    ("conv", "out_channels", 16),
    ("conv", "bias", False),
    ("conv", "bias", 1),
]
SETTINGS = [{"mute": True}, {"bypass": True}, {"mute": False, "bypass": False}, {"note": "here"}, {"name": "other"}]
layer = st.integers(0, 7)
changes = st.one_of(
    st.tuples(st.just("argument"), layer, st.sampled_from(ARGUMENTS)),
    st.tuples(
        st.just("settings"), layer, st.tuples(st.sampled_from(["conv", "drop", "sum"]), st.sampled_from(SETTINGS))
    ),
    st.tuples(st.just("size"), st.sampled_from([1, 2, 8, 16, 17]), st.none()),
    st.tuples(st.just("back"), layer, st.none()),
)


def changed(past: list[Document], kind: str, which: int, more: Any) -> Document:
    document = past[-1]
    if kind == "size":
        return sized(document, which)
    if kind == "back":
        return past[which % len(past)]
    if kind == "settings":
        return with_node(document, f"{more[0]}{which}", **more[1])
    prefix, argument, value = more
    node = document.graphs["Net"].nodes[f"{prefix}{which}"]
    return with_node(document, node.id, arguments={**node.arguments, argument: value})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(changes, min_size=1, max_size=10))
def test_a_few_nodes_of_many_give_what_all_would_give(steps: list[tuple[str, int, Any]]) -> None:
    past = [net()]
    found = elaborate(past[-1], library())
    for step in steps:
        past.append(changed(past, *step))
        found = elaborate(past[-1], library(), before=found)
        assert same(found, elaborate(past[-1], library()))


def test_a_replaced_mapping_knows_the_one_before_it_while_somebody_holds_that() -> None:
    first = Replaced({"a": 1, "b": 2}, "a", 3)
    second = Replaced(first, "b", 4)
    third = Replaced(second, "c", 5)
    assert (dict(first), dict(second), list(third)) == ({"a": 3, "b": 2}, {"a": 3, "b": 4}, ["a", "b", "c"])
    assert second.is_after(first)
    assert second.key == "b"
    assert not second.is_after({"a": 3, "b": 2})
    assert not first.is_after({"a": 1, "b": 2}), "a plain mapping cannot be known without being held"
    assert not third.is_after(second), "a key that came is more than a replaced value"
    copied = pickle.loads(pickle.dumps(second))
    assert (copied, type(copied)) == ({"a": 3, "b": 4}, dict)
    del first
    assert not second.is_after({"a": 3, "b": 2})


def test_equal_numbers_of_other_kinds_are_other_blocks() -> None:
    document = net()
    for node, value in (("drop0", 1), ("drop1", 1.0), ("drop2", True)):
        arguments = {**document.graphs["Net"].nodes[node].arguments, "p": value}
        document = with_node(document, node, arguments=arguments)
    found = elaborate(document, library())
    shown = {name: found.models["net"].nodes[name].block for name in ("drop0", "drop1")}
    assert [repr(block.p) for block in shown.values() if isinstance(block, Dropout)] == ["1", "1.0"]
    assert [problem.path.node for problem in found.problems] == ["drop2"]


def test_equal_blocks_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    infer = Dropout.infer

    def told(block: Dropout, came: Any) -> Any:
        asked.append(came)
        return infer(block, came)

    monkeypatch.setattr(Dropout, "infer", told)
    found = elaborate(net(), library())
    assert len(asked) == 1
    elaborate(sized(net(), 17), library(), before=found)
    assert len(asked) == 2


def test_an_interrupted_elaboration_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(block: Dropout, came: Any) -> Any:
        raise KeyboardInterrupt

    first = net()
    found = elaborate(first, library())
    with monkeypatch.context() as patch:
        patch.setattr(Dropout, "infer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            elaborate(sized(with_node(first, "conv3", note="x"), 20), library(), before=found)
    for document in (with_node(first, "conv5", note="y"), sized(first, 20), first):
        found = elaborate(document, library(), before=found)
        assert same(found, elaborate(document, library()))


def test_data_that_change_on_disk_are_seen_by_the_next_edit(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,kind\n1,2,x\n3,4,y\n")
    step = Drawing("Step")
    y = step.add("fc", "Linear", step.input("features"), out_features=2)
    step.output("loss", step.add("loss", "CrossEntropyLoss", y, step.input("label")))
    data = DataSource("CSVTable", {"path": str(table), "target": "kind"})
    document = Document(
        graphs=graphs(library(), step),
        recipe=Recipe(data=data, stages=(Stage(phases=(Phase(name="learn", step="Step", models=()),)),)),
    )
    found = elaborate(document, library())
    assert str(found.steps["Step"].inputs["features"]) == "B×2"
    table.write_text("a,b,c,kind\n1,2,3,x\n3,4,5,y\n")
    later = edits.set_note(document, "Step", "fc", "another column").document
    assert str(elaborate(later, library(), before=found).steps["Step"].inputs["features"]) == "B×3"


# -- what is remembered is bounded -----------------------------------------------------------------------------------


def held(found: Elaboration) -> int:
    """Results of nodes and blocks that are remembered."""
    memory = found.memory
    states = [state for known in memory.nodes.values() for state in known.values()]
    plain = sum(len(state.memo) + sum(len(settled.memo) for settled in state.settled.values()) for state in states)
    return plain + len(states) + sum(len(rules.units) for rules in memory.rules.values())


def test_a_long_series_of_edits_does_not_fill_the_memory() -> None:
    document = net(layers=2)
    found = elaborate(document, library())
    sizes: list[int] = []
    for width in range(2, 2600):
        document = edits.set_argument(document, "Net", "drop0", "p", 1 / width).document
        found = elaborate(document, library(), before=found)
        memory = found.memory
        tables = (memory.results, memory.serials, memory.references, memory.plans, memory.numbers, memory.rules)
        sizes.append(max(held(found), *map(len, tables)))
    assert max(sizes) <= 2 * max(sizes[:600]), "it goes on growing"
    assert same(found, elaborate(document, library()))


def test_a_long_series_of_sizes_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.memory.MOST_SPENT", 500)
    document = net(layers=4)
    found = elaborate(document, library())
    most = 0
    for size in range(1, 400):
        found = elaborate(sized(document, size), library(), before=found)
        most = max(most, held(found))
        assert found.models["net"].outputs["y"] is found.models["net"].inputs["x"]
    assert most <= 3 * (500 + 9 * 12), "everything since the beginning is still there"
    assert same(found, elaborate(found.document, library()))


def test_versions_that_were_forgotten_come_out_as_before() -> None:
    first = document = net(layers=2)
    found = elaborate(document, library())
    for width in range(2, 700):
        document = edits.set_argument(document, "Net", "drop0", "p", 1 / width).document
        found = elaborate(document, library(), before=found)
    assert same(elaborate(first, library(), before=found), elaborate(first, library()))


def test_another_library_starts_anew() -> None:
    found = elaborate(net(), library())
    other = library()
    other = Library(other._loaders, other._families)
    assert elaborate(net(), other, before=found).memory is not found.memory
