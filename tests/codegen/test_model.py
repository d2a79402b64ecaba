"""The generated classes are the document: same keys, shapes and outputs as the naive emission, whatever the preset."""

from __future__ import annotations

import pytest
import torch
from msgspec.structs import replace

from app.codegen.generate import model_source
from app.core.document import Document, Initial, InputType, Model
from app.core.draw import Drawing, graphs
from app.core.elaborate import state_of
from app.core.symbolic import Symbol
from blocks import library
from tests.codegen import compare
from tests.codegen.documents import CASES, Written
from tests.codegen.naive import Naive

LARGEST = 3_000_000


@pytest.fixture(scope="module", params=CASES, ids=str)
def written(request: pytest.FixtureRequest) -> Written:
    """One document at a time for all tests of it."""
    return Written(request.param)


def test_keys_and_shapes_are_those_elaborated(written: Written) -> None:
    """Every preset, built through every preset's file: of one that asks its classes for the same, once."""
    known: dict[object, dict[str, tuple[int, ...]]] = {}
    for text in written.texts.values():
        module = compare.load(text, f"generated_{written.name}")
        classes = compare.classes_of(text, written.document)
        for preset, elaboration in written.elaborations.items():
            for name, result in elaboration.models.items():
                asked = (classes, name, compare.asked_of(module, written.document, name, preset))
                if asked not in known:
                    with torch.device("meta" if result.totals.parameters > LARGEST else "cpu"):
                        built = compare.build(module, written.document, name, preset)
                    known[asked] = compare.shapes(built)
                    assert sum(p.numel() for p in built.parameters()) == result.totals.parameters
                expected = {key: weight.shape for key, weight in state_of(result).items()}
                assert known[asked] == expected, f"{name} of {preset}"


def test_outputs_are_those_of_the_naive_emission(written: Written) -> None:
    document = written.document
    for preset, elaboration in written.elaborations.items():
        if elaboration.totals.parameters > LARGEST:
            continue
        module = compare.load(written.texts[preset], f"generated_{written.name}")
        for name, result in elaboration.models.items():
            built = compare.build(module, document, name, preset)
            naive = Naive(result)
            naive.load_state_dict(built.state_dict(), strict=True)
            inputs = compare.inputs_of(result)
            for training in (False, True):
                expected = _run(naive.train(training), inputs)
                found = _run(built.train(training), inputs)
                for a, b in zip(compare.flat(found), compare.flat(expected), strict=True):
                    torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6, equal_nan=True)
            wanted = [_shape(type_) for type_ in result.outputs.values()]
            assert [len(shape) for shape in wanted] == [len(shape) for shape in compare.size_of(found)]
            for shape, real in zip(wanted, compare.size_of(found), strict=True):
                known = [(a, b) for a, b in zip(shape, real, strict=True) if a is not None]
                assert all(a == b for a, b in known)


def _run(module: torch.nn.Module, inputs: list[object]) -> object:
    torch.manual_seed(3)
    return module(*inputs)


def _shape(type_: object) -> list[int | None]:
    """Sizes with the batch and the length that the test takes; None for what only running tells."""
    return [
        None if isinstance(dim, Symbol) and set(dim.poly.atoms()) - set(compare.SIZES) else compare._size(dim)
        for dim in type_.shape  # type: ignore[attr-defined]
    ]


def test_what_two_modules_share_starts_as_the_last_rule_says() -> None:
    """Also where the module of an earlier rule comes later among the modules."""
    rules = (("Linear", 1.0), ("Embedding", 2.0))
    net = Drawing(
        "Net",
        initial=[
            Initial(nodes=(kind,), parameter="weight", method="constant_", arguments={"val": v}) for kind, v in rules
        ],
    )
    x = net.add("words", "Embedding", net.input("tokens"), num_embeddings=7, embedding_dim=4)
    net.output("y", net.add("head", "Linear", x, out_features=7, bias=False, ties={"weight": "words.weight"}))
    model = Model(name="net", graph="Net", inputs={"tokens": InputType(("B", 3), "int64")})
    document = Document(graphs=graphs(library(), net), models={"net": model})
    built = compare.load(model_source(document, library()).text, "tied_start").net()
    assert built.words.weight is built.head.weight
    assert bool((built.head.weight == 2.0).all())


@pytest.mark.parametrize("times", [1, 2])
def test_a_chain_starts_as_its_rules_say(times: int) -> None:
    """It would be written out where it is used, or as an nn.Sequential, which begins nothing."""
    rule = Initial(nodes=("Linear",), parameter="weight", method="constant_", arguments={"val": 3.0})
    chain = Drawing("Chain", sequential=True, initial=[rule])
    chain.output("y", chain.add("relu", "ReLU", chain.add("linear", "Linear", chain.input("x"), out_features=4)))
    net = Drawing("Net")
    x = net.input("x")
    for number in range(times):
        x = net.add(f"chain{number}", "graph:Chain", x)
    net.output("y", net.add("head", "Linear", x, out_features=2))
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", 4))})
    document = Document(graphs=graphs(library(), net, chain), models={"net": model})
    built = compare.load(model_source(document, library()).text, f"chain_start{times}").net()
    assert bool((built.chain0.linear.weight == 3.0).all())
    assert not bool((built.head.weight == 3.0).all())


def test_what_is_bypassed_is_not_begun() -> None:
    rule = Initial(nodes=("first",), parameter="weight", method="zeros_")
    net = Drawing("Net", initial=[rule])
    x = net.add("first", "Linear", net.input("x"), out_features=4)
    net.output("y", net.add("second", "Linear", x, out_features=4))
    model = Model(name="net", graph="Net", inputs={"x": InputType(("B", 4))})
    document = Document(graphs=graphs(library(), net), models={"net": model})
    graph = document.graphs["Net"]
    bypassed = replace(graph, nodes={**graph.nodes, "first": replace(graph.nodes["first"], bypass=True)})
    document = replace(document, graphs={"Net": bypassed})
    built = compare.load(model_source(document, library()).text, "bypassed_start").net()
    assert set(dict(built.named_parameters())) == {"second.weight", "second.bias"}
