"""Small documents that are drawn to be written wrong: each was once, silently."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from app.codegen.generate import GenerationError, model_source
from app.codegen.origins import LONGEST
from app.core.document import Argument, Case, Document, Repeat
from app.core.draw import Drawing, choice, flag, ints, use, whole
from app.core.elaborate import elaborate, state_of
from blocks import library
from tests.codegen import compare
from tests.codegen.checking import agree
from tests.codegen.naive import Naive
from tests.codegen.test_alternatives import drawn, with_values

DEEP = flag("deep", True)
KIND = choice("kind", "a", "a", "b")
LAYERS = whole("layers", 2, low=1)
WIDTH = whole("width", 6)
KEEPS: dict[str, Any] = {"out_features": "=x.features"}
WIDTHS = ints("widths", (4, 6, 8))


def computes_what_is_drawn(document: Document, *tries: Mapping[str, Any]) -> str:
    """The class is right as it is; and built with values of which the generator knows nothing it has the tensors that
    are drawn, and computes from them what one module a node computes.
    """
    text = agree(document, library())
    module = compare.load(model_source(document, library()).text, "generated")
    for values in tries:
        elaboration = elaborate(with_values(document, values), library())
        assert not elaboration.problems, values
        result, built = elaboration.models["net"], module.net(**values)
        assert compare.shapes(built) == {key: weight.shape for key, weight in state_of(result).items()}, values
        naive = Naive(result)
        naive.load_state_dict(built.state_dict())
        inputs = compare.inputs_of(result)
        with torch.no_grad():
            found, expected = compare.flat(built.eval()(*inputs)), compare.flat(naive.eval()(*inputs))
        assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(found, expected, strict=True)), values
    return text


def is_clean(text: str, folder: Path) -> None:
    (folder / "model.py").write_text(text, encoding="ascii")
    program = Path(sys.executable).parent / "ruff"
    for arguments in (("format", "--diff"), ("check", "--select", "E,F,SIM,RUF,PL", "--ignore", "PLR2004")):
        command = [program, arguments[0], "--no-cache", "--isolated", "--quiet", *arguments[1:], "model.py"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def wide(width: str, *arguments: Argument, **more: Any) -> Document:
    """A layer as wide as a formula says, and one that has to know how wide."""
    net = Drawing("Net", arguments=arguments)
    x = net.add("fc", "Linear", net.input("x"), out_features=width, **more)
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return drawn(net, arguments=arguments)


def part(inner: Sequence[Argument], width: str, outer: Sequence[Argument], **given: Any) -> Document:
    """The same with the first layer in a graph of its own."""
    inside = Drawing("Part", arguments=inner)
    inside.output("output", inside.add("fc", "Linear", inside.input("x"), out_features=width))
    net = Drawing("Net", arguments=outer)
    x = net.add("part", "graph:Part", net.input("x"), **given)
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return drawn(inside, net, arguments=outer)


# -- formulas ----------------------------------------------------------------------------------------------------------


def test_an_item_that_an_argument_chooses() -> None:
    document = wide("=widths[depth]", WIDTHS, whole("depth", 1))
    text = computes_what_is_drawn(document, {"depth": 2, "widths": (4, 6, 8)}, {"depth": 0, "widths": (7, 6)})
    assert "nn.Linear(widths[depth], 3)" in text


def test_an_item_counted_from_the_end() -> None:
    text = computes_what_is_drawn(wide("=widths[-1]", WIDTHS), {"widths": (4, 7)}, {"widths": (4, 6, 7, 9)})
    assert "nn.Linear(widths[-1], 3)" in text


@pytest.mark.parametrize("width", ["=ws[k]", "=max(ws[k], 2)", "=ws[k] * 2"])
def test_an_item_that_an_argument_chooses_in_a_part(width: str) -> None:
    outer = [WIDTHS, whole("depth", 1)]
    document = part([ints("ws", (4, 6, 8)), whole("k", 1)], width, outer, ws="=widths", k="=depth")
    computes_what_is_drawn(document, {"widths": (4, 6, 8), "depth": 2}, {"widths": (7, 6, 8), "depth": 0})


def test_an_item_of_what_an_argument_leaves_of_a_list() -> None:
    document = part([ints("ws", (4, 6))], "=ws[0]", [WIDTHS, whole("at", 1)], ws="=widths[at:]")
    computes_what_is_drawn(document, {"widths": (4, 6, 9), "at": 2}, {"widths": (7, 6, 8), "at": 0})


def test_an_item_of_one_of_two_lists() -> None:
    document = part([ints("ws", (4, 6))], "=ws[0]", [WIDTHS, DEEP], ws="=widths if deep else (5, 7)")
    computes_what_is_drawn(document, {"widths": (4, 6, 9), "deep": False}, {"widths": (7, 6), "deep": True})


def test_the_last_of_what_is_anded_is_what_comes_out(tmp_path: Path) -> None:
    document = wide("=(deep and 4) or width", DEEP, WIDTH)
    is_clean(computes_what_is_drawn(document, {"deep": True, "width": 7}, {"deep": False, "width": 7}), tmp_path)


@pytest.mark.parametrize("function", ["ceil", "floor"])
def test_functions_of_math_are_called_as_such(function: str, tmp_path: Path) -> None:
    text = computes_what_is_drawn(wide(f"={function}(width / 4)", WIDTH), {"width": 13})
    assert f"math.{function}(width / 4)" in text
    is_clean(text, tmp_path)


def test_a_number_that_stands_for_the_index_is_on_the_right(tmp_path: Path) -> None:
    document = wide("=width if i < layers - 1 else width * 2", LAYERS, WIDTH, repeat="=layers")
    is_clean(agree(document, library()), tmp_path)


# -- left out ----------------------------------------------------------------------------------------------------------


def chain(**more: Any) -> Document:
    """A chain that is written out where it is used, which turns ``deep`` round: no preset has what it holds."""
    arguments = [DEEP, KIND, LAYERS, WIDTH]
    layer = Drawing("Layer", arguments=arguments, sequential=True)
    x = layer.add("0", "Linear", layer.input("x"), out_features="=width")
    x = layer.add("1", "LayerNorm", x, enabled="=deep", **more)
    layer.output("output", layer.add("2", "ReLU", x))
    net = Drawing("Net", arguments=arguments)
    given: dict[str, Any] = {"width": "=width + 1", "deep": "=not deep", "kind": "=kind", "layers": "=layers + 1"}
    x = net.add("body", "graph:Layer", net.input("x"), **given)
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return drawn(layer, net, arguments=arguments)


def test_what_no_preset_has_in_a_chain_that_is_written_out() -> None:
    computes_what_is_drawn(chain(), {"deep": False}, {"deep": True})


def test_copies_in_a_chain_may_be_left_out(tmp_path: Path) -> None:
    document = chain(repeat=Repeat("=layers", "n{i + 7}"))
    text = computes_what_is_drawn(document, {"deep": False}, {"layers": 3}, {"deep": False, "layers": 1})
    is_clean(text, tmp_path)


def test_alternatives_of_what_no_preset_has() -> None:
    document = chain(cases=[Case('kind == "b"', use("Linear"), {"out_features": "=width"})])
    computes_what_is_drawn(document, {"deep": False}, {"kind": "b", "deep": False}, {"kind": "b"})


@pytest.mark.parametrize("own", [None, "=deep"])
@pytest.mark.parametrize("other", [None, "=deep"])
def test_ties_with_what_may_be_left_out(own: str | None, other: str | None) -> None:
    net = Drawing("Net", arguments=[DEEP])
    x = net.add("first", "Linear", net.input("x"), enabled=other, **KEEPS)
    net.output("y", net.add("second", "Linear", x, enabled=own, ties={"weight": "first.weight"}, **KEEPS))
    computes_what_is_drawn(drawn(net, arguments=[DEEP]), {"deep": False}, {"deep": True})


# -- shared ------------------------------------------------------------------------------------------------------------


def shared(what: str, first: Mapping[str, Any], second: Mapping[str, Any], arguments: Mapping[str, Any]) -> Document:
    net = Drawing("Net", arguments=[DEEP, LAYERS])
    x = net.add("first", what, net.input("x"), **arguments, **first)
    x = net.add("bend", "Tanh", x)
    net.output("y", net.add("second", what, x, shares_with="first", **arguments, **second))
    return drawn(net, arguments=[DEEP, LAYERS])


def test_what_needs_no_module_is_one_where_it_is_shared() -> None:
    computes_what_is_drawn(shared("ReLU", {}, {}, {}))


def test_a_second_use_may_be_left_out() -> None:
    document = shared("Linear", {}, {"enabled": "=deep"}, KEEPS)
    computes_what_is_drawn(document, {"deep": False}, {"deep": True})


def test_copies_under_keys_of_their_own_are_shared() -> None:
    repeat = Repeat("=layers", "{name}{i}")
    text = agree_shared(shared("Linear", {"repeat": repeat}, {"repeat": repeat}, KEEPS))
    assert 'f"second{i}"' not in text


def agree_shared(document: Document) -> str:
    text = model_source(document, library()).text
    built = compare.load(text, "generated").net(layers=3)
    x = torch.rand(2, 5)
    with torch.no_grad():
        once = built.first2(built.first1(built.first0(x))).tanh()
        assert torch.equal(built(x), built.first2(built.first1(built.first0(once))))
    return text


def test_a_single_use_of_copies_is_refused() -> None:
    with pytest.raises(GenerationError, match="shares"):
        model_source(shared("Linear", {"repeat": 2}, {}, KEEPS), library())


# -- copies ------------------------------------------------------------------------------------------------------------


def alternatives(first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]) -> Document:
    net = Drawing("Net", arguments=[KIND, LAYERS])
    case = Case('kind == "b"', use(second[0]), second[1])
    x = net.add("n", first[0], net.input("x"), repeat="=layers", cases=[case], **first[1])
    net.output("y", net.add("head", "Linear", x, out_features=3))
    return drawn(net, arguments=[KIND, LAYERS])


def test_copies_of_a_function_that_is_an_alternative_are_refused() -> None:
    """It was called once, however many copies there are."""
    with pytest.raises(GenerationError, match="make a graph that chooses"):
        model_source(alternatives(("Linear", KEEPS), ("Square", {})), library())


def test_two_copies_of_an_alternative_prove_nothing() -> None:
    """A third is as wide as the second is, and not as the first: the class asks for these widths."""
    growing = {"out_features": "=4 + i"}
    text = agree(alternatives(("Linear", growing), ("Linear", {**growing, "bias": False})), library())
    assert "nn.Linear(4, 4 + i, bias=False)" not in text


def test_one_copy_where_the_first_is_otherwise() -> None:
    document = wide("=width if i == 0 else width * 2", LAYERS, WIDTH, repeat="=layers")
    computes_what_is_drawn(document, {"layers": 1, "width": 5})


@pytest.mark.parametrize("width", ["=width * 2 ** i", "=width * (i + 1)", "=max(width, i)", "=width * (layers - i)"])
@pytest.mark.parametrize("is_part", [False, True])
def test_copies_of_which_each_is_otherwise(width: str, is_part: bool) -> None:
    """What enters a copy is what the one before gives, for any number of them."""
    document = wide(width, LAYERS, WIDTH, repeat="=layers")
    if is_part:
        document = part([whole("wide", 4)], "=wide", [LAYERS, WIDTH], wide=width, repeat="=layers")
    text = computes_what_is_drawn(document, {"layers": 3, "width": 5}, {"layers": 1}, {"layers": 5, "width": 2})
    assert "range(1, layers)" in text


@pytest.mark.parametrize("width", ["=ws[0]", "=ws[-1]", "=ws[1] + 1"])
@pytest.mark.parametrize("given", ["=widths[::-1]", "=widths[-2:]", "=widths[1:]", "=widths[:2]"])
def test_an_item_of_a_part_of_a_list(width: str, given: str) -> None:
    document = part([ints("ws", (4, 6))], width, [WIDTHS], ws=given)
    computes_what_is_drawn(document, {"widths": (3, 5, 7, 9)}, {"widths": (3, 5, 2)})


def test_a_formula_that_is_too_long_to_be_said_again_is_asked_for() -> None:
    """What it gives is no constant: the class takes it as an argument."""
    least = ", ".join(["1"] * (LONGEST // 3))
    text = agree(wide(f"=max(width, {least})", WIDTH), library())
    assert "nn.Linear(head_in_features, 3)" in text
    least = ", ".join(["1"] * (LONGEST // 6))
    computes_what_is_drawn(wide(f"=max(width, {least})", WIDTH), {"width": 3})
