"""Classes and builders with values that no preset has: what is built is what the document would be with them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.codegen.collect import Collection
from app.codegen.generate import model_source, modules_of
from app.codegen.project import Project
from app.codegen.signature import Signature
from app.core.document import Argument, Document, InputType, Model, Preset
from app.core.elaborate import GraphResult, elaborate, state_of, walk
from app.core.symbolic import Symbol
from app.core.tensor_type import ABSENT, TensorType
from blocks import library
from tests.codegen import compare
from tests.codegen.checking import is_sound
from tests.codegen.documents import CASES, Given
from tests.codegen.drawn import documents
from tests.codegen.test_model import _shape

DRAWN_ALIKE = ("nasnet_large",)
"""Templates that are another's drawing with other numbers, and take a minute here; the other one is tried."""

TRIED = [found for found in CASES if found.name not in DRAWN_ALIKE]

SMALL = 200_000
"""Parameters of what is really run; larger models are built and run without numbers."""


class Code:
    """A document's generated module, and how its classes are constructed."""

    def __init__(self, given: Given) -> None:
        self.document, self.library = given.document(), given.library()
        self.known = elaborate(self.document, self.library)
        text = model_source(self.document, self.library, None, self.known).text
        self.module: ModuleType = compare.load(text, f"code_{given.name}")
        collection = Collection(self.document, self.library, None, self.known)
        results = [result for found in collection.sound for result in found.models.values()]
        project = Project(collection, collection.instances(results, through_models=True), modules_of(self.library))
        self.signatures: dict[str, Signature] = {name: project.signature(name) for name, _ in project.classes()}
        self.instances: dict[str, list[GraphResult]] = {}
        for result in results:
            for inner in walk(result):
                self.instances.setdefault(inner.graph.name, []).append(inner)


@cache
def code(given: Given) -> Code:
    return Code(given)


def values_of(argument: Argument, known: list[Any]) -> st.SearchStrategy[Any]:
    """Values near those that are written somewhere, and small ones."""
    if argument.kind == "bool":
        return st.booleans()
    if argument.choices:
        return st.sampled_from(argument.choices)
    low = argument.low if argument.low is not None else 0
    high = argument.high if argument.high is not None else 2**20
    if argument.kind == "int":
        most = max(known, default=4)
        options = {*known, 1, 2, 3, 4, 6, 8, 16, 24, most + 1, most * 2}
        return st.sampled_from(sorted(value for value in options if low <= value <= high))
    if argument.kind == "float":
        return st.sampled_from([value for value in (*known, 0.0, 0.25, 0.5) if low <= value <= high])
    if argument.kind == "ints" and known:
        return st.sampled_from(known).flatmap(lambda items: st.tuples(*(st.integers(1, max(items)) for _ in items)))
    return st.sampled_from(known)


def spatial(document: Document) -> frozenset[str]:
    """Arguments that say how large an image is: behind a stride that is a plain number in the code."""
    sizes = [size for model in document.models.values() for part in model.inputs.values() for size in part.shape[2:]]
    strides = ("stride", "strides")  # they decide what is left of an image that the code was written for
    return frozenset(
        a.name for a in document.arguments if a.name in strides or any(a.name in str(size) for size in sizes)
    )


@pytest.mark.parametrize("given_", TRIED, ids=str)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_builders_take_any_values(given_: Given, data: st.DataObject) -> None:
    builders_agree(code(given_), data)


@given(document=documents(), data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_builders_of_drawn_documents_take_any_values(document: Document, data: st.DataObject) -> None:
    assume(is_sound(document, library()))
    made = Code(Given("drawn", lambda: document, library))
    for _ in range(3):
        builders_agree(made, data)


def builders_agree(made: Code, data: st.DataObject) -> None:
    document = made.document
    taken = {name: set(inspect.signature(getattr(made.module, name)).parameters) for name in document.models}
    free = [
        a for a in document.arguments if a.name not in spatial(document) and any(a.name in t for t in taken.values())
    ]
    values = dict(document.values(document.preset))
    for argument in free:
        known = [
            found for preset in (*document.presets, "") if (found := document.values(preset)[argument.name]) is not None
        ]
        values[argument.name] = data.draw(values_of(argument, known), argument.name)
    other = replace(document, presets={"drawn": Preset(name="drawn", arguments=values)}, preset="drawn", recipe=None)
    found = elaborate(other, made.library, None, made.known)
    assume(not found.problems)
    for name, result in found.models.items():
        arguments = {key: value for key, value in values.items() if key in taken[name]}
        agrees(getattr(made.module, name), arguments, result)


@pytest.mark.parametrize("given_", TRIED, ids=str)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_classes_take_any_values(given_: Given, data: st.DataObject) -> None:
    made = code(given_)
    options = [name for name in made.signatures if made.document.graphs[name].arguments]
    if not options:
        return
    graph = made.document.graphs[data.draw(st.sampled_from(options), "graph")]
    instances = made.instances[graph.name]
    instance = data.draw(st.sampled_from(instances), "instance")
    values = dict(instance.arguments)
    for argument in graph.arguments:
        known = [found.arguments[argument.name] for found in instances]
        values[argument.name] = data.draw(values_of(argument, known), argument.name)
    inputs = {name: declared(type_) for name, type_ in instance.inputs.items() if type_ is not ABSENT}
    assume(all(inputs.values()))
    probe = Model(name="probe", graph=graph.name, arguments=values, inputs=inputs)
    other = replace(made.document, models={**made.document.models, "probe": probe}, recipe=None)
    found = elaborate(other, made.library, None, made.known)
    assume(found.is_sound)
    result = found.models["probe"]
    given_sizes = {parameter.name: parameter.value_in(result) for parameter in made.signatures[graph.name].inferred}
    agrees(getattr(made.module, graph.name), {**given_sizes, **values}, result)


def declared(type_: object) -> InputType | None:
    if not isinstance(type_, TensorType):
        return None
    sizes = tuple(str(dim) if isinstance(dim, Symbol) else int(dim) for dim in type_.shape)
    return InputType(sizes, type_.dtype) if all(str(s).isidentifier() or isinstance(s, int) for s in sizes) else None


def agrees(build: Any, arguments: Mapping[str, Any], result: GraphResult) -> None:
    """The module has the tensors that were elaborated, and gives outputs of the elaborated shapes."""
    device = "cpu" if result.totals.parameters < SMALL else "meta"
    with torch.device(device), patch.dict(compare.SIZES, T=1):  # no sequence is longer than what holds it
        built = build(**arguments)
        expected = {key: tuple(weight.shape) for key, weight in state_of(result).items()}
        assert compare.shapes(built) == expected, arguments
        inputs = [_possible(part).to(built_on(built)) for part in compare.inputs_of(result)]
        torch.manual_seed(3)
        with torch.no_grad():
            gave = built.eval()(*inputs)
        shapes = [_shape(type_) for type_ in result.outputs.values()]
    for wanted, size in zip(shapes, compare.size_of(gave), strict=True):
        assert len(wanted) == len(size)
        assert all(a is None or a == b for a, b in zip(wanted, size, strict=True)), arguments


def _possible(part: torch.Tensor) -> torch.Tensor:
    """Indices are zeros, which there are in every vocabulary."""
    return part if part.is_floating_point() else torch.zeros_like(part)


def built_on(module: torch.nn.Module) -> torch.device:
    return next((tensor.device for tensor in module.state_dict().values()), torch.device("cpu"))
