"""Nodes that are one of several blocks, left out, or repeated: the code is right for what no preset chooses, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import torch
from msgspec.structs import replace

import templates
from app.codegen.generate import GenerationError, model_source, steps_source
from app.codegen.training import train_source
from app.core.document import Argument, Case, Document, End, InputType, Model, Preset, Repeat
from app.core.draw import Drawing, Wire, choice, flag, graphs, ints, real, use, whole
from app.core.elaborate import elaborate, state_of
from app.core.grouping import group
from blocks import library
from tests.codegen import compare
from tests.codegen.checking import agree

FEATURES = InputType(("B", 5))
SEQUENCE = InputType(("B", "T", 5))
KIND = choice("kind", "lstm", "lstm", "gru")


def drawn(
    *drawings: Drawing,
    arguments: Sequence[Argument] = (),
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    input: InputType = FEATURES,
) -> Document:
    """A document of one model, of the graph that is drawn last."""
    presets = presets or {"a": {}}
    given = {argument.name: f"={argument.name}" for argument in arguments}
    return Document(
        arguments=tuple(arguments),
        graphs=graphs(library(), *drawings),
        models={"net": Model(name="net", graph=drawings[-1].name, arguments=given, inputs={"x": input})},
        presets={name: Preset(name=name, arguments=values) for name, values in presets.items()},
        preset=next(iter(presets)),
    )


def other(wire: Wire, port: str) -> Wire:
    return Wire(End(wire.node, port))


def with_values(document: Document, values: Mapping[str, Any]) -> Document:
    return replace(document, presets={"other": Preset(name="other", arguments=values)}, preset="other")


def builds_what_is_drawn(document: Document, **values: Any) -> None:
    """The builder, given values of which the generator knows nothing, gives the tensors that are drawn."""
    module = compare.load(model_source(document, library()).text, "generated")
    result = elaborate(with_values(document, values), library()).models["net"]
    built = module.net(**values)
    assert compare.shapes(built) == {key: weight.shape for key, weight in state_of(result).items()}
    with torch.no_grad():
        built(*compare.inputs_of(result))


# -- several outputs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("presets", [{"a": {"kind": "lstm"}}, {"a": {"kind": "gru"}}, {"a": {}, "b": {"kind": "gru"}}])
@pytest.mark.parametrize("is_last_needed", [True, False])
def test_each_alternative_is_unpacked_as_it_gives(presets: dict[str, Any], is_last_needed: bool) -> None:
    net = Drawing("Net", arguments=[KIND])
    x = net.input("x")
    y = net.add("rnn", "GRU", x, hidden_size=7, cases=[Case('kind == "lstm"', use("LSTM"), {"hidden_size": 7})])
    net.output("y", y)
    if is_last_needed:
        net.output("last", net.add("bend", "ReLU", other(y, "h_n")))
    document = drawn(net, arguments=[KIND], presets=presets, input=SEQUENCE)
    text = agree(document, library())
    assert ("if self.kind" in text) is is_last_needed, "one line does where nothing but the first output is needed"
    for kind in KIND.choices:
        builds_what_is_drawn(document, kind=kind)


def recurrent(wires_last: bool) -> Document:
    net = Drawing("Net", arguments=[flag("deep", True)])
    x = net.input("x")
    y = net.add("rnn", "GRU", x, hidden_size=5, enabled="=deep")
    net.output("y", y)
    if wires_last:
        net.output("last", other(y, "h_n"))
    presets = {"a": {}, "b": {"deep": False}}
    return drawn(net, arguments=[flag("deep", True)], presets=presets, input=SEQUENCE)


def test_what_gives_several_values_can_be_left_out() -> None:
    text = agree(recurrent(False), library())
    assert "if self.deep:\n            x, _ = self.rnn(x)" in text


def test_of_what_is_left_out_only_the_first_output_is_there() -> None:
    document = recurrent(True)
    assert not elaborate(document, library(), "a").problems
    (problem,) = elaborate(document, library(), "b").problems
    assert "left out" in problem.message
    assert problem.path.part == "last"
    with pytest.raises(GenerationError, match="may be left out"):
        model_source(document, library(), "a")


# -- sizes -------------------------------------------------------------------------------------------------------------


def test_equal_sizes_of_two_arguments_are_not_taken_for_each_other() -> None:
    arguments = [choice("kind", "one", "one", "two"), whole("embedding", 6), whole("vocabulary", 6)]
    net = Drawing("Net", arguments=arguments)
    wide = net.add("embed", "Linear", net.input("x"), out_features="=embedding")
    case = Case('kind == "one"', use("Linear"), {"out_features": "=embedding"})
    y = net.add("pick", "Linear", wide, out_features="=vocabulary", cases=[case])
    net.output("y", net.add("head", "Linear", y, out_features=3))
    document = drawn(net, arguments=arguments, presets={"a": {}})
    agree(document, library())
    for kind in ("one", "two"):
        builds_what_is_drawn(document, kind=kind, embedding=4, vocabulary=9)


def test_a_number_that_is_equal_by_chance_is_not_an_expression() -> None:
    """``width`` is 4 here, and so is what is written into the layer that the other preset has."""
    arguments = [flag("deep", True), whole("width", 4)]
    net = Drawing("Net", arguments=arguments)
    x = net.add("first", "Linear", net.input("x"), out_features="=width")
    y = net.add("pick", "Linear", x, out_features=4, cases=[Case("deep", use("Linear"), {"out_features": "=width"})])
    net.output("y", net.add("head", "Linear", y, out_features=3))
    document = drawn(net, arguments=arguments, presets={"a": {}, "b": {"deep": False}})
    for deep in (True, False):
        builds_what_is_drawn(document, deep=deep, width=7)


@pytest.mark.parametrize("multiple_of", [1, 4])
def test_a_written_division_keeps_its_remainder(multiple_of: int) -> None:
    width = whole("width", 8, low=1, multiple_of=multiple_of)
    net = Drawing("Net", arguments=[width])
    x = net.input("x")
    both = [net.add(name, "Linear", x, out_features="=width // 2") for name in ("left", "right")]
    net.output("y", net.add("head", "Linear", net.add("both", "Concatenate", *both, dim=-1), out_features=3))
    document = drawn(net, arguments=[width])
    text = model_source(document, library()).text
    assert ("nn.Linear(width // 2 * 2, 3)" in text) is (multiple_of == 1)
    assert ("nn.Linear(width, 3)" in text) is (multiple_of == 4)
    builds_what_is_drawn(document, width=12 if multiple_of == 4 else 7)


def test_no_multiple_is_refused() -> None:
    width = whole("width", 8, multiple_of=4)
    net = Drawing("Net", arguments=[width])
    net.output("y", net.add("fc", "Linear", net.input("x"), out_features="=width"))
    document = with_values(drawn(net, arguments=[width]), {"width": 6})
    problems = elaborate(document, library()).problems
    assert problems
    assert all("a multiple of 4" in problem.message for problem in problems)


# -- copies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", ["=8", "=width", "=width + 1"])
def test_a_repeat_that_has_one_copy_in_every_preset_may_have_more(width: str) -> None:
    arguments = [whole("layers", 1, low=1), whole("width", 6)]
    net = Drawing("Net", arguments=arguments)
    x = net.add("fc", "Linear", net.input("x"), out_features=width, repeat="=layers")
    net.output("y", net.add("head", "Linear", x, out_features=3))
    document = drawn(net, arguments=arguments)
    agree(document, library())
    for layers in (1, 2, 5):
        builds_what_is_drawn(document, layers=layers, width=9)


def test_a_first_copy_that_is_otherwise() -> None:
    layers = whole("layers", 1, low=1)
    net = Drawing("Net", arguments=[layers])
    x = net.add("fc", "Linear", net.input("x"), out_features="=4 if i == 0 else 6", repeat="=layers")
    net.output("y", net.add("head", "Linear", x, out_features=3))
    document = drawn(net, arguments=[layers])
    agree(document, library())
    for count in (1, 2, 5):
        builds_what_is_drawn(document, layers=count)


def test_copies_of_which_no_expression_is_right_ask_for_their_sizes() -> None:
    """Each is wider than the one before by another number: the sum is no expression of the copy's number."""
    layers = whole("layers", 1, low=1)
    part = Drawing("Part", arguments=[whole("more", 0)])
    part.output("y", part.add("fc", "Linear", part.input("x"), out_features="=x.shape[-1] + more"))
    net = Drawing("Net", arguments=[layers])
    x = net.add("parts", "graph:Part", net.input("x"), more="=i * i", repeat="=layers")
    net.output("y", net.add("head", "Linear", x, out_features=3))
    document = drawn(part, net, arguments=[layers])
    agree(document, library())
    module = compare.load(model_source(document, library()).text, "generated")
    built = module.Net(5, (5, 5, 6), 10, layers=3)
    expected = state_of(elaborate(with_values(document, {"layers": 3}), library()).models["net"])
    assert compare.shapes(built) == {key: weight.shape for key, weight in expected.items()}


def test_counts_out_of_a_list_may_grow() -> None:
    layers = ints("layers", (1, 1))
    net = Drawing("Net", arguments=[layers])
    x = net.input("x")
    for stage in range(2):
        x = net.add(f"layer{stage}", "Linear", x, out_features=4 + stage, repeat=f"=layers[{stage}]")
    net.output("y", x)
    document = drawn(net, arguments=[layers])
    builds_what_is_drawn(document, layers=(3, 2))


def test_alternatives_under_keys_of_their_own_are_refused_with_a_remedy() -> None:
    net = Drawing("Net", arguments=[KIND])
    case = Case('kind == "gru"', use("Tanh"), {})
    net.output("y", net.add("bend", "ReLU", net.input("x"), repeat=Repeat(2, "{name}{i + 1}"), cases=[case]))
    with pytest.raises(GenerationError, match="repeat a graph that chooses"):
        model_source(drawn(net, arguments=[KIND]), library())


def test_alternatives_in_a_chain_are_chosen_in_it() -> None:
    chain = Drawing("Layer", arguments=[KIND], sequential=True)
    x = chain.add("0", "Linear", chain.input("x"), out_features=4)
    chain.output("output", chain.add("1", "ReLU", x, cases=[Case('kind == "gru"', use("Tanh"), {})]))
    net = Drawing("Net", arguments=[KIND])
    x = net.input("x")
    for name in ("first", "second"):
        x = net.add(name, "graph:Layer", x, kind="=kind")
    net.output("y", x)
    text = agree(drawn(chain, net, arguments=[KIND], presets={"a": {}}), library())
    assert 'nn.Tanh() if kind == "gru" else nn.ReLU()' in text


# -- models in graphs of a step ----------------------------------------------------------------------------------------


def test_a_graph_inside_a_step_is_given_the_models_that_it_calls() -> None:
    document = templates.load("mlp_classifier")
    document = group(document, "TrainStep", ["flatten", "mlp_classifier"], "Guess").document
    document = group(document, "TrainStep", ["guess", "cross_entropy"], "Judge").document
    assert not elaborate(document, library(), "quick").problems
    built = compare.load(model_source(document, library(), "quick").text, "generated").mlp_classifier()
    steps = compare.load(steps_source(document, library(), "quick").text, "generated_steps")
    step = steps.TrainStep(built)
    loss, _ = step(torch.rand(3, 1, 8, 8), torch.tensor([0, 1, 2]))
    loss.backward()
    assert all(parameter.grad is not None for parameter in built.parameters())
    assert "TrainStep(mlp_classifier)" in train_source(document, library(), "quick").text


def image(part_is_enabled: str | None) -> Document:
    """A part whose width follows from the size of the image by a stride, so that nothing but its number is known."""
    arguments = [whole("size", 8, low=4), flag("deep", True)]
    part = Drawing("Part")
    part.output("output", part.add("fc", "Linear", part.input("x"), out_features="=x.features"))
    net = Drawing("Net", arguments=arguments)
    x = net.add("conv", "Conv2d", net.input("x"), out_channels=2, kernel_size=3, stride=2)
    x = net.add("pool", "Flatten", x)
    net.output("y", net.add("part", "graph:Part", x, enabled=part_is_enabled))
    sizes = InputType(("B", 1, "=size", "=size"))
    presets = {"a": {"deep": False}, "b": {"size": 12}, "c": {"size": 20}}
    return drawn(part, net, arguments=arguments, presets=presets, input=sizes)


@pytest.mark.parametrize("enabled", [None, "=deep", "=not deep"])
def test_a_size_that_only_some_instances_need_is_asked_of_all(enabled: str | None) -> None:
    text = agree(image(enabled), library())
    assert ("part_in_features" in text) is (enabled != "=not deep"), "one preset alone needs one number"


@pytest.mark.parametrize("width", ["=6 if deep else width", "=max(width, 5)", "=6 if deep else 4", "=round(width * p)"])
def test_what_a_part_gives_depends_on_what_it_is_given(width: str) -> None:
    """The part's own formula decides how wide it is; who holds the part has to say that over its own arguments."""
    inner = [whole("width", 4), flag("deep", True), real("p", 1.0)]
    part = Drawing("Part", arguments=inner)
    part.output("output", part.add("fc", "Linear", part.input("x"), out_features=width))
    outer = [whole("size", 4), flag("dense", True), real("share", 2.0)]
    net = Drawing("Net", arguments=outer)
    given = {"width": "=size", "deep": "=not dense", "p": "=share"}
    x = net.add("part", "graph:Part", net.input("x"), **given)
    net.output("y", net.add("head", "Linear", x, out_features=3))
    document = drawn(part, net, arguments=outer)
    agree(document, library())
    for dense in (True, False):
        builds_what_is_drawn(document, size=8, dense=dense, share=0.5)


def test_what_no_formula_says_outside_is_only_a_number_there() -> None:
    """A part is as wide as a list of its own says, of which its holder gives the items one by one."""
    widths = ints("widths", (4, 6))
    part = Drawing("Part", arguments=[widths])
    part.output("output", part.add("fc", "Linear", part.input("x"), out_features="=max(widths)"))
    wide = whole("wide", 9)
    net = Drawing("Net", arguments=[wide])
    x = net.add("part", "graph:Part", net.input("x"), widths=(3, "=wide"))
    outer = Drawing("Outer", arguments=[wide])
    net.output("output", net.add("again", "Linear", x, out_features="=x.features"))
    y = outer.add("net", "graph:Net", outer.input("x"), wide="=wide")
    outer.output("y", outer.add("head", "Linear", y, out_features=2))
    agree(drawn(part, net, outer, arguments=[wide], presets={"a": {}, "b": {"wide": 5}}), library())


@pytest.mark.parametrize(
    "width", ["=widths[i]", "=widths[i + 1]", "=width * (i + 1)", "=width * 2 ** i", "=max(width, i)"]
)
def test_what_follows_a_repeat_hangs_on_how_many_copies_there_are(width: str) -> None:
    arguments = [whole("layers", 2, low=1), whole("width", 6), ints("widths", (4, 7, 3, 8))]
    net = Drawing("Net", arguments=arguments)
    x = net.add("fc", "Linear", net.input("x"), out_features=width, repeat="=layers")
    net.output("y", net.add("head", "Linear", x, out_features=3))
    document = drawn(net, arguments=arguments, presets={"a": {}, "b": {"layers": 3}})
    text = model_source(document, library()).text
    agree(replace(document, presets={"a": document.presets["a"]}), library())
    assert "head_in_features" not in text
    for layers in (1, 2, 3):
        built = with_values(document, {"layers": layers, "width": 5})
        result = elaborate(built, library()).models["net"]
        found = compare.load(text, "generated").Net
        sizes = [int(unit.inputs["input"].shape[1]) for unit in result.nodes["fc"].units]
        slots = [tuple(sizes)] if "fc_in_features" in text else []
        made = found(5, *slots, layers=layers, width=5)
        assert compare.shapes(made) == {key: weight.shape for key, weight in state_of(result).items()}
