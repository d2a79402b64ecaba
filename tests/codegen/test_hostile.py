"""Documents that are each unkind in one way: what is generated is right, under every preset."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.codegen.generate import model_source
from app.codegen.source import GenerationError
from app.core.document import Preset
from app.core.draw import Drawing
from app.core.elaborate import elaborate, state_of
from blocks import library
from tests.codegen import compare, hostile
from tests.codegen.checking import agree, is_sound


@pytest.mark.parametrize("name", hostile.CASES)
def test_code_is_right(name: str) -> None:
    document = hostile.CASES[name]()
    assert is_sound(document, library())
    agree(document, library())


def test_a_graph_named_like_what_is_carried_along_is_refused() -> None:
    net = Drawing("Subsampling")
    net.output("y", net.add("pool", "Subsampling", net.input("x")))
    with pytest.raises(GenerationError, match="rename it"):
        model_source(hostile.document(net, shapes=[("B", 3, 8, 8)]), library())


def test_a_graph_and_a_model_of_one_name_are_refused() -> None:
    net = Drawing("net")
    net.output("y", net.add("fc", "Linear", net.input("x")))
    with pytest.raises(GenerationError, match="rename one"):
        model_source(hostile.document(net), library())


def test_an_output_that_is_muted_is_refused() -> None:
    net = Drawing("Net")
    net.output("y", net.add("fc", "Linear", net.input("x")))
    document = hostile.changed(hostile.document(net), "Net", "fc", mute=True)
    with pytest.raises(GenerationError, match="which is muted"):
        model_source(document, library())


def test_arguments_may_have_values_that_no_preset_has() -> None:
    """The file of a document without presets builds what the document would be with them."""
    drawn = hostile.CASES["enabled_nowhere"]()
    module = compare.load(model_source(drawn, library()).text, "generated")
    values = {"deep": True, "bend": "part"}
    other = replace(drawn, presets={"other": Preset(name="other", arguments=values)}, preset="other")
    expected = {key: weight.shape for key, weight in state_of(elaborate(other, library()).models["net"]).items()}
    assert compare.shapes(module.net(**values)) == expected


def test_a_number_of_copies_may_be_one_that_no_preset_has() -> None:
    drawn = hostile.CASES["repeat_that_grows"]()
    module = compare.load(model_source(drawn, library()).text, "generated")
    other = replace(drawn, presets={"other": Preset(name="other", arguments={"layers": 6})}, preset="other")
    expected = {key: weight.shape for key, weight in state_of(elaborate(other, library()).models["net"]).items()}
    assert compare.shapes(module.net(layers=6)) == expected
