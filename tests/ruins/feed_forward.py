"""What is taken out of the feed-forward templates."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing, standing_in

RUINS: dict[str, tuple[str, Ruin]] = {
    "perceptron": (
        "Hebb's rule: every example moves the weights, right or wrong",
        standing_in("TrainStep", "error", "Affine", "b", "input", {"scale": -2.0, "shift": 1.0}),
    ),
    "single_layer": ("no bend: the sums themselves are raised", bypassing("SingleLayer", "log_softmax")),
    "mlp_regression": ("no bend between the layers", bypassing("Layer", "activation")),
    "mlp_classifier": ("no bend between the layers", bypassing("Layer", "activation")),
}
