"""The documents that code generation is tried on: every template, and the hard ones of the design."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from msgspec.structs import replace

import templates
from app.codegen.generate import model_source
from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import Elaboration, elaborate
from blocks import library
from tests.design import learning, vision
from tests.design.stand_ins import design_library


class Given:
    """A document by name, with the library that it is drawn from."""

    def __init__(self, name: str, document: Callable[[], Document], library: Callable[[], Library]) -> None:
        self.name = name
        self.document = document
        self.library = library

    def __str__(self) -> str:
        return self.name


class Written:
    """A document's elaborations and model.py under each preset, each made from what was known before it."""

    def __init__(self, given: Given) -> None:
        self.name = given.name
        self.document, self.library = given.document(), given.library()
        self.presets = list(self.document.presets) or [""]
        self.elaborations: dict[str, Elaboration] = {}
        before: Elaboration | None = None
        for preset in self.presets:
            before = self.elaborations[preset] = elaborate(self.document, self.library, preset, before)

    @cached_property
    def texts(self) -> dict[str, str]:
        return {
            preset: model_source(self.document, self.library, preset, found).text
            for preset, found in self.elaborations.items()
        }

    @property
    def smallest(self) -> str:
        """The preset with the fewest parameters."""
        return min(self.presets, key=lambda preset: self.elaborations[preset].totals.parameters)


TEMPLATES = [Given(name, lambda name=name: templates.load(name), library) for name in templates.names()]
FEWER = {"efficientnet_b0": ("paper", "quick", "b7")}
"""Of so many presets these are tried: the others' instances change no class, as a test shows, but take a minute."""


def with_fewer(name: str) -> Document:
    document = templates.load(name)
    return replace(document, presets={preset: document.presets[preset] for preset in FEWER[name]})


DESIGNS = [Given(f"design_{draw.__name__}", draw, design_library) for draw in (*vision.DOCUMENTS, *learning.DOCUMENTS)]
CASES = [
    *(Given(t.name, lambda name=t.name: with_fewer(name), library) if t.name in FEWER else t for t in TEMPLATES),
    *DESIGNS,
]
