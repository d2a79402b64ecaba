"""The documents that code generation is tried on: every template, and the hard ones of the design."""

from __future__ import annotations

from collections.abc import Callable

import templates
from app.core.block import Library
from app.core.document import Document
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


TEMPLATES = [Given(name, lambda name=name: templates.load(name), library) for name in templates.names()]
DESIGNS = [Given(f"design_{draw.__name__}", draw, design_library) for draw in (*vision.DOCUMENTS, *learning.DOCUMENTS)]
CASES = [*TEMPLATES, *DESIGNS]
