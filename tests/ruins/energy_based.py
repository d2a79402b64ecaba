"""What is taken out of the energy-based templates."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document
from tests.ruins.operations import Ruin, standing_in


def without_stages(document: Document) -> Document:
    """Only the tuning is left, from the start that the machines were drawn with."""
    assert document.recipe is not None
    stages = tuple(stage for stage in document.recipe.stages if stage.name == "fine_tune")
    presets = {
        key: replace(preset, recipe={k: v for k, v in preset.recipe.items() if not k.startswith("stages.rbm")})
        for key, preset in document.presets.items()
    }
    return replace(document, recipe=replace(document.recipe, stages=stages), presets=presets)


RUINS: dict[str, tuple[str, Ruin]] = {
    "dbn": ("no stages before the tuning", without_stages),
    "rbm": (
        "no second phase: the data are learnt, and nothing is unlearnt",
        standing_in("Contrast", "gap", "Identity", "a", "input", {}),
    ),
}
