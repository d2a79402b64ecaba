"""The hardest documents that the catalogue will ask for elaborate, become code and run: the design carries them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import torch

from app.codegen.generate import model_source, steps_source
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


SIZES = {"B": 2, "T": 3, "H": 68, "W": 68}
"""What stands for the sizes that are not known while drawing."""


def _drawn(type_: TensorType) -> torch.Tensor:
    shape = [dim if isinstance(dim, int) else SIZES[str(dim)] for dim in type_.shape]
    return torch.randn(shape) if type_.is_floating else torch.randint(0, 2, shape)


def _module(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), names)  # the text that is under test
    return names


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generates_and_runs(name: str) -> None:
    """Text compiles, models build, and a forward of each model and step gives the shapes that were elaborated."""
    document, library = DOCUMENTS[name](), design_library()
    for preset in document.presets or [""]:
        found = elaborate(document, library, preset or None)
        built = _module(model_source(document, library, preset or None).text)
        models: dict[str, torch.nn.Module] = {model: built[model]() for model in document.models}
        torch.manual_seed(0)
        for model, result in found.models.items():
            _same(models[model](*map(_drawn, result.inputs.values())), result.outputs)
        if not found.steps:
            continue
        steps = _module(steps_source(document, library, preset or None).text)
        for step, result in found.steps.items():
            made = steps[step]
            wanted = [given for given in inspect.signature(made).parameters if given in models]
            _same(made(*(models[given] for given in wanted))(*map(_drawn, result.inputs.values())), result.outputs)


def _same(came: Any, expected: Any) -> None:
    outputs = came if isinstance(came, tuple) else (came,)
    assert len(outputs) == len(expected)
    for tensor, type_ in zip(outputs, expected.values(), strict=True):
        assert tensor.dim() == type_.rank
        known = [(size, dim) for size, dim in zip(tensor.shape, type_.shape, strict=True) if isinstance(dim, int)]
        assert all(size == dim for size, dim in known), f"{tuple(tensor.shape)} is not {type_}"
