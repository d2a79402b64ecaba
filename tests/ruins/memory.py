"""What is taken out of the templates with a memory."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing


def of_one_number(document: Document) -> Document:
    arguments = {"primary_features": 1, "features": 1}
    presets = {
        key: replace(preset, arguments={**preset.arguments, **arguments}) for key, preset in document.presets.items()
    }
    return replace(document, presets=presets)


RUINS: dict[str, tuple[str, Ruin]] = {
    "capsnet": ("capsules of a single number: how much, not what it is like", of_one_number),
    "ntm": ("nothing is ever written", bypassing("WriteHead", "write")),
}
