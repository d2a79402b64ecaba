"""What is taken out of the feed-forward templates."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing

RUINS: dict[str, tuple[str, Ruin]] = {
    "mlp_classifier": ("no bend between the layers", bypassing("Layer", "activation")),
}
