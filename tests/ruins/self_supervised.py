"""What is taken out of the self-supervised templates."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing


def without_predictor_and_average(document: Document) -> Document:
    """Each view's projection is to be what the other's is, now: nothing keeps all from becoming one point."""
    document = bypassing("TrainStep", "predictor_a", "predictor_b")(document)
    target = replace(document.models["target"], decay=0.0)
    return replace(document, models={**document.models, "target": target})


RUINS: dict[str, tuple[str, Ruin]] = {
    "byol": ("no predictor, no average", without_predictor_and_average),
}
