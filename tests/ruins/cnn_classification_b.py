"""What is taken out of the classifiers that were built of many-branched modules."""

from __future__ import annotations

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing


def first_branch_only(*modules: str) -> Ruin:
    """Of each module only what stands first in its concatenation."""

    def ruined(document: Document) -> Document:
        for module in modules:
            document = bypassing(module, "join")(document)
        return document

    return ruined


RUINS: dict[str, tuple[str, Ruin]] = {
    "inception_v1": ("no window beyond the single pixel in a module", first_branch_only("Inception")),
    "inception_v3": (
        "no window beyond the single pixel in a module",
        first_branch_only("InceptionA", "InceptionC", "InceptionE"),
    ),
}
