"""The largest models are opened, edited and written without a weight of theirs being anywhere in memory."""

from __future__ import annotations

import tracemalloc

import pytest

import templates
from app.codegen.generate import model_source
from app.core import edits
from app.core.demand import demand_of, too_large
from app.core.elaborate import elaborate
from blocks import library

MOST = 96 * 2**20
"""Bytes that drawing, shapes and text of a model may take, however many weights it has."""

LARGEST = (("gpt2", "xl", "Block", "ln_1", "eps"), ("nasnet_large", "paper", "ActConvBn", "bn", "eps"))


@pytest.mark.parametrize(("name", "preset", "graph", "node", "argument"), LARGEST)
def test_no_weights_are_allocated(name: str, preset: str, graph: str, node: str, argument: str) -> None:
    known = library()
    elaborate(templates.load("mlp_classifier"), known)
    tracemalloc.start()
    try:
        document = templates.load(name)
        found = elaborate(document, known, preset)
        weights = demand_of(found).weights
        for value in (1e-4, 1e-3):
            document = edits.set_argument(document, graph, node, argument, value).document
            found = elaborate(document, known, preset, found)
        model_source(document, known, preset, found)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not found.problems
    assert weights > 2 * MOST, "a model that is worth the question"
    assert peak < MOST, f"{peak / 2**20:.0f} MB for {weights / 2**20:.0f} MB of weights"


def test_a_model_that_does_not_fit_says_so_before_it_is_built() -> None:
    found = elaborate(templates.load("gpt2"), library(), "xl")
    problem = too_large(found, 4 * 2**30)
    assert problem is not None
    assert "1,557,611,200 parameters" in problem.message
    assert "6.2 GB of weights" in problem.message
    assert too_large(found, 2**45) is None
