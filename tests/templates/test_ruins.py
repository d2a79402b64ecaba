"""Every template has its ruin: a document that differs, is without problems and can be trained like it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

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
    files = source_files(document, library(), "quick")
    for path, text in files.items():
        compile(text, path, "exec")
    names: dict[str, Any] = {"__name__": f"ruined_{name}"}
    exec(files["model.py"], names)  # the text that is trained
    with torch.device("meta"):
        for model in document.models.values():
            if not model.average_of:
                names[model.name]()
