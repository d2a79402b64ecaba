"""What is taken out of the autoencoders."""

from __future__ import annotations

from tests.ruins.operations import Ruin, standing_in

RUINS: dict[str, tuple[str, Ruin]] = {
    "vae": (
        "code drawn without looking at the image",
        lambda document: standing_in("Evaluate", "draw", "RandomNormalLike", "mean", "input", {})(
            standing_in("TrainStep", "draw", "RandomNormalLike", "mean", "input", {})(document)
        ),
    ),
}
