"""The hardest documents that the catalogue will ask for elaborate without a problem: the design carries them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.document import Document
from app.core.elaborate import elaborate
from app.core.results import state_of
from app.core.tensor_type import TensorType
from tests.design import learning, vision
from tests.design.stand_ins import design_library

DOCUMENTS = {draw.__name__: draw for draw in (*vision.DOCUMENTS, *learning.DOCUMENTS)}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_elaborates(name: str) -> None:
    document = DOCUMENTS[name]()
    for preset in document.presets or [""]:
        result = elaborate(document, design_library(), preset or None)
        assert [str(problem) for problem in result.problems] == []
        shown = [wire for graph in (*result.models.values(), *result.steps.values()) for wire in graph.outputs.values()]
        assert shown
        assert all(isinstance(wire, TensorType) for wire in shown)


def _keys(draw: Callable[[], Document], model: str, preset: str | None = None) -> dict[str, tuple[object, ...]]:
    found = elaborate(draw(), design_library(), preset).models[model]
    return {key: weight.shape for key, weight in state_of(found).items()}


def test_a_table_names_its_rows_and_their_copies() -> None:
    keys = _keys(vision.efficientnet, "net", "paper")
    assert keys["features.2.blocks.0.depthwise.weight"] == (96, 1, 3, 3)
    assert keys["features.2.blocks.1.depthwise.weight"] == (144, 1, 3, 3)
    assert "features.1.blocks.0.expand.weight" not in keys
    assert keys["features.7.blocks.0.project.weight"] == (320, 1152, 1, 1)


def test_a_tied_weight_counts_once() -> None:
    found = elaborate(learning.gpt2(), design_library()).models["lm"]
    assert found.totals.parameters == 50 * 16 + 3 * (16 * 16 + 16 + 2 * 16)


def test_the_number_of_proposals_stays_unknown() -> None:
    found = elaborate(vision.faster_rcnn(), design_library()).models["net"]
    assert [str(wire) for wire in found.outputs.values()] == ["K×4", "K×5"]
    assert str(found.nodes["pool"].outputs["output"]) == "R×16×7×7"


def test_a_scan_stacks_what_is_new_and_carries_what_has_its_inputs_name() -> None:
    found = elaborate(learning.turing_machine(), design_library()).models["machine"]
    assert {name: str(wire) for name, wire in found.outputs.items()} == {"output": "B×T×3", "memory": "B×8×4"}
