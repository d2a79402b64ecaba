"""Blocks can be drawn in code: no field of theirs has the name of something that every node has."""

from __future__ import annotations

import inspect

import pytest

from app.core.draw import Drawing
from blocks import library

OF_EVERY_NODE = set(inspect.signature(Drawing.add).parameters)


@pytest.mark.parametrize("name", library().names())
def test_no_field_is_hidden(name: str) -> None:
    assert not OF_EVERY_NODE & set(library().get(name).arguments())
