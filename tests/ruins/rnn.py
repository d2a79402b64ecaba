"""What is taken out of the recurrent templates."""

from __future__ import annotations

from tests.ruins.operations import Ruin, standing_in

RUINS: dict[str, tuple[str, Ruin]] = {
    "lstm": (
        "no memory: each place sees only its own mark",
        standing_in("CharacterLSTM", "lstm", "Linear", "input", "input", {"out_features": "=hidden"}),
    ),
}
