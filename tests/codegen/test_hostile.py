"""Documents that are each unkind in one way: what is generated is right, under every preset."""

from __future__ import annotations

import pytest

from app.codegen.generate import model_source
from app.codegen.source import GenerationError
from app.core.draw import Drawing
from blocks import library
from tests.codegen import hostile
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
    with pytest.raises(GenerationError, match="comes from a node that is muted"):
        model_source(document, library())
