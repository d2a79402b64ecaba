"""What is taken out of the templates with a memory."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing

RUINS: dict[str, tuple[str, Ruin]] = {
    "ntm": ("nothing is ever written", bypassing("WriteHead", "write")),
}
