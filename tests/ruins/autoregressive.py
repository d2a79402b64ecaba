"""What is taken out of the autoregressive templates."""

from __future__ import annotations

from tests.ruins.operations import Ruin
from tests.ruins.rnn import given

RUINS: dict[str, tuple[str, Ruin]] = {
    "pixelcnn": ("no pixel sees another", given("PixelCNN", "input", kernel_size=1, padding=0)),
}
