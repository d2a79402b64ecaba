"""Every template, by being there: it elaborates under each preset, counts as its reference does, and is documented."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

import templates
from app.core.document import Document
from app.core.elaborate import Elaboration, elaborate
from app.core.files import decode, encode
from app.core.recipe import plain_recipe
from app.core.results import state_of
from blocks import library

REFERENCES = Path(__file__).parents[1] / "references"
COUNTS: dict[str, dict[str, dict[str, int]]] = json.loads((REFERENCES / "counts.json").read_text(encoding="utf-8"))
KEYS: dict[str, dict[str, list[int]]] = json.loads(gzip.decompress((REFERENCES / "keys.json.gz").read_bytes()))
PRESETS = [(name, preset) for name in templates.names() for preset in templates.load(name).presets]


@cache
def _document(name: str) -> Document:
    return templates.load(name)


@cache
def _elaborated(name: str, preset: str) -> Elaboration:
    return elaborate(_document(name), library(), preset)


@pytest.mark.parametrize(("name", "preset"), PRESETS)
def test_has_no_problems(name: str, preset: str) -> None:
    assert [str(problem) for problem in _elaborated(name, preset).problems] == []


@pytest.mark.parametrize("name", templates.names())
def test_counts_are_the_references(name: str) -> None:
    expected = COUNTS[name]
    assert "paper" in expected
    for preset, models in expected.items():
        found = {model: result.totals.parameters for model, result in _elaborated(name, preset).models.items()}
        assert found == models


def test_every_reference_has_its_template() -> None:
    assert set(COUNTS) == set(templates.names())


@pytest.mark.parametrize("name", templates.names())
def test_presets_differ_in_numbers_only(name: str) -> None:
    """The same keys but for how often something is repeated, and at least two copies of what the paper repeats."""
    paper, quick = _elaborated(name, "paper"), _elaborated(name, "quick")
    for model, result in paper.models.items():
        there, here = _patterns(state_of(result)), _patterns(state_of(quick.models[model]))
        assert there.keys() == here.keys()
        for pattern, indices in there.items():
            assert all(len(copies) > 1 for copies, full in zip(here[pattern], indices, strict=True) if len(full) > 1)


def _patterns(keys: Any) -> dict[str, list[set[int]]]:
    """Keys with their numbers left out ("layers.0", "layer_0"), and which numbers stood at each of those places."""
    found: dict[str, list[set[int]]] = {}
    for key in keys:
        numbers = [int(number) for number in re.findall(r"(?<=[._])\d+(?=\.)", key)]
        pattern = re.sub(r"(?<=[._])\d+(?=\.)", "#", key)
        places = found.setdefault(pattern, [set() for _ in numbers])
        for place, number in zip(places, numbers, strict=True):
            place.add(number)
    return found


@pytest.mark.parametrize("name", [name for name in templates.names() if name in KEYS])
def test_keys_and_shapes_are_the_references(name: str) -> None:
    (model,) = _elaborated(name, "paper").models.values()
    found = {key: list(weight.shape) for key, weight in state_of(model).items()}
    expected = KEYS[name]
    if name == "transformer":  # torch.nn.Transformer has neither embedding nor softmax
        found = {key: shape for key, shape in found.items() if key.startswith(("encoder.", "decoder."))}
    assert found == expected


@pytest.mark.parametrize("name", templates.names())
def test_says_what_it_teaches(name: str) -> None:
    document = _document(name)
    (listed,) = [entry for entry in templates.listing() if entry.name == name]
    assert listed.title == document.title
    assert listed.parameters in {sum(COUNTS[name]["paper"].values()), *COUNTS[name]["paper"].values()}
    assert listed.year == document.credit.year is not None
    assert document.credit.title
    assert document.credit.authors
    assert document.credit.link.startswith("https://")
    assert 200 < len(document.summary) < 700
    assert len(document.lesson) > 500
    for graph in document.graphs.values():
        assert graph.summary.endswith("."), graph.name


@pytest.mark.parametrize("name", templates.names())
def test_has_a_goal_with_what_must_miss_it(name: str) -> None:
    document = _document(name)
    assert next(iter(document.presets)) == "paper" == document.preset
    goal = document.presets["quick"].goal
    assert goal is not None
    assert (goal.at_least is None) != (goal.at_most is None)
    recipe = plain_recipe(document, "quick")
    assert recipe is not None
    (evaluation,) = [found for found in recipe.evaluations if found.name == goal.evaluation]
    assert evaluation.split == "test"
    assert goal.metric in [port.name for port in document.graphs[evaluation.graph].outputs]


@pytest.mark.parametrize("name", templates.names())
def test_survives_a_file(name: str) -> None:
    document = _document(name)
    assert decode(encode(document)) == document


@pytest.mark.parametrize("name", templates.names())
def test_drawing_is_the_same_each_time(name: str) -> None:
    assert msgspec.json.encode(templates.load(name)) == msgspec.json.encode(templates.load(name))


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(templates.UnknownTemplateError, match="resnet18"):
        templates.load("resnet19")
