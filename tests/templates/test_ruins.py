"""Every template has its ruin: a document that differs, is without problems and can be trained like it."""

from __future__ import annotations

import pytest

import templates
from app.codegen.training import source_files
from app.core.elaborate import elaborate
from blocks import library
from tests.ruins import ruined, ruins


def test_every_template_has_one() -> None:
    assert set(ruins()) == set(templates.names())


@pytest.mark.parametrize("name", ruins())
def test_can_be_trained(name: str) -> None:
    document = ruined(name)
    assert document != templates.load(name)
    assert [str(problem) for problem in elaborate(document, library(), "quick").problems] == []
    for path, text in source_files(document, library(), "quick").items():
        compile(text, path, "exec")
