"""What is taken out of the adversarial templates."""

from __future__ import annotations

from tests.ruins.operations import Ruin, without_phase

RUINS: dict[str, tuple[str, Ruin]] = {
    "dcgan": ("generator not trained", without_phase("generate")),
}
