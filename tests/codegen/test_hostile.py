"""Documents that are each unkind in one way: what is generated is right, under every preset."""

from __future__ import annotations

import pytest

from blocks import library
from tests.codegen import hostile
from tests.codegen.checking import agree, is_sound


@pytest.mark.parametrize("name", hostile.CASES)
def test_code_is_right(name: str) -> None:
    document = hostile.CASES[name]()
    assert is_sound(document, library())
    agree(document, library())
