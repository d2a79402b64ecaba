"""Every block there is, by discovery, through the one harness."""

from __future__ import annotations

import dataclasses
import keyword

import pytest

from app.core.block import Block, Source
from blocks import library
from tests.blocks.harness import check

BLOCKS = [block for block in library().all() if not issubclass(block, Source)]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_block_does_what_torch_does(block: type[Block]) -> None:
    check(block)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_block_says_what_it_is(block: type[Block]) -> None:
    summary, _, rest = (block.__doc__ or "").partition("\n")
    assert summary.endswith("."), "The first line of the docstring is a sentence."
    assert len(summary) <= 120
    assert rest.strip(), "The docstring gives formula, shapes or source after its summary."
    assert dataclasses.is_dataclass(block)
    assert block.__dataclass_params__.frozen, "Blocks are values."  # type: ignore[attr-defined]
    assert {field.name for field in dataclasses.fields(block)} == set(block.arguments()), "A field without metadata"
    assert len(block().detail()) <= 20


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_arguments_are_described_and_their_defaults_valid(block: type[Block]) -> None:
    defaults = block.defaults()
    for name, argument in block.arguments().items():
        assert argument.label, f"{name} has no label"
        assert argument.help.endswith((".", "?")), f"{name} needs a help text that ends as a sentence does"
        assert argument.accepts(defaults[name]) is None, f"{name}: {argument.accepts(defaults[name])}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_ports_have_distinct_python_names(block: type[Block]) -> None:
    for ports in block().ports():
        names = [port.name for port in ports]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names)
    assert all(block.synonyms), "An empty synonym"
