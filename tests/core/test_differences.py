"""What was changed since the template is said in words, each change once and where it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

import templates
from app.core import edits, files
from app.core.differences import differences
from app.core.document import Document
from blocks import library


def texts(before: Document, after: Document) -> list[str]:
    return [one.text for one in differences(before, after, library())]


@pytest.fixture
def resnet() -> Document:
    return templates.load("resnet18")


def test_nothing_is_said_of_what_is_the_same(resnet: Document) -> None:
    assert texts(resnet, files.decode(files.encode(resnet))) == []


def test_places_and_words_are_no_changes(resnet: Document) -> None:
    moved = edits.move_nodes(resnet, "ResNet", {"conv1": (5.0, 9.0)}).document
    assert texts(resnet, replace(moved, title="Mine", lesson="My own words.")) == []


def test_an_argument_of_a_node_says_what_it_was(resnet: Document) -> None:
    changed = edits.set_argument(resnet, "BasicBlock", "conv1", "kernel_size", 5).document
    (one,) = differences(resnet, changed, library())
    assert one.text == "BasicBlock.conv1: kernel_size 3 → 5."
    assert (one.path.graph, one.path.node) == ("BasicBlock", "conv1")


def test_an_argument_that_was_left_to_its_default_says_that(resnet: Document) -> None:
    changed = edits.set_argument(resnet, "BasicBlock", "conv1", "dilation", 2).document
    assert texts(resnet, changed) == ["BasicBlock.conv1: dilation 1 → 2."]


def test_what_came_and_went(resnet: Document) -> None:
    changed = edits.remove_nodes(resnet, "ResNet", ["maxpool"]).document
    assert texts(resnet, changed)[0] == "ResNet: maxpool (MaxPool2d) was taken away."
    assert texts(changed, resnet)[0] == "ResNet: maxpool (MaxPool2d) was added."


def test_names_states_and_wires(resnet: Document) -> None:
    changed = edits.rename_node(resnet, "ResNet", "fc", "head").document
    changed = edits.set_bypass(changed, "ResNet", "relu", True).document
    graph = changed.graphs["BasicBlock"]
    cut = replace(graph, edges=tuple(edge for edge in graph.edges if edge.target.node != "bn1"))
    changed = replace(changed, graphs={**changed.graphs, "BasicBlock": cut})
    said = texts(resnet, changed)
    assert "ResNet.head: was fc." in said
    assert "ResNet.relu: bypassed." in said
    assert "BasicBlock: the wire conv1.output → bn1.input was taken away." in said


def test_training_is_said_by_the_path_that_presets_use(resnet: Document) -> None:
    recipe = resnet.recipe
    assert recipe is not None
    changed = replace(resnet, recipe=replace(recipe, batch_size=recipe.batch_size + 1))
    assert texts(resnet, changed) == [f"training.batch_size {recipe.batch_size} → {recipe.batch_size + 1}."]
    assert texts(resnet, replace(resnet, recipe=None)) == ["Training was taken away."]


def test_presets_say_their_values(resnet: Document) -> None:
    quick = resnet.presets["quick"]
    other = replace(quick, arguments={**quick.arguments, "classes": 7})
    said = texts(resnet, replace(resnet, presets={**resnet.presets, "quick": other}))
    assert len(said) == 1
    assert said[0].startswith("quick: classes ")
    assert said[0].endswith("→ 7.")


@pytest.mark.parametrize(("one", "other"), list(pairwise(templates.names())))
def test_any_two_templates_differ_and_the_words_are_whole(one: str, other: str) -> None:
    said = texts(templates.load(one), templates.load(other))
    assert said
    assert len(set(said)) == len(said), "each change once"
    assert all(text.endswith(".") and "None" not in text for text in said)
