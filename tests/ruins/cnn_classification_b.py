"""What is taken out of the classifiers that were built of many-branched modules."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing

RUINS: dict[str, tuple[str, Ruin]] = {
    "inception_v1": ("no window beyond the single pixel in a module", bypassing("Inception", "join")),
}
