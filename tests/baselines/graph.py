"""What graph networks must beat: features alone, edges alone."""

from __future__ import annotations

from tests.baselines import Measured
from tests.baselines.answers import (
    label_spreading,
    logistic,
    perceptron,
)
from tests.baselines.data import quick_data


def of_vertices() -> dict[str, float]:
    graph = quick_data("gcn", "train")
    train, test = graph["train_mask"], graph["test_mask"]
    arguments = graph["features"][train], graph["label"][train], graph["features"][test], graph["label"][test]
    return {
        "logistic regression on the features": logistic(*arguments, (0.001, 0.01, 0.1)),
        "a multi-layer perceptron on the features": perceptron(*arguments),
        "labels that spread along edges": label_spreading(graph),
    }


BASELINES: dict[str, Measured] = {
    "gcn": of_vertices,
}
