"""Parameters start as the rules of their graphs say, and only those that they name: seen in the built modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.codegen.generate import model_source
from app.core.block import Library
from app.core.document import Document, Graph, Initial, InputType, Kind, Model, Repeat
from app.core.draw import Drawing, graphs
from app.core.elaborate import GraphResult, elaborate
from app.core.results import Unit, unit_key
from blocks import library
from tests.codegen import compare
from tests.codegen.checking import is_sound
from tests.codegen.documents import CASES, Given, Written
from tests.codegen.drawn import documents

LARGEST = 70_000_000
"""Parameters of what is really built."""

START = 1000.0
"""What the first rule sets; torch begins nothing so."""


def marked(document: Document) -> tuple[Document, dict[tuple[str, int], float]]:
    """The document with every rule setting a number of its own, by graph and position."""
    values: dict[tuple[str, int], float] = {}
    made: dict[str, Graph] = {}
    for name, graph in document.graphs.items():
        rules = []
        for at, rule in enumerate(graph.initial):
            values[name, at] = START + len(values)
            rules.append(replace(rule, method="constant_", arguments={"val": values[name, at]}))
        made[name] = replace(graph, initial=tuple(rules))
    return replace(document, graphs=made), values


def meant(result: GraphResult, rule: Initial, kinds: Library) -> Iterator[str]:
    """Keys of the parameters that a rule of this instance's graph names."""
    for label in rule.nodes:
        if kinds.find(label) is not None:
            units = units_in(result)
            found = [
                key for key, unit in units if type(unit.block).__name__ == label and rule.parameter in unit.weights
            ]
            yield from (f"{key}.{rule.parameter}" for key in found)
        else:
            yield from at_path(result, [*label.split("."), *(part for part in rule.parameter.split(".") if part)])


def units_in(result: GraphResult, prefix: str = "") -> Iterator[tuple[str, Unit]]:
    """Every module that an instance holds, at any depth, by its key."""
    for own, unit in held_by(result):
        yield prefix + own, unit
        if unit.instance is not None:
            yield from units_in(unit.instance, f"{prefix}{own}.")


def held_by(result: GraphResult) -> Iterator[tuple[str, Unit]]:
    for found in result.nodes.values():
        if found.active and not found.node.shares and found.node.use.kind is not Kind.MODEL:
            yield from ((unit_key(found.node, index), unit) for index, unit in enumerate(found.units))


def at_path(result: GraphResult, parts: list[str], prefix: str = "") -> Iterator[str]:
    node = result.graph.named(parts[0])
    found = result.nodes.get(node.id) if node is not None else None
    if found is None or node is None or not found.active or node.shares:
        return
    rest, copies = parts[1:], range(len(found.units))
    if node.repeat is not None and rest and rest[0].isdigit():
        copies, rest = range(int(rest[0]), min(int(rest[0]) + 1, len(found.units))), rest[1:]
    for index in copies:
        unit, key = found.units[index], prefix + unit_key(node, index)
        if unit.instance is not None and rest:
            yield from at_path(unit.instance, rest, f"{key}.")
        elif ".".join(rest) in unit.weights:
            yield ".".join([key, *rest])


def started(result: GraphResult, values: dict[tuple[str, int], float], kinds: Library) -> dict[str, float]:
    """What every parameter that rules name starts as: a graph's own rules come after those of what it holds."""
    found: dict[str, float] = {}
    for key, unit in held_by(result):
        inner = started(unit.instance, values, kinds) if unit.instance is not None else {}
        found.update({f"{key}.{own}": value for own, value in inner.items()})
    for at, rule in enumerate(result.graph.initial):
        found.update(dict.fromkeys(meant(result, rule, kinds), values[result.graph.name, at]))
    return found


def check(document: Document, kinds: Library, preset: str | None, text_name: str) -> int:
    """Build what is small enough, with rules that can be told apart; gives how many parameters rules name."""
    document, values = marked(document)
    elaboration = elaborate(document, kinds, preset)
    module = compare.load(model_source(document, kinds, preset, elaboration).text, text_name)
    count = 0
    for name, result in elaboration.models.items():
        if result.totals.parameters > LARGEST:
            continue
        torch.manual_seed(0)
        built = compare.build(module, document, name, preset)
        parameters = dict(built.named_parameters(remove_duplicate=False))
        wanted = {key: value for key, value in started(result, values, kinds).items() if key in parameters}
        ties = {id(parameters[key]) for key in wanted}
        for key, parameter in parameters.items():
            if key in wanted and len([k for k in parameters if parameters[k] is parameter]) == 1:
                assert bool((parameter == wanted[key]).all()), f"{name}.{key} starts otherwise than {wanted[key]}"
            elif id(parameter) not in ties:
                assert not bool((parameter >= START).any()), f"{name}.{key} is named by no rule"
        count += len(wanted)
    return count


WITH_RULES = [found for found in CASES if any(graph.initial for graph in found.document().graphs.values())]


@pytest.mark.parametrize("given_", WITH_RULES, ids=str)
def test_of_templates(given_: Given) -> None:
    """Under the smallest preset in which a rule names anything."""
    written = Written(given_)
    by_size = sorted(written.presets, key=lambda preset: written.elaborations[preset].totals.parameters)
    document, kinds = written.document, written.library
    assert any(check(document, kinds, preset, f"started_{given_.name}") for preset in by_size)


@given(document=documents(), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_of_drawn_documents(document: Document, data: st.DataObject) -> None:
    """Rules for nodes however they are used (repeated, left out, one of a choice), into graphs, and for kinds."""
    assume(is_sound(document, library()))
    for name, graph in document.graphs.items():
        labels = ["Linear", "LayerNorm", "BatchNorm1d", "Scale"]
        for node in graph.nodes.values():
            labels.append(node.name)
            inner = document.graphs.get(node.use.name) if node.use.kind is Kind.GRAPH else None
            labels += [f"{node.name}.{other.name}" for other in (inner.nodes.values() if inner else ())]
            labels += [f"{label}" for label in (f"{node.name}.0",) if node.repeat is not None]
        rule = st.builds(
            lambda label, parameter: Initial(nodes=(label,), parameter=parameter, method="zeros_"),
            st.sampled_from(labels), st.sampled_from(["weight", "bias"]),
        )  # fmt: skip
        rules = tuple(data.draw(st.lists(rule, max_size=4)))
        document = replace(document, graphs={**document.graphs, name: replace(graph, initial=rules)})
    for preset in document.presets:
        check(document, library(), preset, "started_drawn")


def net(rules: list[Initial], repeat: Repeat | None, **more: Any) -> Document:
    """A repeated cell, beside nodes whose names are like its copies'."""
    cell = Drawing("Cell")
    cell.output("y", cell.add("fc", "Linear", cell.input("x"), out_features=4))
    drawn = Drawing("Net", initial=rules)
    x = drawn.add("cell", "graph:Cell", drawn.input("x"), repeat=repeat, **more)
    x = drawn.add("cell_out", "graph:Cell", x)
    drawn.output("y", drawn.add("fc", "Linear", x, out_features=4))
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", 4))})
    return Document(graphs=graphs(library(), drawn, cell), models={"net": model})


@pytest.mark.parametrize("keys", ["{name}.{i}", "{name}_{i}", "{name}{i + 1}", "layer{i + 4}"])
@pytest.mark.parametrize(("label", "number"), [("cell.fc", 3), ("cell.1.fc", 1), ("cell_out.fc", 1), ("fc", 1)])
def test_all_copies_of_a_repeat_start(keys: str, label: str, number: int) -> None:
    rule = Initial(nodes=(label,), parameter="weight", method="zeros_")
    assert check(net([rule], Repeat(3, keys)), library(), None, "started_keys") == number


def test_what_attention_ends_with_is_no_linear_layer() -> None:
    """It is of a subclass of nn.Linear in torch, but no Linear in the drawing."""
    drawn = Drawing("Net", initial=[Initial(nodes=("Linear",), parameter="weight", method="zeros_")])
    x = drawn.input("x")
    outputs = drawn.add("attend", "MultiheadAttention", x, x, x, num_heads=2)
    attended = outputs[0] if isinstance(outputs, tuple) else outputs
    drawn.output("y", drawn.add("fc", "Linear", attended, out_features=4))
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", "T", 4))})
    document = Document(graphs=graphs(library(), drawn), models={"net": model})
    assert check(document, library(), None, "started_attention") == 1
    assert "type(module) is nn.Linear" in model_source(document, library()).text


def test_a_masked_layer_is_no_linear_layer() -> None:
    drawn = Drawing("Net", initial=[Initial(nodes=("Linear",), parameter="bias", method="zeros_")])
    x = drawn.add("masked", "MaskedLinear", drawn.input("x"), out_features=4)
    drawn.output("y", drawn.add("fc", "Linear", x, out_features=4))
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", 4))})
    document = Document(graphs=graphs(library(), drawn), models={"net": model})
    assert check(document, library(), None, "started_masked") == 1
