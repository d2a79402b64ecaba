"""Numbers as names: of copies that count from anywhere, and of graphs that published nets number."""

from __future__ import annotations

import pytest

import templates
from app.core import behaviour, edits
from app.core.changes import EditError
from app.core.document import Kind, Node, Repeat, Use
from app.core.elaborate import elaborate
from app.core.results import unit_key
from blocks import library


@pytest.mark.parametrize(
    ("keys", "names"), [("block{i + 4}", ["block4", "block5"]), ("{name}_{i + 13}", ["cell_13", "cell_14"])]
)
def test_copies_count_from_any_number(keys: str, names: list[str]) -> None:
    node = Node(id="cell", name="cell", use=Use(Kind.GRAPH, "Cell"), repeat=Repeat(2, keys))
    assert behaviour.why_not_keys(node, keys) is None
    assert [unit_key(node, copy) for copy in range(2)] == names


@pytest.mark.parametrize("keys", ["block{i + 0}", "block{i + 04}", "block{i - 1}", "block{i + j}", "block{i + 10000}"])
def test_other_sums_are_no_pattern(keys: str) -> None:
    node = Node(id="cell", name="cell", use=Use(Kind.GRAPH, "Cell"), repeat=Repeat(2, keys))
    assert behaviour.why_not_keys(node, keys) is not None


def test_a_graph_may_be_called_by_a_number_and_a_block_may_not() -> None:
    document = templates.load("deeplabv3")
    renamed = edits.rename_node(document, "Pyramid", "4", "9").document
    assert [str(problem) for problem in elaborate(renamed, library(), "quick").problems] == []
    with pytest.raises(EditError, match="not a Python name"):
        edits.rename_node(document, "Pyramid", "everywhere", "9")
