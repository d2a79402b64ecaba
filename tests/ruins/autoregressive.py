"""What is taken out of the autoregressive templates."""

from __future__ import annotations

from app.core.document import Document
from tests.ruins.operations import Ruin, bypassing
from tests.ruins.rnn import given


def rows_alone(document: Document) -> Document:
    """Nothing is handed over from the vertical stack."""
    for block in ("CausalBlock", "GatedBlock"):
        document = bypassing(block, "h_sum")(document)
    return document


RUINS: dict[str, tuple[str, Ruin]] = {
    "gated_pixelcnn": ("rows do not hear of those above", rows_alone),
    "pixelcnn": ("no pixel sees another", given("PixelCNN", "input", kernel_size=1, padding=0)),
    "wavenet": ("all gaps are 1: as many layers hear 11 samples", given("Stack", "layers", dilation=1)),
}
